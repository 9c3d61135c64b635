//! Tracks that have been picked for a visitor, and no longer need the lock.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::sync::Arc;

use tracking_core::{
    Cursor, DataRef, Order, Page, Query, Result, RunId, TaskId, TrackId, TrackRef, UserName,
    Visitor,
};

use crate::interner::NamesById;
use crate::numbers::TrackNo;
use crate::plan::Plan;
use crate::rows::{Row, corrupt};
use crate::select::select;
use crate::state::State;

/// How much data collected tracks share. Whoever keeps one of them keeps that much, so it is not
/// much.
const SHARED_TEXT_SIZE: usize = 4096;

/// How much room a thread keeps for its next answer, in tracks and in bytes of their data.
const MAX_SPARE: (usize, usize) = (1024, 65_536);

thread_local! {
    /// Room that the last answer on this thread has left for the next one: most answers are
    /// small, and finding new room takes as long as filling it.
    static SPARE: Cell<Option<Buffer>> = const { Cell::new(None) };
}

/// Tracks copied closely together, the names that they share with the store, and whether the
/// query has more than these.
#[derive(Debug)]
pub(crate) struct ResultSet {
    buffer: Buffer,
    tasks: NamesById<TaskId>,
    users: NamesById<UserName>,
    more: bool,
}

/// Where tracks are copied to: their data in one text.
#[derive(Debug, Default)]
struct Buffer {
    rows: Vec<(TrackNo, Row)>,
    text: String,
}

impl ResultSet {
    /// Picks what a query asks for, up to its limit.
    pub(crate) fn pick(state: &State, query: &Query) -> Result<Self> {
        let plan = Plan::new(state, query);
        let limit = query.max_tracks().unwrap_or(usize::MAX);
        let mut picked = Self {
            // A visitor may ask the store in turn, and then finds none.
            buffer: SPARE.take().unwrap_or_default(),
            tasks: state.tasks.snapshot(),
            users: state.users.snapshot(),
            more: false,
        };
        let Self { buffer, more, .. } = &mut picked;
        buffer.rows.reserve(plan.size_hint().min(limit));
        select(state, query, &plan, &mut |number, row: &Row| {
            if buffer.rows.len() == limit {
                *more = true;
                return ControlFlow::Break(());
            }
            buffer.rows.push((number, *row));
            ControlFlow::Continue(())
        })?;
        // In a loop of its own: what it fetches from memory does not depend on each other, so
        // the processor fetches many at once.
        let data = buffer.rows.iter().map(|(_, row)| row.data_len()).sum();
        buffer.text.reserve(data);
        state.rows.copy_data(&buffer.rows, &mut buffer.text)?;
        Ok(picked)
    }

    /// Passes each of them to the visitor until it stops, and returns where to continue.
    pub(crate) fn visit(&self, query: &Query, visitor: &mut Visitor<'_>) -> Result<Option<Cursor>> {
        let mut start = 0;
        for (index, (number, row)) in self.buffer.rows.iter().enumerate() {
            let end = start + row.data_len();
            let data = self.buffer.text.get(start..end);
            let data = DataRef::from_canonical(data.ok_or_else(|| corrupt(*number))?);
            start = end;
            if let Some(track) = self.track(*number, row, data)
                && visitor(track).is_break()
            {
                let more = self.more || index + 1 < self.buffer.rows.len();
                return Ok(cursor(query.track_order(), *number, row).filter(|_| more));
            }
        }
        self.next(query)
    }

    /// All of them to keep, and where to go on. Their data stays in a few texts, so that none is
    /// copied by itself.
    pub(crate) fn into_page(self, query: &Query) -> Result<Page> {
        let mut tracks = Vec::with_capacity(self.buffer.rows.len());
        let mut text = self.buffer.text.as_str();
        let mut rows = self.buffer.rows.as_slice();
        while !rows.is_empty() {
            let (count, len) = sharing(rows);
            let (these, others) = rows.split_at(count);
            let first = rows.first().map_or(0, |(number, _)| *number);
            let (shared, rest) = text.split_at_checked(len).ok_or_else(|| corrupt(first))?;
            let shared: Arc<str> = shared.into();
            let mut start = 0;
            tracks.extend(these.iter().filter_map(|(number, row)| {
                let part = start..start + row.data_len();
                start = part.end;
                let track = self.track(*number, row, DataRef::from_shared(&shared, part))?;
                Some(track.to_track())
            }));
            (rows, text) = (others, rest);
        }
        Ok(Page::new(tracks, self.next(query)?))
    }

    /// The place after the last of them, where tracks are left.
    fn next(&self, query: &Query) -> Result<Option<Cursor>> {
        match self.buffer.rows.last() {
            Some((number, row)) => {
                Ok(cursor(query.track_order(), *number, row).filter(|_| self.more))
            }
            None if query.max_tracks() == Some(0) => query.cursor(),
            None => Ok(None),
        }
    }

    fn track<'l>(&'l self, number: TrackNo, row: &Row, data: DataRef<'l>) -> Option<TrackRef<'l>> {
        let (id, run) = (TrackId::new(number.into())?, RunId::new(row.run.into())?);
        let (task, user) = (self.tasks.name(row.task)?, self.users.name(row.user)?);
        Some(TrackRef::new(id, task, run, user, row.time, data))
    }
}

impl Drop for ResultSet {
    fn drop(&mut self) {
        let mut buffer = std::mem::take(&mut self.buffer);
        if buffer.rows.capacity() <= MAX_SPARE.0 && buffer.text.capacity() <= MAX_SPARE.1 {
            buffer.rows.clear();
            buffer.text.clear();
            // A thread that is about to end keeps nothing.
            SPARE.try_with(|spare| spare.set(Some(buffer))).ok();
        }
    }
}

fn cursor(order: Order, number: TrackNo, row: &Row) -> Option<Cursor> {
    TrackId::new(number.into()).map(|id| Cursor::after(order, row.time, id))
}

/// How many of these rows share a text, at least one, and how long their data is.
fn sharing(rows: &[(TrackNo, Row)]) -> (usize, usize) {
    let mut len = rows.first().map_or(0, |(_, row)| row.data_len());
    let fits = |(_, row): &&(TrackNo, Row)| {
        let fits = len + row.data_len() <= SHARED_TEXT_SIZE;
        len += if fits { row.data_len() } else { 0 };
        fits
    };
    let count = 1 + rows.iter().skip(1).take_while(fits).count();
    (count, len)
}
