//! What a store answers to a recorded operation, as the recordings write it.

use std::error::Error as _;

use serde_json::{Value, json};
use tracking_core::{
    Error, NewRun, NewTrack, Query, Result, Run, RunChoice, RunId, RunSelector, SaveMode, StopRun,
    TaskId, Timestamp, Track, TrackId, TrackUpdate, TrackingStorage, TrackingStorageExt,
};

use super::operation::{Line, Operation, Save};
use super::values::RunNumber;

pub(super) fn answer(store: &dyn TrackingStorage, line: &Line) -> Value {
    perform(store, &line.operation).unwrap_or_else(|error| match error {
        Error::UnknownRun { .. } => json!({"error": "unknown_run"}),
        other => json!({"error": with_sources(&other)}),
    })
}

fn perform(store: &dyn TrackingStorage, operation: &Operation) -> Result<Value> {
    Ok(match operation {
        Operation::StartRun { task } => {
            let run = task.as_ref().map_or_else(NewRun::without_task, NewRun::of);
            store.start_run(run)?.number().into()
        }
        Operation::StopRun { task, run, finish } => {
            let stopped = stop(store, task.as_ref(), *run, *finish)?;
            stopped.map_or(0, RunId::number).into()
        }
        Operation::GetRun { task, run } => match selector(task.as_ref(), *run) {
            Some(run) => store.run(&run)?.map(|run| run_json(&run)).into(),
            None => Value::Null,
        },
        Operation::Save(save) => id_json(store.save(new_track(save)?)?),
        Operation::UpdateTrack {
            id,
            data,
            overwrite,
        } => {
            let id: TrackId = id.parse()?;
            let change = if *overwrite {
                TrackUpdate::replace
            } else {
                TrackUpdate::merge
            };
            store.update(change(id, data.clone()))?;
            id_json(id)
        }
        // What is no id is the id of no track.
        Operation::RemoveTrack { id } => {
            id.parse().map_or(Ok(false), |id| store.remove(id))?;
            Value::Null
        }
        Operation::Get { id } => {
            let track = id.parse().map_or(Ok(None), |id| store.track(id))?;
            track.map(|track| track_json(&track)).transpose()?.into()
        }
        question => ask(store, question)?,
    })
}

fn ask(store: &dyn TrackingStorage, question: &Operation) -> Result<Value> {
    Ok(match question {
        Operation::Query { criteria } => sorted_ids(&store.query(&criteria.to_query())?),
        Operation::UserTracks { task, run, user } => {
            sorted_ids(&store.user_tracks(task, choice(*run), user)?)
        }
        Operation::LastUserTrack { task, run, user } => {
            let last = store.last_track(task, choice(*run), user)?;
            last.map(|track| id_json(track.id())).into()
        }
        Operation::UserNames { task } => json!(store.user_names(Some(task))?),
        Operation::TaskIds => json!(store.task_ids()?),
        Operation::Reindex => {
            store.reindex()?;
            Value::Null
        }
        Operation::Len => store.count(&Query::all())?.into(),
        other => return Err(Error::unsupported(format!("answer {other:?}"))),
    })
}

fn stop(
    store: &dyn TrackingStorage,
    task: Option<&TaskId>,
    run: RunNumber,
    finish: bool,
) -> Result<Option<RunId>> {
    let Some(run) = selector(task, run) else {
        return Ok(None);
    };
    let stop = StopRun::new(run);
    store.stop_run(if finish { stop } else { stop.unfinished() })
}

/// A run by its number or, without one, the current run of a task, if one is given.
fn selector(task: Option<&TaskId>, run: RunNumber) -> Option<RunSelector> {
    let by_number = run.id().map(RunSelector::from);
    by_number.or_else(|| task.map(RunSelector::from))
}

fn choice(run: RunNumber) -> RunChoice {
    run.id().map_or(RunChoice::Current, RunChoice::from)
}

fn new_track(save: &Save) -> Result<NewTrack> {
    let mode = match (save.update, save.overwrite) {
        (false, _) => SaveMode::Append,
        (true, false) => SaveMode::Merge,
        (true, true) => SaveMode::Replace,
    };
    let track = NewTrack::new(&save.task, &save.user, &save.data)?
        .in_run(choice(save.run))
        .updating(mode);
    Ok(match save.time {
        Some(time) => track.at(time.0),
        None => track,
    })
}

fn id_json(id: TrackId) -> Value {
    id.to_string().into()
}

fn sorted_ids(tracks: &[Track]) -> Value {
    let mut ids: Vec<TrackId> = tracks.iter().map(Track::id).collect();
    ids.sort_unstable();
    ids.into_iter().map(id_json).collect()
}

fn run_json(run: &Run) -> Value {
    json!({
        "id": run.id().number(),
        "start": seconds(run.start()),
        "end": seconds(run.end()),
        "finished": run.is_finished(),
    })
}

fn track_json(track: &Track) -> Result<Value> {
    Ok(json!({
        "id": track.id().to_string(),
        "task": track.task(),
        "run": track.run().number(),
        "user": track.user(),
        "time": seconds(track.time()),
        "data": track.data().to_map()?,
    }))
}

/// Recordings know whole seconds only; any other time must not pass for one.
fn seconds(time: Timestamp) -> Value {
    if Timestamp::from_secs(time.secs()).is_ok_and(|whole| whole == time) {
        time.secs().into()
    } else {
        time.to_string().into()
    }
}

fn with_sources(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
