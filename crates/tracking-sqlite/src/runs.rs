//! Runs: starting, stopping, removing them.

use rusqlite::params;
use tracking_core::{ChangeKind, RunId, StopRun, TaskId, Timestamp, rules};

use crate::change::Change;
use crate::error::{StoreResult, ids_exhausted};
use crate::rows::run_id;
use crate::run_queries;

impl Change<'_> {
    /// Starts a run, which becomes the current one of its task; gives its number and id.
    pub(crate) fn start_run(
        &mut self,
        task: Option<&TaskId>,
        start: Timestamp,
    ) -> StoreResult<(i64, RunId)> {
        let (last_track, last_run) = self.counters()?;
        let number = last_run
            .checked_add(1)
            .ok_or_else(|| ids_exhausted("runs"))?;
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
        self.cache.counters = Some((last_track, number));
        self.cache.set_run(number, micros);
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
    ) -> StoreResult<Option<RunId>> {
        let number = rules::run_to_stop(self, stop.run(), started_here)?;
        let Some(number) = number else {
            return Ok(None);
        };
        let end = stop.end().unwrap_or(now).micros();
        let mut statement = self.connection.prepare_cached(&self.sql.stop_run)?;
        statement.execute(params![number, end, stop.is_finished()])?;
        self.cache.set_run(number, end);
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

    fn task_of_run(&self, run: i64) -> StoreResult<Option<TaskId>> {
        let statement = self.connection.prepare_cached(&self.sql.task_of_run)?;
        let names = crate::name_rows::read_names(statement, [run], |name| TaskId::new(name))?;
        Ok(names.into_iter().next())
    }

    /// Makes a run the current one of a task, or none.
    pub(crate) fn set_current(&mut self, name: &TaskId, run: Option<i64>) -> StoreResult<()> {
        let mut task = self.task(name)?;
        self.connection
            .prepare_cached(&self.sql.set_current)?
            .execute(params![task.id, run])?;
        task.current_run = run;
        self.cache.tasks.insert(name.clone(), task);
        Ok(())
    }

    /// Takes at most so many current runs that were not touched since a time for stopped.
    pub(crate) fn expire_runs(
        &mut self,
        untouched_since: Timestamp,
        limit: usize,
    ) -> StoreResult<Vec<RunId>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(&self.sql.untouched_runs)?;
        let mut rows = statement.query([untouched_since.micros(), limit])?;
        let (mut numbers, mut tasks) = (Vec::new(), Vec::new());
        while let Some(row) = rows.next()? {
            numbers.push(row.get(0)?);
            tasks.push(row.get::<_, i64>(1)?);
        }
        let mut statement = self.connection.prepare_cached(&self.sql.set_current)?;
        for task in tasks {
            statement.execute(params![task, None::<i64>])?;
        }
        for number in &numbers {
            self.note(ChangeKind::RunStopped, *number);
        }
        self.cache.clear_names();
        run_queries::ids(&numbers)
    }

    /// Removes a run that has no tracks; tells whether it was there. The file's trigger removes
    /// the name of its task with its last run, and keeps its id from coming back.
    pub(crate) fn remove_run(&mut self, number: i64) -> StoreResult<bool> {
        // Kept aside first: the highest id that is in the table may go now.
        self.counters()?;
        let mut statement = self.connection.prepare_cached(&self.sql.remove_run)?;
        let was_there = statement.execute([number])? > 0;
        if was_there {
            self.cache.runs.remove(&number);
            self.cache.clear_names();
            self.note(ChangeKind::RunRemoved, number);
        }
        Ok(was_there)
    }
}
