//! What the command does.

mod count;
mod list;
mod looking;
mod overview;
mod report;
mod run;
mod runs;
mod show;
mod summed;
mod task;
mod user;

use anyhow::Result;
use clap::Subcommand;
use tracking_core::Clock;

use crate::exit;

/// What is to be done.
#[derive(Debug, Subcommand)]
#[command(after_help = exit::HELP)]
pub(crate) enum Command {
    /// Report on the logs of a web server: who asked for what, and what could not be read
    ///
    /// The logs are in the Common or Combined format. A task is a request's path without its
    /// query, a user the authenticated user or else the host, a session what one user does
    /// without a gap longer than the session gap. Times are shown in UTC.
    #[command(after_help = exit::HELP)]
    Report(report::ReportArgs),

    /// Sum tracks up: over time, by task and user, and what is new
    #[command(after_help = exit::HELP)]
    Overview(overview::OverviewArgs),

    /// List tracks, page by page
    ///
    /// Where there are more, the cursor to go on after is printed: below the text, as `next` in
    /// json, and on standard error with html, csv and jsonl.
    #[command(after_help = exit::HELP)]
    List(list::ListArgs),

    /// Show one track with its data
    ///
    /// Ids are those that tracks get when just these logs are loaded, in order of time.
    #[command(after_help = exit::HELP)]
    Show(show::ShowArgs),

    /// List runs, by id
    ///
    /// Of a log, a run is what one user does without a pause longer than the session gap,
    /// whatever the tasks; it is never current and never finished.
    #[command(after_help = exit::HELP)]
    Runs(runs::RunsArgs),

    /// Show one run: who did what in it, and when
    #[command(after_help = exit::HELP)]
    Run(run::RunArgs),

    /// Show one task: its tracks over time, its users, its runs
    #[command(after_help = exit::HELP)]
    Task(task::TaskArgs),

    /// Show one user: what they did, in which runs, and when
    #[command(after_help = exit::HELP)]
    User(user::UserArgs),

    /// Count tracks by task, user, run, day or data field, or by two of these
    #[command(after_help = exit::HELP)]
    Count(count::CountArgs),
}

impl Command {
    /// Says what cannot be meant.
    pub(crate) fn fault(&self) -> Option<String> {
        match self {
            Self::Report(args) => args.fault(),
            Self::Overview(args) => args.looking.fault(),
            Self::List(args) => args.fault(),
            Self::Show(args) => args.fault(),
            Self::Runs(args) => args.fault(),
            Self::Run(args) => args.fault(),
            Self::Task(args) => args.looking.fault(),
            Self::User(args) => args.looking.fault(),
            Self::Count(args) => args.looking.fault(),
        }
    }

    /// Does it.
    pub(crate) fn run(&self, clock: &dyn Clock) -> Result<()> {
        match self {
            Self::Report(args) => report::run(args),
            Self::Overview(args) => overview::run(args, clock),
            Self::List(args) => list::run(args, clock),
            Self::Show(args) => show::run(args, clock),
            Self::Runs(args) => runs::run(args, clock),
            Self::Run(args) => run::run(args, clock),
            Self::Task(args) => task::run(args, clock),
            Self::User(args) => user::run(args, clock),
            Self::Count(args) => count::run(args, clock),
        }
    }
}
