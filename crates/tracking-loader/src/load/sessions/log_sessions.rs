//! Sessions that a log itself gives: which run each of them is.

use std::collections::HashMap;

use tracking_core::{
    Checkpoint, CheckpointName, Data, Key, Precondition, Result, RunChoice, RunId, TrackingStorage,
};

use super::resolve_run;
use crate::position::{Checkpoints, Digest};

/// The runs of sessions that logs give.
///
/// A session is found again by the key of its first track: a checkpoint of its own says which
/// key that is. So it is lost when that track is removed, and then starts again.
#[derive(Debug, Default)]
pub(crate) struct LogSessions {
    runs: HashMap<CheckpointName, RunChoice>,
    fresh: Vec<CheckpointName>,
}

/// How many sessions are remembered.
const MAX_CACHED_SESSIONS: usize = 100_000;

/// What is known of a session.
#[derive(Debug)]
pub(crate) enum SessionLookup {
    /// Its run.
    Known(RunChoice),
    /// It starts now.
    New(NewSession),
}

/// A session that starts: what must be in the batch with its first track.
#[derive(Debug)]
pub(crate) struct NewSession {
    name: CheckpointName,
    before: Precondition,
}

impl LogSessions {
    /// The run of a session, or what it takes to start it.
    pub(crate) fn look_up(
        &mut self,
        store: &dyn TrackingStorage,
        checkpoints: &Checkpoints<'_>,
        scope: &str,
        session_id: &str,
    ) -> Result<SessionLookup> {
        let both = [scope, session_id].join("\0");
        let digest = Digest::of(both.as_bytes());
        let name = CheckpointName::new(format!("session/{digest}"))?;
        if let Some(run) = self.runs.get(&name) {
            return Ok(SessionLookup::Known(*run));
        }
        let checkpoint = checkpoints.get(&name)?;
        let run = match &checkpoint {
            Some(checkpoint) => stored_run(store, checkpoint)?,
            None => None,
        };
        Ok(match run {
            Some(run) => {
                self.runs.insert(name, RunChoice::Id(run));
                SessionLookup::Known(RunChoice::Id(run))
            }
            None => SessionLookup::New(NewSession {
                name,
                before: Precondition::from(checkpoint),
            }),
        })
    }

    /// Remembers the run of a session that a batch starts.
    pub(crate) fn add_started(&mut self, session: &NewSession, run: RunChoice) {
        self.runs.insert(session.name.clone(), run);
        self.fresh.push(session.name.clone());
    }

    /// The batch is done, and has started these runs.
    pub(crate) fn committed(&mut self, started: &[RunId]) {
        for name in std::mem::take(&mut self.fresh) {
            if let Some(run) = self.runs.get_mut(&name) {
                *run = resolve_run(*run, started);
            }
        }
        if self.runs.len() > MAX_CACHED_SESSIONS {
            self.forget();
        }
    }

    /// Forgets everything: the store knows.
    pub(crate) fn forget(&mut self) {
        self.runs.clear();
        self.fresh.clear();
    }
}

impl NewSession {
    /// The key of the first track, where that has none of its own.
    pub(crate) fn key(&self) -> Result<Key> {
        Key::new(self.name.as_str())
    }

    /// The checkpoint that says which key it is, and what it must be before.
    pub(crate) fn checkpoint(self, key: &Key) -> Result<(Precondition, Checkpoint)> {
        let position = Data::from_serialize(&serde_json::json!({"key": key.as_str()}))?;
        Ok((self.before, Checkpoint::new(self.name, position)))
    }
}

/// The run of a session's first track, as long as that is there.
fn stored_run(store: &dyn TrackingStorage, checkpoint: &Checkpoint) -> Result<Option<RunId>> {
    let key = checkpoint.position().get("key");
    let key = key.as_ref().and_then(|key| key.as_str());
    let Some(key) = key.and_then(|key| Key::new(key).ok()) else {
        return Ok(None);
    };
    let Some(known) = store.key_use(&key)? else {
        return Ok(None);
    };
    Ok(store.track(known.track())?.map(|track| track.run()))
}
