//! The stores there are, by name.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use tracking_btree::BTreeStorage;
use tracking_core::{Clock, TrackingStorage};
use tracking_postgres::PostgresStorage;
use tracking_sqlite::SqliteStorage;
use tracking_testkit::{Model, StoreWithGuard};

#[path = "../../crates/tracking-postgres/tests/tools/server.rs"]
#[expect(
    clippy::unwrap_used,
    reason = "a server that cannot be started ends the program"
)]
mod server;

use server::Server;

/// Makes a fresh, empty store that goes by a clock.
pub(crate) type Make = fn(Arc<dyn Clock>) -> Result<Arc<dyn TrackingStorage>>;

/// A kind of store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Store {
    pub(crate) name: &'static str,
    pub(crate) make: Make,
}

/// A new store has one line here, and is compared with everything from then on.
const ALL: &[Store] = &[
    Store {
        name: "btree",
        make: |clock| Ok(Arc::new(BTreeStorage::builder().clock(clock).build())),
    },
    Store {
        name: "model",
        make: |clock| Ok(Arc::new(Model::new(clock))),
    },
    Store {
        name: "sqlite",
        make: |clock| {
            let folder = tempfile::tempdir()?;
            let file = folder.path().join("store.db");
            let store = SqliteStorage::builder(file).clock(clock).open()?;
            Ok(Arc::new(StoreWithGuard::new(store, folder)))
        },
    },
    Store {
        name: POSTGRES,
        make: |clock| {
            let server = Server::shared().context("there is no PostgreSQL server")?;
            let name = Server::fresh_store_name().parse()?;
            let store = PostgresStorage::builder(server.url()).store(name);
            Ok(Arc::new(StoreWithGuard::new(
                store.clock(clock).open()?,
                server,
            )))
        },
    },
];

const POSTGRES: &str = "postgres";

/// The store of a name, or all of them.
///
/// # Errors
///
/// For a name that no store has.
pub(crate) fn chosen(name: &str) -> Result<Vec<Store>> {
    if name == "all" {
        let mut all = ALL.to_vec();
        if Server::shared().is_none() {
            all.retain(|store| store.name != POSTGRES);
        }
        return Ok(all);
    }
    let found: Vec<Store> = ALL
        .iter()
        .copied()
        .filter(|store| store.name == name)
        .collect();
    if found.is_empty() {
        let names: Vec<&str> = ALL.iter().map(|store| store.name).collect();
        bail!(
            "there is no store {name:?}; choose one of {} or all",
            names.join(", ")
        );
    }
    Ok(found)
}
