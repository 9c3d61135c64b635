//! Saving as an update of the last track.

use super::prelude::*;

pub(super) fn a_merge_keeps_the_old_keys_and_sets_the_new(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({"a": 1, "b": 2}));
    merge(s, "a001", "u1", json!({"b": 3, "c": 4}));
    assert_eq!(data(s, id(1)), json!({"a": 1, "b": 3, "c": 4}));
}

pub(super) fn a_merge_keeps_the_id_and_gives_no_new_one(ctx: &Context<'_>) {
    let s = ctx.store();
    let saved = save(s, "a001", "u1", json!({}));
    assert_eq!(merge(s, "a001", "u1", json!({"k": 1})), saved);
    assert_eq!(count(s, &Query::all()), 1);
    assert_eq!(
        save(s, "a001", "u1", json!({})),
        id(2),
        "an update uses up no id"
    );
}

pub(super) fn a_merge_is_shallow(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({"n": {"x": 1}, "l": [1, 2]}));
    merge(s, "a001", "u1", json!({"n": {"y": 2}, "l": [3]}));
    assert_eq!(
        data(s, id(1)),
        json!({"n": {"y": 2}, "l": [3]}),
        "nested objects are replaced"
    );
}

pub(super) fn a_merge_stores_null_as_null(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({"a": 1}));
    merge(s, "a001", "u1", json!({"a": null}));
    assert_eq!(data(s, id(1)), json!({"a": null}), "null takes no key away");
}

pub(super) fn a_merge_gets_the_new_time(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    ctx.wait(7);
    merge(s, "a001", "u1", json!({"k": 1}));
    assert_eq!(track(s, id(1)).time(), at(7));
    assert_eq!(run(s, run_id(1)).end(), at(7), "and moves the run's end");
}

pub(super) fn an_update_with_a_given_time_gives_it_to_track_and_run(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    for (mode, seconds) in [(SaveMode::Merge, 20), (SaveMode::Replace, 30)] {
        put(
            s,
            new("a001", "u1", json!({"k": 1}))
                .updating(mode)
                .at(at(seconds)),
        );
        assert_eq!(
            track(s, id(1)).time(),
            at(seconds),
            "{mode:?}: the track gets the time given"
        );
        assert_eq!(
            run(s, run_id(1)).end(),
            at(seconds),
            "{mode:?}: and so does the run"
        );
    }
}

pub(super) fn an_update_at_an_earlier_time_moves_the_track_back(ctx: &Context<'_>) {
    let s = ctx.store();
    save_times(s, &[10, 20]);
    put(
        s,
        new("a001", "u1", json!({"k": 1}))
            .updating(SaveMode::Merge)
            .at(at(5)),
    );
    assert_eq!(track(s, id(2)).time(), at(5));
    assert_eq!(
        run(s, run_id(1)).end(),
        at(20),
        "the run's end only moves on"
    );
    assert_eq!(
        last(s, "a001", RunChoice::Current, "u1"),
        Some(1),
        "another track is the last"
    );
}

pub(super) fn an_empty_merge_leaves_data_and_time(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({"k": 1}));
    ctx.wait(9);
    assert_eq!(merge(s, "a001", "u1", json!({})), id(1));
    assert_eq!(
        track(s, id(1)).time(),
        at(0),
        "a merge of nothing leaves the time"
    );
    assert_eq!(data(s, id(1)), json!({"k": 1}));
}

pub(super) fn an_empty_merge_still_moves_the_runs_end(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({"k": 1}));
    ctx.wait(9);
    merge(s, "a001", "u1", json!({}));
    assert_eq!(run(s, run_id(1)).end(), at(9));
    put(
        s,
        new("a001", "u1", json!({}))
            .updating(SaveMode::Merge)
            .at(at(44)),
    );
    assert_eq!(run(s, run_id(1)).end(), at(44), "also to a time given");
    assert_eq!(
        track(s, id(1)).time(),
        at(0),
        "which the track does not get"
    );
}

pub(super) fn an_empty_merge_without_a_track_saves_a_new_one(ctx: &Context<'_>) {
    let s = ctx.store();
    assert_eq!(merge(s, "a001", "u1", json!({})), id(1));
    assert_eq!(data(s, id(1)), json!({}));
}

pub(super) fn a_replace_replaces_all_data(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({"a": 1, "b": 2}));
    ctx.wait(3);
    assert_eq!(replace(s, "a001", "u1", json!({"b": 3})), id(1));
    assert_eq!(data(s, id(1)), json!({"b": 3}));
    assert_eq!(track(s, id(1)).time(), at(3), "and moves the time");
    assert_eq!(run(s, run_id(1)).end(), at(3), "and the run's end");
}

pub(super) fn a_replace_by_nothing_empties_the_data_and_moves_the_time(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({"a": 1}));
    ctx.wait(3);
    replace(s, "a001", "u1", json!({}));
    assert_eq!(data(s, id(1)), json!({}));
    assert_eq!(track(s, id(1)).time(), at(3));
}

pub(super) fn without_a_track_an_update_saves_a_new_one(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({"k": 0}));
    assert_eq!(merge(s, "a001", "u2", json!({"k": 1})), id(2));
    assert_eq!(replace(s, "a001", "u3", json!({"k": 2})), id(3));
    assert_eq!(data(s, id(2)), json!({"k": 1}));
    assert_eq!(data(s, id(3)), json!({"k": 2}));
}

pub(super) fn without_a_current_run_an_update_starts_one(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({"k": 0}));
    stop(s, task("a001"));
    assert_eq!(
        merge(s, "a001", "u1", json!({"k": 1})),
        id(2),
        "the track of the old run is left"
    );
    assert_eq!(track(s, id(2)).run(), run_id(2));
    assert_eq!(current(s, "a001"), Some(run_id(2)));
}

pub(super) fn an_update_goes_to_the_highest_time(ctx: &Context<'_>) {
    let s = ctx.store();
    save_times(s, &[10, 30, 20]);
    assert_eq!(
        merge(s, "a001", "u1", json!({"k": 1})),
        id(2),
        "not to the highest id"
    );
}

pub(super) fn of_equal_times_an_update_goes_to_the_highest_id(ctx: &Context<'_>) {
    let s = ctx.store();
    save_times(s, &[10, 30, 30, 20]);
    assert_eq!(merge(s, "a001", "u1", json!({"k": 1})), id(3));
}

pub(super) fn an_update_leaves_other_users_alone(ctx: &Context<'_>) {
    let s = ctx.store();
    save_at(s, "a001", "u1", 0);
    save_at(s, "a001", "u2", 50);
    assert_eq!(merge(s, "a001", "u1", json!({"k": 1})), id(1));
    assert_eq!(data(s, id(2)), json!({"at": 50}));
}

pub(super) fn an_update_leaves_other_tasks_of_the_same_run_alone(ctx: &Context<'_>) {
    let s = ctx.store();
    let shared = start(s, "a001");
    put(s, new("a001", "u1", json!({})).in_run(shared));
    put(s, new("a002", "u1", json!({})).in_run(shared).at(at(50)));
    assert_eq!(merge(s, "a001", "u1", json!({"k": 1})), id(1));
}

pub(super) fn an_update_leaves_older_runs_alone(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({"k": 0}));
    start(s, "a001");
    assert_eq!(merge(s, "a001", "u1", json!({"k": 1})), id(2));
    assert_eq!(data(s, id(1)), json!({"k": 0}));
}

pub(super) fn an_update_in_a_named_run_goes_to_its_last_track(ctx: &Context<'_>) {
    let s = ctx.store();
    save_times(s, &[0, 1]);
    start(s, "a001");
    save_times(s, &[2]);
    ctx.wait(9);
    let update = new("a001", "u1", json!({"k": 1}))
        .in_run(run_id(1))
        .updating(SaveMode::Merge);
    assert_eq!(put(s, update), id(2));
    assert_eq!(
        run(s, run_id(1)).end(),
        at(9),
        "it moves the end of that run"
    );
    assert_eq!(run(s, run_id(2)).end(), at(2), "and of no other");
}

pub(super) fn an_update_in_a_finished_run_leaves_it_finished(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    stop(s, run_id(1));
    ctx.wait(9);
    let update = new("a001", "u1", json!({"k": 1}))
        .in_run(run_id(1))
        .updating(SaveMode::Replace);
    assert_eq!(put(s, update), id(1));
    assert!(run(s, run_id(1)).is_finished());
    assert_eq!(run(s, run_id(1)).end(), at(9));
}

pub(super) fn an_update_in_an_unknown_run_is_an_error(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    for mode in [SaveMode::Merge, SaveMode::Replace] {
        let wrong = new("a001", "u1", json!({"k": 1}))
            .in_run(run_id(2))
            .updating(mode);
        let error = refused(s, || s.save(wrong));
        assert_error!(error, Error::UnknownRun { run, .. } if *run == run_id(2));
    }
}

pub(super) fn an_update_after_a_removal_goes_to_the_one_before(ctx: &Context<'_>) {
    let s = ctx.store();
    save_times(s, &[1, 2, 3]);
    s.remove(id(3)).unwrap();
    assert_eq!(replace(s, "a001", "u1", json!({})), id(2));
}

pub(super) fn updated_data_and_time_are_found_and_the_old_are_not(ctx: &Context<'_>) {
    let s = ctx.store();
    s.add_index(&Field::from("k")).unwrap();
    save(s, "a001", "u1", json!({"k": "old"}));
    ctx.wait(9);
    merge(s, "a001", "u1", json!({"k": "new"}));
    assert_eq!(ids(s, &Query::all().field("k", "new")), [1]);
    assert!(ids(s, &Query::all().field("k", "old")).is_empty());
    assert_eq!(ids(s, &Query::all().within(at(9))), [1]);
    assert!(ids(s, &Query::all().within(at(0))).is_empty());
}
