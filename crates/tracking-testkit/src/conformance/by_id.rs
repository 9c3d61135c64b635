//! Changing one track that is named by its id.

use super::prelude::*;

fn merge_into(s: &Store, number: u64, data: Value) {
    s.update(TrackUpdate::merge(id(number), object(data)))
        .unwrap();
}

pub(super) fn a_merge_by_id_keeps_the_old_keys(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({"a": {"x": 1}, "b": 2}));
    merge_into(s, 1, json!({"a": {"y": null}}));
    assert_eq!(data(s, id(1)), json!({"a": {"y": null}, "b": 2}));
}

pub(super) fn a_replace_by_id_replaces_all_data(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({"a": 1, "b": 2}));
    s.update(TrackUpdate::replace(id(1), object(json!({"b": 3}))))
        .unwrap();
    assert_eq!(data(s, id(1)), json!({"b": 3}));
}

pub(super) fn a_replace_by_id_by_nothing_empties_the_data_and_moves_the_time(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({"a": 1}));
    ctx.wait(4);
    s.update(TrackUpdate::replace(id(1), Data::empty()))
        .unwrap();
    assert_eq!((data(s, id(1)), track(s, id(1)).time()), (json!({}), at(4)));
}

pub(super) fn an_update_by_id_moves_time_and_the_runs_end(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    ctx.wait(4);
    merge_into(s, 1, json!({"k": 1}));
    assert_eq!(track(s, id(1)).time(), at(4));
    assert_eq!(run(s, run_id(1)).end(), at(4), "as any interaction does");
}

pub(super) fn an_update_by_id_with_a_given_time_gives_it_to_track_and_run(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    s.update(TrackUpdate::merge(id(1), object(json!({"k": 1}))).at(at(8)))
        .unwrap();
    assert_eq!(
        (track(s, id(1)).time(), run(s, run_id(1)).end()),
        (at(8), at(8))
    );
    s.update(TrackUpdate::replace(id(1), object(json!({}))).at(at(3)))
        .unwrap();
    assert_eq!(
        (track(s, id(1)).time(), run(s, run_id(1)).end()),
        (at(3), at(8))
    );
}

pub(super) fn an_empty_merge_by_id_moves_only_the_runs_end(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({"k": 1}));
    ctx.wait(4);
    merge_into(s, 1, json!({}));
    assert_eq!(
        (data(s, id(1)), track(s, id(1)).time()),
        (json!({"k": 1}), at(0))
    );
    assert_eq!(run(s, run_id(1)).end(), at(4));
}

pub(super) fn an_update_by_id_reaches_tracks_of_old_runs(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    stop(s, run_id(1));
    save(s, "a001", "u1", json!({}));
    ctx.wait(4);
    merge_into(s, 1, json!({"k": 1}));
    assert_eq!(data(s, id(1)), json!({"k": 1}));
    assert_eq!(run(s, run_id(1)).end(), at(4));
    assert!(run(s, run_id(1)).is_finished());
    assert_eq!(run(s, run_id(2)).end(), at(0));
}

pub(super) fn an_update_by_id_keeps_task_run_and_user(ctx: &Context<'_>) {
    let s = ctx.store();
    save_times(s, &[1, 2]);
    s.update(TrackUpdate::replace(id(1), object(json!({"k": 1}))).at(at(5)))
        .unwrap();
    let data = object(json!({"k": 1}));
    let expected = Track::new(id(1), task("a001"), run_id(1), user("u1"), at(5), data);
    assert_eq!(track(s, id(1)), expected);
    assert_eq!(
        last(s, "a001", RunChoice::Current, "u1"),
        Some(1),
        "it is the last one now"
    );
    assert_eq!(
        ids(s, &Query::all()),
        [1, 2],
        "it keeps its place in the order of ids"
    );
}

pub(super) fn an_update_of_an_unknown_track_is_an_error(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    let error = refused(s, || {
        s.update(TrackUpdate::merge(id(2), object(json!({"k": 1}))))
    });
    assert_error!(error, Error::UnknownTrack { id: unknown, .. } if *unknown == id(2));
}

pub(super) fn an_update_of_a_removed_track_is_an_error(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    s.remove(id(1)).unwrap();
    for update in [
        TrackUpdate::merge(id(1), object(json!({"k": 1}))),
        TrackUpdate::merge(id(1), Data::empty()),
        TrackUpdate::replace(id(1), Data::empty()),
    ] {
        let error = refused(s, || s.update(update));
        assert_error!(error, Error::UnknownTrack { id: removed, .. } if *removed == id(1));
    }
}
