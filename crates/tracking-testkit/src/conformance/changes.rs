//! The change feed.

use std::thread;
use std::time::Duration;

use tracking_core::{
    BatchId, Change, ChangeCursor, ChangeFeed,
    ChangeKind::{
        self, RunStarted, RunStopped, TrackRemoved, TrackSaved, TrackUpdated, UserErased,
        UserRenamed,
    },
};

use super::prelude::*;

fn turn_on(s: &Store) -> ChangeCursor {
    s.set_change_feed(&ChangeFeed::UNLIMITED).unwrap();
    s.last_change().unwrap()
}

type Listed = (ChangeKind, u64, u64);

fn listed(changes: &[Change]) -> Vec<Listed> {
    let parts = |change: &Change| (change.kind(), change.ids().0, change.ids().1);
    changes.iter().map(parts).collect()
}

/// What a call has put into the feed.
fn changes_of<T>(s: &Store, act: impl FnOnce() -> T) -> Vec<Listed> {
    let before = s.last_change().unwrap();
    act();
    let page = s.changes(Some(&before), usize::MAX).unwrap();
    assert_eq!(page.next, s.last_change().unwrap());
    listed(&page.changes)
}

pub(super) fn a_store_begins_without_a_feed(ctx: &Context<'_>) {
    let s = ctx.store();
    assert_eq!(s.change_feed().unwrap(), ChangeFeed::OFF);
    save(s, "a001", "u1", json!({}));
    assert_error!(s.changes(None, 9).unwrap_err(), Error::FeedOff { .. });
    assert_error!(s.last_change().unwrap_err(), Error::FeedOff { .. });
    for feed in [
        ChangeFeed::on(),
        ChangeFeed::UNLIMITED,
        ChangeFeed::UNLIMITED.with_max_age(Duration::from_millis(1500)),
        ChangeFeed::UNLIMITED.with_max_count(0),
    ] {
        s.set_change_feed(&feed).unwrap();
        assert_eq!(s.change_feed().unwrap(), feed);
        assert_eq!(s.changes(None, 9).unwrap().changes, []);
    }
    assert_eq!(
        ctx.fresh().change_feed().unwrap(),
        ChangeFeed::OFF,
        "it is no other store's"
    );
}

pub(super) fn every_way_of_change_is_listed(ctx: &Context<'_>) {
    let s = ctx.store();
    turn_on(s);
    let saved = changes_of(s, || save(s, "a001", "u1", json!({})));
    assert_eq!(saved, [(RunStarted, 1, 1), (TrackSaved, 1, 1)]);
    assert_eq!(
        changes_of(s, || save(s, "a001", "u2", json!({}))),
        [(TrackSaved, 2, 2)]
    );
    let merged = changes_of(s, || merge(s, "a001", "u1", json!({"k": 1})));
    assert_eq!(merged, [(TrackUpdated, 1, 1)]);
    let merged = changes_of(s, || merge(s, "a001", "u1", json!({})));
    assert_eq!(merged, [(TrackUpdated, 1, 1)], "the end of the run moves");
    let update = || {
        s.update(TrackUpdate::replace(id(2), Data::empty()))
            .unwrap();
    };
    assert_eq!(changes_of(s, update), [(TrackUpdated, 2, 2)]);
    assert_eq!(changes_of(s, || s.remove(id(2))), [(TrackRemoved, 2, 2)]);
    assert_eq!(changes_of(s, || start(s, "a001")), [(RunStarted, 2, 2)]);
    assert_eq!(changes_of(s, || stop(s, run_id(1))), [(RunStopped, 1, 1)]);
    ctx.wait(60);
    let expired = changes_of(s, || s.expire_runs(at(30)).unwrap());
    assert_eq!(expired, [(RunStopped, 2, 2)]);
    save_times(s, &[1, 2, 3, 4, 5, 6]);
    let query = Query::all().within(TimeRange::until(at(2)));
    let removed = changes_of(s, || s.remove_matching(&query).unwrap());
    assert_eq!(removed, [(TrackRemoved, 1, 1), (TrackRemoved, 3, 4)]);
    let pruned = changes_of(s, || s.prune(&Retention::none().older_than(at(4))).unwrap());
    assert_eq!(pruned, [(TrackRemoved, 5, 5)]);
    let renamed = changes_of(s, || s.rename_user(&user("u1"), &user("u9")).unwrap());
    assert_eq!(renamed, [(UserRenamed, 6, 8)]);
    let erased = changes_of(s, || s.erase_user(&user("u9")).unwrap());
    assert_eq!(erased, [(UserErased, 6, 8)]);
    let other = ctx.fresh();
    save(&*other, "a001", "u1", json!({}));
    let records = dump(&*other);
    let third = ctx.fresh();
    turn_on(&*third);
    let restored = changes_of(&*third, || third.restore(&records).unwrap());
    assert_eq!(restored, [(RunStarted, 1, 1), (TrackSaved, 1, 1)]);
}

pub(super) fn a_batch_of_a_thousand_saves_is_one_entry(ctx: &Context<'_>) {
    let s = ctx.store();
    start(s, "a001");
    turn_on(s);
    let batch: Batch = (0..1000)
        .map(|n| new("a001", "u1", json!({"n": n})))
        .collect();
    let changes = changes_of(s, || s.apply(&batch).unwrap());
    assert_eq!(changes, [(TrackSaved, 1, 1000)]);
}

pub(super) fn the_changes_of_a_commit_come_by_kind_and_id(ctx: &Context<'_>) {
    let s = ctx.store();
    save_times(s, &[1, 2, 3, 4]);
    turn_on(s);
    let touch = |number| TrackUpdate::merge(id(number), object(json!({"seen": true})));
    let batch = Batch::new()
        .remove(id(4))
        .update(touch(3))
        .save(new("a001", "u1", json!({})))
        .update(touch(1))
        .start_run(NewRun::of(task("a002")))
        .update(touch(3))
        .stop_run(StopRun::new(run_id(1)))
        .update(touch(2))
        .save(new("a003", "u1", json!({})))
        .remove(id(6));
    let changes = changes_of(s, || s.apply(&batch).unwrap());
    let expected = [
        (RunStarted, 2, 3),
        (TrackSaved, 5, 6),
        (TrackUpdated, 1, 3),
        (TrackRemoved, 4, 4),
        (TrackRemoved, 6, 6),
        (RunStopped, 1, 1),
    ];
    assert_eq!(changes, expected);
}

pub(super) fn changes_come_in_the_order_of_their_commits_page_by_page(ctx: &Context<'_>) {
    let s = ctx.store();
    let start = turn_on(s);
    save_times(s, &[5, 4, 3]);
    s.remove(id(2)).unwrap();
    save_times(s, &[1]);
    let expected = [
        (RunStarted, 1, 1),
        (TrackSaved, 1, 1),
        (TrackSaved, 2, 2),
        (TrackSaved, 3, 3),
        (TrackRemoved, 2, 2),
        (TrackSaved, 4, 4),
    ];
    for limit in [1, 2, 3, 100] {
        let (mut after, mut found) = (start, Vec::new());
        loop {
            let page = s.changes(Some(&after), limit).unwrap();
            assert!(page.changes.len() <= limit);
            if page.changes.is_empty() {
                assert_eq!(page.next, after, "there is nothing after the end");
                break;
            }
            assert_eq!(page.changes.last().map(Change::cursor), Some(page.next));
            found.extend(listed(&page.changes));
            assert!(found.len() < 100, "the same entries come again");
            after = page.next;
        }
        assert_eq!(found, expected, "with pages of {limit}");
        assert_eq!(after, s.last_change().unwrap());
    }
    let all = s.changes(None, 100).unwrap();
    assert_eq!(
        listed(&all.changes),
        expected,
        "without a place, from the oldest on"
    );
    let second = all.changes[1].cursor();
    let rest = s.changes(Some(&second), 100).unwrap();
    assert_eq!(
        listed(&rest.changes),
        expected[2..],
        "each entry is a place to go on from"
    );
    assert_eq!(s.changes(Some(&second), 0).unwrap().next, second);
}

pub(super) fn what_changes_nothing_is_not_listed(ctx: &Context<'_>) {
    let s = ctx.store();
    fill(s);
    let id_of = |name: &str| BatchId::new(name).unwrap();
    let batch = Batch::new()
        .save(new("a001", "u1", json!({})))
        .with_id(id_of("b1"));
    s.apply(&batch).unwrap();
    turn_on(s);
    let nothing = changes_of(s, || {
        put(
            s,
            new("a001", "u1", json!({"n": {"x": null}})).with_key(key("k1")),
        );
        s.apply(&batch).unwrap();
        assert!(!s.remove(id(99)).unwrap());
        assert_eq!(stop(s, run_id(99)), None);
        let wrong = Batch::new()
            .save(new("a001", "u1", json!({})))
            .remove(id(1))
            .update(TrackUpdate::merge(id(99), Data::empty()));
        s.apply(&wrong).unwrap_err();
        s.rename_user(&user("u1"), &user("u1")).unwrap();
        s.rename_user(&user("nobody"), &user("u7")).unwrap();
        s.erase_user(&user("nobody")).unwrap();
        s.prune(&Retention::none()).unwrap();
        s.restore(&dump(s)).unwrap();
        s.apply(&Batch::new().with_checkpoint(checkpoint("log", json!({"line": 8}))))
            .unwrap();
        s.add_index(&Field::from("page")).unwrap();
        s.reindex().unwrap();
    });
    assert_eq!(nothing, []);
}

pub(super) fn a_change_tells_when_it_was_committed(ctx: &Context<'_>) {
    let s = ctx.store();
    turn_on(s);
    ctx.wait(7);
    save_at(s, "a001", "u1", 1);
    let page = s.changes(None, 9).unwrap();
    assert_eq!(page.changes.len(), 2);
    assert!(page.changes.iter().all(|change| change.time() == at(7)));
}

pub(super) fn a_cursor_can_be_kept_as_text(ctx: &Context<'_>) {
    let s = ctx.store();
    turn_on(s);
    save_times(s, &[1, 2]);
    let cursor = s.changes(None, 2).unwrap().next.to_string();
    let read: ChangeCursor = cursor.parse().unwrap();
    let page = s.changes(Some(&read), 9).unwrap();
    assert_eq!(listed(&page.changes), [(TrackSaved, 2, 2)]);
}

/// The cursor from which an error says to continue.
fn expired(s: &Store, after: &ChangeCursor) -> ChangeCursor {
    match s.changes(Some(after), 9).unwrap_err() {
        Error::ChangesExpired { cursor, resume, .. } if cursor == *after => resume,
        other => panic!("this is the wrong error: {other:?}"),
    }
}

pub(super) fn forgotten_changes_are_an_error_that_says_where_to_continue(ctx: &Context<'_>) {
    let s = ctx.store();
    let begin = turn_on(s);
    s.set_change_feed(&ChangeFeed::UNLIMITED.with_max_count(3))
        .unwrap();
    assert_eq!(s.last_change().unwrap(), begin, "the feed goes on");
    save_times(s, &[1, 2]);
    assert_eq!(s.changes(Some(&begin), 9).unwrap().changes.len(), 3);
    save_times(s, &[3, 4]);
    let resume = expired(s, &begin);
    assert_eq!(resume, s.last_change().unwrap());
    let page = s.changes(None, 9).unwrap();
    let expected = [(TrackSaved, 2, 2), (TrackSaved, 3, 3), (TrackSaved, 4, 4)];
    assert_eq!(listed(&page.changes), expected);
    save_times(s, &[5]);
    let page = s.changes(Some(&resume), 9).unwrap();
    assert_eq!(listed(&page.changes), [(TrackSaved, 5, 5)]);
    let ahead = ChangeCursor::new(resume.epoch(), resume.position() + 2);
    assert_eq!(
        expired(s, &ahead),
        s.last_change().unwrap(),
        "it has not come that far"
    );
    s.set_change_feed(&ChangeFeed::UNLIMITED.with_max_count(0))
        .unwrap();
    save_times(s, &[6]);
    assert_eq!(s.changes(None, 9).unwrap().changes, []);
    s.set_change_feed(&ChangeFeed::UNLIMITED).unwrap();
    let last = s.last_change().unwrap();
    save_times(s, &[7]);
    let page = s.changes(Some(&last), 9).unwrap();
    assert_eq!(listed(&page.changes), [(TrackSaved, 7, 7)]);
}

pub(super) fn changes_that_are_too_old_are_forgotten(ctx: &Context<'_>) {
    let s = ctx.store();
    start(s, "a001");
    let begin = turn_on(s);
    let minute = ChangeFeed::UNLIMITED.with_max_age(Duration::from_mins(1));
    s.set_change_feed(&minute).unwrap();
    save_times(s, &[1]);
    ctx.wait(60);
    save_times(s, &[2]);
    assert_eq!(s.changes(Some(&begin), 9).unwrap().changes.len(), 2);
    ctx.wait(1);
    save_times(s, &[3]);
    expired(s, &begin);
    let entries = listed(&s.changes(None, 9).unwrap().changes);
    assert_eq!(entries, [(TrackSaved, 2, 2), (TrackSaved, 3, 3)]);
}

pub(super) fn a_feed_that_was_off_restarts(ctx: &Context<'_>) {
    let s = ctx.store();
    turn_on(s);
    save_times(s, &[1]);
    let before = s.last_change().unwrap();
    s.set_change_feed(&ChangeFeed::OFF).unwrap();
    assert_eq!(s.change_feed().unwrap(), ChangeFeed::OFF);
    assert_error!(s.changes(None, 9).unwrap_err(), Error::FeedOff { .. });
    save_times(s, &[2]);
    let after = turn_on(s);
    assert_ne!(after.epoch(), before.epoch());
    assert_eq!(
        s.changes(None, 9).unwrap().changes,
        [],
        "what was before is forgotten"
    );
    assert_eq!(expired(s, &before), after);
}

pub(super) fn waiting_ends_as_soon_as_there_is_a_change(ctx: &Context<'_>) {
    let s = ctx.store();
    let begin = turn_on(s);
    let long = Duration::from_mins(10);
    thread::scope(|scope| {
        let waiting: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| s.wait_for_changes(&begin, long).unwrap()))
            .collect();
        thread::sleep(Duration::from_millis(30));
        save(s, "a001", "u1", json!({}));
        for waiting in waiting {
            assert!(waiting.join().unwrap());
        }
    });
    assert!(
        s.wait_for_changes(&begin, long).unwrap(),
        "it is there already"
    );
}

pub(super) fn waiting_ends_when_the_time_is_over(ctx: &Context<'_>) {
    let s = ctx.store();
    let begin = turn_on(s);
    for millis in [0, 1, 25] {
        let timeout = Duration::from_millis(millis);
        assert!(!s.wait_for_changes(&begin, timeout).unwrap());
    }
    s.set_change_feed(&ChangeFeed::OFF).unwrap();
    let error = s.wait_for_changes(&begin, Duration::ZERO).unwrap_err();
    assert_error!(error, Error::FeedOff { .. });
}
