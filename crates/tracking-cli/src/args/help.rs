//! What `--help` tells beside the arguments: the commands in groups, and the exit statuses.

use std::fmt::Write as _;

use clap::Command as Clap;

use crate::commands::Command;
use crate::{exit, output};

/// Adds to a command what all of it has in common.
pub(super) fn helpful(command: Clap) -> Clap {
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{}{}\n{{options}}{{after-help}}",
        groups(&command),
        heading(&command, "Options")
    );
    // Others may look at a store instead.
    let needs_logs = |report: Clap| report.mut_arg("files", |files| files.required(true));
    with_exit_statuses(command)
        .mut_subcommand("report", needs_logs)
        .help_template(template)
}

fn with_exit_statuses(command: Clap) -> Clap {
    let command = command.after_help(exit::HELP);
    command.mut_subcommands(with_exit_statuses)
}

/// All commands, group by group, each on a line where that is wide enough.
fn groups(command: &Clap) -> String {
    let width = output::width().unwrap_or(100).max(40);
    let mut text = String::new();
    let mut commands = command.get_subcommands();
    for (group, count) in Command::GROUPS {
        text += &heading(command, group);
        text.push('\n');
        for command in commands.by_ref().take(*count) {
            let about = command.get_about().map(ToString::to_string);
            line(
                &mut text,
                command,
                command.get_name(),
                &about.unwrap_or_default(),
                width,
            );
        }
        text.push('\n');
    }
    text
}

fn heading(command: &Clap, text: &str) -> String {
    let style = command.get_styles().get_header();
    format!("{style}{text}:{style:#}")
}

/// How far the names go.
const INDENT: usize = 16;

fn line(text: &mut String, command: &Clap, name: &str, about: &str, width: usize) {
    let style = command.get_styles().get_literal();
    let gap = " ".repeat(INDENT.saturating_sub(name.len() + 2));
    // Writing into a text never fails.
    let _written = write!(text, "  {style}{name}{style:#}{gap}");
    let mut column = INDENT;
    for (index, word) in about.split(' ').enumerate() {
        let length = word.chars().count();
        if column + 1 + length > width && column > INDENT {
            text.push('\n');
            text.push_str(&" ".repeat(INDENT));
            column = INDENT;
        } else if index > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    text.push('\n');
}
