//! The file of rejected lines.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use clap::ValueEnum;
use serde::Serialize;
use tracking_loader::{Reason, Reject};

use crate::data;

/// The format of the file of rejected lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum RejectsFormat {
    /// A JSON object for each: where it is, what is wrong with it, and the line
    Jsonl,
    /// The lines as they are, so that they can be mended and loaded
    Lines,
}

/// A file to which rejected lines are appended.
#[derive(Debug)]
pub(super) struct RejectsFile {
    file: BufWriter<File>,
    format: RejectsFormat,
}

/// A rejected line. The names of the fields are the keys of the JSON and must not change.
#[derive(Debug, Serialize)]
struct Rejected<'a> {
    file: String,
    line: u64,
    column: usize,
    reason: &'static str,
    expected: &'a str,
    found: &'a str,
    /// Whether only the start of the line is here, as it is too long.
    cut: bool,
    /// The line, where it is text.
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<&'a str>,
    /// The line, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    raw_base64: Option<String>,
}

impl RejectsFile {
    /// Opens the file; creates it if missing.
    pub(super) fn open(path: &Path, format: RejectsFormat) -> Result<Self> {
        let file = File::options().append(true).create(true).open(path);
        let file = file.with_context(|| format!("cannot write {}", path.display()))?;
        let file = BufWriter::new(file);
        Ok(Self { file, format })
    }

    /// Adds a line.
    pub(super) fn add(&mut self, reject: &Reject, line: &[u8]) -> io::Result<()> {
        match self.format {
            RejectsFormat::Lines => {
                self.file.write_all(line)?;
                self.file.write_all(b"\n")
            }
            RejectsFormat::Jsonl => data::json_line(&mut self.file, &Rejected::new(reject, line)),
        }
    }

    /// Flushes the added lines to the disk.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.file.flush()?;
        match self.file.get_ref().sync_data() {
            // A pipe has no disk.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
            synced => synced,
        }
    }
}

impl<'a> Rejected<'a> {
    fn new(reject: &'a Reject, line: &'a [u8]) -> Self {
        let raw = std::str::from_utf8(line).ok();
        Self {
            file: reject.source().to_string(),
            line: reject.line(),
            column: reject.column(),
            reason: reject.reason().name(),
            expected: reject.expected(),
            found: reject.found_text(),
            cut: reject.reason() == Reason::TooLong,
            raw,
            raw_base64: raw.is_none().then(|| base64(line)),
        }
    }
}

/// Bytes in Base64, as RFC 4648 has it.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group
            .iter()
            .fold(0, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - group.len()));
        for n in 0..4 {
            let digit = usize::try_from(bits >> (18 - 6 * n) & 63).unwrap_or_default();
            let digit = DIGITS.get(digit).filter(|_| n <= group.len());
            text.push(digit.map_or('=', |digit| char::from(*digit)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        let pairs = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (bytes, text) in pairs {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xff, 0xfe, 0xfb]), "//77");
    }
}
