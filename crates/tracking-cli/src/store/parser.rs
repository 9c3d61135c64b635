//! A store as the value of an option.

use std::ffi::OsStr;

use clap::builder::{TypedValueParser, ValueParserFactory};
use clap::error::ErrorKind;
use clap::{Arg, Command};
use tracking_postgres::without_password;

use super::spec::StoreSpec;

/// Reads a store. An error shows the value without its password, which may come from the
/// environment.
#[derive(Clone, Debug)]
pub(crate) struct StoreParser;

impl ValueParserFactory for StoreSpec {
    type Parser = StoreParser;

    fn value_parser() -> StoreParser {
        StoreParser
    }
}

impl TypedValueParser for StoreParser {
    type Value = StoreSpec;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<StoreSpec, clap::Error> {
        let parser = |text: &str| text.parse::<StoreSpec>();
        let error = match parser.parse_ref(command, arg, value) {
            Ok(spec) => return Ok(spec),
            Err(error) => error,
        };
        let text = value.to_string_lossy();
        let shown = without_password(&text);
        if shown == text {
            return Err(error);
        }
        // The same error, of the text as it may be shown.
        match parser.parse_ref(command, arg, OsStr::new(&shown)) {
            Err(error) => Err(error),
            Ok(_) => Err(command.clone().error(
                ErrorKind::ValueValidation,
                format!("the store {shown:?} cannot be read"),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_shows_a_store_without_its_password() {
        let command = Command::new("t").arg(Arg::new("store").long("store"));
        for text in [
            "postgres://u:secret@h/db#A b",
            "postgres://h/db?password=secret#A b",
            "host=h password=secret",
        ] {
            let parsed = StoreParser.parse_ref(&command, None, OsStr::new(text));
            let error = parsed.unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
        let parsed = StoreParser.parse_ref(&command, None, OsStr::new("postgres://h/db#A b"));
        let error = parsed.unwrap_err().to_string();
        assert!(error.contains("\"A b\" is no name of a store"), "{error}");
        assert!(
            StoreParser
                .parse_ref(&command, None, OsStr::new("sqlite:t.db"))
                .is_ok()
        );
    }
}
