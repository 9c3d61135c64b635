//! Rows of cells.

use std::io::{self, Write};

/// Writes CSV as RFC 4180 has it.
///
/// What a spreadsheet may take for a formula gets an apostrophe in front, by the rule of
/// `tracking_views::data`, which tells it at length.
pub(crate) struct Csv<'w> {
    out: &'w mut dyn Write,
}

const MARKED: [char; 12] = [
    '=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n', '\'',
];

impl<'w> Csv<'w> {
    pub(crate) fn new(out: &'w mut dyn Write) -> Self {
        Self { out }
    }

    /// Writes a row.
    pub(crate) fn row(&mut self, cells: &[impl AsRef<str>]) -> io::Result<()> {
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                self.out.write_all(b",")?;
            }
            self.cell(cell.as_ref())?;
        }
        self.out.write_all(b"\r\n")
    }

    fn cell(&mut self, cell: &str) -> io::Result<()> {
        let mark = if cell.starts_with(MARKED) { "'" } else { "" };
        if cell.contains(['"', ',', '\r', '\n']) {
            write!(self.out, "\"{mark}{}\"", cell.replace('"', "\"\""))
        } else {
            write!(self.out, "{mark}{cell}")
        }
    }
}

#[cfg(test)]
mod tests {
    use tracking_core::{RunId, TaskId, Timestamp, Track, TrackId, UserName};
    use tracking_views::{Export, Format};

    use super::*;

    #[test]
    fn a_row_is_written_as_the_views_write_it() {
        for name in [
            "plain", "=1+1", "+1", "-1", "@x", "＝1", "'x", "\tx", "\rx", "\nx", "a,b", "a\"b",
            "-\"a\"", "a\nb", "a;b", " a ", "é",
        ] {
            let (task, user) = (TaskId::new(name).unwrap(), UserName::new(name).unwrap());
            let data = tracking_core::Data::empty();
            let track = Track::new(
                TrackId::FIRST,
                task,
                RunId::FIRST,
                user,
                Timestamp::EPOCH,
                data,
            );
            let mut theirs = Vec::new();
            Export::new(Format::Csv)
                .tracks(&mut theirs, [&track])
                .unwrap();
            let mut ours = Vec::new();
            let mut csv = Csv::new(&mut ours);
            csv.row(&["id", "task", "run", "user", "time", "data"])
                .unwrap();
            csv.row(&["1", name, "1", name, "1970-01-01T00:00:00Z", "{}"])
                .unwrap();
            let text = |bytes| String::from_utf8(bytes).unwrap();
            assert_eq!(text(ours), text(theirs));
        }
    }
}
