//! The pages of single tasks, users, runs and days.

use anyhow::Result;
use chrono::{NaiveDate, NaiveTime};
use tracking_core::{
    GroupBy, Grouping, Order, Query, RunId, RunSelector, TaskId, TimeRange, TrackingStorageExt,
    UserName,
};
use tracking_views::{Context, Overview, Part, Ranking, RunView, Term, Timeline, TrackList, View};

use super::plan::{self, task_of, user_of};
use super::{Pages, RANKING_ROWS};
use crate::args::{PerArg, ZoneChoice};
use crate::dashboard::Lists;
use crate::queries::{Charts, Distinct, Summary, SummaryRequest};
use crate::subject::Subject;
use crate::{rankings, web};

/// The number of the latest tracks on the page of a task or a user.
const NEWEST: usize = 20;
/// The most tracks on the page of a run.
const MAX_RUN_TRACKS: usize = 200;

impl Pages<'_> {
    pub(super) fn subjects(&mut self) -> Result<()> {
        let plan = self.plan;
        for task in plan.tasks.iter().chain(&plan.assets).filter_map(task_of) {
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

    /// The summary of a task, or of a user.
    fn sums(&self, query: &Query, (tasks, users): (usize, usize)) -> Result<Summary> {
        let wanted = SummaryRequest {
            tasks,
            users,
            runs: RANKING_ROWS,
            newest: NEWEST,
            charts: Charts::Days,
            is_web: self.site.is_web,
        };
        Summary::query(self.site.store, query, self.site.zone, wanted)
    }

    fn subject<'s>(&'s self, sums: &'s Summary) -> Result<Subject<'s>> {
        let shown = (self.site.terms, PerArg::default().of(&sums.days));
        Ok(Subject {
            query: self.list_query(),
            ..Subject::new(self.site.store, sums, shown, RANKING_ROWS)?
        })
    }

    fn task(&mut self, task: &TaskId) -> Result<()> {
        let Some(file) = self.plan.task(task) else {
            return Ok(());
        };
        let query = self.site.query.clone().task(task.as_str());
        let sums = self.sums(&query, (0, RANKING_ROWS))?;
        let view = self.subject(&sums)?.task(task.clone());
        let is_asset = self.site.is_web && web::is_asset(task);
        let place = if is_asset { plan::ASSETS } else { plan::TASKS };
        self.page(file, place, &view)
    }

    fn user(&mut self, user: &UserName) -> Result<()> {
        let Some(file) = self.plan.user(user) else {
            return Ok(());
        };
        let query = self.site.query.clone().user(user.as_str());
        let sums = self.sums(&query, (RANKING_ROWS, 0))?;
        let view = self.subject(&sums)?.user(user.clone());
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
        let numbers = Distinct::query(site.store, &query, site.is_web)?;
        let count = numbers.tracks;
        let top = |query: &Query, by: GroupBy, (term, distinct): (&Term, u64)| -> Result<Ranking> {
            let groups = site
                .store
                .groups(query, &Grouping::from(by).top(RANKING_ROWS))?;
            let distinct = (distinct, count);
            Ok(rankings::of_names(term.titles(), term, &groups, distinct))
        };
        let pages = if site.is_web {
            web::pages(query.clone())
        } else {
            query.clone()
        };
        let users = (terms.user(), numbers.users);
        let tasks = (terms.task(), numbers.pages);
        let view = RunView::new(run)
            .with_count(count)
            .with_timeline(timeline)
            .with_ranking(top(&query, GroupBy::User, users)?)
            .with_ranking(top(&pages, GroupBy::Task, tasks)?);
        let tracks = site
            .store
            .query(&query.order(Order::Time).limit(MAX_RUN_TRACKS))?;
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
        let Some(range) = day_range(self.site.zone_choice, day) else {
            return Ok(());
        };
        let query = self.site.query.clone().within(range);
        let overview = Overview::new(day.format("%A, %-d %B %Y").to_string());
        let overview = self.overview(overview, &query, None, (Charts::Hours, Lists::default()))?;
        self.page(file, plan::INDEX, &overview)
    }
}

/// From the first to the last moment of a day in a zone. A day whose midnight lies in a gap, where
/// clocks are put forward, begins after the gap.
fn day_range(zone: ZoneChoice, day: NaiveDate) -> Option<TimeRange> {
    let start = |day: NaiveDate| zone.first_at(day.and_time(NaiveTime::MIN));
    let next = day.succ_opt()?;
    Some(TimeRange::between(start(day), start(next).just_before()))
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
                format!("Showing the first {shown} {tracks}, of {all}.").into(),
            ));
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_after_a_gap_at_midnight() {
        let range = |zone: &str, day: &str| {
            let range = day_range(zone.parse().unwrap(), day.parse().unwrap()).unwrap();
            (range.from().to_string(), range.to().to_string())
        };
        for (zone, day, from, to) in [
            // Clocks went from 00:00 to 01:00.
            (
                "America/Sao_Paulo",
                "2018-11-04",
                "2018-11-04T03:00:00Z",
                "2018-11-05T01:59:59.999999Z",
            ),
            (
                "America/Sao_Paulo",
                "2018-11-03",
                "2018-11-03T03:00:00Z",
                "2018-11-04T02:59:59.999999Z",
            ),
            (
                "Asia/Beirut",
                "2022-03-27",
                "2022-03-26T22:00:00Z",
                "2022-03-27T20:59:59.999999Z",
            ),
            (
                "Europe/Berlin",
                "2026-10-25",
                "2026-10-24T22:00:00Z",
                "2026-10-25T22:59:59.999999Z",
            ),
        ] {
            let expected = (from.to_owned(), to.to_owned());
            assert_eq!(range(zone, day), expected, "{zone} {day}");
        }
    }
}
