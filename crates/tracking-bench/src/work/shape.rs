//! Shapes of workloads.

/// How tracks are spread over tasks, users and values of the indexed data field.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    clap::ValueEnum,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Shape {
    /// Few tasks and few users have most of the tracks.
    #[default]
    Skewed,
    /// All tasks have about as many tracks, and all users.
    Flat,
    /// Skewed, but all tracks are of one task.
    OneTask,
    /// Skewed, but all tracks are of one user.
    OneUser,
    /// Skewed, with as many values of the indexed field as there are tracks.
    ManyValues,
}

impl Shape {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Skewed,
        Self::Flat,
        Self::OneTask,
        Self::OneUser,
        Self::ManyValues,
    ];

    /// Its name in results and options.
    pub fn name(self) -> &'static str {
        match self {
            Self::Skewed => "skewed",
            Self::Flat => "flat",
            Self::OneTask => "one-task",
            Self::OneUser => "one-user",
            Self::ManyValues => "many-values",
        }
    }

    /// The cumulated probabilities of `count` names: the last is 1.
    pub(super) fn shares(self, count: usize) -> Vec<f64> {
        let weight = |rank: usize| match self {
            Self::Flat => 1.0,
            _ => 1.0 / rank as f64,
        };
        let mut sum = 0.0;
        let add = |rank| {
            sum += weight(rank);
            sum
        };
        let mut shares: Vec<f64> = (1..=count).map(add).collect();
        for share in &mut shares {
            *share /= sum;
        }
        shares
    }
}
