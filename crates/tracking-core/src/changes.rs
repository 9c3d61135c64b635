//! The change feed: what was committed, in order, for whoever follows a store.

mod change;
mod cursor;
mod feed;
mod log;
mod set;

pub use change::{Change, ChangeKind, ChangePage};
pub use cursor::ChangeCursor;
pub use feed::ChangeFeed;
pub use log::ChangeLog;
pub use set::{ChangeRange, ChangeSet};
