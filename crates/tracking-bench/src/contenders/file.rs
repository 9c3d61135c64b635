//! A temporary file of a store.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use tempfile::TempDir;

/// The cache of each contender in bytes: a million tracks fit.
pub(super) const CACHE_SIZE: u64 = 256 * 1024 * 1024;

/// The file of a store, in its own folder.
pub(super) struct File(TempDir);

impl File {
    /// Creates a folder among the temporary files of the system.
    pub(super) fn new() -> Result<Self> {
        let folder = tempfile::tempdir().context("making a folder for a file of tracks")?;
        Ok(Self(folder))
    }

    pub(super) fn path(&self) -> PathBuf {
        self.0.path().join("tracks.db")
    }

    /// Its size in bytes, including its journal and shared memory.
    pub(super) fn size(&self) -> Result<u64> {
        let mut size = 0;
        for entry in fs::read_dir(self.0.path())? {
            size += entry?.metadata()?.len();
        }
        Ok(size)
    }
}
