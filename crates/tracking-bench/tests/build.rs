//! How the libraries that are measured were built.

use rusqlite::Connection;

/// Otherwise threads that read one file share a lock: see `LIBSQLITE3_FLAGS` in `.cargo/config.toml`.
#[test]
fn connections_of_sqlite_have_page_caches_of_their_own() {
    let connection = Connection::open_in_memory().unwrap();
    let mut options = connection.prepare("pragma compile_options").unwrap();
    let options = options.query_map([], |row| row.get(0)).unwrap();
    let options: Vec<String> = options.map(Result::unwrap).collect();
    assert!(!options.is_empty());
    assert!(!options.contains(&"ENABLE_MEMORY_MANAGEMENT".to_owned()));
}
