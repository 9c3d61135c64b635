//! Sorting the tracks of a query where its index goes in another order.

use rusqlite::{Connection, params_from_iter};
use tracking_core::Query;

use crate::conditions::number_after;
use crate::error::Done;
use crate::nearby::{LOOK, MORE, ROWS, nearby};
use crate::plan::Plan;
use crate::sql::Statements;

/// The ids of the tracks that the statement of a plan finds, in the query's order, at most so
/// many, or all of them where criteria are left that it does not settle.
///
/// Ids alone are sorted, and here: that is a fraction of what it costs to sort whole rows, or
/// within the statement.
pub(crate) fn sorted_ids(
    connection: &Connection,
    sql: &Statements,
    plan: &Plan<'_>,
    query: &Query,
    most: usize,
) -> Done<Vec<i64>> {
    let (text, values) = plan.ordered(place(query), None)?;
    let mut statement = connection.prepare_cached(&text)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let kept = if plan.rest.is_empty() {
        most
    } else {
        usize::MAX
    };
    let mut first = First::new(query, kept)?;
    let is_by_time = query.track_order().is_by_time();
    let (mut walked, mut next_look) = (0, LOOK);
    while let Some(row) = rows.next()? {
        let id = row.get(1)?;
        // Taking a column out of a row costs more than all else here.
        let place = if is_by_time { row.get(0)? } else { id };
        first.push((place, id));
        walked += 1;
        if walked == next_look {
            let looked_at = walked.max(most).saturating_mul(ROWS);
            if let Some(ids) = nearby(connection, sql, plan, query, (most, looked_at))? {
                return Ok(ids);
            }
            next_look *= MORE;
        }
    }
    Ok(first.sorted())
}

/// The columns by which tracks `t` are sorted; the last one is their id.
pub(crate) fn place(query: &Query) -> &'static str {
    if query.track_order().is_by_time() {
        "t.time, t.id"
    } else {
        "t.id, t.id"
    }
}

/// The first ones of many places in an order, after the cursor of a query.
pub(crate) struct First {
    most: usize,
    is_descending: bool,
    after: Option<(i64, i64)>,
    places: Vec<(i64, i64)>,
}

/// How many places are kept before it is looked which of them are too many.
const FEW: usize = 1024;

impl First {
    pub(crate) fn new(query: &Query, most: usize) -> Done<Self> {
        let after = query.cursor()?.map(|cursor| {
            let id = number_after(cursor);
            if cursor.order().is_by_time() {
                (cursor.time().micros(), id)
            } else {
                (id, id)
            }
        });
        Ok(Self {
            most,
            is_descending: query.track_order().is_descending(),
            after,
            places: Vec::new(),
        })
    }

    pub(crate) fn push(&mut self, place: (i64, i64)) {
        let is_after = |after| {
            if self.is_descending {
                place < after
            } else {
                place > after
            }
        };
        if !self.after.is_none_or(is_after) {
            return;
        }
        self.places.push(place);
        // Twice as many, so that each is looked at only a few times.
        if self.places.len() >= self.most.saturating_mul(2).max(FEW) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.places.len() > self.most {
            if self.is_descending {
                self.places
                    .select_nth_unstable_by(self.most, |a, b| b.cmp(a));
            } else {
                self.places.select_nth_unstable(self.most);
            }
            self.places.truncate(self.most);
        }
    }

    /// Whether there are as many as are wanted.
    pub(crate) fn is_full(&self) -> bool {
        self.places.len() >= self.most
    }

    /// Their ids, in order.
    pub(crate) fn sorted(mut self) -> Vec<i64> {
        self.cut();
        self.places.sort_unstable();
        if self.is_descending {
            self.places.reverse();
        }
        self.places.into_iter().map(|(_, id)| id).collect()
    }
}

#[cfg(test)]
mod tests {
    use tracking_core::{Cursor, Order, Timestamp, TrackId};

    use super::*;

    #[test]
    fn the_first_of_many_are_those_of_all_sorted() {
        // Each number from 1 to 9,973 once, in disorder; a third of them at the same time.
        let places: Vec<(i64, i64)> = (0..9_973)
            .map(|number| (number * 5_003) % 9_973 + 1)
            .map(|id| (if id % 3 == 0 { 0 } else { id / 10 }, id))
            .collect();
        for order in [Order::Time, Order::TimeDescending] {
            let middle = Cursor::after(
                order,
                Timestamp::from_micros(500).unwrap(),
                TrackId::new(5_002).unwrap(),
            );
            for query in [Query::all(), Query::all().after(middle)] {
                let query = query.order(order);
                let mut all = places.clone();
                all.sort_unstable();
                if order.is_descending() {
                    all.reverse();
                }
                if query.cursor().unwrap().is_some() {
                    let at = all.iter().position(|place| *place == (500, 5_002)).unwrap();
                    all.drain(..=at);
                }
                let all: Vec<i64> = all.into_iter().map(|(_, id)| id).collect();
                for most in [0, 1, 100, 511, 512, 5_000, 9_973, usize::MAX] {
                    let mut first = First::new(&query, most).unwrap();
                    for place in &places {
                        first.push(*place);
                    }
                    assert!(first.places.len() < most.saturating_mul(2).max(FEW));
                    assert_eq!(first.sorted(), all[..most.min(all.len())], "{most}");
                }
            }
        }
    }
}
