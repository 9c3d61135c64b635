//! The three stores give the same answers to the same random calls.

use tracking_btree::{BTreeStorage, Builder};
use tracking_postgres::{PostgresStorage, PostgresStorageBuilder};
use tracking_sqlite::{SqliteStorage, SqliteStorageBuilder};
use tracking_testkit::random::side_by_side;
use tracking_testkit::{Setup, StoreWithGuard};

use crate::stores::{Fresh, server};

/// How many calls are made; 100,000 tell more, and take long.
const CALLS: &str = "TRACKING_SIDE_BY_SIDE_CALLS";
/// The calls follow from it, so that all stores get the same ones.
const SEED: u64 = 20_261_126;

fn memory(setup: Setup) -> BTreeStorage {
    let builder = BTreeStorage::builder().clock(setup.clock);
    setup
        .indexes
        .into_iter()
        .fold(builder, Builder::index)
        .build()
}

fn file(setup: Setup) -> StoreWithGuard<SqliteStorage> {
    let folder = tempfile::tempdir().unwrap();
    let builder = SqliteStorage::builder(folder.path().join("tracks.db")).clock(setup.clock);
    let indexes = setup.indexes.into_iter();
    let builder = indexes.fold(builder, SqliteStorageBuilder::index);
    StoreWithGuard::new(builder.open().unwrap(), folder)
}

fn calls(usually: usize) -> usize {
    std::env::var(CALLS).map_or(usually, |calls| calls.parse().unwrap())
}

#[test]
fn postgresql_and_memory_answer_alike() {
    let Some(server) = server() else { return };
    let postgres = |setup: Setup| {
        let builder = PostgresStorage::builder(server.url()).clock(setup.clock);
        let indexes = setup.indexes.into_iter();
        Fresh::new(indexes.fold(builder, PostgresStorageBuilder::index))
    };
    side_by_side(memory, postgres, SEED, calls(1_500));
}

#[test]
fn a_file_and_memory_answer_alike_to_the_same_calls() {
    side_by_side(memory, file, SEED, calls(1_500));
}

#[test]
fn without_prepared_statements_the_answers_are_the_same() {
    let Some(server) = server() else { return };
    let postgres = |setup: Setup| {
        let builder = PostgresStorage::builder(server.url()).clock(setup.clock);
        let builder = builder.prepare_statements(false).max_connections(2);
        let indexes = setup.indexes.into_iter();
        Fresh::new(indexes.fold(builder, PostgresStorageBuilder::index))
    };
    side_by_side(memory, postgres, SEED + 1, calls(500));
}
