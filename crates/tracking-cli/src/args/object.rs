//! The data of a track as arguments.

use std::io::{self, Read};
use std::str::FromStr;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::{Map, Value};
use tracking_core::Data;

use super::data::{DataValue, data_value};

/// The data of a track.
#[derive(Debug, Args)]
pub(crate) struct ObjectArgs {
    /// A JSON object, or `-` to read one from standard input
    #[arg(value_name = "DATA")]
    object: Option<Object>,

    /// A value of the data: JSON, or else text, as in `page=3`; repeat for more
    ///
    /// Keys of nested objects are joined by dots, as in `verb.id=played`; a dot that belongs to a
    /// key has a backslash before it.
    #[arg(long = "data", value_name = "KEY=VALUE", value_parser = data_value)]
    values: Vec<DataValue>,
}

#[derive(Clone, Debug)]
enum Object {
    Stdin,
    Given(Map<String, Value>),
}

impl FromStr for Object {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "-" => Ok(Self::Stdin),
            _ => object(text).map(Self::Given),
        }
    }
}

fn object(text: &str) -> Result<Map<String, Value>> {
    match serde_json::from_str(text) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => bail!("it is JSON, but no object: write one like {{\"page\": 3}}"),
        Err(error) => Err(error).context("it is no JSON object like {\"page\": 3}"),
    }
}

impl ObjectArgs {
    /// Returns what is wrong with the arguments, if anything.
    pub(crate) fn validate(&self) -> Option<String> {
        let mut map = match &self.object {
            Some(Object::Given(map)) => map.clone(),
            _ => Map::new(),
        };
        self.put_values(&mut map)
            .err()
            .map(|error| error.to_string())
    }

    /// Whether no data was given.
    pub(crate) fn is_empty(&self) -> bool {
        self.object.is_none() && self.values.is_empty()
    }

    /// The object with all values.
    pub(crate) fn read(&self) -> Result<Data> {
        let mut map = match &self.object {
            None => Map::new(),
            Some(Object::Given(map)) => map.clone(),
            Some(Object::Stdin) => {
                let mut text = String::new();
                io::stdin()
                    .read_to_string(&mut text)
                    .context("cannot read standard input")?;
                object(&text).context("cannot take what was read from standard input")?
            }
        };
        self.put_values(&mut map)?;
        Ok(Data::try_from(map)?)
    }

    fn put_values(&self, map: &mut Map<String, Value>) -> Result<()> {
        self.values.iter().try_for_each(|data| {
            let keys: Vec<&str> = data.field.keys().collect();
            put(map, &keys, &data.value)
                .with_context(|| format!("--data {} does not fit the rest of the data", data.field))
        })
    }
}

/// Puts a value where the keys lead to; nothing where something else than an object is on the way.
fn put(map: &mut Map<String, Value>, keys: &[&str], value: &Value) -> Option<()> {
    match keys {
        [] => None,
        [key] => {
            map.insert((*key).to_owned(), value.clone());
            Some(())
        }
        [key, rest @ ..] => {
            let below = map.entry(*key).or_insert_with(|| Value::Object(Map::new()));
            put(below.as_object_mut()?, rest, value)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(object: Option<&str>, values: &[&str]) -> ObjectArgs {
        ObjectArgs {
            object: object.map(|text| text.parse().unwrap()),
            values: values
                .iter()
                .map(|text| data_value(text).unwrap())
                .collect(),
        }
    }

    #[test]
    fn an_object_and_values_make_one() {
        for (object, values, made) in [
            (None, &[][..], "{}"),
            (Some(r#"{"b": 1, "a": [1.0]}"#), &[], r#"{"a":[1.0],"b":1}"#),
            (
                None,
                &["page=3", "name=b 1", "n=\"3\""],
                r#"{"n":"3","name":"b 1","page":3}"#,
            ),
            (
                None,
                &["verb.id=x", "verb.at=null"],
                r#"{"verb":{"at":null,"id":"x"}}"#,
            ),
            (None, &[r"a\.b=1"], r#"{"a.b":1}"#),
            (Some(r#"{"a": 1}"#), &["a=2", "a=3"], r#"{"a":3}"#),
            (None, &["=1"], r#"{"":1}"#),
        ] {
            let args = args(object, values);
            assert_eq!(args.validate(), None);
            assert_eq!(args.read().unwrap().as_str(), made);
        }
    }

    #[test]
    fn values_that_do_not_fit_are_reported() {
        let args = args(None, &["a=1", "a.b=2"]);
        let problem = "--data a.b does not fit the rest of the data";
        assert_eq!(args.validate().as_deref(), Some(problem));
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in ["", "[1]", "3", "{", "{a: 1}"] {
            assert!(text.parse::<Object>().is_err(), "{text}");
        }
    }
}
