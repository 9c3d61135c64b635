//! What the overview and the views of a task and of a user have in common.

use std::io::{self, Write};

use serde::Serialize;
use tracking_core::{Query, TaskId, UserName};
use tracking_views::View;

use crate::args::SumArgs;
use crate::data::Csv;
use crate::gather::Sums;
use crate::look::Answer;
use crate::shapes::SumShape;

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
    #[serde(skip)]
    view: &'a dyn View,
}

impl<'a> Summed<'a> {
    pub(super) fn new(query: &'a Query, sums: &'a Sums, sum: &SumArgs, view: &'a dyn View) -> Self {
        Self {
            task: None,
            user: None,
            shape: SumShape::new(query, sums, sum),
            view,
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
