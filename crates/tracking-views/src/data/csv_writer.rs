//! Writing CSV, one row at a time.

use std::fmt;
use std::io::{self, Write};

use super::cells::escape_formula;

/// Cells up to this many bytes are collected until their row is complete, so that a writer without
/// a buffer gets one call for each row. Longer cells are written directly.
const MAX_COLLECTED: usize = 1 << 14;

/// Writes rows of CSV as RFC 4180 defines it, with cells that are safe to open in a spreadsheet; see
/// [the module](super).
///
/// The time to write a cell is proportional to its length, also where the cell is very long and has
/// to be quoted.
///
/// ```
/// use tracking_views::data::CsvWriter;
///
/// let mut out = Vec::new();
/// let mut csv = CsvWriter::new(&mut out);
/// csv.row(["name", "count"])?;
/// csv.row(["=1+1, \"x\"", "3"])?;
/// assert_eq!(String::from_utf8(out)?, "name,count\r\n\"'=1+1, \"\"x\"\"\",3\r\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct CsvWriter<'w, W: Write + ?Sized> {
    out: &'w mut W,
    raw: bool,
    /// The start of the current row that is not written yet.
    collected: Vec<u8>,
}

impl<'w, W: Write + ?Sized> CsvWriter<'w, W> {
    /// Writes to `out`.
    pub fn new(out: &'w mut W) -> Self {
        Self {
            out,
            raw: false,
            collected: Vec::new(),
        }
    }

    /// Whether cells are written unchanged, including those that a spreadsheet takes for a formula.
    #[must_use]
    pub fn with_raw_cells(self, raw: bool) -> Self {
        Self { raw, ..self }
    }

    /// Writes a row.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn row<I>(&mut self, cells: I) -> io::Result<()>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        for (index, cell) in cells.into_iter().enumerate() {
            if index > 0 {
                self.push(b",")?;
            }
            self.cell(cell.as_ref())?;
        }
        self.push(b"\r\n")?;
        self.write_collected()
    }

    fn cell(&mut self, cell: &str) -> io::Result<()> {
        if self.raw {
            return self.quoted(cell);
        }
        self.quoted(&escape_formula(cell))
    }

    fn quoted(&mut self, cell: &str) -> io::Result<()> {
        if !cell
            .bytes()
            .any(|byte| matches!(byte, b'"' | b',' | b'\r' | b'\n'))
        {
            return self.push(cell.as_bytes());
        }
        self.push(b"\"")?;
        for (index, part) in cell.split('"').enumerate() {
            if index > 0 {
                self.push(b"\"\"")?;
            }
            self.push(part.as_bytes())?;
        }
        self.push(b"\"")
    }

    fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.collected.len() + bytes.len() > MAX_COLLECTED {
            self.write_collected()?;
            if bytes.len() > MAX_COLLECTED {
                return self.out.write_all(bytes);
            }
        }
        self.collected.extend_from_slice(bytes);
        Ok(())
    }

    fn write_collected(&mut self) -> io::Result<()> {
        let written = self.out.write_all(&self.collected);
        self.collected.clear();
        written
    }
}

impl<W: Write + ?Sized> fmt::Debug for CsvWriter<'_, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsvWriter")
            .field("raw", &self.raw)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What it writes, and what the `csv` crate writes for the same cells.
    fn both(rows: &[Vec<String>]) -> [Vec<u8>; 2] {
        let mut ours = Vec::new();
        let mut writer = CsvWriter::new(&mut ours).with_raw_cells(true);
        let mut theirs = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::new());
        for row in rows {
            writer.row(row).unwrap();
            theirs.write_record(row).unwrap();
        }
        [ours, theirs.into_inner().unwrap()]
    }

    #[test]
    fn rows_are_those_of_the_csv_crate() {
        let cells = [
            "", "a", "\"", "\"\"", "a,b", "a\"b\"", "\r", "\n", "a\r\nb", " a ", "é;\t", "'", "=1",
        ];
        let sizes = [MAX_COLLECTED - 2, MAX_COLLECTED, 3 * MAX_COLLECTED + 1];
        let long = sizes.iter().flat_map(|size| {
            [
                "x".repeat(*size),
                "\"".repeat(*size),
                format!("{},", "y".repeat(*size)),
            ]
        });
        let cells: Vec<String> = cells.iter().map(ToString::to_string).chain(long).collect();
        let rows: Vec<Vec<String>> = cells
            .iter()
            .flat_map(|one| cells.iter().map(|other| vec![one.clone(), other.clone()]))
            .collect();
        let [ours, theirs] = both(&rows);
        assert!(ours == theirs);
    }

    #[test]
    fn each_row_is_one_call_of_the_writer() {
        struct Calls(usize);
        impl Write for Calls {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0 += 1;
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut calls = Calls(0);
        let mut csv = CsvWriter::new(&mut calls);
        csv.row(["a", "b,c", "d\"e"]).unwrap();
        csv.row(["1", "2", "3"]).unwrap();
        assert_eq!(calls.0, 2);
    }
}
