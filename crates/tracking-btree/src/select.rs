//! Walking the tracks that a query asks for, in its order.

use std::ops::ControlFlow::{self, Break, Continue};

use tracking_core::{Cursor, Order, Query, Result, Timestamp};

use crate::bitmap_sort::sort;
use crate::numbers::TrackNo;
use crate::plan::{Plan, Source};
use crate::rows::Row;
use crate::sorted_set::Position;
use crate::state::{State, track_no};
use crate::time_key::TimeKey;

/// What is done with each track that is found.
pub(crate) trait Take: FnMut(TrackNo, &Row) -> ControlFlow<()> {}

impl<T: FnMut(TrackNo, &Row) -> ControlFlow<()>> Take for T {}

/// Walks what a query asks for, in its order and after its cursor, until `take` stops; the
/// limit is left to `take`.
pub(crate) fn select(
    state: &State,
    query: &Query,
    plan: &Plan<'_>,
    take: &mut impl Take,
) -> Result<()> {
    let cursor = query.cursor()?;
    let order = query.track_order();
    let walk = Walk {
        state,
        plan,
        cursor,
        descending: order.is_descending(),
    };
    // Whether it was walked to the end or not makes no difference here.
    let _ended: ControlFlow<()> = if order.is_by_time() {
        walk.by_time(order, query, take)
    } else {
        walk.by_id(query, take)
    };
    Ok(())
}

/// Walks what meets a query's criteria, in whatever order is fastest.
pub(crate) fn select_any(state: &State, plan: &Plan<'_>, mut take: impl FnMut(TrackNo, &Row)) {
    let walk = Walk {
        state,
        plan,
        cursor: None,
        descending: false,
    };
    let mut take = |number, row: &Row| {
        take(number, row);
        Continue(())
    };
    let _ended = match &plan.source {
        Source::All => walk.rows(state.rows.range(0, TrackNo::MAX), &mut take),
        Source::List(list) => walk.each(list.iter(), &mut take),
        Source::Lists(lists) => walk.each(lists.iter().flat_map(|list| list.iter()), &mut take),
        Source::Times(pieces) => {
            let entries = pieces
                .iter()
                .flat_map(|(from, to)| state.times.between(*from, *to));
            walk.each(entries.map(TimeKey::track), &mut take)
        }
        Source::Pair(tracks) => walk.each(tracks.iter().copied(), &mut take),
    };
}

struct Walk<'p, 's> {
    state: &'s State,
    plan: &'p Plan<'s>,
    cursor: Option<Cursor>,
    descending: bool,
}

impl Walk<'_, '_> {
    fn by_id(&self, query: &Query, take: &mut impl Take) -> ControlFlow<()> {
        let (low, high) = self.id_range();
        match &self.plan.source {
            Source::All => {
                let rows = self.state.rows.range(low, high);
                if self.descending {
                    self.rows(rows.rev(), take)
                } else {
                    self.rows(rows, take)
                }
            }
            Source::List(list) => {
                let from = list.seek(|number| *number < low);
                let part = list.between(from, list.seek(|number| *number <= high));
                if self.descending {
                    self.each(part.rev(), take)
                } else {
                    self.each(part, take)
                }
            }
            Source::Pair(tracks) => self.part(tracks, low, high, take),
            // With few results wanted of many, walking all tracks finds them soonest, and the pages
            // of a list walk each of them once.
            _ if self.is_dense(query, self.state.rows.len()) => {
                let plan = Plan::along_ids(self.state, query);
                let walk = Walk {
                    plan: &plan,
                    ..*self
                };
                walk.by_id(query, take)
            }
            _ => {
                let mut numbers = self.numbers();
                sort(&mut numbers);
                self.part(&numbers, low, high, take)
            }
        }
    }

    /// Those of some sorted numbers that lie between two, both included.
    fn part(
        &self,
        numbers: &[TrackNo],
        low: TrackNo,
        high: TrackNo,
        take: &mut impl Take,
    ) -> ControlFlow<()> {
        let start = numbers.partition_point(|number| *number < low);
        let end = numbers.partition_point(|number| *number <= high);
        let numbers = numbers.get(start..end).unwrap_or_default().iter().copied();
        if self.descending {
            self.each(numbers.rev(), take)
        } else {
            self.each(numbers, take)
        }
    }

    /// The lowest and the highest id that may come, by the cursor.
    fn id_range(&self) -> (TrackNo, TrackNo) {
        // An id beyond what this store gives lies after all of its own.
        match self.cursor.map(|cursor| track_no(cursor.id())) {
            None => (0, TrackNo::MAX),
            Some(None) => {
                if self.descending {
                    (0, TrackNo::MAX)
                } else {
                    (1, 0)
                }
            }
            Some(Some(id)) if self.descending => (0, id.saturating_sub(1)),
            Some(Some(id)) => id
                .checked_add(1)
                .map_or((1, 0), |next| (next, TrackNo::MAX)),
        }
    }

    fn by_time(&self, order: Order, query: &Query, take: &mut impl Take) -> ControlFlow<()> {
        match &self.plan.source {
            Source::Times(pieces) => self.along_time(pieces, take),
            Source::All => self.along_time(&[(Position::START, self.state.times.end())], take),
            _ => {
                // With few results wanted of many, walking along time finds them soonest.
                let plan = Plan::along_time(self.state, query);
                match &plan.source {
                    Source::Times(pieces) if self.is_dense(query, plan.size) => Walk {
                        plan: &plan,
                        ..*self
                    }
                    .along_time(pieces, take),
                    _ => self.sorted_by_time(order, take),
                }
            }
        }
    }

    /// Whether walking along time, or along ids, until the limit is reached, past so many tracks if need be, is
    /// less work than sorting all that the source has, if what is asked for is spread evenly.
    fn is_dense(&self, query: &Query, along: usize) -> bool {
        let size = self.plan.size.max(1);
        query
            .max_tracks()
            .is_some_and(|limit| limit.saturating_mul(along) / size < size)
    }

    fn along_time(&self, pieces: &[(Position, Position)], take: &mut impl Take) -> ControlFlow<()> {
        let times = &self.state.times;
        let after = self
            .cursor
            .map(|cursor| times.seek(|key| is_behind(&cursor, self.descending, *key)));
        let entries = pieces.iter().flat_map(|&(from, to)| {
            let (from, to) = match after {
                Some(after) if self.descending => (from, to.min(after)),
                Some(after) => (from.max(after), to),
                None => (from, to),
            };
            times.between(from, to).map(TimeKey::track)
        });
        if self.descending {
            self.each(entries.rev(), take)
        } else {
            self.each(entries, take)
        }
    }

    fn sorted_by_time(&self, order: Order, take: &mut impl Take) -> ControlFlow<()> {
        let mut found: Vec<(Timestamp, TrackNo)> = Vec::with_capacity(self.plan.size);
        for number in self.numbers() {
            let Some(row) = self.state.rows.get(number) else {
                continue;
            };
            let cursor = self
                .cursor
                .is_none_or(|cursor| comes_after(&cursor, row.time, number));
            if cursor && self.plan.residual.matches(self.state, number, row) {
                found.push((row.time, number));
            }
        }
        found.sort_unstable();
        if order.is_descending() {
            found.reverse();
        }
        found
            .into_iter()
            .try_for_each(|(_, number)| match self.state.rows.get(number) {
                Some(row) => take(number, row),
                None => Continue(()),
            })
    }

    fn numbers(&self) -> Vec<TrackNo> {
        let mut numbers = Vec::with_capacity(self.plan.size);
        match &self.plan.source {
            Source::All => {
                let rows = self.state.rows.range(0, TrackNo::MAX);
                rows.for_each(|(number, _)| numbers.push(number));
            }
            Source::List(list) => list.iter().for_each(|number| numbers.push(number)),
            Source::Lists(lists) => {
                let entries = lists.iter().flat_map(|list| list.iter());
                entries.for_each(|number| numbers.push(number));
            }
            Source::Times(pieces) => {
                let times = &self.state.times;
                let entries = pieces
                    .iter()
                    .flat_map(|(from, to)| times.between(*from, *to));
                entries.for_each(|key| numbers.push(key.track()));
            }
            Source::Pair(tracks) => numbers.extend(tracks),
        }
        numbers
    }

    fn each(
        &self,
        mut numbers: impl Iterator<Item = TrackNo>,
        take: &mut impl Take,
    ) -> ControlFlow<()> {
        let (state, rest) = (self.state, &self.plan.residual);
        let all = rest.is_empty();
        numbers.try_for_each(|number| match state.rows.get(number) {
            Some(row) if all || rest.matches(state, number, row) => take(number, row),
            _ => Continue(()),
        })
    }

    fn rows<'r>(
        &self,
        mut rows: impl Iterator<Item = (TrackNo, &'r Row)>,
        take: &mut impl Take,
    ) -> ControlFlow<()> {
        rows.try_for_each(|(number, row)| {
            if self.plan.residual.matches(self.state, number, row) {
                take(number, row)
            } else {
                Continue(())
            }
        })
    }
}

/// Whether a key lies before the place where the walk begins or, walking back, ends up at.
fn is_behind(cursor: &Cursor, descending: bool, key: TimeKey) -> bool {
    // An id beyond what this store gives lies after all of its own.
    let (place, beyond) = match track_no(cursor.id()) {
        Some(track) => (TimeKey::new(cursor.time(), track), false),
        None => (TimeKey::last_at(cursor.time()), true),
    };
    if descending && !beyond {
        key < place
    } else {
        key <= place
    }
}

fn comes_after(cursor: &Cursor, time: Timestamp, number: TrackNo) -> bool {
    tracking_core::TrackId::new(number.into()).is_some_and(|id| cursor.is_before(time, id))
}

/// Counts down a limit: stops after so many.
pub(crate) fn limited(
    limit: Option<usize>,
    mut take: impl FnMut(TrackNo, &Row),
) -> impl FnMut(TrackNo, &Row) -> ControlFlow<()> {
    let mut left = limit.unwrap_or(usize::MAX);
    move |number, row| {
        if left == 0 {
            return Break(());
        }
        left -= 1;
        take(number, row);
        Continue(())
    }
}
