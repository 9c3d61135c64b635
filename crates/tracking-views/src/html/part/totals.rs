//! Figures on tiles.

use std::cmp::Ordering;
use std::io::{self, Write};

use askama::Template;

use crate::Context;
use crate::format::{Label, Visible, change, grouped, size as bytes};
use crate::html::value::write;
use crate::model::{Total, TotalValue};

#[derive(Template)]
#[template(path = "part/totals.html")]
struct Totals<'a> {
    totals: &'a [Total],
    /// The class of the tiles, where numbers are too long for plain ones.
    size: Option<&'static str>,
}

/// Writes a tile for each figure. A number is never broken over two lines, so the longest one decides
/// the size of numbers and the number of tiles in a row.
pub(super) fn totals<W: Write + ?Sized>(out: &mut W, totals: &[Total]) -> io::Result<()> {
    let numbers = totals.iter().filter(|total| !is_text(total));
    let longest = numbers.map(|total| total.value().format().len()).max();
    let size = size(longest.unwrap_or(0));
    write(out, &Totals { totals, size })
}

/// The class of tiles with numbers of at most so many characters, commas included.
fn size(longest: usize) -> Option<&'static str> {
    match longest {
        // Up to 999,999.
        0..=7 => None,
        // Up to 9,999,999.
        8 | 9 => Some("big"),
        // Up to 999,999,999.
        10 | 11 => Some("bigger"),
        _ => Some("huge"),
    }
}

/// The change of a figure since the previous period.
struct Change {
    arrow: &'static str,
    share: String,
    words: String,
    before: String,
}

fn change_of(total: &Total) -> Option<Change> {
    let (now, before) = total.change()?;
    let (arrow, share) = change(now, before);
    let words = match now.cmp(&before) {
        Ordering::Greater => format!("up {share}"),
        Ordering::Equal => "unchanged".to_owned(),
        Ordering::Less => format!("down {share}"),
    };
    let before = match total.value() {
        TotalValue::Bytes(_) => bytes(before),
        _ => grouped(before),
    };
    Some(Change {
        arrow,
        share,
        words,
        before,
    })
}

fn label_of(total: &Total) -> Label {
    match total.link() {
        Some(address) => Context::linked(total.label(), address),
        None => Label::new(total.label(), None),
    }
}

fn is_text(total: &Total) -> bool {
    matches!(total.value(), TotalValue::Text(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_number_decides_and_texts_do_not_count() {
        let written = |values: &[u64]| {
            let mut out = Vec::new();
            let numbers = values.iter().map(|value| Total::new("Tracks", *value));
            let text = Total::new("Size", "a very long text, which may break");
            let figures: Vec<Total> = numbers.chain([text]).collect();
            totals(&mut out, &figures).unwrap();
            String::from_utf8(out).unwrap()
        };
        for (values, class) in [
            (&[1, 999_999][..], "totals"),
            (&[1, 1_999_800], "totals big"),
            (&[999_999_999, 1], "totals bigger"),
            (&[u64::MAX], "totals huge"),
        ] {
            let html = written(values);
            assert!(
                html.starts_with(&format!("<dl class=\"{class}\">")),
                "{html}"
            );
            assert_eq!(html.matches("<dd class=\"long\">").count(), 1);
        }
    }
}
