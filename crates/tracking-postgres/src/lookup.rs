//! Finding one track, run, key or checkpoint.

use tracking_core::{
    CheckpointName, Key, RunChoice, RunId, RunSelector, TaskId, TrackId, UserName,
};

use crate::names::{split, split_owned};
use crate::rows::{run_columns, run_number, track_columns, track_number};
use crate::statement::Sql;

/// The track of this id; nothing where no table can have it.
pub(crate) fn track(store: &str, id: TrackId) -> Option<Sql> {
    let number = track_number(id)?;
    let sql = Sql::fixed(concat!(
        "select ",
        track_columns!(),
        " from tracking.track as t where t.store = $1 and t.id = $2"
    ));
    Some(sql.with_text(store).with_int(number))
}

/// The last track of a task, run and user; nothing where there is no such run.
pub(crate) fn last_track(
    store: &str,
    task: &TaskId,
    run: RunChoice,
    user: &UserName,
) -> Option<Sql> {
    let sql = match run {
        RunChoice::Current => Sql::fixed(concat!(
            "select ",
            track_columns!(),
            " from tracking.track as t where t.store = $1 and t.task = $2 \
             and t.task_rest is not distinct from $3 and t.username = $4 \
             and t.username_rest is not distinct from $5 and t.run = (select r.id \
             from tracking.run as r where r.store = $1 and r.current and r.task = $2 \
             and r.task_rest is not distinct from $3) \
             order by t.time desc, t.id desc limit 1"
        )),
        RunChoice::Id(_) => Sql::fixed(concat!(
            "select ",
            track_columns!(),
            " from tracking.track as t where t.store = $1 and t.task = $2 \
             and t.task_rest is not distinct from $3 and t.username = $4 \
             and t.username_rest is not distinct from $5 and t.run = $6 \
             order by t.time desc, t.id desc limit 1"
        )),
        _ => return None,
    };
    let (task, task_rest) = split_owned(task);
    let (user, user_rest) = split_owned(user);
    let sql = sql
        .with_text(store)
        .with_text(task)
        .with_optional_text(task_rest)
        .with_text(user)
        .with_optional_text(user_rest);
    match run {
        RunChoice::Id(id) => run_number(id).map(|number| sql.with_int(number)),
        _ => Some(sql),
    }
}

/// A run by its id, or the current run of a task; nothing where no table can have it.
pub(crate) fn run(store: &str, selector: &RunSelector) -> Option<Sql> {
    match selector {
        RunSelector::Id(id) => run_of_id(store, *id),
        RunSelector::CurrentOf(task) => {
            let (head, rest) = split(task);
            let sql = Sql::fixed(concat!(
                "select ",
                run_columns!(),
                " from tracking.run as r where r.store = $1 and r.current and r.task = $2 \
                 and r.task_rest is not distinct from $3"
            ));
            Some(
                sql.with_text(store)
                    .with_text(head)
                    .with_optional_text(rest),
            )
        }
        _ => None,
    }
}

fn run_of_id(store: &str, id: RunId) -> Option<Sql> {
    let number = run_number(id)?;
    let sql = Sql::fixed(concat!(
        "select ",
        run_columns!(),
        " from tracking.run as r where r.store = $1 and r.id = $2"
    ));
    Some(sql.with_text(store).with_int(number))
}

/// What was saved under a key.
pub(crate) fn key_use(store: &str, key: &Key) -> Sql {
    let (head, rest) = split(key);
    Sql::fixed(
        "select key, key_rest, track, fingerprint from tracking.key \
         where store = $1 and key = $2 and key_rest is not distinct from $3",
    )
    .with_text(store)
    .with_text(head)
    .with_optional_text(rest)
}

/// At most `limit` keys after this one.
pub(crate) fn key_uses(store: &str, after: Option<&Key>, limit: usize) -> Sql {
    let (head, rest) = after.map_or(("", None), |after| split(after));
    Sql::fixed(
        "select key, key_rest, track, fingerprint from tracking.key \
         where store = $1 and key >= $2 and (key, coalesce(key_rest, '')) > ($2, $3) \
         order by key, coalesce(key_rest, '') limit $4",
    )
    .with_text(store)
    .with_text(head)
    .with_text(rest.unwrap_or_default())
    .with_int(i64::try_from(limit).unwrap_or(i64::MAX))
}

/// A checkpoint.
pub(crate) fn checkpoint(store: &str, name: &CheckpointName) -> Sql {
    let (head, rest) = split(name);
    Sql::fixed(
        "select name, name_rest, position from tracking.checkpoint \
         where store = $1 and name = $2 and name_rest is not distinct from $3",
    )
    .with_text(store)
    .with_text(head)
    .with_optional_text(rest)
}

/// At most `limit` checkpoints after this one.
pub(crate) fn checkpoints(store: &str, after: Option<&CheckpointName>, limit: usize) -> Sql {
    let (head, rest) = after.map_or(("", None), |after| split(after));
    Sql::fixed(
        "select name, name_rest, position from tracking.checkpoint \
         where store = $1 and name >= $2 and (name, coalesce(name_rest, '')) > ($2, $3) \
         order by name, coalesce(name_rest, '') limit $4",
    )
    .with_text(store)
    .with_text(head)
    .with_text(rest.unwrap_or_default())
    .with_int(i64::try_from(limit).unwrap_or(i64::MAX))
}
