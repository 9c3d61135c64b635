//! From statements to a store.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result};
use tracking_btree::BTreeStorage;
use tracking_core::{NewRun, RunId, TrackingStorage};
use tracking_loader::{FieldMap, FormatOptions, LineFormat, LogRecord, Source, detect};

/// Where statements of the video profile of xAPI say who did what, and when.
const MAP: &str = r#"task=object.id,user=actor.account.name,time=timestamp,key=id,
    run=context.extensions["https://w3id.org/xapi/video/extensions/session-id"]"#;

/// Reads statements, brings them into the order of time, and saves each in the run of its
/// session.
pub(super) fn load(path: &Path) -> Result<BTreeStorage> {
    let map: FieldMap = MAP.parse()?;
    let mut format = detect(&[], &FormatOptions::new().choose(map)).format;
    let mut records = records(path, &mut *format)?;
    records.sort_by_key(LogRecord::time);
    let store = BTreeStorage::builder().index(super::VERB).build();
    let mut sessions: HashMap<String, RunId> = HashMap::new();
    for record in records {
        let session = record.session_id().context("a statement has no session")?;
        let run = if let Some(run) = sessions.get(session) {
            *run
        } else {
            let run = NewRun::of(record.task().clone()).starting_at(record.time());
            let run = store.start_run(run)?;
            sessions.insert(session.to_owned(), run);
            run
        };
        store.save(record.into_track(run)?)?;
    }
    Ok(store)
}

fn records(path: &Path, format: &mut dyn LineFormat) -> Result<Vec<LogRecord>> {
    let mut lines = Source::from_argument(path).lines()?;
    let mut records = Vec::new();
    while let Some(line) = lines.next_line()? {
        let number = line.number;
        let content = format.read(line.bytes);
        let content = content.with_context(|| format!("line {number}"))?;
        records.extend(content.into_record());
    }
    Ok(records)
}
