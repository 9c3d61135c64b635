//! The arguments that name log files.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use clap::builder::Resettable;
use tracking_loader::{Loader, NamePattern, Source};

use crate::store::is_same_file;

/// The logs to read; the same for all commands that read logs.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "How logs are read")]
pub(crate) struct FilesArgs {
    /// Logs, plain or gzip; a folder stands for the logs in it, `-` for standard input
    #[arg(value_name = "FILE", help_heading = Resettable::Reset)]
    pub(crate) files: Vec<PathBuf>,

    /// In a folder, read only files with names like this: `access.log*`; repeat for more
    #[arg(long = "only-file", value_name = "PATTERN")]
    only_files: Vec<String>,
}

impl FilesArgs {
    /// The sources as they were given.
    pub(crate) fn sources(&self) -> Vec<Source> {
        self.files.iter().map(Source::from_argument).collect()
    }

    /// All logs, including those in folders.
    pub(crate) fn logs(&self) -> Result<Vec<Source>> {
        let names: Vec<_> = self.patterns().collect();
        let logs = self.sources().into_iter().map(|given| given.logs(&names));
        Ok(logs.collect::<Result<Vec<_>, _>>()?.concat())
    }

    /// Whether there is a log to read. What is no plain file is not opened, since that may wait.
    pub(crate) fn has_log(&self) -> bool {
        let names: Vec<_> = self.patterns().collect();
        self.sources().iter().any(|source| match source {
            Source::File(path) => path.metadata().is_ok_and(|about| {
                if about.is_dir() {
                    source.logs(&names).is_ok_and(|logs| !logs.is_empty())
                } else {
                    !about.is_file() || File::open(path).is_ok()
                }
            }),
            _ => true,
        })
    }

    /// Restricts a loader to these files.
    pub(crate) fn on<'s>(&self, loader: Loader<'s>) -> Loader<'s> {
        self.patterns().fold(loader, Loader::only_files)
    }

    fn patterns(&self) -> impl Iterator<Item = NamePattern> {
        self.only_files.iter().map(NamePattern::new)
    }

    /// Whether there are folders among them.
    pub(crate) fn has_folder(&self) -> bool {
        self.files.iter().any(|file| file.is_dir())
    }

    /// Returns what is wrong with the arguments, if anything.
    pub(crate) fn validate(&self) -> Option<String> {
        let sources = self.sources();
        if sources.iter().filter(|log| **log == Source::Stdin).count() > 1 {
            return Some("standard input (-) can be read only once".to_owned());
        }
        let is_idle = !self.only_files.is_empty() && !self.has_folder();
        is_idle.then(|| "--only-file goes with a folder, and there is none".to_owned())
    }

    /// Returns why the file of the option `option` cannot be written: it would change a log, or
    /// be taken for one later.
    pub(crate) fn validate_output(&self, option: &str, output: &Path) -> Option<String> {
        let (files, shown) = (&self.files, output.display());
        if files.iter().any(|file| is_same_file(file, output)) {
            return Some(format!(
                "{option} {shown} would change a log that is to be read"
            ));
        }
        let folder = files.iter().find(|file| self.is_log_in(file, output))?;
        let folder = folder.display();
        Some(format!(
            "{option} {shown} would be taken for a log of {folder}; write it elsewhere, or say with \
             --only-file what the logs are called"
        ))
    }

    /// Whether a file would be a log in a folder.
    fn is_log_in(&self, folder: &Path, file: &Path) -> bool {
        let Some(name) = file.file_name().map(|name| name.to_string_lossy()) else {
            return false;
        };
        let parent = match file.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let is_like = |pattern: NamePattern| pattern.matches(&name);
        let is_named = self.only_files.is_empty() || self.patterns().any(is_like);
        let is_log = is_named && !name.starts_with('.');
        is_log && folder.is_dir() && is_same_file(folder, parent)
    }
}
