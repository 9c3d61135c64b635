//! The last track of a task, run and user.

use super::prelude::*;

pub(super) fn the_last_track_has_the_highest_time(ctx: &Context<'_>) {
    let s = ctx.store();
    save_times(s, &[10, 30, 20]);
    assert_eq!(
        last(s, "a001", RunChoice::Current, "u1"),
        Some(2),
        "not the highest id"
    );
}

pub(super) fn of_equal_times_the_last_track_has_the_highest_id(ctx: &Context<'_>) {
    let s = ctx.store();
    save_times(s, &[30, 30, 30, 20]);
    assert_eq!(last(s, "a001", RunChoice::Current, "u1"), Some(3));
}

pub(super) fn the_last_track_is_distinguished_to_the_microsecond(ctx: &Context<'_>) {
    let s = ctx.store();
    for micros in [5, 7, 6] {
        put(
            s,
            new("a001", "u1", json!({})).at(Timestamp::from_micros(micros).unwrap()),
        );
    }
    assert_eq!(last(s, "a001", RunChoice::Current, "u1"), Some(2));
}

pub(super) fn the_last_track_is_complete(ctx: &Context<'_>) {
    let s = ctx.store();
    let saved = save(s, "a001", "u1", json!({"k": [1]}));
    let found = s
        .last_track(&task("a001"), RunChoice::Current, &user("u1"))
        .unwrap();
    assert_eq!(found, s.track(saved).unwrap());
    assert!(found.is_some());
}

pub(super) fn there_is_no_last_track_without_tracks(ctx: &Context<'_>) {
    let s = ctx.store();
    start(s, "a001");
    assert_eq!(last(s, "a001", RunChoice::Current, "u1"), None);
    assert_eq!(last(s, "a001", run_id(1), "u1"), None);
}

pub(super) fn there_is_no_last_track_without_a_current_run(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    stop(s, task("a001"));
    assert_eq!(last(s, "a001", RunChoice::Current, "u1"), None);
    assert_eq!(
        last(s, "a001", run_id(1), "u1"),
        Some(1),
        "by its run it is still there"
    );
}

pub(super) fn there_is_no_last_track_of_an_unknown_run(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    assert_eq!(last(s, "a001", run_id(2), "u1"), None);
    assert_eq!(
        last(s, "a001", RunChoice::Started(0), "u1"),
        None,
        "outside a batch none is meant"
    );
}

pub(super) fn the_last_track_of_the_current_run_is_of_no_older_one(ctx: &Context<'_>) {
    let s = ctx.store();
    save_times(s, &[50]);
    start(s, "a001");
    assert_eq!(last(s, "a001", RunChoice::Current, "u1"), None);
    save_times(s, &[10]);
    assert_eq!(last(s, "a001", RunChoice::Current, "u1"), Some(2));
    assert_eq!(
        last(s, "a001", run_id(1), "u1"),
        Some(1),
        "older runs can still be asked"
    );
}

pub(super) fn the_last_track_is_of_this_task_and_user_only(ctx: &Context<'_>) {
    let s = ctx.store();
    save_at(s, "a001", "u1", 10);
    save_at(s, "a001", "u2", 20);
    put(s, new("a002", "u1", json!({})).in_run(run_id(1)).at(at(30)));
    assert_eq!(last(s, "a001", run_id(1), "u1"), Some(1));
    assert_eq!(last(s, "a002", run_id(1), "u1"), Some(3));
    assert_eq!(last(s, "a002", run_id(1), "u2"), None);
}

pub(super) fn after_a_removal_the_one_before_is_the_last(ctx: &Context<'_>) {
    let s = ctx.store();
    save_times(s, &[10, 30, 20]);
    for expected in [Some(3), Some(1), None] {
        let found = last(s, "a001", RunChoice::Current, "u1").unwrap();
        s.remove(id(found)).unwrap();
        assert_eq!(last(s, "a001", RunChoice::Current, "u1"), expected);
    }
}

pub(super) fn after_an_update_of_its_time_another_may_be_the_last(ctx: &Context<'_>) {
    let s = ctx.store();
    save_times(s, &[10, 30, 20]);
    s.update(TrackUpdate::replace(id(2), Data::empty()).at(at(15)))
        .unwrap();
    assert_eq!(last(s, "a001", RunChoice::Current, "u1"), Some(3));
}

pub(super) fn the_tracks_of_a_user_are_those_of_the_current_run(ctx: &Context<'_>) {
    let s = ctx.store();
    save_times(s, &[1, 2]);
    start(s, "a001");
    save_times(s, &[3]);
    save_at(s, "a001", "u2", 4);
    let found = |run: RunChoice| -> Vec<u64> {
        let tracks = s.user_tracks("a001", run, "u1").unwrap();
        tracks.iter().map(|track| track.id().number()).collect()
    };
    assert_eq!(found(RunChoice::Current), [3]);
    assert_eq!(found(run_id(1).into()), [1, 2]);
    stop(s, task("a001"));
    assert!(
        found(RunChoice::Current).is_empty(),
        "where there is no current run: none"
    );
}
