//! Concurrent threads, and clients that disconnect.

mod feed_copy;
mod lossy_client;

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::prelude::*;

const THREADS: usize = 4;
/// How many rounds each thread does: enough for threads to meet, few enough to stay quick.
const ROUNDS: usize = 50;

/// Does the same on several threads that start together, and collects what they give.
fn together<T: Send>(act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    on_threads(THREADS, act)
}

/// The same on this many threads.
fn on_threads<T: Send>(threads: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(threads);
    let run = |number| {
        barrier.wait();
        act(number)
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..threads)
            .map(|number| scope.spawn(move || run(number)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

/// Writes while another thread looks again and again; both have looked and written at least once.
fn while_writing(write: impl FnOnce() + Send, look: impl Fn()) {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            write();
            done.store(true, Ordering::SeqCst);
        });
        while !done.load(Ordering::SeqCst) && !writer.is_finished() {
            look();
        }
        writer.join().unwrap();
        look();
    });
}

fn many(name: &str, count: usize) -> Batch {
    (0..count)
        .map(|n| new(name, "u1", json!({"n": n})))
        .collect()
}

pub(super) fn no_save_is_lost_and_no_id_is_given_twice(ctx: &Context<'_>) {
    let s = ctx.store();
    let given = together(|number| {
        let user = format!("u{number}");
        let save_one = |n| save(s, "a001", &user, json!({"n": n}));
        (0..ROUNDS).map(save_one).collect::<Vec<_>>()
    });
    let total = THREADS * ROUNDS;
    let distinct: BTreeSet<TrackId> = given.iter().flatten().copied().collect();
    assert_eq!(distinct.len(), total, "an id was given twice");
    assert_eq!(
        ids(s, &Query::all()),
        (1..=total as u64).collect::<Vec<_>>(),
        "a save was lost"
    );
    for (number, ids) in given.iter().enumerate() {
        for (n, saved) in ids.iter().enumerate() {
            let track = track(s, *saved);
            assert_eq!(track.user().as_str(), format!("u{number}"));
            assert_eq!(
                track.data().get("n"),
                Some(json!(n)),
                "an id was given to another track"
            );
        }
    }
}

pub(super) fn no_run_id_is_given_twice(ctx: &Context<'_>) {
    let s = ctx.store();
    let given = together(|number| {
        (0..ROUNDS)
            .map(|_| start(s, &format!("t{}", number % 2)))
            .collect::<Vec<_>>()
    });
    let distinct: BTreeSet<RunId> = given.into_iter().flatten().collect();
    assert_eq!(distinct.len(), THREADS * ROUNDS);
    let current = RunQuery::all().states([RunState::Current]);
    assert_eq!(
        run_ids(s, &current).len(),
        2,
        "each task has one current run"
    );
}

pub(super) fn a_fresh_task_gets_one_run_only(ctx: &Context<'_>) {
    let s = ctx.store();
    for round in 0..ROUNDS {
        let name = format!("t{round}");
        let runs = together(|_| track(s, save(s, &name, "u1", json!({}))).run());
        let distinct: BTreeSet<RunId> = runs.into_iter().collect();
        assert_eq!(
            distinct.len(),
            1,
            "several saves at once have started several runs"
        );
    }
    assert_eq!(run_ids(s, &RunQuery::all()).len(), ROUNDS);
}

pub(super) fn one_session_is_one_run_however_many_save_into_it(ctx: &Context<'_>) {
    let s = ctx.store();
    for round in 0..ROUNDS {
        let who = format!("u{round}");
        let runs = on_threads(8, |thread| {
            let track = new(&format!("t{thread}"), &who, json!({})).at(at(0));
            self::track(s, put(s, track.in_session(SessionGap::default()))).run()
        });
        let distinct: BTreeSet<RunId> = runs.into_iter().collect();
        assert_eq!(
            distinct.len(),
            1,
            "several saves at once have started several sessions"
        );
    }
    assert_eq!(run_ids(s, &RunQuery::all()).len(), ROUNDS);
}

pub(super) fn a_count_sees_whole_batches_or_nothing(ctx: &Context<'_>) {
    let s = ctx.store();
    let write = || (0..ROUNDS).for_each(|_| drop(s.apply(&many("a001", 10)).unwrap()));
    while_writing(write, || {
        assert_eq!(
            count(s, &Query::all()) % 10,
            0,
            "a count has seen part of a batch"
        );
        let groups = s.groups(&Query::all(), &GroupBy::Task.into()).unwrap();
        assert!(
            groups.iter().all(|group| group.count() % 10 == 0),
            "{groups:?}"
        );
    });
    assert_eq!(count(s, &Query::all()), 10 * ROUNDS as u64);
}

pub(super) fn a_query_sees_whole_batches_or_nothing(ctx: &Context<'_>) {
    let s = ctx.store();
    s.apply(&many("a001", 10)).unwrap();
    let write = || {
        for _ in 0..ROUNDS {
            let mut batch = many("a001", 10);
            for old in s.query(&Query::all()).unwrap() {
                batch = batch.remove(old.id());
            }
            s.apply(&batch).unwrap();
        }
    };
    while_writing(write, || {
        for order in [Order::Id, Order::TimeDescending] {
            let found = s.query(&Query::all().task("a001").order(order)).unwrap();
            assert_eq!(found.len(), 10, "each batch removes ten and saves ten");
            let numbers: BTreeSet<String> = found.iter().map(|t| t.data().to_string()).collect();
            assert_eq!(numbers.len(), 10, "these are of different batches");
        }
    });
}

pub(super) fn a_removal_by_query_is_seen_as_a_whole(ctx: &Context<'_>) {
    let s = ctx.store();
    let write = || {
        for _ in 0..ROUNDS {
            s.apply(&many("a001", 10)).unwrap();
            assert_eq!(s.remove_matching(&Query::all()).unwrap(), 10);
        }
    };
    while_writing(write, || {
        let count = count(s, &Query::all());
        assert!(count == 0 || count == 10, "{count} of 10 tracks were seen");
    });
}

pub(super) fn a_rename_is_seen_as_a_whole(ctx: &Context<'_>) {
    let s = ctx.store();
    s.apply(&many("a001", 20)).unwrap();
    let (one, two) = (user("u1"), user("u2"));
    let write = || {
        for _ in 0..ROUNDS {
            assert_eq!(done(s.rename_user(&one, &two)), Erasure::complete(20));
            assert_eq!(done(s.rename_user(&two, &one)), Erasure::complete(20));
        }
    };
    while_writing(write, || {
        let groups = s.groups(&Query::all(), &GroupBy::User.into()).unwrap();
        assert_eq!(
            groups.iter().map(Group::count).collect::<Vec<_>>(),
            [20],
            "{groups:?}"
        );
    });
}

pub(super) fn no_merge_is_lost(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    together(|number| {
        for n in 0..ROUNDS {
            let key = format!("k{number}-{n}");
            assert_eq!(merge(s, "a001", "u1", json!({key: n})), id(1));
        }
    });
    let keys = track(s, id(1)).data().to_map().unwrap().len();
    assert_eq!(keys, THREADS * ROUNDS, "two merges at once have lost keys");
}

pub(super) fn a_save_under_one_key_is_done_once(ctx: &Context<'_>) {
    let s = ctx.store();
    for round in 0..ROUNDS {
        let track = || new("a001", "u1", json!({"n": round})).with_key(key(&format!("k{round}")));
        let given: BTreeSet<TrackId> = together(|_| put(s, track())).into_iter().collect();
        assert_eq!(given.len(), 1, "one key was used for several tracks");
    }
    assert_eq!(count(s, &Query::all()), ROUNDS as u64);
}

pub(super) fn of_several_who_move_a_checkpoint_one_wins(ctx: &Context<'_>) {
    let s = ctx.store();
    for round in 0..ROUNDS {
        let read = s.checkpoint(&CheckpointName::new("log").unwrap()).unwrap();
        let won = together(|number| {
            let to = checkpoint("log", json!({"round": round, "by": number}));
            let batch = many("a001", 1).with_checkpoint_if(read.clone(), to);
            match s.apply(&batch) {
                Ok(_) => true,
                Err(Error::CheckpointConflict { .. }) => false,
                Err(other) => panic!("this must be a conflict of checkpoints: {other:?}"),
            }
        });
        assert_eq!(
            won.iter().filter(|won| **won).count(),
            1,
            "exactly one wins"
        );
    }
    assert_eq!(
        count(s, &Query::all()),
        ROUNDS as u64,
        "nothing was loaded twice"
    );
}

pub(super) fn a_track_is_removed_once(ctx: &Context<'_>) {
    let s = ctx.store();
    s.apply(&many("a001", ROUNDS)).unwrap();
    let removed = together(|_| {
        (1..=ROUNDS)
            .filter(|n| s.remove(id(*n as u64)).unwrap())
            .count()
    });
    assert_eq!(removed.iter().sum::<usize>(), ROUNDS);
}

pub(super) fn readers_and_writers_of_all_kinds_get_along(ctx: &Context<'_>) {
    let s = ctx.store();
    together(|number| {
        let who = format!("u{number}");
        for n in 0..ROUNDS {
            let saved = save(s, "a001", &who, json!({"n": n}));
            assert!(
                s.track(saved).unwrap().is_some(),
                "who saves sees what was saved"
            );
            merge(s, "a001", &who, json!({"m": n}));
            assert_eq!(last(s, "a001", run_id(1), &who), Some(saved.number()));
            assert_eq!(ids(s, &Query::all().user(&who)).len(), n.div_ceil(2) + 1);
            if n % 2 == 0 {
                assert!(s.remove(saved).unwrap());
                put(s, new("a001", &who, json!({"n": n})));
            } else {
                assert_eq!(
                    s.remove_matching(&Query::all().user(&who).order(Order::IdDescending).limit(1))
                        .unwrap(),
                    1
                );
            }
            s.reindex().unwrap();
        }
    });
    assert_eq!(count(s, &Query::all()), (THREADS * ROUNDS / 2) as u64);
}

pub(super) fn a_client_that_loses_answers_applies_each_batch_once(ctx: &Context<'_>) {
    lossy_client::lose_every_third_answer(ctx);
}

pub(super) fn a_copy_kept_by_the_feed_alone_stays_right(ctx: &Context<'_>) {
    feed_copy::follow_eight_writers(ctx);
}
