//! Choosing the index that answers a query.

use tracking_core::{FieldFilter, Query, RunId, TimeFilter};

use crate::filter::{FieldCheck, Filter};
use crate::slots::{Slot, TrackNo};
use crate::sorted::{Place, Sorted};
use crate::state::{State, run_no};
use crate::times::TimeKey;

/// Where the tracks come from: the shortest list there is.
#[derive(Debug)]
pub(crate) enum Source<'s> {
    /// All of them.
    All,
    /// Lists by id; no track is in two of them.
    Lists(Vec<&'s Sorted<TrackNo>>),
    /// Pieces of the index by time.
    Times(Vec<(Place, Place)>),
    /// The tracks of one task and user, by id.
    Pair(Vec<TrackNo>),
}

/// How a query is answered: where tracks come from, and what is left to check of each.
#[derive(Debug)]
pub(crate) struct Plan<'s> {
    pub(crate) source: Source<'s>,
    pub(crate) rest: Filter<'s>,
    /// How many tracks come from the source.
    pub(crate) size: usize,
}

/// Which criterion the source answers.
#[derive(Clone, Copy, PartialEq)]
enum Answered {
    Nothing,
    Tasks,
    Users,
    Runs,
    Times,
    Field(usize),
}

impl<'s> Plan<'s> {
    pub(crate) fn new(state: &'s State, query: &'s Query) -> Self {
        if let Some(plan) = Self::for_pair(state, query) {
            return plan;
        }
        let mut rest = checks(state, query);
        let (answered, source, size) = shortest(state, query, &rest);
        match answered {
            Answered::Nothing => {}
            Answered::Tasks => rest.tasks = None,
            Answered::Users => rest.users = None,
            Answered::Runs => rest.runs = None,
            Answered::Times => rest.times = None,
            Answered::Field(index) => drop(rest.fields.remove(index)),
        }
        Self { source, rest, size }
    }

    /// Everything, to be walked along time, with all criteria left to check.
    pub(crate) fn along_time(state: &'s State, query: &'s Query) -> Self {
        Self {
            source: Source::All,
            rest: checks(state, query),
            size: state.rows.len(),
        }
    }

    /// One task and one user have a list of their own, and each run a part of it.
    fn for_pair(state: &'s State, query: &'s Query) -> Option<Self> {
        let (task, user) = (query.task_filter()?.only()?, query.user_filter()?.only()?);
        let pair = state.pair(task, user);
        let mut rest = Filter {
            runs: query.run_filter(),
            times: query.time_filter(),
            fields: field_checks(state, query),
            ..Filter::default()
        };
        let one_run = query
            .run_filter()
            .filter(|runs| runs.len() == 1)
            .and_then(|runs| runs.first());
        let tracks = match (pair, one_run) {
            (None, _) => Vec::new(),
            (Some(pair), None) => state.pairs.tracks(pair),
            (Some(pair), Some(run)) => {
                rest.runs = None;
                let run = run_no(*run);
                run.map_or_else(Vec::new, |run| {
                    state.pairs.tracks_in_run(pair, run, &state.rows)
                })
            }
        };
        Some(Self {
            size: tracks.len(),
            source: Source::Pair(tracks),
            rest,
        })
    }

    /// Whether every track meets the query.
    pub(crate) fn is_everything(&self) -> bool {
        matches!(self.source, Source::All) && self.rest.is_empty()
    }

    /// How many tracks meet the query, where that is known without looking at any.
    pub(crate) fn known_count(&self) -> Option<usize> {
        self.rest.is_empty().then_some(self.size)
    }
}

/// All criteria, as checks.
fn checks<'s>(state: &'s State, query: &'s Query) -> Filter<'s> {
    let sorted = |slots: &mut dyn Iterator<Item = Slot>| {
        let mut slots: Vec<Slot> = slots.collect();
        slots.sort_unstable();
        slots
    };
    Filter {
        tasks: query
            .task_filter()
            .map(|filter| sorted(&mut state.tasks.matching(filter))),
        users: query
            .user_filter()
            .map(|filter| sorted(&mut state.users.matching(filter))),
        runs: query.run_filter(),
        times: query.time_filter(),
        fields: field_checks(state, query),
    }
}

fn field_checks<'s>(state: &'s State, query: &'s Query) -> Vec<FieldCheck<'s>> {
    let check = |filter: &'s FieldFilter| match state.field_index(filter.field()) {
        Some(index) => FieldCheck::Indexed(
            filter
                .values()
                .filter_map(|value| index.tracks(value))
                .collect(),
        ),
        None => FieldCheck::Text(filter),
    };
    query.field_filters().iter().map(check).collect()
}

fn shortest<'s>(
    state: &'s State,
    query: &Query,
    checks: &Filter<'s>,
) -> (Answered, Source<'s>, usize) {
    let mut best = (Answered::Nothing, Source::All, state.rows.len());
    let mut offer = |answered, lists: Vec<&'s Sorted<TrackNo>>| {
        let size = lists.iter().map(|list| list.len()).sum();
        if size < best.2 || best.0 == Answered::Nothing {
            best = (answered, Source::Lists(lists), size);
        }
    };
    if let Some(tasks) = &checks.tasks {
        let lists = tasks.iter().filter_map(|task| state.tasks.get(*task));
        offer(Answered::Tasks, lists.map(|task| &task.tracks).collect());
    }
    if let Some(users) = &checks.users {
        let lists = users.iter().filter_map(|user| state.users.get(*user));
        offer(Answered::Users, lists.map(|user| &user.tracks).collect());
    }
    if let Some(runs) = query.run_filter() {
        let list = |run: &RunId| {
            run_no(*run)
                .and_then(|run| state.runs.get(run))
                .map(|run| &run.tracks)
        };
        offer(Answered::Runs, runs.iter().filter_map(list).collect());
    }
    for (index, check) in checks.fields.iter().enumerate() {
        if let FieldCheck::Indexed(lists) = check {
            offer(Answered::Field(index), lists.clone());
        }
    }
    if let Some(times) = query.time_filter() {
        let pieces = time_pieces(state, times);
        let size = pieces
            .iter()
            .map(|(from, to)| state.times.count_between(*from, *to))
            .sum();
        if size < best.2 || best.0 == Answered::Nothing {
            best = (Answered::Times, Source::Times(pieces), size);
        }
    }
    best
}

/// Where the ranges of a filter lie in the index by time, in order of time.
fn time_pieces(state: &State, filter: &TimeFilter) -> Vec<(Place, Place)> {
    let piece = |range: &tracking_core::TimeRange| {
        let from = state
            .times
            .seek(|key| *key < TimeKey::first_at(range.from()));
        (
            from,
            state.times.seek(|key| *key <= TimeKey::last_at(range.to())),
        )
    };
    filter.ranges().iter().map(piece).collect()
}
