//! The views of one task and of one user.

use anyhow::Result;
use tracking_core::{Query, TaskId, TrackingStorage, UserName};
use tracking_views::{Granularity, Ranking, RunRow, TaskView, Terms, UserView};

use crate::queries::{Panels, Summary, run_rows};
use crate::rankings;

/// What the view of a task or of a user shows.
#[derive(Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) sums: &'a Summary,
    /// What is counted in addition to names, where panels were asked for.
    pub(crate) panels: Option<&'a Panels>,
    pub(crate) terms: &'a Terms,
    pub(crate) granularity: Granularity,
    pub(crate) runs: Vec<RunRow>,
    /// The query that the view answers, where that is said.
    pub(crate) query: Option<Query>,
    /// A sentence for the foot.
    pub(crate) note: Option<String>,
}

/// Adds what the views of tasks and of users have in common, which are different types.
macro_rules! fill {
    ($view:expr, $subject:expr, $others:expr, $subject_term:expr) => {{
        let (subject, (ranking, number, title)): (&Subject<'_>, _) = ($subject, $others);
        let (numbers, terms) = (&subject.sums.numbers, subject.terms);
        let view = $view
            .with_total(terms.track().titles(), numbers.tracks)
            .with_total(title, number)
            .with_total(terms.run().titles(), numbers.runs);
        let view = match &subject.query {
            Some(query) => view.with_query(query.clone()),
            None => view,
        };
        let Some((first, last)) = subject.sums.period else {
            let (tracks, one) = (terms.track().many(), $subject_term);
            return view.with_note(format!("There are no {tracks} like that of that {one}."));
        };
        let view = view
            .with_period(first, last)
            .with_day_groups(subject.granularity, &subject.sums.days)
            .with_ranking(ranking)
            .with_runs(subject.runs.iter().cloned(), Some(numbers.runs))
            .with_newest(subject.sums.newest.clone());
        let panels = subject
            .panels
            .map(|panels| rankings::of_panels(panels, terms));
        let panels = panels.into_iter().flatten();
        let view = panels.fold(view, |view, (_, panel)| view.with_ranking(panel));
        match &subject.note {
            Some(note) => view.with_note(note.as_str()),
            None => view,
        }
    }};
}

impl<'a> Subject<'a> {
    /// Takes the sums of a task or of a user, and asks for the latest `limit` of its runs.
    pub(crate) fn new(
        store: &dyn TrackingStorage,
        sums: &'a Summary,
        (terms, granularity): (&'a Terms, Granularity),
        limit: usize,
    ) -> Result<Self> {
        Ok(Self {
            sums,
            panels: None,
            terms,
            granularity,
            runs: run_rows(store, &sums.runs, limit)?,
            query: None,
            note: None,
        })
    }

    /// The view of a task: its users, its runs, its tracks over time.
    pub(crate) fn task(&self, task: TaskId) -> TaskView {
        let (numbers, users) = (&self.sums.numbers, self.terms.user());
        let distinct = (numbers.users, numbers.tracks);
        let ranking: Ranking =
            rankings::of_names(users.titles(), users, &self.sums.users, distinct);
        let others = (ranking, numbers.users, users.titles());
        fill!(TaskView::new(task), self, others, self.terms.task().one())
    }

    /// The view of a user: their tasks, their runs, their tracks over time.
    pub(crate) fn user(&self, user: UserName) -> UserView {
        let (numbers, tasks) = (&self.sums.numbers, self.terms.task());
        let distinct = (numbers.pages, numbers.tracks);
        let ranking: Ranking =
            rankings::of_names(tasks.titles(), tasks, &self.sums.pages, distinct);
        let others = (ranking, numbers.pages, tasks.titles());
        fill!(UserView::new(user), self, others, self.terms.user().one())
    }
}
