//! The status of a request, as in `--status 4xx`.

use std::ops::RangeInclusive;
use std::str::FromStr;

use anyhow::{Result, bail};
use tracking_core::{FieldFilter, NumberRange};

/// The data field with the status.
const FIELD: &str = "status";
/// The valid statuses.
const STATUSES: RangeInclusive<u16> = 100..=599;

/// A range of statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    from: u16,
    to: u16,
}

/// The filter for any of these; some log formats keep a status as text.
pub(super) fn any_of(statuses: &[Status]) -> FieldFilter {
    let all = statuses.iter().flat_map(|status| status.from..=status.to);
    let texts = FieldFilter::new(FIELD, all.map(|status| status.to_string()));
    let ranges = statuses
        .iter()
        .map(|status| NumberRange::from(status.from..=status.to));
    ranges.fold(texts, FieldFilter::or_numbers)
}

impl FromStr for Status {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let class = text.strip_suffix("xx").and_then(|class| class.parse().ok());
        let ends = text.split_once("..").or_else(|| text.split_once('-'));
        let (from, to) = match (class, ends) {
            (Some(class @ 1..=5), _) => (class * 100, class * 100 + 99),
            (None, Some((from, to))) => (from.parse()?, to.parse()?),
            (None, None) => {
                let status = text.parse()?;
                (status, status)
            }
            _ => bail!("the first digit of a status is 1 to 5"),
        };
        if !STATUSES.contains(&from) || !STATUSES.contains(&to) || from > to {
            bail!("a status lies between 100 and 599");
        }
        Ok(Self { from, to })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_one_a_class_or_a_range() {
        for (text, from, to) in [
            ("404", 404, 404),
            ("2xx", 200, 299),
            ("200-304", 200, 304),
            ("200..304", 200, 304),
        ] {
            assert_eq!(
                text.parse::<Status>().unwrap(),
                Status { from, to },
                "{text}"
            );
        }
        for text in [
            "", "6xx", "xx", "99", "600", "304-200", "a-b", "200-", "200..", "20x",
        ] {
            assert!(text.parse::<Status>().is_err(), "{text}");
        }
    }
}
