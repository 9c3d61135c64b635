//! What the overview and the views of a task and of a user have in common.

use std::io::{self, Write};

use serde::Serialize;
use tracking_core::{Query, TaskId, UserName};
use tracking_views::View;

use crate::args::SumArgs;
use crate::data::Csv;
use crate::gather::{Distinct, Panels, Previous, Sums};
use crate::look::Answer;
use crate::shapes::{PanelShape, SumShape, panel_shapes};

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

    /// With panels of at most `top` values each.
    pub(super) fn with_panels(self, panels: &Panels, top: usize) -> Self {
        Self {
            bytes: panels.bytes(),
            panels: panel_shapes(panels, top),
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
