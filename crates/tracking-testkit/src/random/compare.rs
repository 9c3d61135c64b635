//! A store and the model, side by side.

use std::fmt;
use std::sync::Arc;

use tracking_core::{Clock, Field, ManualClock, Record, TrackingStorage, export};

use super::answer::{Answer, settled, settled_restore};
use super::call::Call;
use super::pools;
use crate::{Model, Setup};

/// A call that two stores answered differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    call: String,
    expected: String,
    got: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the stores differ: {}", self.call)?;
        writeln!(f, "  expected {}", self.expected)?;
        write!(f, "  got      {}", self.got)
    }
}

/// Makes calls of a fresh store and of a fresh [`Model`].
///
/// In the end it compares all that they hold, lets another fresh store take a copy of it, and
/// asks that one the questions among the calls once more.
///
/// # Errors
///
/// Returns the first answer in which they differ. Errors are compared by kind and by the names in them.
pub fn compare<S: TrackingStorage>(
    factory: &impl Fn(Setup) -> S,
    calls: &[Call],
) -> Result<(), Mismatch> {
    let clock = Arc::new(ManualClock::new(pools::start()));
    let shared = || -> Arc<dyn Clock> { Arc::<ManualClock>::clone(&clock) };
    let index = Field::from("p");
    let store = factory(Setup::new(shared()).with_index(&index));
    let model = Model::with_indexes(shared(), [index]);
    for (number, call) in calls.iter().enumerate() {
        let now = clock.now();
        let expected = settle(call, call.make(&model, &clock));
        clock.set(now); // Each of the two moves the clock by itself.
        let got = settle(call, call.make(&store, &clock));
        let what = || format!("call {number}, {}", call.to_json());
        same(&expected, &got, what)?;
    }
    let contents = everything(&model);
    same(&contents, &everything(&store), || {
        "all that it holds".to_owned()
    })?;
    let copy = factory(Setup::new(shared()));
    take(&copy, &contents, "restoring all of it into a fresh store")?;
    take(&copy, &contents, "restoring all of it once more")?;
    for (number, call) in calls.iter().enumerate().filter(|(_, call)| call.is_read()) {
        let expected = settle(call, call.make(&model, &clock));
        let got = settle(call, call.make(&copy, &clock));
        let what = || format!("call {number} of the copy, {}", call.to_json());
        same(&expected, &got, what)?;
    }
    Ok(())
}

/// Restores the content of a store, and compares both contents.
fn take(copy: &dyn TrackingStorage, contents: &SettledAnswer, what: &str) -> Result<(), Mismatch> {
    if let Ok(Answer::Records(records)) = contents {
        let restored = copy.restore(records).map_err(|error| settled(&error));
        let expected = Ok(Answer::Done);
        same(&expected, &restored.map(|()| Answer::Done), || {
            what.to_owned()
        })?;
    }
    same(contents, &everything(copy), || {
        format!("what it holds after {what}")
    })
}

/// An answer, or an error reduced to what the contract defines.
pub(super) type SettledAnswer = Result<Answer, String>;

pub(super) fn settle(call: &Call, answer: tracking_core::Result<Answer>) -> SettledAnswer {
    answer.map_err(|error| match call {
        Call::Restore(_) | Call::RestoreDelayed(_) => settled_restore(&error),
        _ => settled(&error),
    })
}

pub(super) fn everything(store: &dyn TrackingStorage) -> SettledAnswer {
    let mut records: Vec<Record> = Vec::new();
    let exported = export(store, &mut |record| {
        records.push(record);
        Ok(())
    });
    exported
        .map(|()| Answer::Records(records))
        .map_err(|error| settled(&error))
}

pub(super) fn same(
    expected: &SettledAnswer,
    got: &SettledAnswer,
    what: impl Fn() -> String,
) -> Result<(), Mismatch> {
    if expected == got {
        return Ok(());
    }
    Err(Mismatch {
        call: what(),
        expected: describe(expected),
        got: describe(got),
    })
}

fn describe(answer: &SettledAnswer) -> String {
    match answer {
        Ok(answer) => answer.to_json(),
        Err(error) => format!("the error: {error}"),
    }
}
