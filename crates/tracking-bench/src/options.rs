//! Options of the program.

use std::path::PathBuf;
use std::time::Duration;

use crate::contenders::Name;
use crate::measure::Effort;
use crate::work::Shape;

/// Measures the stores of `tracking` and their alternatives.
#[derive(Clone, Debug, clap::Parser)]
#[command(name = "tracking-bench", version, args_override_self = true)]
#[non_exhaustive]
pub struct Options {
    /// How many tracks are loaded
    #[arg(long, default_value_t = 1_000_000, value_parser = count)]
    pub n: usize,
    /// Who takes part; with --grow, our store only unless told otherwise
    #[arg(long, value_enum, value_delimiter = ',')]
    pub only: Vec<Name>,
    /// How often everything is repeated, from loading on
    #[arg(long, default_value_t = 5)]
    pub rounds: usize,
    /// Parts of the names of the metrics that are measured
    #[arg(long, value_delimiter = ',')]
    pub metrics: Vec<String>,
    /// How tracks are spread over tasks, users and values
    #[arg(long, value_enum, default_value_t = Shape::Skewed)]
    pub shape: Shape,
    /// The same as --shape flat
    #[arg(long, conflicts_with = "shape")]
    pub flat: bool,
    /// Leave memory out, which takes a process for each contender
    #[arg(long)]
    pub no_memory: bool,
    /// Append each number to this file, as JSON lines
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Show how cost grows over these numbers of tracks
    #[arg(long, value_delimiter = ',', value_name = "N,N,..", value_parser = count)]
    pub grow: Vec<usize>,
    /// How long a contender may take for one metric, in milliseconds, about
    #[arg(long, default_value_t = 1_500, value_name = "MS")]
    pub budget: u64,
    /// Load one contender and tell its memory; the program starts itself with this
    #[arg(long, hide = true, value_enum)]
    pub memory_of: Option<Name>,
}

/// A number of at least 1, with underscores where one likes.
fn count(text: &str) -> Result<usize, String> {
    let number: usize = text
        .replace('_', "")
        .parse()
        .map_err(|_| "not a number".to_owned())?;
    if number == 0 {
        return Err("there has to be something to measure".to_owned());
    }
    Ok(number)
}

impl Options {
    /// The shape of the workload.
    pub fn shape(&self) -> Shape {
        if self.flat { Shape::Flat } else { self.shape }
    }

    /// The contenders.
    pub fn contenders(&self) -> Vec<Name> {
        if !self.only.is_empty() {
            self.only.clone()
        } else if self.grow.is_empty() {
            Name::IN_MEMORY.to_vec()
        } else {
            vec![Name::Tracking]
        }
    }

    /// How much is measured.
    pub fn effort(&self) -> Effort {
        Effort {
            rounds: self.rounds,
            budget: Duration::from_millis(self.budget),
            metrics: self.metrics.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[test]
    fn lists_and_numbers_are_read() {
        let words = "tracking-bench --n 10_000 --only tracking,sqlite-mem --metrics q_,last --flat";
        let options = Options::try_parse_from(words.split(' ')).unwrap();
        assert_eq!(options.n, 10_000);
        assert_eq!(options.contenders(), [Name::Tracking, Name::SqliteMem]);
        assert_eq!(options.shape(), Shape::Flat);
        let effort = options.effort();
        assert!(effort.wants("q_task_p50") && effort.wants("last_p50"));
        assert!(!effort.wants("save_rate"));
    }

    #[test]
    fn nothing_to_measure_is_refused() {
        assert!(Options::try_parse_from(["tracking-bench", "--n", "0"]).is_err());
    }
}
