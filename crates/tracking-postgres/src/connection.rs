//! One connection to a server.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use parking_lot::Mutex;
use tokio::task::JoinHandle;
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::{Client, Config, NoTls, Row, Statement};

use crate::config::{Settings, host_name};
use crate::error::{Result, StoreError};
use crate::statement::Sql;

/// A connection, and the task that moves its messages.
pub(crate) struct Connection {
    client: Client,
    task: JoinHandle<()>,
    /// The fixed statements that this connection has prepared; nothing where it must not.
    statements: Option<Mutex<HashMap<&'static str, Statement>>>,
    /// Whether it must not be used again.
    is_broken: AtomicBool,
    pub(crate) generation: u64,
    answer_timeout: Duration,
}

impl Connection {
    /// Connects to the first host that answers and takes the role that is needed.
    pub(crate) async fn open(settings: &Settings, generation: u64) -> Result<Self> {
        let mut reasons = Vec::new();
        for mut host in settings.hosts() {
            if !settings.reads_only {
                host.target_session_attrs(TargetSessionAttrs::ReadWrite);
            }
            // A limit of its own for each host, since a frozen one accepts and never answers.
            let connecting = connect(&host, settings);
            let reason = match tokio::time::timeout(settings.connect_timeout, connecting).await {
                Ok(Ok((client, task))) => {
                    return Ok(Self {
                        client,
                        task,
                        statements: settings.prepares.then(Mutex::default),
                        is_broken: AtomicBool::new(false),
                        generation,
                        answer_timeout: settings.answer_timeout,
                    });
                }
                // What the server says itself is said at once, unless it is only starting.
                Ok(Err(error)) if is_final(&error) => return Err(error.into()),
                Ok(Err(error)) => reason_of(&error),
                Err(_) => format!("no answer within {:?}", settings.connect_timeout),
            };
            reasons.push(format!("{}: {reason}", host_name(&host)));
        }
        Err(StoreError::NotConnected(reasons.join("; ")))
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

    /// Sends several statements at once, with simple ones before and after them; gives the rows
    /// of each. Each sees what was committed before it, since each has a snapshot of its own.
    pub(crate) async fn pipeline(
        &self,
        first: Option<&str>,
        statements: &[Sql],
        last: Option<&str>,
    ) -> Result<Vec<Vec<Row>>> {
        self.prepare_all(statements).await?;
        let run = async {
            let begin = async {
                match first {
                    Some(text) => self.client.batch_execute(text).await,
                    None => Ok(()),
                }
            };
            let end = async {
                match last {
                    Some(text) => self.client.batch_execute(text).await,
                    None => Ok(()),
                }
            };
            let all = join_all(statements.iter().map(|sql| self.run(sql)));
            let (first, rows, last) = futures_util::future::join3(begin, all, end).await;
            first?;
            let rows = rows.into_iter().collect::<Result<Vec<_>, _>>()?;
            last?;
            Ok::<_, tokio_postgres::Error>(rows)
        };
        let rows = self.within(self.answer_timeout, run).await;
        self.noted(rows)
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

    /// Says that this connection must not be used again.
    pub(crate) fn break_off(&self) {
        self.is_broken.store(true, Ordering::Relaxed);
    }

    /// Whether it can be used again.
    pub(crate) fn is_usable(&self) -> bool {
        !self.is_broken.load(Ordering::Relaxed) && !self.client.is_closed()
    }

    async fn run(&self, sql: &Sql) -> Result<Vec<Row>, tokio_postgres::Error> {
        let prepared = match (&self.statements, sql.fixed_text()) {
            (Some(statements), Some(text)) => {
                let found = statements.lock().get(text).cloned();
                match found {
                    Some(statement) => Some(statement),
                    None => Some(self.prepare(statements, text, sql).await?),
                }
            }
            _ => None,
        };
        match prepared {
            Some(statement) => self.client.query(&statement, &sql.plain_values()).await,
            None => {
                self.client
                    .query_typed(sql.text(), &sql.typed_values())
                    .await
            }
        }
    }

    async fn prepare(
        &self,
        statements: &Mutex<HashMap<&'static str, Statement>>,
        text: &'static str,
        sql: &Sql,
    ) -> Result<Statement, tokio_postgres::Error> {
        let statement = self.client.prepare_typed(text, &sql.types()).await?;
        statements.lock().insert(text, statement.clone());
        Ok(statement)
    }

    /// Prepares what will be sent at once, since each preparation waits for an answer.
    pub(crate) async fn prepare_all(&self, all: &[Sql]) -> Result<()> {
        let Some(statements) = &self.statements else {
            return Ok(());
        };
        for sql in all {
            if let Some(text) = sql.fixed_text()
                && !statements.lock().contains_key(text)
            {
                let preparing = self.prepare(statements, text, sql);
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
        if let Err(error) = &answer
            && error.is_dead_connection()
        {
            self.break_off();
        }
        answer
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // A task whose server never answers would wait for ever.
        if self.is_broken.load(Ordering::Relaxed) {
            self.task.abort();
        }
    }
}

async fn connect(
    host: &Config,
    _settings: &Settings,
) -> Result<(Client, JoinHandle<()>), tokio_postgres::Error> {
    let (client, connection) = host.connect(NoTls).await?;
    let task = tokio::spawn(async move {
        // An error here reaches each call as a closed connection.
        let _closed = connection.await;
    });
    Ok((client, task))
}

/// Whether another host would give the same answer.
fn is_final(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|state| {
        let class = state.code().get(..2);
        matches!(class, Some("28" | "3D"))
    })
}

fn reason_of(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => source.to_string(),
        None => error.to_string(),
    }
}
