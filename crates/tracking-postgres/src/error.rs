//! What fails within this crate, and the error that the caller gets.

use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::error::{DbError, Severity, SqlState};
use tracking_core::{Error, ErrorReport};

/// The result of a step within the store.
pub(crate) type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why a step failed.
#[derive(Debug)]
pub(crate) enum StoreError {
    /// The contract refuses it; the error is complete.
    Core(Error),
    /// The driver or the server reports an error.
    Postgres(Arc<tokio_postgres::Error>),
    /// No answer came in time.
    TimedOut(Duration),
    /// No host of the connection string could be connected to; the text lists each with its
    /// reason.
    NotConnected(String),
    /// Every host, with its reason, was refused or refused itself when TLS began.
    TlsRefused(String),
    /// The server asks for a password, and there is none; the text says why, if that is known.
    NoPassword(String),
    /// All connections of the pool are in use.
    PoolExhausted(Duration),
    /// The answer to a commit was lost.
    CommitUnknown(Box<Self>),
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Postgres(Arc::new(error))
    }
}

impl StoreError {
    /// The same failure for another caller whose batch was in the same transaction.
    pub(crate) fn duplicate(&self) -> Self {
        match self {
            Self::Core(error) => Self::Core(ErrorReport::from(error).into()),
            Self::Postgres(error) => Self::Postgres(Arc::clone(error)),
            Self::TimedOut(limit) => Self::TimedOut(*limit),
            Self::NotConnected(reasons) => Self::NotConnected(reasons.clone()),
            Self::TlsRefused(reasons) => Self::TlsRefused(reasons.clone()),
            Self::NoPassword(reason) => Self::NoPassword(reason.clone()),
            Self::PoolExhausted(limit) => Self::PoolExhausted(*limit),
            Self::CommitUnknown(source) => Self::CommitUnknown(Box::new(source.duplicate())),
        }
    }

    /// The failure as one that comes before a commit, for whom nothing was committed.
    pub(crate) fn before_commit(&self) -> Self {
        match self {
            Self::CommitUnknown(source) => source.before_commit(),
            other => other.duplicate(),
        }
    }

    /// Says which operation of a batch failed, where the contract refused it.
    pub(crate) fn in_batch(self, index: usize) -> Self {
        match self {
            Self::Core(error) => Self::Core(error.in_batch(index)),
            other => other,
        }
    }

    /// Whether the connection cannot be used any more: it is closed, the server shuts down or does
    /// not answer, or another one must be asked.
    pub(crate) fn is_dead_connection(&self) -> bool {
        match self {
            Self::Postgres(error) => match error.as_db_error() {
                Some(db) => {
                    is_fatal(db)
                        || is_wrong_server(db.code())
                        || db.code().code().starts_with("08")
                        || db.code().code().starts_with("57P")
                }
                None => is_broken_connection(error),
            },
            Self::TimedOut(_) | Self::CommitUnknown(_) => true,
            Self::NotConnected(_)
            | Self::TlsRefused(_)
            | Self::NoPassword(_)
            | Self::PoolExhausted(_)
            | Self::Core(_) => false,
        }
    }

    /// Whether an answer was not the one to what was asked, so that those after it may not be either.
    pub(crate) fn is_out_of_step(&self) -> bool {
        match self {
            Self::Postgres(error) => error.to_string().starts_with("unexpected message"),
            _ => false,
        }
    }

    /// Whether the server asks to repeat the transaction, or it would succeed if repeated.
    pub(crate) fn is_conflict(&self) -> bool {
        let Self::Postgres(error) = self else {
            return false;
        };
        error.as_db_error().is_some_and(|db| {
            [
                SqlState::T_R_SERIALIZATION_FAILURE,
                SqlState::T_R_DEADLOCK_DETECTED,
            ]
            .contains(db.code())
                || is_dropped_meanwhile(db)
        })
    }

    /// Whether others kept a lock for longer than the store waits.
    pub(crate) fn is_lock_timeout(&self) -> bool {
        self.sql_state() == Some(&SqlState::LOCK_NOT_AVAILABLE)
    }

    /// Whether the role must not do what was asked.
    pub(crate) fn is_denied(&self) -> bool {
        self.sql_state() == Some(&SqlState::INSUFFICIENT_PRIVILEGE)
    }

    /// Whether the server was told to end a statement, by its own time limit or by somebody.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.sql_state() == Some(&SqlState::QUERY_CANCELED)
    }

    /// The kind of failure, for events.
    pub(crate) fn kind_name(&self) -> &'static str {
        match self {
            Self::Core(_) => "refused",
            Self::Postgres(_) if self.is_dead_connection() => "dead connection",
            Self::Postgres(_) if self.is_conflict() => "conflict",
            Self::Postgres(_) => "server error",
            Self::TimedOut(_) => "no answer in time",
            Self::NotConnected(_) => "not connected",
            Self::TlsRefused(_) => "TLS refused",
            Self::NoPassword(_) => "no password",
            Self::PoolExhausted(_) => "all connections in use",
            Self::CommitUnknown(_) => "commit unknown",
        }
    }

    /// Whether a statement failed so that its transaction cannot have been committed.
    pub(crate) fn is_refusal(&self) -> bool {
        match self {
            Self::Postgres(error) => error.as_db_error().is_some_and(|db| !is_fatal(db)),
            Self::Core(_) => true,
            _ => false,
        }
    }

    /// Whether the content of one batch may be what the server refuses, so that the others of its
    /// transaction may succeed without it. A lock that was not free, a full disk or a missing
    /// privilege would stop each of them in the same way.
    pub(crate) fn may_concern_one_batch(&self) -> bool {
        let class = match self {
            Self::Core(_) => return true,
            _ => self.sql_state().and_then(|state| state.code().get(..2)),
        };
        let is_general = matches!(
            class,
            Some("08" | "25" | "28" | "40" | "42" | "53" | "55" | "57" | "58")
        );
        self.is_refusal() && !is_general
    }

    pub(crate) fn sql_state(&self) -> Option<&SqlState> {
        match self {
            Self::Postgres(error) => error.code(),
            _ => None,
        }
    }

    /// The error that the caller gets; `place` names the server and the store.
    pub(crate) fn into_core(self, place: &str) -> Error {
        match self {
            Self::Core(error) => error,
            Self::Postgres(error) => postgres_error(error, place),
            Self::TimedOut(limit) => Error::unavailable(
                format!("reach {place}; try again"),
                format!("the server has not answered within {limit:?}"),
            ),
            Self::NotConnected(reasons) => {
                Error::unavailable(format!("connect to {place}; try again"), reasons)
            }
            Self::TlsRefused(reasons) => Error::access_denied(
                format!("connect to {place} by TLS; check sslmode and sslrootcert"),
                reasons,
            ),
            Self::NoPassword(reason) => Error::access_denied(
                format!(
                    "connect to {place}; give the password in the connection string, or with \
                     `environment` (the command does) in PGPASSWORD or ~/.pgpass"
                ),
                reason,
            ),
            Self::PoolExhausted(limit) => Error::unavailable(
                format!("reach {place}; try again, or allow more connections"),
                format!("all connections have been in use for {limit:?}"),
            ),
            Self::CommitUnknown(source) => {
                let source = source.into_core(place);
                Error::outcome_unknown(format!("the commit to {place}"), Some(source.into()))
            }
        }
    }
}

/// Whether the server behind a connection is a standby now, to which a pooler or a proxy may lead.
/// With `FEATURE_NOT_SUPPORTED` a standby refuses a transaction that writes; any server refuses so
/// to run a prepared statement whose columns a migration has changed.
fn is_wrong_server(state: &SqlState) -> bool {
    *state == SqlState::READ_ONLY_SQL_TRANSACTION || *state == SqlState::FEATURE_NOT_SUPPORTED
}

/// Whether something was dropped between two steps of the planner: it reads the list of the
/// statistics of a table, and then each of them, without a lock that keeps them. The text is the
/// same in every language.
fn is_dropped_meanwhile(db: &DbError) -> bool {
    *db.code() == SqlState::INTERNAL_ERROR && db.message().starts_with("cache lookup failed")
}

fn is_fatal(error: &DbError) -> bool {
    matches!(
        error.parsed_severity(),
        Some(Severity::Fatal | Severity::Panic)
    )
}

/// Whether the connection failed. The driver says which kind of error it is only in its text.
fn is_broken_connection(error: &tokio_postgres::Error) -> bool {
    const TEXTS: [&str; 3] = [
        "error communicating with the server",
        "error connecting to server",
        "timeout waiting for server",
    ];
    let text = error.to_string();
    error.is_closed() || TEXTS.iter().any(|start| text.starts_with(start))
}

/// Whether a row does not have the columns that this crate has written.
fn is_invalid_row(error: &tokio_postgres::Error) -> bool {
    const TEXTS: [&str; 2] = ["error deserializing column", "invalid column"];
    let text = error.to_string();
    TEXTS.iter().any(|start| text.starts_with(start))
}

/// The error for a failure that the server has not reported.
fn driver_error(error: Arc<tokio_postgres::Error>, place: &str) -> Error {
    if is_broken_connection(&error) {
        Error::unavailable(
            format!("reach {place}; the connection broke, try again"),
            error,
        )
    } else if is_invalid_row(&error) {
        let reason = match std::error::Error::source(&error) {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        };
        Error::corrupt(place.to_owned(), None, reason, Some(error.into()))
    } else {
        Error::backend(
            format!("talk to {place}; this may be a defect, report it"),
            error,
        )
    }
}

fn postgres_error(error: Arc<tokio_postgres::Error>, place: &str) -> Error {
    let Some(state) = error.code().cloned() else {
        return driver_error(error, place);
    };
    let code = state.code().to_owned();
    match (code.get(..2).unwrap_or_default(), state) {
        (_, SqlState::LOCK_NOT_AVAILABLE) => Error::unavailable(
            format!("write to {place}, because others kept it locked for too long; try again"),
            error,
        ),
        (_, SqlState::DISK_FULL) => Error::no_space(
            format!(
                "write to {place}, because the server's disk is full; free space and try again"
            ),
            error,
        ),
        (_, SqlState::READ_ONLY_SQL_TRANSACTION) => Error::read_only(
            format!("write to {place}: the server only allows reading; connect to the primary"),
            Some(error.into()),
        ),
        (_, SqlState::INSUFFICIENT_PRIVILEGE) => Error::access_denied(
            format!(
                "use {place}, because the role lacks a privilege; see docs/postgres.md for the rights it needs"
            ),
            error,
        ),
        (_, SqlState::INVALID_CATALOG_NAME) => Error::not_found(
            format!("the database of {place}; create it with createdb"),
            Some(error.into()),
        ),
        (_, SqlState::UNDEFINED_TABLE | SqlState::INVALID_SCHEMA_NAME) => Error::not_found(
            format!("the tables of {place}; open it for writing once to create them"),
            Some(error.into()),
        ),
        ("28", _) => Error::access_denied(
            format!("connect to {place}; check the user name and the password"),
            error,
        ),
        ("54", _) => Error::full(format!(
            "{place} cannot hold a value as large as this: {}",
            db_message(&error)
        )),
        ("53" | "40" | "08" | "57", _) => {
            Error::unavailable(format!("use {place}; try again"), error)
        }
        ("XX", _) => Error::corrupt(
            place.to_owned(),
            None,
            format!("the server reports damage: {}", db_message(&error)),
            Some(error.into()),
        ),
        _ => Error::backend(format!("use {place}"), error),
    }
}

fn db_message(error: &tokio_postgres::Error) -> String {
    error
        .as_db_error()
        .map_or_else(|| error.to_string(), |db| db.message().to_owned())
}

/// The error for a row that this crate has not written.
pub(crate) fn corrupt_row(
    table: &str,
    row: impl std::fmt::Display,
    reason: impl Into<String>,
) -> StoreError {
    let place = format!("table tracking.{table}");
    Error::corrupt(place, Some(row.to_string()), reason, None).into()
}

/// The error for ids that have all been given.
pub(crate) fn no_more(what: &str) -> StoreError {
    Error::full(format!("it has given all {} ids of {what}", i64::MAX)).into()
}
