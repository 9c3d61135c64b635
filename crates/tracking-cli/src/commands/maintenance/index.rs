//! `tracking index` adds, drops and lists indexes on data fields.

use anyhow::Result;
use clap::{Args, Subcommand};
use serde::Serialize;
use tracking_core::{Field, TrackingStorage};

use crate::args::{CommandResult, ResultArgs};
use crate::commands::{Action, Environment};
use crate::store::PersistentStoreArgs;
use crate::{data, output};

/// Arguments of `tracking index`.
#[derive(Debug, Args)]
pub(crate) struct IndexArgs {
    #[command(subcommand)]
    command: IndexCommand,
}

#[derive(Debug, Subcommand)]
enum IndexCommand {
    /// Add an index on a data field: queries by it become faster, saves a little slower
    Add(IndexedField),

    /// Drop the index on a data field
    Drop(IndexedField),

    /// List the data fields that have an index
    List(ListArgs),
}

#[derive(Debug, Args)]
struct IndexedField {
    /// The field; keys of nested objects are joined by dots, as in `verb.id`
    #[arg(value_name = "FIELD")]
    field: Field,

    #[command(flatten)]
    store: PersistentStoreArgs,

    #[command(flatten)]
    result: ResultArgs,
}

#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    store: PersistentStoreArgs,

    #[command(flatten)]
    result: ResultArgs,
}

impl Action for IndexArgs {
    fn validate(&self) -> Option<String> {
        match &self.command {
            IndexCommand::Add(args) | IndexCommand::Drop(args) => args.store.validate(),
            IndexCommand::List(args) => args.store.validate(),
        }
    }

    fn run(&self, _: Environment<'_>) -> Result<()> {
        match &self.command {
            IndexCommand::Add(args) => add(args),
            IndexCommand::Drop(args) => drop_it(args),
            IndexCommand::List(args) => list(args),
        }
    }
}

/// The result: the field, and whether anything changed.
#[derive(Debug, Serialize)]
struct IndexReport<'a> {
    field: &'a Field,
    /// Whether it has an index now.
    indexed: bool,
    /// Whether that is new.
    changed: bool,
}

fn add(args: &IndexedField) -> Result<()> {
    args.result.print(&IndexReport {
        field: &args.field,
        indexed: true,
        changed: args.store.create()?.add_index(&args.field)?,
    })
}

fn drop_it(args: &IndexedField) -> Result<()> {
    args.result.print(&IndexReport {
        field: &args.field,
        indexed: false,
        changed: args.store.open()?.drop_index(&args.field)?,
    })
}

impl CommandResult for IndexReport<'_> {
    fn sentence(&self) -> String {
        let field = self.field.to_string();
        match (self.indexed, self.changed) {
            (true, true) => format!("data field {field:?} has an index now"),
            (true, false) => format!("data field {field:?} had an index already"),
            (false, true) => format!("data field {field:?} has no index any more"),
            (false, false) => format!("data field {field:?} had no index"),
        }
    }
}

#[derive(Debug, Serialize)]
struct Indexes {
    indexes: Vec<Field>,
}

fn list(args: &ListArgs) -> Result<()> {
    let indexes = args.store.open_read_only()?.indexes()?;
    output::write(None, |out| {
        if args.result.json {
            return Ok(data::json(out, &Indexes { indexes })?);
        }
        if indexes.is_empty() {
            writeln!(out, "no data field has an index")?;
        }
        indexes
            .iter()
            .try_for_each(|field| Ok(writeln!(out, "{}", data::sanitize(&field.to_string()))?))
    })
}
