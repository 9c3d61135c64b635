//! A client that loses answers, and repeats each batch until it has one.

use tracking_core::BatchId;

use super::super::dice::{Dice, repetitions};
use super::super::prelude::*;
use crate::faulty::lossy;

/// A batch of some operations, some of which may fail.
fn random(dice: &mut Dice, n: u64) -> Batch {
    let mut batch = Batch::new().with_id(BatchId::new(format!("batch {n}")).unwrap());
    for _ in 0..=dice.roll(4) {
        let (who, what) = (format!("u{}", dice.roll(3)), format!("a{}", dice.roll(3)));
        let some = id(1 + dice.roll(n + 1));
        let track = new(&what, &who, json!({"n": n}));
        batch = match dice.roll(12) {
            0..4 => batch.save(track),
            4 => batch.save(track.in_run(run_id(1 + dice.roll(5)))),
            5 => batch.save(track.updating(SaveMode::Merge)),
            6 => batch.save(track.with_key(key(&format!("k{}", dice.roll(20))))),
            7 => batch.update(TrackUpdate::merge(some, object(json!({"u": n})))),
            8 => batch.remove(some),
            9 => batch.start_run(NewRun::of(task(&what))),
            10 => batch.stop_run(StopRun::new(task(&what))),
            _ => {
                let moved = checkpoint(&what, json!({"n": n}));
                batch.with_checkpoint(moved)
            }
        };
    }
    batch
}

/// How a batch ended, as far as the contract settles it.
fn ended(answer: &Result<Vec<Outcome>>) -> String {
    match answer {
        Ok(outcomes) => format!("{outcomes:?}"),
        Err(error) => error.kind().to_string(),
    }
}

/// `TRACKING_LOSSY_BATCHES` asks for more batches.
pub(super) fn lose_every_third_answer(ctx: &Context<'_>) {
    let (answering, network) = (ctx.fresh(), lossy(ctx.shared(), 3));
    let mut dice = Dice::new(7);
    let mut lost = 0;
    for n in 0..repetitions("TRACKING_LOSSY_BATCHES", 200) {
        let batch = random(&mut dice, n);
        let expected = ended(&answering.apply(&batch));
        let answer = loop {
            match network.apply(&batch) {
                Err(error) if error.may_have_changed() => lost += 1,
                answer => break answer,
            }
        };
        assert_eq!(ended(&answer), expected, "{batch:?}");
        ctx.wait(1);
    }
    assert!(lost > 0, "answers were lost");
    assert_eq!(dump(ctx.store()), dump(&*answering));
}
