//! On a terminal, what would be lost is asked about first.
#![cfg(unix)]

use std::process::Command;

use crate::tool::{EXPORT, Place, Ran, STORE, skipped};

/// Runs a command on a terminal of its own, with something typed; `script`, of util-linux, makes
/// the terminal.
fn on_a_terminal(place: &Place, arguments: &str, typed: &str) -> Option<Ran> {
    let tool = Command::new("script").arg("--version").output();
    if tool.is_err() {
        let required = std::env::var_os("TRACKING_REQUIRE_TOOLS").is_some_and(|set| set == "1");
        assert!(!required, "`script` is required and not there");
        skipped("`script` is not there");
        return None;
    }
    let tracking = env!("CARGO_BIN_EXE_tracking");
    place.write("typed", typed);
    let line = format!("'{tracking}' {arguments} --store {STORE}");
    let mut command = Command::new("script");
    command.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
    command
        .current_dir(place.path(""))
        .env_remove("TRACKING_STORE");
    command.stdin(std::fs::File::open(place.path("typed")).unwrap());
    Some(Ran::from(command.output().unwrap()))
}

#[test]
fn a_yes_does_it() {
    for yes in ["y\n", "YES\n"] {
        let place = Place::with_store();
        let Some(ran) = on_a_terminal(&place, "remove --user anna", yes) else {
            return;
        };
        assert!(
            ran.out.contains("Remove 3 tracks from t.db? [y/N] "),
            "{ran:?}"
        );
        assert!(ran.out.contains("removed 3 tracks"), "{ran:?}");
        assert_eq!(ran.status, Some(0), "{ran:?}");
        assert!(!place.exported().contains("anna"));
    }
}

#[test]
fn anything_else_does_nothing() {
    for no in ["\n", "n\n", "yep\n", "\x04"] {
        let place = Place::with_store();
        let Some(ran) = on_a_terminal(&place, "erase anna", no) else {
            return;
        };
        assert!(
            ran.out
                .contains("Erase user \"anna\" with 3 tracks from t.db? [y/N] "),
            "{ran:?}"
        );
        assert!(
            ran.out
                .contains("tracking: not confirmed; nothing was changed"),
            "{ran:?}"
        );
        assert_eq!(ran.status, Some(3), "{ran:?}");
        assert_eq!(place.exported(), EXPORT);
    }
}

#[test]
fn with_yes_nothing_is_asked() {
    let place = Place::with_store();
    if let Some(ran) = on_a_terminal(&place, "prune --keep-last 1 -y", "") {
        assert!(!ran.out.contains('?'), "{ran:?}");
        assert_eq!(ran.status, Some(0), "{ran:?}");
    }
}
