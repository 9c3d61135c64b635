//! One task.

use tracking_core::{Group, Query, TaskId, Timestamp, Track};

use super::about::{About, about};
use super::{Granularity, Part, Ranking, RunRow, Total, TotalValue, TrackColumn, View};
use crate::Context;

/// One task: its runs, its users, its tracks over time.
///
/// ```
/// use tracking_core::TaskId;
/// use tracking_views::{Ranking, TaskView, TextRenderer};
///
/// let view = TaskView::new(TaskId::new("b1")?)
///     .with_total("Tracks", 12_u64)
///     .with_ranking(Ranking::new("Users", "User").with_row("u1", 12));
/// let mut shown = Vec::new();
/// TextRenderer::new().view(&mut shown, &view)?;
/// assert!(String::from_utf8(shown)?.starts_with("Task b1\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct TaskView {
    task: TaskId,
    about: About,
}

impl TaskView {
    /// Shows a task under the title that the program has for it, or `Task b1`.
    pub fn new(task: TaskId) -> Self {
        Self {
            task,
            about: About::new(),
        }
    }

    /// The task.
    pub fn task(&self) -> &TaskId {
        &self.task
    }
}

about!(TaskView);

impl View for TaskView {
    fn heading(&self, context: &Context<'_>) -> String {
        let title = self.about.title.clone();
        title
            .or_else(|| context.task_title(&self.task))
            .unwrap_or_else(|| format!("{} {}", context.terms().task().title(), self.task))
    }

    fn parts<'a>(&'a self, context: &Context<'_>) -> Vec<Part<'a>> {
        // What is called by a title is known by its name still.
        let is_named = self.heading(context).contains(self.task.as_str());
        let name = (!is_named).then(|| {
            Part::Lead(format!("{} {}", context.terms().task().title(), self.task).into())
        });
        let mut parts: Vec<Part<'a>> = name.into_iter().collect();
        parts.extend(self.about.parts(TrackColumn::Task, context.terms()));
        parts
    }
}
