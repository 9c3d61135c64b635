//! Tables: rows of cells, of which the first one names the others.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::map::FieldMap;
use crate::reader::scan::closing_doubled;
use crate::reader::{LineError, Reason};

/// What the header of a table says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Csv {
    delimiter: char,
    /// The names of the cells, each once.
    names: Vec<String>,
    header: String,
}

/// A cell, and where it starts in its row.
type Cell<'a> = (Cow<'a, str>, usize);

/// A row as a JSON object, and where the cell of each name starts.
type Row<'a> = (Map<String, Value>, Vec<(&'a str, usize)>);

impl Csv {
    /// Takes a line for a header, where its cells are what a field map names.
    pub(super) fn of_header(text: &str, map: &FieldMap) -> Option<Self> {
        let of = |delimiter| {
            let cells = cells(text, delimiter).ok()?;
            let names = unique(cells.into_iter().map(|(cell, _)| cell.trim().to_owned()));
            let all: Vec<_> = names.iter().map(String::as_str).collect();
            map.fits(&all).then(|| Self {
                delimiter,
                names,
                header: text.to_owned(),
            })
        };
        [',', ';', '\t'].into_iter().find_map(of)
    }

    /// Whether a line is the header once more, as where tables are joined.
    pub(super) fn is_header(&self, text: &str) -> bool {
        self.header == text
    }

    /// The cells of a row as a JSON object, and where each one stands.
    pub(super) fn row(&self, text: &str) -> Result<Row<'_>, LineError> {
        let cells = cells(text, self.delimiter)?;
        let (found, expected) = (cells.len(), self.names.len());
        if found != expected {
            let surplus = cells.get(expected);
            let at = surplus.map_or(text.len(), |(_, at)| *at);
            let expected = match surplus {
                Some(_) => format!("the end of the row after {expected} cells"),
                None => format!("a cell for each of {expected} columns"),
            };
            return Err(LineError::at(text, at, Reason::Fields, expected));
        }
        let names = self.names.iter();
        let places = names.clone().zip(&cells);
        let places = places.map(|(name, (_, at))| (name.as_str(), *at)).collect();
        let values = cells
            .into_iter()
            .map(|(cell, _)| Value::from(cell.into_owned()));
        Ok((names.cloned().zip(values).collect(), places))
    }

    /// What later rows depend on, as a text.
    pub(super) fn to_state(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// The other way round; nothing of what is none.
    pub(super) fn from_state(state: &str) -> Option<Self> {
        serde_json::from_str(state).ok()
    }
}

/// The cells of a row. One that starts with a quote ends with one, and has quotes doubled.
fn cells(text: &str, delimiter: char) -> Result<Vec<Cell<'_>>, LineError> {
    let (mut cells, mut at) = (Vec::new(), 0);
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let (cell, length) = if let Some(inner) = rest.strip_prefix('"') {
            let closing = closing_doubled(inner).ok_or_else(|| {
                let expected = "the closing quote of a cell, which ends on its line";
                LineError::at(text, text.len(), Reason::Fields, expected)
            })?;
            let content = inner.get(..closing).unwrap_or_default();
            let cell = if content.contains('"') {
                Cow::Owned(content.replace("\"\"", "\""))
            } else {
                Cow::Borrowed(content)
            };
            (cell, closing + 2)
        } else {
            let length = rest.find(delimiter).unwrap_or(rest.len());
            (Cow::Borrowed(rest.get(..length).unwrap_or(rest)), length)
        };
        cells.push((cell, at));
        at += length;
        match text.get(at..).and_then(|after| after.chars().next()) {
            None => return Ok(cells),
            Some(next) if next == delimiter => at += delimiter.len_utf8(),
            Some(_) => {
                let expected = "a delimiter after the quote, or the end of the row";
                return Err(LineError::at(text, at, Reason::Fields, expected));
            }
        }
    }
}

/// Gives names that are there already, or empty, a number: `name_2`, `column_3`.
fn unique(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut unique: Vec<String> = Vec::new();
    for (name, column) in names.zip(1..) {
        let base = if name.is_empty() {
            format!("column_{column}")
        } else {
            name
        };
        let mut name = base.clone();
        let mut n = 2;
        while unique.contains(&name) {
            name = format!("{base}_{n}");
            n += 1;
        }
        unique.push(name);
    }
    unique
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(header: &str) -> Option<Csv> {
        Csv::of_header(header, &"task=page,user=who,time=when".parse().unwrap())
    }

    #[test]
    fn a_header_has_what_the_map_names() {
        for header in [
            "when,who,page",
            "page;when",
            "x\twhen\tpage",
            r#""when","page""#,
            "when, page",
        ] {
            assert!(csv(header).is_some(), "{header}");
        }
        for header in [
            "who,page",
            "when page",
            "2026-11-23,anna,/a",
            r#"when,"page"#,
        ] {
            assert_eq!(csv(header), None, "{header}");
        }
    }

    #[test]
    fn a_row_has_a_cell_for_each_column() {
        let csv = csv("when,page,x,x,").unwrap();
        let (row, places) = csv.row(r#"1,"a ""b"", c",,é,"#).unwrap();
        let expected = serde_json::json!(
            {"when": "1", "page": "a \"b\", c", "x": "", "x_2": "é", "column_5": ""}
        );
        assert_eq!(Value::Object(row), expected);
        assert_eq!(places[2], ("x", 15));
        for (row, column) in [
            ("1,2,3,4", 8),
            ("1,2,3,é,5,6", 11),
            (r#"1,"2"#, 5),
            (r#"1,"2"3,,"#, 6),
        ] {
            let error = csv.row(row).unwrap_err();
            assert_eq!(
                (error.column, error.reason),
                (column, Reason::Fields),
                "{row}"
            );
        }
    }

    #[test]
    fn what_it_says_continues_after_a_restart() {
        let csv = csv("when;page").unwrap();
        assert_eq!(Csv::from_state(&csv.to_state().unwrap()), Some(csv));
        assert_eq!(Csv::from_state("-"), None);
    }
}
