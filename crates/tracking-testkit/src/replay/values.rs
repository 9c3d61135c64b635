//! Times and runs as the recordings write them.

use serde::{Deserialize, Deserializer, de};
use tracking_core::{RunId, Timestamp};

/// A time as whole seconds since the start of 1970.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seconds(pub(super) Timestamp);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = i64::deserialize(deserializer)?;
        Timestamp::from_secs(seconds)
            .map(Self)
            .map_err(de::Error::custom)
    }
}

/// A run as a number: 0 stands for none given, which mostly means the current one.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct RunNumber(i64);

impl RunNumber {
    /// The run that is named. A number below 0 names one that no store ever gives, so that the
    /// store is asked all the same.
    pub(super) fn id(self) -> Option<RunId> {
        RunId::new(self.0.cast_unsigned())
    }
}
