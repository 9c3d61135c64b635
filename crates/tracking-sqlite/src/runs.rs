//! Runs: starting, stopping, finding them.

use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};
use tracking_core::{
    ChangeKind, NameFilter, Run, RunId, RunQuery, RunSelector, RunState, StopRun, TaskId,
    Timestamp, rules,
};

use crate::conditions::named;
use crate::error::{Done, no_more};
use crate::rows::{run, run_id, run_number};
use crate::sql::Statements;
use crate::writer::Change;

impl Change<'_> {
    /// Starts a run, which becomes the current one of its task; gives its number and id.
    pub(crate) fn start_run(
        &mut self,
        task: Option<&TaskId>,
        start: Timestamp,
    ) -> Done<(i64, RunId)> {
        let (last_track, last_run) = self.counters()?;
        let number = last_run.checked_add(1).ok_or_else(|| no_more("runs"))?;
        let task = match task {
            Some(name) => Some((name, self.task(name)?)),
            None => None,
        };
        let micros = start.micros();
        let mut statement = self.connection.prepare_cached(&self.sql.add_run)?;
        statement.execute(params![
            number,
            task.map(|task| task.1.id),
            micros,
            micros,
            false
        ])?;
        self.known.counters = Some((last_track, number));
        self.known.set_run(number, micros);
        self.note(ChangeKind::RunStarted, number);
        if let Some((name, _)) = task {
            self.set_current(name, Some(number))?;
        }
        Ok((number, run_id(number)?))
    }

    /// Stops a run; nothing where there is none.
    pub(crate) fn stop_run(
        &mut self,
        stop: &StopRun,
        started_here: &[i64],
        now: Timestamp,
    ) -> Done<Option<RunId>> {
        let number = rules::run_to_stop(self, stop.run(), started_here)?;
        let Some(number) = number else {
            return Ok(None);
        };
        let end = stop.end().unwrap_or(now).micros();
        let mut statement = self.connection.prepare_cached(&self.sql.stop_run)?;
        statement.execute(params![number, end, stop.is_finished()])?;
        self.known.set_run(number, end);
        self.note(ChangeKind::RunStopped, number);
        if let Some(task) = self.task_of_run(number)?
            && self
                .find_task(&task)?
                .is_some_and(|task| task.current_run == Some(number))
        {
            self.set_current(&task, None)?;
        }
        Ok(Some(run_id(number)?))
    }

    fn task_of_run(&self, run: i64) -> Done<Option<TaskId>> {
        let statement = self.connection.prepare_cached(&self.sql.task_of_run)?;
        let names = crate::names::read_names(statement, [run], |name| TaskId::new(name))?;
        Ok(names.into_iter().next())
    }

    /// Makes a run the current one of a task, or none.
    pub(crate) fn set_current(&mut self, name: &TaskId, run: Option<i64>) -> Done<()> {
        let mut task = self.task(name)?;
        self.connection
            .prepare_cached(&self.sql.set_current)?
            .execute(params![task.id, run])?;
        task.current_run = run;
        self.known.tasks.insert(name.clone(), task);
        Ok(())
    }

    /// Takes current runs that were not touched since a time for stopped.
    pub(crate) fn expire_runs(&mut self, untouched_since: Timestamp) -> Done<Vec<RunId>> {
        let mut statement = self.connection.prepare_cached(&self.sql.untouched_runs)?;
        let mut rows = statement.query([untouched_since.micros()])?;
        let (mut expired, mut numbers, mut tasks) = (Vec::new(), Vec::new(), Vec::new());
        while let Some(row) = rows.next()? {
            let number = row.get(0)?;
            expired.push(run_id(number)?);
            numbers.push(number);
            tasks.push(row.get::<_, i64>(1)?);
        }
        let mut statement = self.connection.prepare_cached(&self.sql.set_current)?;
        for task in tasks {
            statement.execute(params![task, None::<i64>])?;
        }
        for number in numbers {
            self.note(ChangeKind::RunStopped, number);
        }
        self.known.forget_names();
        Ok(expired)
    }
}

/// A run by its id, or the current run of a task.
pub(crate) fn find(
    connection: &Connection,
    sql: &Statements,
    selector: &RunSelector,
) -> Done<Option<Run>> {
    let (text, value) = match selector {
        RunSelector::Id(id) => match run_number(*id) {
            Some(number) => (&sql.run, Value::from(number)),
            None => return Ok(None),
        },
        RunSelector::CurrentOf(task) => (&sql.current_run, Value::from(task.as_str().to_owned())),
        _ => return Ok(None),
    };
    let mut statement = connection.prepare_cached(text)?;
    let mut rows = statement.query([value])?;
    rows.next()?.map(run).transpose()
}

/// The runs that a query asks for, by id.
pub(crate) fn list(connection: &Connection, sql: &Statements, query: &RunQuery) -> Done<Vec<Run>> {
    let limit = query.max_runs().unwrap_or(usize::MAX);
    if query.task_filter().is_some_and(NameFilter::is_empty) {
        return Ok(Vec::new());
    }
    let (text, values) = select(connection, &sql.prefix, query)?;
    let mut statement = connection.prepare_cached(&text)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut runs = Vec::new();
    while runs.len() < limit
        && let Some(row) = rows.next()?
    {
        let run = run(row)?;
        if query.matches(&run) {
            runs.push(run);
        }
    }
    Ok(runs)
}

/// A statement that finds the runs of a query, and maybe some more, by id.
pub(crate) fn select(
    connection: &Connection,
    prefix: &str,
    query: &RunQuery,
) -> Done<(String, Vec<Value>)> {
    let (mut conditions, mut values) = (Vec::new(), Vec::new());
    let index = if let Some(tasks) = query.task_filter() {
        let task = named(connection, "r.task", prefix, "task", tasks)?;
        conditions.push(task.text);
        values.extend(task.values);
        format!("indexed by ix_{prefix}run_task")
    } else if query.state_filter() == Some(&[RunState::Current]) {
        conditions.push(format!(
            "r.id in (select current_run from {prefix}task indexed by ix_{prefix}task_current \
             where current_run is not null)"
        ));
        String::new()
    } else if query.start_range().is_some() {
        format!("indexed by ix_{prefix}run_start")
    } else {
        String::new()
    };
    if let Some(range) = query.start_range() {
        conditions.push("r.start between ? and ?".to_owned());
        values.extend([range.from().micros().into(), range.to().micros().into()]);
    }
    if let Some(before) = query.run_before() {
        conditions.push("r.id > ?".to_owned());
        values.push(run_number(before).unwrap_or(i64::MAX).into());
    }
    let criteria = if conditions.is_empty() {
        String::new()
    } else {
        format!("where {}", conditions.join(" and "))
    };
    let text = format!(
        "select r.id, k.name, r.start, r.\"end\", r.finished, k.current_run is r.id \
         from {prefix}run as r {index} left join {prefix}task as k on k.id = r.task \
         {criteria} order by r.id"
    );
    Ok((text, values))
}
