//! Making another query or track of one that is given.

use serde_json::Value;
use tracking_core::{Data, NewTrack, Query, SaveMode};

/// The same query with its parts changed, as JSON; unchanged where it cannot be read back.
pub(super) fn query(query: &Query, change: impl FnOnce(&mut Value)) -> Query {
    let Ok(mut parts) = serde_json::to_value(query) else {
        return query.clone();
    };
    change(&mut parts);
    serde_json::from_value(parts).unwrap_or_else(|_| query.clone())
}

/// The same track with other data and another mode.
pub(super) fn track(track: &NewTrack, data: Data, mode: SaveMode) -> NewTrack {
    without_key(track, data, mode, track.time().is_some())
}

/// The same track without its key, and without its time where that is not kept.
pub(super) fn without_key(track: &NewTrack, data: Data, mode: SaveMode, timed: bool) -> NewTrack {
    let Ok(new) = NewTrack::new(track.task().clone(), track.user().clone(), data) else {
        return track.clone();
    };
    let new = new.in_run(track.run()).updating(mode);
    match track.time() {
        Some(time) if timed => new.at(time),
        _ => new,
    }
}
