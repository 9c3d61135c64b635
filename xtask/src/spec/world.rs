//! What the scenario works on: a store, a folder, and what its steps leave to later ones.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use tracking_core::{SystemClock, Track, TrackingStorage};
use tracking_logfile::MessageLogger;

use crate::stores::{Make, Store};

/// The variables of the scenario.
pub(super) struct World {
    make: Make,
    /// Where views and log files are left for people to look at.
    folder: PathBuf,
    store: Option<Arc<dyn TrackingStorage>>,
    /// `t1`, `t4`, `result`: what was asked for last under a name.
    pub(super) tracks: Vec<Track>,
    pub(super) log_file: PathBuf,
    logger: Option<MessageLogger>,
}

impl World {
    pub(super) fn new(store: Store) -> Result<Self> {
        let folder = crate::root().join("target/spec").join(store.name);
        clear(&folder)?;
        Ok(Self {
            make: store.make,
            folder,
            store: None,
            tracks: Vec::new(),
            log_file: PathBuf::new(),
            logger: None,
        })
    }

    pub(super) fn open_store(&mut self) -> Result<()> {
        self.store = Some((self.make)(Arc::new(SystemClock))?);
        Ok(())
    }

    pub(super) fn store(&self) -> Result<&dyn TrackingStorage> {
        self.store.as_deref().context("no store has been made yet")
    }

    /// A folder of the scenario, made where it is missing.
    pub(super) fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(folder)
    }

    pub(super) fn open_logger(&mut self) -> Result<()> {
        self.logger = Some(MessageLogger::builder("test", &self.log_file).build()?);
        Ok(())
    }

    pub(super) fn close_logger(&mut self) {
        self.logger = None;
    }

    pub(super) fn logger(&self) -> Result<&MessageLogger> {
        self.logger.as_ref().context("no logger has been made yet")
    }
}

/// Makes sure that nothing of an earlier run is taken for this one's.
fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}
