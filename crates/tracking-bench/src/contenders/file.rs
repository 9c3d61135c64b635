//! A file of a store that is gone with it.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use tempfile::TempDir;

/// How much of a file each contender keeps in memory, in bytes: a million tracks fit.
pub(super) const CACHE_SIZE: u64 = 256 * 1024 * 1024;

/// The file of a store, in a folder of its own.
pub(super) struct File(TempDir);

impl File {
    /// Makes a folder, in the one that the system has for temporary files.
    pub(super) fn new() -> Result<Self> {
        let folder = tempfile::tempdir().context("making a folder for a file of tracks")?;
        Ok(Self(folder))
    }

    pub(super) fn path(&self) -> PathBuf {
        self.0.path().join("tracks.db")
    }

    /// How many bytes it has, together with what lies beside it.
    pub(super) fn size(&self) -> Result<u64> {
        let mut size = 0;
        for entry in fs::read_dir(self.0.path())? {
            size += entry?.metadata()?.len();
        }
        Ok(size)
    }
}
