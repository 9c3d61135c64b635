//! Queries made of other queries.

use serde_json::Value;
use tracking_core::{FieldFilter, Query};

/// The same query without its cursor.
pub(crate) fn from_the_start(query: &Query) -> Query {
    let mut made = Query::all().order(query.track_order());
    if let Some(tasks) = query.task_filter() {
        made = made.tasks_in(tasks.clone());
    }
    if let Some(users) = query.user_filter() {
        made = made.users_in(users.clone());
    }
    if let Some(runs) = query.run_filter() {
        made = made.runs(runs.iter().copied());
    }
    if let Some(times) = query.time_filter() {
        made = made.within_any(times.ranges().iter().copied());
    }
    for filter in query.field_filters() {
        made = made.field_in(filter.field(), values(filter));
    }
    match query.max_tracks() {
        Some(limit) => made.limit(limit),
        None => made,
    }
}

/// Whether a query asks for some of the tracks only, wherever it starts and ends.
pub(crate) fn has_criteria(query: &Query) -> bool {
    query.task_filter().is_some()
        || query.user_filter().is_some()
        || query.run_filter().is_some()
        || query.time_filter().is_some()
        || !query.field_filters().is_empty()
}

/// The values that a filter asks for.
pub(crate) fn values(filter: &FieldFilter) -> Vec<Value> {
    let read = |text| serde_json::from_str(text).unwrap_or(Value::Null);
    filter.values().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tracking_core::{Cursor, Order, RunId, TimeRange, Timestamp, TrackId};

    #[test]
    fn all_but_the_cursor_stays() {
        let order = Order::TimeDescending;
        let query = Query::all()
            .tasks(["a", "b"])
            .task_prefix("a")
            .user_prefix("x")
            .run(RunId::FIRST)
            .within(TimeRange::since(Timestamp::EPOCH))
            .field_in("a.b", [json!(1.0), json!("x"), json!([null])])
            .field("c", json!(1))
            .order(order)
            .limit(5);
        let later = query
            .clone()
            .after(Cursor::after(order, Timestamp::EPOCH, TrackId::FIRST));
        assert_eq!(from_the_start(&later), query);
        let nothing = Query::all().runs([]).within_any(Vec::<TimeRange>::new());
        assert_eq!(from_the_start(&nothing), nothing);
    }
}
