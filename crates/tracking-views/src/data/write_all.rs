//! Exports all rows of an iterator.

use std::borrow::Borrow;
use std::io::{self, Write};

use tracking_core::{Group, Grouping, Run};

use super::{Export, GroupRows, RunRows, TrackRows};
use crate::model::TrackRow;

impl Export<'_> {
    /// Writes tracks.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn tracks<W, I>(&self, out: &mut W, rows: I) -> io::Result<()>
    where
        W: Write + ?Sized,
        I: IntoIterator,
        I::Item: TrackRow,
    {
        let mut writer = TrackRows::new(out, self)?;
        for row in rows {
            writer.row(&row.as_track_ref())?;
        }
        writer.finish()
    }

    /// Writes runs.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn runs<W, I>(&self, out: &mut W, rows: I) -> io::Result<()>
    where
        W: Write + ?Sized,
        I: IntoIterator,
        I::Item: Borrow<Run>,
    {
        let mut writer = RunRows::new(out, self)?;
        for row in rows {
            writer.row(row.borrow())?;
        }
        writer.finish()
    }

    /// Writes what a store counted by one or two things.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn groups<W, I>(&self, out: &mut W, grouping: &Grouping, rows: I) -> io::Result<()>
    where
        W: Write + ?Sized,
        I: IntoIterator,
        I::Item: Borrow<Group>,
    {
        let mut writer = GroupRows::new(out, self, grouping)?;
        for row in rows {
            writer.row(row.borrow())?;
        }
        writer.finish()
    }
}
