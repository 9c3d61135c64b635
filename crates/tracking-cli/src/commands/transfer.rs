//! Commands that bring all that a store holds to a file, to another store, and back.

mod copy;
mod export;
mod import;
mod transfer_report;

pub(crate) use copy::CopyArgs;
pub(crate) use export::ExportArgs;
pub(crate) use import::ImportArgs;
