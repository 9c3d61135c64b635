//! Visiting: pages, cursors, breaking off, and what a visitor may do.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use super::prelude::*;

const ORDERS: [Order; 4] = [
    Order::Id,
    Order::IdDescending,
    Order::Time,
    Order::TimeDescending,
];

/// Five tracks, some of one time.
fn five(s: &Store) {
    save_times(s, &[30, 10, 20, 10, 20]);
}

/// Visits at most so many tracks, then stops early.
fn break_after(s: &Store, query: &Query, limit: usize) -> (Vec<u64>, Option<Cursor>) {
    let mut seen = Vec::new();
    let next = s.visit(query, &mut |track| {
        seen.push(track.id().number());
        if seen.len() < limit {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    (seen, next.unwrap())
}

/// Goes through all pages of a query.
fn pages(s: &Store, query: &Query) -> Vec<u64> {
    let (mut query, mut seen) = (query.clone(), Vec::new());
    for _ in 0..100 {
        let page = s.page(&query).unwrap();
        seen.extend(page.tracks.iter().map(|track| track.id().number()));
        let Some(next) = page.next else { return seen };
        query = query.after(next);
    }
    panic!("the pages have no end: {seen:?}");
}

/// Does on another thread what a store that holds a lock would never finish.
fn without_deadlock(ctx: &Context<'_>, act: impl FnOnce(&Store) + Send + 'static) {
    let (store, (done, wait)) = (ctx.shared(), channel());
    let thread = thread::spawn(move || {
        act(&*store);
        done.send(())
    });
    let waited = wait.recv_timeout(Duration::from_mins(1));
    assert_ne!(
        waited,
        Err(RecvTimeoutError::Timeout),
        "the store deadlocks: it holds a lock while the visitor works"
    );
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

pub(super) fn pages_give_every_track_once_in_every_order(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    for order in ORDERS {
        let query = Query::all().order(order);
        for size in 1..=6 {
            assert_eq!(
                pages(s, &query.clone().limit(size)),
                ids(s, &query),
                "{order:?}, {size}"
            );
        }
    }
}

pub(super) fn pages_of_a_query_with_criteria_skip_nothing(ctx: &Context<'_>) {
    let s = ctx.store();
    for n in 0..20_i64 {
        let track = new(
            if n % 2 == 0 { "a" } else { "b" },
            "u1",
            json!({"k": n % 3}),
        );
        put(s, track.at(at(n % 5)));
    }
    for order in ORDERS {
        let query = Query::all().task("a").field_in("k", [0, 2]).order(order);
        assert_eq!(
            pages(s, &query.clone().limit(2)),
            ids(s, &query),
            "{order:?}"
        );
    }
}

pub(super) fn there_is_a_cursor_where_tracks_are_left(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    for order in ORDERS {
        let page = s.page(&Query::all().order(order).limit(4)).unwrap();
        let last = &page.tracks[3];
        assert_eq!(
            page.next,
            Some(Cursor::after(order, last.time(), last.id())),
            "{order:?}"
        );
    }
}

pub(super) fn there_is_no_cursor_where_none_is_left(ctx: &Context<'_>) {
    let s = ctx.store();
    assert_eq!(s.page(&Query::all()).unwrap().next, None);
    five(s);
    for order in ORDERS {
        let query = Query::all().order(order);
        assert_eq!(
            s.page(&query).unwrap().next,
            None,
            "{order:?} without a limit"
        );
        assert_eq!(
            s.page(&query.clone().limit(5)).unwrap().next,
            None,
            "{order:?}, limit 5"
        );
        assert_eq!(
            s.page(&query.limit(9)).unwrap().next,
            None,
            "{order:?}, limit 9"
        );
    }
    let query = Query::all().within(at(10)).limit(2);
    assert_eq!(
        s.page(&query).unwrap().next,
        None,
        "tracks that do not match are not left"
    );
}

pub(super) fn a_visitor_that_stops_early_gets_the_cursor(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    let (seen, next) = break_after(s, &Query::all(), 2);
    assert_eq!(seen, [1, 2], "nothing is visited after the break");
    assert_eq!(next, Some(Cursor::after(Order::Id, at(10), id(2))));
    assert_eq!(ids(s, &Query::all().after(next.unwrap())), [3, 4, 5]);
}

pub(super) fn a_visitor_that_stops_early_at_the_last_gets_none(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    assert_eq!(
        break_after(s, &Query::all(), 5),
        (vec![1, 2, 3, 4, 5], None)
    );
    let (seen, next) = break_after(s, &Query::all().limit(2), 2);
    assert_eq!(seen, [1, 2]);
    assert_eq!(
        next,
        Some(Cursor::after(Order::Id, at(10), id(2))),
        "beyond the limit some are left"
    );
}

pub(super) fn a_limit_of_0_visits_nothing_and_gives_its_own_cursor(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    assert_eq!(break_after(s, &Query::all().limit(0), 9), (vec![], None));
    for number in [2, 5] {
        let cursor = Cursor::after(Order::Id, at(10), id(number));
        let query = Query::all().after(cursor).limit(0);
        assert_eq!(break_after(s, &query, 9), (vec![], Some(cursor)));
    }
}

pub(super) fn a_cursor_behind_the_last_track_gives_nothing(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    let page = s
        .page(&Query::all().after(Cursor::after(Order::Id, at(0), id(5))))
        .unwrap();
    assert!(page.tracks.is_empty() && page.next.is_none());
}

pub(super) fn a_cursor_of_another_order_is_an_error(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    for (order, other) in ORDERS
        .iter()
        .flat_map(|a| ORDERS.iter().map(move |b| (*a, *b)))
    {
        let query = Query::all()
            .order(order)
            .after(Cursor::after(other, at(10), id(1)));
        let visited = s.visit(&query, &mut |_| ControlFlow::Continue(()));
        if order == other {
            visited.unwrap();
        } else {
            assert_error!(visited.unwrap_err(), Error::CursorMismatch { .. });
        }
    }
}

pub(super) fn a_cursor_as_text_continues_at_the_same_place(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    let query = Query::all().order(Order::TimeDescending);
    let next = s.page(&query.clone().limit(2)).unwrap().next.unwrap();
    let read: Cursor = next.to_string().parse().unwrap();
    assert_eq!(ids(s, &query.after(read)), [3, 4, 2]);
}

pub(super) fn a_cursor_stays_right_when_its_track_is_removed(ctx: &Context<'_>) {
    for (order, rest) in [(Order::Id, [3, 4, 5]), (Order::TimeDescending, [3, 4, 2])] {
        let s = &*ctx.fresh();
        five(s);
        let query = Query::all().order(order);
        let page = s.page(&query.clone().limit(2)).unwrap();
        for track in page.tracks {
            s.remove(track.id()).unwrap();
        }
        assert_eq!(
            ids(s, &query.after(page.next.unwrap())),
            rest,
            "{order:?}: none is left out"
        );
    }
}

pub(super) fn a_cursor_stays_right_when_tracks_come(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    let query = Query::all().order(Order::Time);
    let next = s.page(&query.clone().limit(2)).unwrap().next.unwrap();
    save_times(s, &[0, 10, 15, 99]);
    assert_eq!(
        ids(s, &query.after(next)),
        [7, 8, 3, 5, 1, 9],
        "what comes before it is not shown, what comes after it is, and none twice"
    );
}

pub(super) fn a_visitor_may_read_the_store(ctx: &Context<'_>) {
    five(ctx.store());
    without_deadlock(ctx, |s| {
        let mut seen = 0;
        s.visit(&Query::all(), &mut |track| {
            assert_eq!(s.track(track.id()).unwrap(), Some(track.to_track()));
            seen += s.count(&Query::all()).unwrap();
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(seen, 25);
    });
}

pub(super) fn a_visitor_may_write_to_the_store(ctx: &Context<'_>) {
    five(ctx.store());
    without_deadlock(ctx, |s| {
        s.visit(&Query::all(), &mut |track| {
            save(s, "copy", track.user(), json!({"of": track.id().number()}));
            s.remove(track.id()).unwrap();
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(ids(s, &Query::all()), [6, 7, 8, 9, 10]);
    });
}

pub(super) fn what_is_visited_is_the_store_at_one_moment(ctx: &Context<'_>) {
    five(ctx.store());
    without_deadlock(ctx, |s| {
        let before = s.query(&Query::all()).unwrap();
        let mut seen = Vec::new();
        s.visit(&Query::all(), &mut |track| {
            if seen.is_empty() {
                s.remove(id(2)).unwrap();
                s.update(TrackUpdate::replace(id(3), object(json!({"new": 1}))))
                    .unwrap();
                save(s, "a001", "u1", json!({}));
                s.rename_user(&user("u1"), &user("u9")).unwrap();
            }
            seen.push(track.to_track());
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(seen, before, "what the visitor writes it does not see");
        assert_eq!(ids(s, &Query::all().user("u9")), [1, 3, 4, 5, 6]);
    });
}

pub(super) fn a_borrowed_track_is_complete(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({"k": [1]}));
    s.for_each(&Query::all(), |track| {
        assert_eq!(
            (track.task(), track.user(), track.run()),
            ("a001", "u1", run_id(1))
        );
        assert_eq!((track.id(), track.time()), (id(1), at(0)));
        assert_eq!(track.data().as_str(), r#"{"k":[1]}"#);
        assert_eq!(Some(track.to_track()), s.track(id(1)).unwrap());
    })
    .unwrap();
}
