//! Reads that standbys answer, and those that the primary has to answer.

use std::time::Duration;

use serde_json::json;
use tracking_core::{Query, TrackingStorage, TrackingStorageExt as _};
use tracking_postgres::PostgresStorage;

use crate::replicas::{Replicas, processes, signal, wait_until};
use crate::server::Server;

#[test]
fn a_standby_answers_reads_unless_it_is_behind_or_does_not_answer() {
    let Some(programs) = Server::programs_with("pg_basebackup") else {
        return;
    };
    let replicas = Replicas::start(programs, false);
    let lag = Duration::from_millis(1500);
    let opened = |name: &str| {
        let url = format!("{}?application_name={name}", replicas.primary_url());
        let builder = PostgresStorage::builder(url).read_from(replicas.standby_host(), lag);
        builder.open().unwrap()
    };
    let writer = opened("writer");
    let reader = opened("reader");
    let count = |store: &PostgresStorage| store.count(&Query::all()).unwrap();
    let session = replicas.standby_session();
    let on_standby = || {
        session.numbers(
            "select count(*) from pg_stat_activity where application_name = 'reader' \
             and query like '%tracking.track%'",
        ) != [0]
    };
    writer.save_data("lesson", "u1", json!({})).unwrap();
    wait_until("the standby answers", || {
        assert_eq!(count(&reader), 1, "whoever answers");
        on_standby()
    });

    // A standby that replays nothing may answer for a while, and who has changed the store never
    // notices.
    session.execute("select pg_wal_replay_pause()");
    for expected in 2..12 {
        writer.save_data("lesson", "u1", json!({})).unwrap();
        assert_eq!(count(&writer), expected, "a store sees its own changes");
    }
    std::thread::sleep(lag);
    assert_eq!(count(&reader), 11, "the standby is too far behind");
    session.execute("select pg_wal_replay_resume()");
    replicas.wait_for_replay();
    assert_eq!(count(&reader), 11);

    // One that is frozen, and one that is gone.
    drop(session);
    let all = processes(&replicas.standby_data());
    signal("-STOP", &all);
    let start = std::time::Instant::now();
    writer.save_data("lesson", "u1", json!({})).unwrap();
    assert_eq!(
        (count(&writer), start.elapsed() < Duration::from_secs(20)),
        (12, true)
    );
    signal("-CONT", &all);
    signal("-KILL", &all[..1]);
    writer.save_data("lesson", "u1", json!({})).unwrap();
    assert_eq!(count(&writer), 13);
}
