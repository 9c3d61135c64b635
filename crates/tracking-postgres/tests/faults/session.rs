//! A session of the tests' own with the server.

use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls};

use super::server::Server;

/// A session with a database, for statements that the store would not make.
pub(crate) struct Session {
    client: Client,
    runtime: Runtime,
}

impl Session {
    pub(crate) fn open(server: &Server, database: &str) -> Self {
        Self::open_at(server.port(), database)
    }

    /// Opens a session with the server at a port of 127.0.0.1.
    pub(crate) fn open_at(port: u16, database: &str) -> Self {
        let url = format!("postgres://app@127.0.0.1:{port}/{database}");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let client = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
            tokio::spawn(connection);
            client
        });
        Self { client, runtime }
    }

    /// Runs statements.
    pub(crate) fn execute(&self, text: &str) {
        self.runtime
            .block_on(self.client.batch_execute(text))
            .unwrap();
    }

    /// The numbers in the first column of a statement's rows.
    pub(crate) fn numbers(&self, text: &str) -> Vec<i64> {
        let rows = self.runtime.block_on(self.client.query(text, &[])).unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// The texts in the first column of a statement's rows.
    #[allow(dead_code, reason = "not every test needs it")]
    pub(crate) fn texts(&self, text: &str) -> Vec<String> {
        let rows = self.runtime.block_on(self.client.query(text, &[])).unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }
}

/// Runs statements on a database of the server.
pub(crate) fn execute(server: &Server, database: &str, text: &str) {
    Session::open(server, database).execute(text);
}
