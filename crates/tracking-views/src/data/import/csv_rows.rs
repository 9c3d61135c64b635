//! Rows of CSV.

use std::error::Error;
use std::io::Read;
use std::marker::PhantomData;
use std::str::FromStr;

use chrono::{NaiveDateTime, Weekday};
use csv::{ReaderBuilder, StringRecord, StringRecordsIntoIter};
use tracking_core::{
    Data, FieldValue, Group, GroupKey, Run, RunId, TaskId, Timestamp, Track, TrackId, UserName,
};

use super::ReadError;
use crate::data::cells::unescape_formula;

/// The rows below a header.
pub(super) struct CsvRows<R, T> {
    header: Option<Result<StringRecord, csv::Error>>,
    columns: Vec<String>,
    records: StringRecordsIntoIter<R>,
    raw: bool,
    kind: PhantomData<T>,
}

impl<R: Read, T> CsvRows<R, T> {
    pub(super) fn new(input: R, raw: bool) -> Self {
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(input);
        Self {
            header: Some(reader.headers().cloned()),
            columns: Vec::new(),
            records: reader.into_records(),
            raw,
            kind: PhantomData,
        }
    }
}

impl<R: Read, T: FromRow> Iterator for CsvRows<R, T> {
    type Item = Result<T, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.header.take() {
            Some(Ok(header)) => self.columns = header.iter().map(str::to_owned).collect(),
            Some(Err(error)) => return Some(Err(error.into())),
            None => {}
        }
        let record = self.records.next()?;
        let row = |record: StringRecord| {
            T::from_row(&Row {
                line: record.position().map_or(0, csv::Position::line),
                columns: &self.columns,
                record: &record,
                raw: self.raw,
            })
        };
        Some(record.map_err(ReadError::from).and_then(row))
    }
}

/// A type that a row of CSV can hold.
pub(super) trait FromRow: Sized {
    fn from_row(row: &Row<'_>) -> Result<Self, ReadError>;
}

/// A row and the names of its columns.
pub(super) struct Row<'a> {
    line: u64,
    columns: &'a [String],
    record: &'a StringRecord,
    raw: bool,
}

impl Row<'_> {
    /// The value of a column.
    fn cell<'s, T, E>(
        &'s self,
        name: &str,
        read: impl FnOnce(&'s str) -> Result<T, E>,
    ) -> Result<T, ReadError>
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let position = self.columns.iter().position(|column| column == name);
        let cell = position.and_then(|position| self.record.get(position));
        let cell = cell.ok_or_else(|| ReadError::Missing {
            line: self.line,
            column: name.to_owned(),
        })?;
        let cell = if self.raw {
            cell
        } else {
            unescape_formula(cell)
        };
        read(cell).map_err(|source| ReadError::Value {
            line: self.line,
            column: name.to_owned(),
            value: cell.to_owned(),
            source: source.into(),
        })
    }

    fn parsed<T: FromStr>(&self, name: &str) -> Result<T, ReadError>
    where
        T::Err: Into<Box<dyn Error + Send + Sync>>,
    {
        self.cell(name, str::parse)
    }
}

impl FromRow for Track {
    fn from_row(row: &Row<'_>) -> Result<Self, ReadError> {
        let id: TrackId = row.parsed("id")?;
        let task = row.cell("task", TaskId::new)?;
        let run: RunId = row.parsed("run")?;
        let user = row.cell("user", UserName::new)?;
        let time: Timestamp = row.parsed("time")?;
        let data: Data = row.parsed("data")?;
        Ok(Self::new(id, task, run, user, time, data))
    }
}

impl FromRow for Run {
    fn from_row(row: &Row<'_>) -> Result<Self, ReadError> {
        let id: RunId = row.parsed("id")?;
        let task = row.cell("task", |task| match task {
            "" => Ok(None),
            task => TaskId::new(task).map(Some),
        })?;
        let (start, end) = (row.parsed("start")?, row.parsed("end")?);
        Ok(Self::new(id, task, start, end)
            .with_finished(row.parsed("finished")?)
            .with_current(row.parsed("current")?))
    }
}

/// The column after those of what was counted by.
const COUNT: &str = "count";

/// How the columns of counts of different things begin, behind the count.
const DISTINCT: &str = "distinct ";

impl FromRow for Group {
    fn from_row(row: &Row<'_>) -> Result<Self, ReadError> {
        let by = row.columns.iter().take_while(|column| *column != COUNT);
        let mut keys = by.map(|by| row.cell(by, |cell| key(by, cell)));
        let first = keys.next().unwrap_or_else(|| {
            Err(ReadError::Missing {
                line: row.line,
                column: "task".into(),
            })
        })?;
        let second = keys.next().transpose()?;
        let after = row.columns.iter().skip_while(|column| *column != COUNT);
        let distinct = after.filter(|column| column.starts_with(DISTINCT));
        let distinct: Result<Vec<u64>, _> = distinct.map(|name| row.parsed(name)).collect();
        Ok(Self::new(first, second, row.parsed(COUNT)?).with_distinct(distinct?))
    }
}

/// The key of a group in the column of what was counted by.
fn key(by: &str, cell: &str) -> Result<GroupKey, Box<dyn Error + Send + Sync>> {
    Ok(match by {
        "task" => GroupKey::Task(TaskId::new(cell)?),
        "user" => GroupKey::User(UserName::new(cell)?),
        "run" => GroupKey::Run(cell.parse()?),
        "day" => GroupKey::Day(cell.parse()?),
        "hour" => GroupKey::Hour(NaiveDateTime::parse_from_str(cell, "%Y-%m-%d %H:%M")?),
        "week" => GroupKey::Week(cell.parse()?),
        "month" => GroupKey::Month(format!("{cell}-01").parse()?),
        "hour of day" => GroupKey::HourOfDay(cell.parse()?),
        "day of week" => {
            GroupKey::DayOfWeek(cell.parse::<Weekday>()?.number_from_monday().try_into()?)
        }
        _ if !by.starts_with("data.") => return Err("nothing is counted by that".into()),
        _ if cell.is_empty() => GroupKey::Field(None),
        _ => {
            let value: serde_json::Value = serde_json::from_str(cell)?;
            let value = FieldValue::new(value).ok_or("the value nests too deep")?;
            GroupKey::Field(Some(value))
        }
    })
}
