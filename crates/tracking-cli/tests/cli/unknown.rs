//! What is not there, and what cannot be meant.

use crate::tool::Place;

#[test]
fn what_is_missing_is_named_with_advice() {
    let place = Place::with_log();
    for (command, output) in [
        (
            &["show", "99"][..],
            "there is no track 0000099; `tracking list` lists all",
        ),
        (
            &["run", "show", "99"],
            "there is no run 99; `tracking runs` lists all",
        ),
        (
            &["task", "/LESSON"],
            "there are no tracks of a task \"/LESSON\"; `tracking count --by task` lists all",
        ),
        (
            &["user", "\x1b[2Jann"],
            "there are no tracks of a user \"\\u{1b}[2Jann\"; `tracking count --by user` lists all",
        ),
    ] {
        for format in ["text", "json"] {
            let ran = place.run(&[command, &["--format", format, "access.log"]].concat());
            assert_eq!((ran.status, ran.out.as_str()), (Some(1), ""), "{ran:?}");
            assert!(
                ran.err.ends_with(&format!("tracking: {output}\n")),
                "{}",
                ran.err
            );
        }
    }
}

#[test]
fn what_cannot_be_meant_is_reported_before_anything_is_read() {
    let place = Place::new();
    for (options, output) in [
        (&["count", "--limit", "3"][..], "--limit needs groups"),
        (&["count", "--distinct", "user"], "--distinct needs groups"),
        (
            &["count", "--by", "colour"],
            "\"colour\" is none of task, user, run, hour, day, week, month, hour-of-day, weekday, field:NAME",
        ),
        (&["count", "--by", "task,task"], "name two different things"),
        (
            &["count", "--by", "task,user,day"],
            "name one or two things",
        ),
        (
            &["list", "--order", "name"],
            "it is one of id, -id, time, -time",
        ),
        (&["list", "--limit", "many"], "--limit"),
        (&["list", "--after", "7"], "invalid cursor \"7\""),
        (
            &["list", "--order", "id", "--after", "time.1.1"],
            "is of another --order",
        ),
        (&["list", "--data", ""], "write a condition like status=404"),
        (&["list", "--data", "ms>soon"], "> compares numbers"),
        (
            &["list", "--status", "6xx"],
            "the first digit of a status is 1 to 5",
        ),
        (&["list", "--run", "x"], "invalid run id \"x\""),
        (&["list", "--from", "soon"], "write a time like"),
        (
            &["list", "--from", "2026-11-24", "--to", "2026-11-23"],
            "lies after --to",
        ),
        (
            &["list", "--time-zone", "Berlin"],
            "write a zone like Europe/Berlin",
        ),
        (&["list", "--format", "xml"], "--format"),
        (&["list", "--colour", "red"], "--colour"),
        (&["show", "x"], "invalid track id \"x\""),
        (&["show", "0"], "invalid track id \"0\""),
        (&["run", "show", "-1"], "-1"),
        (&["task", ""], "it must not be empty"),
        (&["runs", "--state", "done"], "--state"),
        (&["overview", "--per", "year"], "--per"),
    ] {
        let ran = place.run(&[options, &["missing.log"]].concat());
        assert_eq!(
            (ran.status, ran.out.as_str()),
            (Some(2), ""),
            "{options:?}: {ran:?}"
        );
        assert!(
            ran.err.contains(output),
            "{output:?} is not in: {}",
            ran.err
        );
    }
}
