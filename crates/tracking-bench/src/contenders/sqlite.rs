//! `SQLite` used directly, in memory or in a file: plain columns, composite indexes for these queries,
//! prepared statements.

use anyhow::{Context, Result};
use parking_lot::Mutex;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use super::file::{CACHE_SIZE, File};
use super::limit::merge;
use crate::contender::{Action, Contender, Parts, Payload, Question, Triple, View, Visitor};
use crate::work::Entry;

const SCHEMA: &str = "
create table track(
  id integer primary key, task text not null, run integer not null, user text not null,
  ts integer not null, data text not null) strict;
create index track_tru on track(task, run, user, ts);
create index track_tut on track(task, user, ts);
create index track_ut on track(user, ts);
create index track_run on track(run);
create index track_ts on track(ts);
create index track_page on track(json_extract(data, '$.page'));";
const SELECT: &str = "select id, task, run, user, ts, data from track";
const INSERT: &str = "insert into track(task, run, user, ts, data) values (?, ?, ?, ?, ?)";
const LAST: &str = "select id, data from track where task=? and run=? and user=?
    order by ts desc, id desc limit 1";
const UPDATE: &str = "update track set ts=?, data=? where id=?";
/// Walks the index from one task to the next.
const TASKS: &str = "with recursive t(x) as (select min(task) from track union all
    select (select min(task) from track where task > x) from t where x is not null)
    select x from t where x is not null";

/// A connection.
pub(super) struct Sqlite {
    /// Only one thread uses it; the lock makes it `Sync`.
    connection: Mutex<Connection>,
    /// The file and its durability.
    file: Option<(File, &'static str)>,
}

impl Sqlite {
    pub(super) fn in_memory() -> Result<Self> {
        let connection = Connection::open_in_memory()?;
        set_up(&connection, "off")?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self {
            connection: Mutex::new(connection),
            file: None,
        })
    }

    pub(super) fn in_a_file(synchronous: &'static str) -> Result<Self> {
        let file = File::new()?;
        let connection = open(&file, synchronous)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self {
            connection: Mutex::new(connection),
            file: Some((file, synchronous)),
        })
    }
}

fn open(file: &File, synchronous: &str) -> Result<Connection> {
    let connection = Connection::open(file.path())?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    let kib = i64::try_from(CACHE_SIZE / 1024)?;
    connection.pragma_update(None, "cache_size", -kib)?;
    set_up(&connection, synchronous)?;
    Ok(connection)
}

fn set_up(connection: &Connection, synchronous: &str) -> Result<()> {
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// The columns of a track.
struct Input<'a> {
    entry: Entry<'a>,
    text: String,
}

impl<'a> Input<'a> {
    fn new(entry: &Entry<'a>) -> Self {
        Self {
            entry: *entry,
            text: entry.text(),
        }
    }

    fn insert(&self, connection: &Connection) -> rusqlite::Result<()> {
        let Entry {
            task, user, time, ..
        } = self.entry;
        let run = self.entry.run as i64;
        let mut statement = connection.prepare_cached(INSERT)?;
        statement.execute(params![task, run, user, time, self.text])?;
        Ok(())
    }

    fn update(&self, connection: &Connection) -> Result<()> {
        let Entry {
            task, user, time, ..
        } = self.entry;
        let run = self.entry.run as i64;
        let mut last = connection.prepare_cached(LAST)?;
        let last: Option<(i64, String)> = last
            .query_row(params![task, run, user], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        match last {
            Some((id, before)) => {
                let data = merge(&before, &self.text)?;
                connection
                    .prepare_cached(UPDATE)?
                    .execute(params![time, data, id])?;
                Ok(())
            }
            None => Ok(self.insert(connection)?),
        }
    }
}

fn in_transaction(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<()>,
) -> Result<()> {
    connection.prepare_cached("begin immediate")?.execute([])?;
    work(connection)?;
    connection.prepare_cached("commit")?.execute([])?;
    Ok(())
}

fn each(
    connection: &Connection,
    sql: &str,
    values: impl rusqlite::Params,
    visitor: Visitor<'_>,
) -> Result<()> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(values)?;
    while let Some(row) = rows.next()? {
        visitor(view(row)?);
    }
    Ok(())
}

fn view<'r>(row: &'r Row<'_>) -> Result<View<'r>> {
    let text = |column| -> Result<&'r str> {
        row.get_ref(column)?
            .as_str()
            .context("a column holds no text")
    };
    Ok(View {
        id: row.get::<_, i64>(0)? as u64,
        task: text(1)?,
        run: row.get::<_, i64>(2)? as u64,
        user: text(3)?,
        time: row.get(4)?,
        data: Payload::Text(text(5)?),
    })
}

/// The statement for a question, and its values.
fn select(question: &Question<'_>) -> (String, Vec<Value>) {
    let mut conditions: Vec<String> = Vec::new();
    let mut values: Vec<Value> = Vec::new();
    if !question.tasks.is_empty() {
        let places = vec!["?"; question.tasks.len()].join(",");
        conditions.push(format!("task in ({places})"));
        let tasks = question.tasks.iter();
        values.extend(tasks.map(|task| Value::from((*task).to_owned())));
    }
    let mut add = |condition: &str, value: Value| {
        conditions.push(condition.to_owned());
        values.push(value);
    };
    if let Some(run) = question.run {
        add("run=?", Value::from(run as i64));
    }
    if let Some(user) = question.user {
        add("user=?", Value::from(user.to_owned()));
    }
    if let Some((from, to)) = question.times {
        add("ts>=?", Value::from(from));
        add("ts<=?", Value::from(to));
    }
    if let Some(page) = question.page {
        add(
            "json_extract(data, '$.page')=?",
            Value::from(page.to_owned()),
        );
    }
    let filter = if conditions.is_empty() {
        String::new()
    } else {
        format!("where {}", conditions.join(" and "))
    };
    (format!("{SELECT} {filter} order by id"), values)
}

impl Parts for Sqlite {}

impl Contender for Sqlite {
    fn bulk<'a>(&'a self, entries: &[Entry<'a>]) -> Result<Action<'a>> {
        let inputs: Vec<Input<'a>> = entries.iter().map(Input::new).collect();
        Ok(Box::new(move || {
            in_transaction(&self.connection.lock(), |connection| {
                inputs
                    .iter()
                    .try_for_each(|input| input.insert(connection))?;
                Ok(())
            })
        }))
    }

    fn loaded(&self) -> Result<()> {
        let connection = self.connection.lock();
        connection.execute_batch("analyze")?;
        if self.file.is_some() {
            connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
        }
        Ok(())
    }

    fn save<'a>(&'a self, entry: &Entry<'a>) -> Result<Action<'a>> {
        let input = Input::new(entry);
        Ok(Box::new(move || Ok(input.insert(&self.connection.lock())?)))
    }

    fn update<'a>(&'a self, entry: &Entry<'a>) -> Result<Action<'a>> {
        let input = Input::new(entry);
        Ok(Box::new(move || {
            in_transaction(&self.connection.lock(), |connection| {
                input.update(connection)
            })
        }))
    }

    fn removal<'a>(&'a self, ids: &'a [u64]) -> Result<Action<'a>> {
        Ok(Box::new(move || {
            in_transaction(&self.connection.lock(), |connection| {
                let mut delete = connection.prepare_cached("delete from track where id=?")?;
                for id in ids {
                    delete.execute([*id as i64])?;
                }
                Ok(())
            })
        }))
    }

    fn reindex(&self) -> Result<()> {
        Ok(self.connection.lock().execute_batch("reindex")?)
    }

    fn reopen(&mut self) -> Result<Option<u64>> {
        let Some((file, synchronous)) = &self.file else {
            return Ok(None);
        };
        let connection = self.connection.get_mut();
        // A placeholder while it is closed.
        *connection = Connection::open_in_memory()?;
        let size = file.size()?;
        *connection = open(file, synchronous)?;
        Ok(Some(size))
    }

    fn last(&self, triple: Triple<'_>, visitor: Visitor<'_>) -> Result<()> {
        let sql =
            format!("{SELECT} where task=? and run=? and user=? order by ts desc, id desc limit 1");
        let Triple { task, run, user } = triple;
        each(
            &self.connection.lock(),
            &sql,
            params![task, run as i64, user],
            visitor,
        )
    }

    fn visit(&self, question: &Question<'_>, visitor: Visitor<'_>) -> Result<()> {
        let (sql, values) = select(question);
        each(
            &self.connection.lock(),
            &sql,
            params_from_iter(values),
            visitor,
        )
    }

    fn user_names(&self, task: &str, visitor: &mut dyn FnMut(&str)) -> Result<()> {
        let connection = self.connection.lock();
        let sql = "select distinct user from track where task=? order by 1";
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([task])?;
        while let Some(row) = rows.next()? {
            visitor(row.get_ref(0)?.as_str()?);
        }
        Ok(())
    }

    fn task_ids(&self, visitor: &mut dyn FnMut(&str)) -> Result<()> {
        let connection = self.connection.lock();
        let mut statement = connection.prepare_cached(TASKS)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            visitor(row.get_ref(0)?.as_str()?);
        }
        Ok(())
    }

    fn count_by_task(
        &self,
        times: Option<(i64, i64)>,
        visitor: &mut dyn FnMut(&str, u64),
    ) -> Result<()> {
        let sql = match times {
            None => "select task, count(*) from track group by task",
            // The plus keeps SQLite from using the index on time.
            Some(_) => "select task, count(*) from track where +ts between ? and ? group by task",
        };
        let connection = self.connection.lock();
        let mut statement = connection.prepare_cached(sql)?;
        let bounds: Vec<i64> = times.iter().flat_map(|(from, to)| [*from, *to]).collect();
        let mut rows = statement.query(params_from_iter(bounds))?;
        while let Some(row) = rows.next()? {
            visitor(row.get_ref(0)?.as_str()?, row.get::<_, i64>(1)? as u64);
        }
        Ok(())
    }

    fn is_concurrent(&self) -> bool {
        false
    }
}
