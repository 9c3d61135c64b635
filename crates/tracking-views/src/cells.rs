//! The cells of the tables of tracks and runs, before a renderer writes them.

use tracking_core::TrackRef;

use crate::Context;
use crate::format::{Label, When, grouped, span, summary};
use crate::model::{RunRow, TrackColumn, TrackList, state_name};

/// A row of a list of tracks; a column that the list omits is `None`.
#[derive(Debug)]
pub(crate) struct TrackCells {
    pub(crate) id: Label,
    pub(crate) time: When,
    pub(crate) task: Option<Label>,
    pub(crate) run: Option<Label>,
    pub(crate) user: Option<Label>,
    /// A cell for each column of the program.
    pub(crate) extra: Vec<String>,
    pub(crate) data: Option<String>,
}

impl TrackCells {
    /// The cells of a track; those of data are shorter where the output is `narrow`.
    pub(crate) fn new(
        track: &TrackRef<'_>,
        list: &TrackList,
        context: &Context<'_>,
        narrow: bool,
    ) -> Self {
        let has = |column| list.has(column);
        let columns = context.columns().iter();
        Self {
            id: context.track(track.id()),
            time: context.when(track.time()),
            task: has(TrackColumn::Task).then(|| context.task(track.task())),
            run: has(TrackColumn::Run).then(|| context.run(track.run())),
            user: has(TrackColumn::User).then(|| context.user(track.user())),
            extra: columns.map(|column| column.value(track)).collect(),
            data: has(TrackColumn::Data).then(|| summary(track.data(), narrow)),
        }
    }

    /// The texts of the cells, in the order of the columns.
    pub(crate) fn texts(&self) -> Vec<&str> {
        let names = [&self.task, &self.run, &self.user].into_iter().flatten();
        let mut texts = vec![self.id.text.as_str(), &self.time.text];
        texts.extend(names.map(|label| label.text.as_str()));
        texts.extend(self.extra.iter().chain(&self.data).map(String::as_str));
        texts
    }
}

/// A row of a list of runs; the count of tracks is `None` where tracks are not counted.
#[derive(Debug)]
pub(crate) struct RunCells {
    pub(crate) id: Label,
    pub(crate) start: When,
    pub(crate) length: String,
    pub(crate) state: &'static str,
    pub(crate) task: Label,
    pub(crate) count: Option<String>,
}

impl RunCells {
    /// The cells of a run.
    pub(crate) fn new(row: &RunRow, has_counts: bool, context: &Context<'_>) -> Self {
        let (run, no_task) = (row.run(), Label::new("", None));
        Self {
            id: context.run(run.id()),
            start: context.when(run.start()),
            length: span(run.end().since(run.start())),
            state: state_name(run.state()),
            task: run.task().map_or(no_task, |task| context.task(task)),
            count: has_counts.then(|| row.count().map(grouped).unwrap_or_default()),
        }
    }
}
