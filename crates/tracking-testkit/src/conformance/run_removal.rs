//! Removing runs, and what goes with them.

use tracking_core::{BatchId, ChangeFeed, ChangeKind, Removal, Removed};

use super::prelude::*;

fn remove(s: &Store, removal: &Removal) -> (u64, u64) {
    let Removed { tracks, runs, .. } = s.remove_by(removal).unwrap();
    (tracks, runs)
}

fn runs_left(s: &Store) -> Vec<u64> {
    run_ids(s, &RunQuery::all())
}

fn only(runs: impl IntoIterator<Item = u64>) -> RunQuery {
    RunQuery::all().ids(runs.into_iter().map(run_id))
}

/// Run 1 of `a001` with tracks 1 of `u1` and 2 of `u2`; run 2 of `a002` with track 3 of `u1`;
/// run 3 of `a003` without a track.
fn three(ctx: &Context<'_>) {
    let s = ctx.store();
    save_at(s, "a001", "u1", 10);
    save_at(s, "a001", "u2", 20);
    save_at(s, "a002", "u1", 30);
    start(s, "a003");
}

pub(super) fn a_run_goes_with_all_its_tracks(ctx: &Context<'_>) {
    three(ctx);
    let s = ctx.store();
    put(s, new("a002", "u3", json!({})).in_run(run_id(1)));
    assert_eq!(remove(s, &Removal::runs(only([1]))), (3, 1));
    assert_eq!(ids(s, &Query::all()), [3], "also that of another task");
    assert_eq!(runs_left(s), [2, 3]);
    assert_eq!(tasks(s), ["a002"]);
    assert_eq!(users(s), ["u1"]);
    assert_eq!(remove(s, &Removal::runs(only([1]))), (0, 0), "only once");
}

pub(super) fn a_key_goes_with_the_track_of_a_removed_run(ctx: &Context<'_>) {
    let s = ctx.store();
    let keyed = || new("a001", "u1", json!({})).with_key(key("k1"));
    put(s, keyed());
    remove(s, &Removal::runs(RunQuery::all()));
    assert_eq!(s.key_use(&key("k1")).unwrap(), None);
    assert_eq!(put(s, keyed()), id(2));
}

pub(super) fn a_removed_run_is_found_nowhere(ctx: &Context<'_>) {
    three(ctx);
    let s = ctx.store();
    remove(s, &Removal::runs(only([1, 3])));
    for gone in [1, 3].map(run_id) {
        assert_eq!(s.run(&gone.into()).unwrap(), None);
        assert_eq!(s.run_summary(gone).unwrap(), None);
        assert!(ids(s, &Query::all().run(gone)).is_empty());
        assert_eq!(stop(s, gone), None);
        assert_eq!(last(s, "a001", gone, "u1"), None);
    }
    assert_eq!(current(s, "a001"), None);
    assert!(run_ids(s, &RunQuery::all().task("a001")).is_empty());
    assert_eq!(s.count_runs(&RunQuery::all()).unwrap(), 1);
    let records = dump(s);
    let is_gone = |record: &Record| matches!(record, Record::Run(run) if run.id() != run_id(2));
    assert!(!records.iter().any(is_gone), "{records:?}");
}

pub(super) fn ids_of_removed_runs_never_come_back(ctx: &Context<'_>) {
    three(ctx);
    let s = ctx.store();
    assert_eq!(remove(s, &Removal::runs(RunQuery::all())), (3, 3));
    assert_eq!(s.counters().unwrap().last_run(), Some(run_id(3)));
    assert_eq!(start(s, "a001"), run_id(4));
    remove(s, &Removal::runs(RunQuery::all()));
    let copy = ctx.fresh();
    copy.restore(&dump(s)).unwrap();
    for store in [s, &*copy] {
        save(store, "a001", "u1", json!({}));
        assert_eq!(current(store, "a001"), Some(run_id(5)), "nor in a copy");
    }
}

pub(super) fn a_save_into_a_removed_run_is_an_error(ctx: &Context<'_>) {
    three(ctx);
    let s = ctx.store();
    remove(s, &Removal::runs(only([1, 3])));
    for gone in [1, 3].map(run_id) {
        let into = new("a001", "u1", json!({})).in_run(gone);
        let error = refused(s, || s.save(into.clone()));
        assert_error!(error, Error::UnknownRun { run, .. } if *run == gone);
        let error = refused(s, || s.save(into.clone().updating(SaveMode::Merge)));
        assert_error!(error, Error::UnknownRun { .. });
    }
}

pub(super) fn without_its_current_run_a_task_starts_a_new_one(ctx: &Context<'_>) {
    three(ctx);
    let s = ctx.store();
    remove(s, &Removal::runs(only([1, 3])));
    let saved = save(s, "a001", "u1", json!({}));
    assert_eq!(track(s, saved).run(), run_id(4));
    assert_eq!(start(s, "a003"), run_id(5));
    assert_eq!(current(s, "a002"), Some(run_id(2)), "others keep theirs");
}

pub(super) fn no_older_run_becomes_current_again(ctx: &Context<'_>) {
    let s = ctx.store();
    start(s, "a001");
    start(s, "a001");
    remove(s, &Removal::runs(only([2])));
    assert_eq!(current(s, "a001"), None);
    assert_eq!(runs_left(s), [1]);
}

pub(super) fn runs_are_removed_by_criteria_place_and_limit(ctx: &Context<'_>) {
    let s = ctx.store();
    for name in ["a", "b", "a", "b", "a", "b"] {
        start(s, name);
    }
    s.start_run(NewRun::without_task()).unwrap();
    let of_a = RunQuery::all().task("a");
    let some = Removal::runs(of_a.clone().after(run_id(1)).limit(1));
    assert_eq!(remove(s, &some), (0, 1));
    assert_eq!(runs_left(s), [1, 2, 4, 5, 6, 7]);
    assert_eq!(remove(s, &Removal::runs(of_a.clone().limit(0))), (0, 0));
    assert_eq!(remove(s, &Removal::runs(of_a)), (0, 2));
    let sessions = RunQuery::all().states([RunState::Session]);
    assert_eq!(remove(s, &Removal::runs(sessions)), (0, 1));
    assert_eq!(remove(s, &Removal::runs(only([]))), (0, 0));
    assert_eq!(runs_left(s), [2, 4, 6]);
}

pub(super) fn empty_runs_alone_are_removed_where_that_is_asked(ctx: &Context<'_>) {
    three(ctx);
    let s = ctx.store();
    s.remove(id(3)).unwrap();
    start(s, "a004");
    let some = Removal::empty_runs(RunQuery::all().limit(2));
    assert_eq!(remove(s, &some), (0, 2), "the limit counts what is removed");
    assert_eq!(runs_left(s), [1, 4]);
}

pub(super) fn a_removal_of_tracks_keeps_runs_unless_asked(ctx: &Context<'_>) {
    three(ctx);
    let s = ctx.store();
    let query = Query::all().task("a002");
    assert_eq!(remove(s, &Removal::tracks(query)), (1, 0));
    assert_eq!(s.remove_matching(&Query::all().user("u2")).unwrap(), 1);
    assert_eq!(s.prune(&Retention::none().keep_last(0)).unwrap(), 1);
    s.erase_user(&user("u1")).unwrap();
    assert_eq!(runs_left(s), [1, 2, 3]);
}

pub(super) fn a_removal_takes_the_runs_that_it_empties(ctx: &Context<'_>) {
    three(ctx);
    let s = ctx.store();
    let of = |name: &str| Removal::tracks(Query::all().user(name)).with_empty_runs();
    assert_eq!(remove(s, &of("u2")), (1, 0), "run 1 has another track");
    assert_eq!(remove(s, &of("u1")), (2, 2));
    assert_eq!(runs_left(s), [3], "this one had none before");
    assert_eq!(current(s, "a001"), None);
    let saved = save(s, "a001", "u1", json!({}));
    assert_eq!(track(s, saved).run(), run_id(4));
}

pub(super) fn a_run_that_was_emptied_before_stays(ctx: &Context<'_>) {
    three(ctx);
    let s = ctx.store();
    s.remove(id(3)).unwrap();
    let all = Removal::tracks(Query::all()).with_empty_runs();
    assert_eq!(remove(s, &all), (2, 1));
    assert_eq!(runs_left(s), [2, 3]);
}

pub(super) fn a_prune_takes_the_runs_that_it_empties(ctx: &Context<'_>) {
    three(ctx);
    let s = ctx.store();
    let old = |second| Removal::old_tracks(Retention::none().older_than(at(second)));
    assert_eq!(remove(s, &old(20).with_empty_runs()), (1, 0));
    assert_eq!(remove(s, &old(21).with_empty_runs()), (1, 1));
    assert_eq!(runs_left(s), [2, 3]);
    let none = Removal::old_tracks(Retention::none().keep_last(0));
    assert_eq!(remove(s, &none.with_empty_runs()), (1, 1));
}

pub(super) fn a_prune_counts_and_removes_only_what_meets_its_criteria(ctx: &Context<'_>) {
    let s = ctx.store();
    for (name, level) in [("a", 1), ("a", 2), ("b", 1), ("a", 1), ("a", 2), ("b", 2)] {
        save(s, name, "u1", json!({"level": level}));
        ctx.wait(1);
    }
    let last = Retention::none().keep_last(1);
    let of_level = Removal::old_tracks_among(last, Query::all().field("level", 1).limit(0));
    assert_eq!(remove(s, &of_level), (1, 0), "a limit is no criterion");
    assert_eq!(ids(s, &Query::all()), [2, 3, 4, 5, 6]);
    let of_task = |old| Removal::old_tracks_among(old, Query::all().task("a"));
    assert_eq!(remove(s, &of_task(last)), (2, 0));
    assert_eq!(ids(s, &Query::all()), [3, 5, 6]);
    let old = Retention::none().older_than(at(5)).limit(1);
    assert_eq!(remove(s, &of_task(old)), (1, 0));
    assert_eq!(ids(s, &Query::all()), [3, 6]);
    let none = Removal::old_tracks_among(Retention::none(), Query::all().task("b"));
    assert_eq!(remove(s, &none), (0, 0));
}

pub(super) fn an_erasure_takes_the_runs_that_it_empties(ctx: &Context<'_>) {
    three(ctx);
    let s = ctx.store();
    let erased = s.remove_by(&Removal::user(user("u1")).with_empty_runs());
    let erased = erased.unwrap();
    assert_eq!((erased.tracks, erased.runs), (2, 1));
    assert!(!matches!(erased.wipe, tracking_core::Wipe::Pending(_)));
    assert_eq!(runs_left(s), [1, 3]);
    assert_eq!(users(s), ["u2"]);
}

pub(super) fn a_cursor_of_another_order_removes_nothing(ctx: &Context<'_>) {
    three(ctx);
    let s = ctx.store();
    let cursor = Cursor::after(Order::Time, at(0), id(1));
    let removal = Removal::tracks(Query::all().after(cursor)).with_empty_runs();
    let error = refused(s, || s.remove_by(&removal));
    assert_error!(error, Error::CursorMismatch { .. });
}

pub(super) fn removed_runs_are_listed_in_the_change_feed(ctx: &Context<'_>) {
    use ChangeKind::{RunRemoved, TrackRemoved, UserErased};

    three(ctx);
    let s = ctx.store();
    s.set_change_feed(&ChangeFeed::UNLIMITED).unwrap();
    let changes_of = |removal: &Removal| -> Vec<(ChangeKind, u64, u64)> {
        let before = s.last_change().unwrap();
        s.remove_by(removal).unwrap();
        let page = s.changes(Some(&before), usize::MAX).unwrap();
        let parts = page.changes.iter();
        parts
            .map(|change| (change.kind(), change.ids().0, change.ids().1))
            .collect()
    };
    let erased = changes_of(&Removal::user(user("u1")).with_empty_runs());
    assert_eq!(
        erased,
        [(UserErased, 1, 1), (UserErased, 3, 3), (RunRemoved, 2, 2)]
    );
    let removed = changes_of(&Removal::runs(RunQuery::all()));
    assert_eq!(
        removed,
        [(TrackRemoved, 2, 2), (RunRemoved, 1, 1), (RunRemoved, 3, 3)]
    );
    save(s, "a001", "u1", json!({}));
    let pruned = Removal::old_tracks(Retention::none().keep_last(0)).with_empty_runs();
    assert_eq!(
        changes_of(&pruned),
        [(TrackRemoved, 4, 4), (RunRemoved, 4, 4)]
    );
    assert_eq!(changes_of(&Removal::runs(RunQuery::all())), []);
}

pub(super) fn a_repeated_batch_is_answered_though_its_run_is_removed(ctx: &Context<'_>) {
    let s = ctx.store();
    let batch = Batch::new()
        .start_run(NewRun::of(task("a001")))
        .save(new("a001", "u1", json!({})).in_run(RunChoice::Started(0)))
        .with_id(BatchId::new("b1").unwrap());
    let first = s.apply(&batch).unwrap();
    remove(s, &Removal::runs(RunQuery::all()));
    let again = unchanged(s, "it was applied before", || s.apply(&batch).unwrap());
    assert_eq!(again, first);
}

pub(super) fn a_removed_run_can_be_restored(ctx: &Context<'_>) {
    three(ctx);
    let s = ctx.store();
    let before = dump(s);
    remove(s, &Removal::runs(RunQuery::all()));
    s.restore(&before).unwrap();
    assert_eq!(dump(s), before);
    assert_eq!(current(s, "a002"), Some(run_id(2)));
}
