//! Which queries one plan serves well, whatever their values are.
//!
//! The server plans a statement that is not prepared for the values of each call. One that is
//! prepared gets, after a few calls, one plan for all values. That saves up to half of the time of a
//! short query, but a plan that is right for a rare name can be very slow for a frequent one. So only
//! queries are prepared for which one index finds the tracks, in the order of the query, for every
//! value.

use tracking_core::{NameFilter, Query};

use crate::names::{is_long, is_possible};

/// Whether one plan finds the tracks of a query well.
pub(crate) fn serves_select(query: &Query) -> bool {
    let Some(criteria) = Criteria::of(query) else {
        return false;
    };
    // Without a limit all tracks are read, and sorted after that where the index has another order.
    let reads_all = query.max_tracks().is_none();
    if criteria.have_index_by_time() {
        reads_all || query.track_order().is_by_time() || criteria.are_none()
    } else {
        reads_all && criteria.are_pair()
    }
}

/// Whether one plan counts the tracks of a query well.
pub(crate) fn serves_count(query: &Query) -> bool {
    let Some(criteria) = Criteria::of(query) else {
        return false;
    };
    criteria.have_index_by_time() || criteria.are_pair()
}

/// The criteria of a query, each with a single value.
struct Criteria {
    /// Whether there is a task, a user and a run.
    names: [bool; 3],
    /// Whether times are limited, to one range.
    has_range: bool,
}

impl Criteria {
    /// Nothing where there are other criteria, or one has several values.
    fn of(query: &Query) -> Option<Self> {
        let has_others = query.excluded_tasks().is_some()
            || query.excluded_users().is_some()
            || !query.field_filters().is_empty();
        if has_others {
            return None;
        }
        let one_name = |filter: Option<&NameFilter>| match filter {
            Some(filter) => is_one_name(filter).then_some(true),
            None => Some(false),
        };
        let one = |count: Option<usize>| match count {
            Some(1) => Some(true),
            Some(_) => None,
            None => Some(false),
        };
        Some(Self {
            names: [
                one_name(query.task_filter())?,
                one_name(query.user_filter())?,
                one(query.run_filter().map(std::collections::BTreeSet::len))?,
            ],
            has_range: one(query.time_filter().map(|times| times.ranges().len()))?,
        })
    }

    fn count_names(&self) -> usize {
        self.names.iter().filter(|is_there| **is_there).count()
    }

    fn are_none(&self) -> bool {
        self.count_names() == 0 && !self.has_range
    }

    /// Whether an index has the tracks of these criteria in the order of time.
    fn have_index_by_time(&self) -> bool {
        matches!(self.count_names(), 0 | 1 | 3)
    }

    /// Whether they are a task and a user, which an index has in another order.
    fn are_pair(&self) -> bool {
        self.names == [true, true, false] && !self.has_range
    }
}

/// Whether a filter has one name, which an index holds completely.
fn is_one_name(filter: &NameFilter) -> bool {
    let mut exact = filter.exact_names();
    let has_one = exact
        .next()
        .is_some_and(|name| is_possible(name) && !is_long(name));
    has_one
        && exact.next().is_none()
        && filter.prefix_names().len() == 0
        && filter.name_patterns().is_empty()
        && filter.all_of().is_empty()
}

#[cfg(test)]
mod tests {
    use tracking_core::{Order, RunId, TimeRange, Timestamp};

    use super::*;

    fn page(query: Query) -> Query {
        query.order(Order::TimeDescending).limit(20)
    }

    #[test]
    fn queries_of_one_index_are_served() {
        let all = Query::all;
        let range = || TimeRange::until(Timestamp::MAX);
        let run = RunId::FIRST;
        for query in [
            all(),
            all().within(range()),
            all().task("a"),
            all().user("u").within(range()),
            all().run(run),
            all().task("a").user("u").run(run).within(range()),
        ] {
            assert!(serves_select(&page(query.clone())), "{query:?}");
            assert!(serves_count(&query), "{query:?}");
        }
        for query in [all().limit(9), all().task("a"), all().task("a").user("u")] {
            assert!(serves_select(&query), "{query:?}");
        }
        assert!(serves_count(&all().task("a").user("u")));
    }

    #[test]
    fn queries_whose_best_plan_depends_on_their_values_are_not_served() {
        let all = Query::all;
        let long = "x".repeat(crate::names::HEAD_CHARS);
        let runs = [RunId::FIRST, RunId::new(2).unwrap()];
        for query in [
            all().tasks(["a", "b"]),
            all().task_prefix("a"),
            all().task_pattern("a*"),
            all().task(&*long),
            all().except_task("a"),
            all().except_user("u"),
            all().runs(runs),
            all().field("page", 1),
            all().task("a").run(RunId::FIRST),
            all().within_any([
                TimeRange::until(Timestamp::MIN),
                TimeRange::since(Timestamp::MAX),
            ]),
        ] {
            assert!(!serves_select(&page(query.clone())), "{query:?}");
            assert!(!serves_count(&query), "{query:?}");
        }
        // Which is less: the tracks of the task, or those that come first by id?
        assert!(!serves_select(&all().task("a").limit(20)));
        assert!(!serves_select(&page(all().task("a").user("u"))));
    }
}
