//! A sample: what learners did on a made-up learning platform, and the log of its web server.

mod learning;
mod random;
mod web_log;
mod words;

use clap::ValueEnum;
use tracking_core::Timestamp;

pub(crate) use learning::fill;
pub(crate) use web_log::write_log;

/// What a sample is made of; the same values make the same sample.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) seed: u64,
    /// The last moment of it.
    pub(crate) until: Timestamp,
    pub(crate) size: Size,
}

/// How much of everything there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Size {
    /// 20 learners, about 5,000 requests
    Small,
    /// 80 learners, about 20,000 requests
    #[default]
    Medium,
    /// 800 learners, about 200,000 requests
    Large,
}

/// How many days a sample covers.
const DAYS: i64 = 35;

impl Size {
    fn learners(self) -> u64 {
        match self {
            Self::Small => 20,
            Self::Medium => 80,
            Self::Large => 800,
        }
    }

    /// How many people visit the site on a working day.
    fn visits(self) -> u64 {
        match self {
            Self::Small => 18,
            Self::Medium => 75,
            Self::Large => 750,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }
}
