//! Rows that are written one by one, as the visitor of a store gets them.

use std::fmt;
use std::io::{self, Write};

use serde::Serialize;
use serde::ser::{Error as _, SerializeStruct};
use serde_json::value::RawValue;
use tracking_core::{Group, GroupBy, GroupKey, Grouping, Run, TrackRef};

use super::json::write_json;
use super::{CsvWriter, Export, Format};
use crate::Context;

/// Rows of any kind: as cells, or as JSON.
struct Rows<'w, W: Write + ?Sized> {
    writer: RowWriter<'w, W>,
}

enum RowWriter<'w, W: Write + ?Sized> {
    Csv(CsvWriter<'w, W>),
    Json(&'w mut W, bool),
    JsonLines(&'w mut W),
}

impl<'w, W: Write + ?Sized> Rows<'w, W> {
    fn new(out: &'w mut W, export: &Export<'_>, header: &[String]) -> io::Result<Self> {
        let writer = match export.format {
            Format::Json => RowWriter::Json(out, true),
            Format::JsonLines => RowWriter::JsonLines(out),
            Format::Csv => {
                let mut writer = CsvWriter::new(out).with_raw_cells(export.raw);
                writer.row(header)?;
                RowWriter::Csv(writer)
            }
        };
        Ok(Self { writer })
    }

    fn row(
        &mut self,
        value: &(impl Serialize + ?Sized),
        cells: impl FnOnce() -> Vec<String>,
    ) -> io::Result<()> {
        match &mut self.writer {
            RowWriter::Csv(writer) => writer.row(cells()),
            RowWriter::JsonLines(out) => {
                write_json(&mut **out, value)?;
                out.write_all(b"\n")
            }
            RowWriter::Json(out, is_first) => {
                out.write_all(if *is_first { b"[\n" } else { b",\n" })?;
                *is_first = false;
                write_json(&mut **out, value)
            }
        }
    }

    fn finish(self) -> io::Result<()> {
        match self.writer {
            RowWriter::Csv(_) | RowWriter::JsonLines(_) => Ok(()),
            RowWriter::Json(out, true) => out.write_all(b"[]\n"),
            RowWriter::Json(out, false) => out.write_all(b"\n]\n"),
        }
    }
}

macro_rules! rows {
    ($(#[$about:meta])* $name:ident) => {
        $(#[$about])*
        pub struct $name<'w, 'c, W: Write + ?Sized> {
            rows: Rows<'w, W>,
            context: Context<'c>,
        }

        impl<W: Write + ?Sized> $name<'_, '_, W> {
            /// Ends the output.
            ///
            /// # Errors
            ///
            /// Returns an error of the writer.
            pub fn finish(self) -> io::Result<()> {
                self.rows.finish()
            }
        }

        impl<W: Write + ?Sized> fmt::Debug for $name<'_, '_, W> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("context", &self.context)
                    .finish_non_exhaustive()
            }
        }
    };
}

rows! {
    /// Tracks that are written one by one.
    TrackRows
}
rows! {
    /// Runs that are written one by one.
    RunRows
}
rows! {
    /// Counts that are written one by one.
    GroupRows
}

impl<'w, 'c, W: Write + ?Sized> TrackRows<'w, 'c, W> {
    /// Begins to write.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn new(out: &'w mut W, export: &Export<'c>) -> io::Result<Self> {
        let context = export.context.clone();
        let mut header = strings(["id", "task", "run", "user", "time", "data"]);
        if context.has_titles() {
            header.extend(strings(["task_title", "user_title"]));
        }
        header.extend(
            context
                .columns()
                .iter()
                .map(|column| column.title().to_owned()),
        );
        let rows = Rows::new(out, export, &header)?;
        Ok(Self { rows, context })
    }

    /// Writes a track.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn row(&mut self, track: &TrackRef<'_>) -> io::Result<()> {
        let Self { rows, context } = self;
        rows.row(&TrackJson(track), || track_cells(track, context))
    }
}

/// Serializes a borrowed track in the form of `tracking-core`.
struct TrackJson<'a>(&'a TrackRef<'a>);

impl Serialize for TrackJson<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Track", 6)?;
        fields.serialize_field("id", &self.0.id())?;
        fields.serialize_field("task", self.0.task())?;
        fields.serialize_field("run", &self.0.run())?;
        fields.serialize_field("user", self.0.user())?;
        fields.serialize_field("time", &self.0.time())?;
        // The text is what core would write, and need not be rebuilt.
        let data: &RawValue =
            serde_json::from_str(self.0.data().as_str()).map_err(S::Error::custom)?;
        fields.serialize_field("data", data)?;
        fields.end()
    }
}

fn track_cells(track: &TrackRef<'_>, context: &Context<'_>) -> Vec<String> {
    let mut data = Vec::new();
    // Writing to memory does not fail.
    let _written = super::json::write_escaped(&mut data, track.data().as_str());
    let mut cells = vec![
        track.id().number().to_string(),
        track.task().to_owned(),
        track.run().to_string(),
        track.user().to_owned(),
        track.time().to_string(),
        String::from_utf8(data).unwrap_or_default(),
    ];
    if context.has_titles() {
        cells.push(context.task_title(track.task()).unwrap_or_default());
        cells.push(context.user_title(track.user()).unwrap_or_default());
    }
    cells.extend(context.columns().iter().map(|column| column.value(track)));
    cells
}

impl<'w, 'c, W: Write + ?Sized> RunRows<'w, 'c, W> {
    /// Begins to write.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn new(out: &'w mut W, export: &Export<'c>) -> io::Result<Self> {
        let context = export.context.clone();
        let header = ["id", "task", "start", "end", "finished", "current"];
        let rows = Rows::new(out, export, &strings(header))?;
        Ok(Self { rows, context })
    }

    /// Writes a run.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn row(&mut self, run: &Run) -> io::Result<()> {
        self.rows.row(run, || {
            vec![
                run.id().to_string(),
                run.task().map(ToString::to_string).unwrap_or_default(),
                run.start().to_string(),
                run.end().to_string(),
                run.is_finished().to_string(),
                run.is_current().to_string(),
            ]
        })
    }
}

impl<'w, 'c, W: Write + ?Sized> GroupRows<'w, 'c, W> {
    /// Begins to write what was counted by one or two things.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn new(out: &'w mut W, export: &Export<'c>, grouping: &Grouping) -> io::Result<Self> {
        let context = export.context.clone();
        let mut header = vec![heading(grouping.first())];
        header.extend(grouping.second().map(heading));
        header.push("count".into());
        let distinct = grouping.distinct().iter().map(heading);
        header.extend(distinct.map(|name| format!("distinct {name}")));
        let rows = Rows::new(out, export, &header)?;
        Ok(Self { rows, context })
    }

    /// Writes a group.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn row(&mut self, group: &Group) -> io::Result<()> {
        self.rows.row(group, || {
            let mut cells = vec![key(group.key())];
            cells.extend(group.second_key().map(key));
            cells.push(group.count().to_string());
            cells.extend(group.distinct_counts().iter().map(u64::to_string));
            cells
        })
    }
}

/// What was counted by, as the name of a column.
fn heading(by: &GroupBy) -> String {
    match by {
        GroupBy::Field(field) => format!("data.{field}"),
        known => crate::model::heading(known, &Context::new()).to_lowercase(),
    }
}

/// A key as a cell; values of a field as JSON, so that `1` and `"1"` differ.
fn key(key: &GroupKey) -> String {
    match key {
        GroupKey::Field(Some(value)) => value.as_str().to_owned(),
        known => known.to_string(),
    }
}

fn strings<const N: usize>(names: [&str; N]) -> Vec<String> {
    names.map(str::to_owned).to_vec()
}
