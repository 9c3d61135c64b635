//! Queries that are wrong.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use serde_json::{Value, json};
use tracking_core::{
    Cursor, NameFilter, Order, Query, Result, TaskId, TimeRange, Track, TrackingStorageExt as _,
    UserName, Visitor,
};

use super::rewrite;
use super::wrap::{Right, Rules, busy};

/// Leaves the last moment of a time range out.
pub(super) struct RangesExcludeTheirEnd;

impl Rules for RangesExcludeTheirEnd {
    fn asking(&self, _right: &Right, query: &Query) -> Query {
        let Some(times) = query.time_filter() else {
            return query.clone();
        };
        let shorter = times.ranges().iter().map(|range| {
            TimeRange::between(range.from(), range.to().just_before().max(range.from()))
        });
        query.clone().within_any(shorter.collect::<Vec<_>>())
    }
}

/// Finds by a prefix what lies between it and it with a `z`.
pub(super) struct PrefixEndsAtZ;

impl Rules for PrefixEndsAtZ {
    fn asking(&self, right: &Right, query: &Query) -> Query {
        let Some(prefixes) = query.task_filter().map(NameFilter::prefix_names) else {
            return query.clone();
        };
        let prefixes: Vec<&str> = prefixes.collect();
        if prefixes.is_empty() {
            return query.clone();
        }
        let tasks = right.task_ids().unwrap_or_default();
        let within = |task: &&str| {
            prefixes
                .iter()
                .all(|prefix| !task.starts_with(*prefix) || **task <= *format!("{prefix}z"))
        };
        query
            .clone()
            .tasks(tasks.iter().map(TaskId::as_str).filter(within))
    }
}

/// Ignores a criterion whose list is empty.
pub(super) struct IgnoresEmptyLists;

impl Rules for IgnoresEmptyLists {
    fn asking(&self, _right: &Right, query: &Query) -> Query {
        rewrite::query(query, |parts| {
            if let Some(parts) = parts.as_object_mut() {
                let is_empty = |value: &Value| *value == json!({}) || *value == json!([]);
                parts.retain(|name, value| name == "fields" || !is_empty(value));
            }
        })
    }
}

/// Compares names without regard to case.
pub(super) struct IgnoresCase;

impl Rules for IgnoresCase {
    fn asking(&self, right: &Right, query: &Query) -> Query {
        let Some(name) = query.user_filter().and_then(|names| names.only()) else {
            return query.clone();
        };
        let alike = |user: &&UserName| user.to_lowercase() == name.to_lowercase();
        let users = right.user_names(None).unwrap_or_default();
        let users: Vec<&str> = users.iter().filter(alike).map(UserName::as_str).collect();
        rewrite::query(query, |parts| {
            if let Some(parts) = parts.as_object_mut() {
                parts.insert("users".to_owned(), json!({ "exact": users }));
            }
        })
    }
}

/// Takes a name that ends in a star for a prefix.
pub(super) struct StarsArePrefixes;

impl Rules for StarsArePrefixes {
    fn asking(&self, _right: &Right, query: &Query) -> Query {
        let prefix = query
            .task_filter()
            .and_then(|names| names.only()?.strip_suffix('*'));
        let Some(prefix) = prefix else {
            return query.clone();
        };
        rewrite::query(query, |parts| {
            if let Some(parts) = parts.as_object_mut() {
                parts.insert("tasks".to_owned(), json!({ "prefixes": [prefix] }));
            }
        })
    }
}

/// Gives one track more than the limit.
pub(super) struct LimitIsOneOff;

impl Rules for LimitIsOneOff {
    fn asking(&self, _right: &Right, query: &Query) -> Query {
        match query.max_tracks() {
            Some(limit) if limit > 0 => query.clone().limit(limit.saturating_add(1)),
            _ => query.clone(),
        }
    }
}

/// Continues after as many tracks as were seen, and not after the last one.
#[derive(Default)]
pub(super) struct CursorCounts(Mutex<BTreeMap<String, usize>>);

impl Rules for CursorCounts {
    fn visit(
        &self,
        right: &Right,
        query: &Query,
        visitor: &mut Visitor<'_>,
    ) -> Result<Option<Cursor>> {
        let seen = query.cursor()?.and_then(|cursor| {
            let seen = self.0.lock();
            seen.get(&cursor.to_string()).copied()
        });
        let Some(seen) = seen else {
            let next = right.visit(query, visitor)?;
            return Ok(self.remember(0, next, query));
        };
        let all = rewrite::query(query, |parts| {
            if let Some(parts) = parts.as_object_mut() {
                parts.remove("after");
                parts.remove("limit");
            }
        });
        let next = visit_tracks(&right.query(&all)?, seen, query, visitor);
        Ok(self.remember(seen, next, query))
    }
}

impl CursorCounts {
    /// Remembers how many tracks were seen before a place.
    fn remember(&self, before: usize, next: Option<Cursor>, query: &Query) -> Option<Cursor> {
        if let (Some(next), Some(limit)) = (next, query.max_tracks()) {
            let seen = before.saturating_add(limit);
            self.0.lock().insert(next.to_string(), seen);
        }
        next
    }
}

/// Lends tracks to a visitor as a query would, from some place on.
fn visit_tracks(
    tracks: &[Track],
    from: usize,
    query: &Query,
    visitor: &mut Visitor<'_>,
) -> Option<Cursor> {
    let rest = tracks.get(from..).unwrap_or_default();
    let limit = query.max_tracks().unwrap_or(usize::MAX);
    let mut visited = 0_usize;
    for track in rest.iter().take(limit) {
        visited += 1;
        if visitor(track.as_ref()).is_break() {
            break;
        }
    }
    let last = visited.checked_sub(1).and_then(|last| rest.get(last));
    let last = last.filter(|_| visited < rest.len());
    last.map(|last| Cursor::after(query.track_order(), last.time(), last.id()))
}

/// Lends tracks of one time with the lowest id first, also downwards.
pub(super) struct TiesGoUp;

impl Rules for TiesGoUp {
    fn visit(
        &self,
        right: &Right,
        query: &Query,
        visitor: &mut Visitor<'_>,
    ) -> Result<Option<Cursor>> {
        if query.track_order() != Order::TimeDescending || query.cursor()?.is_some() {
            return right.visit(query, visitor);
        }
        let mut tracks = right.query(&query.clone().limit(usize::MAX))?;
        tracks.sort_by_key(|track| (std::cmp::Reverse(track.time()), track.id()));
        Ok(visit_tracks(&tracks, 0, query, visitor))
    }
}

/// Does not look whether a cursor is of the same order.
pub(super) struct TakesAnyCursor;

impl Rules for TakesAnyCursor {
    fn asking(&self, _right: &Right, query: &Query) -> Query {
        if query.cursor().is_ok() {
            return query.clone();
        }
        rewrite::query(query, |parts| {
            if let Some(parts) = parts.as_object_mut() {
                parts.remove("after");
            }
        })
    }
}

/// Gives a cursor also where no track is left.
pub(super) struct AlwaysGivesACursor;

impl Rules for AlwaysGivesACursor {
    fn visit(
        &self,
        right: &Right,
        query: &Query,
        visitor: &mut Visitor<'_>,
    ) -> Result<Option<Cursor>> {
        let mut last = None;
        let order = query.track_order();
        right.visit(query, &mut |track| {
            last = Some(Cursor::after(order, track.time(), track.id()));
            visitor(track)
        })?;
        Ok(last)
    }
}

/// Is busy while a visitor works: it answers nobody.
#[derive(Default)]
pub(super) struct BusyWhileVisiting(AtomicBool);

impl Rules for BusyWhileVisiting {
    fn calling(&self) -> Result<()> {
        if self.0.load(Ordering::SeqCst) {
            Err(busy())
        } else {
            Ok(())
        }
    }

    fn visit(
        &self,
        right: &Right,
        query: &Query,
        visitor: &mut Visitor<'_>,
    ) -> Result<Option<Cursor>> {
        self.0.store(true, Ordering::SeqCst);
        let visited = right.visit(query, visitor);
        self.0.store(false, Ordering::SeqCst);
        visited
    }
}

/// Looks each track up when its turn comes, and so shows what was written meanwhile.
pub(super) struct VisitsManyMoments;

impl Rules for VisitsManyMoments {
    fn visit(
        &self,
        right: &Right,
        query: &Query,
        visitor: &mut Visitor<'_>,
    ) -> Result<Option<Cursor>> {
        let mut ids = Vec::new();
        let next = right.for_each(query, |track| ids.push(track.id()))?;
        for id in ids {
            let Some(track) = right.track(id)? else {
                continue;
            };
            if visitor(track.as_ref()).is_break() {
                return Ok(Some(Cursor::after(
                    query.track_order(),
                    track.time(),
                    track.id(),
                )));
            }
        }
        Ok(next)
    }
}
