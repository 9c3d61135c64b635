//! `tracking logs` lists the logs that were loaded, or forgets one.

use std::fmt::Write;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use serde::Serialize;
use tracking_core::CheckpointName;
use tracking_loader::LoadedLog;

use super::change_args::ChangeArgs;
use super::{Action, Environment};
use crate::args::{CommandResult, ResultArgs};
use crate::schema::plural;
use crate::store::PersistentStoreArgs;

/// Arguments of `tracking logs`.
#[derive(Debug, Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct LogsArgs {
    #[command(subcommand)]
    command: LogsCommand,
}

#[derive(Debug, Subcommand)]
enum LogsCommand {
    /// List the logs that were loaded, with their checkpoints
    List(ListArgs),

    /// Forget that a log was loaded, so that it is loaded again when it is given again
    ///
    /// Its tracks stay: remove them first, or they are there twice afterwards. Asks first, unless
    /// --yes is given.
    Forget(ForgetArgs),
}

#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    store: PersistentStoreArgs,

    #[command(flatten)]
    result: ResultArgs,
}

#[derive(Debug, Args)]
struct ForgetArgs {
    /// The checkpoint of the log, as `logs list` shows it
    #[arg(value_name = "CHECKPOINT")]
    checkpoint: CheckpointName,

    #[command(flatten)]
    change: ChangeArgs,
}

/// The logs that were loaded. The names of the fields are the keys of the JSON and must not change.
#[derive(Debug, Serialize)]
struct Logs {
    logs: Vec<Log>,
}

#[derive(Debug, Serialize)]
struct Log {
    checkpoint: CheckpointName,
    /// What the log was called when it was read last; this and the rest are not there where the
    /// checkpoint is damaged.
    name: Option<String>,
    format: Option<String>,
    lines: Option<u64>,
    bytes: Option<u64>,
    rejected: Option<u64>,
    damaged: bool,
}

/// The log that was forgotten.
#[derive(Debug, Serialize)]
struct ForgottenLog<'a> {
    forgotten: &'a CheckpointName,
}

impl Action for LogsArgs {
    fn validate(&self) -> Option<String> {
        match &self.command {
            LogsCommand::List(args) => args.store.validate(),
            LogsCommand::Forget(args) => args.change.validate(),
        }
    }

    fn run(&self, _: Environment<'_>) -> Result<()> {
        match &self.command {
            LogsCommand::List(args) => args.run(),
            LogsCommand::Forget(args) => args.run(),
        }
    }
}

impl ListArgs {
    fn run(&self) -> Result<()> {
        let store = self.store.open_read_only()?;
        let logs = LoadedLog::all(&*store)?.into_iter().map(Log::from);
        self.result.print(&Logs {
            logs: logs.collect(),
        })
    }
}

impl ForgetArgs {
    fn run(&self) -> Result<()> {
        let store = self.change.store.open_persistent()?;
        let file = self.change.store.location()?;
        let checkpoint = &self.checkpoint;
        self.change.confirm(&format!(
            "forget the log of checkpoint {checkpoint} in {file}"
        ))?;
        if !LoadedLog::forget(&store, checkpoint)? {
            bail!("no log was loaded with checkpoint {checkpoint:?}; see `tracking logs list`");
        }
        self.change.print(&ForgottenLog {
            forgotten: checkpoint,
        })
    }
}

impl From<LoadedLog> for Log {
    fn from(log: LoadedLog) -> Self {
        let position = log.position.as_ref();
        Self {
            checkpoint: log.checkpoint,
            name: position.map(|position| position.name.clone()),
            format: position.map(|position| position.format.clone()),
            lines: position.map(|position| position.lines),
            bytes: position.map(|position| position.bytes),
            rejected: position.map(|position| position.rejected),
            damaged: position.is_none(),
        }
    }
}

impl CommandResult for Logs {
    /// Each log on two lines.
    fn sentence(&self) -> String {
        let mut text = String::new();
        for log in &self.logs {
            let name = log.name.as_deref().unwrap_or("damaged checkpoint");
            let _ = write!(text, "{name}");
            if let (Some(lines), Some(bytes)) = (log.lines, log.bytes) {
                let format = log.format.as_deref().unwrap_or_default();
                let (lines, bytes) = (plural(lines, "line"), plural(bytes, "byte"));
                let _ = write!(text, ": {lines}, {bytes}, {format}");
            }
            if let Some(rejected @ 1..) = log.rejected {
                let _ = write!(text, ", {rejected} rejected");
            }
            let _ = writeln!(text, "\n    {}", log.checkpoint);
        }
        if self.logs.is_empty() {
            text.push_str("no log was loaded");
        }
        text.truncate(text.trim_end().len());
        text
    }
}

impl CommandResult for ForgottenLog<'_> {
    fn sentence(&self) -> String {
        format!("forgot the log of checkpoint {}", self.forgotten)
    }
}
