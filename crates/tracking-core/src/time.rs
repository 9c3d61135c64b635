//! Time: stamps, ranges, zones, and the clock that a store is given.

mod clock;
mod range;
mod timestamp;
mod zone;

pub use clock::{Clock, ManualClock, SystemClock};
pub use range::TimeRange;
pub use timestamp::Timestamp;
pub use zone::Zone;
