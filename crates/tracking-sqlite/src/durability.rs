//! What survives what.

use std::time::Duration;

use rusqlite::Connection;

/// What a change survives once the call that made it has returned.
///
/// Whatever is chosen, the file is never left half changed: a batch is there as a whole or not
/// at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Durability {
    /// The end of the process, also by `kill -9` or a crash. Where the machine itself loses power
    /// or crashes, the last changes may be gone, whole batches each. It writes without waiting
    /// for the disk.
    #[default]
    Process,
    /// The loss of power as well: each change waits until the disk has it.
    Power,
}

impl Durability {
    /// Makes a connection keep it.
    pub(crate) fn set(self, connection: &Connection) -> rusqlite::Result<()> {
        let sync = match self {
            Self::Process => "normal",
            Self::Power => "full",
        };
        connection.pragma_update(None, "synchronous", sync)?;
        // Only macOS tells the two apart: there, a plain sync does not reach the disk.
        let full = self == Self::Power;
        connection.pragma_update(None, "fullfsync", full)?;
        connection.pragma_update(None, "checkpoint_fullfsync", full)
    }
}

/// How long a call waits for others that write, unless the builder says otherwise.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest time that it can wait: `SQLite` counts milliseconds in 32 bits.
pub(crate) const MAX_BUSY_TIMEOUT: Duration = Duration::from_hours(24 * 24);

#[cfg(test)]
mod tests {
    use super::*;

    /// What `SQLite` does then is its own promise: with `normal` (1) it waits for the disk only
    /// before a log is brought into the file, with `full` (2) also at the end of each change.
    #[test]
    fn only_the_loss_of_power_makes_changes_wait_for_the_disk() {
        let connection = Connection::open_in_memory().unwrap();
        for (durability, expected) in [(Durability::Power, 2), (Durability::Process, 1)] {
            durability.set(&connection).unwrap();
            let pragma = |name| connection.pragma_query_value(None, name, |row| row.get(0));
            let found: [i64; 2] = ["synchronous", "fullfsync"].map(|name| pragma(name).unwrap());
            assert_eq!(found, [expected, expected - 1]);
        }
    }
}
