//! Sessions: what one user does without a long pause.

use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::{TimeRange, Timestamp};

/// The longest pause within a session, to the microsecond; a longer one ends it.
///
/// With a gap of zero, only tracks of the same microsecond are one session. There is no limit:
/// a gap of more than 10,000 years makes all that a user ever does one session.
///
/// ```
/// use std::time::Duration;
///
/// use chrono::TimeDelta;
/// use tracking_core::SessionGap;
///
/// assert_eq!(SessionGap::default().length(), TimeDelta::minutes(30));
/// assert_eq!(SessionGap::from(Duration::from_secs(1800)), SessionGap::default());
/// assert!(SessionGap::new(TimeDelta::seconds(-1)).is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SessionGap {
    micros: u64,
}

impl SessionGap {
    /// Takes a length of time; nothing where that is negative.
    pub fn new(length: TimeDelta) -> Option<Self> {
        (length >= TimeDelta::zero()).then(|| {
            let micros = length.num_microseconds().unwrap_or(i64::MAX);
            Self {
                micros: micros.unsigned_abs(),
            }
        })
    }

    /// How long it is.
    pub fn length(self) -> TimeDelta {
        TimeDelta::microseconds(i64::try_from(self.micros).unwrap_or(i64::MAX))
    }

    /// The number of microseconds.
    pub const fn micros(self) -> u64 {
        self.micros
    }

    /// From this long before a time to that time: the user's last track in there says which
    /// session a track of that time belongs to.
    pub fn before(self, time: Timestamp) -> TimeRange {
        TimeRange::between(time.saturating_add(-self.length()), time)
    }

    /// From a time to this long after it: where there is no track [before](Self::before), the
    /// user's first track in there says which session a track of that time belongs to.
    pub fn after(self, time: Timestamp) -> TimeRange {
        TimeRange::between(time, time.saturating_add(self.length()))
    }
}

impl Default for SessionGap {
    /// 30 minutes, as web statistics have it.
    fn default() -> Self {
        Self {
            micros: 30 * 60 * 1_000_000,
        }
    }
}

impl From<Duration> for SessionGap {
    /// Takes a length of time, of which parts finer than a microsecond are cut off.
    fn from(length: Duration) -> Self {
        Self {
            micros: u64::try_from(length.as_micros()).unwrap_or(u64::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_cut_to_microseconds_and_never_too_long() {
        let nanos = |nanos| SessionGap::from(Duration::from_nanos(nanos)).micros();
        assert_eq!((nanos(999), nanos(1_999)), (0, 1));
        assert_eq!(SessionGap::from(Duration::MAX).micros(), u64::MAX);
        let longest = SessionGap::from(Duration::MAX);
        assert_eq!(longest.length(), TimeDelta::microseconds(i64::MAX));
        let all = TimeRange::between(Timestamp::MIN, Timestamp::EPOCH);
        assert_eq!(longest.before(Timestamp::EPOCH), all);
        let all = TimeRange::between(Timestamp::EPOCH, Timestamp::MAX);
        assert_eq!(longest.after(Timestamp::EPOCH), all);
        assert!(SessionGap::new(TimeDelta::MAX).is_some());
        assert!(SessionGap::new(TimeDelta::nanoseconds(-1)).is_none());
    }

    #[test]
    fn a_gap_of_zero_holds_one_moment() {
        let zero = SessionGap::from(Duration::ZERO);
        let moment = TimeRange::between(Timestamp::EPOCH, Timestamp::EPOCH);
        assert_eq!(zero.before(Timestamp::EPOCH), moment);
        assert_eq!(zero.after(Timestamp::EPOCH), moment);
    }
}
