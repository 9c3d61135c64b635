//! The tables of a file, and how those of earlier versions become those of today.
//!
//! A file has two tables of its own, the catalog, and a set of tables for each store in it.
//! `docs/storage.md` tells users what is in them; change both or none.

use rusqlite::{Connection, Transaction};
use rusqlite_migration::{HookError, M, Migrations};

use tracking_core::StoreName;

use crate::error::StoreError;
use crate::sql::Statements;
use crate::track_counts;

/// What marks a file as one of ours: "trak" as a number, in its header.
pub(crate) const APPLICATION_ID: i32 = 0x7472_616b;

/// The version of the tables, which is also in the header of the file.
pub(crate) const VERSION: i64 = 4;

/// The tables that a file has once, whatever stores are in it.
///
/// A floor is the highest id given that the table itself no longer shows: of tracks since that
/// track or run was removed, or since a copy brought its counters. Ids go on above both.
const CATALOG: &str = "
pragma application_id = 0x7472616b;
create table store (
  name text primary key,
  track_floor integer not null default 0,
  run_floor integer not null default 0
) strict, without rowid;
create table indexed_field (
  id integer primary key,
  store text not null references store(name),
  field text not null,
  unique (store, field)
) strict;
";

/// What version 2 adds to the catalog: properties of a store that all processes agree on.
const SETTINGS: &str = "
create table setting (
  store text not null references store(name),
  name text not null,
  value integer not null,
  primary key (store, name)
) strict, without rowid;
";

/// What version 2 adds to each store: the batches that were applied under an id, and the entries
/// of the change feed; both in their order, without gaps.
const BATCHES_AND_CHANGES: &str = "
create table $batch (
  number integer primary key,
  name text not null unique,
  time integer not null,
  fingerprint blob not null check (length(fingerprint) = 16),
  outcomes text not null
) strict;
create table $change (
  number integer primary key,
  kind text not null,
  first integer not null,
  last integer not null,
  time integer not null
) strict;
";

/// What version 3 adds to each store: what goes with a run that is removed, and that its tracks
/// have to be removed first.
const REMOVAL_OF_RUNS: &str = "
create trigger $run_stays before delete on $run
when exists (select 1 from $track where run = old.id) begin
  select raise(abort, 'a run with tracks stays: remove its tracks first');
end;
create trigger $run_removed after delete on $run begin
  update $task set current_run = null where current_run = old.id;
  update store set run_floor = old.id where name = '@' and run_floor < old.id
    and old.id > coalesce((select max(id) from $run), 0);
  delete from $task where id = old.task
    and not exists (select 1 from $track where task = old.task)
    and not exists (select 1 from $run where task = old.task);
end;
";

/// The tables of one store. A name never gets another id and an id no other name, so programs
/// that have the file open may remember them. `$` stands for what is before their names, `@` for the store.
const STORE: &str = r#"
create table $task (
  id integer primary key autoincrement,
  name text not null unique,
  current_run integer references $run(id)
) strict;
create table $user (
  id integer primary key autoincrement,
  name text not null unique
) strict;
create table $run (
  id integer primary key,
  task integer references $task(id),
  start integer not null,
  "end" integer not null,
  finished integer not null check (finished in (0, 1))
) strict;
create table $track (
  id integer primary key,
  task integer not null references $task(id),
  run integer not null references $run(id),
  user integer not null references $user(id),
  time integer not null,
  data text not null
) strict;
create table $key (
  name text primary key,
  track integer not null references $track(id),
  fingerprint blob not null check (length(fingerprint) = 16)
) strict, without rowid;
create table $checkpoint (
  name text primary key,
  position text not null
) strict, without rowid;

create trigger $track_removed after delete on $track begin
  delete from $key where track = old.id;
  update store set track_floor = old.id where name = '@' and track_floor < old.id
    and old.id > coalesce((select max(id) from $track), 0);
  delete from $user where id = old.user
    and not exists (select 1 from $track where user = old.user);
  delete from $task where id = old.task
    and not exists (select 1 from $track where task = old.task)
    and not exists (select 1 from $run where task = old.task);
end;
create trigger $track_renamed after update of task, user on $track
when old.task <> new.task or old.user <> new.user begin
  delete from $user where id = old.user
    and not exists (select 1 from $track where user = old.user);
  delete from $task where id = old.task
    and not exists (select 1 from $track where task = old.task)
    and not exists (select 1 from $run where task = old.task);
end;

create trigger $task_stays before update of id, name on $task begin
  select raise(abort, 'a name keeps its id for ever: put a new name in, and move the tracks to it');
end;
create trigger $user_stays before update of id, name on $user begin
  select raise(abort, 'a name keeps its id for ever: put a new name in, and move the tracks to it');
end;

create view $tracks as
select track.id, task.name as task, track.run, user.name as user,
  ~track.time~ as time, track.data
from $track as track
join $task as task on task.id = track.task
join $user as user on user.id = track.user;
create view $runs as
select run.id, task.name as task, ~run.start~ as start, ~run."end"~ as "end",
  run.finished, coalesce(task.current_run = run.id, 0) as current
from $run as run
left join $task as task on task.id = run.task;

insert into store (name) values ('@');
"#;

/// The indexes of one store, those on data fields aside.
const INDEXES: &str = "
create index if not exists ix_$track_time on $track (time);
create index if not exists ix_$track_task on $track (task, time);
create index if not exists ix_$track_user on $track (user, time);
create index if not exists ix_$track_run on $track (run, time);
create index if not exists ix_$track_pair on $track (task, user, run, time);
create index if not exists ix_$run_task on $run (task) where task is not null;
create index if not exists ix_$run_start on $run (start);
create unique index if not exists ix_$task_current on $task (current_run)
  where current_run is not null;
create index if not exists ix_$key_track on $key (track);
";

/// Microseconds as RFC 3339, like `2026-11-23T15:47:01.123456Z`; division must round towards
/// the past, also before 1970.
const RFC_3339: &str = "strftime('%Y-%m-%dT%H:%M:%S', \
    (TIME - ((TIME % 1000000) + 1000000) % 1000000) / 1000000, 'unixepoch') \
    || printf('.%06dZ', ((TIME % 1000000) + 1000000) % 1000000)";

/// What turns a file of any earlier version into one of today, in one transaction.
///
/// The first step makes the catalog. A later step that changes the tables of stores does so in a
/// hook, for each store that the catalog lists; [`create_store`] always makes those of today.
pub(crate) fn migrations() -> Migrations<'static> {
    Migrations::new(vec![
        M::up(CATALOG),
        M::up_with_hook(SETTINGS, |transaction: &Transaction<'_>| {
            in_each_store(transaction, BATCHES_AND_CHANGES)
        }),
        M::up_with_hook("", |transaction: &Transaction<'_>| {
            in_each_store(transaction, REMOVAL_OF_RUNS)
        }),
        M::up_with_hook("", |transaction: &Transaction<'_>| {
            refuse_version(transaction, 4)?;
            for store in stores(transaction)? {
                create_counts(transaction, &store)?;
                track_counts::count_all(transaction, &Statements::of(&store)).map_err(|error| {
                    match error {
                        StoreError::Sqlite(error) => error.into(),
                        other => HookError::Hook(format!("{other:?}")),
                    }
                })?;
            }
            Ok(())
        }),
    ])
}

/// Fails where the file has a version already: another process has upgraded it since the version was read,
/// which is before the transaction. Steps that create tables fail by themselves then.
fn refuse_version(transaction: &Transaction<'_>, version: i64) -> Result<(), HookError> {
    let is: i64 = transaction.query_row("pragma user_version", [], |row| row.get(0))?;
    if is < version {
        return Ok(());
    }
    let why = format!("another process has upgraded the file to version {is}");
    Err(HookError::Hook(why))
}

/// Does something in each store that the catalog lists.
fn in_each_store(transaction: &Transaction<'_>, sql: &str) -> Result<(), HookError> {
    for store in stores(transaction)? {
        transaction.execute_batch(&of_store(sql, &store))?;
    }
    Ok(())
}

/// The stores that the catalog lists.
fn stores(transaction: &Transaction<'_>) -> Result<Vec<StoreName>, HookError> {
    let mut statement = transaction.prepare("select name from store")?;
    let names = statement.query_map([], |row| row.get::<_, String>(0))?;
    let names = names.collect::<rusqlite::Result<Vec<_>>>()?;
    let store = |name| {
        StoreName::new(name).map_err(|error| {
            HookError::Hook(format!("the file holds a store that it cannot: {error}"))
        })
    };
    names.into_iter().map(store).collect()
}

/// A text with the names of a store in their places.
fn of_store(sql: &str, store: &StoreName) -> String {
    sql.replace('$', &crate::store_name::table_prefix(store))
        .replace('@', store.as_str())
}

/// Makes the tables of a store; within a transaction.
pub(crate) fn create_store(connection: &Connection, store: &StoreName) -> rusqlite::Result<()> {
    connection.execute_batch(&store_tables(store))?;
    connection.execute_batch(&of_store(BATCHES_AND_CHANGES, store))?;
    connection.execute_batch(&of_store(REMOVAL_OF_RUNS, store))?;
    create_counts(connection, store)?;
    create_indexes(connection, store)
}

/// Makes the table of counts of a store and its triggers, where they are not there.
pub(crate) fn create_counts(connection: &Connection, store: &StoreName) -> rusqlite::Result<()> {
    connection.execute_batch(&of_store(&track_counts::tables(), store))
}

/// Makes the indexes of a store that are not there, those on data fields aside.
pub(crate) fn create_indexes(connection: &Connection, store: &StoreName) -> rusqlite::Result<()> {
    connection.execute_batch(&INDEXES.replace('$', &crate::store_name::table_prefix(store)))
}

/// An empty database in memory with a store's tables, to compare with.
pub(crate) fn fresh(store: &StoreName) -> rusqlite::Result<Connection> {
    let fresh = Connection::open_in_memory()?;
    fresh.execute_batch(CATALOG)?;
    fresh.execute_batch(SETTINGS)?;
    create_store(&fresh, store)?;
    Ok(fresh)
}

fn store_tables(store: &StoreName) -> String {
    let mut parts = STORE.split('~');
    let mut sql = parts.next().unwrap_or_default().to_owned();
    // Times and what is between them take turns.
    while let (Some(time), Some(rest)) = (parts.next(), parts.next()) {
        sql.push_str(&RFC_3339.replace("TIME", time));
        sql.push_str(rest);
    }
    of_store(&sql, store)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_valid_and_lead_to_this_version() {
        migrations().validate().unwrap();
        let mut connection = Connection::open_in_memory().unwrap();
        migrations().to_latest(&mut connection).unwrap();
        let version: i64 = connection
            .query_row("pragma user_version", [], |row| row.get(0))
            .unwrap();
        assert_eq!(version, VERSION);
        let id: i32 = connection
            .query_row("pragma application_id", [], |row| row.get(0))
            .unwrap();
        assert_eq!(id, APPLICATION_ID);
    }
}
