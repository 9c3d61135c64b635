//! The tracks themselves: rows of a fixed size, and the text of their data.

use std::sync::Arc;

use tracking_core::{DataRef, Error, Result, Timestamp};

use crate::numbers::{NameId, RunNo, TrackNo};

/// How many tracks share their texts. A change of data touches the texts of one chunk.
const CHUNK_SIZE: u32 = 512;

/// The part of a track that has a fixed size: 32 bytes, half a cache line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) time: Timestamp,
    pub(crate) task: NameId,
    pub(crate) user: NameId,
    pub(crate) run: RunNo,
    /// Where in its chunk's text the data stands.
    text: Span,
}

#[derive(Clone, Copy, Debug, Default)]
struct Span {
    start: u32,
    len: u32,
}

impl Span {
    /// A piece that no text has, so that reading it is an error.
    const MISSING: Self = Self {
        start: u32::MAX,
        len: u32::MAX,
    };
}

/// The error for a track whose data is missing.
pub(crate) fn corrupt(number: TrackNo) -> Error {
    let reason = "its data is missing in memory";
    Error::corrupt("table track", Some(number.to_string()), reason, None)
}

impl Row {
    /// The same row with another time.
    pub(crate) fn at(self, time: Timestamp) -> Self {
        Self { time, ..self }
    }

    /// The same row of another user.
    pub(crate) fn of(self, user: NameId) -> Self {
        Self { user, ..self }
    }

    /// How long its data is, in bytes.
    pub(crate) fn data_len(&self) -> usize {
        self.text.len as usize
    }

    /// A row whose data is put next to it by [`Rows::insert`].
    pub(crate) fn new(time: Timestamp, task: NameId, run: RunNo, user: NameId) -> Self {
        Self {
            time,
            task,
            user,
            run,
            text: Span::default(),
        }
    }
}

/// All rows, in chunks, so that nothing ever moves all of them; a chunk without tracks is gone.
///
/// A clone shares all chunks and stays what it was: as long as there is one, a chunk is copied
/// before it is changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    chunks: Vec<Option<Arc<Chunk>>>,
    len: usize,
}

#[derive(Clone, Debug, Default)]
struct Chunk {
    rows: Vec<Option<Row>>,
    used: usize,
    /// The data of its tracks as they came in, also of some that have been changed or removed since.
    text: String,
    /// What came in once all rows were there. It is apart, so that a change does not move the whole
    /// text to a larger place. Spans count on from the text, and leave one byte out between the two, so
    /// that no data of one stands side by side with data of the other.
    changes: String,
    /// How much of both belongs to no track any more.
    garbage: usize,
}

impl Rows {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn get(&self, number: TrackNo) -> Option<&Row> {
        self.chunk(number)?
            .rows
            .get((number % CHUNK_SIZE) as usize)?
            .as_ref()
    }

    /// The time of a track that is there.
    pub(crate) fn time(&self, number: TrackNo) -> Timestamp {
        self.get(number).map_or(Timestamp::MIN, |row| row.time)
    }

    /// A row with its data.
    pub(crate) fn with_data(&self, number: TrackNo) -> Option<(&Row, DataRef<'_>)> {
        let chunk = self.chunk(number)?;
        let row = chunk.rows.get((number % CHUNK_SIZE) as usize)?.as_ref()?;
        Some((row, DataRef::from_canonical(chunk.data(row.text)?)))
    }

    /// Appends the data of some rows that are there to a text. Tracks that were saved one after
    /// the other have their data side by side, and that is copied at once.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] where a row's data is missing, which only a fault of the store causes.
    pub(crate) fn copy_data(&self, mut rows: &[(TrackNo, Row)], to: &mut String) -> Result<()> {
        while let Some((first, _)) = rows.first() {
            let (these, span) = side_by_side(rows);
            let data = self.chunk(*first).and_then(|chunk| chunk.data(span));
            to.push_str(data.ok_or_else(|| corrupt(*first))?);
            rows = rows.get(these..).unwrap_or_default();
        }
        Ok(())
    }

    /// Makes sure that data can be added for a track, before anything is changed.
    pub(crate) fn check_room(&self, number: TrackNo, data: &str) -> Result<()> {
        let taken = self
            .chunk(number)
            .map_or(0, |chunk| chunk.text_len() - chunk.garbage);
        if taken.saturating_add(data.len()) <= u32::MAX as usize / 2 {
            Ok(())
        } else {
            Err(Error::full(format!(
                "the data of {CHUNK_SIZE} tracks in memory may take 2 GiB, not more"
            )))
        }
    }

    /// Puts a track under a number that is free.
    pub(crate) fn insert(&mut self, number: TrackNo, row: Row, data: &str) -> Row {
        let (chunk, index) = (
            (number / CHUNK_SIZE) as usize,
            (number % CHUNK_SIZE) as usize,
        );
        if self.chunks.len() <= chunk {
            self.chunks.resize_with(chunk + 1, || None);
        }
        let Some(chunk) = self.chunks.get_mut(chunk) else {
            return row;
        };
        let chunk = Arc::make_mut(chunk.get_or_insert_default());
        let row = Row {
            text: chunk.add(data),
            ..row
        };
        if chunk.rows.len() <= index {
            chunk.rows.resize(index + 1, None);
        }
        if let Some(place) = chunk.rows.get_mut(index) {
            *place = Some(row);
        }
        chunk.used += 1;
        self.len += 1;
        if index + 1 == CHUNK_SIZE as usize {
            chunk.text.shrink_to_fit();
        }
        row
    }

    pub(crate) fn set_time(&mut self, number: TrackNo, time: Timestamp) {
        if let Some(row) = self.row_mut(number) {
            row.time = time;
        }
    }

    pub(crate) fn set_user(&mut self, number: TrackNo, user: NameId) {
        if let Some(row) = self.row_mut(number) {
            row.user = user;
        }
    }

    pub(crate) fn set_data(&mut self, number: TrackNo, data: &str) {
        let Some(chunk) = self
            .chunks
            .get_mut((number / CHUNK_SIZE) as usize)
            .and_then(Option::as_mut)
        else {
            return;
        };
        let chunk = Arc::make_mut(chunk);
        let text = chunk.add(data);
        let Some(row) = chunk
            .rows
            .get_mut((number % CHUNK_SIZE) as usize)
            .and_then(Option::as_mut)
        else {
            return;
        };
        let before = std::mem::replace(&mut row.text, text);
        chunk.drop_text(before);
    }

    pub(crate) fn remove(&mut self, number: TrackNo) {
        let Some(entry) = self.chunks.get_mut((number / CHUNK_SIZE) as usize) else {
            return;
        };
        let Some(chunk) = entry else { return };
        let chunk = Arc::make_mut(chunk);
        let row = chunk
            .rows
            .get_mut((number % CHUNK_SIZE) as usize)
            .and_then(Option::take);
        let Some(row) = row else { return };
        chunk.used -= 1;
        self.len -= 1;
        if chunk.used == 0 {
            *entry = None;
        } else {
            chunk.drop_text(row.text);
        }
    }

    /// The tracks from one number to another, both included, which may be walked either way.
    pub(crate) fn range(
        &self,
        from: TrackNo,
        to: TrackNo,
    ) -> impl DoubleEndedIterator<Item = (TrackNo, &Row)> {
        let first = (from / CHUNK_SIZE) as usize;
        let end = ((to / CHUNK_SIZE) as usize + 1).min(self.chunks.len());
        let chunks = self.chunks.get(first..end).unwrap_or_default();
        chunks.iter().enumerate().flat_map(move |(index, chunk)| {
            let chunk_no = (first + index) as u32;
            let rows = chunk
                .as_ref()
                .map_or(&[][..], |chunk| chunk.rows.as_slice());
            let low = from
                .saturating_sub(chunk_no * CHUNK_SIZE)
                .min(rows.len() as u32) as usize;
            let high = (to - chunk_no * CHUNK_SIZE)
                .saturating_add(1)
                .min(rows.len() as u32) as usize;
            let rows = rows.get(low..high).unwrap_or_default().iter().enumerate();
            rows.filter_map(move |(index, row)| {
                Some((chunk_no * CHUNK_SIZE + (low + index) as u32, row.as_ref()?))
            })
        })
    }

    fn chunk(&self, number: TrackNo) -> Option<&Chunk> {
        self.chunks.get((number / CHUNK_SIZE) as usize)?.as_deref()
    }

    fn row_mut(&mut self, number: TrackNo) -> Option<&mut Row> {
        let chunk = self
            .chunks
            .get_mut((number / CHUNK_SIZE) as usize)?
            .as_mut()?;
        let chunk = Arc::make_mut(chunk);
        chunk.rows.get_mut((number % CHUNK_SIZE) as usize)?.as_mut()
    }
}

/// How many rows, from the first on, have their data side by side, and where all of that stands.
fn side_by_side(rows: &[(TrackNo, Row)]) -> (usize, Span) {
    let Some(((first, row), others)) = rows.split_first() else {
        return (0, Span::default());
    };
    let mut span = row.text;
    let is_next = |(number, row): &&(TrackNo, Row)| {
        let is_next =
            row.text.start == span.start + span.len && number / CHUNK_SIZE == first / CHUNK_SIZE;
        span.len += if is_next { row.text.len } else { 0 };
        is_next
    };
    let next = others.iter().take_while(is_next).count();
    (1 + next, span)
}

impl Chunk {
    fn text_len(&self) -> usize {
        self.text.len() + self.changes.len()
    }

    fn data(&self, span: Span) -> Option<&str> {
        let (start, len) = (span.start as usize, span.len as usize);
        let (text, start) = match start.checked_sub(self.text.len() + 1) {
            Some(start) => (&self.changes, start),
            None => (&self.text, start),
        };
        text.get(start..start.checked_add(len)?)
    }

    fn add(&mut self, data: &str) -> Span {
        let is_change = self.rows.len() == CHUNK_SIZE as usize;
        let start = if is_change {
            self.text.len() + 1 + self.changes.len()
        } else {
            self.text.len()
        };
        if is_change {
            self.reserve_changes(data.len());
            self.changes.push_str(data);
        } else {
            self.text.push_str(data);
        }
        // `check_room` has seen to it that both fit.
        Span {
            start: start as u32,
            len: data.len() as u32,
        }
    }

    /// Makes room for a change: twice as much as there are while they are few, then an eighth more.
    fn reserve_changes(&mut self, len: usize) {
        if self.changes.capacity() - self.changes.len() < len {
            let more = self.changes.len().min(self.text_len() / 8);
            self.changes.reserve_exact(len.max(more));
        }
    }

    /// Leaves a piece of text to nobody; where most of it is, moves what is left together.
    fn drop_text(&mut self, span: Span) {
        self.garbage += span.len as usize;
        if self.garbage > 4096 && self.garbage > self.text_len() / 2 {
            self.collect();
        }
    }

    fn collect(&mut self) {
        let mut text = String::with_capacity(self.text_len() - self.garbage);
        let mut rows = std::mem::take(&mut self.rows);
        for row in rows.iter_mut().flatten() {
            let Some(data) = self.data(row.text) else {
                row.text = Span::MISSING;
                continue;
            };
            row.text = Span {
                start: text.len() as u32,
                len: data.len() as u32,
            };
            text.push_str(data);
        }
        *self = Self {
            rows,
            used: self.used,
            text,
            ..Self::default()
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: u32) -> Rows {
        let mut rows = Rows::default();
        for number in 1..=count {
            let name_id = NameId::at(0).unwrap();
            rows.insert(
                number,
                Row::new(Timestamp::EPOCH, name_id, 1, name_id),
                &format!("{{\"n\":{number}}}"),
            );
        }
        rows
    }

    #[test]
    fn a_row_is_half_a_cache_line_also_where_it_may_be_missing() {
        assert_eq!(size_of::<Option<Row>>(), 32);
    }

    #[test]
    fn changed_data_leaves_no_garbage_behind_for_long() {
        let mut rows = rows(2_000);
        for round in 0..100 {
            for number in 1..=2_000 {
                rows.set_data(number, &format!("{{\"n\":{number},\"round\":{round}}}"));
            }
        }
        assert_eq!(
            rows.with_data(1_500).unwrap().1.as_str(),
            "{\"n\":1500,\"round\":99}"
        );
        let chunks = rows.chunks.iter().flatten();
        let room = |chunk: &Arc<Chunk>| chunk.text.capacity() + chunk.changes.capacity();
        let text: usize = chunks.map(room).sum();
        assert!(text < 2_000 * 24 * 2 + 4 * 4096, "{text}");
    }

    #[test]
    fn data_is_copied_whether_it_was_changed_or_not_and_in_whichever_order() {
        let mut rows = rows(1_100);
        let mut expected: Vec<String> = (0..=1_100).map(|n| format!("{{\"n\":{n}}}")).collect();
        // The first change of a chunk follows the last row of its text.
        for number in [511, 512, 510, 513, 1, 1_023, 1_024, 1_100] {
            expected[number] = format!("{{\"changed\":{number}}}");
            rows.set_data(number as u32, &expected[number]);
        }
        let row = |number: u32| (number, *rows.get(number).unwrap());
        let forwards: Vec<_> = (1..=1_100).map(row).collect();
        let backwards: Vec<_> = (1..=1_100).rev().map(row).collect();
        for picked in [&forwards, &backwards] {
            let mut copied = String::new();
            rows.copy_data(picked, &mut copied).unwrap();
            let numbers = picked.iter().map(|(number, _)| *number as usize);
            let texts: String = numbers.map(|number| expected[number].as_str()).collect();
            assert_eq!(copied, texts);
        }
    }

    #[test]
    fn a_chunk_without_tracks_is_gone() {
        let mut rows = rows(3_000);
        (1..=2_990).for_each(|number| rows.remove(number));
        assert_eq!((rows.len(), rows.chunks.iter().flatten().count()), (10, 1));
        assert_eq!(
            rows.range(0, u32::MAX).map(|(n, _)| n).collect::<Vec<_>>(),
            (2_991..=3_000).collect::<Vec<_>>()
        );
        assert_eq!(
            rows.range(2_995, 2_997)
                .rev()
                .map(|(n, _)| n)
                .collect::<Vec<_>>(),
            [2_997, 2_996, 2_995]
        );
    }
}
