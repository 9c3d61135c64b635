//! Writes values as HTML.

use std::io::{self, Write};

use askama::Template;
use tracking_core::RunState;

/// Writes a template and ends its last line, which askama does not; it escapes what is put in.
pub(super) fn write<W: Write + ?Sized>(out: &mut W, template: &impl Template) -> io::Result<()> {
    // A writer of a known size, for the template asks for one.
    let mut out = out;
    Template::write_into(template, &mut out)?;
    writeln!(out)
}

/// The class of the badge of a state.
pub(super) fn state_class(state: RunState) -> &'static str {
    match state {
        RunState::Finished | RunState::Session => "calm",
        RunState::Current => "",
        _ => "warn",
    }
}

/// The share of `part` in `whole` in hundredths of a per cent, at most 100 per cent.
pub(super) fn hundredths(part: u64, whole: u64) -> u64 {
    if whole == 0 {
        return 0;
    }
    let scaled = u128::from(part.min(whole)) * 10_000 / u128::from(whole);
    u64::try_from(scaled).unwrap_or(10_000)
}

/// Hundredths of a per cent as a number: `12.5`.
pub(super) fn decimal(hundredths: u64) -> String {
    let (whole, part) = (hundredths / 100, hundredths % 100);
    let formatted = format!("{whole}.{part:02}");
    formatted
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_written_as_short_numbers() {
        let formatted = |part, whole| decimal(hundredths(part, whole));
        assert_eq!(formatted(1, 8), "12.5");
        assert_eq!(formatted(1, 1), "100");
        assert_eq!(formatted(0, 0), "0");
        assert_eq!(formatted(9, 1), "100");
        assert_eq!(formatted(1, 3), "33.33");
        assert_eq!(formatted(u64::MAX, u64::MAX), "100");
    }
}
