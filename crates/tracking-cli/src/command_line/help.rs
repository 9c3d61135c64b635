//! The parts of `--help` that clap does not write: groups of commands, and examples.

use std::fmt::Write as _;

use clap::{Arg, ArgAction, Command as Clap};

use super::examples;
use crate::commands::Command;
use crate::exit;

/// Adds the help texts to the whole command line.
pub(super) fn helpful(command: Clap) -> Clap {
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{}{{after-help}}",
        groups(&command)
    );
    // Other commands can read a store instead of logs.
    let needs_logs = |report: Clap| report.mut_arg("files", |files| files.required(true));
    with_examples(command, "")
        .after_help(FIRST_STEPS)
        .after_long_help(FIRST_STEPS)
        .mut_subcommand("report", needs_logs)
        .help_template(template)
}

/// Gives each command its examples, and a help of one or two screens; the long form is in `help
/// COMMAND` and in the manual.
fn with_examples(command: Clap, path: &str) -> Clap {
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::HelpShort)
        .help("Print help; `help COMMAND` prints more");
    let command = command.disable_help_flag(true).arg(help);
    let examples = examples::of(path);
    let command = match examples.as_slice() {
        [] => command.after_long_help(exit::HELP),
        examples => {
            let heading = heading(&command, "Examples");
            let text = format!("{heading}\n  {}", examples.join("\n  "));
            let long = format!("{text}\n\n{}", exit::HELP);
            command.after_help(text).after_long_help(long)
        }
    };
    command.mut_subcommands(|below| {
        let path = format!("{path} {}", below.get_name());
        with_examples(below, path.trim())
    })
}

/// The names of all commands, group by group.
fn groups(command: &Clap) -> String {
    let mut text = String::new();
    let mut commands = command.get_subcommands();
    for (group, count) in Command::GROUPS {
        text += &heading(command, group);
        // The first line goes on after the heading.
        let mut column = group.chars().count() + 1;
        text.extend(std::iter::repeat_n(' ', INDENT.saturating_sub(column)));
        column = column.max(INDENT);
        for below in commands.by_ref().take(*count) {
            let name = below.get_name();
            let length = name.chars().count() + 1;
            if column + length > WIDTH {
                text.push('\n');
                text.push_str(&" ".repeat(INDENT));
                column = INDENT;
            }
            let style = command.get_styles().get_literal();
            // Writing into a text never fails.
            let _written = write!(text, " {style}{name}{style:#}");
            column += length;
        }
        text.push('\n');
    }
    text
}

fn heading(command: &Clap, text: &str) -> String {
    let style = command.get_styles().get_header();
    format!("{style}{text}:{style:#}")
}

/// The width of the column with the names of groups.
const INDENT: usize = 19;
/// The longest line, in characters.
const WIDTH: usize = 80;

/// The end of the help of the whole command.
const FIRST_STEPS: &str = "\
First steps:
  tracking demo                                       # make a sample
  tracking report access.log                          # report on a web log
  tracking load --store sqlite:tracks.db access.log   # load a log into a store
  tracking overview --store sqlite:tracks.db          # summarise the store
  tracking site --store sqlite:tracks.db --output www # write linked pages

`tracking COMMAND --help` shows options and examples, `tracking help COMMAND`
explains each option. Exit status: 0 done, 1 failed, 2 wrong command line,
3 not confirmed, 75 busy, 130 interrupted.";
