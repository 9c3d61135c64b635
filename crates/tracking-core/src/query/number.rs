//! Numbers in data, compared by their value, and ranges of them.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

/// A number as data holds it: an integer of 64 bits, exactly, or a 64-bit float.
///
/// Numbers compare by their value, however they are written: 10, 10.0 and 1e1 are equal, and
/// large integers are distinguished exactly, also from floats.
///
/// ```
/// use tracking_core::Number;
///
/// assert_eq!(Number::from(10), Number::from(10.0));
/// assert!(Number::from(9_007_199_254_740_993_u64) > Number::from(9_007_199_254_740_992.0));
/// ```
#[derive(Clone, Copy)]
pub struct Number(Kind);

/// An integral value within 64 bits is always an integer, so equal numbers have the same form.
#[derive(Clone, Copy)]
enum Kind {
    Integer(i128),
    Float(f64),
}

/// What integers of 64 bits reach.
const INTEGERS: RangeInclusive<i128> = i64::MIN as i128..=u64::MAX as i128;

impl Number {
    /// Reads a number from JSON text, as [`DataRef::raw`](crate::DataRef::raw) gives it; nothing
    /// where the text is another value.
    pub fn from_json(text: &str) -> Option<Self> {
        if !text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
            return None;
        }
        if text.contains(['.', 'e', 'E']) {
            return text.parse::<f64>().ok().map(Self::from);
        }
        match text.parse::<i128>() {
            Ok(number) if INTEGERS.contains(&number) => Some(Self(Kind::Integer(number))),
            _ => text.parse::<f64>().ok().map(Self::from),
        }
    }

    /// The integer that it is, if it is one of 64 bits.
    pub fn as_integer(self) -> Option<i128> {
        match self.0 {
            Kind::Integer(number) => Some(number),
            Kind::Float(_) => None,
        }
    }

    /// The float that comes closest to it.
    #[expect(
        clippy::cast_precision_loss,
        reason = "the closest float is what is asked for"
    )]
    pub fn to_f64(self) -> f64 {
        match self.0 {
            Kind::Integer(number) => number as f64,
            Kind::Float(number) => number,
        }
    }

    fn is_nan(self) -> bool {
        matches!(self.0, Kind::Float(number) if number.is_nan())
    }
}

macro_rules! from_integers {
    ($($integer:ty)*) => {
        $(impl From<$integer> for Number {
            fn from(number: $integer) -> Self {
                Self(Kind::Integer(number.into()))
            }
        })*
    };
}

from_integers!(i8 i16 i32 i64 u8 u16 u32 u64);

impl From<f32> for Number {
    fn from(number: f32) -> Self {
        Self::from(f64::from(number))
    }
}

impl From<f64> for Number {
    /// Takes any float. None is in data that is not finite, so infinity only makes sense as an
    /// end of a range, and a range that ends at NaN is empty.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an integral number in range is cast without loss"
    )]
    fn from(number: f64) -> Self {
        let integer = number as i128;
        if number.fract() == 0.0 && INTEGERS.contains(&integer) {
            Self(Kind::Integer(integer))
        } else {
            Self(Kind::Float(number))
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.0, other.0) {
            (Kind::Integer(a), Kind::Integer(b)) => a.cmp(&b),
            (Kind::Float(a), Kind::Float(b)) => a.total_cmp(&b),
            (Kind::Integer(a), Kind::Float(b)) => compare(a, b),
            (Kind::Float(a), Kind::Integer(b)) => compare(b, a).reverse(),
        }
    }
}

/// Compares an integer of 64 bits with a float exactly; NaN lies after every number.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast to so many bits keeps the order, also of what does not fit"
)]
fn compare(integer: i128, float: f64) -> Ordering {
    if float.is_nan() {
        return Ordering::Less;
    }
    let whole = float.trunc();
    let by_fraction = || 0.0_f64.total_cmp(&(float - whole));
    integer.cmp(&(whole as i128)).then_with(by_fraction)
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.0 {
            Kind::Integer(number) => number.hash(state),
            Kind::Float(number) => number.to_bits().hash(state),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Kind::Integer(number) => write!(f, "{number}"),
            Kind::Float(number) => write!(f, "{number}"),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A range of numbers, by their value; each end may be included, excluded or open.
///
/// It can be read from text as people write it: `>=400`, `>400`, `<=499`, `<250`, `400..499`
/// with both ends included, `400..`, `..499`, `4xx` for 400 up to, but not including, 500, and
/// a plain number for itself.
///
/// ```
/// use tracking_core::{Number, NumberRange};
///
/// let errors: NumberRange = "4xx".parse()?;
/// assert_eq!(errors, NumberRange::from(400..500));
/// assert!(errors.contains(Number::from(499.5)));
/// assert!(NumberRange::at_least(0.5).contains(Number::from(1)));
/// # Ok::<(), tracking_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct NumberRange {
    lower: Bound<Number>,
    upper: Bound<Number>,
}

impl NumberRange {
    /// From one end to another. A range that ends at NaN, or before it begins, holds nothing.
    pub fn new(lower: Bound<Number>, upper: Bound<Number>) -> Self {
        let ends = [lower, upper];
        if ends
            .iter()
            .any(|end| end_of(end).is_some_and(Number::is_nan))
        {
            return Self::EMPTY;
        }
        // Data holds no infinity, so all numbers lie on this side of it, or none does.
        let lower = match lower {
            Included(end) | Excluded(end) if end.to_f64() == f64::NEG_INFINITY => Unbounded,
            end => end,
        };
        let upper = match upper {
            Included(end) | Excluded(end) if end.to_f64() == f64::INFINITY => Unbounded,
            end => end,
        };
        let range = Self { lower, upper };
        if range.is_empty() { Self::EMPTY } else { range }
    }

    /// Holds nothing.
    const EMPTY: Self = Self {
        lower: Excluded(Number(Kind::Integer(0))),
        upper: Excluded(Number(Kind::Integer(0))),
    };

    /// This number and all that are larger.
    pub fn at_least(number: impl Into<Number>) -> Self {
        Self::new(Included(number.into()), Unbounded)
    }

    /// All numbers that are larger than this one.
    pub fn more_than(number: impl Into<Number>) -> Self {
        Self::new(Excluded(number.into()), Unbounded)
    }

    /// This number and all that are smaller.
    pub fn at_most(number: impl Into<Number>) -> Self {
        Self::new(Unbounded, Included(number.into()))
    }

    /// All numbers that are smaller than this one.
    pub fn less_than(number: impl Into<Number>) -> Self {
        Self::new(Unbounded, Excluded(number.into()))
    }

    /// From one number to another, both included.
    pub fn between(from: impl Into<Number>, to: impl Into<Number>) -> Self {
        Self::new(Included(from.into()), Included(to.into()))
    }

    /// Where it begins.
    pub fn lower(&self) -> Bound<Number> {
        self.lower
    }

    /// Where it ends.
    pub fn upper(&self) -> Bound<Number> {
        self.upper
    }

    /// Tells whether no number lies in it.
    pub fn is_empty(&self) -> bool {
        match (self.lower, self.upper) {
            (Included(from), Included(to)) => from > to,
            (Included(from) | Excluded(from), Included(to) | Excluded(to)) => from >= to,
            (Included(from) | Excluded(from), Unbounded) => from.to_f64() == f64::INFINITY,
            (Unbounded, Included(to) | Excluded(to)) => to.to_f64() == f64::NEG_INFINITY,
            (Unbounded, Unbounded) => false,
        }
    }

    /// Tells whether a number lies in it.
    pub fn contains(&self, number: Number) -> bool {
        let begins = match self.lower {
            Included(from) => from <= number,
            Excluded(from) => from < number,
            Unbounded => true,
        };
        begins
            && match self.upper {
                Included(to) => number <= to,
                Excluded(to) => number < to,
                Unbounded => true,
            }
    }

    /// The numbers that lie in both.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        // Of two ends at the same number the one that leaves it out is the stricter.
        let rank = |end: &Bound<Number>| (end_of(end), matches!(end, Excluded(_)));
        let lower = [self.lower, other.lower].into_iter().max_by_key(rank);
        let upper = [self.upper, other.upper].into_iter();
        let upper = upper.filter(|end| *end != Unbounded).min_by(|a, b| {
            let (a, b) = (rank(a), rank(b));
            a.0.cmp(&b.0).then(b.1.cmp(&a.1))
        });
        Self::new(lower.unwrap_or(Unbounded), upper.unwrap_or(Unbounded))
    }
}

fn end_of(end: &Bound<Number>) -> Option<Number> {
    match end {
        Included(number) | Excluded(number) => Some(*number),
        Unbounded => None,
    }
}

impl<N: Into<Number>> From<Range<N>> for NumberRange {
    fn from(range: Range<N>) -> Self {
        Self::new(Included(range.start.into()), Excluded(range.end.into()))
    }
}

impl<N: Into<Number>> From<RangeInclusive<N>> for NumberRange {
    fn from(range: RangeInclusive<N>) -> Self {
        let (from, to) = range.into_inner();
        Self::between(from, to)
    }
}

impl<N: Into<Number>> From<RangeFrom<N>> for NumberRange {
    fn from(range: RangeFrom<N>) -> Self {
        Self::at_least(range.start)
    }
}

impl<N: Into<Number>> From<RangeTo<N>> for NumberRange {
    fn from(range: RangeTo<N>) -> Self {
        Self::less_than(range.end)
    }
}

impl<N: Into<Number>> From<RangeToInclusive<N>> for NumberRange {
    fn from(range: RangeToInclusive<N>) -> Self {
        Self::at_most(range.end)
    }
}

impl From<RangeFull> for NumberRange {
    fn from(_: RangeFull) -> Self {
        Self::new(Unbounded, Unbounded)
    }
}

impl FromStr for NumberRange {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        read(text.trim())
            .ok_or_else(|| Error::parse("range of numbers", text, ">=400, <250, 400..499 or 4xx"))
    }
}

fn read(text: &str) -> Option<NumberRange> {
    let number = |text: &str| Number::from_json(text.trim()).filter(|n| n.to_f64().is_finite());
    if let Some(rest) = text.strip_prefix(">=") {
        return number(rest).map(NumberRange::at_least);
    }
    if let Some(rest) = text.strip_prefix("<=") {
        return number(rest).map(NumberRange::at_most);
    }
    if let Some(rest) = text.strip_prefix('>') {
        return number(rest).map(NumberRange::more_than);
    }
    if let Some(rest) = text.strip_prefix('<') {
        return number(rest).map(NumberRange::less_than);
    }
    if let Some((from, to)) = text.split_once("..") {
        return match (from.trim(), to.trim()) {
            ("", "") => None,
            ("", to) => number(to).map(NumberRange::at_most),
            (from, "") => number(from).map(NumberRange::at_least),
            (from, to) => Some(NumberRange::between(number(from)?, number(to)?)),
        };
    }
    let digits = text.trim_end_matches(['x', 'X']);
    if digits.len() == text.len() {
        return number(text).map(|number| NumberRange::between(number, number));
    }
    // No sign: -4xx would go the other way.
    let first: u64 = digits.parse().ok().filter(|_| !digits.starts_with('+'))?;
    let places = u32::try_from(text.len() - digits.len()).ok()?;
    let size = 10_u64.checked_pow(places)?;
    let from = first.checked_mul(size)?;
    Some(NumberRange::from(from..from.checked_add(size)?))
}

/// As JSON: each end by its name, none where it is open.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Parts {
    #[serde(skip_serializing_if = "Option::is_none")]
    at_least: Option<serde_json::Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    more_than: Option<serde_json::Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_most: Option<serde_json::Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    less_than: Option<serde_json::Number>,
}

impl TryFrom<Parts> for NumberRange {
    type Error = Error;

    fn try_from(parts: Parts) -> Result<Self, Error> {
        type Make = fn(Number) -> NumberRange;
        let ends: [(Option<serde_json::Number>, Make); 4] = [
            (parts.at_least, Self::at_least),
            (parts.more_than, Self::more_than),
            (parts.at_most, Self::at_most),
            (parts.less_than, Self::less_than),
        ];
        let mut range = Self::from(..);
        for (end, make) in ends {
            let Some(end) = end else { continue };
            let text = end.to_string();
            let number = Number::from_json(&text)
                .ok_or_else(|| Error::parse("number", &text, "400 or 2.5"))?;
            range = range.intersect(&make(number));
        }
        Ok(range)
    }
}

impl From<NumberRange> for Parts {
    fn from(range: NumberRange) -> Self {
        let mut parts = Self::default();
        match range.lower {
            Included(from) => parts.at_least = written(from),
            Excluded(from) => parts.more_than = written(from),
            Unbounded => {}
        }
        match range.upper {
            Included(to) => parts.at_most = written(to),
            Excluded(to) => parts.less_than = written(to),
            Unbounded => {}
        }
        parts
    }
}

/// A number as JSON has it; every end of a range is finite.
fn written(number: Number) -> Option<serde_json::Number> {
    match number.0 {
        Kind::Integer(integer) => serde_json::Number::from_i128(integer),
        Kind::Float(float) => serde_json::Number::from_f64(float),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::from_json(text).unwrap()
    }

    #[test]
    fn numbers_compare_by_their_value_and_exactly() {
        for equal in [
            &["10", "10.0", "1e1", "1E+1", "100e-1"][..],
            &["0", "0.0", "-0.0", "-0"],
            &["18446744073709551615"],
            &["10000000000000000000", "1e19"],
            &["-9223372036854775808", "-9223372036854775808.0"],
        ] {
            for (a, b) in equal.iter().flat_map(|a| equal.iter().map(move |b| (a, b))) {
                assert_eq!(number(a), number(b), "{a} {b}");
            }
        }
        let ascending = [
            "-1e300",
            "-9223372036854775808",
            "-9223372036854775807",
            "-1.5",
            "-1",
            "0",
            "5e-324",
            "0.5",
            "1",
            "9007199254740992",
            "9007199254740993",
            "18446744073709551614",
            "18446744073709551615",
            "18446744073709551616",
            "1e300",
        ];
        for (place, a) in ascending.iter().enumerate() {
            for (other, b) in ascending.iter().enumerate() {
                assert_eq!(number(a).cmp(&number(b)), place.cmp(&other), "{a} {b}");
            }
        }
        for text in ["", "\"1\"", "true", "null", "[1]", "{}", "x", "-", "1x"] {
            assert!(Number::from_json(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_range_is_read_as_people_write_it() {
        let range = |text: &str| text.parse::<NumberRange>().unwrap();
        assert_eq!(range(">=400"), NumberRange::from(400..));
        assert_eq!(range("> 1e1"), NumberRange::more_than(10));
        assert_eq!(range("<250"), NumberRange::from(..250));
        assert_eq!(range("<=2.5"), NumberRange::at_most(2.5));
        assert_eq!(range("400..499"), NumberRange::from(400..=499));
        assert_eq!(range("-5 .. 5"), NumberRange::between(-5, 5));
        assert_eq!(range("..7"), NumberRange::from(..=7));
        assert_eq!(range("7.."), NumberRange::from(7..));
        assert_eq!(range("4xx"), NumberRange::from(400..500));
        assert_eq!(range("40X"), NumberRange::from(400..410));
        assert_eq!(range("404"), NumberRange::from(404..=404));
        for text in [
            "",
            "..",
            ">",
            ">=x",
            "xx",
            "-4xx",
            "+4xx",
            "4.5xx",
            "4xx5",
            "a..b",
            "1...2",
            "abc",
            "99999999999999999999xx",
            "1e999",
            ">=NaN",
            "=4",
        ] {
            assert!(text.parse::<NumberRange>().is_err(), "{text}");
        }
    }

    #[test]
    fn odd_ends_make_empty_or_open_ranges() {
        assert!(NumberRange::at_least(f64::NAN).is_empty());
        assert!(NumberRange::at_least(f64::INFINITY).is_empty());
        assert!(NumberRange::from(5..5).is_empty());
        assert_eq!(NumberRange::between(9, 3), NumberRange::from(1..1));
        assert_eq!(
            NumberRange::at_least(f64::NEG_INFINITY),
            NumberRange::from(..)
        );
        assert_eq!(NumberRange::at_most(f64::INFINITY), NumberRange::from(..));
        assert!(NumberRange::from(..).contains(Number::from(-1e300)));
    }

    #[test]
    fn both_ranges_hold_what_each_holds_and_text_gives_the_same_back() {
        let ranges = [
            NumberRange::from(..),
            NumberRange::from(1..3),
            NumberRange::from(2..=3),
            NumberRange::more_than(2),
            NumberRange::at_most(2.5),
            NumberRange::less_than(-1),
            NumberRange::from(0..0),
            NumberRange::at_least(u64::MAX),
        ];
        let numbers = [-2.0, -1.0, 0.0, 1.0, 2.0, 2.5, 3.0, 1e20].map(Number::from);
        for (a, b) in ranges
            .iter()
            .flat_map(|a| ranges.iter().map(move |b| (a, b)))
        {
            for number in numbers {
                assert_eq!(
                    a.intersect(b).contains(number),
                    a.contains(number) && b.contains(number),
                    "{a:?} {b:?} {number}"
                );
            }
        }
        for range in ranges {
            let text = serde_json::to_string(&range).unwrap();
            assert_eq!(serde_json::from_str::<NumberRange>(&text).unwrap(), range);
        }
    }
}
