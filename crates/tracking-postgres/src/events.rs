//! Events for operators, emitted with the feature `tracing`. Without it, every call is empty.
//!
//! An event names servers, stores, counts, durations and kinds of errors, and never users, tasks or
//! data. The thread that runs the store's runtime emits it: a caller's, or the store's own.

#![cfg_attr(
    not(feature = "tracing"),
    expect(unused_variables, reason = "without the feature nothing is emitted")
)]

use std::time::Duration;

/// The tables in a database were created or upgraded.
#[inline]
pub(crate) fn migrated(place: &str, from: i32, to: i32) {
    #[cfg(feature = "tracing")]
    tracing::info!(place, from, to, "upgraded the tables");
}

/// A call or a transaction failed in a way that the next attempt may not, and is repeated.
#[inline]
pub(crate) fn attempt_repeated(attempt: usize, error: &str, sql_state: Option<&str>) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        attempt,
        error,
        sql_state,
        "an attempt failed and is repeated"
    );
}

/// A connection was found dead. All of its age are closed, and new ones are opened as needed.
#[inline]
pub(crate) fn connections_renewed(generation: u64) {
    #[cfg(feature = "tracing")]
    tracing::warn!(generation, "a connection was dead; connecting again");
}

/// A change gave up, because others kept the store locked for too long.
#[inline]
pub(crate) fn lock_timeout(store: &str, waited: Duration) {
    #[cfg(feature = "tracing")]
    tracing::warn!(store, ?waited, "gave up waiting for a lock");
}

/// No range was added to a store that is partitioned by id; the last one takes what comes until one is.
#[inline]
pub(crate) fn range_not_added(store: &str, sql_state: Option<&str>) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        store,
        sql_state,
        "no partition was added; trying again later"
    );
}

/// A call gave up, because all connections were in use for too long.
#[inline]
pub(crate) fn pool_exhausted(connections: usize, waited: Duration) {
    #[cfg(feature = "tracing")]
    tracing::warn!(connections, ?waited, "gave up waiting for a connection");
}

/// No standby can be used; the primary answers for a while.
#[inline]
pub(crate) fn standby_unusable(reason: &str, pause: Duration) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        reason,
        ?pause,
        "no standby can be used; reading from the primary"
    );
}

#[cfg(feature = "tracing")]
#[cfg(test)]
mod tests {

    use tokio::runtime::Builder;
    use tracking_testkit::events::events_of;

    use super::*;
    use crate::error::StoreError;
    use crate::inner::repeat_while;

    #[test]
    fn each_repeated_attempt_is_an_event() {
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        let mut failures = 2;
        let events = events_of(|| {
            let repeated = repeat_while(
                |_| true,
                || {
                    let fails = failures > 0;
                    failures -= i32::from(fails);
                    async move {
                        if fails {
                            Err(StoreError::TimedOut(Duration::ZERO))
                        } else {
                            Ok(())
                        }
                    }
                },
            );
            runtime.block_on(repeated).unwrap();
        });
        let expected = [1, 2].map(|attempt| {
            format!(
                "WARN message=an attempt failed and is repeated attempt={attempt} \
                 error=\"no answer in time\""
            )
        });
        assert_eq!(events, expected);
    }
}
