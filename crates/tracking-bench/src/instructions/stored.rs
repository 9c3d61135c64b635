//! Stored counts, compared with current ones.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Instructions by operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Counts(BTreeMap<String, u64>);

impl FromIterator<(String, u64)> for Counts {
    fn from_iter<I: IntoIterator<Item = (String, u64)>>(counts: I) -> Self {
        Self(counts.into_iter().collect())
    }
}

impl Counts {
    /// Reads a file of counts; there are none if there is no file.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read.
    pub fn read(path: &Path) -> Result<Self> {
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(path);
        let text = text.with_context(|| format!("reading {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("reading {}", path.display()))
    }

    /// Writes a file of counts.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        fs::write(path, text).with_context(|| format!("writing {}", path.display()))
    }
}

/// Stored counts, current counts and their differences: a table in Markdown.
pub fn compare(stored: &Counts, now: &Counts) -> String {
    let head = "| instructions | stored | now | change |\n|---|---:|---:|---:|\n";
    let row = |(operation, count): (&String, &u64)| {
        let (before, change) = match stored.0.get(operation) {
            Some(before) => {
                let change = (*count as f64 / (*before).max(1) as f64 - 1.0) * 100.0;
                (before.to_string(), format!("{change:+.1} %"))
            }
            None => ("–".to_owned(), "new".to_owned()),
        };
        format!("| {operation} | {before} | {count} | {change} |\n")
    };
    let rows: String = now.0.iter().map(row).collect();
    format!("{head}{rows}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_a_percentage() {
        let stored: Counts = [("save".to_owned(), 1_000)].into_iter().collect();
        let now = [("save".to_owned(), 1_120), ("parse-line".to_owned(), 7)];
        let table = compare(&stored, &now.into_iter().collect());
        assert!(
            table.contains("| save | 1000 | 1120 | +12.0 % |"),
            "{table}"
        );
        assert!(table.contains("| parse-line | – | 7 | new |"), "{table}");
    }
}
