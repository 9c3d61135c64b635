//! What can be asked of the command.

mod time;

use std::fs;
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};
use tracking_core::{TimeRange, Timestamp};
use tracking_logfile::{SessionGap, Source};

use crate::exit;

/// Loads logs, and looks at who did what.
#[derive(Debug, Parser)]
#[command(name = "tracking", version, about, after_help = exit::HELP)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show who asked for what in the logs of a web server
    ///
    /// The logs are in the Common or Combined format. A task is a request's path without its
    /// query, a user the authenticated user or else the host, a session what one user does
    /// without a gap longer than the session gap. Times are shown in UTC.
    #[command(after_help = exit::HELP)]
    Report(ReportArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct ReportArgs {
    /// Logs, plain or gzip; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Also write the report as an HTML page
    #[arg(long, value_name = "OUT")]
    pub(crate) html: Option<PathBuf>,

    /// Print JSON instead of text
    #[arg(long)]
    pub(crate) json: bool,

    /// The longest pause within a session, like `30m` or `1h 30m`
    #[arg(long, value_name = "LENGTH", default_value = "30m", value_parser = session_gap)]
    pub(crate) session_gap: SessionGap,

    /// Leave out what was before: `2026-11-23`, `2026-11-23 15:47` (in UTC), or RFC 3339
    #[arg(long, value_name = "TIME", value_parser = time::first_moment)]
    from: Option<Timestamp>,

    /// Leave out what was after; a date means to the end of that day
    #[arg(long, value_name = "TIME", value_parser = time::last_moment)]
    to: Option<Timestamp>,

    /// How many tasks and users to list
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) top: usize,
}

impl Args {
    /// Looks for what cannot be meant.
    pub(crate) fn checked(self) -> Result<Self, clap::Error> {
        match &self.command {
            Command::Report(report) => match report.fault() {
                None => Ok(self),
                Some(fault) => Err(Self::command().error(ErrorKind::ValueValidation, fault)),
            },
        }
    }
}

impl ReportArgs {
    /// The logs to read.
    pub(crate) fn sources(&self) -> Vec<Source> {
        self.files.iter().map(Source::from_argument).collect()
    }

    /// The time that is reported on.
    pub(crate) fn range(&self) -> TimeRange {
        TimeRange::between(
            self.from.unwrap_or(Timestamp::MIN),
            self.to.unwrap_or(Timestamp::MAX),
        )
    }

    fn fault(&self) -> Option<String> {
        let sources = self.sources();
        if sources.iter().filter(|log| **log == Source::Stdin).count() > 1 {
            return Some("standard input (-) can be read only once".to_owned());
        }
        let range = self.range();
        if range.is_empty() {
            let (from, to) = (range.from(), range.to());
            return Some(format!("--from {from} lies after --to {to}"));
        }
        let out = self.html.as_deref()?;
        let log = self.files.iter().find(|file| is_same(file, out))?;
        let log = log.display();
        Some(format!(
            "--html {log} would overwrite a log that is to be read"
        ))
    }
}

/// Tells whether two paths lead to one file; not where one leads nowhere.
fn is_same(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

fn session_gap(text: &str) -> anyhow::Result<SessionGap> {
    let length = TimeDelta::from_std(humantime::parse_duration(text)?)?;
    SessionGap::new(length).ok_or_else(|| anyhow::anyhow!("a gap cannot be negative"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_session_gap_is_written_as_people_say_it() {
        let gap = session_gap("1h 30m").unwrap();
        assert_eq!(gap.length(), TimeDelta::minutes(90));
        assert_eq!(session_gap("0s").unwrap().length(), TimeDelta::zero());
        for text in ["", "30", "-30m", "soon", "99999999999999y"] {
            assert!(session_gap(text).is_err(), "{text}");
        }
    }
}
