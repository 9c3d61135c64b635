//! The `tracking` command, as people run it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that goes wrong is to panic, also in its helpers"
)]

mod archiving;
mod changes;
mod commands;
mod confirmation;
mod erasing;
mod facts;
mod faults;
mod feed_killed;
mod filters;
mod folder;
mod following;
mod goaccess;
mod help_examples;
mod help_screens;
mod hostile;
mod html;
mod json;
mod load_formats;
mod load_killed;
mod loading;
mod logs;
mod maintenance;
mod options;
mod output;
mod paging;
mod persistent_faults;
mod persistent_hostile;
mod postgres;
mod removing;
mod restoring;
mod runs;
mod saving;
mod shell;
mod signals;
mod site;
mod sources;
mod stores;
mod text;
mod times;
mod tool;
mod transfer;
mod unknown;
