//! Which format the first lines of a log are in.

use super::{Format, FormatChoice, FormatOptions, LineContent, LineFormat};
use crate::AccessFormat;

/// A format that was chosen or found out, and why.
#[derive(Debug)]
#[non_exhaustive]
pub struct Detected {
    /// A reader of the format, which has not read any line yet.
    pub format: Box<dyn LineFormat>,
    /// Why it is this one, for people to read.
    pub why: String,
    /// Whether it is this one for sure: because it was asked for, or because lines are in it.
    pub is_sure: bool,
}

/// The formats that are tried, the more special ones first: of two that read as many lines, the
/// first one is taken.
const TRIED: [Format; 7] = [
    Format::Tracking,
    Format::Caddy,
    Format::Traefik,
    Format::Nginx,
    Format::W3c,
    Format::Reference,
    Format::Access,
];

/// Chooses the format of a log as the options have it, or else the one that most of its first
/// lines are in. Where no line is in any, it is [`Format::Access`], so that the lines are
/// rejected with what such a line looks like.
///
/// ```
/// use tracking_logfile::{FormatOptions, detect};
///
/// let line = r#"192.0.2.1 - - [23/Nov/2026:15:47:01 +0100] "GET /a HTTP/1.1" 200 -"#;
/// let detected = detect(&[line.as_bytes(), b"noise"], &FormatOptions::new());
/// assert_eq!(detected.format.name(), "access");
/// assert_eq!(detected.why, "1 of the first 2 lines is in it (Common)");
/// ```
pub fn detect(first_lines: &[&[u8]], options: &FormatOptions) -> Detected {
    if let Some(format) = options.chosen() {
        let why = match options.choice() {
            FormatChoice::Map(_) => "a field map was given",
            FormatChoice::Pattern(_) => "a pattern was given",
            FormatChoice::Named(_) | FormatChoice::Detect => "it was asked for",
        };
        return Detected {
            format,
            why: why.to_owned(),
            is_sure: true,
        };
    }
    let blank = |line: &&&[u8]| !line.trim_ascii().is_empty();
    let lines: Vec<&[u8]> = first_lines.iter().filter(blank).copied().collect();
    let mut best = (Format::Access, Fit::default());
    for format in TRIED {
        let fit = Fit::of(options.reader(format).as_mut(), &lines);
        if fit.score() > best.1.score() || (format == best.0 && fit.score() == best.1.score()) {
            best = (format, fit);
        }
    }
    let (format, fit) = best;
    Detected {
        format: options.reader(format),
        why: fit.why(&lines),
        is_sure: fit.score() > 0,
    }
}

/// How many lines a format reads.
#[derive(Clone, Copy, Debug, Default)]
struct Fit {
    records: usize,
    nothing: usize,
    common: usize,
    combined: usize,
}

impl Fit {
    fn of(format: &mut dyn LineFormat, lines: &[&[u8]]) -> Self {
        let mut fit = Self::default();
        for line in lines {
            match format.read(line) {
                Ok(LineContent::Record(record)) => {
                    fit.records += 1;
                    let kind = record.access_format();
                    fit.common += usize::from(kind == Some(AccessFormat::Common));
                    fit.combined += usize::from(kind == Some(AccessFormat::Combined));
                }
                Ok(LineContent::Nothing) => fit.nothing += 1,
                Err(_) => {}
            }
        }
        // Any line that starts with `#` looks like a directive; one that says what comes is one.
        if format.state().is_none() {
            fit.nothing = 0;
        }
        fit
    }

    fn score(self) -> usize {
        self.records + self.nothing
    }

    fn why(self, lines: &[&[u8]]) -> String {
        if lines.is_empty() {
            return "there is no line to look at".to_owned();
        }
        if self.score() == 0 {
            let json = lines
                .iter()
                .filter(|line| line.trim_ascii_start().starts_with(b"{"));
            return match json.count() {
                0 => "no known format fits the first lines".to_owned(),
                _ => "the first lines are JSON of no known server; say by a field map which \
                      field is which"
                    .to_owned(),
            };
        }
        let kinds = match (self.common, self.combined) {
            (0, 0) => "",
            (_, 0) => " (Common)",
            (0, _) => " (Combined)",
            (_, _) => " (Common and Combined)",
        };
        let (fit, all) = (self.score(), lines.len());
        match (fit, all) {
            (1, 1) => format!("the first line is in it{kinds}"),
            (fit, all) if fit == all => format!("the first {all} lines are in it{kinds}"),
            (1, all) => format!("1 of the first {all} lines is in it{kinds}"),
            (fit, all) => format!("{fit} of the first {all} lines are in it{kinds}"),
        }
    }
}
