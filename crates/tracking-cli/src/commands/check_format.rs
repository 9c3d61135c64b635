//! `tracking check-format` shows the format of a log and its first records.

use std::io::Write;

use anyhow::Result;
use clap::Args;
use clap::builder::Resettable;
use serde::Serialize;
use tracking_loader::{Explanation, FormatSurvey, Source, SourceError};

use super::{Action, Environment};
use crate::args::{FilesArgs, FormatArgs};
use crate::{data, exit, output};

/// Arguments of `tracking check-format`.
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
struct CheckReport {
    #[serde(skip)]
    source: Source,
    log: String,
    #[serde(flatten)]
    explained: Explanation,
}

impl Action for CheckFormatArgs {
    fn validate(&self) -> Option<String> {
        self.files.validate().or_else(|| self.format.validate())
    }

    fn run(&self, _: Environment<'_>) -> Result<()> {
        let logs = self.files.logs()?;
        let mut survey = FormatSurvey::new(self.format.options());
        for log in &logs {
            // The explanation of a log includes its errors.
            let _time = survey.look_at(log);
        }
        let mut checked = Vec::new();
        let mut errors = Vec::new();
        for log in &logs {
            match survey.explain(log, self.lines) {
                Ok(explained) => checked.push(CheckReport {
                    source: log.clone(),
                    log: log.to_string(),
                    explained,
                }),
                Err(error) => errors.push(error),
            }
        }
        output::write(None, |out| self.show(out, &checked))?;
        let is_named = |log: &&CheckReport| self.files.sources().contains(&log.source);
        let unknown = checked.iter().filter(|log| log.is_unknown());
        let (named, found): (Vec<_>, Vec<_>) = unknown.partition(is_named);
        // A folder may hold other files than logs, but not only these.
        let is_only_unknown = found.len() == checked.len();
        let unknown = found.into_iter().filter(|_| is_only_unknown).chain(named);
        errors.extend(unknown.map(CheckReport::unknown_format));
        exit::report_all(errors)
    }
}

impl CheckReport {
    /// Whether it has lines in no known format.
    fn is_unknown(&self) -> bool {
        !self.explained.fits && self.explained.looked_at > 0
    }

    fn unknown_format(&self) -> SourceError {
        SourceError::unknown_format(self.source.clone(), self.explained.why_not.clone())
    }
}

impl CheckFormatArgs {
    fn show(&self, out: &mut dyn Write, checked: &[CheckReport]) -> Result<()> {
        if self.json {
            return Ok(data::json(out, checked)?);
        }
        for log in checked {
            if checked.len() > 1 {
                writeln!(out, "{}", data::sanitize(&log.log))?;
            }
            write!(out, "{}", data::sanitize(&log.explained.to_string()))?;
        }
        Ok(())
    }
}
