//! Counting, from the indexes where they know.

mod distinct;

use std::collections::HashMap;
use std::hash::Hash;

use tracking_core::{DataRef, Field, FieldValue, Group, GroupBy, GroupKey, Grouping, Query, RunId};

use crate::hash::ByNumber;
use crate::numbers::{NameId, TrackNo};
use crate::plan::Plan;
use crate::rows::Row;
use crate::select::select_any;
use crate::state::State;

/// How many tracks meet the criteria of a query.
pub(crate) fn count(state: &State, query: &Query) -> usize {
    let plan = Plan::new(state, query);
    plan.known_count().unwrap_or_else(|| {
        let mut count = 0;
        select_any(state, &plan, |_, _| count += 1);
        count
    })
}

/// How many tracks meet the criteria of a query, by group, in order of the keys.
pub(crate) fn groups(state: &State, query: &Query, grouping: &Grouping) -> Vec<Group> {
    if !grouping.distinct().is_empty() {
        return grouping.select(distinct::groups(state, query, grouping));
    }
    let groups = match grouping.second() {
        None => known(state, query, grouping.first())
            .unwrap_or_else(|| sorted(by_one(state, query, grouping.first()))),
        Some(second) => sorted(by_two(state, query, grouping.first(), second)),
    };
    let is_all = grouping.max_groups().is_none() && grouping.group_before().is_none();
    if is_all && !grouping.is_largest_first() {
        return groups;
    }
    grouping.select(groups)
}

fn sorted(mut groups: Vec<Group>) -> Vec<Group> {
    groups.sort_unstable_by(|a, b| (a.key(), a.second_key()).cmp(&(b.key(), b.second_key())));
    groups
}

/// The groups of all tracks, in order of the keys, where an index has them ready.
fn known(state: &State, query: &Query, by: &GroupBy) -> Option<Vec<Group>> {
    if !Plan::new(state, query).is_everything() {
        return None;
    }
    match by {
        GroupBy::Task => {
            let tasks = state.tasks.sorted();
            Some(collect(tasks.map(|(name, _, task)| {
                (GroupKey::Task(name.clone()), task.tracks.len())
            })))
        }
        GroupBy::User => {
            let users = state.users.sorted();
            Some(collect(users.map(|(name, _, user)| {
                (GroupKey::User(name.clone()), user.tracks.len())
            })))
        }
        GroupBy::Run => {
            let runs = state.runs.range(0, u32::MAX);
            let key = |number: u32| RunId::new(number.into()).map(GroupKey::Run);
            Some(collect(runs.filter_map(|(number, run)| {
                Some((key(number)?, run.tracks.len()))
            })))
        }
        GroupBy::Field(field) => {
            let index = state.field_index(field)?;
            let values = index
                .counts()
                .map(|(value, count)| (Some(FieldValue::from_canonical(value)), count));
            let without = std::iter::once((None, state.rows.len() - index.len()));
            let counts = values.chain(without);
            Some(sorted(collect(
                counts.map(|(value, count)| (GroupKey::Field(value), count)),
            )))
        }
        _ => None,
    }
}

fn collect(counts: impl Iterator<Item = (GroupKey, usize)>) -> Vec<Group> {
    counts
        .filter(|(_, count)| *count > 0)
        .map(|(key, count)| Group::new(key, None, count as u64))
        .collect()
}

fn by_one(state: &State, query: &Query, by: &GroupBy) -> Vec<Group> {
    let mut codes = GroupCodes::new(state, by);
    let counts = tally(state, query, |number, row| codes.code(number, row));
    let groups = counts
        .into_iter()
        .filter_map(|(code, count)| Some((codes.key(code)?, count)));
    groups
        .map(|(key, count)| Group::new(key, None, count))
        .collect()
}

fn by_two(state: &State, query: &Query, first: &GroupBy, second: &GroupBy) -> Vec<Group> {
    let (mut firsts, mut seconds) = (
        GroupCodes::new(state, first),
        GroupCodes::new(state, second),
    );
    let counts = tally(state, query, |number, row| {
        (firsts.code(number, row), seconds.code(number, row))
    });
    let keys = |(a, b)| firsts.key(a).zip(seconds.key(b));
    let groups = counts
        .into_iter()
        .filter_map(|(code, count)| Some((keys(code)?, count)));
    groups
        .map(|((first, second), count)| Group::new(first, Some(second), count))
        .collect()
}

fn tally<C: Hash + Eq>(
    state: &State,
    query: &Query,
    mut code: impl FnMut(TrackNo, &Row) -> C,
) -> HashMap<C, u64, ByNumber> {
    let mut counts = HashMap::default();
    let plan = Plan::new(state, query);
    select_any(state, &plan, |number, row| {
        *counts.entry(code(number, row)).or_default() += 1;
    });
    counts
}

/// Group keys as small numbers, so that no name is copied per track.
struct GroupCodes<'s> {
    state: &'s State,
    by: &'s GroupBy,
    /// Periods and values that have come up.
    keys: Vec<GroupKey>,
    periods: HashMap<i64, u32, ByNumber>,
    values: HashMap<&'s str, u32>,
}

/// The code of tracks that do not have the field.
const MISSING: u32 = u32::MAX;

impl<'s> GroupCodes<'s> {
    fn new(state: &'s State, by: &'s GroupBy) -> Self {
        Self {
            state,
            by,
            keys: Vec::new(),
            periods: HashMap::default(),
            values: HashMap::new(),
        }
    }

    fn code(&mut self, number: TrackNo, row: &Row) -> u32 {
        match self.by {
            GroupBy::Task => row.task.number(),
            GroupBy::User => row.user.number(),
            GroupBy::Run => row.run,
            GroupBy::Field(field) => self.value_code(number, field),
            by => {
                let Some(period) = by.period_number(row.time) else {
                    return MISSING;
                };
                let new = self.keys.len() as u32;
                let code = *self.periods.entry(period).or_insert(new);
                if code == new {
                    self.keys.extend(by.period_of(row.time));
                }
                code
            }
        }
    }

    /// Whether a code is that of tracks without the field.
    fn is_missing(&self, code: u32) -> bool {
        code == MISSING && matches!(self.by, GroupBy::Field(_))
    }

    fn value_code(&mut self, number: TrackNo, field: &Field) -> u32 {
        let data: Option<DataRef<'s>> = self.state.rows.with_data(number).map(|(_, data)| data);
        let Some(value) = data.and_then(|data| data.raw(field)) else {
            return MISSING;
        };
        let new = self.keys.len() as u32;
        let code = *self.values.entry(value).or_insert(new);
        if code == new {
            self.keys
                .push(GroupKey::Field(Some(FieldValue::from_canonical(value))));
        }
        code
    }

    fn key(&self, code: u32) -> Option<GroupKey> {
        let name_id = || NameId::at((code as usize).checked_sub(1)?);
        match self.by {
            GroupBy::Task => self
                .state
                .tasks
                .name(name_id()?)
                .cloned()
                .map(GroupKey::Task),
            GroupBy::User => self
                .state
                .users
                .name(name_id()?)
                .cloned()
                .map(GroupKey::User),
            GroupBy::Run => RunId::new(code.into()).map(GroupKey::Run),
            GroupBy::Field(_) if code == MISSING => Some(GroupKey::Field(None)),
            _ => self.keys.get(code as usize).cloned(),
        }
    }
}
