//! The line of the period before.

use super::layout::{CEILING, FLOOR};
use crate::html::value::{decimal, hundredths};

/// A line segment; its ends are in per cent of the chart's box.
#[derive(Debug)]
pub(in crate::html) struct Segment {
    pub(in crate::html) from: (String, String),
    pub(in crate::html) to: (String, String),
}

/// The line through a value for each slot, from middle to middle, where `top` is the highest value
/// of the scale; none where all values are 0.
pub(super) fn line(values: &[u64], top: u64) -> Vec<Segment> {
    if values.iter().all(|value| *value == 0) {
        return Vec::new();
    }
    let slots = u64::try_from(values.len()).unwrap_or(u64::MAX).max(1);
    let point = |index: u64, value: u64| {
        let height = hundredths(value, top) * (FLOOR - CEILING) / 10_000;
        let middle = (index * 2 + 1) * 10_000 / (slots * 2);
        (decimal(middle), decimal(FLOOR - height))
    };
    let pairs = (0_u64..).zip(values).zip(values.iter().skip(1));
    let segment = |((index, from), to): ((u64, &u64), &u64)| Segment {
        from: point(index, *from),
        to: point(index + 1, *to),
    };
    pairs.map(segment).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_goes_from_middle_to_middle() {
        let line = line(&[0, 10], 10);
        assert_eq!(line.len(), 1);
        assert_eq!(line[0].from, ("25".to_owned(), "88".to_owned()));
        assert_eq!(line[0].to, ("75".to_owned(), "9".to_owned()));
        assert!(super::line(&[0, 0], 10).is_empty());
        assert!(super::line(&[3], 10).is_empty());
    }
}
