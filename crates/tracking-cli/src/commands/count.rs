//! `tracking count`: all tracks, or counts by one or two things.

mod all;

use std::io::{self, Write};

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use tracking_core::{Clock, Group, Grouping};
use tracking_views::{Breakdown, View};

use super::Action;
use super::looking::Looking;
use crate::args::{By, CountBy, Limit, by, count_by, limit};
use crate::data::Csv;
use crate::look::Answer;
use crate::shapes::GroupsShape;

/// What is counted.
#[derive(Debug, Args)]
pub(crate) struct CountArgs {
    /// Count by task, user, run, hour, day, week, month, hour-of-day, weekday or field:NAME, or by
    /// two of these with a comma between [default: count all tracks together]
    ///
    /// Keys of nested objects are joined by dots, as in `field:verb.id`; a comma or dot that
    /// belongs to a key has a backslash before it.
    #[arg(long, value_name = "A[,B]", value_parser = count_by)]
    by: Option<CountBy>,

    #[command(flatten)]
    counting: Counting,
}

/// Which tracks are counted, and how many of the counts are shown.
#[derive(Debug, Args)]
pub(super) struct Counting {
    /// At most so many groups, the largest, or `all` [default: 50 in text and html, else all]
    #[arg(long, visible_alias = "top", value_name = "N", value_parser = limit)]
    limit: Option<Limit>,

    /// Also count how many different ones each group has: task, user, run, a period or
    /// field:NAME; repeat for more
    ///
    /// With `--by day --distinct user`, each day has the number of its users.
    #[arg(long, value_name = "KIND", value_parser = by)]
    distinct: Vec<By>,

    #[command(flatten)]
    looking: Looking,
}

impl Action for CountArgs {
    fn fault(&self) -> Option<String> {
        let fault = self.counting.fault();
        fault.or_else(|| self.by.is_none().then(|| self.counting.needs_groups())?)
    }

    fn run(&self, clock: &dyn Clock) -> Result<()> {
        match &self.by {
            Some(by) => self.counting.run(by, clock),
            None => all::count(&self.counting.looking, clock),
        }
    }
}

impl Counting {
    pub(super) fn fault(&self) -> Option<String> {
        self.looking.fault()
    }

    /// Says which option makes no sense where all tracks are counted together.
    fn needs_groups(&self) -> Option<String> {
        let limit = self.limit.map(|_| "--limit");
        let option = limit.or((!self.distinct.is_empty()).then_some("--distinct"))?;
        Some(format!(
            "{option} needs groups: say what to count by, like --by day"
        ))
    }

    pub(super) fn run(&self, by: &CountBy, clock: &dyn Clock) -> Result<()> {
        let look = self.looking.open(clock)?;
        let query = self.looking.query(clock)?;
        let grouping = self
            .distinct
            .iter()
            .fold(by.grouping(&look.zone), |grouping, by| {
                grouping.counting(by.group_by(&look.zone))
            });
        let groups = look.store.groups(&query, &grouping)?;
        let most = match self.limit {
            Some(Limit::Most(most)) => Some(most),
            Some(Limit::All) | None => None,
        };
        let largest = most.map(|most| Group::largest(groups.clone(), most));
        let shown = largest.as_deref().unwrap_or(&groups);
        let shape = GroupsShape::new((by, &self.distinct), &query, &groups, shown);
        look.show(&Found {
            view: view(self.limit, &grouping, &groups).with_query(query.clone()),
            shape,
        })
    }
}

#[derive(Serialize)]
#[serde(transparent)]
struct Found<'a> {
    shape: GroupsShape<'a>,
    #[serde(skip)]
    view: Breakdown,
}

/// Tables sum up what is beyond their rows and columns, so they are given all groups.
fn view(limit: Option<Limit>, grouping: &Grouping, groups: &[Group]) -> Breakdown {
    let view = Breakdown::new(grouping.clone(), groups.to_vec());
    match limit {
        Some(Limit::Most(most)) => view.with_limits(most, most),
        Some(Limit::All) => view.with_limits(usize::MAX, usize::MAX),
        None => view,
    }
}

impl Answer for Found<'_> {
    fn view(&self) -> &dyn View {
        &self.view
    }

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        self.shape.csv(&mut Csv::new(out))
    }

    fn jsonl(&self, out: &mut dyn Write) -> io::Result<()> {
        self.shape.jsonl(out)
    }
}
