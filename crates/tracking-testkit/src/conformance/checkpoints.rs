//! Checkpoints: positions that commit with a batch.

use super::prelude::*;

fn write(s: &Store, checkpoint: Checkpoint) {
    s.apply(&Batch::new().with_checkpoint(checkpoint)).unwrap();
}

fn line(number: u64) -> Checkpoint {
    checkpoint("log", json!({"line": number}))
}

fn conflict(s: &Store, batch: &Batch) -> String {
    match refused(s, || s.apply(batch)) {
        Error::CheckpointConflict { name, .. } => name.to_string(),
        other => panic!("this must be a conflict of checkpoints: {other:?}"),
    }
}

pub(super) fn an_unknown_checkpoint_is_none(ctx: &Context<'_>) {
    let s = ctx.store();
    assert_eq!(position(s, "log"), None);
    assert!(s.checkpoints().unwrap().is_empty());
}

pub(super) fn a_checkpoint_can_be_written_alone_and_read_back(ctx: &Context<'_>) {
    let s = ctx.store();
    write(s, line(7));
    assert_eq!(s.checkpoint(line(7).name()).unwrap(), Some(line(7)));
    assert!(ids(s, &Query::all()).is_empty());
    write(s, line(3));
    assert_eq!(
        position(s, "log"),
        Some(object(json!({"line": 3}))),
        "it may move anywhere"
    );
}

pub(super) fn a_checkpoint_commits_with_its_batch(ctx: &Context<'_>) {
    let s = ctx.store();
    let batch = Batch::new()
        .save(new("a001", "u1", json!({})))
        .with_checkpoint(line(7));
    assert_eq!(s.apply(&batch).unwrap(), [Outcome::Saved(id(1))]);
    assert_eq!(position(s, "log"), Some(object(json!({"line": 7}))));
}

pub(super) fn a_checkpoint_of_a_batch_that_fails_is_not_written(ctx: &Context<'_>) {
    let s = ctx.store();
    write(s, line(7));
    let wrong = new("a001", "u1", json!({})).in_run(run_id(9));
    let batch = Batch::new()
        .save(wrong)
        .with_checkpoint(line(8))
        .with_checkpoint(checkpoint("new", json!({})));
    refused_batch(s, &batch);
    assert_eq!(position(s, "log"), Some(object(json!({"line": 7}))));
    assert_eq!(position(s, "new"), None);
}

pub(super) fn a_checkpoint_expected_missing_must_be_missing(ctx: &Context<'_>) {
    let s = ctx.store();
    let batch = Batch::new()
        .save(new("a001", "u1", json!({})))
        .with_checkpoint_if(Precondition::Missing, line(1));
    s.apply(&batch).unwrap();
    assert_eq!(conflict(s, &batch), "log");
    assert_eq!(ids(s, &Query::all()), [1], "nothing of the batch is done");
}

pub(super) fn a_checkpoint_expected_somewhere_must_be_there(ctx: &Context<'_>) {
    let s = ctx.store();
    let expected = |number: u64| Precondition::At(object(json!({"line": number})));
    let save = || Batch::new().save(new("a001", "u1", json!({})));
    assert_eq!(
        conflict(s, &save().with_checkpoint_if(expected(1), line(2))),
        "log",
        "it is missing"
    );
    write(s, line(1));
    assert_eq!(
        conflict(s, &save().with_checkpoint_if(expected(0), line(2))),
        "log"
    );
    s.apply(&save().with_checkpoint_if(expected(1), line(2)))
        .unwrap();
    assert_eq!(position(s, "log"), Some(object(json!({"line": 2}))));
}

pub(super) fn what_was_read_can_be_expected(ctx: &Context<'_>) {
    let s = ctx.store();
    for number in 1..4 {
        let read = s.checkpoint(line(0).name()).unwrap();
        s.apply(&Batch::new().with_checkpoint_if(read, line(number)))
            .unwrap();
    }
    assert_eq!(position(s, "log"), Some(object(json!({"line": 3}))));
}

pub(super) fn one_of_several_checkpoints_in_the_wrong_place_stops_the_batch(ctx: &Context<'_>) {
    let s = ctx.store();
    write(s, line(1));
    let batch = Batch::new()
        .with_checkpoint_if(Precondition::Missing, checkpoint("first", json!({})))
        .with_checkpoint_if(Precondition::Missing, line(2))
        .with_checkpoint_if(Precondition::Missing, checkpoint("last", json!({})));
    assert_eq!(conflict(s, &batch), "log");
    assert_eq!((position(s, "first"), position(s, "last")), (None, None));
}

pub(super) fn checkpoints_are_compared_with_what_they_were_before_the_batch(ctx: &Context<'_>) {
    let s = ctx.store();
    let batch = Batch::new()
        .with_checkpoint_if(Precondition::Missing, line(1))
        .with_checkpoint_if(Precondition::Missing, line(2));
    s.apply(&batch).unwrap();
    assert_eq!(
        position(s, "log"),
        Some(object(json!({"line": 2}))),
        "the last one stays"
    );
}

pub(super) fn checkpoints_come_sorted_by_name(ctx: &Context<'_>) {
    let s = ctx.store();
    for name in ["b", "é", "a", "Z", "b"] {
        write(s, checkpoint(name, json!({"of": name})));
    }
    let all = s.checkpoints().unwrap();
    let expected = ["Z", "a", "b", "é"].map(|name| checkpoint(name, json!({"of": name})));
    assert_eq!(all, expected);
}

pub(super) fn checkpoints_stay_when_tracks_go(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    write(s, line(1));
    s.remove_matching(&Query::all()).unwrap();
    assert_eq!(position(s, "log"), Some(object(json!({"line": 1}))));
}

pub(super) fn a_repeated_save_still_moves_the_checkpoint(ctx: &Context<'_>) {
    let s = ctx.store();
    let keyed = || new("a001", "u1", json!({})).with_key(key("k1"));
    s.apply(&Batch::new().save(keyed()).with_checkpoint(line(1)))
        .unwrap();
    s.apply(&Batch::new().save(keyed()).with_checkpoint(line(2)))
        .unwrap();
    assert_eq!(position(s, "log"), Some(object(json!({"line": 2}))));
    assert_eq!(ids(s, &Query::all()), [1]);
}
