//! A store, as people name it.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, Result, bail};
use tracking_sqlite::StoreName;

use super::postgres::PostgresSpec;

/// A store, as `--store` names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StoreSpec {
    /// A fresh one in memory, gone when the command ends.
    Memory,
    /// One in a file of `SQLite`.
    Sqlite(SqliteSpec),
    /// One in a PostgreSQL database.
    Postgres(PostgresSpec),
}

/// A store in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SqliteSpec {
    pub(crate) file: PathBuf,
    /// Which of the stores in it.
    pub(crate) name: StoreName,
}

/// How a store is written.
const WRITTEN: &str = "sqlite:FILE, sqlite:FILE#NAME, postgres://USER@HOST/DATABASE or memory:";

impl StoreSpec {
    /// The store `main` in a file.
    pub(crate) fn of_file(file: &Path) -> Self {
        Self::Sqlite(SqliteSpec {
            file: file.to_owned(),
            name: StoreName::default(),
        })
    }

    /// The store in a file, where it is one.
    pub(crate) fn sqlite(&self) -> Option<&SqliteSpec> {
        match self {
            Self::Memory | Self::Postgres(_) => None,
            Self::Sqlite(spec) => Some(spec),
        }
    }

    /// Whether it is certainly the same store as another one.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Sqlite(spec), Self::Sqlite(other)) => {
                let file = spec.file == other.file || is_same_file(&spec.file, &other.file);
                file && spec.name == other.name
            }
            (Self::Postgres(spec), Self::Postgres(other)) => spec == other,
            _ => false,
        }
    }

    /// Its place, for messages.
    pub(crate) fn location(&self) -> String {
        match self {
            Self::Memory => "memory".to_owned(),
            Self::Sqlite(spec) => spec.to_string(),
            Self::Postgres(spec) => spec.to_string(),
        }
    }

    /// Its name in a title.
    pub(super) fn title(&self) -> String {
        match self {
            Self::Sqlite(spec) => spec.title(),
            other => other.location(),
        }
    }

    /// Returns why the file of an option cannot be written, if so.
    pub(super) fn overwritten_by(&self, option: &str, file: Option<&Path>) -> Option<String> {
        self.sqlite()?.overwritten_by(option, file)
    }
}

impl SqliteSpec {
    /// Its name in a title: the last part of its path.
    pub(super) fn title(&self) -> String {
        let last = self.file.file_name().unwrap_or(self.file.as_os_str());
        let short = Self {
            file: last.into(),
            name: self.name.clone(),
        };
        short.to_string()
    }

    /// Returns why the file of an option cannot be written, if so.
    pub(super) fn overwritten_by(&self, option: &str, file: Option<&Path>) -> Option<String> {
        let file = file.filter(|file| is_same_file(&self.file, file))?;
        let file = file.display();
        Some(format!("{option} {file} would overwrite the store itself"))
    }
}

/// Whether two paths lead to the same existing file.
pub(crate) fn is_same_file(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

impl FromStr for StoreSpec {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.split_once(':') {
            Some(("memory", "")) => Ok(Self::Memory),
            Some(("memory", rest)) => bail!("nothing follows memory:, but here {rest:?} does"),
            Some(("sqlite", rest)) => Ok(Self::Sqlite(rest.parse()?)),
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
                Ok(Self::Postgres(text.parse()?))
            }
            Some((scheme, _)) if is_scheme(scheme) => {
                bail!("{scheme:?} is no kind of store; write a store as {WRITTEN}")
            }
            None if KINDS.contains(&text) => bail!(
                "{text:?} is a kind of store; write it as {WRITTEN}, or a file of this name as \
                 sqlite:{text}"
            ),
            _ if text.is_empty() => bail!("write a store as {WRITTEN}, like sqlite:tracks.db"),
            _ if is_connection_string(text) => bail!(
                "this is a connection string of PostgreSQL; write it as \
                 postgres://USER@HOST/DATABASE"
            ),
            // A path without a kind is that of a file.
            _ => Ok(Self::Sqlite(text.parse()?)),
        }
    }
}

/// Words that are more likely kinds of stores than names of files.
const KINDS: [&str; 4] = ["memory", "sqlite", "postgres", "postgresql"];

/// Whether a text is a connection string of `PostgreSQL`, such as `host=h dbname=d`.
fn is_connection_string(text: &str) -> bool {
    const KEYS: [&str; 7] = [
        "host", "hostaddr", "port", "dbname", "user", "password", "sslmode",
    ];
    let mut words = text.split_whitespace();
    words.any(|word| {
        let key = word.split_once('=').map(|(key, _)| key);
        key.is_some_and(|key| KEYS.contains(&key))
    })
}

/// Whether what stands before a colon can be a kind of store: two letters or more, since one is a
/// drive on Windows, and nothing that belongs to a path.
fn is_scheme(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "+-".contains(c);
    text.len() != 1 && text.chars().all(is_letter)
}

impl FromStr for SqliteSpec {
    type Err = anyhow::Error;

    /// Reads `FILE` or `FILE#NAME`; a file with a `#` in its name is written with the name of the
    /// store.
    fn from_str(text: &str) -> Result<Self> {
        let (file, name) = match text.rsplit_once('#') {
            None => (text, StoreName::default()),
            Some((file, name)) => {
                let read = StoreName::new(name);
                (
                    file,
                    read.with_context(|| format!("{name:?} is no name of a store"))?,
                )
            }
        };
        if file.is_empty() {
            bail!("a file must follow sqlite:, like sqlite:tracks.db");
        }
        let file = PathBuf::from(file);
        Ok(Self { file, name })
    }
}

impl fmt::Display for StoreSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("memory:"),
            Self::Sqlite(spec) => write!(f, "sqlite:{spec}"),
            Self::Postgres(spec) => write!(f, "{spec}"),
        }
    }
}

impl fmt::Display for SqliteSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display().to_string();
        f.write_str(&file)?;
        if self.name != StoreName::default() || file.contains('#') {
            write!(f, "#{}", self.name)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> StoreSpec {
        text.parse().unwrap()
    }

    #[test]
    fn a_store_is_written_with_its_kind() {
        assert_eq!(read("memory:"), StoreSpec::Memory);
        let StoreSpec::Sqlite(spec) = read("sqlite:a b/c.db") else {
            panic!("it is a file");
        };
        assert_eq!(spec.file, PathBuf::from("a b/c.db"));
        assert_eq!(spec.name, StoreName::default());
        let StoreSpec::Sqlite(spec) = read("sqlite:a#b.db#access") else {
            panic!("it is a file");
        };
        assert_eq!(spec.file, PathBuf::from("a#b.db"));
        assert_eq!(spec.name.as_str(), "access");
    }

    #[test]
    fn a_path_without_a_kind_is_a_file() {
        for text in [
            "tracks.db",
            "tracks",
            "./memory",
            "a b/c:d.db",
            "/x/y.db#access",
            "C:\\tracks.db",
            "C:tracks.db",
        ] {
            assert_eq!(read(text), read(&format!("sqlite:{text}")), "{text}");
        }
        assert_eq!(read("t.db#access").to_string(), "sqlite:t.db#access");
    }

    #[test]
    fn it_is_shown_as_it_is_written() {
        for text in [
            "memory:",
            "sqlite:t.db",
            "sqlite:t.db#access",
            "sqlite:a#b.db#main",
            "postgres://u@h1,h2/db",
            "postgres://u@h/db#access",
        ] {
            assert_eq!(read(text).to_string(), text);
        }
        assert_eq!(read("sqlite:t.db#main").to_string(), "sqlite:t.db");
        let secret = read("postgresql://u:secret@h/db#main").to_string();
        assert_eq!(secret, "postgresql://u@h/db");
        for text in [
            "postgres://u:secret@h/db#a",
            "postgres://u:x#secret@h/db",
            "postgres://h/db?user=u&password=secret#a",
            "postgres://h/db?pass%77ord=secret",
        ] {
            let spec = read(text);
            assert!(!spec.to_string().contains("secret"), "{spec}");
            assert!(!format!("{spec:?}").contains("secret"), "{spec:?}");
        }
    }

    #[test]
    fn what_is_no_store_is_reported_with_an_example() {
        for (text, message) in [
            ("", "like sqlite:tracks.db"),
            (":memory:", "\"\" is no kind of store"),
            ("postgres:x", "write a store as sqlite:FILE"),
            ("host=h dbname=d", "write it as postgres://"),
            ("http://x/y", "\"http\" is no kind of store"),
            ("postgres://h/db#A b", "\"A b\" is no name of a store"),
            ("SQLITE:x", "write a store as sqlite:FILE"),
            ("memory", "or a file of this name as sqlite:memory"),
            ("postgres", "\"postgres\" is a kind of store"),
            ("memory:x", "nothing follows memory:"),
            ("sqlite:", "a file must follow"),
            ("sqlite:#a", "a file must follow"),
            ("t.db#", "\"\" is no name of a store"),
            ("sqlite:t.db#", "\"\" is no name of a store"),
            ("sqlite:t.db#A b", "\"A b\" is no name of a store"),
        ] {
            let error = text.parse::<StoreSpec>().unwrap_err();
            assert!(format!("{error:#}").contains(message), "{text}: {error:#}");
        }
    }
}
