//! Medians over the rounds.

use std::collections::BTreeMap;

use super::{Sample, Unit};
use crate::contenders::Name;

/// Numbers by metric and contender.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// In the order in which they were first measured.
    metrics: Vec<(String, Unit)>,
    contenders: Vec<Name>,
    sizes: Vec<usize>,
    /// By metric, contender and size; one per round.
    values: BTreeMap<(String, Name, usize), BTreeMap<usize, f64>>,
}

impl Summary {
    /// Groups samples by what they measure.
    pub fn new(samples: &[Sample]) -> Self {
        let mut summary = Self::default();
        for sample in samples {
            if !summary
                .metrics
                .iter()
                .any(|(metric, _)| *metric == sample.metric)
            {
                summary.metrics.push((sample.metric.clone(), sample.unit));
            }
            if !summary.contenders.contains(&sample.contender) {
                summary.contenders.push(sample.contender);
            }
            if !summary.sizes.contains(&sample.n) {
                summary.sizes.push(sample.n);
            }
            let key = (sample.metric.clone(), sample.contender, sample.n);
            let rounds = summary.values.entry(key).or_default();
            rounds.insert(sample.round, sample.value);
        }
        summary
    }

    /// A number with commas: 1,000,000.
    pub fn thousands(number: usize) -> String {
        let digits = number.to_string();
        let mut shown = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                shown.push(',');
            }
            shown.push(digit);
        }
        shown
    }

    /// The metrics in the order of measurement.
    pub fn metrics(&self) -> &[(String, Unit)] {
        &self.metrics
    }

    /// The contender.
    pub fn contenders(&self) -> &[Name] {
        &self.contenders
    }

    /// The numbers of tracks.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// The maximum number of rounds of a number of tracks.
    pub fn max_rounds(&self, n: usize) -> usize {
        let of_n = self.values.iter().filter(|((_, _, size), _)| *size == n);
        of_n.map(|(_, rounds)| rounds.len()).max().unwrap_or(0)
    }

    fn rounds(&self, metric: &str, contender: Name, n: usize) -> Option<&BTreeMap<usize, f64>> {
        self.values.get(&(metric.to_owned(), contender, n))
    }

    /// The median of a metric.
    pub fn median(&self, metric: &str, contender: Name, n: usize) -> Option<f64> {
        median(
            self.rounds(metric, contender, n)?
                .values()
                .copied()
                .collect(),
        )
    }

    /// The median of the ratios of one contender's metric to another's, computed round by round.
    pub fn ratio(&self, n: usize, one: (&str, Name), other: (&str, Name)) -> Option<f64> {
        let other = self.rounds(other.0, other.1, n)?;
        let ratio = |(round, value): (&usize, &f64)| {
            other
                .get(round)
                .filter(|other| **other > 0.0)
                .map(|other| value / other)
        };
        median(
            self.rounds(one.0, one.1, n)?
                .iter()
                .filter_map(ratio)
                .collect(),
        )
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = values.get(middle).copied()?;
    if values.len() % 2 == 1 {
        Some(upper)
    } else {
        Some(f64::midpoint(*values.get(middle - 1)?, upper))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Name = Name::Tracking;
    const OTHER: Name = Name::LimitRows;

    fn sample(round: usize, contender: Name, value: f64) -> Sample {
        Sample {
            round,
            n: 10,
            shape: crate::work::Shape::Skewed,
            contender,
            metric: "last_p50".to_owned(),
            value,
            unit: Unit::Nanoseconds,
        }
    }

    #[test]
    fn ratios_are_formed_round_by_round() {
        let samples = [
            sample(0, ONE, 10.0),
            sample(0, OTHER, 5.0),
            sample(1, ONE, 90.0),
            sample(1, OTHER, 30.0),
            sample(2, ONE, 20.0),
            sample(2, OTHER, 20.0),
        ];
        let summary = Summary::new(&samples);
        let ratio = summary.ratio(10, ("last_p50", ONE), ("last_p50", OTHER));
        assert_eq!(ratio, Some(2.0));
        assert_eq!(summary.median("last_p50", ONE, 10), Some(20.0));
        assert_eq!(summary.median("last_p50", Name::SqliteMem, 10), None);
    }
}
