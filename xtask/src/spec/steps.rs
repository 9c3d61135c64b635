//! What each example of the scenario is in Rust.

use std::fs;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tracking_core::{
    NewTrack, Query, RunChoice, RunId, RunSelector, SaveMode, StopRun, TaskId, Track,
    TrackingStorageExt, UserName,
};

use super::world::World;
use super::{show, views};

/// One example, and what it does here; it returns what the reference would print.
pub(super) struct Step {
    pub(super) source: &'static str,
    pub(super) run: fn(&mut World) -> Result<String>,
}

macro_rules! steps {
    ($($source:literal => |$world:ident| $body:expr;)*) => {
        &[$(Step { source: $source, run: |$world: &mut World| -> Result<String> { $body } }),*]
    };
}

/// The steps in the scenario's order. `check_steps` sees to it that none is missing.
pub(super) const STEPS: &[Step] = steps! {
    "from cybertools.tracking.btree import TrackingStorage" => |_world| nothing();
    "tracks = TrackingStorage()" => |world| {
        world.open_store()?;
        nothing()
    };
    "tracks.saveUserTrack('a001', 0, 'u1', {'somekey': 'somevalue'})" => |world| {
        save(world, "a001", "u1", json!({"somekey": "somevalue"}), SaveMode::Append)
    };
    "t1 = list(tracks.getUserTracks('a001', 0, 'u1'))" => |world| user_tracks(world, "u1");
    "len(t1)" => |world| Ok(world.tracks.len().to_string());
    "t1[0].data" => |world| Ok(show::option(world.tracks.first().map(Track::data)));
    "tracks.getUserNames('a001')" => |world| user_names(world, "a001");
    "tracks.getUserNames('a002')" => |world| user_names(world, "a002");
    "[str(id) for id in tracks.getTaskIds()]" => |world| {
        Ok(show::list(world.store()?.task_ids()?.iter().map(show::text)))
    };

    "list(tracks.query(taskId='a001'))" => |world| {
        Ok(show::list(world.store()?.query(&Query::all().task("a001"))?))
    };
    "tracks.saveUserTrack('a002', 0, 'u1', {'somekey': 'anothervalue'})" => |world| {
        save(world, "a002", "u1", json!({"somekey": "anothervalue"}), SaveMode::Append)
    };
    "result = list(tracks.query(userName='u1'))" => |world| query(world, &Query::all().user("u1"));
    "len(result)" => |world| Ok(world.tracks.len().to_string());

    "result = list(tracks.query(taskId=('a001', 'a002')))" => |world| {
        query(world, &Query::all().tasks(["a001", "a002"]))
    };
    "len(result)" => |world| Ok(world.tracks.len().to_string());

    "tracks.saveUserTrack('a001', 0, 'u1', {'somekey': 'newvalue'})" => |world| {
        save(world, "a001", "u1", json!({"somekey": "newvalue"}), SaveMode::Append)
    };
    "t2 = tracks.getUserTracks('a001', 0, 'u1')" => |world| user_tracks(world, "u1");
    "[t.data for t in t2]" => |world| Ok(show::data(&world.tracks));

    "tracks.getLastUserTrack('a001', 0, 'u1')" => |world| last(world, RunChoice::Current);

    "tracks.saveUserTrack('a001', 0, 'u1', {'somekey': 'newvalue2'}, update=True)" => |world| {
        save(world, "a001", "u1", json!({"somekey": "newvalue2"}), SaveMode::Merge)
    };
    "t3 = tracks.getUserTracks('a001', 0, 'u1')" => |world| user_tracks(world, "u1");
    "[t.data for t in t3]" => |world| Ok(show::data(&world.tracks));
    "tracks.saveUserTrack('a001', 0, 'u2', {'somekey': 'user2'}, update=True)" => |world| {
        save(world, "a001", "u2", json!({"somekey": "user2"}), SaveMode::Merge)
    };
    "t4 = list(tracks.getUserTracks('a001', 0, 'u2'))" => |world| user_tracks(world, "u2");
    "[t.data for t in t4]" => |world| Ok(show::data(&world.tracks));

    "tracks.reindexTracks()" => |world| {
        world.store()?.reindex()?;
        nothing()
    };
    "tracks.removeTrack(t4[0])" => |world| {
        let id = world.tracks.first().context("there is no t4[0]")?.id();
        ensure!(world.store()?.remove(id)?, "there was no track {id} to remove");
        nothing()
    };
    "tracks.getUserTracks('a001', 0, 'u2')" => |world| {
        Ok(show::list(world.store()?.user_tracks("a001", RunChoice::Current, "u2")?))
    };

    "tracks.startRun('a001')" => |world| Ok(world.store()?.start_run_of("a001")?.to_string());
    "tracks.saveUserTrack('a001', 0, 'u1', {'k1': 'value1'})" => |world| {
        save(world, "a001", "u1", json!({"k1": "value1"}), SaveMode::Append)
    };
    "tracks.getLastUserTrack('a001', 0, 'u1')" => |world| last(world, RunChoice::Current);
    "tracks.getLastUserTrack('a001', 1, 'u1')" => |world| last(world, RunChoice::Id(run_id(1)?));

    "tracks.getRun(runId=3)" => |world| run(world, run_id(3)?);
    "tracks.getRun(taskId='a001')" => |world| run(world, TaskId::new("a001")?);

    "tracks.stopRun('a001')" => |world| stop(world, TaskId::new("a001")?);
    "tracks.getRun(runId=3)" => |world| run(world, run_id(3)?);
    "tracks.getRun(runId=3).finished" => |world| {
        let run = world.store()?.run(&run_id(3)?.into())?.context("there is no run 3")?;
        Ok(show::truth(run.is_finished()))
    };
    "tracks.getRun('a001') is None" => |world| {
        Ok(show::truth(world.store()?.current_run_of("a001")?.is_none()))
    };

    "tracks.getRun(runId=2)" => |world| run(world, run_id(2)?);
    "tracks.stopRun('a001', 2)" => |world| stop(world, run_id(2)?);
    "tracks.getRun(runId=2)" => |world| run(world, run_id(2)?);

    "from cybertools.tracking.browser import TrackingStorageView" => |world| {
        views::render(world)?;
        nothing()
    };

    "import os" => |_world| nothing();
    "from cybertools.tracking.tests import testDir" => |world| {
        world.folder("log")?;
        nothing()
    };
    "from cybertools.tracking.logfile import Logger" => |_world| nothing();
    "logfile = os.path.join(testDir, 'test.log')" => |world| {
        world.log_file = world.folder("log")?.join("test.log");
        nothing()
    };
    "logger = Logger('test', logfile)" => |world| {
        world.open_logger()?;
        nothing()
    };
    "logger.log('Test message #1')" => |world| log(world, "Test message #1");
    "logger.log('Test message #2')" => |world| log(world, "Test message #2");
    "logger.doRollover()" => |world| {
        world.logger()?.rotate()?;
        nothing()
    };
    "logger.log('Test message #3')" => |world| log(world, "Test message #3");

    "for fn in os.listdir(testDir):\n    if '.log' in fn:\n        os.unlink(os.path.join(testDir, fn))" => |world| {
        clean_up(world)?;
        nothing()
    };
};

/// What the reference prints where there is nothing to print.
#[expect(clippy::unnecessary_wraps, reason = "it is what a step returns")]
fn nothing() -> Result<String> {
    Ok(String::new())
}

fn run_id(number: u64) -> Result<RunId> {
    RunId::new(number).context("a run id is never 0")
}

fn save(world: &World, task: &str, user: &str, data: Value, mode: SaveMode) -> Result<String> {
    let id = world
        .store()?
        .save(NewTrack::new(task, user, data)?.updating(mode))?;
    Ok(show::text(id))
}

/// The tracks of a user in the current run of a001, for the steps that look at them.
fn user_tracks(world: &mut World, user: &str) -> Result<String> {
    world.tracks = world
        .store()?
        .user_tracks("a001", RunChoice::Current, user)?;
    nothing()
}

fn query(world: &mut World, query: &Query) -> Result<String> {
    world.tracks = world.store()?.query(query)?;
    nothing()
}

fn user_names(world: &World, task: &str) -> Result<String> {
    let names: Vec<UserName> = world.store()?.users_of(task)?;
    Ok(show::list(names.iter().map(show::text)))
}

fn last(world: &World, run: RunChoice) -> Result<String> {
    Ok(show::option(
        world.store()?.last_user_track("a001", run, "u1")?,
    ))
}

fn run(world: &World, which: impl Into<RunSelector>) -> Result<String> {
    Ok(show::option(world.store()?.run(&which.into())?))
}

fn stop(world: &World, which: impl Into<RunSelector>) -> Result<String> {
    Ok(show::option(world.store()?.stop_run(StopRun::new(which))?))
}

fn log(world: &World, message: &str) -> Result<String> {
    let logger = world.logger()?;
    logger.log(message)?;
    logger.flush()?;
    nothing()
}

/// Looks at what the logger has left, keeps a copy for people, and removes it.
fn clean_up(world: &mut World) -> Result<()> {
    world.close_logger();
    let (folder, kept) = (world.folder("log")?, world.folder("log-files")?);
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.contains(".log") || name.starts_with("test") {
            let text = fs::read_to_string(&path)?;
            fs::copy(&path, kept.join(&name))?;
            fs::remove_file(&path)?;
            files.push((path == world.log_file, text));
        }
    }
    files.sort();
    let messages = |text: &str| -> Vec<String> {
        text.lines()
            .filter_map(|line| line.split_once(';'))
            .map(|(_, message)| message.to_owned())
            .collect()
    };
    let [(_, old), (true, new)] = files.as_slice() else {
        anyhow::bail!(
            "there should be the log file and one old one, but there are {} files",
            files.len()
        );
    };
    ensure!(
        messages(old) == ["Test message #1", "Test message #2"],
        "the old log file holds {old:?}"
    );
    ensure!(
        messages(new) == ["Test message #3"],
        "the log file holds {new:?}"
    );
    fs::remove_dir(&folder).with_context(|| format!("{} is not empty", folder.display()))
}
