//! The steps of the specification, tracks and runs, each on top of those before it.

use super::prelude::*;

/// What changes the store, in the order of the specification.
const STEPS: [fn(&Store); 11] = [
    |s| is(save(s, "a001", "u1", json!({"somekey": "somevalue"})), 1),
    |s| is(save(s, "a002", "u1", json!({"somekey": "anothervalue"})), 2),
    |s| is(save(s, "a001", "u1", json!({"somekey": "newvalue"})), 3),
    |s| is(merge(s, "a001", "u1", json!({"somekey": "newvalue2"})), 3),
    |s| is(merge(s, "a001", "u2", json!({"somekey": "user2"})), 4),
    |s| s.reindex().unwrap(),
    |s| assert!(s.remove(id(4)).unwrap()),
    |s| assert_eq!(start(s, "a001"), run_id(3)),
    |s| is(save(s, "a001", "u1", json!({"k1": "value1"})), 5),
    |s| assert_eq!(stop(s, task("a001")), Some(run_id(3))),
    |s| assert_eq!(stop(s, run_id(2)), Some(run_id(2))),
];

fn is(given: TrackId, expected: u64) {
    assert_eq!(given, id(expected));
}

/// The store after so many steps.
fn after<'c>(ctx: &'c Context<'_>, steps: usize) -> &'c Store {
    for step in &STEPS[..steps] {
        step(ctx.store());
    }
    ctx.store()
}

/// The data of a user's tracks in the task's current run.
fn user_data(s: &Store, task: &str, user: &str) -> Vec<String> {
    let tracks = s.user_tracks(task, RunChoice::Current, user).unwrap();
    tracks
        .iter()
        .map(|track| track.data().to_string())
        .collect()
}

fn last_as_text(s: &Store, run: impl Into<RunChoice>) -> String {
    s.last_user_track("a001", run, "u1")
        .unwrap()
        .unwrap()
        .to_string()
}

pub(super) fn step_01_the_first_track_is_saved(ctx: &Context<'_>) {
    let saved = save(after(ctx, 0), "a001", "u1", json!({"somekey": "somevalue"}));
    assert_eq!(saved.to_string(), "0000001");
}

pub(super) fn step_02_the_users_tracks_are_that_one(ctx: &Context<'_>) {
    assert_eq!(
        user_data(after(ctx, 1), "a001", "u1"),
        ["{'somekey': 'somevalue'}"]
    );
}

pub(super) fn step_03_the_task_has_that_user(ctx: &Context<'_>) {
    assert_eq!(users_of(after(ctx, 1), "a001"), ["u1"]);
}

pub(super) fn step_04_another_task_has_none(ctx: &Context<'_>) {
    assert!(users_of(after(ctx, 1), "a002").is_empty());
}

pub(super) fn step_05_the_task_is_listed(ctx: &Context<'_>) {
    assert_eq!(tasks(after(ctx, 1)), ["a001"]);
}

pub(super) fn step_06_the_track_is_found_and_shown(ctx: &Context<'_>) {
    let found = after(ctx, 1).query(&Query::all().task("a001")).unwrap();
    let expected = "[<Track ['a001', 1, 'u1', '2026-11-23 15:47']: {'somekey': 'somevalue'}>]";
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(format!("[{}]", found.join(", ")), expected);
}

pub(super) fn step_07_a_track_of_another_task_is_saved(ctx: &Context<'_>) {
    let saved = save(
        after(ctx, 1),
        "a002",
        "u1",
        json!({"somekey": "anothervalue"}),
    );
    assert_eq!(saved.to_string(), "0000002");
}

pub(super) fn step_08_the_user_has_two_tracks(ctx: &Context<'_>) {
    assert_eq!(ids(after(ctx, 2), &Query::all().user("u1")).len(), 2);
}

pub(super) fn step_09_both_tasks_can_be_asked_together(ctx: &Context<'_>) {
    assert_eq!(
        ids(after(ctx, 2), &Query::all().tasks(["a001", "a002"])).len(),
        2
    );
}

pub(super) fn step_10_a_second_track_joins_the_first(ctx: &Context<'_>) {
    let s = after(ctx, 3);
    let expected = ["{'somekey': 'somevalue'}", "{'somekey': 'newvalue'}"];
    assert_eq!(user_data(s, "a001", "u1"), expected);
}

pub(super) fn step_11_the_last_track_is_the_second(ctx: &Context<'_>) {
    let expected = "<Track ['a001', 1, 'u1', '2026-11-23 15:47']: {'somekey': 'newvalue'}>";
    assert_eq!(last_as_text(after(ctx, 3), RunChoice::Current), expected);
}

pub(super) fn step_12_an_update_goes_to_the_last_one(ctx: &Context<'_>) {
    let updated = merge(after(ctx, 3), "a001", "u1", json!({"somekey": "newvalue2"}));
    assert_eq!(updated.to_string(), "0000003");
}

pub(super) fn step_13_it_has_changed_that_one_only(ctx: &Context<'_>) {
    let expected = ["{'somekey': 'somevalue'}", "{'somekey': 'newvalue2'}"];
    assert_eq!(user_data(after(ctx, 4), "a001", "u1"), expected);
}

pub(super) fn step_14_an_update_of_nothing_saves(ctx: &Context<'_>) {
    let saved = merge(after(ctx, 4), "a001", "u2", json!({"somekey": "user2"}));
    assert_eq!(saved.to_string(), "0000004");
}

pub(super) fn step_15_the_other_user_has_a_track(ctx: &Context<'_>) {
    assert_eq!(
        user_data(after(ctx, 5), "a001", "u2"),
        ["{'somekey': 'user2'}"]
    );
}

pub(super) fn step_16_tracks_may_be_reindexed(ctx: &Context<'_>) {
    let s = after(ctx, 5);
    unchanged(s, "reindexing changes no answer", || s.reindex().unwrap());
}

pub(super) fn step_17_a_removed_track_is_gone(ctx: &Context<'_>) {
    assert!(user_data(after(ctx, 7), "a001", "u2").is_empty());
}

pub(super) fn step_18_a_new_run_is_the_third(ctx: &Context<'_>) {
    assert_eq!(
        start(after(ctx, 7), "a001"),
        run_id(3),
        "the saves have started two"
    );
}

pub(super) fn step_19_the_next_track_is_the_fifth(ctx: &Context<'_>) {
    let saved = save(after(ctx, 8), "a001", "u1", json!({"k1": "value1"}));
    assert_eq!(
        saved.to_string(),
        "0000005",
        "the removed one's id does not come back"
    );
}

pub(super) fn step_20_the_last_track_is_of_the_new_run(ctx: &Context<'_>) {
    let expected = "<Track ['a001', 3, 'u1', '2026-11-23 15:47']: {'k1': 'value1'}>";
    assert_eq!(last_as_text(after(ctx, 9), RunChoice::Current), expected);
}

pub(super) fn step_21_older_runs_can_still_be_asked(ctx: &Context<'_>) {
    let expected = "<Track ['a001', 1, 'u1', '2026-11-23 15:47']: {'somekey': 'newvalue2'}>";
    assert_eq!(last_as_text(after(ctx, 9), run_id(1)), expected);
}

pub(super) fn step_22_a_run_is_got_by_its_id(ctx: &Context<'_>) {
    let expected = "<Run 3, 2026-11-23 15:47, 2026-11-23 15:47, False>";
    assert_eq!(run(after(ctx, 9), run_id(3)).to_string(), expected);
}

pub(super) fn step_23_a_run_is_got_by_its_task(ctx: &Context<'_>) {
    let current = after(ctx, 9).current_run_of("a001").unwrap().unwrap();
    let expected = "<Run 3, 2026-11-23 15:47, 2026-11-23 15:47, False>";
    assert_eq!(current.to_string(), expected);
}

pub(super) fn step_24_a_run_that_is_stopped_is_finished(ctx: &Context<'_>) {
    let s = after(ctx, 10);
    let expected = "<Run 3, 2026-11-23 15:47, 2026-11-23 15:47, True>";
    assert_eq!(run(s, run_id(3)).to_string(), expected);
    assert!(run(s, run_id(3)).is_finished());
}

pub(super) fn step_25_its_task_has_no_current_run_any_longer(ctx: &Context<'_>) {
    assert_eq!(after(ctx, 10).current_run_of("a001").unwrap(), None);
}

pub(super) fn step_26_an_earlier_run_is_not_finished(ctx: &Context<'_>) {
    let expected = "<Run 2, 2026-11-23 15:47, 2026-11-23 15:47, False>";
    assert_eq!(run(after(ctx, 10), run_id(2)).to_string(), expected);
}

pub(super) fn step_27_an_earlier_run_can_be_stopped_too(ctx: &Context<'_>) {
    let expected = "<Run 2, 2026-11-23 15:47, 2026-11-23 15:47, True>";
    assert_eq!(run(after(ctx, 11), run_id(2)).to_string(), expected);
}
