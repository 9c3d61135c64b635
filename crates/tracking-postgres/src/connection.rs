//! One connection to a server.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use parking_lot::Mutex;
use tokio::task::JoinHandle;
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::{Client, Config, NoTls, Row, Statement};

use crate::config::{Settings, host_name};
use crate::error::{Result, StoreError};
use crate::runtime::RuntimeThread;
use crate::statement::Sql;
use crate::statement_cache::{Preparation, StatementCache};

/// How long a connection may have been idle to be used for a change that nobody could repeat.
const MAX_IDLE: Duration = Duration::from_secs(5);

/// The turn of a new connection. Different programs begin with different turns.
fn next_turn() -> usize {
    static TURNS: AtomicUsize = AtomicUsize::new(0);
    let first = usize::try_from(std::process::id()).unwrap_or(0);
    first.wrapping_add(TURNS.fetch_add(1, Ordering::Relaxed))
}

/// A connection, and the task that moves its messages.
pub(crate) struct Connection {
    client: Client,
    /// Only taken when it is dropped.
    task: Option<JoinHandle<()>>,
    thread: RuntimeThread,
    /// The statements that this connection has prepared; nothing where it must not.
    statements: Option<Mutex<StatementCache>>,
    /// Whether it must not be used again.
    is_broken: AtomicBool,
    /// Whether a transaction is open, so that nobody else may use it.
    is_in_transaction: AtomicBool,
    /// When the server has answered last.
    last_answer: Mutex<Instant>,
    pub(crate) generation: u64,
    pub(crate) answer_timeout: Duration,
}

impl Connection {
    /// Connects to the first host that answers and takes the role that is needed.
    pub(crate) async fn open(
        settings: &Settings,
        thread: RuntimeThread,
        generation: u64,
    ) -> Result<Self> {
        let (mut reasons, mut is_refused) = (Vec::new(), true);
        for mut host in settings.hosts_in_turn(next_turn()) {
            if !settings.reads_only {
                host.target_session_attrs(TargetSessionAttrs::ReadWrite);
            }
            // A limit of its own for each host, since a frozen one accepts and never answers.
            let connecting = connect(&host, settings);
            let reason = match tokio::time::timeout(settings.connect_timeout, connecting).await {
                Ok(Ok((client, task))) => {
                    return Ok(Self {
                        client,
                        task: Some(task),
                        thread,
                        statements: settings.prepares.then(Mutex::default),
                        is_broken: AtomicBool::new(false),
                        is_in_transaction: AtomicBool::new(false),
                        last_answer: Mutex::new(Instant::now()),
                        generation,
                        answer_timeout: settings.answer_timeout,
                    });
                }
                // What the server says itself is said at once, unless it is only starting.
                Ok(Err(error)) if is_final(&error) => return Err(error.into()),
                Ok(Err(error)) if lacks_password(&error) => return Err(no_password(settings)),
                Ok(Err(error)) => {
                    is_refused &= is_tls_refusal(&error);
                    reason_of(&error)
                }
                Err(_) => {
                    is_refused = false;
                    format!("no answer within {:?}", settings.connect_timeout)
                }
            };
            reasons.push(format!("{}: {reason}", host_name(&host)));
        }
        let reasons = reasons.join("; ");
        Err(if is_refused {
            StoreError::TlsRefused(reasons)
        } else {
            StoreError::NotConnected(reasons)
        })
    }

    /// Runs one statement.
    pub(crate) async fn query(&self, sql: &Sql) -> Result<Vec<Row>> {
        let rows = self.within(self.answer_timeout, self.run(sql)).await;
        self.noted(rows)
    }

    /// Runs one statement that may take long.
    pub(crate) async fn query_long(&self, sql: &Sql) -> Result<Vec<Row>> {
        let rows = self.run(sql).await.map_err(StoreError::from);
        self.noted(rows)
    }

    /// Begins a transaction and runs statements in it, all in one round trip; gives the rows of
    /// each. Each sees what was committed before it, since each has a snapshot of its own. Where
    /// one fails, the transaction is over.
    pub(crate) async fn begin(
        &self,
        opening: &str,
        statements: &[Sql],
        limit: Duration,
    ) -> Result<Vec<Vec<Row>>> {
        self.prepare_all(statements).await?;
        self.is_in_transaction.store(true, Ordering::Relaxed);
        let begun = self
            .within(limit, self.pipeline(Some(opening), statements, None))
            .await;
        let begun = self.noted(begun);
        if begun.is_err() {
            self.roll_back().await;
        }
        begun
    }

    /// Runs the last statements of a transaction and commits it, all in one round trip.
    pub(crate) async fn commit(&self, statements: &[Sql]) -> Result<()> {
        // Before the commit is sent, every failure means that nothing was changed.
        if let Err(error) = self.prepare_all(statements).await {
            self.roll_back().await;
            return Err(error);
        }
        let all = self.pipeline(None, statements, Some("commit"));
        let committed = self.noted(self.within(self.answer_timeout, all).await);
        match committed {
            Ok(_) => {
                self.is_in_transaction.store(false, Ordering::Relaxed);
                Ok(())
            }
            Err(error) if error.is_refusal() => {
                // The commit that was sent along has ended the transaction.
                self.is_in_transaction.store(false, Ordering::Relaxed);
                Err(error)
            }
            Err(error) => {
                self.break_off();
                Err(StoreError::CommitUnknown(Box::new(error)))
            }
        }
    }

    /// Runs one statement that is a transaction of its own, in one round trip.
    pub(crate) async fn autocommit(&self, sql: &Sql, limit: Duration) -> Result<Vec<Row>> {
        // Before the statement is sent, every failure means that nothing was changed.
        self.prepare_all(std::slice::from_ref(sql)).await?;
        match self.noted(self.within(limit, self.run(sql)).await) {
            Err(error) if !error.is_refusal() => {
                self.break_off();
                Err(StoreError::CommitUnknown(Box::new(error)))
            }
            answer => answer,
        }
    }

    /// Whether it has answered so lately that it will hardly turn out to be dead. A router may forget a
    /// connection that is idle for long, which shows only when a statement gets no answer.
    pub(crate) fn has_answered_lately(&self) -> bool {
        self.last_answer.lock().elapsed() < MAX_IDLE
    }

    /// Takes a transaction back. Where that fails, the connection is given up, and the server does
    /// it.
    pub(crate) async fn roll_back(&self) {
        if self.is_broken.load(Ordering::Relaxed) {
            return;
        }
        match self.execute("rollback").await {
            Ok(()) => self.is_in_transaction.store(false, Ordering::Relaxed),
            Err(_) => self.break_off(),
        }
    }

    /// Sends several statements at once, with simple ones before and after them.
    async fn pipeline(
        &self,
        first: Option<&str>,
        statements: &[Sql],
        last: Option<&str>,
    ) -> Result<Vec<Vec<Row>>, tokio_postgres::Error> {
        let simple = async |text: Option<&str>| match text {
            Some(text) => self.client.batch_execute(text).await,
            None => Ok(()),
        };
        let all = join_all(statements.iter().map(|sql| self.run(sql)));
        let (first, rows, last) =
            futures_util::future::join3(simple(first), all, simple(last)).await;
        first?;
        let rows = rows.into_iter().collect::<Result<Vec<_>, _>>()?;
        last?;
        Ok(rows)
    }

    /// Runs statements without parameters.
    pub(crate) async fn execute(&self, text: &str) -> Result<()> {
        let done = self.client.batch_execute(text);
        let done = self.within(self.answer_timeout, done).await;
        self.noted(done)
    }

    /// Runs statements without parameters that may take long.
    pub(crate) async fn execute_long(&self, text: &str) -> Result<()> {
        let done = self.client.batch_execute(text).await;
        self.noted(done.map_err(StoreError::from))
    }

    /// Runs a statement without parameters that may take long, in a transaction of its own.
    pub(crate) async fn execute_in_transaction(&self, opening: &str, text: &str) -> Result<()> {
        self.is_in_transaction.store(true, Ordering::Relaxed);
        let all = format!("{opening}; {text}; commit");
        let done = self.execute_long(&all).await;
        match &done {
            Ok(()) => self.is_in_transaction.store(false, Ordering::Relaxed),
            Err(_) => self.roll_back().await,
        }
        done
    }

    /// Says that this connection must not be used again.
    pub(crate) fn break_off(&self) {
        self.is_broken.store(true, Ordering::Relaxed);
    }

    /// Whether it can be used again.
    pub(crate) fn is_usable(&self) -> bool {
        !self.is_broken.load(Ordering::Relaxed)
            && !self.is_in_transaction.load(Ordering::Relaxed)
            && !self.client.is_closed()
    }

    async fn run(&self, sql: &Sql) -> Result<Vec<Row>, tokio_postgres::Error> {
        match self.prepared(sql).await? {
            Some(statement) => self.client.query(&statement, &sql.plain_values()).await,
            None => {
                self.client
                    .query_typed(sql.text(), &sql.typed_values())
                    .await
            }
        }
    }

    /// The prepared statement; nothing where it is not worth preparing.
    async fn prepared(&self, sql: &Sql) -> Result<Option<Statement>, tokio_postgres::Error> {
        let Some(statements) = &self.statements else {
            return Ok(None);
        };
        let preparation = statements.lock().look_up(sql);
        match preparation {
            Preparation::Done(statement) => Ok(Some(statement)),
            Preparation::Wanted => self.prepare(statements, sql).await.map(Some),
            Preparation::Unwanted => Ok(None),
        }
    }

    async fn prepare(
        &self,
        statements: &Mutex<StatementCache>,
        sql: &Sql,
    ) -> Result<Statement, tokio_postgres::Error> {
        let statement = self.client.prepare_typed(sql.text(), &sql.types()).await?;
        statements.lock().insert(sql, &statement);
        Ok(statement)
    }

    /// Prepares what will be sent at once, since each preparation waits for an answer.
    pub(crate) async fn prepare_all(&self, all: &[Sql]) -> Result<()> {
        let Some(statements) = &self.statements else {
            return Ok(());
        };
        for sql in all {
            let is_fixed = sql.fixed_text().is_some();
            if is_fixed && matches!(statements.lock().look_up(sql), Preparation::Wanted) {
                let preparing = self.prepare(statements, sql);
                let done = self.within(self.answer_timeout, preparing).await;
                self.noted(done)?;
            }
        }
        Ok(())
    }

    async fn within<T>(
        &self,
        limit: Duration,
        answer: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T> {
        match tokio::time::timeout(limit, answer).await {
            Ok(answer) => answer.map_err(StoreError::from),
            Err(_) => Err(StoreError::TimedOut(limit)),
        }
    }

    fn noted<T>(&self, answer: Result<T>) -> Result<T> {
        match &answer {
            Ok(_) => *self.last_answer.lock() = Instant::now(),
            Err(error) if error.is_dead_connection() || error.is_out_of_step() => self.break_off(),
            Err(_) => {}
        }
        answer
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let is_usable = self.is_usable();
        if let Some(task) = self.task.take() {
            // A task whose server never answers would wait for ever.
            if !is_usable {
                task.abort();
            }
            self.thread.close(task);
        }
    }
}

async fn connect(
    host: &Config,
    #[cfg_attr(
        not(feature = "tls"),
        expect(unused_variables, reason = "without TLS a host is all that is needed")
    )]
    settings: &Settings,
) -> Result<(Client, JoinHandle<()>), tokio_postgres::Error> {
    #[cfg(feature = "tls")]
    if let Some(connector) = &settings.connector {
        let (client, connection) = host.connect(connector.clone()).await?;
        return Ok((client, spawn(connection)));
    }
    let (client, connection) = host.connect(NoTls).await?;
    Ok((client, spawn(connection)))
}

/// Moves the messages of a connection, until it is closed.
fn spawn(
    connection: impl Future<Output = Result<(), tokio_postgres::Error>> + Send + 'static,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        // An error here reaches each call as a closed connection.
        let _closed = connection.await;
    })
}

/// What the driver says where `sslmode` asks for TLS and the server has none.
const NO_TLS: &str = "server does not support TLS";

/// Whether a host was found and refused, or refused itself, so that the next attempt would fail
/// in the same way.
fn is_tls_refusal(error: &tokio_postgres::Error) -> bool {
    let Some(source) = std::error::Error::source(error) else {
        return false;
    };
    #[cfg(feature = "tls")]
    if crate::certificates::is_refusal(source) {
        return true;
    }
    source.to_string() == NO_TLS
}

/// Whether another host would give the same answer.
fn is_final(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|state| {
        let class = state.code().get(..2);
        matches!(class, Some("28" | "3D"))
    })
}

/// Whether the server asks for a password, and there is none.
fn lacks_password(error: &tokio_postgres::Error) -> bool {
    let source = std::error::Error::source(error);
    source.is_some_and(|source| source.to_string() == "password missing")
}

fn no_password(settings: &Settings) -> StoreError {
    let reason = "the server asks for a password, and there is none";
    StoreError::NoPassword(match &settings.ignored_password_file {
        Some(file) => {
            let file = file.display();
            format!("{reason}; {file} was ignored, because others can read it: chmod 600 {file}")
        }
        None => reason.to_owned(),
    })
}

/// What the driver says of a certificate, and what to do.
const CERTIFICATE_HINTS: &[(&str, &str)] = &[
    (
        "CaUsedAsEndEntity",
        "the server shows a certificate that may sign others; put this very certificate into \
         sslrootcert, or give the server one with basicConstraints = CA:FALSE",
    ),
    (
        "UnknownIssuer",
        "put the certificate that has signed the server's into sslrootcert",
    ),
    (
        "not valid for name",
        "name the host as its certificate does, or use sslmode=verify-ca",
    ),
    (
        "UnsupportedCertVersion",
        "give the server a certificate of X.509 version 3, with a subject alternative name",
    ),
    (
        "expired",
        "renew the server's certificate, and compare the clocks of both machines",
    ),
];

fn reason_of(error: &tokio_postgres::Error) -> String {
    let reason = plain_reason_of(error);
    let hint = CERTIFICATE_HINTS
        .iter()
        .find(|(part, _)| reason.contains(part));
    match hint {
        Some((_, hint)) => format!("{reason}; {hint}"),
        None => reason,
    }
}

fn plain_reason_of(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) if source.to_string() == NO_TLS => format!(
            "the {NO_TLS}; set ssl = on in its postgresql.conf, or use sslmode=prefer where the \
             network is trusted"
        ),
        Some(source) => source.to_string(),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ignored_password_file_is_named_where_a_password_is_missing() {
        let mut settings = Settings::parse("postgres://anna@h/db").unwrap();
        let text = |settings: &Settings| {
            let error = no_password(settings).into_core("h/db");
            assert_eq!(error.kind(), tracking_core::ErrorKind::AccessDenied);
            format!("{error}: {}", std::error::Error::source(&error).unwrap())
        };
        assert!(!text(&settings).contains("chmod"));
        settings.ignored_password_file = Some("/home/anna/.pgpass".into());
        let text = text(&settings);
        assert!(text.contains("chmod 600 /home/anna/.pgpass"), "{text}");
    }
}
