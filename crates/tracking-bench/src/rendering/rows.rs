//! The rows that are rendered, and the writer that counts their bytes.

use std::io::{self, Write};

use anyhow::{Context, Result};
use tracking_core::{RunId, TaskId, Timestamp, Track, TrackId, UserName};

use crate::work::{Entry, Generator, Names, Shape};

/// The number of tracks that the names are generated for.
const NAMED: usize = 100_000;

/// The tracks of the workload, generated one by one.
pub(super) fn tracks(number: usize) -> impl Iterator<Item = Result<Track>> {
    let names = Names::new(Shape::Skewed, NAMED);
    let mut generator = Generator::new(Shape::Skewed, &names);
    (1..).take(number).map(move |id| {
        let record = generator.track();
        let entry = Entry::new(&names, &record);
        let id = TrackId::new(id).context("there is no track 0")?;
        let run = RunId::new(entry.run).context("there is no run 0")?;
        Ok(Track::new(
            id,
            TaskId::new(entry.task)?,
            run,
            UserName::new(entry.user)?,
            Timestamp::from_secs(entry.time)?,
            entry.text().parse()?,
        ))
    })
}

/// A writer that counts bytes.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) bytes: usize,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
