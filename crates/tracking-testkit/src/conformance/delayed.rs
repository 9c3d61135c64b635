//! Batches whose commit may be delayed.

use super::prelude::*;

fn one(page: u32) -> Batch {
    Batch::new().save(new("a001", "u1", json!({"page": page})))
}

/// A batch of a loader, which moves its checkpoint by one.
fn loaded(n: u32) -> Batch {
    let from = match n {
        0 => Precondition::Missing,
        _ => Precondition::At(object(json!({"line": n}))),
    };
    Batch::new()
        .start_run(NewRun::without_task())
        .save(new("a001", "u1", json!({"n": n})).in_run(RunChoice::Started(0)))
        .save(new(&format!("a{n}"), &format!("u{n}"), json!({})))
        .save(new("a001", "u1", json!({"n": n})).with_key(key(&format!("k{n}"))))
        .with_checkpoint_if(from, checkpoint("log", json!({"line": n + 1})))
}

pub(super) fn a_delayed_batch_is_seen_at_once(ctx: &Context<'_>) {
    let s = ctx.store();
    for n in 0..3_u32 {
        assert_eq!(
            s.apply_delayed(&one(n)).unwrap(),
            [Outcome::Saved(id(u64::from(n) + 1))]
        );
        // What looks one thing up need not make the store commit; what counts may.
        assert_eq!(data(s, id(u64::from(n) + 1)), json!({"page": n}));
        assert_eq!(
            last(s, "a001", RunChoice::Current, "u1"),
            Some(u64::from(n) + 1)
        );
        assert_eq!(current(s, "a001"), Some(run_id(1)));
    }
    assert_eq!(count(s, &Query::all()), 3);
    s.apply_delayed(&one(3)).unwrap();
    assert_eq!(ids(s, &Query::all()), [1, 2, 3, 4]);
    s.apply_delayed(&loaded(0)).unwrap();
    assert_eq!(position(s, "log"), Some(object(json!({"line": 1}))));
    assert!(s.key_use(&key("k0")).unwrap().is_some());
    assert_eq!(tasks(s), ["a0", "a001"]);
    assert_eq!(run_ids(s, &RunQuery::all()), [1, 2, 3]);
}

pub(super) fn delayed_batches_do_what_others_do(ctx: &Context<'_>) {
    let (s, plain) = (ctx.store(), ctx.fresh());
    for n in 0..20 {
        let outcomes = plain.apply(&loaded(n)).unwrap();
        let delayed = if n % 5 == 3 {
            s.apply(&loaded(n))
        } else {
            s.apply_delayed(&loaded(n))
        };
        assert_eq!(delayed.unwrap(), outcomes);
    }
    s.flush().unwrap();
    assert_eq!(dump(s), dump(&*plain));
}

pub(super) fn a_delayed_batch_that_fails_leaves_those_before_it(ctx: &Context<'_>) {
    let (s, plain) = (ctx.store(), ctx.fresh());
    let wrong = Batch::new()
        .start_run(NewRun::of(task("a001")))
        .save(new("wrong", "nobody", json!({})).with_key(key("wrong")))
        .save(new("a001", "u1", json!({"more": 1})).updating(SaveMode::Merge))
        .update(TrackUpdate::merge(id(99), Data::empty()))
        .with_checkpoint(checkpoint("log", json!({"line": 99})));
    for n in 0..4 {
        plain.apply(&loaded(n)).unwrap();
        s.apply_delayed(&loaded(n)).unwrap();
        assert_error!(
            s.apply_delayed(&wrong).unwrap_err(),
            Error::Batch { index: 3, .. }
        );
        assert_error!(
            s.apply_delayed(&loaded(n)).unwrap_err(),
            Error::CheckpointConflict { .. }
        );
    }
    let after = Batch::new().save(new("wrong", "nobody", json!({"right": true})));
    let outcomes = plain.apply(&after).unwrap();
    assert_eq!(s.apply_delayed(&after).unwrap(), outcomes);
    assert_eq!(dump(s), dump(&*plain));
}

pub(super) fn a_flush_of_nothing_does_nothing(ctx: &Context<'_>) {
    let s = ctx.store();
    s.flush().unwrap();
    fill(s);
    unchanged(s, "there was nothing to commit", || s.flush().unwrap());
}

pub(super) fn records_are_restored_with_a_delayed_commit_too(ctx: &Context<'_>) {
    let from = ctx.fresh();
    fill(&*from);
    let (s, records) = (ctx.store(), dump(&*from));
    for some in records.chunks(2) {
        s.restore_delayed(some).unwrap();
        // What is there already is left alone.
        s.restore_delayed(some).unwrap();
    }
    s.flush().unwrap();
    assert_eq!(dump(s), records);
}

pub(super) fn a_delayed_batch_is_a_change_of_its_own_in_the_feed(ctx: &Context<'_>) {
    let s = ctx.store();
    s.set_change_feed(&tracking_core::ChangeFeed::UNLIMITED)
        .unwrap();
    for n in 0..3 {
        s.apply_delayed(&one(n)).unwrap();
    }
    let changes = s.changes(None, 100).unwrap().changes;
    let saved = changes
        .iter()
        .filter(|change| change.kind() == tracking_core::ChangeKind::TrackSaved);
    assert_eq!(saved.count(), 3);
}
