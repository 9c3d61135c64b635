//! Help, completions and manual pages.

use std::fs;

use crate::tool::Place;

/// What standard output got, where all went well.
fn printed(place: &Place, arguments: &[&str]) -> String {
    let ran = place.run(arguments);
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    ran.out
}

/// The names behind the headings of groups.
fn in_groups(help: &str) -> Vec<String> {
    let groups = help
        .lines()
        .skip_while(|line| !line.starts_with("Look at tracks:"));
    let groups = groups.take_while(|line| !line.is_empty());
    let names = groups.flat_map(|line| {
        line.rsplit(':')
            .next()
            .unwrap_or_default()
            .split_whitespace()
    });
    names.map(ToOwned::to_owned).collect()
}

/// All commands in the help, those of `run` as `run show`.
pub(crate) fn commands(place: &Place) -> Vec<String> {
    fn listed_commands(help: &str) -> Vec<String> {
        let listed = help.lines().filter_map(|line| line.strip_prefix("  "));
        let name = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
        let names = listed.map(name);
        names
            .filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase()) && name != "help")
            .collect()
    }
    let mut all = Vec::new();
    for command in in_groups(&printed(place, &["--help"])) {
        let below = printed(place, &[&command, "-h"]);
        match below.split_once("Commands:\n") {
            None => all.push(command),
            Some((_, below)) => {
                let below = below.split("Examples:").next().unwrap_or_default();
                all.extend(
                    listed_commands(below)
                        .iter()
                        .map(|name| format!("{command} {name}")),
                );
            }
        }
    }
    all
}

#[test]
fn help_shows_all_commands_in_groups() {
    insta::assert_snapshot!(printed(&Place::new(), &["--help"]));
}

#[test]
fn every_command_has_help_a_manual_page_and_its_exit_statuses() {
    let place = Place::new();
    fs::create_dir(place.path("man")).unwrap();
    assert_eq!(printed(&place, &["man", "--output", "man"]), "");
    let commands = commands(&place);
    assert!(commands.len() >= 12, "{commands:?}");
    for command in commands {
        let words: Vec<&str> = ["help"].into_iter().chain(command.split(' ')).collect();
        assert!(
            printed(&place, &words).contains("Exit status:"),
            "{command}"
        );
        let page = place.read(&format!("man/tracking-{}.1", command.replace(' ', "-")));
        assert!(page.contains("Exit status:"), "{command}: {page}");
    }
    assert!(place.read("man/tracking.1").contains("tracking\\-overview"));
    assert_eq!(printed(&place, &["man"]), place.read("man/tracking.1"));
}

#[test]
fn every_shell_gets_completions() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = printed(&place, &["completions", shell]);
        for word in ["overview", "session-gap", "completions"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    let ran = place.run(&["completions", "tcsh"]);
    assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""));
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let ran = Place::new().run(&["man", "--output", "nowhere"]);
    assert_eq!(ran.status, Some(1));
    assert!(
        ran.err.contains("cannot write nowhere/tracking.1"),
        "{}",
        ran.err
    );
}
