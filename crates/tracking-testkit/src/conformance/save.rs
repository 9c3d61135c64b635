//! Saving new tracks.

use super::prelude::*;

pub(super) fn track_ids_count_from_1(ctx: &Context<'_>) {
    let s = ctx.store();
    let given = [
        save(s, "a001", "u1", json!({})),
        save(s, "a002", "u1", json!({})),
        save(s, "a001", "u2", json!({})),
    ];
    assert_eq!(given, [id(1), id(2), id(3)], "track ids count from 1");
}

pub(super) fn a_track_id_prints_at_least_seven_digits(ctx: &Context<'_>) {
    let given = save(ctx.store(), "a001", "u1", json!({}));
    assert_eq!(given.to_string(), "0000001");
}

pub(super) fn track_ids_never_come_back(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    let second = save(s, "a001", "u1", json!({}));
    s.remove(second).unwrap();
    let third = save(s, "a001", "u1", json!({}));
    assert_eq!(third, id(3), "an id never comes back after a removal");
    s.remove_matching(&Query::all()).unwrap();
    assert_eq!(
        save(s, "a001", "u1", json!({})),
        id(4),
        "nor after the removal of all"
    );
}

pub(super) fn a_track_keeps_all_that_was_given(ctx: &Context<'_>) {
    let s = ctx.store();
    let run = start(s, "a001");
    let given = new("a002", "u1", json!({"k": [1, {"x": null}]}))
        .in_run(run)
        .at(at(77));
    let saved = put(s, given);
    let data = object(json!({"k": [1, {"x": null}]}));
    let expected = Track::new(saved, task("a002"), run, user("u1"), at(77), data);
    assert_eq!(track(s, saved), expected);
    assert_eq!(s.query(&Query::all()).unwrap(), [expected]);
}

pub(super) fn an_unknown_track_is_none(ctx: &Context<'_>) {
    assert_eq!(ctx.store().track(id(1)).unwrap(), None);
}

pub(super) fn without_a_run_it_goes_into_the_current_one(ctx: &Context<'_>) {
    let s = ctx.store();
    start(s, "a001");
    let second = start(s, "a001");
    let saved = save(s, "a001", "u1", json!({}));
    assert_eq!(
        track(s, saved).run(),
        second,
        "run 0 means the task's current run"
    );
}

pub(super) fn without_a_current_run_one_is_started(ctx: &Context<'_>) {
    let s = ctx.store();
    ctx.wait(5);
    let saved = save(s, "a001", "u1", json!({}));
    let started = run(s, track(s, saved).run());
    assert_eq!(started.id(), run_id(1));
    assert_eq!(
        started.task(),
        Some(&task("a001")),
        "it is a run of the track's task"
    );
    assert_eq!((started.start(), started.end()), (at(5), at(5)));
    assert!(started.is_current() && !started.is_finished());
    assert_eq!(current(s, "a001"), Some(run_id(1)));
}

pub(super) fn a_run_that_a_save_starts_begins_now(ctx: &Context<'_>) {
    let s = ctx.store();
    save_at(s, "a001", "u1", -500);
    let started = run(s, run_id(1));
    assert_eq!(
        (started.start(), started.end()),
        (at(0), at(0)),
        "also where the track's time is earlier"
    );
    save_at(s, "a002", "u1", 500);
    let started = run(s, run_id(2));
    assert_eq!(
        (started.start(), started.end()),
        (at(0), at(500)),
        "and where it is later, it moves the end"
    );
}

pub(super) fn after_a_stop_a_save_starts_a_new_run(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    stop(s, task("a001"));
    let saved = save(s, "a001", "u1", json!({}));
    assert_eq!(track(s, saved).run(), run_id(2));
}

pub(super) fn every_task_has_a_current_run_of_its_own(ctx: &Context<'_>) {
    let s = ctx.store();
    for name in ["a001", "a002", "a001", "a002"] {
        save(s, name, "u1", json!({}));
    }
    let runs: Vec<u64> = (1..=4).map(|n| track(s, id(n)).run().number()).collect();
    assert_eq!(runs, [1, 2, 1, 2]);
}

pub(super) fn users_of_a_task_share_its_current_run(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    let saved = save(s, "a001", "u2", json!({}));
    assert_eq!(track(s, saved).run(), run_id(1));
}

pub(super) fn a_save_into_a_named_run_goes_there(ctx: &Context<'_>) {
    let s = ctx.store();
    let (first, second) = (start(s, "a001"), start(s, "a001"));
    let saved = put(s, new("a001", "u1", json!({})).in_run(first));
    assert_eq!(track(s, saved).run(), first);
    assert_eq!(
        current(s, "a001"),
        Some(second),
        "and leaves the current run current"
    );
}

pub(super) fn a_save_into_an_unknown_run_is_an_error(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    let unknown = new("a001", "u1", json!({})).in_run(run_id(9));
    let error = refused(s, || s.save(unknown));
    assert_error!(error, Error::UnknownRun { run, .. } if *run == run_id(9));
    assert_eq!(
        save(s, "a001", "u1", json!({})),
        id(2),
        "not even the id counter has moved"
    );
}

pub(super) fn a_save_into_a_started_run_is_an_error_outside_a_batch(ctx: &Context<'_>) {
    let s = ctx.store();
    start(s, "a001");
    let wrong = new("a001", "u1", json!({})).in_run(RunChoice::Started(0));
    let error = refused(s, || s.save(wrong));
    assert_error!(
        error,
        Error::UnknownStartedRun {
            index: 0,
            started: 0,
            ..
        }
    );
}

pub(super) fn a_save_into_a_finished_run_works_and_leaves_it_finished(ctx: &Context<'_>) {
    let s = ctx.store();
    let old = start(s, "a001");
    stop(s, old);
    ctx.wait(60);
    let saved = put(s, new("a001", "u1", json!({})).in_run(old));
    let after = run(s, old);
    assert_eq!(track(s, saved).run(), old);
    assert!(after.is_finished(), "a finished run stays finished");
    assert!(!after.is_current(), "a finished run is never current");
    assert_eq!(after.end(), at(60), "its end moves");
    assert_eq!(current(s, "a001"), None);
}

pub(super) fn a_save_into_a_run_of_another_task_works(ctx: &Context<'_>) {
    let s = ctx.store();
    let other = start(s, "a001");
    let saved = put(s, new("a002", "u1", json!({})).in_run(other));
    assert_eq!(
        (track(s, saved).task().as_str(), track(s, saved).run()),
        ("a002", other)
    );
    assert_eq!(
        run(s, other).task(),
        Some(&task("a001")),
        "the run keeps its task"
    );
    assert_eq!(
        current(s, "a002"),
        None,
        "it becomes current for nobody else"
    );
    assert_eq!(tasks(s), ["a002"]);
}

pub(super) fn a_save_into_a_run_without_a_task_works(ctx: &Context<'_>) {
    let s = ctx.store();
    let free = s.start_run(NewRun::without_task()).unwrap();
    ctx.wait(3);
    let saved = put(s, new("a001", "u1", json!({})).in_run(free));
    assert_eq!(track(s, saved).run(), free);
    assert_eq!(run(s, free).end(), at(3));
    assert_eq!(current(s, "a001"), None);
}

pub(super) fn a_save_moves_the_runs_end_to_its_time(ctx: &Context<'_>) {
    let s = ctx.store();
    start(s, "a001");
    ctx.wait(10);
    save(s, "a001", "u1", json!({}));
    assert_eq!(
        run(s, run_id(1)).end(),
        at(10),
        "a save moves the run's end"
    );
    save_at(s, "a001", "u1", 99);
    assert_eq!(
        run(s, run_id(1)).end(),
        at(99),
        "also one with a time of its own"
    );
    assert_eq!(run(s, run_id(1)).start(), at(0), "the start stays");
}

pub(super) fn an_earlier_track_leaves_the_runs_end(ctx: &Context<'_>) {
    let s = ctx.store();
    save_times(s, &[50, 20]);
    assert_eq!(
        run(s, run_id(1)).end(),
        at(50),
        "the end is the larger of both"
    );
}

pub(super) fn without_a_time_the_clock_counts(ctx: &Context<'_>) {
    let s = ctx.store();
    ctx.wait(42);
    let saved = save(s, "a001", "u1", json!({}));
    assert_eq!(track(s, saved).time(), at(42));
    ctx.clock().set(at(-42));
    let saved = save(s, "a001", "u1", json!({}));
    assert_eq!(
        track(s, saved).time(),
        at(-42),
        "also where it has been set back"
    );
}

pub(super) fn a_given_time_counts(ctx: &Context<'_>) {
    let s = ctx.store();
    let saved = save_at(s, "a001", "u1", 1_000);
    assert_eq!(track(s, saved).time(), at(1_000));
}

pub(super) fn time_zero_is_a_time(ctx: &Context<'_>) {
    let s = ctx.store();
    let saved = put(s, new("a001", "u1", json!({})).at(Timestamp::EPOCH));
    assert_eq!(
        track(s, saved).time(),
        Timestamp::EPOCH,
        "time 0 does not mean now"
    );
}

pub(super) fn microseconds_are_kept(ctx: &Context<'_>) {
    let s = ctx.store();
    for micros in [1_795_448_820_123_456, -1, 1] {
        let time = Timestamp::from_micros(micros).unwrap();
        let saved = put(s, new("a001", "u1", json!({})).at(time));
        assert_eq!(track(s, saved).time().micros(), micros);
    }
}

pub(super) fn the_ends_of_time_are_kept(ctx: &Context<'_>) {
    let s = ctx.store();
    for time in [Timestamp::MIN, Timestamp::MAX] {
        let saved = put(s, new("a001", "u1", json!({})).at(time));
        assert_eq!(track(s, saved).time(), time);
    }
    assert_eq!(run(s, run_id(1)).end(), Timestamp::MAX);
}

pub(super) fn an_empty_user_name_means_nobody(ctx: &Context<'_>) {
    let s = ctx.store();
    let saved = save(s, "a001", "", json!({}));
    assert_eq!(track(s, saved).user(), &UserName::nobody());
    assert_eq!(ids(s, &Query::all().user("")), [1]);
    assert_eq!(last(s, "a001", RunChoice::Current, ""), Some(1));
}

pub(super) fn one_data_object_saved_twice_is_two(ctx: &Context<'_>) {
    let s = ctx.store();
    let same = new("a001", "u1", json!({"k": 1}));
    let (first, second) = (put(s, same.clone()), put(s, same));
    s.update(TrackUpdate::merge(first, object(json!({"k": 2}))))
        .unwrap();
    assert_eq!(data(s, first), json!({"k": 2}));
    assert_eq!(data(s, second), json!({"k": 1}), "each track owns its data");
}

pub(super) fn a_name_that_ends_in_a_star_is_an_ordinary_name(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "azure", "anna", json!({}));
    let saved = save(s, "a*", "an*", json!({}));
    assert_eq!(track(s, saved).task().as_str(), "a*");
    assert_eq!(
        merge(s, "a*", "an*", json!({"k": 1})),
        saved,
        "it updates its own track"
    );
    assert_eq!(data(s, id(1)), json!({}), "and no other");
    assert_eq!(tasks(s), ["a*", "azure"]);
}
