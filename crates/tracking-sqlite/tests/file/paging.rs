//! Pages of tasks with very many tracks.

use serde_json::json;
use tracking_core::{
    Batch, Cursor, NewTrack, Order, Query, TimeRange, Timestamp, Track, TrackId, TrackingStorage,
    TrackingStorageExt,
};

use crate::tools::{file, open};

/// How many tracks are saved: so many that pages by id are looked for in the table itself.
const ALL: u64 = 23_000;

/// The task of each track: `old` has those at the beginning, `now` half of the others, `late` a
/// few at the end, and times go against the ids.
fn task(number: u64) -> &'static str {
    match number {
        1..=6_000 => "old",
        22_990.. => "late",
        number if number % 2 == 0 => "now",
        _ => "other",
    }
}

#[test]
fn pages_of_very_many_tracks_in_any_order_are_those_of_all() {
    let (_folder, file) = file();
    let store = open(&file);
    store.add_index(&"even".into()).unwrap();
    let numbers: Vec<u64> = (1..=ALL).collect();
    for numbers in numbers.chunks(2_000) {
        let batch = numbers.iter().fold(Batch::new(), |batch, number| {
            // Some at one time, and all against the ids.
            let time = Timestamp::from_secs(1_000_000 - number.cast_signed() / 3).unwrap();
            let data = json!({"n": number % 3, "even": number % 2 == 0});
            let track = NewTrack::new(task(*number), "u", data).unwrap();
            batch.save(track.at(time))
        });
        store.apply(&batch).unwrap();
    }
    // Ids with holes in them, at the beginning and in between.
    for (task, from, limit) in [("old", 1, 300), ("now", 9_000, 2_000)] {
        let before = Timestamp::from_secs(1_000_000 - from / 3).unwrap();
        let holes = Query::all().task(task).within(TimeRange::until(before));
        store.remove_matching(&holes.limit(limit)).unwrap();
    }
    let queries = [
        Query::all().task("old"),
        Query::all().task("now"),
        Query::all().tasks(["old", "late"]),
        Query::all().user("u"),
        Query::all().task_prefix("o"),
        Query::all().task_prefix("").field("n", 1),
        Query::all().field_in("even", [true, false]).field("n", 2),
    ];
    for query in queries {
        for order in [
            Order::Id,
            Order::IdDescending,
            Order::Time,
            Order::TimeDescending,
        ] {
            let query = query.clone().order(order);
            let all = store.query(&query).unwrap();
            assert!(all.len() > 4_096);
            let ids = |tracks: &[Track]| -> Vec<TrackId> { tracks.iter().map(Track::id).collect() };
            for (size, step) in [(1, 2_999), (100, 2_700), (16_500, 9_000)] {
                // Some of the pages, the last one among them.
                let starts = (0..all.len()).step_by(step).chain([all.len() - 1]);
                for start in starts {
                    let mut page = query.clone().limit(size);
                    if let Some(before) = start.checked_sub(1) {
                        let before = &all[before];
                        page = page.after(Cursor::after(order, before.time(), before.id()));
                    }
                    let end = all.len().min(start + size);
                    let found = store.page(&page).unwrap();
                    assert_eq!(ids(&found.tracks), ids(&all[start..end]), "{page:?}");
                    assert_eq!(found.next.is_some(), end < all.len(), "{page:?}");
                }
            }
        }
    }
}
