//! Finding runs.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tracking_core::{ChangeKind, Run, RunId, RunQuery, RunState, RunSummary, Timestamp};

use crate::feed::commit;
use crate::numbers::RunNo;
use crate::runs::RunRow;
use crate::state::{State, run_no};

/// The runs that a query asks for, by id, whatever its limit. It begins where the query does, so
/// a page costs what is on it.
pub(crate) fn find<'s>(state: &'s State, query: &'s RunQuery) -> impl Iterator<Item = Run> + 's {
    let found = first(query).map(|first| numbers(state, query, first));
    let runs = found.into_iter().flatten();
    let runs = runs.filter_map(|number| state.run(number));
    runs.filter(|run| query.matches(run))
}

/// The same, up to the query's limit.
pub(crate) fn list(state: &State, query: &RunQuery) -> Vec<Run> {
    let limit = query.max_runs().unwrap_or(usize::MAX);
    find(state, query).take(limit).collect()
}

/// The first number that a query may find; nothing where that lies after all runs that a store
/// in memory can have.
fn first(query: &RunQuery) -> Option<RunNo> {
    match query.run_before() {
        None => Some(0),
        Some(before) => run_no(before)?.checked_add(1),
    }
}

/// The numbers of the runs that may meet a query, in order.
fn numbers<'s>(
    state: &'s State,
    query: &'s RunQuery,
    first: RunNo,
) -> Box<dyn Iterator<Item = RunNo> + 's> {
    if let Some(ids) = query.id_filter() {
        let ids = ids.iter().filter_map(|id| run_no(*id));
        return Box::new(ids.skip_while(move |number| *number < first));
    }
    if query.state_filter() == Some(&[RunState::Current]) {
        let runs = &state.current_runs;
        let from = runs.seek(|number| *number < first);
        return Box::new(runs.between(from, runs.end()));
    }
    let Some(tasks) = query.task_filter() else {
        let runs = state.runs.range(first, RunNo::MAX);
        return Box::new(runs.map(|(number, _)| number));
    };
    let tasks = state.tasks.name_ids(tasks);
    let tasks = tasks.as_slice().iter();
    let lists = tasks.filter_map(|task| Some(&state.tasks.get(*task)?.runs));
    let lists = lists.map(|runs| {
        let from = runs.seek(|number| *number < first);
        runs.between(from, runs.end())
    });
    Box::new(Merged::new(lists.collect()))
}

/// Sorted lists as one: only the next number of each is looked at, not all of them sorted.
struct Merged<I> {
    lists: Vec<I>,
    /// The next number of each list that has one, and which list that is; the lowest on top.
    next: BinaryHeap<Reverse<(RunNo, usize)>>,
}

impl<I: Iterator<Item = RunNo>> Merged<I> {
    fn new(mut lists: Vec<I>) -> Self {
        let next = lists.iter_mut().enumerate();
        let next = next.filter_map(|(index, list)| Some(Reverse((list.next()?, index))));
        let next = next.collect();
        Self { lists, next }
    }
}

impl<I: Iterator<Item = RunNo>> Iterator for Merged<I> {
    type Item = RunNo;

    fn next(&mut self) -> Option<RunNo> {
        let mut top = self.next.peek_mut()?;
        let Reverse((number, index)) = *top;
        match self.lists.get_mut(index).and_then(Iterator::next) {
            Some(next) => *top = Reverse((next, index)),
            None => drop(std::collections::binary_heap::PeekMut::pop(top)),
        }
        Some(number)
    }
}

/// A run, and what its tracks add up to.
pub(crate) fn summary(state: &State, number: RunNo) -> Option<RunSummary> {
    let run = state.run(number)?;
    let tracks = state.runs.get(number)?.tracks.iter();
    let tracks = tracks.filter_map(|track| state.track_ref(track));
    Some(RunSummary::of(run, tracks))
}

/// Takes current runs that were not touched since a time for stopped, the lowest numbers first.
pub(crate) fn expire(
    state: &mut State,
    untouched_since: Timestamp,
    limit: usize,
    now: Timestamp,
) -> Vec<RunId> {
    let untouched = |number: RunNo| -> Option<(RunNo, RunRow)> {
        let row = state.run_row(number)?;
        (row.end < untouched_since).then_some((number, row))
    };
    let current = state.current_runs.iter().filter_map(untouched);
    let expired: Vec<(RunNo, RunRow)> = current.take(limit).collect();
    for (_, row) in &expired {
        if let Some(task) = row.task {
            state.set_current(task, None);
        }
    }
    let numbers: Vec<RunNo> = expired.iter().map(|(number, _)| *number).collect();
    commit(state, now, [(ChangeKind::RunStopped, &*numbers)]);
    let ids = numbers.into_iter().map(u64::from);
    ids.filter_map(RunId::new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_merged_as_far_as_they_are_asked_for() {
        let lists = [vec![1, 4, 9], vec![], vec![2, 3, 5]].map(Vec::into_iter);
        let mut merged = Merged::new(lists.into());
        assert_eq!(merged.by_ref().take(3).collect::<Vec<_>>(), [1, 2, 3]);
        // Of each list one more number was looked at, at most.
        assert_eq!(
            merged
                .lists
                .iter()
                .map(ExactSizeIterator::len)
                .sum::<usize>(),
            1
        );
        assert_eq!(merged.collect::<Vec<_>>(), [4, 5, 9]);
    }
}
