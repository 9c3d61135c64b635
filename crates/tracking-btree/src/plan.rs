//! Choosing the index that answers a query.

use tracking_core::{FieldFilter, NameFilter, Query, TimeFilter};

use crate::fields::FieldIndex;
use crate::filter::{FieldCheck, Filter};
use crate::interner::NameIds;
use crate::numbers::TrackNo;
use crate::sorted_set::{BlockedSortedSet, Position};
use crate::state::{State, run_no};
use crate::time_key::TimeKey;

/// Where the tracks come from: the shortest list there is.
#[derive(Debug)]
pub(crate) enum Source<'s> {
    /// All of them.
    All,
    /// One list by id.
    List(&'s BlockedSortedSet<TrackNo>),
    /// Lists by id; no track is in two of them.
    Lists(Vec<&'s BlockedSortedSet<TrackNo>>),
    /// Pieces of the index by time.
    Times(Vec<(Position, Position)>),
    /// The tracks of one task and user, by id.
    Pair(Vec<TrackNo>),
}

/// How a query is answered: where tracks come from, and what is left to check of each.
#[derive(Debug)]
pub(crate) struct Plan<'s> {
    pub(crate) source: Source<'s>,
    pub(crate) residual: Filter<'s>,
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
        let mut residual = checks(state, query);
        let (answered, source, size) = shortest(state, query, &residual);
        match answered {
            Answered::Nothing => {}
            Answered::Tasks => residual.tasks = None,
            Answered::Users => residual.users = None,
            Answered::Runs => residual.runs = None,
            Answered::Times => residual.times = None,
            Answered::Field(index) => drop(residual.fields.remove(index)),
        }
        Self {
            source,
            residual,
            size,
        }
    }

    /// What lies within the query's times, to be walked along time, with all other criteria left
    /// to check.
    pub(crate) fn along_time(state: &'s State, query: &'s Query) -> Self {
        let mut residual = checks(state, query);
        let times = residual.times.take();
        let pieces = times.map_or_else(
            || vec![(Position::START, state.times.end())],
            |times| time_pieces(state, times),
        );
        Self {
            size: count_in(state, &pieces),
            source: Source::Times(pieces),
            residual,
        }
    }

    /// All tracks, to be walked by id, with all criteria left to check.
    pub(crate) fn along_ids(state: &'s State, query: &'s Query) -> Self {
        Self {
            source: Source::All,
            residual: checks(state, query),
            size: state.rows.len(),
        }
    }

    /// One task and one user have a list of their own, and each run a part of it.
    fn for_pair(state: &'s State, query: &'s Query) -> Option<Self> {
        let (task, user) = (query.task_filter()?.only()?, query.user_filter()?.only()?);
        let pair = state.pair(task, user).filter(|_| {
            // The names are known, so what is excluded is settled here.
            let excludes =
                |names: Option<&NameFilter>, name| names.is_some_and(|n| n.matches(name));
            !excludes(query.excluded_tasks(), task) && !excludes(query.excluded_users(), user)
        });
        let mut residual = Filter {
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
            (Some(pair), None) => pair.all(),
            (Some(pair), Some(run)) => {
                residual.runs = None;
                run_no(*run).map_or_else(Vec::new, |run| pair.in_run(run, &state.rows))
            }
        };
        Some(Self {
            size: tracks.len(),
            source: Source::Pair(tracks),
            residual,
        })
    }

    /// How many tracks there can be at the most.
    pub(crate) fn size_hint(&self) -> usize {
        // What is left to check may leave few of them; a vector grows fast enough then.
        if self.residual.is_empty() {
            self.size
        } else {
            self.size.min(64)
        }
    }

    /// Whether every track meets the query.
    pub(crate) fn is_everything(&self) -> bool {
        matches!(self.source, Source::All) && self.residual.is_empty()
    }

    /// How many tracks meet the query, where that is known without looking at any.
    pub(crate) fn known_count(&self) -> Option<usize> {
        self.residual.is_empty().then_some(self.size)
    }
}

/// All criteria, as checks.
fn checks<'s>(state: &'s State, query: &'s Query) -> Filter<'s> {
    let mut tasks = query
        .task_filter()
        .map(|filter| state.tasks.name_ids(filter));
    if let Some(excluded) = query.excluded_tasks() {
        tasks = Some(NameIds::without(tasks, &state.tasks.name_ids(excluded)));
    }
    let mut users = query
        .user_filter()
        .map(|filter| state.users.name_ids(filter));
    if let Some(excluded) = query.excluded_users() {
        users = Some(NameIds::without(users, &state.users.name_ids(excluded)));
    }
    Filter {
        tasks,
        users,
        runs: query.run_filter(),
        times: query.time_filter(),
        fields: field_checks(state, query),
    }
}

fn field_checks<'s>(state: &'s State, query: &'s Query) -> Vec<FieldCheck<'s>> {
    let check = |filter: &'s FieldFilter| match state.field_index(filter.field()) {
        Some(index) if !filter.is_inverted() => FieldCheck::Indexed(lists(index, filter), filter),
        _ => FieldCheck::Text(filter),
    };
    query.field_filters().iter().map(check).collect()
}

/// The tracks of each value that a filter asks for.
fn lists<'s>(index: &'s FieldIndex, filter: &FieldFilter) -> Vec<&'s BlockedSortedSet<TrackNo>> {
    if filter.is_presence() {
        return index.all().collect();
    }
    let values = filter.values();
    let mut lists: Vec<_> = values.filter_map(|value| index.tracks(value)).collect();
    match filter.number_ranges() {
        [] => {}
        [range] if filter.values().len() == 0 => lists.extend(index.within(range)),
        ranges => {
            // What lies in two of them, or is a value too, must not come twice.
            let found = ranges.iter().flat_map(|range| index.texts_within(range));
            let mut texts: Vec<&str> = found.chain(filter.values()).collect();
            texts.sort_unstable();
            texts.dedup();
            lists = texts
                .into_iter()
                .filter_map(|text| index.tracks(text))
                .collect();
        }
    }
    lists
}

fn shortest<'s>(
    state: &'s State,
    query: &Query,
    checks: &Filter<'s>,
) -> (Answered, Source<'s>, usize) {
    let mut best = BestSource {
        answered: Answered::Nothing,
        source: Source::All,
        size: state.rows.len(),
    };
    if let Some(tasks) = checks.tasks.as_ref().filter(|tasks| tasks.is_list()) {
        let lists = tasks
            .as_slice()
            .iter()
            .filter_map(|task| state.tasks.get(*task));
        best.offer(Answered::Tasks, lists.map(|task| &task.tracks));
    }
    if let Some(users) = checks.users.as_ref().filter(|users| users.is_list()) {
        let lists = users
            .as_slice()
            .iter()
            .filter_map(|user| state.users.get(*user));
        best.offer(Answered::Users, lists.map(|user| &user.tracks));
    }
    if let Some(runs) = query.run_filter() {
        let lists = runs.iter().filter_map(|run| state.runs.get(run_no(*run)?));
        best.offer(Answered::Runs, lists.map(|run| &run.tracks));
    }
    for (index, check) in checks.fields.iter().enumerate() {
        if let FieldCheck::Indexed(lists, _) = check {
            best.offer(Answered::Field(index), lists.iter().copied());
        }
    }
    if let Some(times) = query.time_filter() {
        let pieces = time_pieces(state, times);
        best.take(Answered::Times, count_in(state, &pieces), || {
            Source::Times(pieces)
        });
    }
    (best.answered, best.source, best.size)
}

/// The shortest source so far.
struct BestSource<'s> {
    answered: Answered,
    source: Source<'s>,
    size: usize,
}

impl<'s> BestSource<'s> {
    fn offer(
        &mut self,
        answered: Answered,
        mut lists: impl Iterator<Item = &'s BlockedSortedSet<TrackNo>> + Clone,
    ) {
        let size = lists.clone().map(BlockedSortedSet::len).sum();
        self.take(answered, size, || match (lists.next(), lists.next()) {
            (Some(only), None) => Source::List(only),
            (first, second) => {
                Source::Lists(first.into_iter().chain(second).chain(lists).collect())
            }
        });
    }

    fn take(&mut self, answered: Answered, size: usize, source: impl FnOnce() -> Source<'s>) {
        if size < self.size || self.answered == Answered::Nothing {
            *self = Self {
                answered,
                source: source(),
                size,
            };
        }
    }
}

/// Where the ranges of a filter lie in the index by time, in order of time.
fn time_pieces(state: &State, filter: &TimeFilter) -> Vec<(Position, Position)> {
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

fn count_in(state: &State, pieces: &[(Position, Position)]) -> usize {
    pieces
        .iter()
        .map(|(from, to)| state.times.count_between(*from, *to))
        .sum()
}
