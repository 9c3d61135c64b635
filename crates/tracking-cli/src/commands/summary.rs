//! Summaries of tracks: of all, of one task, of one user.

use std::io::{self, Write};

use anyhow::Result;
use serde::Serialize;
use tracking_core::{Query, TaskId, UserName};
use tracking_views::{Terms, View};

use super::query_args::QueryArgs;
use crate::args::SummaryArgs;
use crate::data::Csv;
use crate::queries::{Charts, Distinct, Panels, Previous, Summary, SummaryRequest};
use crate::query_session::{QueryResult, QuerySession};
use crate::schema::{PanelOutput, SummaryOutput, panel_outputs};
use crate::subject::Subject;
use crate::web;

/// The summary of one task or user.
pub(super) struct SubjectSummary {
    /// The query for its tracks.
    pub(super) query: Query,
    pub(super) terms: Terms,
    pub(super) sums: Summary,
    pub(super) panels: Panels,
    /// The criteria in addition to the name.
    filters: Query,
}

impl SubjectSummary {
    /// Queries the tracks of a task or user; `narrow` adds its name to a query.
    pub(super) fn query(
        session: &QuerySession<'_>,
        (query_args, sum): (&QueryArgs, &SummaryArgs),
        filters: Query,
        narrow: impl FnOnce(Query) -> Query,
    ) -> Result<Self> {
        let store = &*session.store;
        let query = query_args.without.apply(store, narrow(filters.clone()))?;
        let is_web = sum.panels.is_web(store, &query)?;
        let wanted = SummaryRequest {
            charts: Charts::Days,
            ..sum.wanted(is_web)
        };
        Ok(Self {
            sums: Summary::query(store, &query, &session.zone, wanted)?,
            panels: Panels::query(store, &query, &sum.panels.panels, sum.top)?,
            terms: web::terms(is_web),
            query,
            filters,
        })
    }

    /// The contents of its view.
    pub(super) fn subject(
        &self,
        session: &QuerySession<'_>,
        (query_args, sum): (&QueryArgs, &SummaryArgs),
    ) -> Result<Subject<'_>> {
        let shown = (&self.terms, sum.per.of(&self.sums.days));
        let has_filters = self.filters != Query::all();
        Ok(Subject {
            panels: Some(&self.panels),
            query: has_filters.then(|| self.filters.clone()),
            note: Some(query_args.store.about_runs(&self.terms)),
            ..Subject::new(&*session.store, &self.sums, shown, sum.top)?
        })
    }
}

/// A summary for people and for programs.
#[derive(Serialize)]
pub(super) struct SummaryResult<'a> {
    /// The task that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<&'a TaskId>,
    /// The user whom it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a UserName>,
    #[serde(flatten)]
    output: SummaryOutput<'a>,
    /// How many there were in the period before, where it was compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<Distinct>,
    /// How many bytes the tracks have together, where any says so and panels were counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    panels: Vec<PanelOutput>,
    #[serde(skip)]
    view: &'a dyn View,
}

impl<'a> SummaryResult<'a> {
    pub(super) fn new(
        query: &'a Query,
        sums: &'a Summary,
        sum: &SummaryArgs,
        view: &'a dyn View,
    ) -> Self {
        Self {
            task: None,
            user: None,
            output: SummaryOutput::new(query, sums, sum),
            previous: None,
            bytes: None,
            panels: Vec::new(),
            view,
        }
    }

    /// Compared with the period before.
    pub(super) fn with_previous(self, previous: Option<&Previous>) -> Self {
        let previous = previous.map(|previous| previous.numbers);
        Self { previous, ..self }
    }

    /// With panels.
    pub(super) fn with_panels(self, panels: &Panels) -> Self {
        Self {
            bytes: panels.bytes(),
            panels: panel_outputs(panels),
            ..self
        }
    }

    /// About a task.
    pub(super) fn of_task(self, task: &'a TaskId) -> Self {
        let task = Some(task);
        Self { task, ..self }
    }

    /// About a user.
    pub(super) fn of_user(self, user: &'a UserName) -> Self {
        let user = Some(user);
        Self { user, ..self }
    }
}

impl QueryResult for SummaryResult<'_> {
    fn view(&self) -> &dyn View {
        self.view
    }

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        self.output.csv(&mut Csv::new(out))
    }
}
