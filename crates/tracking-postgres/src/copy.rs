//! Copying new tracks into their table, which takes the server less time than a statement.

use std::pin::pin;

use bytes::Bytes;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{CopyInSink, Error};
use tracking_core::Track;

use crate::names::split;
use crate::statement::Sql;
use crate::values::Time;

/// The types of the columns. JSON is sent as the text that it is.
const TYPES: [Type; 9] = [
    Type::TEXT,
    Type::INT8,
    Type::TEXT,
    Type::TEXT,
    Type::INT8,
    Type::TEXT,
    Type::TEXT,
    Type::TIMESTAMPTZ,
    Type::TEXT,
];

/// New tracks that are copied.
pub(crate) struct Copy<'c> {
    pub(crate) statement: Sql,
    store: &'c str,
    tracks: Vec<(i64, &'c Track)>,
}

impl<'c> Copy<'c> {
    pub(crate) fn of_tracks(store: &'c str, tracks: Vec<(i64, &'c Track)>) -> Self {
        let statement = Sql::fixed(
            "copy tracking.track \
             (store, id, task, task_rest, run, username, username_rest, time, data) \
             from stdin (format binary)",
        );
        Self {
            statement,
            store,
            tracks,
        }
    }

    /// Sends all rows. The server inserts the first ones meanwhile.
    pub(crate) async fn send(self, sink: CopyInSink<Bytes>) -> Result<(), Error> {
        let mut rows = pin!(BinaryCopyInWriter::new(sink, &TYPES));
        for (number, track) in self.tracks {
            let (task, task_rest) = split(track.task());
            let (user, user_rest) = split(track.user());
            let run = i64::try_from(track.run().number()).unwrap_or(i64::MAX);
            let (time, data) = (Time(track.time()), track.data().as_str());
            let row: [&(dyn ToSql + Sync); 9] = [
                &self.store,
                &number,
                &task,
                &task_rest,
                &run,
                &user,
                &user_rest,
                &time,
                &data,
            ];
            rows.as_mut().write(&row).await?;
        }
        rows.finish().await.map(drop)
    }
}
