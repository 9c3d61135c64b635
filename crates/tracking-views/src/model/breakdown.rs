//! Counts by one or two things.

use tracking_core::{Group, GroupBy, Grouping, Query};

use super::{Matrix, Part, Ranking, Series, View};
use crate::Context;
use crate::format::counted;

/// What a store counted by task, user, run, day or data field, or by two of these: a ranking,
/// a chart of days, or a table with sums.
///
/// ```
/// use tracking_core::{Group, GroupBy, GroupKey, TaskId, UserName};
/// use tracking_views::{Breakdown, Context, View};
///
/// let task = GroupKey::Task(TaskId::new("a001")?);
/// let user = GroupKey::User(UserName::new("u1")?);
/// let by = GroupBy::Task.and(GroupBy::User);
/// let view = Breakdown::new(by, vec![Group::new(task, Some(user), 3)]);
/// assert_eq!(view.heading(&Context::new()), "Tracks by task and user");
/// assert_eq!(view.matrix().unwrap().total(), 3);
/// # Ok::<(), tracking_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Breakdown {
    title: Option<String>,
    grouping: Grouping,
    query: Option<Query>,
    groups: Vec<Group>,
    limits: (usize, usize),
    content: Content,
    notes: Vec<String>,
}

/// The form in which the groups are shown.
#[derive(Clone, Debug, PartialEq)]
enum Content {
    Matrix(Matrix),
    Days(Series),
    Ranking(Ranking),
}

/// So many rows and columns are still read.
const MAX_ROWS: usize = 50;
const MAX_COLUMNS: usize = 12;

impl Breakdown {
    /// Shows the groups that a store counted by one or two things; the 50 largest rows and 12
    /// largest columns, or of days the latest.
    pub fn new(grouping: impl Into<Grouping>, groups: Vec<Group>) -> Self {
        let grouping = grouping.into();
        let limits = (MAX_ROWS, MAX_COLUMNS);
        Self {
            title: None,
            query: None,
            content: content(&grouping, &groups, limits),
            grouping,
            groups,
            limits,
            notes: Vec::new(),
        }
    }

    /// Replaces the title.
    pub fn with_title(self, title: impl Into<String>) -> Self {
        Self {
            title: Some(title.into()),
            ..self
        }
    }

    /// The query whose result the view shows.
    pub fn with_query(self, query: Query) -> Self {
        Self {
            query: Some(query),
            ..self
        }
    }

    /// How many rows and columns are shown; those beyond are summed up.
    pub fn with_limits(self, rows: usize, columns: usize) -> Self {
        let limits = (rows, columns);
        Self {
            content: content(&self.grouping, &self.groups, limits),
            limits,
            ..self
        }
    }

    /// Adds a sentence to the foot.
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Its title, where it has another than what was counted by.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// What was counted by.
    pub fn grouping(&self) -> &Grouping {
        &self.grouping
    }

    /// All groups.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The table, where two things were counted by.
    pub fn matrix(&self) -> Option<&Matrix> {
        match &self.content {
            Content::Matrix(matrix) => Some(matrix),
            _ => None,
        }
    }
}

impl Breakdown {
    /// For each kind of which the different ones were counted, how many each group has: users per
    /// day. Where two things were counted by, there is one table for the tracks only.
    fn distinct(&self, context: &Context<'_>) -> Vec<Ranking> {
        if self.grouping.second().is_some() {
            return Vec::new();
        }
        let per = heading(self.grouping.first(), context);
        let kinds = self.grouping.distinct().iter().enumerate();
        let ranking = |(index, kind): (usize, &GroupBy)| {
            let title = format!(
                "{} per {}",
                plural(kind, context),
                lower(self.grouping.first(), context)
            );
            let count = |group: &Group| group.distinct_counts().get(index).copied().unwrap_or(0);
            let groups = self.groups.iter();
            let groups = groups.map(|group| Group::new(group.key().clone(), None, count(group)));
            let groups: Vec<Group> = groups.collect();
            let (number, limit) = (groups.len(), self.limits.0);
            let rows = if self.grouping.first().zone().is_some() {
                // Periods stay in their order, and the latest are shown.
                groups
                    .into_iter()
                    .skip(number.saturating_sub(limit))
                    .collect()
            } else {
                Group::largest(groups, limit)
            };
            let ranking =
                Ranking::new(title, per.as_str()).counted_by(self.grouping.first().clone());
            let ranking = rows.iter().fold(ranking, |ranking, group: &Group| {
                ranking.with_key(group.key().clone(), group.count())
            });
            ranking.with_distinct(number as u64)
        };
        kinds.map(ranking).collect()
    }
}

/// What different things are called together, as a heading.
fn plural(by: &GroupBy, context: &Context<'_>) -> String {
    match by {
        GroupBy::Field(_) => format!("Values of {}", heading(by, context)),
        GroupBy::HourOfDay(_) => "Hours of day".into(),
        GroupBy::DayOfWeek(_) => "Days of week".into(),
        _ => format!("{}s", heading(by, context)),
    }
}

impl View for Breakdown {
    fn heading(&self, context: &Context<'_>) -> String {
        let title = self.title.clone();
        title.unwrap_or_else(|| {
            let tracks = context.terms().track().titles();
            format!("{tracks} by {}", name(&self.grouping, context))
        })
    }

    fn parts<'a>(&'a self, context: &Context<'_>) -> Vec<Part<'a>> {
        let counted = context.terms().track().titles();
        let query = self.query.as_ref().map(Part::Query);
        let part = match &self.content {
            Content::Matrix(matrix) => Part::Matrix(matrix),
            Content::Days(series) => Part::Series(series.clone().called(counted)),
            Content::Ranking(ranking) => {
                let heading = heading(self.grouping.first(), context);
                let ranking = Ranking::clone(ranking).titled(&heading, &heading);
                Part::Rankings(counted.into(), vec![ranking].into())
            }
        };
        let distinct = self.distinct(context);
        let distinct =
            (!distinct.is_empty()).then(|| Part::Rankings("Different".into(), distinct.into()));
        let parts = query.into_iter().chain([part]).chain(distinct);
        parts.chain([Part::Notes(&self.notes)]).collect()
    }
}

fn content(grouping: &Grouping, groups: &[Group], limits: (usize, usize)) -> Content {
    match (grouping.first(), grouping.second()) {
        (_, Some(_)) => Content::Matrix(Matrix::new(grouping, groups, limits)),
        (GroupBy::Day(_), None) => Content::Days(Series::new("Tracks").with_groups(groups)),
        (by, None) => {
            let ranking = Ranking::new("", "").counted_by(by.clone());
            Content::Ranking(ranking.with_groups(groups.to_vec(), limits.0))
        }
    }
}

fn name(grouping: &Grouping, context: &Context<'_>) -> String {
    let first = lower(grouping.first(), context);
    match grouping.second() {
        Some(second) => format!("{first} and {}", lower(second, context)),
        None => first,
    }
}

fn lower(by: &GroupBy, context: &Context<'_>) -> String {
    match by {
        GroupBy::Field(_) => heading(by, context),
        _ => heading(by, context).to_lowercase(),
    }
}

/// What those are called together that are not shown.
pub(crate) fn others(by: &GroupBy, number: u64) -> String {
    match by {
        GroupBy::Day(_) => counted(number, "earlier day", "earlier days"),
        _ => counted(number, "other", "others"),
    }
}

/// What is counted by, as a heading.
pub(crate) fn heading(by: &GroupBy, context: &Context<'_>) -> String {
    match by {
        GroupBy::Task => context.terms().task().title(),
        GroupBy::User => context.terms().user().title(),
        GroupBy::Run => context.terms().run().title(),
        GroupBy::Day(_) => "Day".into(),
        GroupBy::Hour(_) => "Hour".into(),
        GroupBy::Week(_) => "Week".into(),
        GroupBy::Month(_) => "Month".into(),
        GroupBy::HourOfDay(_) => "Hour of day".into(),
        GroupBy::DayOfWeek(_) => "Day of week".into(),
        GroupBy::Field(field) => context.field_name(field),
        _ => "Group".into(),
    }
}
