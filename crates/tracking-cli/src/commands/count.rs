//! `tracking count` counts tracks, in all or by group.

mod all;

use std::io::{self, Write};

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use tracking_core::{Clock, Group, Grouping};
use tracking_views::{Breakdown, View};

use super::query_args::QueryArgs;
use super::{Action, Environment};
use crate::args::{By, CountBy, Format, GroupCursor, Limit, by, count_by, limit};
use crate::data::Csv;
use crate::exit;
use crate::query_session::QueryResult;
use crate::schema::GroupsOutput;

/// Arguments of `tracking count`.
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

/// Arguments of all commands that count groups.
#[derive(Debug, Args)]
pub(super) struct Counting {
    /// Show the N largest groups, or `all` [default: 50 in text and html, else all]
    #[arg(long, visible_alias = "top", value_name = "N", value_parser = limit)]
    limit: Option<Limit>,

    /// Continue after this cursor, which the previous page has printed; needs --limit N
    #[arg(long, value_name = "CURSOR")]
    after: Option<GroupCursor>,

    /// Also count the distinct values in each group: of task, user, run, a period or field:NAME;
    /// repeat for more
    ///
    /// With `--by day --distinct user`, each day has the number of its users.
    #[arg(long, value_name = "KIND", value_parser = by)]
    distinct: Vec<By>,

    #[command(flatten)]
    query_args: QueryArgs,
}

impl Action for CountArgs {
    fn validate(&self) -> Option<String> {
        match &self.by {
            Some(by) => self.counting.validate(by),
            None => self
                .counting
                .query_args
                .validate()
                .or(self.counting.needs_groups()),
        }
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        match &self.by {
            Some(by) => self.counting.run(by, clock),
            None => all::count(&self.counting.query_args, clock),
        }
    }
}

impl Counting {
    pub(super) fn validate(&self, by: &CountBy) -> Option<String> {
        self.query_args
            .validate()
            .or_else(|| self.validate_cursor(by))
    }

    /// Returns why the cursor cannot be used, if so.
    fn validate_cursor(&self, by: &CountBy) -> Option<String> {
        let after = self.after.as_ref()?;
        let problem = if !matches!(self.limit, Some(Limit::Count(_))) {
            "--after continues a page of groups: say how many with --limit N"
        } else if !after.is_of(by) {
            "--after has a cursor of groups that were counted by something else"
        } else if self.query_args.output.format().is_for_people() && !by.has_ranking() {
            "--after needs --format csv, json or jsonl where periods or two things are counted by"
        } else {
            return None;
        };
        Some(problem.to_owned())
    }

    /// Names the option that needs groups, if one was given.
    fn needs_groups(&self) -> Option<String> {
        let limit = self.limit.map(|_| "--limit");
        let after = self.after.as_ref().map(|_| "--after");
        let distinct = (!self.distinct.is_empty()).then_some("--distinct");
        let option = limit.or(after).or(distinct)?;
        Some(format!(
            "{option} needs groups: say what to count by, like --by day"
        ))
    }

    pub(super) fn run(&self, by: &CountBy, clock: &dyn Clock) -> Result<()> {
        let session = self.query_args.open(clock)?;
        let criteria = self.query_args.query(clock)?;
        let query = self.query_args.without(&session, criteria.clone())?;
        let grouping = self
            .distinct
            .iter()
            .fold(by.grouping(&session.zone), |grouping, by| {
                grouping.counting(by.group_by(&session.zone))
            });
        let groups = session.store.groups(&query, &grouping)?;
        let page = self.page(&grouping, &groups);
        let shown = page
            .as_ref()
            .map_or(groups.as_slice(), |page| page.shown.as_slice());
        let next = page.as_ref().and_then(Page::next);
        let output = GroupsOutput::new((by, &self.distinct), &query, &groups, shown);
        let left = match &page {
            Some(page) if self.after.is_some() => &page.left,
            _ => &groups,
        };
        let view = view(self.limit, &grouping, left).with_query(criteria);
        let output = output.with_next(next.as_ref().map(ToString::to_string));
        session.show(&Found { output, view })?;
        let is_ranking = by.has_ranking() || !session.format().is_for_people();
        if let Some(next) = next.filter(|_| is_ranking && session.format() != Format::Json) {
            exit::print_message(&format!(
                "there are more groups: continue with --after {next}"
            ));
        }
        Ok(())
    }

    /// The page of groups, if a limit was given.
    fn page(&self, grouping: &Grouping, groups: &[Group]) -> Option<Page> {
        let Some(Limit::Count(limit)) = self.limit else {
            return None;
        };
        let left = grouping.clone().largest_first();
        let left = match &self.after {
            Some(after) => left.after(after.0.clone()),
            None => left,
        };
        let left = left.select(groups.to_vec());
        let shown = left.iter().take(limit).cloned().collect();
        Some(Page { left, shown })
    }
}

/// A page of groups, the largest first.
struct Page {
    /// The groups of this page and of those after it.
    left: Vec<Group>,
    shown: Vec<Group>,
}

impl Page {
    /// Where the next page continues, if there is one.
    fn next(&self) -> Option<GroupCursor> {
        let last = self.shown.last()?;
        (self.left.len() > self.shown.len()).then(|| GroupCursor(last.clone()))
    }
}

#[derive(Serialize)]
#[serde(transparent)]
struct Found<'a> {
    output: GroupsOutput<'a>,
    #[serde(skip)]
    view: Breakdown,
}

/// Tables sum up what is beyond their rows and columns, so they are given all groups.
fn view(limit: Option<Limit>, grouping: &Grouping, groups: &[Group]) -> Breakdown {
    let view = Breakdown::new(grouping.clone(), groups.to_vec());
    match limit {
        Some(Limit::Count(limit)) => view.with_limits(limit, limit),
        Some(Limit::All) => view.with_limits(usize::MAX, usize::MAX),
        None => view,
    }
}

impl QueryResult for Found<'_> {
    fn view(&self) -> &dyn View {
        &self.view
    }

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        self.output.csv(&mut Csv::new(out))
    }

    fn jsonl(&self, out: &mut dyn Write) -> io::Result<()> {
        self.output.jsonl(out)
    }
}
