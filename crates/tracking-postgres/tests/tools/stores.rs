//! Fresh stores in the server that all tests share.

use std::sync::OnceLock;

use tracking_core::{__forward_storage, TrackingStorage};
use tracking_postgres::{PostgresStorage, PostgresStorageBuilder, StoreName};
use tracking_testkit::{Model, Setup};

use crate::server::Server;

/// The server, or nothing where none is installed.
pub(crate) fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(Server::shared).as_ref()
}

/// A store that is removed when it is dropped.
#[derive(Debug)]
pub(crate) struct Fresh {
    store: Option<PostgresStorage>,
    /// Its database.
    url: String,
}

impl Fresh {
    pub(crate) fn new(builder: PostgresStorageBuilder) -> Self {
        Self::in_database(server().unwrap().url(), builder)
    }

    /// A store of another database than the one that most tests share.
    pub(crate) fn in_database(url: String, builder: PostgresStorageBuilder) -> Self {
        let name = StoreName::new(Server::fresh_store_name()).unwrap();
        let store = Some(builder.store(name).open().unwrap());
        Self { store, url }
    }
}

impl std::ops::Deref for Fresh {
    type Target = PostgresStorage;

    fn deref(&self) -> &PostgresStorage {
        self.store.as_ref().unwrap()
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if let Some(store) = self.store.take()
            && !std::thread::panicking()
        {
            let name = store.store_name().clone();
            if store.remove_store().is_err() {
                // Others may keep locks for longer than the store of the test waits.
                let store = PostgresStorage::builder(&*self.url).store(name);
                store.open().unwrap().remove_store().unwrap();
            }
        }
    }
}

__forward_storage!([] Fresh);

/// An empty store of the shared server. Where none is installed, which was said aloud, the tests
/// pass on the naive model.
#[allow(dead_code, reason = "not every test needs it")]
pub(crate) fn store(setup: Setup) -> Box<dyn TrackingStorage> {
    let Some(server) = server() else {
        return Box::new(Model::with_indexes(setup.clock, setup.indexes));
    };
    let builder = PostgresStorage::builder(server.url()).clock(setup.clock);
    let builder = setup
        .indexes
        .into_iter()
        .fold(builder, PostgresStorageBuilder::index);
    Box::new(Fresh::new(builder))
}
