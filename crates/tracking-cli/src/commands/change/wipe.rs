//! Checks that no trace of a removed name remains.

use anyhow::Result;
use tracking_core::{Error, UserName, Wipe};

use crate::exit::print_message;

/// Fails where the store has yet to wipe traces of a name: the removal is made, but whoever runs
/// the command relies on the name being gone. Says which traces remain outside the store.
pub(super) fn require_complete(name: &UserName, wipe: Wipe, file: &str) -> Result<()> {
    let why = match wipe {
        Wipe::Complete => return Ok(()),
        Wipe::Deleted(remains) => {
            print_message(&remains);
            return Ok(());
        }
        Wipe::Pending(why) => why,
        other => format!("{other:?}"),
    };
    let action = format!(
        "wipe all traces of user {:?} from {file}: its unused space or its log still has some; run \
         `tracking erase` again to complete this",
        name.as_str()
    );
    Err(Error::unavailable(action, why).into())
}
