//! Why a text is no log format of a server.

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
