//! The pages of single tasks, users, runs and days.

use anyhow::Result;
use chrono::NaiveDate;
use tracking_core::{
    GroupBy, Grouping, Order, Query, RunId, RunSelector, TaskId, TrackingStorageExt, UserName,
};
use tracking_views::{
    Context, Overview, Part, Ranking, RunView, TaskView, Term, Timeline, TrackList, UserView, View,
};

use super::plan::{self, task_of, user_of};
use super::{Pages, RANKED};
use crate::args::PerArg;
use crate::dashboard::{Charts, Lists};
use crate::gather::{Sums, Wanted, of_groups};

/// How many of the latest tracks the page of a task or a user shows.
const NEWEST: usize = 20;
/// How many of its tracks the page of a run shows.
const OF_RUN: usize = 200;

impl Pages<'_> {
    pub(super) fn subjects(&mut self) -> Result<()> {
        let plan = self.plan;
        for task in plan.tasks.iter().filter_map(task_of) {
            self.task(&task)?;
        }
        for user in plan.users.iter().filter_map(user_of) {
            self.user(&user)?;
        }
        for run in &plan.runs {
            self.run(*run)?;
        }
        for day in &plan.days {
            self.day(*day)?;
        }
        Ok(())
    }

    fn sums(&self, query: &Query) -> Result<Sums> {
        let wanted = Wanted {
            top: RANKED,
            newest: NEWEST,
        };
        Sums::ask(self.site.store, query, self.site.zone, wanted)
    }

    fn task(&mut self, task: &TaskId) -> Result<()> {
        let Some(file) = self.plan.task(task) else {
            return Ok(());
        };
        let (site, terms) = (self.site, self.site.terms);
        let sums = self.sums(&site.query.clone().task(task.as_str()))?;
        let users = ranking(
            terms.user(),
            &sums.users,
            sums.numbers.users,
            sums.numbers.tracks,
        );
        let view = TaskView::new(task.clone())
            .with_total(terms.track().titles(), sums.numbers.tracks)
            .with_total(terms.user().titles(), sums.numbers.users)
            .with_total(terms.run().titles(), sums.numbers.runs)
            .with_day_groups(PerArg::default().of(&sums.days), &sums.days)
            .with_ranking(users)
            .with_runs(
                of_groups(site.store, &sums.runs, RANKED)?,
                Some(sums.numbers.runs),
            )
            .with_newest(sums.newest);
        let view = match sums.period {
            Some((first, last)) => view.with_period(first, last),
            None => view,
        };
        self.page(file, plan::TASKS, &view)
    }

    fn user(&mut self, user: &UserName) -> Result<()> {
        let Some(file) = self.plan.user(user) else {
            return Ok(());
        };
        let (site, terms) = (self.site, self.site.terms);
        let sums = self.sums(&site.query.clone().user(user.as_str()))?;
        let tasks = ranking(
            terms.task(),
            &sums.tasks,
            sums.numbers.tasks,
            sums.numbers.tracks,
        );
        let view = UserView::new(user.clone())
            .with_total(terms.track().titles(), sums.numbers.tracks)
            .with_total(terms.task().titles(), sums.numbers.tasks)
            .with_total(terms.run().titles(), sums.numbers.runs)
            .with_day_groups(PerArg::default().of(&sums.days), &sums.days)
            .with_ranking(tasks)
            .with_runs(
                of_groups(site.store, &sums.runs, RANKED)?,
                Some(sums.numbers.runs),
            )
            .with_newest(sums.newest);
        let view = match sums.period {
            Some((first, last)) => view.with_period(first, last),
            None => view,
        };
        self.page(file, plan::USERS, &view)
    }

    fn run(&mut self, id: RunId) -> Result<()> {
        let (site, terms) = (self.site, self.site.terms);
        let Some((file, run)) = self.plan.run(id).zip(site.store.run(&RunSelector::Id(id))?) else {
            return Ok(());
        };
        let query = site.query.clone().run(id);
        let mut timeline = Timeline::of_run(&run);
        site.store.for_each(&query, |track| timeline.add(&track))?;
        let count = site.store.count(&query)?;
        let top = |by: GroupBy, term: &Term| -> Result<Ranking> {
            let groups = site.store.groups(&query, &Grouping::from(by).top(RANKED))?;
            let distinct = u64::try_from(groups.len())?;
            Ok(ranking(term, &groups, distinct, count))
        };
        let view = RunView::new(run)
            .with_count(count)
            .with_timeline(timeline)
            .with_ranking(top(GroupBy::User, terms.user())?)
            .with_ranking(top(GroupBy::Task, terms.task())?);
        let tracks = site.store.query(&query.order(Order::Time).limit(OF_RUN))?;
        let page = RunPage {
            list: view.track_list().with_title(terms.track().titles()),
            view,
            tracks,
            count,
        };
        self.page(file, plan::RUNS, &page)
    }

    fn day(&mut self, day: NaiveDate) -> Result<()> {
        let Some(file) = self.plan.day(day) else {
            return Ok(());
        };
        let site = self.site;
        let Some(range) = day_range(site, day) else {
            return Ok(());
        };
        let query = site.query.clone().within(range);
        let overview = Overview::new(day.format("%A, %-d %B %Y").to_string());
        let overview = self.overview(overview, &query, None, (Charts::Hours, Lists::default()))?;
        self.page(file, plan::INDEX, &overview)
    }
}

/// From the first to the last moment of a day in the zone of a site.
fn day_range(site: &super::Site<'_>, day: NaiveDate) -> Option<tracking_core::TimeRange> {
    let start = |day: NaiveDate| {
        let utc = day.and_time(chrono::NaiveTime::MIN).and_utc();
        let utc = tracking_core::Timestamp::try_from(utc).ok()?;
        let offset = site.zone.offset_at(utc);
        let first = utc.saturating_add(chrono::TimeDelta::seconds(-i64::from(offset)));
        // Where the offset changes in between, that of the moment itself counts.
        let offset = site.zone.offset_at(first);
        Some(utc.saturating_add(chrono::TimeDelta::seconds(-i64::from(offset))))
    };
    let (first, next) = (start(day)?, start(day.succ_opt()?)?);
    Some(tracking_core::TimeRange::between(first, next.just_before()))
}

fn ranking(term: &Term, groups: &[tracking_core::Group], distinct: u64, whole: u64) -> Ranking {
    let ranking = Ranking::new(term.titles(), term.title());
    let groups = groups.iter();
    groups
        .fold(ranking, |ranking, group| {
            ranking.with_key(group.key().clone(), group.count())
        })
        .with_distinct(distinct)
        .with_whole(whole)
}

/// A run with the first of its tracks.
#[derive(Debug)]
struct RunPage {
    view: RunView,
    list: TrackList,
    tracks: Vec<tracking_core::Track>,
    count: u64,
}

impl View for RunPage {
    fn heading(&self, context: &Context<'_>) -> String {
        self.view.heading(context)
    }

    fn parts<'a>(&'a self, context: &Context<'_>) -> Vec<Part<'a>> {
        let mut parts = self.view.parts(context);
        parts.push(Part::Tracks(Box::new(self.list.clone()), &self.tracks));
        let shown = u64::try_from(self.tracks.len()).unwrap_or(u64::MAX);
        if shown < self.count {
            let (tracks, all) = (context.terms().track().many(), self.count);
            parts.push(Part::Lead(
                format!("The first {shown} of {all} {tracks}.").into(),
            ));
        }
        parts
    }
}
