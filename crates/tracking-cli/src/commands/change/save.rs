//! `tracking save` saves a track.

use anyhow::{Result, bail};
use clap::Args;
use tracking_core::{
    Clock, Key, NewTrack, RunChoice, RunId, SaveMode, SessionGap, TaskId, TrackingStorage, UserName,
};

use super::saved_track::SavedTrack;
use crate::args::{ObjectArgs, ResultArgs, TimeArg, session_gap};
use crate::commands::{Action, Environment};
use crate::store::PersistentStoreArgs;

/// Arguments of `tracking save`.
#[derive(Debug, Args)]
pub(crate) struct SaveArgs {
    /// What it is about
    #[arg(value_name = "TASK")]
    task: TaskId,

    /// Who it was; an empty name means nobody in particular
    #[arg(value_name = "USER")]
    user: UserName,

    #[command(flatten)]
    object: ObjectArgs,

    /// The run: an id, or `current`, which starts one if there is none
    #[arg(long, value_name = "ID", default_value = "current", value_parser = run)]
    run: RunChoice,

    /// Save into the user's session instead: the run of what the user did at most this long before,
    /// whatever the task, or a new run. Like `30m` or `1h 30m`
    #[arg(long, value_name = "LENGTH", value_parser = session_gap, conflicts_with = "run")]
    session: Option<SessionGap>,

    #[command(flatten)]
    when: TimeArg,

    /// Key that makes repeating the save harmless: a store saves each key once
    #[arg(long, value_name = "KEY")]
    key: Option<Key>,

    /// Merge the data into the last track of this task, run and user, if there is one
    #[arg(long)]
    update: bool,

    /// Replace the data of that track
    #[arg(long, conflicts_with = "update")]
    replace: bool,

    #[command(flatten)]
    store: PersistentStoreArgs,

    #[command(flatten)]
    result: ResultArgs,
}

fn run(text: &str) -> Result<RunChoice> {
    match text.parse::<RunId>() {
        Ok(id) => Ok(RunChoice::Id(id)),
        Err(_) if text == "current" => Ok(RunChoice::Current),
        Err(_) => bail!("write the id of a run, or current"),
    }
}

impl SaveArgs {
    fn mode(&self) -> SaveMode {
        match (self.update, self.replace) {
            (true, _) => SaveMode::Merge,
            (false, true) => SaveMode::Replace,
            (false, false) => SaveMode::Append,
        }
    }

    fn track(&self, clock: &dyn Clock) -> Result<NewTrack> {
        let data = self.object.read()?;
        let mut track = NewTrack::new(self.task.clone(), self.user.clone(), data)?
            .in_run(self.session.map_or(self.run, RunChoice::from))
            .updating(self.mode());
        if let Some(time) = self.when.time(clock) {
            track = track.at(time);
        }
        if let Some(key) = &self.key {
            track = track.with_key(key.clone());
        }
        Ok(track)
    }
}

impl Action for SaveArgs {
    fn validate(&self) -> Option<String> {
        self.store.validate().or_else(|| self.object.validate())
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        // Errors in the data are reported before a file is created.
        let track = self.track(clock)?;
        let store = self.store.create()?;
        let id = store.save(track)?;
        self.result.print(&SavedTrack::read(&*store, id)?)
    }
}
