//! Rows, names and indexes, and what changes them.

use anyhow::Result;
use rustc_hash::FxHashMap;

use super::arena::Arena;
use super::chains::Chains;
use super::index::Lists;
use super::intern::Intern;
use super::merge::{merge, page_of};
use super::rows::{NONE, Row};
use super::times::Times;
use crate::contender::{Payload, Triple, View};
use crate::work::Entry;

#[derive(Default)]
pub(super) struct State {
    pub(super) tasks: Intern,
    pub(super) users: Intern,
    pub(super) pages: Intern,
    pub(super) runs: FxHashMap<u64, u32>,
    run_ids: Vec<u64>,
    pub(super) rows: Vec<Row>,
    /// One bit per track; removed tracks stay in the lists.
    pub(super) alive: Vec<u64>,
    /// The number of tracks of each task.
    pub(super) live: Vec<u32>,
    pub(super) sorted_tasks: Vec<u32>,
    pub(super) lists: Lists,
    pub(super) times: Times,
    pub(super) chains: Chains,
    arena: Arena,
}

impl State {
    pub(super) fn is_alive(&self, number: u32) -> bool {
        self.alive[number as usize / 64] >> (number % 64) & 1 == 1
    }

    pub(super) fn view(&self, number: u32) -> View<'_> {
        let row = self.rows[number as usize];
        View {
            id: u64::from(number) + 1,
            task: self.tasks.name(row.task),
            run: self.run_ids[row.run as usize],
            user: self.users.name(row.user),
            time: row.time,
            data: Payload::Text(self.arena.text(row.data)),
        }
    }

    pub(super) fn insert(&mut self, entry: &Entry<'_>, text: &str) {
        let number = self.rows.len() as u32;
        let (task, is_new) = self.tasks.number(entry.task);
        let row = Row {
            time: entry.time,
            data: self.arena.put(text),
            task,
            user: self.users.number(entry.user).0,
            run: self.run_number(entry.run),
            page: page_of(text).map_or(NONE, |page| self.pages.number(&page).0),
        };
        self.rows.push(row);
        if number.is_multiple_of(64) {
            self.alive.push(0);
        }
        self.alive[number as usize / 64] |= 1 << (number % 64);
        if is_new {
            self.live.push(0);
            let before = |other: &u32| self.tasks.name(*other) < entry.task;
            let place = self.sorted_tasks.partition_point(before);
            self.sorted_tasks.insert(place, task);
        }
        self.index(number);
    }

    fn run_number(&mut self, run: u64) -> u32 {
        let next = self.run_ids.len() as u32;
        let number = *self.runs.entry(run).or_insert(next);
        if number == next {
            self.run_ids.push(run);
        }
        number
    }

    fn index(&mut self, number: u32) {
        let row = self.rows[number as usize];
        self.lists.add(number, &row);
        self.live[row.task as usize] += 1;
        self.times.insert((row.time, number), &self.rows);
        self.chains.link(number, &self.rows);
        if self.chains.link_pair(number, &self.rows) {
            self.lists.add_user(&row);
        }
    }

    /// The last track of task, run and user.
    pub(super) fn head(&self, triple: Triple<'_>) -> Option<u32> {
        let task = self.tasks.find(triple.task)?;
        let user = self.users.find(triple.user)?;
        let run = *self.runs.get(&triple.run)?;
        self.chains.head(task, run, user, &self.rows)
    }

    pub(super) fn update(&mut self, number: u32, time: i64, text: &str) -> Result<()> {
        let old = self.rows[number as usize];
        let merged = merge(self.arena.text(old.data), text)?;
        self.rows[number as usize].data = self.arena.put(&merged);
        if time != old.time {
            self.times.remove((old.time, number), &self.rows);
            self.chains.unlink(number, &self.rows);
            self.rows[number as usize].time = time;
            self.chains.link(number, &self.rows);
            self.times.insert((time, number), &self.rows);
        }
        // Only a change that names the indexed field can change it.
        if let Some(page) = page_of(text) {
            let page = self.pages.number(&page).0;
            if page != old.page {
                // The entry in the old list stays and is skipped.
                self.rows[number as usize].page = page;
                self.lists.add_page(number, page);
            }
        }
        Ok(())
    }

    pub(super) fn remove(&mut self, number: u32) {
        if number as usize >= self.rows.len() || !self.is_alive(number) {
            return;
        }
        let row = self.rows[number as usize];
        self.alive[number as usize / 64] &= !(1 << (number % 64));
        self.live[row.task as usize] -= 1;
        self.times.remove((row.time, number), &self.rows);
        self.chains.unlink(number, &self.rows);
    }

    pub(super) fn reindex(&mut self) {
        self.lists.clear();
        self.live.fill(0);
        self.times = Times::default();
        self.chains.clear();
        for number in 0..self.rows.len() as u32 {
            if self.is_alive(number) {
                // Parsed again, as a change of the indexed fields would need.
                let page = page_of(self.arena.text(self.rows[number as usize].data));
                let page = page.map_or(NONE, |page| self.pages.number(&page).0);
                self.rows[number as usize].page = page;
                self.index(number);
            }
        }
    }
}
