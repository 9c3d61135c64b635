//! A store and the model, side by side.

use std::fmt;
use std::sync::Arc;

use tracking_core::{Clock, Field, ManualClock, Record, TrackingStorage, export};

use super::answer::{Answer, settled, settled_restore};
use super::call::Call;
use super::pools;
use crate::{Model, Setup};

/// Where a store answered otherwise than the one it is held against.
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
/// The first answer in which they differ. Errors are compared by what they are and name.
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
        let expected = told(call, call.make(&model, &clock));
        clock.set(now); // Each of the two moves the clock by itself.
        let got = told(call, call.make(&store, &clock));
        let what = || format!("call {number}, {}", call.to_json());
        same(&expected, &got, what)?;
    }
    let held = everything(&model);
    same(&held, &everything(&store), || {
        "all that it holds".to_owned()
    })?;
    let copy = factory(Setup::new(shared()));
    take(&copy, &held, "restoring all of it into a fresh store")?;
    take(&copy, &held, "restoring all of it once more")?;
    for (number, call) in calls
        .iter()
        .enumerate()
        .filter(|(_, call)| call.is_question())
    {
        let expected = told(call, call.make(&model, &clock));
        let got = told(call, call.make(&copy, &clock));
        let what = || format!("call {number} of the copy, {}", call.to_json());
        same(&expected, &got, what)?;
    }
    Ok(())
}

/// Restores all that a store held, and looks whether the other holds the same then.
fn take(copy: &dyn TrackingStorage, held: &Told, what: &str) -> Result<(), Mismatch> {
    if let Ok(Answer::Records(records)) = held {
        let restored = copy.restore(records).map_err(|error| settled(&error));
        let expected = Ok(Answer::Done);
        same(&expected, &restored.map(|()| Answer::Done), || {
            what.to_owned()
        })?;
    }
    same(held, &everything(copy), || {
        format!("what it holds after {what}")
    })
}

/// An answer, or an error as far as the contract settles it.
pub(super) type Told = Result<Answer, String>;

pub(super) fn told(call: &Call, answer: tracking_core::Result<Answer>) -> Told {
    answer.map_err(|error| match call {
        Call::Restore(_) | Call::RestoreDelayed(_) => settled_restore(&error),
        _ => settled(&error),
    })
}

pub(super) fn everything(store: &dyn TrackingStorage) -> Told {
    let mut records: Vec<Record> = Vec::new();
    let exported = export(store, &mut |record| {
        records.push(record);
        Ok(())
    });
    exported
        .map(|()| Answer::Records(records))
        .map_err(|error| settled(&error))
}

pub(super) fn same(expected: &Told, got: &Told, what: impl Fn() -> String) -> Result<(), Mismatch> {
    if expected == got {
        return Ok(());
    }
    Err(Mismatch {
        call: what(),
        expected: shown(expected),
        got: shown(got),
    })
}

fn shown(told: &Told) -> String {
    match told {
        Ok(answer) => answer.to_json(),
        Err(error) => format!("the error: {error}"),
    }
}
