//! Selects the tracks of a query.

use super::rows::Row;
use super::state::State;
use crate::contender::Question;

/// A query with interned names.
struct Criteria {
    tasks: Vec<u32>,
    user: Option<u32>,
    run: Option<u32>,
    page: Option<u32>,
    times: Option<(i64, i64)>,
}

impl Criteria {
    fn fits(&self, row: &Row) -> bool {
        (self.tasks.is_empty() || self.tasks.contains(&row.task))
            && self.user.is_none_or(|user| user == row.user)
            && self.run.is_none_or(|run| run == row.run)
            && self.page.is_none_or(|page| page == row.page)
            && self
                .times
                .is_none_or(|(from, to)| (from..=to).contains(&row.time))
    }
}

/// An access path, with an estimate of its length.
#[derive(Clone, Copy)]
enum AccessPath {
    Tasks,
    User(u32),
    Run(u32),
    Page(u32),
    Times(i64, i64),
    Pair(u32, u32),
    All,
}

/// An unknown name.
struct Unknown;

fn known<T>(name: Option<T>, find: impl FnOnce(T) -> Option<u32>) -> Result<Option<u32>, Unknown> {
    name.map(|name| find(name).ok_or(Unknown)).transpose()
}

impl State {
    /// Track numbers in order: it walks the shortest list and checks the rest in the rows.
    pub(super) fn select(&self, question: &Question<'_>) -> Vec<u32> {
        let mut numbers = Vec::new();
        if let Some(triple) = question.as_triple() {
            if let Some(head) = self.head(triple) {
                numbers.extend(self.chains.along(head));
            }
            numbers.reverse();
            numbers.sort_unstable();
        } else if let Ok(criteria) = self.criteria(question) {
            self.walk(&criteria, &mut numbers);
        }
        numbers
    }

    fn criteria(&self, question: &Question<'_>) -> Result<Criteria, Unknown> {
        let tasks = question.tasks.iter();
        let tasks: Vec<u32> = tasks.filter_map(|task| self.tasks.find(task)).collect();
        if tasks.is_empty() && !question.tasks.is_empty() {
            return Err(Unknown);
        }
        Ok(Criteria {
            tasks,
            user: known(question.user, |user| self.users.find(user))?,
            run: known(question.run, |run| self.runs.get(&run).copied())?,
            page: known(question.page, |page| self.pages.find(page))?,
            times: question.times,
        })
    }

    fn shortest(&self, criteria: &Criteria) -> AccessPath {
        let lists = &self.lists;
        let task_length = |task: &u32| lists.by_task[*task as usize].len();
        let mut best = (usize::MAX, AccessPath::All);
        let mut offer = |length, path| {
            if length < best.0 {
                best = (length, path);
            }
        };
        if !criteria.tasks.is_empty() {
            offer(
                criteria.tasks.iter().map(task_length).sum(),
                AccessPath::Tasks,
            );
        }
        if let Some(user) = criteria.user {
            offer(lists.by_user[user as usize].len(), AccessPath::User(user));
        }
        if let Some(run) = criteria.run {
            offer(lists.by_run[run as usize].len(), AccessPath::Run(run));
        }
        if let Some(page) = criteria.page {
            offer(
                lists.by_page.get(page as usize).map_or(0, Vec::len),
                AccessPath::Page(page),
            );
        }
        if let Some((from, to)) = criteria.times {
            offer(self.times.estimate(from, to), AccessPath::Times(from, to));
        }
        if let (&[task], Some(user)) = (&*criteria.tasks, criteria.user) {
            // The chain is much shorter than either list.
            let length = task_length(&task).min(lists.by_user[user as usize].len());
            offer(length / 8, AccessPath::Pair(task, user));
        }
        best.1
    }

    fn walk(&self, criteria: &Criteria, out: &mut Vec<u32>) {
        let keep =
            |number: &u32| self.is_alive(*number) && criteria.fits(&self.rows[*number as usize]);
        let lists = &self.lists;
        let mut take = |list: &[u32]| out.extend(list.iter().copied().filter(keep));
        match self.shortest(criteria) {
            AccessPath::Tasks => {
                for task in &criteria.tasks {
                    take(&lists.by_task[*task as usize]);
                }
                if criteria.tasks.len() > 1 {
                    out.sort_unstable();
                    out.dedup();
                }
            }
            AccessPath::User(user) => take(&lists.by_user[user as usize]),
            AccessPath::Run(run) => take(&lists.by_run[run as usize]),
            AccessPath::Page(page) => {
                take(lists.by_page.get(page as usize).map_or(&[], Vec::as_slice));
            }
            AccessPath::Times(from, to) => {
                self.times.range(from, to, &self.rows, out);
                out.retain(keep);
                out.sort_unstable();
            }
            AccessPath::Pair(task, user) => {
                out.extend(self.chains.pair(task, user, &self.rows).filter(keep));
                out.reverse();
            }
            AccessPath::All => out.extend((0..self.rows.len() as u32).filter(keep)),
        }
    }

    /// The users of a task, sorted.
    pub(super) fn user_names(&self, task: &str) -> Vec<&str> {
        let task = self.tasks.find(task);
        let users = task.and_then(|task| self.lists.task_users.get(task as usize));
        let mut names: Vec<&str> = users
            .into_iter()
            .flatten()
            .map(|user| self.users.name(*user))
            .collect();
        names.sort_unstable();
        names
    }

    pub(super) fn task_ids(&self) -> impl Iterator<Item = &str> {
        self.sorted_tasks.iter().map(|task| self.tasks.name(*task))
    }

    pub(super) fn count_by_task(
        &self,
        times: Option<(i64, i64)>,
        visitor: &mut dyn FnMut(&str, u64),
    ) {
        let counted;
        let counts = match times {
            None => &self.live,
            Some((from, to)) => {
                counted = self.count_within(from, to);
                &counted
            }
        };
        for (task, count) in (0_u32..).zip(counts) {
            if *count > 0 {
                visitor(self.tasks.name(task), u64::from(*count));
            }
        }
    }

    /// A scan without branches.
    fn count_within(&self, from: i64, to: i64) -> Vec<u32> {
        let mut counts = vec![0; self.live.len()];
        for (rows, bits) in self.rows.chunks(64).zip(&self.alive) {
            for (place, row) in rows.iter().enumerate() {
                let within = u32::from((from..=to).contains(&row.time));
                counts[row.task as usize] += within & (bits >> place) as u32 & 1;
            }
        }
        counts
    }
}
