//! Log formats in the words of the server that writes them: nginx's `log_format`, Apache's
//! `LogFormat`.

mod apache;
mod config;
mod field;
mod json;
mod nginx;
mod text;
mod time;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use tracking_core::Zone;

use super::LineFormat;
use config::Syntax;
use field::{Meaning, Part};
use json::JsonTemplate;
use text::{Templated, TextTemplate};
use time::composed;

/// The format of a log as its server is configured: nginx's `log_format` or Apache's `LogFormat`,
/// with or without what stands around it in the configuration.
///
/// The parts that the Combined format has too become the same data: `host`, `status`, `referer`
/// and so on. All others are in `more`, nginx's under the names of their variables.
///
/// ```
/// use tracking_loader::{FormatOptions, LineTemplate};
///
/// let line = br#"192.0.2.1 - anna [23/Nov/2026:15:47:01 +0100] "GET /a HTTP/1.1" 200 5 0.003"#;
/// for template in [
///     r#"log_format timed '$remote_addr - $remote_user [$time_local] "$request" '
///                         '$status $body_bytes_sent $request_time';"#,
///     r#"LogFormat "%h %l %u %t \"%r\" %>s %b %{UNIQUE_ID}e" timed"#,
/// ] {
///     let template: LineTemplate = template.parse()?;
///     let mut format = FormatOptions::new().choose(template).chosen().unwrap();
///     let record = format.read(line).unwrap().into_record().unwrap();
///     assert_eq!((record.task().as_str(), record.user().as_str()), ("/a", "anna"));
/// }
/// # Ok::<(), tracking_loader::LineTemplateError>(())
/// ```
#[derive(Clone, Debug)]
pub struct LineTemplate {
    text: String,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Text(Arc<TextTemplate>),
    Json(Arc<JsonTemplate>),
}

/// A text that is no log format of a server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineTemplateError {
    /// It names no part of a line.
    #[error(
        "the log format {text:?} has neither variables like $remote_addr nor directives like %h"
    )]
    #[non_exhaustive]
    NoField {
        /// The format.
        text: String,
    },

    /// It has a directive that there is not.
    #[error("{directive:?} in the log format is no directive of Apache's mod_log_config")]
    #[non_exhaustive]
    Directive {
        /// What stands there.
        directive: String,
    },

    /// It lacks what every track has.
    #[error("the log format does not say {what}; it needs {example}")]
    #[non_exhaustive]
    Missing {
        /// What is missing.
        what: &'static str,
        /// What would say it.
        example: &'static str,
    },

    /// Its times cannot be read.
    #[error("no time can be read from the log format: {why}")]
    #[non_exhaustive]
    Time {
        /// Why.
        why: String,
    },

    /// It has the braces of JSON and is none.
    #[error("the log format starts like JSON and is none: {why}")]
    #[non_exhaustive]
    Json {
        /// Why.
        why: String,
    },

    /// It is too large.
    #[error("the log format is too large")]
    TooLarge,
}

impl LineTemplate {
    /// Whether a text looks like one, and not like the name of a format.
    pub fn is_likely(text: &str) -> bool {
        text.contains(['$', '%'])
    }

    /// A reader of one log in this format.
    pub(super) fn reader(&self, zone: Zone) -> Box<dyn LineFormat> {
        match &self.kind {
            Kind::Text(template) => Box::new(Templated::new(Arc::clone(template), zone)),
            Kind::Json(template) => Box::new(template.reader(zone)),
        }
    }
}

/// The name of readers that were made of a template.
pub(super) const NAME: &str = "log-format";

impl FromStr for LineTemplate {
    type Err = LineTemplateError;

    fn from_str(text: &str) -> Result<Self, LineTemplateError> {
        let (format, syntax) = config::unwrap(text);
        let parts = match syntax {
            Syntax::Nginx => nginx::parts(&format),
            Syntax::Apache => apache::parts(&format)?,
        };
        let is_field = |part: &Part| matches!(part, Part::Field(_));
        if !parts.iter().any(is_field) {
            return Err(LineTemplateError::NoField {
                text: text.to_owned(),
            });
        }
        let is_json = matches!(parts.first(), Some(Part::Literal(text)) if text.trim_start().starts_with('{'));
        let kind = if is_json {
            Kind::Json(Arc::new(JsonTemplate::of(&parts)?))
        } else {
            Kind::Text(Arc::new(TextTemplate::of(parts)?))
        };
        Ok(Self {
            text: text.to_owned(),
            kind,
        })
    }
}

/// The format as it was given.
impl fmt::Display for LineTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// Refuses a format that does not say when something was, or what.
fn check(has: impl Fn(&dyn Fn(&Meaning) -> bool) -> bool) -> Result<(), LineTemplateError> {
    if !has(&|meaning| matches!(meaning, Meaning::Time(_))) {
        return Err(LineTemplateError::Missing {
            what: "when a request was",
            example: "$time_local, $time_iso8601 or $msec, or with Apache %t",
        });
    }
    let says_what =
        |meaning: &Meaning| matches!(meaning, Meaning::Request | Meaning::Target | Meaning::Path);
    if !has(&says_what) {
        return Err(LineTemplateError::Missing {
            what: "what was requested",
            example: "$request, $request_uri or $uri, or with Apache %r or %U",
        });
    }
    Ok(())
}
