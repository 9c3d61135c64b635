//! One run.

use chrono::TimeDelta;
use tracking_core::{Run, RunState, RunSummary};

use super::{Entry, EntryValue, Part, Ranking, Timeline, TrackColumn, TrackList, View};
use crate::Context;

/// One run; the renderer gets the rows of its tracks one by one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct RunView {
    title: Option<String>,
    run: Run,
    count: Option<u64>,
    rankings: Vec<Ranking>,
    timeline: Option<Timeline>,
    more: Vec<Entry>,
    without: Vec<TrackColumn>,
}

impl RunView {
    /// Shows a run under the title `Run 3`.
    pub fn new(run: Run) -> Self {
        Self {
            title: None,
            run,
            count: None,
            rankings: Vec::new(),
            timeline: None,
            more: Vec::new(),
            without: vec![TrackColumn::Run],
        }
    }

    /// Replaces the title.
    pub fn with_title(self, title: impl Into<String>) -> Self {
        Self {
            title: Some(title.into()),
            ..self
        }
    }

    /// How many tracks it has.
    pub fn with_count(self, count: u64) -> Self {
        Self {
            count: Some(count),
            ..self
        }
    }

    /// One more ranking, such as its users by their tracks.
    pub fn with_ranking(mut self, ranking: Ranking) -> Self {
        self.rankings.push(ranking);
        self
    }

    /// What its tracks add up to: how many tracks, tasks and users, and the times of the first and
    /// the last track.
    pub fn with_summary(self, summary: &RunSummary) -> Self {
        let view = self
            .with_count(summary.tracks)
            .with_field("Tasks", summary.tasks)
            .with_field("Users", summary.users);
        match summary.times {
            Some((first, last)) => view
                .with_field("First track", first)
                .with_field("Last track", last),
            None => view,
        }
    }

    /// Its tracks over time.
    pub fn with_timeline(self, timeline: Timeline) -> Self {
        Self {
            timeline: Some(timeline),
            ..self
        }
    }

    /// One more field of metadata.
    pub fn with_field(mut self, label: impl Into<String>, value: impl Into<EntryValue>) -> Self {
        self.more.push(Entry::new(label, value));
        self
    }

    /// Leaves a column out of the list of its tracks, such as the task where all are of one.
    pub fn without(mut self, column: TrackColumn) -> Self {
        self.without.push(column);
        self
    }

    /// The list of its tracks, for [`TextRenderer::table`](crate::TextRenderer::table) and
    /// [`HtmlRenderer::table`](crate::HtmlRenderer::table); it has no column for the run.
    pub fn track_list(&self) -> TrackList {
        let columns = self.without.iter().copied();
        let list = columns.fold(TrackList::new("Tracks"), TrackList::without);
        match self.count {
            Some(count) => list.with_total(count),
            None => list,
        }
    }

    /// Its title, if it was set.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// The run.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// How many tracks it has, if known.
    pub fn count(&self) -> Option<u64> {
        self.count
    }

    /// How long it took; negative where it was stopped before it started.
    pub fn duration(&self) -> TimeDelta {
        self.run.end().since(self.run.start())
    }

    /// `current`, `finished`, `session` for one of no task, or `not finished` for one that was
    /// replaced or stopped so.
    pub fn state(&self) -> &'static str {
        state_name(self.run.state())
    }
}

/// The parts above its tracks.
impl View for RunView {
    fn heading(&self, context: &Context<'_>) -> String {
        let title = self.title.clone();
        title.unwrap_or_else(|| format!("{} {}", context.terms().run().title(), self.run.id()))
    }

    fn parts<'a>(&'a self, context: &Context<'_>) -> Vec<Part<'a>> {
        let terms = context.terms();
        let counted = terms.track().titles();
        let run = &self.run;
        let task = run.task().cloned();
        let mut entries = vec![
            Entry::new(
                terms.task().title(),
                task.map_or("".into(), EntryValue::Task),
            ),
            Entry::new("State", run.state()),
            Entry::new("Start", run.start()),
            Entry::new("End", run.end()),
            Entry::new("Length", self.duration()),
        ];
        entries.extend(self.count.map(|count| Entry::new(counted.clone(), count)));
        entries.extend_from_slice(&self.more);
        let mut parts = vec![Part::Entries(entries)];
        parts.extend(self.timeline.as_ref().map(Part::Timeline));
        parts.push(Part::Rankings(counted.into(), (&self.rankings).into()));
        parts
    }
}

/// What the state of a run is called.
pub(crate) fn state_name(state: RunState) -> &'static str {
    match state {
        RunState::Current => "current",
        RunState::Finished => "finished",
        RunState::Session => "session",
        _ => "not finished",
    }
}

impl From<Run> for RunView {
    fn from(run: Run) -> Self {
        Self::new(run)
    }
}
