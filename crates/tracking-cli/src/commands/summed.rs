//! What the overview and the views of a task and of a user have in common.

use std::io::{self, Write};

use anyhow::Result;
use serde::Serialize;
use tracking_core::{Query, TaskId, UserName};
use tracking_views::{Terms, View};

use super::looking::Looking;
use crate::args::SumArgs;
use crate::data::Csv;
use crate::gather::{Charts, Distinct, Panels, Previous, Sums, Wanted};
use crate::look::{Answer, Look};
use crate::shapes::{PanelShape, SumShape, panel_shapes};
use crate::subject::Subject;
use crate::web;

/// What is found of one task or user.
pub(super) struct SummedSubject {
    /// What its tracks are asked for by.
    pub(super) query: Query,
    pub(super) terms: Terms,
    pub(super) sums: Sums,
    pub(super) panels: Panels,
    /// The criteria beside its name.
    filters: Query,
}

impl SummedSubject {
    /// Sums up the tracks of a task or user, to which `narrow` narrows a query.
    pub(super) fn ask(
        look: &Look<'_>,
        (looking, sum): (&Looking, &SumArgs),
        filters: Query,
        narrow: impl FnOnce(Query) -> Query,
    ) -> Result<Self> {
        let store = &*look.store;
        let query = looking.without.apply(store, narrow(filters.clone()))?;
        let is_web = sum.panels.is_web(store, &query)?;
        let wanted = Wanted {
            charts: Charts::Days,
            ..sum.wanted(is_web)
        };
        Ok(Self {
            sums: Sums::ask(store, &query, &look.zone, wanted)?,
            panels: Panels::ask(store, &query, &sum.panels.panels, sum.top)?,
            terms: web::terms(is_web),
            query,
            filters,
        })
    }

    /// What its view shows.
    pub(super) fn subject(
        &self,
        look: &Look<'_>,
        (looking, sum): (&Looking, &SumArgs),
    ) -> Result<Subject<'_>> {
        let shown = (&self.terms, sum.per.of(&self.sums.days));
        let has_filters = self.filters != Query::all();
        Ok(Subject {
            panels: Some(&self.panels),
            query: has_filters.then(|| self.filters.clone()),
            note: Some(looking.store.about_runs(&self.terms)),
            ..Subject::new(&*look.store, &self.sums, shown, sum.top)?
        })
    }
}

/// Tracks, summed up, for people and for programs.
#[derive(Serialize)]
pub(super) struct Summed<'a> {
    /// The task that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<&'a TaskId>,
    /// The user whom it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a UserName>,
    #[serde(flatten)]
    shape: SumShape<'a>,
    /// How many there were in the period before, where it was compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<Distinct>,
    /// How many bytes the tracks have together, where any says so and panels were counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    panels: Vec<PanelShape>,
    #[serde(skip)]
    view: &'a dyn View,
}

impl<'a> Summed<'a> {
    pub(super) fn new(query: &'a Query, sums: &'a Sums, sum: &SumArgs, view: &'a dyn View) -> Self {
        Self {
            task: None,
            user: None,
            shape: SumShape::new(query, sums, sum),
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
            panels: panel_shapes(panels),
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

impl Answer for Summed<'_> {
    fn view(&self) -> &dyn View {
        self.view
    }

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        self.shape.csv(&mut Csv::new(out))
    }
}
