//! Queries made of other queries.

use tracking_core::Query;

/// The same query without its cursor.
pub(crate) fn from_the_start(query: &Query) -> Query {
    query.clone().from_the_start()
}

/// Whether a query asks for some of the tracks only, wherever it starts and ends.
pub(crate) fn has_criteria(query: &Query) -> bool {
    !query.has_no_criteria()
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
