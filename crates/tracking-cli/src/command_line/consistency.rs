//! Checks that an option means the same in every command that has it.

use std::collections::BTreeMap;

use clap::{Arg, Command};

/// Options that come together: a command that has the first of them has all.
const GROUPS: &[&[&str]] = &[
    &[
        "except-task",
        "task",
        "task-prefix",
        "only-task",
        "user",
        "user-prefix",
        "only-user",
        "except-user",
        "data",
        "except-data",
        "status",
        "except-status",
        "from",
        "to",
        "time-zone",
    ],
    &["from", "to", "time-zone"],
    &["time", "time-zone"],
    &["format", "json", "output", "time-zone", "relative", "color"],
    &[
        "log-format",
        "map",
        "pattern",
        "time-format",
        "log-time-zone",
    ],
    &["session-gap", "sessions-of", "only-file", "log-format"],
    &["yes", "dry-run", "store", "wait", "json"],
    &["after", "limit"],
];

/// Commands that choose among tracks or records.
const CHOOSE: &[&str] = &[
    "overview", "list", "runs", "task", "user", "tasks", "users", "count", "load", "report",
    "remove", "prune", "export", "site",
];

/// Commands that list as much as there is.
const LIST: &[&str] = &["list", "runs", "run show", "tasks", "users", "count"];

/// Options of the same name that take something else in a command, each with the reason.
const OTHERS: &[(&str, &str)] = &[
    ("save", "data"),       // what the track gets
    ("update", "data"),     // what the track gets
    ("save", "run"),        // `current` is a run, too
    ("run stop", "task"),   // one task, whose current run is stopped
    ("run remove", "task"), // the task that a run was started for
    ("load", "format"),     // the earlier name of --log-format
    ("check-format", "format"),
    ("copy", "to"),     // a store
    ("man", "output"),  // a folder
    ("site", "output"), // a folder
    ("runs", "after"),  // runs have no order but that of their ids
];

/// Each command that does something, `run show` among them, with its options by name.
fn commands() -> BTreeMap<String, BTreeMap<String, Arg>> {
    fn add(name: &str, command: &Command, all: &mut BTreeMap<String, BTreeMap<String, Arg>>) {
        for below in command.get_subcommands() {
            add(format!("{name} {}", below.get_name()).trim(), below, all);
        }
        if !command.has_subcommands() {
            let long = |arg: &Arg| Some((arg.get_long()?.to_owned(), arg.clone()));
            let options = command.get_arguments().filter_map(long).collect();
            all.insert(name.to_owned(), options);
        }
    }
    let mut all = BTreeMap::new();
    add("", &super::command(), &mut all);
    all
}

#[test]
fn options_that_belong_together_come_together() {
    for (name, options) in commands() {
        for group in GROUPS {
            // Forgetting one log by its checkpoint has nothing to try out.
            let is_there = options.contains_key(group[0]) && name != "logs forget";
            let missing = group
                .iter()
                .filter(|option| !options.contains_key(**option));
            let missing: Vec<_> = missing.filter(|_| is_there).collect();
            assert!(
                missing.is_empty(),
                "`{name}` has --{}, but not {missing:?}",
                group[0]
            );
        }
    }
}

#[test]
fn every_command_that_chooses_takes_all_criteria_and_every_list_a_limit() {
    let commands = commands();
    for (names, option) in [(CHOOSE, "except-task"), (LIST, "limit")] {
        for name in names {
            assert!(
                commands[*name].contains_key(option),
                "`{name}` has no --{option}"
            );
        }
    }
}

#[test]
fn an_option_takes_the_same_in_every_command() {
    let mut differing = Vec::new();
    let mut seen: BTreeMap<String, (String, String)> = BTreeMap::new();
    for (name, options) in commands() {
        for (option, arg) in options {
            if OTHERS.contains(&(&name, &option)) {
                continue;
            }
            let values: Vec<_> = arg
                .get_possible_values()
                .iter()
                .map(|v| v.get_name().to_owned())
                .collect();
            let taken = format!(
                "{:?} {values:?} {:?}",
                arg.get_value_names(),
                arg.get_action()
            );
            let (before, of) = seen
                .entry(option.clone())
                .or_insert_with(|| (taken.clone(), name.clone()));
            if *before != taken {
                differing.push(format!(
                    "--{option} of `{of}` and of `{name}`: {before}, {taken}"
                ));
            }
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn what_is_shared_is_explained_in_the_same_words() {
    let shared: Vec<&str> = GROUPS[..2].concat();
    let mut differing = Vec::new();
    let mut seen: BTreeMap<String, (String, String)> = BTreeMap::new();
    for (name, options) in commands() {
        for (option, arg) in options {
            if !shared.contains(&option.as_str()) || OTHERS.contains(&(&name, &option)) {
                continue;
            }
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            let (before, of) = seen
                .entry(option.clone())
                .or_insert_with(|| (help.clone(), name.clone()));
            if *before != help {
                differing.push(format!(
                    "--{option} of `{of}` and of `{name}`: {before}, {help}"
                ));
            }
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}
