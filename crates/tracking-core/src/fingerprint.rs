//! Telling whether two saves under one key are the same.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    Batch, CheckpointMove, Error, Key, NewRun, NewTrack, Operation, Precondition, RunChoice,
    RunSelector, SaveMode, StopRun, Timestamp, TrackId, TrackUpdate,
};

/// What was saved under a key, or applied under a batch id, in 128 bits: stores keep it to tell a
/// repeated save from another one that uses the same key.
///
/// It covers what the caller gave. Of a save, that is task, run number if one was given, user, time if one was
/// given, data, and mode; whether it goes into the current run, a session or a run that its batch
/// starts does not count. It is FNV-1a of these, the same on every machine and in every
/// version, and no protection against somebody who wants two saves to look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(u128);

const FNV_OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const FNV_PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

impl Fingerprint {
    /// The fingerprint of a save.
    pub fn of(track: &NewTrack) -> Self {
        let run = match track.run() {
            RunChoice::Id(run) => run.number(),
            RunChoice::Current | RunChoice::Started(_) | RunChoice::Session(_) => 0,
        };
        let time = track.time().map_or(i64::MIN, Timestamp::micros);
        let mode = match track.mode() {
            SaveMode::Append => 0,
            SaveMode::Merge => 1,
            SaveMode::Replace => 2,
        };
        Self(FNV_OFFSET)
            .with(track.task().as_bytes())
            .with(&run.to_le_bytes())
            .with(track.user().as_bytes())
            .with(&time.to_le_bytes())
            .with(track.data().as_str().as_bytes())
            .with(&[mode])
    }

    /// The fingerprint of a batch: its operations in their order and its checkpoints, without
    /// its id.
    pub fn of_batch(batch: &Batch) -> Self {
        let operations = batch.operations().iter();
        let operations = operations.fold(Self(FNV_OFFSET), Self::with_operation);
        batch
            .checkpoints()
            .iter()
            .fold(operations, Self::with_checkpoint)
    }

    fn with_operation(self, operation: &Operation) -> Self {
        match operation {
            Operation::Save(track) => self.with(b"save").with_save(track),
            Operation::Update(update) => self.with(b"update").with_update(update),
            Operation::Remove(id) => self.with(b"remove").with(&id.number().to_le_bytes()),
            Operation::StartRun(run) => self.with(b"start").with_start(run),
            Operation::StopRun(stop) => self.with(b"stop").with_stop(stop),
        }
    }

    fn with_save(self, track: &NewTrack) -> Self {
        let content = self.with(&Self::of(track).0.to_le_bytes());
        // What a key stands for does not tell the runs apart that have no number; a batch does.
        let chosen = match track.run() {
            RunChoice::Current | RunChoice::Id(_) => content.with(&[0]),
            RunChoice::Started(index) => content.with(&[1]).with(&(index as u64).to_le_bytes()),
            RunChoice::Session(gap) => content.with(&[2]).with(&gap.micros().to_le_bytes()),
        };
        chosen.with_optional(track.key().map(|key| key.as_bytes()))
    }

    fn with_update(self, update: &TrackUpdate) -> Self {
        self.with(&update.id().number().to_le_bytes())
            .with(update.data().as_str().as_bytes())
            .with(&[u8::from(update.replaces())])
            .with_time(update.time())
    }

    fn with_start(self, run: &NewRun) -> Self {
        self.with_optional(run.task().map(|task| task.as_bytes()))
            .with_time(run.start())
    }

    fn with_stop(self, stop: &StopRun) -> Self {
        let named = match stop.run() {
            RunSelector::Id(run) => self.with(b"id").with(&run.number().to_le_bytes()),
            RunSelector::CurrentOf(task) => self.with(b"current").with(task.as_bytes()),
            RunSelector::Started(index) => {
                self.with(b"started").with(&(*index as u64).to_le_bytes())
            }
        };
        named
            .with_time(stop.end())
            .with(&[u8::from(stop.is_finished())])
    }

    fn with_checkpoint(self, moved: &CheckpointMove) -> Self {
        let before = match moved.from() {
            Precondition::Anything => self.with(b"anything"),
            Precondition::Missing => self.with(b"missing"),
            Precondition::At(position) => self.with(b"at").with(position.as_str().as_bytes()),
        };
        before
            .with(moved.to().name().as_bytes())
            .with(moved.to().position().as_str().as_bytes())
    }

    fn with_time(self, time: Option<Timestamp>) -> Self {
        self.with_optional(time.map(|time| time.micros().to_le_bytes()))
    }

    fn with_optional(self, part: Option<impl AsRef<[u8]>>) -> Self {
        match part {
            Some(part) => self.with(&[1]).with(part.as_ref()),
            None => self.with(&[0]),
        }
    }

    /// The number to keep.
    pub const fn to_u128(self) -> u128 {
        self.0
    }

    /// Takes a number that was kept.
    pub const fn from_u128(number: u128) -> Self {
        Self(number)
    }

    /// Goes on with one part, its length first, so that no two sequences of parts run together.
    fn with(self, part: &[u8]) -> Self {
        let length = (part.len() as u64).to_le_bytes();
        let bytes = length.iter().chain(part);
        Self(bytes.fold(self.0, |hash, byte| {
            (hash ^ u128::from(*byte)).wrapping_mul(FNV_PRIME)
        }))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for Fingerprint {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let number = (text.len() == 32)
            .then(|| u128::from_str_radix(text, 16).ok())
            .flatten();
        let example = "6c62272e07bb014262b821756295c58d";
        number
            .map(Self)
            .ok_or_else(|| Error::parse("fingerprint", text, example))
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

/// A key that was used, the track saved under it, and what was saved.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KeyUse {
    key: Key,
    track: TrackId,
    fingerprint: Fingerprint,
}

impl KeyUse {
    /// Puts it together, as a store does with what it kept.
    pub fn new(key: Key, track: TrackId, fingerprint: Fingerprint) -> Self {
        Self {
            key,
            track,
            fingerprint,
        }
    }

    /// The key.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The track that was saved, or updated, under it.
    pub fn track(&self) -> TrackId {
        self.track
    }

    /// What was saved.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// The answer to a save under this key: its track if it is the same save, else an error.
    ///
    /// # Errors
    ///
    /// [`Error::KeyConflict`] where the content differs.
    pub fn answer(&self, repeated: &NewTrack) -> Result<TrackId, Error> {
        if Fingerprint::of(repeated) == self.fingerprint {
            Ok(self.track)
        } else {
            Err(Error::key_conflict(self.key.clone(), self.track))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RunId, Timestamp};
    use serde_json::json;

    fn track() -> NewTrack {
        NewTrack::new("a001", "u1", json!({"k": 1})).unwrap()
    }

    #[test]
    fn every_part_of_the_content_counts() {
        let others = [
            NewTrack::new("a002", "u1", json!({"k": 1})).unwrap(),
            NewTrack::new("a001u", "1", json!({"k": 1})).unwrap(),
            NewTrack::new("a001", "u2", json!({"k": 1})).unwrap(),
            NewTrack::new("a001", "u1", json!({"k": 2})).unwrap(),
            track().in_run(RunId::FIRST),
            track().at(Timestamp::EPOCH),
            track().updating(SaveMode::Merge),
            track().updating(SaveMode::Replace),
        ];
        for other in others {
            assert_ne!(
                Fingerprint::of(&other),
                Fingerprint::of(&track()),
                "{other:?}"
            );
        }
    }

    #[test]
    fn a_run_without_a_number_does_not_count() {
        // So a log that is loaded finds what was saved straight into the store, and a repeated
        // save may have another gap.
        let others = [
            track().in_run(RunChoice::Started(3)),
            track().in_session(crate::SessionGap::default()),
            track().in_session(std::time::Duration::ZERO),
        ];
        for other in others {
            assert_eq!(Fingerprint::of(&other), Fingerprint::of(&track()));
        }
    }

    #[test]
    fn every_part_of_a_batch_counts() {
        let name = || crate::CheckpointName::new("log").unwrap();
        let at = |n: i64| {
            crate::Checkpoint::new(
                name(),
                crate::Data::from_serialize(&json!({"at": n})).unwrap(),
            )
        };
        let start = || NewRun::of(crate::TaskId::new("a").unwrap());
        let stop = || StopRun::new(RunSelector::Started(0));
        let merge = || TrackUpdate::merge(TrackId::FIRST, crate::Data::empty());
        let new = Batch::new;
        let batches = [
            new(),
            new().save(track()),
            new().save(track()).save(track()),
            new().save(track().with_key(Key::new("k").unwrap())),
            new().save(track().in_run(RunId::FIRST)),
            new().save(track().in_run(RunChoice::Started(0))),
            new().save(track().in_run(RunChoice::Started(1))),
            new().save(track().in_session(crate::SessionGap::default())),
            new().save(track().in_session(std::time::Duration::ZERO)),
            new().update(merge()),
            new().update(merge().at(Timestamp::EPOCH)),
            new().update(TrackUpdate::replace(TrackId::FIRST, crate::Data::empty())),
            new().remove(TrackId::FIRST),
            new().start_run(start()),
            new().start_run(NewRun::without_task()),
            new().start_run(start().starting_at(Timestamp::EPOCH)),
            new().start_run(start()).stop_run(stop()),
            new().stop_run(StopRun::new(RunId::FIRST)),
            new().stop_run(StopRun::new(RunId::FIRST).ending_at(Timestamp::EPOCH)),
            new().with_checkpoint(at(1)),
            new().with_checkpoint(at(2)),
            new().with_checkpoint_if(Precondition::Missing, at(1)),
            new().with_checkpoint_if(Precondition::At(at(1).position().clone()), at(1)),
        ];
        let all: std::collections::HashSet<_> = batches.iter().map(Fingerprint::of_batch).collect();
        assert_eq!(all.len(), batches.len());
        let id = crate::BatchId::new("b").unwrap();
        assert_eq!(
            Fingerprint::of_batch(&new().save(track()).with_id(id)),
            Fingerprint::of_batch(&new().save(track())),
            "the id itself does not count"
        );
    }

    #[test]
    fn that_of_a_batch_is_the_same_for_ever() {
        // Kept in the files of durable stores: this value must never change.
        let batch = Batch::new()
            .start_run(NewRun::without_task())
            .save(track().in_run(RunChoice::Started(0)))
            .update(TrackUpdate::merge(TrackId::FIRST, crate::Data::empty()))
            .remove(TrackId::FIRST)
            .stop_run(StopRun::new(RunSelector::Started(0)).ending_at(Timestamp::EPOCH));
        assert_eq!(
            Fingerprint::of_batch(&batch).to_string(),
            "6ccaa3c6b4d6c8ff1e7948c1659e62fb"
        );
        let session = Batch::new().save(track().in_session(crate::SessionGap::default()));
        assert_eq!(
            Fingerprint::of_batch(&session).to_string(),
            "fed2d799998bd735fbdd86054dadce86"
        );
    }

    #[test]
    fn it_is_the_same_for_ever() {
        // Kept in the files of durable stores: this value must never change.
        assert_eq!(
            Fingerprint::of(&track()).to_string(),
            "31543d3dbb2c94741987a6b3b0950d9f"
        );
        let text = Fingerprint::of(&track()).to_string();
        assert_eq!(
            text.parse::<Fingerprint>().unwrap(),
            Fingerprint::of(&track())
        );
    }
}
