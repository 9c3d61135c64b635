//! Removing tracks and runs, and renaming the user of many tracks.

use std::collections::BTreeSet;

use tracking_core::{
    ChangeKind, Error, Query, Removal, RemovalTarget, Removed, Retention, RunQuery, UserName,
};

use crate::change::Change;
use crate::conditions::{order_by, push_after, push_where, quoted, store_is};
use crate::error::Result;
use crate::names::{equals, split_owned};
use crate::old_ranges::{OldRanges, WhenLocked};
use crate::runs;
use crate::statement::Sql;

impl Change {
    /// Removes tracks and runs, and tells how many that were.
    pub(crate) async fn remove_by(&mut self, removal: &Removal) -> Result<Removed> {
        let ranges = self.old_ranges(removal).await?;
        let store = self.transaction.store.as_str();
        let (sql, kind) = match removal.target() {
            RemovalTarget::Tracks(query) => (tracks(store, query)?, ChangeKind::TrackRemoved),
            RemovalTarget::OldTracks { retention, among } => {
                let sql = old_tracks(store, retention, among, &ranges);
                (sql, ChangeKind::TrackRemoved)
            }
            RemovalTarget::User(user) => {
                let query = Query::all().user(user.as_str());
                (tracks(store, &query)?, ChangeKind::UserErased)
            }
            RemovalTarget::Runs { query, only_empty } => {
                return self.remove_runs(query, *only_empty).await;
            }
            _ => return Err(Error::unsupported("remove what a later version knows").into()),
        };
        let Some(sql) = sql else {
            return Ok(Removed::new(0, 0));
        };
        let rows = self.transaction.query_long(sql).await?;
        self.transaction.is_changed |= !rows.is_empty();
        let mut runs = BTreeSet::new();
        for row in &rows {
            self.transaction.note(kind, row.try_get(0)?);
            runs.insert(row.try_get(1)?);
        }
        let mut removed = Removed::new(rows.len() as u64 + ranges.tracks(), 0);
        if removal.removes_empty_runs() {
            removed.runs = self.remove_emptied(runs, &ranges).await?;
        }
        self.remove_ranges(&ranges, WhenLocked::Delete).await?;
        Ok(removed)
    }

    /// Of what a removal takes, removes only what whole partitions hold, without deleting tracks.
    pub(crate) async fn drop_partitions(&mut self, removal: &Removal) -> Result<Removed> {
        let ranges = self.old_ranges(removal).await?;
        let mut removed = Removed::new(ranges.tracks(), 0);
        if removal.removes_empty_runs() {
            removed.runs = self.remove_emptied(BTreeSet::new(), &ranges).await?;
        }
        self.remove_ranges(&ranges, WhenLocked::Fail).await?;
        Ok(removed)
    }

    /// Removes those of some runs, and of the runs of some ranges, that have no tracks any more once the
    /// ranges are gone, and tells how many that were.
    async fn remove_emptied(&mut self, mut runs: BTreeSet<i64>, ranges: &OldRanges) -> Result<u64> {
        self.add_runs_of(ranges, &mut runs).await?;
        if runs.is_empty() {
            return Ok(0);
        }
        let mut sql = Sql::composed(
            "with gone as (delete from tracking.run as r where r.store = $1 and r.id = any($2) \
             and not exists (select 1 from tracking.track as t where t.store = $1 and t.run = r.id",
        );
        ranges.push_exclusion(&mut sql);
        sql.push(") returning r.id) select id from gone order by id");
        let sql = sql.with_text(self.transaction.store.as_str());
        let sql = sql.with_ints(runs.into_iter().collect());
        let rows = self.transaction.query_long(sql).await?;
        for row in &rows {
            self.transaction
                .note(ChangeKind::RunRemoved, row.try_get(0)?);
        }
        Ok(rows.len() as u64)
    }

    /// Removes runs with all their tracks, or those without any.
    async fn remove_runs(&mut self, query: &RunQuery, only_empty: bool) -> Result<Removed> {
        let mut removed = Removed::new(0, 0);
        let Some(sql) = whole_runs(&self.transaction.store, query, only_empty)? else {
            return Ok(removed);
        };
        let rows = self.transaction.query_long(sql).await?;
        self.transaction.is_changed |= !rows.is_empty();
        for row in &rows {
            let id = row.try_get(1)?;
            if row.try_get(0)? {
                self.transaction.note(ChangeKind::RunRemoved, id);
                removed.runs += 1;
            } else {
                self.transaction.note(ChangeKind::TrackRemoved, id);
                removed.tracks += 1;
            }
        }
        Ok(removed)
    }
}

/// The statement that removes the tracks that a query asks for, and gives their ids and runs;
/// nothing where no track can match.
pub(crate) fn tracks(store: &str, query: &Query) -> Result<Option<Sql>> {
    let cursor = query.cursor()?;
    let mut sql =
        Sql::composed("with doomed as materialized (select t.id from tracking.track as t");
    if push_where(&mut sql, store, query).is_none() {
        return Ok(None);
    }
    if let Some(cursor) = cursor {
        push_after(&mut sql, cursor);
    }
    if let Some(limit) = query.max_tracks() {
        sql.push(order_by(query));
        push_limit(&mut sql, limit);
    }
    push_removal(&mut sql, store);
    Ok(Some(sql))
}

/// The statement that removes what is too old to be kept, among the tracks that meet the criteria
/// of a query, except those in some ranges, and gives their ids and runs; nothing where everything is kept.
pub(crate) fn old_tracks(
    store: &str,
    retention: &Retention,
    among: &Query,
    except: &OldRanges,
) -> Option<Sql> {
    let (oldest, kept) = (retention.oldest_kept(), retention.kept_per_user());
    if oldest.is_none() && kept.is_none() {
        return None;
    }
    let mut sql = Sql::composed("with doomed as materialized (select t.id from ");
    if kept.is_some() {
        sql.push(
            "(select t.id, t.time, row_number() over (partition by t.task, t.task_rest, \
             t.username, t.username_rest order by t.time desc, t.id desc) as place \
             from tracking.track as t",
        );
        push_where(&mut sql, store, among)?;
        sql.push(") as t where (");
    } else {
        sql.push("tracking.track as t");
        push_where(&mut sql, store, among)?;
        sql.push(" and (");
    }
    let mut any = Vec::new();
    if let Some(oldest) = oldest {
        any.push(format!("t.time < {}", sql.bind_time(oldest)));
    }
    if let Some(kept) = kept {
        let kept = sql.bind_int(i64::try_from(kept).unwrap_or(i64::MAX));
        any.push(format!("t.place > {kept}"));
    }
    sql.push(&any.join(" or ")).push(")");
    except.push_exclusion(&mut sql);
    if let Some(limit) = retention.max_removed() {
        let limit = limit.saturating_sub(usize::try_from(except.tracks()).unwrap_or(usize::MAX));
        sql.push(" order by t.id");
        push_limit(&mut sql, limit);
    }
    push_removal(&mut sql, store);
    Some(sql)
}

fn push_limit(sql: &mut Sql, limit: usize) {
    let limit = sql.bind_int(i64::try_from(limit).unwrap_or(i64::MAX));
    sql.push(" limit ").push(&limit);
}

fn push_removal(sql: &mut Sql, store: &str) {
    let store = quoted(store);
    sql.push(&format!(
        "), keys as (delete from tracking.key as k using doomed as d \
         where k.store = {store} and k.track = d.id), \
         gone as (delete from tracking.track as t using doomed as d \
         where t.store = {store} and t.id = d.id returning t.id, t.run) \
         select id, run from gone order by id"
    ));
}

/// The statement that removes the runs of a query with their tracks and keys, or only those
/// without tracks. For each run and track it tells whether it is a run, and the id. Nothing where
/// no run can match.
pub(crate) fn whole_runs(store: &str, query: &RunQuery, only_empty: bool) -> Result<Option<Sql>> {
    let mut sql = Sql::composed("with doomed as materialized (select r.id from tracking.run as r");
    let Some(mut all) = runs::conditions(&mut sql, store, query)? else {
        return Ok(None);
    };
    if only_empty {
        let of_store = store_is("t", store);
        all.push(format!(
            "not exists (select 1 from tracking.track as t where {of_store} and t.run = r.id)"
        ));
    }
    sql.push(" where ").push(&all.join(" and "));
    sql.push(" order by r.id");
    if let Some(limit) = query.max_runs() {
        push_limit(&mut sql, limit);
    }
    let store = quoted(store);
    sql.push(&format!(
        "), keys as (delete from tracking.key as k using tracking.track as t, doomed as d \
         where k.store = {store} and t.store = {store} and t.run = d.id and k.track = t.id), \
         tracks as (delete from tracking.track as t using doomed as d \
         where t.store = {store} and t.run = d.id returning t.id), \
         runs as (delete from tracking.run as r using doomed as d \
         where r.store = {store} and r.id = d.id returning r.id) \
         select false, id from tracks union all select true, id from runs order by 1, 2"
    ));
    Ok(Some(sql))
}

/// The statement that gives all tracks of a user to another name and gives their ids.
pub(crate) fn rename_user(store: &str, from: &UserName, to: &UserName) -> Sql {
    let mut sql = Sql::composed("with renamed as (update tracking.track as t set username = ");
    let (head, rest) = split_owned(to);
    let head = sql.bind_text(head);
    let rest = sql.bind(rest, tokio_postgres::types::Type::TEXT);
    let of_store = store_is("t", store);
    let of_user = equals(&mut sql, "t.username", from);
    sql.push(&format!(
        "{head}, username_rest = {rest} where {of_store} and {of_user} returning t.id) \
         select id from renamed order by id"
    ));
    sql
}
