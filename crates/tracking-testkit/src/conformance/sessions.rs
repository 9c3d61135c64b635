//! Sessions: the run that a save finds by what its user did before.

use std::time::Duration;

use super::prelude::*;

/// The gap of these cases, in seconds.
const GAP: i64 = 60;

fn gap() -> SessionGap {
    SessionGap::new(chrono::TimeDelta::seconds(GAP)).unwrap()
}

/// A track of a session so many seconds after the start.
fn session(task: &str, user: &str, seconds: i64) -> NewTrack {
    let new = new(task, user, json!({"at": seconds}));
    new.in_session(gap()).at(at(seconds))
}

/// Saves it, and gives the number of its run.
fn save_and_get_run(s: &Store, track: NewTrack) -> u64 {
    let saved = put(s, track);
    self::track(s, saved).run().number()
}

/// The runs of tracks of task `a001` and user `u1`, one for each second given.
fn runs_of(s: &Store, seconds: &[i64]) -> Vec<u64> {
    let save = |second: &i64| save_and_get_run(s, session("a001", "u1", *second));
    seconds.iter().map(save).collect()
}

pub(super) fn a_first_track_starts_a_run_of_no_task(ctx: &Context<'_>) {
    let s = ctx.store();
    ctx.wait(5);
    put(s, new("a001", "u1", json!({})).in_session(gap()));
    assert_eq!(run(s, run_id(1)), Run::new(run_id(1), None, at(5), at(5)));
    assert_eq!(current(s, "a001"), None, "a session is never current");
}

pub(super) fn a_session_begins_at_the_time_of_its_first_track(ctx: &Context<'_>) {
    let s = ctx.store();
    runs_of(s, &[-500, -490]);
    let expected = Run::new(run_id(1), None, at(-500), at(-490));
    assert_eq!(run(s, run_id(1)), expected);
}

pub(super) fn a_track_within_the_gap_goes_into_the_same_run(ctx: &Context<'_>) {
    let s = ctx.store();
    assert_eq!(
        runs_of(s, &[0, 10, 10, 70, 130]),
        [1; 5],
        "the pauses count, and not how long the session is"
    );
    assert_eq!(run(s, run_id(1)).end(), at(130));
}

pub(super) fn a_longer_pause_starts_another_run(ctx: &Context<'_>) {
    let s = ctx.store();
    put(s, session("a001", "u1", 0));
    let later = at(GAP).saturating_add(chrono::TimeDelta::microseconds(1));
    assert_eq!(save_and_get_run(s, session("a001", "u1", 0).at(later)), 2);
    assert_eq!(run(s, run_id(2)).start(), later);
    assert_eq!(run(s, run_id(1)).end(), at(0), "the old one stays as it is");
    assert!(!run(s, run_id(1)).is_finished());
}

pub(super) fn without_a_time_the_clock_counts(ctx: &Context<'_>) {
    let s = ctx.store();
    let save = || save_and_get_run(s, new("a001", "u1", json!({})).in_session(gap()));
    assert_eq!(save(), 1);
    ctx.wait(GAP);
    assert_eq!(save(), 1);
    ctx.wait(GAP + 1);
    assert_eq!(save(), 2);
}

pub(super) fn a_session_goes_across_tasks(ctx: &Context<'_>) {
    let s = ctx.store();
    put(s, session("a001", "u1", 0));
    assert_eq!(save_and_get_run(s, session("a002", "u1", 10)), 1);
    assert_eq!(count(s, &Query::all().run(run_id(1))), 2);
}

pub(super) fn users_have_sessions_of_their_own(ctx: &Context<'_>) {
    let s = ctx.store();
    put(s, session("a001", "u1", 0));
    assert_eq!(save_and_get_run(s, session("a001", "u2", 1)), 2);
    assert_eq!(
        save_and_get_run(s, session("a001", "", 2)),
        3,
        "nobody is a user"
    );
    assert_eq!(save_and_get_run(s, session("a001", "u1", 3)), 1);
}

pub(super) fn runs_of_a_task_are_no_sessions(ctx: &Context<'_>) {
    let s = ctx.store();
    save_at(s, "a001", "u1", 0);
    assert_eq!(save_and_get_run(s, session("a001", "u1", 10)), 2);
    save_at(s, "a001", "u1", 20);
    let named = new("a002", "u1", json!({})).in_run(run_id(1)).at(at(25));
    put(s, named);
    assert_eq!(
        save_and_get_run(s, session("a001", "u1", 30)),
        2,
        "what was saved into a task's run meanwhile does not count"
    );
    assert_eq!(current(s, "a001"), Some(run_id(1)));
    assert_eq!(
        save_and_get_run(s, session("a001", "u1", 85)),
        2,
        "since 30"
    );
}

pub(super) fn any_run_without_a_task_is_a_session(ctx: &Context<'_>) {
    let s = ctx.store();
    let free = s.start_run(NewRun::without_task()).unwrap();
    assert_eq!(
        save_and_get_run(s, session("a001", "u1", 0)),
        2,
        "it has no track"
    );
    put(s, new("a001", "u2", json!({})).in_run(free).at(at(0)));
    assert_eq!(save_and_get_run(s, session("a001", "u2", 1)), free.number());
}

pub(super) fn a_late_track_goes_into_the_run_before_it(ctx: &Context<'_>) {
    let s = ctx.store();
    assert_eq!(runs_of(s, &[0, 100, 50]), [1, 2, 1], "50 lies within both");
    let after = run(s, run_id(2));
    assert_eq!((after.start(), after.end()), (at(100), at(100)));
    assert_eq!(runs_of(s, &[60]), [1], "since 50");
}

pub(super) fn else_a_late_track_goes_into_the_run_after_it(ctx: &Context<'_>) {
    let s = ctx.store();
    assert_eq!(runs_of(s, &[100, 100 - GAP]), [1, 1]);
    assert_eq!(
        run(s, run_id(1)),
        Run::new(run_id(1), None, at(100), at(100)),
        "a late track moves neither start nor end"
    );
    assert_eq!(runs_of(s, &[100 - 2 * GAP - 1]), [2]);
}

pub(super) fn of_equal_times_the_highest_id_is_the_last(ctx: &Context<'_>) {
    let s = ctx.store();
    let (one, two) = (NewRun::without_task(), NewRun::without_task());
    let (one, two) = (s.start_run(one).unwrap(), s.start_run(two).unwrap());
    for run in [one, two] {
        put(s, new("a001", "u1", json!({})).in_run(run).at(at(10)));
    }
    assert_eq!(runs_of(s, &[20, 5]), [2, 1]);
    let highest = put(s, new("a001", "u1", json!({})).in_run(one).at(at(10)));
    assert_eq!(runs_of(s, &[10]), [1], "{highest} is the last");
}

pub(super) fn a_gap_of_zero_holds_one_moment(ctx: &Context<'_>) {
    let s = ctx.store();
    let save = |time| {
        let track = new("a001", "u1", json!({})).in_session(Duration::ZERO);
        save_and_get_run(s, track.at(time))
    };
    let next = at(0).saturating_add(chrono::TimeDelta::microseconds(1));
    assert_eq!([at(0), at(0), next, at(0)].map(save), [1, 1, 2, 1]);
}

pub(super) fn the_longest_gap_makes_one_session(ctx: &Context<'_>) {
    let s = ctx.store();
    for time in [Timestamp::EPOCH, Timestamp::MAX, Timestamp::MIN, at(0)] {
        let track = new("a001", "u1", json!({})).in_session(Duration::MAX);
        assert_eq!(save_and_get_run(s, track.at(time)), 1);
    }
    let first = run(s, run_id(1));
    assert_eq!(
        (first.start(), first.end()),
        (Timestamp::EPOCH, Timestamp::MAX)
    );
}

pub(super) fn a_finished_session_takes_no_later_track(ctx: &Context<'_>) {
    let s = ctx.store();
    runs_of(s, &[0, 10]);
    let stop = StopRun::new(run_id(1)).ending_at(at(12));
    s.stop_run(stop).unwrap();
    assert_eq!(runs_of(s, &[13, 14]), [2, 2]);
    assert_eq!(run(s, run_id(1)).end(), at(12));
}

pub(super) fn a_finished_session_takes_tracks_up_to_its_end(ctx: &Context<'_>) {
    let s = ctx.store();
    runs_of(s, &[0]);
    let stop = StopRun::new(run_id(1)).ending_at(at(12));
    s.stop_run(stop).unwrap();
    assert_eq!(runs_of(s, &[12, 5]), [1, 1], "they are only late");
    assert!(run(s, run_id(1)).is_finished());
}

pub(super) fn behind_a_finished_session_an_open_one_continues(ctx: &Context<'_>) {
    let s = ctx.store();
    runs_of(s, &[0]);
    let other = s.start_run(NewRun::without_task()).unwrap();
    put(s, new("a001", "u1", json!({})).in_run(other).at(at(10)));
    s.stop_run(StopRun::new(other).ending_at(at(10))).unwrap();
    assert_eq!(
        runs_of(s, &[20]),
        [1],
        "the last track is in a finished run"
    );
}

pub(super) fn a_session_stopped_as_unfinished_continues(ctx: &Context<'_>) {
    let s = ctx.store();
    runs_of(s, &[0]);
    let stop = || StopRun::new(run_id(1)).ending_at(at(1));
    s.stop_run(stop().unfinished()).unwrap();
    assert_eq!(runs_of(s, &[2]), [1]);
    s.stop_run(stop()).unwrap();
    assert_eq!(runs_of(s, &[3]), [2]);
    s.stop_run(stop().unfinished()).unwrap();
    let none_since = runs_of(s, &[4]);
    assert_eq!(none_since, [2], "the last track counts");
}

pub(super) fn a_removed_track_holds_no_session(ctx: &Context<'_>) {
    let s = ctx.store();
    runs_of(s, &[0, 50]);
    s.remove(id(2)).unwrap();
    assert_eq!(runs_of(s, &[61]), [2], "the last one is of 0");
    s.remove_matching(&Query::all()).unwrap();
    assert_eq!(
        runs_of(s, &[61]),
        [3],
        "a run without tracks is found by none"
    );
}

pub(super) fn an_update_of_its_time_moves_a_session(ctx: &Context<'_>) {
    let s = ctx.store();
    runs_of(s, &[0]);
    let update = |seconds| TrackUpdate::merge(id(1), object(json!({"n": 1}))).at(at(seconds));
    s.update(update(500)).unwrap();
    assert_eq!(runs_of(s, &[510, 0]), [1, 2]);
    s.update(update(0)).unwrap();
    assert_eq!(run(s, run_id(1)).end(), at(510));
}

pub(super) fn a_merge_goes_to_the_last_track_of_the_session(ctx: &Context<'_>) {
    let s = ctx.store();
    runs_of(s, &[0]);
    put(s, session("a002", "u1", 5));
    let merged = session("a001", "u1", 10).updating(SaveMode::Merge);
    assert_eq!(put(s, merged), id(1), "the last one of task, run and user");
    assert_eq!(track(s, id(1)).time(), at(10));
    let apart = session("a001", "u1", 71).updating(SaveMode::Merge);
    assert_eq!(put(s, apart), id(3), "another session has no such track");
    assert_eq!(track(s, id(3)).run(), run_id(2));
}

pub(super) fn an_update_that_finds_its_session_may_move_it_back(ctx: &Context<'_>) {
    let s = ctx.store();
    runs_of(s, &[0, 50]);
    let replaced = session("a001", "u1", 40).updating(SaveMode::Replace);
    assert_eq!(put(s, replaced), id(2));
    assert_eq!(runs_of(s, &[101]), [2], "the last one is of 40 now");
}

pub(super) fn a_repeated_save_starts_no_session(ctx: &Context<'_>) {
    let s = ctx.store();
    let track = || session("a001", "u1", 0).with_key(key("k1"));
    let first = put(s, track());
    let why = "a repeated save does nothing";
    assert_eq!(unchanged(s, why, || put(s, track())), first);
    let other_gap = track().in_session(Duration::ZERO);
    assert_eq!(unchanged(s, why, || put(s, other_gap)), first);
    s.remove_matching(&Query::all()).unwrap();
    assert_eq!(
        save_and_get_run(s, track()),
        2,
        "the key went with its track"
    );
}

pub(super) fn a_repeated_batch_starts_no_session(ctx: &Context<'_>) {
    let s = ctx.store();
    let id = tracking_core::BatchId::new("b1").unwrap();
    let batch = |gap: SessionGap| {
        let track = session("a001", "u1", 0).in_session(gap);
        Batch::new().save(track).with_id(id.clone())
    };
    let first = s.apply(&batch(gap())).unwrap();
    let why = "a repeated batch changes nothing";
    let again = unchanged(s, why, || s.apply(&batch(gap())).unwrap());
    assert_eq!(again, first);
    let other = refused(s, || s.apply(&batch(Duration::ZERO.into())));
    assert_error!(other, Error::BatchIdConflict { .. });
}

pub(super) fn saves_of_one_batch_share_a_session(ctx: &Context<'_>) {
    let s = ctx.store();
    let saves = [("u1", 0), ("u2", 1), ("u1", 2), ("u1", 100), ("u2", 3)];
    let batch: Batch = saves
        .map(|(user, at)| session("a001", user, at))
        .into_iter()
        .collect();
    s.apply(&batch).unwrap();
    let runs: Vec<u64> = (1..=5).map(|n| track(s, id(n)).run().number()).collect();
    assert_eq!(runs, [1, 2, 1, 3, 2]);
}

pub(super) fn a_batch_sees_what_it_did_to_a_session(ctx: &Context<'_>) {
    let s = ctx.store();
    runs_of(s, &[0]);
    let stop = StopRun::new(run_id(1)).ending_at(at(1));
    let later = TrackUpdate::merge(id(1), Data::empty()).at(at(20));
    let batch = Batch::new()
        .stop_run(stop)
        .save(session("a001", "u1", 10))
        .update(later)
        .save(session("a001", "u1", 5))
        .remove(id(1));
    s.apply(&batch).unwrap();
    assert_eq!(track(s, id(2)).run(), run_id(2), "the first one was over");
    assert_eq!(track(s, id(3)).run(), run_id(1), "its end has moved");
}

pub(super) fn a_failed_batch_starts_no_session(ctx: &Context<'_>) {
    let s = ctx.store();
    let unknown = new("a001", "u1", json!({})).in_run(run_id(99));
    let batch = Batch::new().save(session("a001", "u1", 0)).save(unknown);
    let (index, error) = refused_batch(s, &batch);
    assert_eq!(index, 1);
    assert_error!(error, Error::UnknownRun { .. });
    assert_eq!(save_and_get_run(s, session("a001", "u1", 0)), 1);
}

pub(super) fn a_session_is_not_among_the_started_runs_of_a_batch(ctx: &Context<'_>) {
    let s = ctx.store();
    let started = new("a001", "u1", json!({})).in_run(RunChoice::Started(0));
    let batch = Batch::new().save(session("a001", "u1", 0)).save(started);
    let (_, error) = refused_batch(s, &batch);
    assert_error!(error, Error::UnknownStartedRun { started: 0, .. });
}

pub(super) fn a_renamed_user_keeps_the_session(ctx: &Context<'_>) {
    let s = ctx.store();
    put(s, session("a001", "u1", 0));
    s.rename_user(&user("u1"), &user("u2")).unwrap();
    assert_eq!(save_and_get_run(s, session("a001", "u2", 10)), 1);
    assert_eq!(save_and_get_run(s, session("a001", "u1", 10)), 2);
    s.rename_user(&user("u1"), &user("u2")).unwrap();
    assert_eq!(
        save_and_get_run(s, session("a001", "u2", 20)),
        2,
        "of both, the last track counts"
    );
}

pub(super) fn an_erased_user_starts_again(ctx: &Context<'_>) {
    let s = ctx.store();
    put(s, session("a001", "u1", 0));
    s.erase_user(&user("u1")).unwrap();
    assert_eq!(save_and_get_run(s, session("a001", "u1", 1)), 2);
}

pub(super) fn reindexing_keeps_sessions(ctx: &Context<'_>) {
    let s = ctx.store();
    assert_eq!(runs_of(s, &[0, 100]), [1, 2]);
    s.reindex().unwrap();
    assert_eq!(runs_of(s, &[10, 110]), [1, 2]);
}

pub(super) fn a_copy_keeps_sessions(ctx: &Context<'_>) {
    let s = ctx.store();
    runs_of(s, &[0, 100]);
    let copy = ctx.fresh();
    copy.restore(&dump(s)).unwrap();
    assert_eq!(runs_of(&*copy, &[10, 110, 500]), [1, 2, 3]);
}

pub(super) fn the_session_of_a_user_is_found(ctx: &Context<'_>) {
    let s = ctx.store();
    runs_of(s, &[0, 100]);
    let found = |name: &str, seconds| {
        let found = s.session_run(&user(name), at(seconds), gap()).unwrap();
        found.map(|found| {
            assert_eq!(found, run(s, found.id()), "it is the run as it is");
            found.id().number()
        })
    };
    let times = [-GAP - 1, -GAP, 0, 59, 61, 160, 161];
    let expected = [None, Some(1), Some(1), Some(1), Some(2), Some(2), None];
    assert_eq!(times.map(|seconds| found("u1", seconds)), expected);
    assert_eq!(found("u2", 0), None);
    stop(s, run_id(2));
    assert_eq!(found("u1", 100), None, "it was stopped at 0");
    unchanged(s, "asking starts no run", || found("u1", 500));
}

pub(super) fn the_last_track_of_a_session_is_that_of_now(ctx: &Context<'_>) {
    let s = ctx.store();
    runs_of(s, &[0, 10]);
    put(s, session("a002", "u1", 20));
    save_at(s, "a001", "u1", 30);
    assert_eq!(last(s, "a001", gap(), "u1"), Some(2));
    assert_eq!(last(s, "a002", gap(), "u1"), Some(3));
    assert_eq!(last(s, "a003", gap(), "u1"), None);
    let tracks = s.user_tracks("a001", gap(), "u1").unwrap();
    assert_eq!(
        tracks.iter().map(|t| t.id().number()).collect::<Vec<_>>(),
        [1, 2]
    );
    ctx.wait(20 + GAP + 1);
    assert_eq!(last(s, "a001", gap(), "u1"), None, "the session is over");
    assert!(s.user_tracks("a001", gap(), "u1").unwrap().is_empty());
}
