//! The list of tracks and the sets of ids.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

use super::Track;
use crate::contender::{Question, Triple};

type Ids = BTreeSet<u64>;

static NONE: Ids = Ids::new();

/// Tracks at the place of their id, and what finds them.
#[derive(Default)]
pub(super) struct State {
    tracks: Vec<Option<Track>>,
    by_task: HashMap<String, Ids>,
    by_run: HashMap<u64, Ids>,
    by_user: HashMap<String, Ids>,
    by_time: BTreeSet<(i64, u64)>,
    by_page: HashMap<String, Ids>,
    task_users: BTreeMap<String, BTreeSet<String>>,
}

fn add<K, Q>(sets: &mut HashMap<K, Ids>, key: &Q, id: u64)
where
    K: Hash + Eq + Borrow<Q>,
    Q: Hash + Eq + ToOwned<Owned = K> + ?Sized,
{
    match sets.get_mut(key) {
        Some(ids) => drop(ids.insert(id)),
        None => drop(sets.insert(key.to_owned(), Ids::from([id]))),
    }
}

fn take<K: Hash + Eq + Borrow<Q>, Q: Hash + Eq + ?Sized>(
    sets: &mut HashMap<K, Ids>,
    key: &Q,
    id: u64,
) {
    if let Some(ids) = sets.get_mut(key) {
        ids.remove(&id);
    }
}

fn place(id: u64) -> usize {
    (id as usize).wrapping_sub(1)
}

impl State {
    fn get(&self, id: u64) -> Option<&Track> {
        self.tracks.get(place(id))?.as_ref()
    }

    pub(super) fn insert(&mut self, track: Track) {
        let id = self.tracks.len() as u64 + 1;
        let track = Track { id, ..track };
        self.index(&track);
        self.tracks.push(Some(track));
    }

    fn index(&mut self, track: &Track) {
        add(&mut self.by_task, track.task.as_str(), track.id);
        add(&mut self.by_run, &track.run, track.id);
        add(&mut self.by_user, track.user.as_str(), track.id);
        self.by_time.insert((track.time, track.id));
        if let Some(page) = track.page() {
            add(&mut self.by_page, page, track.id);
        }
        match self.task_users.get_mut(&track.task) {
            Some(users) if users.contains(&track.user) => {}
            Some(users) => drop(users.insert(track.user.clone())),
            None => drop(
                self.task_users
                    .insert(track.task.clone(), [track.user.clone()].into()),
            ),
        }
    }

    pub(super) fn last(&self, triple: Triple<'_>) -> Option<&Track> {
        let ids = self.by_run.get(&triple.run).into_iter().flatten();
        let of_triple = |track: &&Track| track.task == triple.task && track.user == triple.user;
        ids.filter_map(|id| self.get(*id))
            .filter(of_triple)
            .max_by_key(|track| (track.time, track.id))
    }

    /// Merges into the last track of the same task, run and user, or inserts.
    pub(super) fn update_last(&mut self, new: Track) {
        let last = self.last(Triple {
            task: &new.task,
            run: new.run,
            user: &new.user,
        });
        match last.map(|track| track.id) {
            Some(id) => self.update(id, new),
            None => self.insert(new),
        }
    }

    fn update(&mut self, id: u64, new: Track) {
        let Some(track) = self.tracks.get_mut(place(id)).and_then(Option::as_mut) else {
            return;
        };
        self.by_time.remove(&(track.time, id));
        self.by_time.insert((new.time, id));
        track.time = new.time;
        if let Some(page) = new.page()
            && track.page() != Some(page)
        {
            if let Some(before) = track.page() {
                take(&mut self.by_page, before, id);
            }
            add(&mut self.by_page, page, id);
        }
        track.data.extend(new.data);
    }

    pub(super) fn remove(&mut self, id: u64) {
        let Some(track) = self.tracks.get_mut(place(id)).and_then(Option::take) else {
            return;
        };
        take(&mut self.by_task, track.task.as_str(), id);
        take(&mut self.by_run, &track.run, id);
        take(&mut self.by_user, track.user.as_str(), id);
        self.by_time.remove(&(track.time, id));
        if let Some(page) = track.page() {
            take(&mut self.by_page, page, id);
        }
    }

    pub(super) fn reindex(&mut self) {
        let tracks = std::mem::take(&mut self.tracks);
        *self = Self::default();
        tracks.iter().flatten().for_each(|track| self.index(track));
        self.tracks = tracks;
    }

    /// Walks the smallest set and clones what fits.
    pub(super) fn select(&self, question: &Question<'_>) -> Vec<Track> {
        let wanted = |id: &u64| self.get(*id).filter(|track| fits(question, track)).cloned();
        if let Some(ids) = self.smallest(question) {
            return ids.iter().filter_map(wanted).collect();
        }
        if question.tasks.is_empty() {
            let (from, to) = question.times.unwrap_or((i64::MIN, i64::MAX));
            let within = self.by_time.range((from, 0)..=(to, u64::MAX));
            let ids: Ids = within.map(|(_, id)| *id).collect();
            return ids.iter().filter_map(wanted).collect();
        }
        let sets = question
            .tasks
            .iter()
            .filter_map(|task| self.by_task.get(*task));
        let ids: Ids = sets.flatten().copied().collect();
        ids.iter().filter_map(wanted).collect()
    }

    fn smallest(&self, question: &Question<'_>) -> Option<&Ids> {
        let mut sets: Vec<Option<&Ids>> = Vec::new();
        if let [task] = *question.tasks {
            sets.push(self.by_task.get(task));
        }
        if let Some(user) = question.user {
            sets.push(self.by_user.get(user));
        }
        if let Some(run) = question.run {
            sets.push(self.by_run.get(&run));
        }
        if let Some(page) = question.page {
            sets.push(self.by_page.get(page));
        }
        let sets = sets.into_iter().map(|ids| ids.unwrap_or(&NONE));
        sets.min_by_key(|ids| ids.len())
    }

    pub(super) fn user_names(&self, task: &str) -> Vec<String> {
        let names = self.task_users.get(task).into_iter().flatten();
        names.cloned().collect()
    }

    pub(super) fn task_ids(&self) -> Vec<String> {
        self.task_users.keys().cloned().collect()
    }

    pub(super) fn count_by_task(&self, times: Option<(i64, i64)>, look: &mut dyn FnMut(&str, u64)) {
        let Some((from, to)) = times else {
            let counts = self.by_task.iter().filter(|(_, ids)| !ids.is_empty());
            counts.for_each(|(task, ids)| look(task, ids.len() as u64));
            return;
        };
        let mut counts: HashMap<&str, u64> = HashMap::new();
        for track in self.tracks.iter().flatten() {
            if (from..=to).contains(&track.time) {
                *counts.entry(&track.task).or_default() += 1;
            }
        }
        for (task, count) in counts {
            look(task, count);
        }
    }
}

fn fits(question: &Question<'_>, track: &Track) -> bool {
    (question.tasks.is_empty() || question.tasks.contains(&track.task.as_str()))
        && question.user.is_none_or(|user| user == track.user)
        && question.run.is_none_or(|run| run == track.run)
        && question
            .times
            .is_none_or(|(from, to)| (from..=to).contains(&track.time))
        && question.page.is_none_or(|page| track.page() == Some(page))
}
