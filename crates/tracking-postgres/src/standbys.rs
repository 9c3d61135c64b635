//! Standbys that answer reads, as long as they are not too far behind.
//!
//! How far a standby is behind is not asked of the standby, which cannot know what the primary has
//! done since. The primary says where its log ends, at most once per allowed lag and after each
//! change of this store; a standby that has replayed up to there shows everything up to then.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio_postgres::Row;

use crate::config::Settings;
use crate::error::{Result, StoreError};
use crate::events;
use crate::pool::Pool;
use crate::runtime::RuntimeThread;
use crate::statement::Sql;

/// How long a standby may take to say how far it is.
const CHECK_TIMEOUT: Duration = Duration::from_secs(1);
/// How long standbys are left alone after none could be reached.
const PAUSE: Duration = Duration::from_secs(5);

/// Standbys that answer reads.
pub(crate) struct Standbys {
    pool: Arc<Pool>,
    max_lag: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    mark: Option<Mark>,
    /// When this store was changed last by this program.
    changed: Option<Instant>,
    /// When none could be reached.
    failed: Option<Instant>,
}

/// Where the log of the primary ended at a moment.
#[derive(Clone)]
struct Mark {
    asked: Instant,
    end: String,
}

impl Standbys {
    pub(crate) fn new(settings: Settings, thread: RuntimeThread, max_lag: Duration) -> Self {
        Self {
            pool: Pool::new(settings, thread),
            max_lag,
            state: Mutex::default(),
        }
    }

    /// Notes that this program has changed the store: from now on it has to see that.
    pub(crate) fn note_change(&self) {
        self.state.lock().changed = Some(Instant::now());
    }

    /// Runs one statement on a standby; nothing where the primary has to answer.
    pub(crate) async fn read(&self, primary: &Arc<Pool>, sql: &Sql) -> Option<Vec<Row>> {
        let failed = self.state.lock().failed;
        if failed.is_some_and(|failed| failed.elapsed() < PAUSE) {
            return None;
        }
        let end = self.mark(primary).await.ok()?.end;
        let connection = match tokio::time::timeout(CHECK_TIMEOUT, self.pool.get()).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(error)) => {
                self.pause(&reason_of(error));
                return None;
            }
            Err(_) => {
                self.pause("no connection in time");
                return None;
            }
        };
        // In a standby that was promoted, nothing is replayed any more.
        let check = Sql::fixed(
            "select pg_is_in_recovery() and pg_last_wal_replay_lsn() >= $1::text::pg_lsn, \
             pg_is_in_recovery()",
        );
        let check = check.with_text(end);
        let checked = tokio::time::timeout(CHECK_TIMEOUT, connection.query(&check)).await;
        let Ok(Ok(Some((is_current, is_standby)))) =
            checked.map(|rows| rows.map(|rows| states(&rows)))
        else {
            connection.renew_pool();
            self.pause("it does not say how far it is");
            return None;
        };
        if !is_standby {
            connection.renew_pool();
        }
        if !is_current {
            return None;
        }
        match connection.query_long(sql).await {
            Ok(rows) => Some(rows),
            // The primary says what is wrong, if it is not the standby.
            Err(error) => {
                if error.is_dead_connection() {
                    connection.renew_pool();
                }
                None
            }
        }
    }

    /// Leaves standbys alone for a while.
    fn pause(&self, reason: &str) {
        self.state.lock().failed = Some(Instant::now());
        events::standby_unusable(reason, PAUSE);
    }

    /// Where the log of the primary ended, no longer ago than a standby may be behind, and not
    /// before the last change of this program.
    async fn mark(&self, primary: &Arc<Pool>) -> Result<Mark> {
        let (mark, changed) = {
            let state = self.state.lock();
            (state.mark.clone(), state.changed)
        };
        let is_valid = |mark: &Mark| {
            mark.asked.elapsed() <= self.max_lag
                && changed.is_none_or(|changed| changed < mark.asked)
        };
        if let Some(mark) = mark.filter(is_valid) {
            return Ok(mark);
        }
        let connection = primary.get().await?;
        let asked = Instant::now();
        let end = Sql::fixed("select pg_current_wal_insert_lsn()::text");
        let rows = connection.query(&end).await;
        if rows.as_ref().is_err_and(StoreError::is_dead_connection) {
            connection.renew_pool();
        }
        let rows = rows?;
        let end = match rows.first() {
            Some(row) => row.try_get(0)?,
            None => String::new(),
        };
        let mark = Mark { asked, end };
        self.state.lock().mark = Some(mark.clone());
        Ok(mark)
    }
}

/// Why no standby could be connected to.
fn reason_of(error: StoreError) -> String {
    match error {
        StoreError::NotConnected(reasons) | StoreError::TlsRefused(reasons) => reasons,
        other => other.into_core("the standbys").to_string(),
    }
}

/// Whether a server has everything that is wanted, and whether it is a standby.
fn states(rows: &[Row]) -> Option<(bool, bool)> {
    let row = rows.first()?;
    let is_current: Option<bool> = row.try_get(0).ok()?;
    Some((is_current.unwrap_or(false), row.try_get(1).ok()?))
}

#[cfg(feature = "tracing")]
#[cfg(test)]
mod tests {
    use tracking_testkit::events::events_of;

    use super::*;

    #[test]
    fn standbys_that_cannot_be_used_are_an_event_and_left_alone() {
        let settings = Settings::parse("postgres://h/db").unwrap();
        let runtime = crate::runtime::StoreRuntime::start().unwrap();
        let settings = settings.for_standbys("s").unwrap();
        let standbys = Standbys::new(settings, runtime.thread(), PAUSE);
        let events = events_of(|| standbys.pause("s:5432: connection refused"));
        let expected = "WARN message=no standby can be used; reading from the primary \
                        reason=\"s:5432: connection refused\" pause=5s";
        assert_eq!(events, [expected]);
        let failed = standbys.state.lock().failed;
        assert!(failed.is_some_and(|failed| failed.elapsed() < PAUSE));
    }
}
