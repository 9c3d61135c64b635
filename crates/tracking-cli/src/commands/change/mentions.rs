//! Finds the name of a user outside their tracks.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;
use tracking_core::{Record, Track, TrackId, TrackingStorage, UserName, export};

use crate::args::CommandResult;
use crate::schema::plural;

/// The most places of each kind that are listed; the others are counted together.
const MAX_PLACES: usize = 100;
/// The most places of each kind in text.
const MAX_SHOWN: usize = 5;
/// The longest part of a place that is shown.
const MAX_NAME: usize = 200;

/// The place of a name in data that cannot be read.
const UNREADABLE: &str = "(unreadable)";

/// What `erase` would remove, and where else the name occurs.
#[derive(Debug, Serialize)]
pub(super) struct Mentions {
    user: UserName,
    /// Tracks of the user, which `erase` removes.
    tracks: u64,
    /// Keys of these tracks, which go with them.
    keys: u64,
    /// Runs that have no other tracks.
    emptied_runs: u64,
    /// Task names that contain the name, with the tracks of other users that have them.
    tasks: PlaceCounts,
    /// Data fields of other users' tracks that contain the name.
    data: PlaceCounts,
    /// Keys of other users' tracks that contain the name.
    other_keys: PlaceCounts,
    /// Checkpoints that contain the name, mostly as a part of the name of a log.
    checkpoints: PlaceCounts,
    #[serde(skip)]
    own: BTreeSet<TrackId>,
    #[serde(skip)]
    in_json: String,
}

/// The places that contain a name, each with how often.
#[derive(Debug, Default, Serialize)]
struct PlaceCounts {
    /// How often in all.
    total: u64,
    places: BTreeMap<String, u64>,
    /// How often in places that are not listed.
    #[serde(skip_serializing_if = "is_zero")]
    elsewhere: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl PlaceCounts {
    fn add(&mut self, place: &str) {
        self.total += 1;
        let place = place
            .get(..place.floor_char_boundary(MAX_NAME))
            .unwrap_or(place);
        if let Some(count) = self.places.get_mut(place) {
            *count += 1;
        } else if self.places.len() < MAX_PLACES {
            self.places.insert(place.to_owned(), 1);
        } else {
            self.elsewhere += 1;
        }
    }

    /// The places that contain it most often.
    fn sentence(&self) -> String {
        let mut places: Vec<_> = self.places.iter().collect();
        places.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let shown = places.iter().take(MAX_SHOWN);
        let shown: Vec<String> = shown.map(|(place, n)| format!("{place:?} ({n})")).collect();
        let more = if places.len() > MAX_SHOWN || self.elsewhere > 0 {
            ", ..."
        } else {
            ""
        };
        format!("{}{more}", shown.join(", "))
    }
}

impl Mentions {
    /// Looks through everything that a store holds.
    pub(super) fn find(
        store: &dyn TrackingStorage,
        user: &UserName,
        emptied_runs: u64,
    ) -> Result<Self> {
        let quoted = Value::from(user.as_str()).to_string();
        let mut found = Self {
            user: user.clone(),
            tracks: 0,
            keys: 0,
            emptied_runs,
            tasks: PlaceCounts::default(),
            data: PlaceCounts::default(),
            other_keys: PlaceCounts::default(),
            checkpoints: PlaceCounts::default(),
            own: BTreeSet::new(),
            in_json: quoted.trim_matches('"').to_owned(),
        };
        export(store, &mut |record| {
            found.look_at(&record);
            Ok(())
        })?;
        Ok(found)
    }

    fn is_in(&self, text: &str) -> bool {
        !self.user.as_str().is_empty() && text.contains(self.user.as_str())
    }

    fn look_at(&mut self, record: &Record) {
        match record {
            Record::Track(track) => self.look_at_track(track),
            Record::Run(run) => {
                if let Some(task) = run.task().filter(|task| self.is_in(task.as_str())) {
                    self.tasks.add(task.as_str());
                }
            }
            Record::Key(used) if self.own.contains(&used.track()) => self.keys += 1,
            Record::Key(used) if self.is_in(used.key().as_str()) => {
                self.other_keys.add(used.key().as_str());
            }
            Record::Checkpoint(checkpoint) => {
                let name = checkpoint.name().as_str();
                if self.is_in(name) || self.is_in(checkpoint.position().as_str()) {
                    self.checkpoints.add(name);
                }
            }
            _ => {}
        }
    }

    fn look_at_track(&mut self, track: &Track) {
        if *track.user() == self.user {
            self.tracks += 1;
            self.own.insert(track.id());
            return;
        }
        if self.is_in(track.task().as_str()) {
            self.tasks.add(track.task().as_str());
        }
        // Most data does not contain it, and need not be parsed.
        if self.user.as_str().is_empty() || !track.data().as_str().contains(&self.in_json) {
            return;
        }
        let mut fields = BTreeSet::new();
        match track.data().to_map() {
            Ok(map) => {
                for (key, value) in &map {
                    self.look_into(key, key, value, &mut fields);
                }
            }
            // The text of damaged data contains the name, but not in a known field.
            Err(_) => {
                fields.insert(UNREADABLE.to_owned());
            }
        }
        for field in fields {
            self.data.add(&field);
        }
    }

    /// Collects the fields of a value that contain the name in their key or their text. Data nests
    /// only so deep that this may call itself.
    fn look_into(&self, path: &str, key: &str, value: &Value, fields: &mut BTreeSet<String>) {
        let is_here = self.is_in(key)
            || match value {
                Value::String(text) => self.is_in(text),
                Value::Number(number) => number.to_string() == self.user.as_str(),
                _ => false,
            };
        if is_here {
            fields.insert(path.to_owned());
        }
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    self.look_into(&format!("{path}.{key}"), key, value, fields);
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.look_into(path, "", item, fields);
                }
            }
            _ => {}
        }
    }
}

impl CommandResult for Mentions {
    fn sentence(&self) -> String {
        let user = self.user.as_str();
        let mut lines = vec![format!(
            "erase would remove {} of user {user:?} with {}, and leave {} without tracks",
            plural(self.tracks, "track"),
            plural(self.keys, "key"),
            plural(self.emptied_runs, "run"),
        )];
        let kinds = [
            ("task names", &self.tasks),
            ("data of other users", &self.data),
            ("keys of other users", &self.other_keys),
            ("checkpoints", &self.checkpoints),
        ];
        for (kind, places) in kinds {
            if places.total > 0 {
                lines.push(format!("in {kind}: {}", places.sentence()));
            }
        }
        if lines.len() == 1 {
            lines.push("the name occurs nowhere else in this store".to_owned());
        } else {
            lines.push("erase does not change these places".to_owned());
        }
        lines.push("log files are not searched and not changed".to_owned());
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracking_btree::BTreeStorage;
    use tracking_core::{DataRef, RunId, TaskId, Timestamp};

    #[test]
    fn a_name_in_data_that_cannot_be_read_is_listed() {
        let (store, anna) = (BTreeStorage::new(), UserName::new("anna").unwrap());
        let mut found = Mentions::find(&store, &anna, 0).unwrap();
        for (id, data) in [(1, r#"{"by":"anna"}"#), (2, r#"{"by":"anna""#)] {
            found.look_at_track(&Track::new(
                TrackId::new(id).unwrap(),
                TaskId::new("t").unwrap(),
                RunId::FIRST,
                UserName::new("ben").unwrap(),
                Timestamp::EPOCH,
                DataRef::from_canonical(data).to_data(),
            ));
        }
        let places: Vec<_> = found.data.places.into_keys().collect();
        assert_eq!(places, [UNREADABLE, "by"]);
    }
}
