//! What the command does: the table of all commands, in the order in which help tells them.

mod action;
mod change;
mod check_format;
mod count;
mod list;
mod load;
mod looking;
mod moving;
mod names;
mod overview;
mod report;
mod run;
mod runs;
mod shell;
mod show;
mod summed;
mod task;
mod upkeep;
mod user;

use clap::Subcommand;

pub(crate) use action::Action;

/// Makes the enum of all commands, and a list of the groups that they come in.
macro_rules! commands {
    ($($group:literal { $($(#[$about:meta])* $command:ident($args:ty),)* })*) => {
        /// What is to be done.
        #[derive(Debug, Subcommand)]
        pub(crate) enum Command {
            $($($(#[$about])* $command($args),)*)*
        }

        impl Command {
            /// What each group of commands is for, and how many follow each other in it.
            pub(crate) const GROUPS: &[(&str, usize)] =
                &[$(($group, [$(stringify!($command)),*].len()),)*];

            /// What is to be done, as something that can be done.
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
        /// Sum tracks up: over time, by task and user, and what is new
        Overview(overview::OverviewArgs),

        /// List tracks, page by page
        ///
        /// Where there are more, the cursor to go on after is printed: below the text, as `next`
        /// in json, and on standard error with html, csv and jsonl.
        List(list::ListArgs),

        /// Show one track with its data
        ///
        /// Ids of a log are those that tracks get when just these logs are loaded, in order of
        /// time.
        Show(show::ShowArgs),

        /// List runs, by id
        ///
        /// Of a log, a run is what one user does without a pause longer than the session gap,
        /// whatever the tasks; it is never current and never finished.
        Runs(runs::RunsArgs),

        /// Show, start or stop a run, or stop those that nobody touches any more
        Run(run::RunArgs),

        /// Show one task: its tracks over time, its users, its runs
        Task(task::TaskArgs),

        /// Show one user: what they did, in which runs, and when
        User(user::UserArgs),

        /// List tasks with how many tracks they have: short for `count --by task`
        Tasks(names::TasksArgs),

        /// List users with how many tracks they have: short for `count --by user`
        Users(names::UsersArgs),

        /// Count tracks by task, user, run, day or data field, or by two of these
        Count(count::CountArgs),
    }
    "Work with logs" {
        /// Load logs into a store, each line once
        ///
        /// A log is known by what is in it: given again, also rotated, packed or as a copy, it is
        /// gone on with where it was left. A last line without its line end waits until it has
        /// one. Lines that cannot be read are told, and are no error.
        Load(load::LoadArgs),

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

        /// Remove tracks, by their ids or by what they are
        ///
        /// Asks first, unless --yes is given.
        Remove(change::RemoveArgs),

        /// Remove all tracks of a user, so that nothing names them any more
        ///
        /// Asks first, unless --yes is given.
        Erase(change::EraseArgs),

        /// Give the tracks of a user to another name
        ///
        /// Where the other name has tracks already, it asks first, unless --yes is given.
        RenameUser(change::RenameArgs),

        /// Remove tracks that are too old to be kept
        ///
        /// Asks first, unless --yes is given. In a regular job, give --yes.
        Prune(change::PruneArgs),
    }
    "Move a store" {
        /// Write all that a store holds as lines of JSON
        ///
        /// That is runs, tracks, keys, checkpoints, indexes and the last ids given, exactly as
        /// they are: imported into an empty store and exported again, it is the same to the byte.
        Export(moving::ExportArgs),

        /// Take in what was exported
        ///
        /// What is there already is left alone, so an import that broke off can be repeated. What
        /// is there with other content is an error.
        Import(moving::ImportArgs),

        /// Copy all that a store holds to another one
        ///
        /// What is there already is left alone, so a copy that broke off can be repeated. What is
        /// there with other content is an error.
        Copy(moving::CopyArgs),
    }
    "Look after a store" {
        /// Copy its file with all its stores, while others go on writing
        Backup(upkeep::BackupArgs),

        /// Look for what is wrong in its file
        Check(upkeep::CheckArgs),

        /// Show the change feed of a store: what was saved, updated and removed, in order
        ///
        /// Each line has a cursor to continue after, a time, what happened, and the ids of the
        /// tracks or runs concerned. A store keeps a change feed once it is turned on with
        /// --enable.
        Changes(upkeep::ChangesArgs),

        /// Build every index anew, which changes no answer
        Reindex(upkeep::ReindexArgs),

        /// Add, drop or list indexes on data fields
        Index(upkeep::IndexArgs),

        /// Make its file as small as what it holds
        ///
        /// Commands that remove tracks do so, too.
        Shrink(upkeep::ShrinkArgs),

        /// List the stores in a file
        Stores(upkeep::StoresArgs),
    }
    "Set up a shell" {
        /// Print completions for a shell
        Completions(shell::CompletionsArgs),

        /// Print the manual page, or write those of all commands into a folder
        Man(shell::ManArgs),
    }
}
