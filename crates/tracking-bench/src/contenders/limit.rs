//! The limit of safe Rust: interned names, a row of 32 bytes a track, data as bytes in
//! an arena, posting lists of `u32`, chains for the composite keys.
//!
//! It is a yardstick, not a store: visitors borrow tracks under its lock, there are no errors, nothing
//! is rolled back, and removed tracks stay in its lists until all are rebuilt.
//!
//! - Per task, run and user there is a chain by time and id, newest first; its head *is* the
//!   last track. Per task and user there is one by id.
//! - Time: track numbers in blocks, most are appended at the end.

#![expect(
    clippy::indexing_slicing,
    reason = "bounds checks that panic are part of what is measured; nobody's data is at stake"
)]

mod arena;
mod chains;
mod copied;
mod index;
mod intern;
mod merge;
mod rows;
mod select;
mod state;
mod times;

use anyhow::Result;
use parking_lot::RwLock;

use crate::contender::{Action, Contender, Parts, Question, Triple, Visitor};
use crate::work::Entry;
use copied::Copied;
pub(super) use merge::merge;
use state::State;

/// The state behind one lock.
#[derive(Default)]
pub(super) struct LimitRows(RwLock<State>);

impl Contender for LimitRows {
    fn bulk<'a>(&'a self, entries: &[Entry<'a>]) -> Result<Action<'a>> {
        let inputs: Vec<(Entry<'a>, String)> =
            entries.iter().map(|entry| (*entry, entry.text())).collect();
        Ok(Box::new(move || {
            let mut state = self.0.write();
            for (entry, text) in &inputs {
                state.insert(entry, text);
            }
            Ok(())
        }))
    }

    fn save<'a>(&'a self, entry: &Entry<'a>) -> Result<Action<'a>> {
        let (entry, text) = (*entry, entry.text());
        Ok(Box::new(move || {
            self.0.write().insert(&entry, &text);
            Ok(())
        }))
    }

    fn update<'a>(&'a self, entry: &Entry<'a>) -> Result<Action<'a>> {
        let (entry, text) = (*entry, entry.text());
        Ok(Box::new(move || {
            let mut state = self.0.write();
            match state.head(entry.into()) {
                Some(number) => state.update(number, entry.time, &text)?,
                None => state.insert(&entry, &text),
            }
            Ok(())
        }))
    }

    fn removal<'a>(&'a self, ids: &'a [u64]) -> Result<Action<'a>> {
        Ok(Box::new(move || {
            let mut state = self.0.write();
            for id in ids {
                state.remove(*id as u32 - 1);
            }
            Ok(())
        }))
    }

    fn reindex(&self) -> Result<()> {
        self.0.write().reindex();
        Ok(())
    }

    fn last(&self, triple: Triple<'_>, visitor: Visitor<'_>) -> Result<()> {
        let state = self.0.read();
        if let Some(number) = state.head(triple) {
            visitor(state.view(number));
        }
        Ok(())
    }

    fn visit(&self, question: &Question<'_>, visitor: Visitor<'_>) -> Result<()> {
        let state = self.0.read();
        let numbers = state.select(question);
        for number in numbers {
            visitor(state.view(number));
        }
        Ok(())
    }

    fn visit_paged(
        &self,
        question: &Question<'_>,
        page: usize,
        visitor: Visitor<'_>,
    ) -> Result<()> {
        let numbers = self.0.read().select(question);
        for part in numbers.chunks(page) {
            let state = self.0.read();
            let alive = part.iter().filter(|number| state.is_alive(**number));
            alive.for_each(|number| visitor(state.view(*number)));
        }
        Ok(())
    }

    fn user_names(&self, task: &str, visitor: &mut dyn FnMut(&str)) -> Result<()> {
        let state = self.0.read();
        state.user_names(task).into_iter().for_each(visitor);
        Ok(())
    }

    fn task_ids(&self, visitor: &mut dyn FnMut(&str)) -> Result<()> {
        self.0.read().task_ids().for_each(visitor);
        Ok(())
    }

    fn count_by_task(
        &self,
        times: Option<(i64, i64)>,
        visitor: &mut dyn FnMut(&str, u64),
    ) -> Result<()> {
        self.0.read().count_by_task(times, visitor);
        Ok(())
    }
}

impl Parts for LimitRows {
    fn last_copied(&self, triple: Triple<'_>, visitor: Visitor<'_>) -> Result<bool> {
        let mut copied = Copied::with_capacity(1);
        let state = self.0.read();
        if let Some(number) = state.head(triple) {
            copied.push(&state.view(number));
        }
        drop(state);
        copied.visit(visitor);
        Ok(true)
    }

    fn visit_copied(&self, question: &Question<'_>, visitor: Visitor<'_>) -> Result<bool> {
        let state = self.0.read();
        let numbers = state.select(question);
        let mut copied = Copied::with_capacity(numbers.len());
        for number in numbers {
            copied.push(&state.view(number));
        }
        drop(state);
        copied.visit(visitor);
        Ok(true)
    }
}
