//! Which pages a site has, and what their files are called.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use anyhow::Result;
use chrono::NaiveDate;
use tracking_core::{
    Group, GroupBy, GroupKey, Grouping, Order, Query, RunId, TaskId, TrackingStorage, UserName,
};

use super::file_name::FileNames;
use super::{DAYS, Site};
use crate::gather::{Distinct, period};
use tracking_core::Timestamp;

pub(super) const INDEX: &str = "index.html";
pub(super) const DAY: &str = "last-24-hours.html";
pub(super) const WEEK: &str = "last-7-days.html";
pub(super) const MONTH: &str = "last-28-days.html";
pub(super) const TASKS: &str = "tasks.html";
pub(super) const USERS: &str = "users.html";
pub(super) const RUNS: &str = "runs.html";
pub(super) const TRACKS: &str = "tracks.html";
pub(super) const BREAKDOWNS: &str = "breakdowns.html";

/// The names that get a page of their own, the largest first, and the files of these.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) query: Query,
    pub(super) numbers: Distinct,
    pub(super) period: Option<(Timestamp, Timestamp)>,
    /// The tasks with the most tracks, with how many users and runs they have.
    pub(super) tasks: Vec<Group>,
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
    /// Asks which names there are.
    pub(super) fn make(site: &Site<'_>) -> Result<Self> {
        let (store, query) = (site.store, site.query);
        let top = |by: GroupBy, other: GroupBy| {
            let grouping = Grouping::from(by).counting(other).counting(GroupBy::Run);
            store.groups(query, &grouping.top(site.top))
        };
        let tasks = top(GroupBy::Task, GroupBy::User)?;
        let users = top(GroupBy::User, GroupBy::Task)?;
        let runs = latest_runs(store, query, site.top)?;
        let days = store.groups(query, &GroupBy::Day(site.zone.clone()).into())?;
        let days = days.iter().rev().filter_map(day_of).take(DAYS);
        let days: Vec<NaiveDate> = days.collect();
        let mut names = FileNames::default();
        Ok(Self {
            query: query.clone(),
            numbers: Distinct::ask(store, query)?,
            period: period(store, query)?,
            task_files: files(&mut names, "task", tasks.iter().filter_map(task_of)),
            user_files: files(&mut names, "user", users.iter().filter_map(user_of)),
            run_files: runs
                .iter()
                .map(|run| (*run, format!("run-{run}.html")))
                .collect(),
            day_files: days
                .iter()
                .map(|day| (*day, format!("day-{day}.html")))
                .collect(),
            tasks,
            users,
            runs,
            days,
        })
    }

    /// Whether there are no tracks.
    pub(super) fn is_empty(&self) -> bool {
        self.numbers.tracks == 0
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

/// The runs of the latest tracks.
fn latest_runs(store: &dyn TrackingStorage, query: &Query, most: usize) -> Result<Vec<RunId>> {
    let mut runs: Vec<RunId> = Vec::new();
    if most > 0 {
        let latest = query.clone().order(Order::TimeDescending);
        let mut seen = std::collections::HashSet::new();
        store.visit(&latest, &mut |track| {
            if seen.insert(track.run()) {
                runs.push(track.run());
            }
            if runs.len() < most {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
    }
    Ok(runs)
}
