//! Removing and renaming many tracks.

use tracking_core::{Query, Result, Retention, UserName};

use crate::conditions::{order_by, push_after, push_where, quoted, store_is};
use crate::names::{equals, split_owned};
use crate::statement::Sql;

/// The statement that removes what a query asks for and gives the ids; nothing where no track can
/// match.
pub(crate) fn remove_matching(store: &str, query: &Query) -> Result<Option<Sql>> {
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
        let limit = sql.bind_int(i64::try_from(limit).unwrap_or(i64::MAX));
        sql.push(order_by(query.track_order()));
        sql.push(" limit ").push(&limit);
    }
    push_removal(&mut sql, store);
    Ok(Some(sql))
}

/// The statement that removes what is too old to be kept; nothing where everything is kept.
pub(crate) fn prune(store: &str, retention: &Retention) -> Option<Sql> {
    let mut sql =
        Sql::composed("with doomed as materialized (select t.id from tracking.track as t where ");
    let mut any = Vec::new();
    if let Some(oldest) = retention.oldest_kept() {
        let oldest = sql.bind_time(oldest);
        any.push(format!("t.time < {oldest}"));
    }
    if let Some(kept) = retention.kept_per_user() {
        let kept = sql.bind_int(i64::try_from(kept).unwrap_or(i64::MAX));
        let store = quoted(store);
        any.push(format!(
            "t.id in (select n.id from (select id, row_number() over (partition by task, task_rest, \
             username, username_rest order by time desc, id desc) as place from tracking.track \
             where store = {store}) as n where n.place > {kept})"
        ));
    }
    if any.is_empty() {
        return None;
    }
    let of_store = store_is("t", store);
    sql.push(&format!("{of_store} and ({})", any.join(" or ")));
    if let Some(limit) = retention.max_removed() {
        let limit = sql.bind_int(i64::try_from(limit).unwrap_or(i64::MAX));
        sql.push(" order by t.id limit ").push(&limit);
    }
    push_removal(&mut sql, store);
    Some(sql)
}

fn push_removal(sql: &mut Sql, store: &str) {
    let store = quoted(store);
    sql.push(&format!(
        "), keys as (delete from tracking.key as k using doomed as d \
         where k.store = {store} and k.track = d.id), \
         gone as (delete from tracking.track as t using doomed as d \
         where t.store = {store} and t.id = d.id returning t.id) \
         select id from gone order by id"
    ));
}

/// The statement that gives all tracks of a user to another name and gives their ids; where both
/// names are the same, it only finds them.
pub(crate) fn rename_user(store: &str, from: &UserName, to: &UserName) -> Sql {
    if from == to {
        let mut sql = Sql::composed("select t.id from tracking.track as t where ");
        let of_store = store_is("t", store);
        let of_user = equals(&mut sql, "t.username", from);
        sql.push(&format!("{of_store} and {of_user} order by t.id"));
        return sql;
    }
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
