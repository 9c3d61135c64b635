//! Random calls that fail in the middle, compared with the naive model: an error changes nothing, not
//! even what the store remembers.
//!
//! Failures are put into the file itself, by triggers that any program could have made, so that
//! they come from where real ones come from: in the midst of a statement, with or without `SQLite`
//! taking the whole transaction back by itself, as it does when the disk is full.

use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use proptest::test_runner::{Config, TestCaseError, TestRunner};
use rusqlite::Connection;
use tracking_core::{Batch, Clock, ManualClock, NewTrack, Operation, Timestamp, TrackingStorage};
use tracking_sqlite::SqliteStorage;
use tracking_testkit::Model;
use tracking_testkit::random::{Call, calls};

use super::dice::Dice;
use super::tools::{assert_sound, contents, folder, full_message, number_from, open_directly};

/// Fails when a user of this name comes into the file.
const POISON: &str = "poison";

const TRIGGERS: &str = "
create table fault (left integer not null);
insert into fault values (-1);
create trigger poisoned before insert on user when new.name like 'poison%' begin
  select case new.name when 'poison-rollback' then raise(rollback, 'injected')
    when 'poison-fail' then raise(fail, 'injected') else raise(abort, 'injected') end;
end;
create trigger saved before insert on track when (select left from fault) >= 0 begin
  update fault set left = left - 1;
  select raise(rollback, 'injected') from fault where left < 0;
end;
create trigger changed before update on track when (select left from fault) >= 0 begin
  update fault set left = left - 1;
  select raise(fail, 'injected') from fault where left < 0;
end;
create trigger removed before delete on track when (select left from fault) >= 0 begin
  update fault set left = left - 1;
  select raise(rollback, 'injected') from fault where left < 0;
end;
create trigger run_changed before update on run when (select left from fault) >= 0 begin
  update fault set left = left - 1;
  select raise(abort, 'injected') from fault where left < 0;
end;
";

/// A store, the model, and a way to make the store fail.
struct Pair {
    store: SqliteStorage,
    model: Model,
    clock: Arc<ManualClock>,
    other: Connection,
    failed: u32,
}

impl Pair {
    fn new(path: &Path, clock: &Arc<ManualClock>) -> Self {
        let store = SqliteStorage::builder(path)
            .clock(Arc::clone(clock) as _)
            .busy_timeout(Duration::ZERO)
            .index("p");
        let store = store.open().unwrap();
        let other = open_directly(path);
        other.execute_batch(TRIGGERS).unwrap();
        Self {
            store,
            model: Model::with_indexes(Arc::clone(clock) as _, ["p".into()]),
            clock: Arc::clone(clock),
            other,
            failed: 0,
        }
    }

    /// Lets a call fail in one of several ways, then makes it of both.
    fn make(&mut self, call: &Call, dice: &mut Dice) -> Result<(), TestCaseError> {
        if !call.is_read() && !matches!(call, Call::Tick(_) | Call::Flush) {
            // Batches that wait for their commit keep others from writing.
            self.store.flush().unwrap();
            match dice.roll(4) {
                0 => self.fail_locked(call)?,
                1 => self.fail_poisoned(call, dice)?,
                2 => self.fail_midway(call, dice)?,
                _ => {}
            }
        }
        let now = self.clock.now();
        let expected = call.make(&self.model, &self.clock);
        self.clock.set(now); // Each of the two moves the clock by itself.
        let got = call.make(&self.store, &self.clock);
        match (expected, got) {
            (Ok(expected), Ok(got)) if expected == got => Ok(()),
            (Err(_), Err(_)) => Ok(()),
            (expected, got) => Err(TestCaseError::fail(format!(
                "{call:?}: expected {expected:?}, got {got:?}"
            ))),
        }
    }

    /// Somebody else writes meanwhile.
    fn fail_locked(&mut self, call: &Call) -> Result<(), TestCaseError> {
        self.other.execute_batch("begin immediate").unwrap();
        let answer = call.make(&self.store, &self.clock);
        let unchanged = self.assert_unchanged(call);
        self.other.execute_batch("rollback").unwrap();
        if answer.is_ok() {
            return Err(TestCaseError::fail(format!("{call:?} was done")));
        }
        self.failed += 1;
        unchanged
    }

    /// A failing operation is added to the batch; nothing else in the file shows it, so
    /// that the store has no reason to reload its caches.
    fn fail_poisoned(&mut self, call: &Call, dice: &mut Dice) -> Result<(), TestCaseError> {
        let batch = match call {
            Call::Apply(batch) | Call::ApplyDelayed(batch) => batch.clone(),
            Call::Save(track) => Batch::new().save(track.clone()),
            Call::StartRun(run) => Batch::new().start_run(run.clone()),
            Call::StopRun(stop) => Batch::new().stop_run(stop.clone()),
            Call::Update(update) => Batch::new().update(update.clone()),
            Call::Remove(id) => Batch::new().remove(*id),
            _ => return Ok(()),
        };
        let kind = ["abort", "fail", "rollback"][dice.place(3)];
        let poison = NewTrack::new("a001", format!("{POISON}-{kind}"), serde_json::json!({}));
        let mut poisoned = Batch::new();
        let place = dice.place(batch.operations().len() + 1);
        for operation in &batch.operations()[..place] {
            poisoned.push(operation.clone());
        }
        poisoned.push(Operation::Save(poison.unwrap()));
        let applied = match call {
            Call::ApplyDelayed(_) => self.store.apply_delayed(&poisoned),
            _ => self.store.apply(&poisoned),
        };
        if applied.is_ok() {
            return Err(TestCaseError::fail(format!("{poisoned:?} was done")));
        }
        self.failed += 1;
        self.assert_unchanged(call)
    }

    /// The n-th row that is written fails. Where fewer are, the call is done.
    fn fail_midway(&mut self, call: &Call, dice: &mut Dice) -> Result<(), TestCaseError> {
        self.arm(i64::try_from(dice.roll(4)).unwrap());
        let answer = call.make(&self.store, &self.clock);
        self.store.flush().unwrap();
        self.arm(-1);
        match answer {
            Ok(_) => {
                let expected = call.make(&self.model, &self.clock);
                expected.map_err(|error| TestCaseError::fail(error.to_string()))?;
            }
            Err(error) => self.failed += u32::from(full_message(&error).contains("injected")),
        }
        self.assert_unchanged(call)
    }

    fn arm(&self, left: i64) {
        let armed = self.other.execute("update fault set left = ?1", [left]);
        assert_eq!(armed.unwrap(), 1);
    }

    /// Fails unless the store holds what the model does, which did not see the failure.
    fn assert_unchanged(&self, call: &Call) -> Result<(), TestCaseError> {
        let (expected, got) = (contents(&self.model), contents(&self.store));
        if expected == got {
            return Ok(());
        }
        Err(TestCaseError::fail(format!(
            "after a failure of {call:?}\nexpected {expected}\ngot {got}"
        )))
    }
}

/// Whatever fails, and however far the change had come: the store is as the model, which knows
/// nothing of the failure, and behaves like it.
#[test]
fn a_call_that_fails_midway_changes_nothing() {
    let config = Config {
        failure_persistence: None,
        cases: u32::try_from(number_from("PROPTEST_CASES", 48)).unwrap(),
        ..Config::default()
    };
    let failures = Cell::new(0);
    let outcome = TestRunner::new(config).run(&calls(40), |calls| {
        let folder = folder();
        let path = folder.path().join("test.db");
        let clock = ManualClock::new(Timestamp::from_secs(1_700_000_000).unwrap());
        let mut pair = Pair::new(&path, &Arc::new(clock));
        let mut dice = Dice::of(&calls);
        for call in &calls {
            pair.make(call, &mut dice)?;
        }
        failures.set(failures.get() + pair.failed);
        drop(pair);
        assert_sound(&path);
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    assert!(failures.get() > 50, "{} calls failed", failures.get());
}
