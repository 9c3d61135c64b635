//! Log formats in the words of the server that writes them: nginx's `log_format`, Apache's
//! `LogFormat`.

mod apache;
mod composed_time;
mod config;
mod error;
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
pub use error::LineTemplateError;
use field::Part;
use json::JsonTemplate;
use text::{Templated, TextTemplate};

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
