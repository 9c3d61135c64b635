//! Records of JSON.

use std::io::{BufRead, BufReader, Read};
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde_json::StreamDeserializer;
use serde_json::de::{Deserializer, IoRead};
use serde_json::value::RawValue;

use super::ReadError;
use super::elements::Elements;

/// The records of an array.
pub(super) struct JsonRows<R: Read, T> {
    texts: StreamDeserializer<'static, IoRead<Elements<R>>, Box<RawValue>>,
    number: u64,
    kind: PhantomData<T>,
}

impl<R: Read, T> JsonRows<R, T> {
    pub(super) fn new(input: R) -> Self {
        Self {
            texts: Deserializer::from_reader(Elements::new(input)).into_iter(),
            number: 0,
            kind: PhantomData,
        }
    }
}

impl<R: Read, T: DeserializeOwned> Iterator for JsonRows<R, T> {
    type Item = Result<T, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.texts.next()?;
        self.number += 1;
        Some(match text {
            Ok(text) => record(text.get().as_bytes(), self.number),
            Err(error) => Err(ReadError::Json(error)),
        })
    }
}

/// The records of lines.
pub(super) struct JsonLines<R, T> {
    input: BufReader<R>,
    line: Vec<u8>,
    number: u64,
    is_over: bool,
    kind: PhantomData<T>,
}

impl<R: Read, T> JsonLines<R, T> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input: BufReader::new(input),
            line: Vec::new(),
            number: 0,
            is_over: false,
            kind: PhantomData,
        }
    }
}

impl<R: Read, T: DeserializeOwned> Iterator for JsonLines<R, T> {
    type Item = Result<T, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_over {
            self.line.clear();
            match self.input.read_until(b'\n', &mut self.line) {
                Ok(0) => self.is_over = true,
                Ok(_) => {
                    self.number += 1;
                    let line = self.line.trim_ascii();
                    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
                    if !line.is_empty() {
                        return Some(record(line, self.number));
                    }
                }
                Err(error) => {
                    self.is_over = true;
                    return Some(Err(error.into()));
                }
            }
        }
        None
    }
}

fn record<T: DeserializeOwned>(text: &[u8], number: u64) -> Result<T, ReadError> {
    serde_json::from_slice(text).map_err(|source| ReadError::Record { number, source })
}
