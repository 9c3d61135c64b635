//! Databases of a test's own, in the server that all tests share.

use crate::server::Server;
use crate::session::{Session, execute};

/// A database of a test's own, which is removed when it is dropped.
pub(crate) struct Database {
    server: &'static Server,
    name: String,
}

impl Database {
    pub(crate) fn create(server: &'static Server) -> Self {
        let name = format!("d_{}", Server::fresh_store_name());
        execute(server, "postgres", &format!("create database {name}"));
        Self { server, name }
    }

    pub(crate) fn url(&self) -> String {
        self.url_of("app")
    }

    /// The connection string of a role.
    pub(crate) fn url_of(&self, role: &str) -> String {
        let port = self.server.port();
        format!("postgres://{role}@127.0.0.1:{port}/{}", self.name)
    }

    pub(crate) fn session(&self) -> Session {
        Session::open(self.server, &self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let remove = format!("drop database {} with (force)", self.name);
            execute(self.server, "postgres", &remove);
        }
    }
}
