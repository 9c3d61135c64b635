//! `tracking check-format`: what the first lines of a log become.

use anyhow::Result;
use clap::Args;
use clap::builder::Resettable;
use serde::Serialize;
use tracking_core::Clock;
use tracking_logfile::{Explanation, Lines, Source, explain};

use super::Action;
use crate::args::{FilesArgs, FormatArgs};
use crate::{data, output};

/// Which logs, and how they are read.
#[derive(Debug, Args)]
#[command(mut_arg("log_format", |option| option.visible_alias("format")))]
#[command(mut_arg("files", |files| files.required(true)))]
pub(crate) struct CheckFormatArgs {
    #[command(flatten)]
    files: FilesArgs,

    /// How many lines to look at
    #[arg(long, value_name = "N", default_value_t = 20, help_heading = Resettable::Reset)]
    lines: usize,

    /// Print JSON instead of text
    #[arg(long, help_heading = Resettable::Reset)]
    json: bool,

    #[command(flatten)]
    format: FormatArgs,
}

/// A log, and what its first lines become.
#[derive(Debug, Serialize)]
struct Checked {
    log: String,
    #[serde(flatten)]
    explained: Explanation,
}

impl CheckFormatArgs {
    fn check(&self, source: &Source) -> Result<Checked> {
        let mut lines = source.lines()?.limit(Lines::DEFAULT_LIMIT);
        let mut first: Vec<Vec<u8>> = Vec::new();
        while first.len() < self.lines
            && let Some(line) = lines.next_line()?
        {
            first.push(line.bytes.to_owned());
        }
        let first: Vec<&[u8]> = first.iter().map(AsRef::as_ref).collect();
        Ok(Checked {
            log: source.to_string(),
            explained: explain(&first, &self.format.options()),
        })
    }
}

impl Action for CheckFormatArgs {
    fn fault(&self) -> Option<String> {
        self.files.fault().or_else(|| self.format.fault())
    }

    fn run(&self, _clock: &dyn Clock) -> Result<()> {
        let logs = self.files.logs()?;
        let checked = logs.iter().map(|log| self.check(log));
        let checked = checked.collect::<Result<Vec<_>>>()?;
        output::write(None, |out| {
            if self.json {
                return Ok(data::json(out, &checked)?);
            }
            for log in &checked {
                if checked.len() > 1 {
                    writeln!(out, "{}", log.log.escape_debug())?;
                }
                write!(out, "{}", log.explained)?;
            }
            Ok(())
        })
    }
}
