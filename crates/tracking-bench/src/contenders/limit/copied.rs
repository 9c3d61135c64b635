//! Tracks that are copied before the lock is released, as an interface without a lock requires.

use crate::contender::{Payload, View, Visitor};

/// A track whose texts follow each other in [`Copied::text`].
struct Part {
    id: u64,
    run: u64,
    time: i64,
    task: u32,
    user: u32,
    data: u32,
}

/// Tracks with their names and the text of their data.
#[derive(Default)]
pub(super) struct Copied {
    parts: Vec<Part>,
    text: String,
}

impl Copied {
    pub(super) fn with_capacity(tracks: usize) -> Self {
        Self {
            parts: Vec::with_capacity(tracks),
            text: String::with_capacity(tracks * 64),
        }
    }

    pub(super) fn push(&mut self, view: &View<'_>) {
        let Payload::Text(data) = view.data else {
            return;
        };
        for text in [view.task, view.user, data] {
            self.text.push_str(text);
        }
        self.parts.push(Part {
            id: view.id,
            run: view.run,
            time: view.time,
            task: view.task.len() as u32,
            user: view.user.len() as u32,
            data: data.len() as u32,
        });
    }

    pub(super) fn visit(&self, visitor: Visitor<'_>) {
        let mut text = self.text.as_str();
        let mut next = |len: u32| {
            let (this, rest) = text.split_at(len as usize);
            text = rest;
            this
        };
        for part in &self.parts {
            visitor(View {
                id: part.id,
                task: next(part.task),
                run: part.run,
                user: next(part.user),
                time: part.time,
                data: Payload::Text(next(part.data)),
            });
        }
    }
}
