//! Commands that export, import and copy stores.

mod copy;
mod export;
mod import;
mod transfer_report;

pub(crate) use copy::CopyArgs;
pub(crate) use export::ExportArgs;
pub(crate) use import::ImportArgs;
