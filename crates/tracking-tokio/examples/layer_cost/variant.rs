//! The programs that are compared.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{Route, get};
use tempfile::TempDir;
use tower_layer::layer_fn;
use tracking_btree::BTreeStorage;
use tracking_core::{NewTrack, Query, TrackingStorage, UserName};
use tracking_logfile::RecordLogger;
use tracking_sqlite::SqliteStorage;
use tracking_tokio::{Recorder, TrackSink, TrackingLayer, matched_path};

use crate::Answer;

/// What is added to a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variant {
    NoLayer,
    EmptyLayer,
    NoSink,
    Memory,
    Sqlite,
    Log,
    WriteAhead,
}

impl Variant {
    /// All with a layer.
    pub(crate) const ALL: [Self; 6] = [
        Self::EmptyLayer,
        Self::NoSink,
        Self::Memory,
        Self::Sqlite,
        Self::Log,
        Self::WriteAhead,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::NoLayer => "no layer",
            Self::EmptyLayer => "a layer of axum that does nothing",
            Self::NoSink => "the layer, recording nothing",
            Self::Memory => "recorder, store in memory",
            Self::Sqlite => "recorder, SQLite file",
            Self::Log => "record log",
            Self::WriteAhead => "recorder that writes ahead, store in memory",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter().chain([Self::NoLayer]);
        all.find(|variant| variant.name() == name)
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// An axum program with something added, the same without it, and where it records.
pub(crate) struct Program {
    pub(crate) with: Router,
    pub(crate) without: Router,
    recording: Option<(Recorder, Arc<dyn TrackingStorage>)>,
    _folder: TempDir,
}

impl Program {
    pub(crate) fn new(variant: Variant) -> Answer<Self> {
        let folder = tempfile::tempdir()?;
        let log = || RecordLogger::builder("log", folder.path().join("requests.log")).build();
        let memory = || -> Arc<dyn TrackingStorage> { Arc::new(BTreeStorage::new()) };
        let mut recording = None;
        let with = match variant {
            Variant::NoLayer => app(),
            Variant::EmptyLayer => app().layer(layer_fn(|route: Route| route)),
            Variant::NoSink => app().layer(layer(|_: NewTrack| ())),
            Variant::Log => app().layer(layer(log()?)),
            Variant::Memory | Variant::Sqlite | Variant::WriteAhead => {
                let store = match variant {
                    Variant::Sqlite => Arc::new(SqliteStorage::open(folder.path().join("db"))?),
                    _ => memory(),
                };
                // Whole batches, however slow the machine is.
                let builder = Recorder::builder(Arc::clone(&store));
                let mut builder = builder.max_delay(Duration::from_mins(1));
                if variant == Variant::WriteAhead {
                    builder = builder.write_ahead(log()?);
                }
                let recorder = builder.build()?;
                recording = Some((recorder.clone(), store));
                app().layer(layer(recorder))
            }
        };
        Ok(Self {
            with,
            without: app(),
            recording,
            _folder: folder,
        })
    }

    /// Waits until everything that was recorded is saved.
    pub(crate) fn flush(&self) -> Answer<()> {
        if let Some((recorder, _)) = &self.recording {
            recorder.flush(Duration::from_mins(1))?;
        }
        Ok(())
    }

    /// Fails unless so many requests were saved, where there is a store.
    pub(crate) fn check(&self, requests: u64) -> Answer<()> {
        if let Some((_, store)) = &self.recording {
            let saved = store.count(&Query::all())?;
            if saved != requests {
                return Err(format!("{saved} of {requests} requests were saved").into());
            }
        }
        Ok(())
    }
}

fn app() -> Router {
    Router::new().route("/lesson/{page}", get(|| async { "This is a page." }))
}

fn layer(sink: impl TrackSink + 'static) -> TrackingLayer {
    TrackingLayer::new(sink).task(matched_path).user(|request| {
        let user = request.headers.get("x-user")?.to_str().ok()?;
        UserName::new(user).ok()
    })
}
