//! What children were told is done, compared with what a store has.

use std::collections::BTreeMap;

use tracking_core::{Query, TrackingStorage, TrackingStorageExt as _};
use tracking_postgres::PostgresStorage;

use crate::child::{self, Log, shown, track_ids};

/// What the new primary had when it took over.
#[derive(Clone, Copy)]
pub(crate) struct Survivors {
    pub(crate) last_track: u64,
    pub(crate) last_change: u64,
}

/// A batch that was acknowledged.
pub(crate) struct Ack {
    part: usize,
    pub(crate) writer: String,
    pub(crate) number: u64,
    ids: String,
}

impl Ack {
    fn last_id(&self) -> u64 {
        self.ids.rsplit(',').next().unwrap().parse().unwrap()
    }
}

/// The batches that were acknowledged, in the order in which the children have said so.
///
/// # Panics
///
/// Where a child has met an error that it should not meet.
pub(crate) fn acks(log: &Log) -> Vec<Ack> {
    let fatal = log.lines("fatal", 0);
    assert!(fatal.is_empty(), "{fatal:?}");
    let lines = log.lines("ack", 0);
    let acks = lines.into_iter().map(|line| {
        let words: Vec<&str> = line.text.split(' ').collect();
        Ack {
            part: line.part,
            writer: words[1].to_owned(),
            number: words[2].parse().unwrap(),
            ids: words[3].to_owned(),
        }
    });
    acks.collect()
}

/// Whether an acknowledged batch was lost in a failover: what comes last in the order of ids.
fn is_lost(ack: &Ack, survivors: &[Survivors]) -> bool {
    let mut later = survivors.iter().skip(ack.part);
    later.any(|survivors| ack.last_id() > survivors.last_track)
}

/// Whatever was acknowledged and not lost is there once, and nothing else.
///
/// Gives how many batches are there, and how many answers were lost. Only failovers to a standby
/// that had not everything, by their survivors, excuse a loss.
pub(crate) fn check_tracks(
    log: &Log,
    survivors: &[Survivors],
    store: &PostgresStorage,
) -> (usize, usize) {
    let mut by_batch: BTreeMap<(String, u64), Vec<(u64, u64)>> = BTreeMap::new();
    for track in store.query(&Query::all()).unwrap() {
        let data: serde_json::Value = serde_json::from_str(track.data().as_str()).unwrap();
        let number = |key: &str| data[key].as_u64().unwrap();
        let batch = by_batch
            .entry((track.user().as_str().to_owned(), number("n")))
            .or_default();
        batch.push((track.id().number(), number("part")));
    }
    let (mut kept, mut lost) = (BTreeMap::new(), 0);
    for ack in acks(log) {
        if is_lost(&ack, survivors) {
            lost += 1;
            continue;
        }
        let before = kept.insert((ack.writer.clone(), ack.number), ack.ids.clone());
        let before = before.unwrap_or_else(|| ack.ids.clone());
        assert_eq!(before, ack.ids, "a repeated batch gets the same answer");
    }
    for ((writer, number), ids) in &kept {
        let there = by_batch.remove(&(writer.clone(), *number));
        let expected = ids.split(',').map(|id| id.parse().unwrap()).zip(0..);
        let expected: Vec<(u64, u64)> = expected.collect();
        assert_eq!(there, Some(expected), "{writer}-{number}");
    }
    assert!(by_batch.is_empty(), "nobody was told of {by_batch:?}");
    let count = store.count(&Query::all()).unwrap();
    for ((writer, number), ids) in kept.iter().rev().take(100) {
        let again = store.apply(&child::batch(writer, *number)).unwrap();
        assert_eq!(track_ids(again), *ids, "{writer}-{number} again");
    }
    assert_eq!(store.count(&Query::all()).unwrap(), count);
    (kept.len(), lost)
}

/// The whole feed is there without a gap, and lists each track once.
pub(crate) fn check_feed(store: &PostgresStorage) -> Vec<String> {
    let (mut entries, mut saved, mut after) = (Vec::new(), Vec::new(), None);
    loop {
        let page = store.changes(after.as_ref(), 1000).unwrap();
        if page.changes.is_empty() {
            break;
        }
        for change in &page.changes {
            entries.push(shown(change));
            let position = change.cursor().position();
            assert_eq!(position, entries.len() as u64, "no position is left out");
            saved.extend(change.tracks());
        }
        after = Some(page.next);
    }
    let tracks = store.query(&Query::all()).unwrap();
    let ids: Vec<_> = tracks.iter().map(tracking_core::Track::id).collect();
    assert_eq!(saved, ids, "each track was saved once");
    entries
}

/// How often the children met errors of each kind.
pub(crate) fn failure_kinds(log: &Log) -> BTreeMap<String, u32> {
    let mut kinds = BTreeMap::new();
    for line in log.lines("error", 0) {
        let kind = line.text.rsplit(' ').next().unwrap();
        *kinds.entry(kind.to_owned()).or_default() += 1;
    }
    kinds
}
