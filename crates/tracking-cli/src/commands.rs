//! All commands, in the order of the help.

mod action;
mod change;
mod change_args;
mod check_format;
mod count;
mod demo;
mod list;
mod load;
mod logs;
mod maintenance;
mod names;
mod overview;
mod query_args;
mod report;
mod run;
mod runs;
mod shell;
mod show;
mod site;
mod summary;
mod task;
mod transfer;
mod user;

use clap::Subcommand;

pub(crate) use action::{Action, Environment};

/// Defines the enum of all commands and the list of their groups.
macro_rules! commands {
    ($($group:literal { $($(#[$about:meta])* $command:ident($args:ty),)* })*) => {
        /// A command with its arguments.
        #[derive(Debug, Subcommand)]
        pub(crate) enum Command {
            $($($(#[$about])* $command($args),)*)*
        }

        impl Command {
            /// The title of each group of commands, and the number of its commands.
            pub(crate) const GROUPS: &[(&str, usize)] =
                &[$(($group, [$(stringify!($command)),*].len()),)*];

            /// The command as an action.
            pub(crate) fn action(&self) -> &dyn Action {
                match self {
                    $($(Self::$command(args) => args,)*)*
                }
            }
        }
    };
}

commands! {
    "Look at tracks" {
        /// Summarise tracks: over time, by task and user, and the latest ones
        Overview(overview::OverviewArgs),

        /// Write a site: linked pages of overviews, tasks, users, runs and days
        ///
        /// Run it again to refresh the site in place. It removes pages that it no longer writes, and
        /// neither overwrites nor removes a file that it has not written.
        Site(site::SiteArgs),

        /// List tracks, page by page
        ///
        /// If there are more, the command prints the cursor for --after: below the text, as `next`
        /// in json, and on standard error with html, csv and jsonl.
        List(list::ListArgs),

        /// Show one track with its data
        ///
        /// Tracks of a log have the ids that they get when only these logs are loaded, in order
        /// of time.
        Show(show::ShowArgs),

        /// List runs, by id
        ///
        /// In a log, a run is a session: what one user does without a pause longer than the session
        /// gap, whatever the tasks. Nobody finishes a session, so its state is `session`. Tasks,
        /// users and data choose runs that have such tracks; --from and --to choose runs that
        /// started then.
        Runs(runs::RunsArgs),

        /// Show, start, stop or remove runs, or stop abandoned ones
        Run(run::RunArgs),

        /// Show one task: its tracks over time, its users, its runs
        Task(task::TaskArgs),

        /// Show one user: what they did, in which runs, and when
        User(user::UserArgs),

        /// List tasks and count their tracks: short for `count --by task`
        Tasks(names::TasksArgs),

        /// List users and count their tracks: short for `count --by user`
        Users(names::UsersArgs),

        /// Count tracks: all of them, or by task, user, run, period or data field
        Count(count::CountArgs),
    }
    "Work with logs" {
        /// Load logs into a store, each line once
        ///
        /// The loader recognises a log by its content: given again, also rotated, compressed or as
        /// a copy, it continues where it stopped. A last line without its line end waits until it
        /// has one. Lines that cannot be read are reported, and are no error.
        Load(load::LoadArgs),

        /// List the logs that were loaded, or forget one
        ///
        /// `list` shows each with its checkpoint. `forget` has the store forget that a log was
        /// loaded, so that it is loaded again when it is given again; its tracks stay.
        Logs(logs::LogsArgs),

        /// Say in which format a log is, and what its first lines become
        CheckFormat(check_format::CheckFormatArgs),

        /// Report on the logs of a web server, and on what could not be read in them
        ///
        /// A task is a request's path without its query, a user the authenticated user or else
        /// the host, a session what one user does without a gap longer than the session gap.
        /// Times are shown in UTC.
        Report(report::ReportArgs),
    }
    "Change a store" {
        /// Save a track, or update the last one of a task, run and user
        Save(change::SaveArgs),

        /// Change the data of a track
        Update(change::UpdateArgs),

        /// Remove tracks by their ids or by criteria
        ///
        /// The command also removes the runs that this leaves without tracks, unless --keep-runs is
        /// given. It asks first, unless --yes is given.
        Remove(change::RemoveArgs),

        /// Remove all tracks of a user, and wipe their traces in the file
        ///
        /// The command also removes the keys of the tracks, and the runs that this leaves without
        /// tracks, unless --keep-runs is given. Task names, data of other users, checkpoints and log
        /// files that contain the name are not changed: --list-mentions lists these places. Asks
        /// first, unless --yes is given.
        Erase(change::EraseArgs),

        /// Rename a user in all tracks
        ///
        /// If the new name has tracks already, the command asks first, unless --yes is given.
        RenameUser(change::RenameArgs),

        /// Remove old tracks, by age or by number
        ///
        /// With criteria, the command counts and removes only tracks that match. It also removes the
        /// runs that this leaves without tracks, unless --keep-runs is given. It asks first, unless
        /// --yes is given. Use --yes in a scheduled job.
        Prune(change::PruneArgs),
    }
    "Move a store" {
        /// Export a store as lines of JSON
        ///
        /// An export has all runs, tracks, keys, checkpoints, indexes and the last ids given:
        /// imported into an empty store and exported again, it is the same to the byte. With
        /// criteria, it has only the tracks that match, with their keys and runs, and no
        /// checkpoints.
        Export(transfer::ExportArgs),

        /// Import an export into a store
        ///
        /// The import skips what the store has already, so it can be repeated after an interruption. If
        /// the store has it with other content, the import fails.
        Import(transfer::ImportArgs),

        /// Copy a store into another one
        ///
        /// The copy skips what the target has already, so it can be repeated after an interruption. If
        /// the target has it with other content, the copy fails.
        Copy(transfer::CopyArgs),
    }
    "Look after a store" {
        /// Back up its file, with all its stores, while others write
        Backup(maintenance::BackupArgs),

        /// Restore a backup to a file, with all its stores
        ///
        /// The command checks the backup first, and leaves the store as it is if the backup is
        /// damaged. With --replace, it replaces an existing file, which no program may have open.
        Restore(maintenance::RestoreArgs),

        /// Check its file for damage
        Check(maintenance::CheckArgs),

        /// Show the change feed of a store: what was saved, updated and removed, in order
        ///
        /// Each line has a cursor to continue after, a time, what happened, and the ids of the
        /// tracks or runs concerned. A store keeps a change feed once it is turned on with
        /// --enable.
        Changes(maintenance::ChangesArgs),

        /// Rebuild every index; results stay the same
        Reindex(maintenance::ReindexArgs),

        /// Add, drop or list indexes on data fields
        Index(maintenance::IndexArgs),

        /// Shrink its file to what it holds
        ///
        /// Commands that remove tracks do so, too.
        Shrink(maintenance::ShrinkArgs),

        /// List the stores in a file
        Stores(maintenance::StoresArgs),
    }
    "Get started" {
        /// Make a sample, a learning platform and a web log, and write a site about it
        ///
        /// The folder has the store demo.db with the learners and, as demo.db#web, the requests of
        /// access.log, and the folders learning and web with pages. The same seed, size and time
        /// make the same sample.
        Demo(demo::DemoArgs),

        /// Print completions for a shell
        Completions(shell::CompletionsArgs),

        /// Print the manual page, or write those of all commands into a folder
        Man(shell::ManArgs),
    }
}
