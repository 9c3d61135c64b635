//! Starting, stopping and getting runs.

use super::prelude::*;

pub(super) fn run_ids_count_from_1(ctx: &Context<'_>) {
    let s = ctx.store();
    assert_eq!(
        [start(s, "a001"), start(s, "a002"), start(s, "a001")],
        [1, 2, 3].map(run_id)
    );
}

pub(super) fn a_start_makes_the_run_current(ctx: &Context<'_>) {
    let s = ctx.store();
    ctx.wait(5);
    let started = start(s, "a001");
    let expected = Run::new(started, Some(task("a001")), at(5), at(5)).with_current(true);
    assert_eq!(
        run(s, started),
        expected,
        "it starts and ends now, current and unfinished"
    );
    assert_eq!(s.current_run_of("a001").unwrap(), Some(expected));
}

pub(super) fn a_start_replaces_the_current_run_and_leaves_it_unfinished(ctx: &Context<'_>) {
    let s = ctx.store();
    let old = start(s, "a001");
    ctx.wait(5);
    let new = start(s, "a001");
    assert_eq!(current(s, "a001"), Some(new));
    let expected = Run::new(old, Some(task("a001")), at(0), at(0));
    assert_eq!(
        run(s, old),
        expected,
        "the old one stays as it is, unfinished"
    );
}

pub(super) fn a_start_leaves_other_tasks_alone(ctx: &Context<'_>) {
    let s = ctx.store();
    let first = start(s, "a001");
    start(s, "a002");
    assert_eq!(current(s, "a001"), Some(first));
}

pub(super) fn a_start_alone_lists_no_task(ctx: &Context<'_>) {
    let s = ctx.store();
    start(s, "a001");
    assert!(tasks(s).is_empty(), "only tracks make a task appear");
    assert!(users_of(s, "a001").is_empty());
}

pub(super) fn a_start_may_bring_its_own_time(ctx: &Context<'_>) {
    let s = ctx.store();
    let started = s
        .start_run(NewRun::of(task("a001")).starting_at(Timestamp::EPOCH))
        .unwrap();
    let run = run(s, started);
    assert_eq!(
        (run.start(), run.end()),
        (Timestamp::EPOCH, Timestamp::EPOCH)
    );
}

pub(super) fn a_run_without_a_task_is_never_current(ctx: &Context<'_>) {
    let s = ctx.store();
    let free = s.start_run(NewRun::without_task()).unwrap();
    assert_eq!(run(s, free), Run::new(free, None, at(0), at(0)));
    assert_eq!(run(s, free).state(), RunState::Session);
}

pub(super) fn an_unknown_run_is_none(ctx: &Context<'_>) {
    let s = ctx.store();
    start(s, "a001");
    assert_eq!(s.run(&run_id(2).into()).unwrap(), None);
    assert_eq!(s.current_run_of("a002").unwrap(), None);
    assert_eq!(
        s.run(&RunSelector::Started(0)).unwrap(),
        None,
        "outside a batch none is meant"
    );
}

pub(super) fn a_stop_finishes_the_current_run(ctx: &Context<'_>) {
    let s = ctx.store();
    let started = start(s, "a001");
    ctx.wait(5);
    assert_eq!(
        stop(s, task("a001")),
        Some(started),
        "it returns the run's id"
    );
    let expected = Run::new(started, Some(task("a001")), at(0), at(5)).with_finished(true);
    assert_eq!(run(s, started), expected);
    assert_eq!(
        current(s, "a001"),
        None,
        "the task has no current run any longer"
    );
}

pub(super) fn a_stop_by_id_makes_the_run_no_longer_current(ctx: &Context<'_>) {
    let s = ctx.store();
    let started = start(s, "a001");
    assert_eq!(stop(s, started), Some(started));
    assert_eq!(current(s, "a001"), None, "a finished run is never current");
    assert!(!run(s, started).is_current());
    assert!(run(s, started).is_finished());
}

pub(super) fn a_stop_as_unfinished_makes_the_run_no_longer_current(ctx: &Context<'_>) {
    let s = ctx.store();
    let started = start(s, "a001");
    ctx.wait(5);
    let stopped = s.stop_run(StopRun::new(started).unfinished()).unwrap();
    assert_eq!(stopped, Some(started));
    assert_eq!(
        run(s, started),
        Run::new(started, Some(task("a001")), at(0), at(5))
    );
    assert_eq!(current(s, "a001"), None);
}

pub(super) fn a_stop_of_an_older_run_leaves_the_current_one(ctx: &Context<'_>) {
    let s = ctx.store();
    let (old, new) = (start(s, "a001"), start(s, "a001"));
    assert_eq!(stop(s, old), Some(old));
    assert!(run(s, old).is_finished());
    assert_eq!(current(s, "a001"), Some(new));
    assert!(!run(s, new).is_finished());
}

pub(super) fn a_stop_of_one_task_leaves_the_others(ctx: &Context<'_>) {
    let s = ctx.store();
    start(s, "a001");
    let other = start(s, "a002");
    stop(s, task("a001"));
    assert_eq!(current(s, "a002"), Some(other));
}

pub(super) fn a_stop_of_nothing_returns_nothing(ctx: &Context<'_>) {
    let s = ctx.store();
    start(s, "a001");
    let why = "where there is no such run, nothing happens";
    assert_eq!(unchanged(s, why, || stop(s, run_id(2))), None);
    assert_eq!(unchanged(s, why, || stop(s, task("a002"))), None);
}

pub(super) fn a_second_stop_of_a_task_returns_nothing(ctx: &Context<'_>) {
    let s = ctx.store();
    let started = start(s, "a001");
    stop(s, task("a001"));
    ctx.wait(5);
    assert_eq!(stop(s, task("a001")), None);
    assert_eq!(run(s, started).end(), at(0));
}

pub(super) fn a_stop_sets_the_end_even_backwards(ctx: &Context<'_>) {
    let s = ctx.store();
    save_at(s, "a001", "u1", 100);
    stop(s, task("a001"));
    assert_eq!(
        run(s, run_id(1)).end(),
        at(0),
        "the end is now, not the last track's time"
    );
}

pub(super) fn a_stop_may_bring_its_own_time(ctx: &Context<'_>) {
    let s = ctx.store();
    let started = start(s, "a001");
    s.stop_run(StopRun::new(started).ending_at(at(-7))).unwrap();
    assert_eq!(
        (run(s, started).start(), run(s, started).end()),
        (at(0), at(-7))
    );
}

pub(super) fn a_finished_run_can_be_made_unfinished_again(ctx: &Context<'_>) {
    let s = ctx.store();
    let started = start(s, "a001");
    stop(s, started);
    ctx.wait(5);
    assert_eq!(
        s.stop_run(StopRun::new(started).unfinished()).unwrap(),
        Some(started)
    );
    assert_eq!(
        run(s, started),
        Run::new(started, Some(task("a001")), at(0), at(5))
    );
    assert_eq!(current(s, "a001"), None, "it does not become current again");
}

pub(super) fn a_second_stop_by_id_moves_the_end(ctx: &Context<'_>) {
    let s = ctx.store();
    let started = start(s, "a001");
    stop(s, started);
    ctx.wait(5);
    assert_eq!(stop(s, started), Some(started));
    assert_eq!(run(s, started).end(), at(5));
}

pub(super) fn a_run_without_a_task_can_be_stopped(ctx: &Context<'_>) {
    let s = ctx.store();
    let free = s.start_run(NewRun::without_task()).unwrap();
    assert_eq!(stop(s, free), Some(free));
    assert!(run(s, free).is_finished());
}

pub(super) fn after_a_stop_no_older_run_becomes_current(ctx: &Context<'_>) {
    let s = ctx.store();
    start(s, "a001");
    start(s, "a001");
    stop(s, task("a001"));
    assert_eq!(current(s, "a001"), None);
}

pub(super) fn a_run_stays_when_its_tracks_are_gone(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    let before = run(s, run_id(1));
    s.remove(id(1)).unwrap();
    assert_eq!(run(s, run_id(1)), before);
    assert_eq!(current(s, "a001"), Some(run_id(1)));
}

pub(super) fn a_run_prints_as_the_specification_shows_it(ctx: &Context<'_>) {
    let s = ctx.store();
    let started = start(s, "a001");
    ctx.wait(60);
    stop(s, started);
    let expected = "<Run 1, 2026-11-23 15:47, 2026-11-23 15:48, True>";
    assert_eq!(run(s, started).to_string(), expected);
}
