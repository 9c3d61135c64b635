//! The fixed statements, made once per store so that finding a prepared one costs no writing.

use tracking_core::StoreName;

/// Names statements; `$` stands for what is before the names of a store's tables, `@` for the
/// store itself.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident: $text:expr;)*) => {
        /// The fixed statements of a store.
        #[derive(Debug)]
        pub(crate) struct Statements {
            /// What stands before the names of its tables.
            pub(crate) prefix: String,
            $($(#[$doc])* pub(crate) $name: String,)*
        }

        impl Statements {
            pub(crate) fn of(store: &StoreName) -> Self {
                let prefix = crate::store_name::table_prefix(store);
                let text = |text: &str| text.replace('$', &prefix).replace('@', store.as_str());
                Self { $($name: text($text),)* prefix }
            }

            /// All of them by name, to look at their plans.
            #[cfg(test)]
            pub(crate) fn all(&self) -> Vec<(&'static str, &str)> {
                vec![$((stringify!($name), self.$name.as_str()),)*]
            }
        }
    };
}

statements! {
    // ---- names
    find_task: "select id, current_run from $task where name = ?1";
    add_task: "insert into $task (name) values (?1)";
    find_user: "select id from $user where name = ?1";
    add_user: "insert into $user (name) values (?1)";
    first_task_ids: "select name from $task where exists \
        (select 1 from $track indexed by ix_$track_task where task = $task.id) \
        order by name limit ?1";
    task_ids_after: "select name from $task where name > ?2 and exists \
        (select 1 from $track indexed by ix_$track_task where task = $task.id) \
        order by name limit ?1";
    first_user_names: "select name from $user order by name limit ?1";
    user_names_after: "select name from $user where name > ?2 order by name limit ?1";
    /// From a user on, so that the many tracks of one need not be walked.
    users_of_task: "select user from $track indexed by ix_$track_pair \
        where task = (select id from $task where name = ?1) and user > ?2 order by user";
    task_name: "select name from $task where id = ?1";
    user_name: "select name from $user where id = ?1";

    // ---- counters
    counters: "select max(track_floor, coalesce((select max(id) from $track), 0)), \
        max(run_floor, coalesce((select max(id) from $run), 0)) from store where name = '@'";
    span: "select (select min(id) from $track), (select max(id) from $track)";
    raise_counters: "update store set track_floor = max(track_floor, ?1), \
        run_floor = max(run_floor, ?2) where name = '@'";

    // ---- tracks
    add_track: "insert into $track (id, task, run, user, time, data) values (?1, ?2, ?3, ?4, ?5, ?6)";
    change_track: "update $track set time = ?2, data = ?3 where id = ?1";
    move_track: "update $track set time = ?2 where id = ?1";
    remove_track: "delete from $track where id = ?1";
    track: "select t.id, t.time, t.data, t.run, k.name, u.name from $track as t \
        cross join $task as k on k.id = t.task cross join $user as u on u.id = t.user \
        where t.id = ?1";
    tracks_of_ids: "select t.id, t.time, t.data, t.run, t.task, t.user from rarray(?1) as found \
        cross join $track as t on t.id = found.value";
    track_to_change: "select run, time, data from $track where id = ?1";
    last_track: "select id, time, data from $track indexed by ix_$track_pair \
        where task = ?1 and user = ?2 and run = ?3 order by time desc, id desc limit 1";
    last_track_in_run: "select id, run, time, data from $track indexed by ix_$track_pair \
        where task = (select id from $task where name = ?1) \
        and user = (select id from $user where name = ?2) \
        and run = ?3 order by time desc, id desc limit 1";
    last_track_in_current_run: "select id, run, time, data from $track indexed by ix_$track_pair \
        where task = (select id from $task where name = ?1) \
        and user = (select id from $user where name = ?2) \
        and run = (select current_run from $task where name = ?1) \
        order by time desc, id desc limit 1";
    move_tracks_to_user: "update $track indexed by ix_$track_user set user = ?2 where user = ?1";
    count_of_user: "select count(*) from $track indexed by ix_$track_user where user = ?1";
    tracks_before: "select id from $track indexed by ix_$track_time where time < ?1";
    all_tracks: "select t.id, t.time, t.data, t.run, t.task, t.user from $track as t order by t.id";
    /// Without a temporary table, since the index has them in this order.
    tracks_by_pair: "select task, user, time, id from $track indexed by ix_$track_pair \
        order by task, user";

    // ---- counts of tracks
    tracks_to_count: "select task, user, run, time, id from $track where id > ?1 and id <= ?2 \
        order by id limit ?3";
    add_count: "insert into $track_count (kind, day, item, tracks) values (?1, ?2, ?3, ?4) \
        on conflict (kind, day, item) do update set tracks = tracks + excluded.tracks";
    find_count: "select tracks from $track_count where kind = ?1 and day = ?2 and item = ?3";
    size_of_count: "select count(*) from $track_count where kind = ?1";
    uncounted_tracks: "select task, user, run, time from $track where id > ?1";
    counted_tracks_within: "select task, user, run, time from $track indexed by ix_$track_time \
        where time between ?2 and ?3 and id <= ?1";
    count_within: "select count(*) from $track indexed by ix_$track_time \
        where time between ?1 and ?2";
    /// Along the whole index, which has the tracks of a run side by side.
    runs_within: "select count(*) from (select 1 from $track indexed by ix_$track_run \
        where time between ?1 and ?2 group by run)";
    runs_of_times: "select count(distinct run) from $track indexed by ix_$track_time \
        where time between ?1 and ?2";
    /// One search for each run.
    runs_with_tracks: "select count(*) from $run as r where exists (select 1 from $track \
        indexed by ix_$track_run where run = r.id and time between ?1 and ?2)";
    sum_of_quarters: "select coalesce(sum(tracks), 0) from $track_count \
        where kind = 0 and (day, item) >= (?1, ?2) and (day, item) < (?3, ?4)";
    quarters: "select day, item, tracks from $track_count \
        where kind = 0 and (day, item) >= (?1, ?2) and (day, item) < (?3, ?4)";
    /// How many users or tasks each day has, and how many tracks.
    items_of_days: "select q.day, coalesce((select tracks from $track_count \
        where kind = 6 and day = q.day and item = ?1), 0), sum(q.tracks) \
        from $track_count as q where q.kind = 0 and q.day >= ?2 and q.day < ?3 group by q.day";
    sums_of_items: "select item, sum(tracks) from $track_count \
        where kind = ?1 and day >= ?2 and day < ?3 group by item";
    totals_of_items: "select item, tracks from $track_count where kind = ?1 and day = 0";

    // ---- runs
    add_run: "insert into $run (id, task, start, \"end\", finished) values (?1, ?2, ?3, ?4, ?5)";
    run_end: "select \"end\" from $run where id = ?1";
    move_run: "update $run set \"end\" = ?2 where id = ?1";
    stop_run: "update $run set \"end\" = ?2, finished = ?3 where id = ?1";
    task_of_run: "select k.name from $run as r cross join $task as k on k.id = r.task \
        where r.id = ?1";
    set_current: "update $task set current_run = ?2 where id = ?1";
    run: "select r.id, k.name, r.start, r.\"end\", r.finished, k.current_run is r.id \
        from $run as r left join $task as k on k.id = r.task where r.id = ?1";
    all_runs: "select r.id, k.name, r.start, r.\"end\", r.finished, k.current_run is r.id \
        from $run as r left join $task as k on k.id = r.task order by r.id";
    current_run: "select r.id, k.name, r.start, r.\"end\", r.finished, 1 \
        from $task as k cross join $run as r on r.id = k.current_run where k.name = ?1";
    /// Walked from the start until a run takes the track.
    session_before: "select r.id, r.finished, r.\"end\" from $track as t indexed by ix_$track_user \
        cross join $run as r on r.id = t.run \
        where t.user = ?1 and t.time between ?2 and ?3 and r.task is null \
        order by t.time desc, t.id desc";
    session_after: "select r.id, r.finished, r.\"end\" from $track as t indexed by ix_$track_user \
        cross join $run as r on r.id = t.run \
        where t.user = ?1 and t.time between ?2 and ?3 and r.task is null \
        order by t.time, t.id";
    untouched_runs: "select r.id, k.id from $task as k indexed by ix_$task_current \
        cross join $run as r on r.id = k.current_run \
        where k.current_run is not null and r.\"end\" < ?1 order by k.current_run limit ?2";
    run_summary: "select count(*), count(distinct task), count(distinct user), min(time), max(time) \
        from $track indexed by ix_$track_run where run = ?1";
    tracks_of_run: "select id from $track indexed by ix_$track_run where run = ?1";
    run_of_track: "select run from $track where id = ?1";
    has_tracks: "select 1 from $track indexed by ix_$track_run where run = ?1 limit 1";
    remove_run: "delete from $run where id = ?1";

    // ---- keys
    find_key: "select track, fingerprint from $key where name = ?1";
    add_key: "insert into $key (name, track, fingerprint) values (?1, ?2, ?3)";
    all_keys: "select name, track, fingerprint from $key order by name";
    first_keys: "select name, track, fingerprint from $key order by name limit ?1";
    keys_after: "select name, track, fingerprint from $key where name > ?2 order by name limit ?1";

    // ---- checkpoints
    checkpoint: "select position from $checkpoint where name = ?1";
    checkpoints: "select name, position from $checkpoint order by name";
    first_checkpoints: "select name, position from $checkpoint order by name limit ?1";
    checkpoints_after: "select name, position from $checkpoint where name > ?2 \
        order by name limit ?1";
    set_checkpoint: "insert into $checkpoint (name, position) values (?1, ?2) \
        on conflict (name) do update set position = excluded.position";

    // ---- settings
    setting: "select value from setting where store = '@' and name = ?1";
    set_setting: "insert into setting (store, name, value) values ('@', ?1, ?2) \
        on conflict (store, name) do update set value = excluded.value";

    // ---- batch ids
    find_batch: "select time, fingerprint, outcomes from $batch where name = ?1";
    add_batch: "insert into $batch (name, time, fingerprint, outcomes) values (?1, ?2, ?3, ?4)";
    keep_batches: "delete from $batch where number <= (select max(number) from $batch) - ?1";
    oldest_batch: "select number, time from $batch \
        where number = (select min(number) from $batch)";
    remove_batch: "delete from $batch where number = ?1";

    // ---- change feed
    add_change: "insert into $change (number, kind, first, last, time) values (?1, ?2, ?3, ?4, ?5)";
    last_change: "select max(number) from $change";
    changes_after: "select number, kind, first, last, time from $change \
        where number > ?1 order by number limit ?2";
    change_time: "select time from $change where number = ?1";
    remove_changes_to: "delete from $change where number <= ?1";
    remove_changes: "delete from $change";
    tracks_of_user: "select id from $track indexed by ix_$track_user where user = ?1";

    // ---- indexed fields
    indexed_fields: "select field, id from indexed_field where store = '@'";
    add_indexed_field: "insert into indexed_field (store, field) values ('@', ?1)";
    drop_indexed_field: "delete from indexed_field where id = ?1";
}

/// The columns of a track `t`.
pub(crate) const COLUMNS: &str = "t.id, t.time, t.data, t.run, t.task, t.user";

/// Statements that are the same for every store.
pub(crate) const BEGIN: &str = "begin immediate";
pub(crate) const BEGIN_TO_READ: &str = "begin";
pub(crate) const COMMIT: &str = "commit";
pub(crate) const ROLLBACK: &str = "rollback";
/// One of several batches in a transaction, which is undone alone if it fails.
pub(crate) const SAVEPOINT: &str = "savepoint batch";
pub(crate) const RELEASE: &str = "release batch";
pub(crate) const UNDO_SAVEPOINT: &str = "rollback to batch; release batch";
/// Whether the file has ever had a name wiped; that table is made with the first.
pub(crate) const FIND_WIPE: &str =
    "select 1 from sqlite_schema where type = 'table' and name = 'wipe'";
pub(crate) const WIPE_STATE: &str = "select requested, rewritten, done from wipe";
pub(crate) const DATA_VERSION: &str = "pragma data_version";

#[cfg(test)]
mod tests {
    use rusqlite::Connection;
    use rusqlite::vtab::array::load_module;

    use super::*;
    use crate::schema;

    #[test]
    fn every_statement_fits_the_tables_of_every_store() {
        let mut connection = Connection::open_in_memory().unwrap();
        load_module(&connection).unwrap();
        schema::migrations().to_latest(&mut connection).unwrap();
        for store in [StoreName::default(), StoreName::new("access").unwrap()] {
            schema::create_store(&connection, &store).unwrap();
            for (name, text) in Statements::of(&store).all() {
                if let Err(error) = connection.prepare(text) {
                    panic!("{name} of {store}: {error}");
                }
            }
        }
    }
}
