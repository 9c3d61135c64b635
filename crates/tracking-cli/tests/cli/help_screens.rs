//! Help fits the screen, and its examples run.

use std::process::Stdio;

use crate::tool::Place;

/// So many lines and columns a terminal has at least.
const SCREEN: (usize, usize) = (24, 80);
/// A large help is two screens of a window as people have it.
const TWO_SCREENS: usize = 2 * 52;

/// All commands, `run show` among them.
fn commands(place: &Place) -> Vec<String> {
    let help = place.run(&["--help"]).out;
    let groups = help
        .lines()
        .skip_while(|line| !line.starts_with("Look at tracks:"));
    let groups = groups.take_while(|line| !line.is_empty());
    let names = groups.flat_map(|line| line.rsplit(':').next().unwrap().split_whitespace());
    let names: Vec<String> = names.map(ToOwned::to_owned).collect();
    assert!(names.len() > 30, "{names:?}");
    names
}

/// What follows the heading of the examples.
fn examples(help: &str) -> Vec<&str> {
    let lines = help.lines().skip_while(|line| *line != "Examples:").skip(1);
    lines
        .take_while(|line| line.starts_with("  "))
        .map(str::trim)
        .collect()
}

#[test]
fn the_help_of_all_fits_a_screen_and_that_of_a_command_two() {
    let place = Place::new();
    let help = place.run(&["--help"]).out;
    assert!(help.lines().count() <= SCREEN.0, "{help}");
    let widest = help.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(SCREEN.1), "{help}");
    for command in commands(&place) {
        let help = place.run(&[&command, "--help"]).out;
        assert!(
            help.lines().count() <= TWO_SCREENS,
            "{} lines: {help}",
            help.lines().count()
        );
    }
}

#[test]
fn every_command_has_examples_and_each_of_them_runs() {
    let prepared = Place::with_log();
    let loaded = prepared.run(&["load", "--store", "sqlite:tracks.db", "access.log"]);
    assert_eq!(loaded.status, Some(0), "{}", loaded.err);
    let store = std::fs::read(prepared.path("tracks.db")).unwrap();
    for command in commands(&prepared) {
        let help = prepared.run(&[&command, "--help"]).out;
        let examples = examples(&help);
        assert!(!examples.is_empty(), "{command} has no examples: {help}");
        for example in examples {
            // That of the largest sample takes long, and is like the others.
            if example.contains("--size large") {
                continue;
            }
            let place = Place::with_log();
            place.write("tracks.db", &store);
            if command == "import" {
                place.run(&["export", "--store", "sqlite:tracks.db", "tracks.jsonl"]);
            }
            if command == "restore" {
                place.run(&["backup", "backup.db", "--store", "sqlite:tracks.db"]);
            }
            let line = example.strip_prefix("tracking ").unwrap();
            let line = if line == "demo" {
                "demo --size small"
            } else {
                line
            };
            let ran = shell(&place, line);
            assert_eq!(ran.0, Some(0), "{example}: {}", ran.1);
        }
    }
}

/// Runs the command as a shell would, quotes and all.
fn shell(place: &Place, line: &str) -> (Option<i32>, String) {
    let arguments: Vec<String> = words(line);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut command = place.command(&arguments);
    let output = command.stdin(Stdio::null()).output().unwrap();
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// The words of a line, some of them in single quotes.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('\'').enumerate();
    parts
        .flat_map(|(index, part)| match index % 2 {
            1 => vec![part.to_owned()],
            _ => part.split_whitespace().map(ToOwned::to_owned).collect(),
        })
        .collect()
}
