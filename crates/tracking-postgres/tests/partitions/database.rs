//! Databases with partitions, in the server that all tests share.

use tracking_core::TrackingStorage;
use tracking_postgres::{PostgresStorage, PostgresStorageBuilder, StoreName};
use tracking_testkit::{Model, Setup};

use crate::server::Server;
use crate::session::Session;
use crate::stores::{Fresh, server};
use crate::test_database::Database;

/// How many ids each partition covers.
pub(crate) const SIZE: u64 = 4;

/// The same for the contract, whose cases save little.
const SIZE_FOR_CONTRACT: u64 = 8;

/// The same where each partition has many indexes, or there are many tracks: hundreds of tables with thousands
/// of indexes take minutes.
const SIZE_FOR_MUCH: u64 = 64;

const DATABASE: &str = "partitioned";

/// The lock under which one of the processes of a test run makes the database.
const LOCK: u32 = 20_261_128;

/// The connection string of the database that the contract uses, which the first test makes.
fn url(server: &Server) -> String {
    let session = Session::open(server, "postgres");
    session.execute(&format!("select pg_advisory_lock({LOCK})"));
    let is_there = format!("select count(*) from pg_database where datname = '{DATABASE}'");
    if session.numbers(&is_there) == [0] {
        session.execute(&format!("create database {DATABASE}"));
    }
    format!("postgres://app@127.0.0.1:{}/{DATABASE}", server.port())
}

/// A database of a test's own: a statement may lock the partitions of all stores of a database, so tests that
/// use one together keep each other from changing partitions.
pub(crate) struct OwnDatabase(Database);

impl OwnDatabase {
    /// Nothing where no server is installed.
    pub(crate) fn create() -> Option<Self> {
        server().map(|server| Self(Database::create(server)))
    }

    /// Opens stores with partitions of [`SIZE`].
    pub(crate) fn builder(&self) -> PostgresStorageBuilder {
        PostgresStorage::builder(self.url()).partition_every(SIZE)
    }

    /// Opens a store that is there.
    pub(crate) fn open(&self, store: &StoreName) -> PostgresStorage {
        let builder = PostgresStorage::builder(self.url());
        builder.store(store.clone()).open().unwrap()
    }

    pub(crate) fn fresh(&self) -> Fresh {
        self.fresh_with(|builder| builder)
    }

    pub(crate) fn fresh_with(
        &self,
        build: impl FnOnce(PostgresStorageBuilder) -> PostgresStorageBuilder,
    ) -> Fresh {
        Fresh::in_database(self.url(), build(self.builder()))
    }
}

impl std::ops::Deref for OwnDatabase {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.0
    }
}

/// An empty store with small partitions; the naive model where no server is installed.
pub(crate) fn store(setup: Setup) -> Box<dyn TrackingStorage> {
    let has_few_indexes = setup.indexes.len() < 5;
    sized_store(
        setup,
        if has_few_indexes {
            SIZE_FOR_CONTRACT
        } else {
            SIZE_FOR_MUCH
        },
    )
}

/// The same for recordings, which save many tracks.
pub(crate) fn store_for_recordings(setup: Setup) -> Box<dyn TrackingStorage> {
    sized_store(setup, SIZE_FOR_MUCH)
}

fn sized_store(setup: Setup, size: u64) -> Box<dyn TrackingStorage> {
    let Some(server) = server() else {
        return Box::new(Model::with_indexes(setup.clock, setup.indexes));
    };
    let url = url(server);
    let builder = PostgresStorage::builder(&*url).partition_every(size);
    let indexes = setup.indexes.into_iter();
    let builder = indexes.fold(builder.clock(setup.clock), PostgresStorageBuilder::index);
    Box::new(Fresh::in_database(url, builder))
}

/// The first ids of the ranges that a store has.
pub(crate) fn ranges(session: &Session, store: &StoreName) -> Vec<i64> {
    session.numbers(&format!(
        "select split_part(right(c.relname, -length('track_{store}_')), '_', 1)::bigint as first \
         from pg_inherits as i join pg_class as c on c.oid = i.inhrelid \
         where i.inhparent = 'tracking.track_{store}_store'::regclass order by first"
    ))
}
