//! Names in a store may hold anything: what changes it says nothing that a terminal obeys.

use crate::hostile::{VALUES, needs_escape};
use crate::tool::{Place, Ran};

fn assert_sanitized(ran: &Ran, arguments: &[&str]) {
    for text in [&ran.out, &ran.err] {
        assert_eq!(text.find(needs_escape), None, "{arguments:?}: {text:?}");
    }
}

#[test]
fn nothing_that_is_said_of_a_change_steers_a_terminal() {
    for value in VALUES {
        let place = Place::new();
        let data = format!("{}=1", value.replace('=', "\\="));
        for arguments in [
            &["save", value, value, "--data", &data][..],
            &["save", value, value, "--key", value, "--json"],
            &["save", value, "again", "--key", value],
            &["run", "start", value],
            &["run", "stop", "--task", value],
            &["run", "stop", "--task", value],
            &["index", "add", value],
            &["index", "list"],
            &["index", "list", "--json"],
            &["index", "drop", value],
            &["rename-user", value, "x"],
            &["rename-user", "x", value, "--json"],
            &["rename-user", "gone", value],
            &["erase", value],
            &["remove", "--user", value],
            &["remove", "--user", value, "--yes"],
            &["erase", value, "--yes"],
            &["save", value, value],
            &["erase", value, "--yes", "--json"],
        ] {
            let ran = place.run_on_store(arguments);
            assert!(ran.status != Some(101), "{ran:?}");
            assert_sanitized(&ran, arguments);
        }
    }
}

#[test]
fn neither_do_names_of_files() {
    let place = Place::with_store();
    let odd = "\u{1b}[2J\u{202e}x";
    for arguments in [
        &["export", odd][..],
        &["import", odd],
        &["import", "\u{1b}gone"],
        &["copy", "--to", &format!("sqlite:{odd}.db")],
    ] {
        assert_sanitized(&place.run_on_store(arguments), arguments);
    }
    for command in ["list", "overview", "stores"] {
        let arguments = [command, "--store", &format!("sqlite:{odd}.db")];
        assert_sanitized(&place.run(&arguments), &arguments);
        let arguments = [command, "--store", &format!("sqlite:gone{odd}")];
        assert_sanitized(&place.run(&arguments), &arguments);
    }
}

#[test]
fn what_is_exported_keeps_every_name() {
    for value in VALUES {
        let place = Place::new();
        place.stdout_on_store(&["save", value, value, "--key", value]);
        let exported = place.exported();
        let mut import = place.command(&["import", "--store", "sqlite:u.db"]);
        place.write("in", &exported);
        import.stdin(std::fs::File::open(place.path("in")).unwrap());
        assert_eq!(Ran::from(import.output().unwrap()).status, Some(0));
        assert_eq!(
            place.run(&["export", "--store", "sqlite:u.db"]).out,
            exported
        );
        let list = place.json_on_store(&["list"]);
        assert_eq!(list["tracks"][0]["user"], value);
    }
}
