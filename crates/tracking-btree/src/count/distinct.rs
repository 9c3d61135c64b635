//! Counting how many different things the tracks of each group have.

use std::collections::{HashMap, HashSet};

use tracking_core::{Group, Grouping, Query};

use super::GroupCodes;
use crate::hash::ByNumber;
use crate::plan::Plan;
use crate::select::select_any;
use crate::state::State;

/// A group, by its codes.
type Code = (u32, u32);

/// One kind of things, and which of them each group has.
struct DistinctCounter<'s> {
    codes: GroupCodes<'s>,
    seen: HashSet<(Code, u32), ByNumber>,
}

/// The groups of a query with their counts of different things, in no order.
pub(super) fn groups(state: &State, query: &Query, grouping: &Grouping) -> Vec<Group> {
    let mut first = GroupCodes::new(state, grouping.first());
    let mut second = grouping.second().map(|by| GroupCodes::new(state, by));
    let kinds = grouping.distinct().iter();
    let mut kinds: Vec<DistinctCounter<'_>> = kinds
        .map(|by| DistinctCounter {
            codes: GroupCodes::new(state, by),
            seen: HashSet::default(),
        })
        .collect();
    let mut counts: HashMap<Code, u64, ByNumber> = HashMap::default();
    let plan = Plan::new(state, query);
    select_any(state, &plan, |number, row| {
        let within = second.as_mut().map_or(0, |codes| codes.code(number, row));
        let group = (first.code(number, row), within);
        *counts.entry(group).or_default() += 1;
        for DistinctCounter { codes, seen } in &mut kinds {
            let code = codes.code(number, row);
            if !codes.is_missing(code) {
                seen.insert((group, code));
            }
        }
    });
    let mut distinct: HashMap<Code, Vec<u64>, ByNumber> = HashMap::default();
    for (place, kind) in kinds.iter().enumerate() {
        for (group, _) in &kind.seen {
            let numbers = distinct.entry(*group).or_default();
            numbers.resize(kinds.len(), 0);
            if let Some(number) = numbers.get_mut(place) {
                *number += 1;
            }
        }
    }
    let groups = counts.into_iter().filter_map(|(code, count)| {
        let key = first.key(code.0)?;
        let within = match &second {
            Some(codes) => Some(codes.key(code.1)?),
            None => None,
        };
        let numbers = distinct.remove(&code);
        let numbers = numbers.unwrap_or_else(|| vec![0; kinds.len()]);
        Some(Group::new(key, within, count).with_distinct(numbers))
    });
    groups.collect()
}
