//! The pages of a site and their files.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::NaiveDate;
use tracking_core::{
    Group, GroupBy, GroupKey, Grouping, Query, RunId, TaskId, Timestamp, UserName,
};

use super::file_name::{FileNames, day_file, run_file};
use super::options::Site;
use crate::queries::{Distinct, latest_runs, period};
use crate::web;

pub(super) const INDEX: &str = "index.html";
pub(super) const DAY: &str = "last-24-hours.html";
pub(super) const WEEK: &str = "last-7-days.html";
pub(super) const MONTH: &str = "last-28-days.html";
pub(super) const TASKS: &str = "tasks.html";
pub(super) const ASSETS: &str = "assets.html";
pub(super) const USERS: &str = "users.html";
pub(super) const RUNS: &str = "runs.html";
pub(super) const TRACKS: &str = "tracks.html";
pub(super) const BREAKDOWNS: &str = "breakdowns.html";

/// The most days that get a page of their own.
const MAX_DAYS: usize = 31;

/// The names that get a page of their own, the largest first, and their files.
#[derive(Debug)]
pub(super) struct Plan {
    /// The criteria that were given.
    pub(super) criteria: Query,
    pub(super) numbers: Distinct,
    pub(super) period: Option<(Timestamp, Timestamp)>,
    /// The tasks with the most tracks, with how many users and runs they have; of a web log, only
    /// pages.
    pub(super) tasks: Vec<Group>,
    /// The assets of a web log with the most requests, likewise.
    pub(super) assets: Vec<Group>,
    /// How many different assets there are.
    pub(super) distinct_assets: u64,
    /// The users with the most tracks, with how many tasks and runs they have.
    pub(super) users: Vec<Group>,
    /// The runs of the latest tracks, the newest first.
    pub(super) runs: Vec<RunId>,
    /// The latest days that have tracks.
    pub(super) days: Vec<NaiveDate>,
    task_files: BTreeMap<TaskId, String>,
    user_files: BTreeMap<UserName, String>,
    run_files: BTreeMap<RunId, String>,
    day_files: BTreeMap<NaiveDate, String>,
}

impl Plan {
    /// Queries the names.
    pub(super) fn make(site: &Site<'_>) -> Result<Self> {
        let (store, query) = (site.store, site.query);
        let top = |query: &Query, by: GroupBy, other: GroupBy| {
            let grouping = Grouping::from(by).counting(other).counting(GroupBy::Run);
            store.groups(query, &grouping.top(site.top))
        };
        let pages = if site.is_web {
            web::pages(query.clone())
        } else {
            query.clone()
        };
        let tasks = top(&pages, GroupBy::Task, GroupBy::User)?;
        let (assets, distinct_assets) = if site.is_web {
            let of_assets = web::only_assets(query.clone());
            let assets = top(&of_assets, GroupBy::Task, GroupBy::User)?;
            (assets, Distinct::query(store, &of_assets, false)?.tasks)
        } else {
            (Vec::new(), 0)
        };
        let users = top(query, GroupBy::User, GroupBy::Task)?;
        let users = if site.is_web {
            with_pages(site, &pages, users)?
        } else {
            users
        };
        let runs = latest_runs(store, query, site.top)?;
        let days = store.groups(query, &GroupBy::Day(site.zone.clone()).into())?;
        let days = days.iter().rev().filter_map(day_of).take(MAX_DAYS);
        let days: Vec<NaiveDate> = days.collect();
        let mut names = FileNames::default();
        Ok(Self {
            criteria: site.criteria.clone(),
            numbers: Distinct::query(store, query, site.is_web)?,
            period: period(store, query)?,
            task_files: files(
                &mut names,
                "task",
                tasks.iter().chain(&assets).filter_map(task_of),
            ),
            user_files: files(&mut names, "user", users.iter().filter_map(user_of)),
            run_files: runs.iter().map(|run| (*run, run_file(*run))).collect(),
            day_files: days.iter().map(|day| (*day, day_file(*day))).collect(),
            tasks,
            assets,
            distinct_assets,
            users,
            runs,
            days,
        })
    }

    /// Whether there are no tracks.
    pub(super) fn is_empty(&self) -> bool {
        self.numbers.tracks == 0
    }

    /// Whether there is a list of assets.
    pub(super) fn has_assets(&self) -> bool {
        !self.assets.is_empty()
    }

    pub(super) fn task(&self, task: &str) -> Option<&str> {
        self.task_files.get(task).map(String::as_str)
    }

    pub(super) fn user(&self, user: &str) -> Option<&str> {
        self.user_files.get(user).map(String::as_str)
    }

    pub(super) fn run(&self, run: RunId) -> Option<&str> {
        self.run_files.get(&run).map(String::as_str)
    }

    pub(super) fn day(&self, day: NaiveDate) -> Option<&str> {
        self.day_files.get(&day).map(String::as_str)
    }
}

fn files<N: Ord + AsRef<str>>(
    names: &mut FileNames,
    kind: &str,
    of: impl Iterator<Item = N>,
) -> BTreeMap<N, String> {
    of.map(|name| {
        let file = names.take(kind, name.as_ref());
        (name, file)
    })
    .collect()
}

pub(super) fn task_of(group: &Group) -> Option<TaskId> {
    match group.key() {
        GroupKey::Task(task) => Some(task.clone()),
        _ => None,
    }
}

pub(super) fn user_of(group: &Group) -> Option<UserName> {
    match group.key() {
        GroupKey::User(user) => Some(user.clone()),
        _ => None,
    }
}

fn day_of(group: &Group) -> Option<NaiveDate> {
    match group.key() {
        GroupKey::Day(day) => Some(*day),
        _ => None,
    }
}

/// Users with the number of their pages instead of that of all their tasks.
fn with_pages(site: &Site<'_>, pages: &Query, users: Vec<Group>) -> Result<Vec<Group>> {
    let names = users.iter().filter_map(user_of);
    let query = pages
        .clone()
        .users(names.map(|name| name.as_str().to_owned()));
    let by = Grouping::from(GroupBy::User).counting(GroupBy::Task);
    let counted = site.store.groups(&query, &by)?;
    let numbers: BTreeMap<&GroupKey, u64> = counted
        .iter()
        .filter_map(|group| Some((group.key(), *group.distinct_counts().first()?)))
        .collect();
    let with = |user: Group| {
        let pages = numbers.get(user.key()).copied().unwrap_or(0);
        let runs = user.distinct_counts().get(1).copied().unwrap_or(0);
        user.with_distinct(vec![pages, runs])
    };
    Ok(users.into_iter().map(with).collect())
}
