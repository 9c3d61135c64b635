//! Stopping runs that have been idle for a while.

use super::prelude::*;

pub(super) fn an_untouched_run_is_stopped_as_not_finished(ctx: &Context<'_>) {
    let s = ctx.store();
    let started = start(s, "a001");
    ctx.wait(100);
    assert_eq!(s.expire_runs(at(50)).unwrap(), [started]);
    let expected = Run::new(started, Some(task("a001")), at(0), at(0));
    assert_eq!(
        run(s, started),
        expected,
        "it is not finished, not current, and keeps its end"
    );
    assert_eq!(current(s, "a001"), None);
}

pub(super) fn a_run_touched_at_that_very_time_stays_current(ctx: &Context<'_>) {
    let s = ctx.store();
    let started = start(s, "a001");
    assert!(
        s.expire_runs(at(0)).unwrap().is_empty(),
        "only an end before it counts"
    );
    assert_eq!(current(s, "a001"), Some(started));
    let just_after = Timestamp::from_micros(at(0).micros() + 1).unwrap();
    assert_eq!(s.expire_runs(just_after).unwrap(), [started]);
}

pub(super) fn a_run_touched_by_a_save_stays_current(ctx: &Context<'_>) {
    let s = ctx.store();
    let (touched, left) = (start(s, "a001"), start(s, "a002"));
    save_at(s, "a001", "u1", 60);
    assert_eq!(s.expire_runs(at(50)).unwrap(), [left]);
    assert_eq!(current(s, "a001"), Some(touched));
}

pub(super) fn expired_runs_come_by_id(ctx: &Context<'_>) {
    let s = ctx.store();
    for (name, start) in [("c", 3), ("a", 2), ("b", 1)] {
        s.start_run(NewRun::of(task(name)).starting_at(at(start)))
            .unwrap();
    }
    assert_eq!(s.expire_runs(at(50)).unwrap(), [1, 2, 3].map(run_id));
    assert!(s.expire_runs(at(50)).unwrap().is_empty(), "and only once");
}

pub(super) fn only_current_runs_expire(ctx: &Context<'_>) {
    let s = ctx.store();
    stop(s, start(s, "a001"));
    start(s, "a002");
    let newest = start(s, "a002");
    s.start_run(NewRun::without_task()).unwrap();
    let others = || [1, 2, 4].map(|n| run(s, run_id(n)));
    let before = others();
    assert_eq!(s.expire_runs(at(50)).unwrap(), [newest]);
    assert_eq!(
        others(),
        before,
        "finished, replaced and taskless runs are left as they are"
    );
}

pub(super) fn after_an_expiry_a_save_starts_a_new_run(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    s.expire_runs(at(50)).unwrap();
    let saved = save(s, "a001", "u1", json!({}));
    assert_eq!(track(s, saved).run(), run_id(2));
}

pub(super) fn an_expiry_leaves_tracks_alone(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    let before = track(s, id(1));
    s.expire_runs(at(50)).unwrap();
    assert_eq!(track(s, id(1)), before);
}
