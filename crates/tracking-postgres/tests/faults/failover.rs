//! A primary that is killed under load, and a standby that takes its place, over and over.
//!
//! `TRACKING_FAILOVERS=30` does it as often; by default it is done once or twice.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use tracking_core::{ChangeFeed, TrackingStorage};
use tracking_postgres::PostgresStorage;

use crate::child::{Log, Other, THREADS};
use crate::dice::Dice;
use crate::ledger::{Survivors, check_feed, check_tracks, failure_kinds};
use crate::replicas::Replicas;
use crate::server::Server;

/// How many processes write.
const WRITERS: u64 = 3;
/// How long a store may take to find the new primary.
const RECONNECT_LIMIT: Duration = Duration::from_secs(30);

fn failovers(default: usize) -> usize {
    let number = std::env::var("TRACKING_FAILOVERS").ok();
    number
        .and_then(|number| number.parse().ok())
        .unwrap_or(default)
}

/// A primary and a standby under load, and what became of it.
struct Trial {
    is_synchronous: bool,
    replicas: Replicas,
    log: Arc<Log>,
    survivors: Vec<Survivors>,
    dice: Dice,
    slowest: Duration,
}

impl Trial {
    fn new(programs: &'static Path, is_synchronous: bool) -> Self {
        let replicas = Replicas::start(programs, is_synchronous);
        let store = PostgresStorage::open(replicas.url()).unwrap();
        store.set_change_feed(&ChangeFeed::UNLIMITED).unwrap();
        replicas.wait_for_replay();
        Self {
            is_synchronous,
            replicas,
            log: Arc::default(),
            survivors: Vec::new(),
            dice: Dice::new(15),
            slowest: Duration::ZERO,
        }
    }

    fn run(&mut self, rounds: usize) {
        if !self.is_synchronous {
            // The standby that takes over first has the feed, and no entry of it.
            self.replicas.cut_replication();
        }
        let url = self.replicas.url();
        let writers: Vec<_> = (0..WRITERS)
            .map(|number| Other::writer(&url, &format!("w{number}"), &[0, 0], &self.log))
            .collect();
        let consumer = Other::consumer(&url, &self.log);
        for round in 0..rounds {
            self.wait_for_all("ack");
            self.fail_over(round);
        }
        self.wait_for_all("ack");
        for writer in writers {
            writer.finish();
        }
        consumer.finish();
    }

    /// Waits until each writer has said something more.
    fn wait_for_all(&self, word: &str) {
        let (before, start) = (self.log.len(), Instant::now());
        let expected = usize::try_from(WRITERS * THREADS).unwrap();
        loop {
            let lines = self.log.lines(word, before);
            let who: BTreeSet<_> = lines
                .iter()
                .map(|line| line.text.split(' ').nth(1))
                .collect();
            if who.len() >= expected {
                return;
            }
            let waited = start.elapsed();
            assert!(waited < RECONNECT_LIMIT, "{who:?} only after {waited:?}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn fail_over(&mut self, round: usize) {
        if !self.is_synchronous && round > 0 {
            thread::sleep(Duration::from_millis(self.dice.roll(300)));
            self.replicas.cut_replication();
        }
        thread::sleep(Duration::from_millis(self.dice.roll(700)));
        if !self.is_synchronous {
            self.check_standby();
        }
        self.replicas.kill_primary();
        // What the old primary has acknowledged was said before the errors that follow.
        self.wait_for_all("error");
        self.replicas.promote();
        let store = PostgresStorage::builder(self.replicas.primary_url());
        let store = store.read_only().open().unwrap();
        self.survivors.push(Survivors {
            last_track: store
                .counters()
                .unwrap()
                .last_track()
                .map_or(0, tracking_core::TrackId::number),
            last_change: store.last_change().unwrap().position(),
        });
        self.log.next_part();
        let start = Instant::now();
        self.replicas.allow_writing();
        self.wait_for_all("ack");
        self.slowest = self.slowest.max(start.elapsed());
        self.replicas.make_standby();
    }

    /// A consumer that goes on at a standby finds nothing there yet; nothing is lost.
    fn check_standby(&self) {
        self.wait_for_all("ack");
        let primary = PostgresStorage::open(self.replicas.primary_url()).unwrap();
        let standby = PostgresStorage::builder(self.replicas.standby_url());
        let standby = standby.read_only().open().unwrap();
        let seen = primary.last_change().unwrap();
        assert!(standby.last_change().unwrap().position() < seen.position());
        let page = standby.changes(Some(&seen), 10).unwrap();
        assert_eq!((page.changes.len(), page.next), (0, seen));
    }

    /// The consumer has seen each entry once, but those of which it was told that they are lost,
    /// and those that it was told to skip.
    fn check_consumer(&self, entries: &[String]) -> usize {
        let mut seen: Vec<String> = Vec::new();
        let mut expired = 0;
        let (changes, told) = (self.log.lines("change", 0), self.log.lines("expired", 0));
        if self.is_synchronous {
            assert!(told.is_empty(), "{told:?}");
            let changes: Vec<_> = changes
                .iter()
                .map(|line| &line.text["change ".len()..])
                .collect();
            assert_eq!(changes, entries, "the consumer saw each entry once");
            return 0;
        }
        let is_final: BTreeSet<&String> = entries.iter().collect();
        let mut place = 0;
        for line in self.log.lines_of(&["change", "expired"], 0) {
            let words: Vec<&str> = line.text.split(' ').collect();
            if words[0] == "expired" {
                let (position, resume) =
                    (words[1].parse::<u64>().unwrap(), words[2].parse().unwrap());
                assert_eq!(position, place);
                expired += 1;
                // It is told no earlier than it has seen what was lost.
                let is_true = self.survivors.iter().any(|s| s.last_change < position);
                assert!(is_true, "{line:?}");
                place = resume;
                continue;
            }
            let position: u64 = words[2].parse().unwrap();
            assert_eq!(position, place + 1, "{line:?}");
            place = position;
            seen.push(line.text["change ".len()..].to_owned());
        }
        let seen_once: BTreeSet<&String> = seen.iter().collect();
        assert_eq!(seen_once.len(), seen.len(), "no entry came twice");
        for entry in seen.iter().filter(|entry| !is_final.contains(entry)) {
            let position: u64 = entry.split(' ').nth(1).unwrap().parse().unwrap();
            let lost = self.survivors.iter().any(|s| s.last_change < position);
            assert!(lost, "{entry} is not in the feed");
        }
        assert_eq!(place, entries.len() as u64);
        expired
    }

    fn check(&self) {
        let store = PostgresStorage::open(self.replicas.url()).unwrap();
        let (kept, lost) = check_tracks(&self.log, &self.survivors, &store);
        let entries = check_feed(&store);
        let epochs: BTreeSet<_> = entries
            .iter()
            .map(|entry| entry.split(' ').next())
            .collect();
        let expected = self.survivors.len() + usize::from(self.is_synchronous);
        assert_eq!(epochs.len(), expected, "each failover begins an epoch");
        let expired = self.check_consumer(&entries);
        let summary = json!({
            "failovers": self.survivors.len(), "batches kept": kept, "answers lost": lost,
            "entries": entries.len(), "expired cursors": expired, "errors": failure_kinds(&self.log),
            "slowest reconnection": format!("{:?}", self.slowest),
        });
        crate::server::note(&format!("failovers: {summary}"));
        if self.is_synchronous {
            assert_eq!(lost, 0, "nothing that was acknowledged is lost");
        } else {
            assert!(lost > 0 && expired > 0, "{lost} lost, {expired} expired");
        }
    }
}

fn fail_over(is_synchronous: bool, default: usize) {
    let Some(programs) = Server::programs_with("pg_basebackup") else {
        return;
    };
    let mut trial = Trial::new(programs, is_synchronous);
    trial.run(failovers(default));
    trial.check();
}

#[test]
fn a_synchronous_standby_takes_over_and_nothing_acknowledged_is_lost() {
    fail_over(true, 2);
}

#[test]
fn an_asynchronous_standby_loses_the_last_changes_only_and_the_epoch_shows_it() {
    fail_over(false, 1);
}
