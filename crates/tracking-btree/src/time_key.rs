//! The order of time.

use tracking_core::Timestamp;

use crate::numbers::TrackNo;

/// A track in the order of time, and of equal times in the order of ids.
///
/// In three pieces of 32 bits, which compare like the two numbers they are made of and take 12
/// bytes instead of 16.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TimeKey {
    high: i32,
    low: u32,
    track: TrackNo,
}

impl TimeKey {
    #[expect(clippy::cast_sign_loss, reason = "the low half is meant as it is")]
    pub(crate) fn new(time: Timestamp, track: TrackNo) -> Self {
        let micros = time.micros();
        Self {
            high: (micros >> 32) as i32,
            low: micros as u32,
            track,
        }
    }

    /// Before everything of this time.
    pub(crate) fn first_at(time: Timestamp) -> Self {
        Self::new(time, 0)
    }

    /// After everything of this time.
    pub(crate) fn last_at(time: Timestamp) -> Self {
        Self::new(time, TrackNo::MAX)
    }

    pub(crate) fn track(self) -> TrackNo {
        self.track
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_sorts_by_time_and_then_by_id(
            a in (-62_167_219_200_000_000..253_402_300_800_000_000_i64, any::<u32>()),
            b in (-62_167_219_200_000_000..253_402_300_800_000_000_i64, any::<u32>()),
        ) {
            let key = |(micros, track)| TimeKey::new(Timestamp::from_micros(micros).unwrap(), track);
            prop_assert_eq!(key(a).cmp(&key(b)), a.cmp(&b));
        }

        #[test]
        fn close_times_sort_too(base in -5_i64..5, a in -3_i64..3, b in -3_i64..3) {
            let key = |offset| TimeKey::first_at(Timestamp::from_micros((base << 32) + offset).unwrap());
            prop_assert_eq!(key(a).cmp(&key(b)), a.cmp(&b));
        }
    }

    #[test]
    fn it_takes_12_bytes() {
        assert_eq!(size_of::<TimeKey>(), 12);
    }
}
