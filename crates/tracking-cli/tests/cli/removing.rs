//! Removing, erasing, renaming and pruning.

use serde_json::{Value, json};

use crate::tool::{EXPORT, Place};

/// The ids of all tracks.
fn ids(place: &Place) -> Vec<u64> {
    let list = place.json_on_store(&["list", "--order", "id"]);
    let tracks = list["tracks"].as_array().unwrap();
    tracks
        .iter()
        .map(|track| track["id"].as_u64().unwrap())
        .collect()
}

#[test]
fn tracks_are_removed_by_id_and_by_what_they_are() {
    for (which, left) in [
        (&["3"][..], &[1, 2, 5, 6][..]),
        (&["5", "0000001", "5"], &[2, 3, 6]),
        (&["--user", "anna"], &[2, 6]),
        (&["--user", "anna", "--task", "lesson-2"], &[1, 2, 3, 6]),
        (&["--data", "page=1"], &[3, 5, 6]),
        (&["--run", "2"], &[1, 2, 6]),
        (&["--to", "2026-11-20"], &[3, 5, 6]),
        (
            &[
                "--to",
                "2026-11-23 10:20",
                "--from",
                "2026-11-23 10:20",
                "--time-zone",
                "+01:00",
            ],
            &[1, 2, 3, 6],
        ),
        (&["--user", "nobody"], &[1, 2, 3, 5, 6]),
        (&["--all"], &[]),
    ] {
        let place = Place::with_store();
        let counted = place.json_on_store(&[&["remove", "--dry-run"], which].concat());
        let expected = 5 - left.len();
        let numbers = |output: &Value| json!([output["matching"], output["removed"]]);
        assert_eq!(numbers(&counted), json!([expected, 0]), "{which:?}");
        assert_eq!(place.exported(), EXPORT, "{which:?}: it was only counted");
        let removed = place.json_on_store(&[&["remove", "--yes"], which].concat());
        assert_eq!(numbers(&removed), json!([expected, expected]), "{which:?}");
        assert_eq!(ids(&place), left, "{which:?}");
        let counts = [&counted["emptied_runs"], &removed["removed_runs"]];
        assert_eq!(counts[0], counts[1], "{which:?}: the runs, too");
    }
}

#[test]
fn what_was_removed_is_reported() {
    let place = Place::with_store();
    let output = [
        place.stdout_on_store(&["remove", "--user", "anna", "--dry-run"]),
        place.stdout_on_store(&["remove", "--user", "nobody"]),
        place.stdout_on_store(&["remove", "2", "--yes"]),
        place.stdout_on_store(&["remove", "--user", "anna", "--yes"]),
    ];
    insta::assert_snapshot!(output.concat(), @r"
    this would remove 3 tracks and 1 run without other tracks
    removed 0 tracks
    removed 1 track
    removed 3 tracks and 2 runs without other tracks
    ");
}

#[test]
fn ids_that_are_not_there_are_reported_and_the_others_removed() {
    let place = Place::with_store();
    let ran = place.run_on_store(&["remove", "3", "4", "--yes"]);
    assert_eq!(
        (ran.status, ran.out.as_str()),
        (Some(1), "removed 1 track\n")
    );
    assert_eq!(ran.err, "tracking: there is no track 0000004\n");
    let ran = place.run_on_store(&["remove", "3", "4"]);
    assert_eq!(ran.status, Some(1), "there is nothing to ask about");
    assert_eq!(ran.err, "tracking: there are no tracks 0000003, 0000004\n");
}

#[test]
fn a_user_is_erased() {
    let place = Place::with_store();
    let output = place.stdout_on_store(&["erase", "anna", "--yes"]);
    assert!(
        output.starts_with("erased user \"anna\" with 3 tracks and their keys; "),
        "{output}"
    );
    assert!(!place.exported().contains("anna"));
    let output = place.stdout_on_store(&["erase", "anna"]);
    assert!(
        output.starts_with("there were no tracks of user \"anna\"; "),
        "{output}"
    );
    let erased = place.json_on_store(&["erase", "carl", "--yes"]);
    assert_eq!(
        (&erased["user"], &erased["erased"], &erased["emptied_runs"]),
        (&json!("carl"), &json!(1), &json!(1))
    );
}

#[test]
fn a_user_is_renamed() {
    let place = Place::with_store();
    assert_eq!(
        place.stdout_on_store(&["rename-user", "anna", "dora"]),
        "renamed user \"anna\" to \"dora\": 3 tracks\n"
    );
    assert_eq!(place.exported(), EXPORT.replace("anna", "dora"));
    let one = place.json_on_store(&["rename-user", "dora", "ben", "--yes"]);
    assert_eq!(
        one,
        json!({"from": "dora", "to": "ben", "tracks": 3, "wiped": true})
    );
    let ran = place.run_on_store(&["rename-user", "anna", "ben", "--yes"]);
    assert_eq!(ran.status, Some(1));
    assert_eq!(
        ran.err,
        "tracking: there are no tracks of a user \"anna\"; `tracking users` lists all\n"
    );
}

#[test]
fn old_tracks_are_pruned() {
    for (which, left) in [
        (&["--older-than", "2026-11-23"][..], &[3, 5, 6][..]),
        (
            &["--older-than", "2026-11-23 10:00", "--time-zone", "+01:00"],
            &[3, 5, 6],
        ),
        (&["--older-than", "9000y"], &[1, 2, 3, 5, 6]),
        (&["--keep-last", "1"], &[2, 3, 5, 6]),
        (
            &["--keep-last", "1", "--older-than", "2026-11-23"],
            &[3, 5, 6],
        ),
        (&["--keep-last", "0"], &[]),
    ] {
        let place = Place::with_store();
        let counted = place.json_on_store(&[&["prune", "--dry-run"], which].concat());
        let expected = 5 - left.len();
        let numbers = |output: &Value| json!([output["matching"], output["removed"]]);
        assert_eq!(numbers(&counted), json!([expected, 0]), "{which:?}");
        assert_eq!(place.exported(), EXPORT, "{which:?}: it was only counted");
        let removed = place.json_on_store(&[&["prune", "--yes"], which].concat());
        assert_eq!(numbers(&removed), json!([expected, expected]), "{which:?}");
        assert_eq!(ids(&place), left, "{which:?}");
    }
}

#[test]
fn more_than_a_step_is_removed() {
    let place = Place::new();
    let run = r#"{"run":{"id":1,"task":"t","start":"2026-11-20T08:00:00Z","end":"2026-11-20T08:10:00Z","finished":true,"current":false}}"#;
    let track = |id: u32| {
        let user = if id <= 2_400 { "anna" } else { "ben" };
        format!(
            "{{\"track\":{{\"id\":{id},\"task\":\"t\",\"run\":1,\"user\":\"{user}\",\"time\":\"2026-11-20T08:00:00Z\",\"data\":{{}}}}}}"
        )
    };
    let mut lines = vec![
        r#"{"format":"tracking-export","version":1}"#.to_owned(),
        run.to_owned(),
    ];
    lines.extend((1..=12_500).map(track));
    lines.push(r#"{"counters":{"last_track":12500,"last_run":1}}"#.to_owned());
    let export = lines.join("\n");
    let ran = place.run_with_input(&["import", "--store", "sqlite:t.db"], export.as_bytes());
    assert_eq!(ran.out, "imported 12500 tracks and 1 run into t.db\n");
    assert_eq!(
        place.stdout_on_store(&["remove", "--user", "anna", "--yes"]),
        "removed 2400 tracks\n"
    );
    assert_eq!(
        place.stdout_on_store(&["prune", "--keep-last", "50", "--yes"]),
        "removed 10050 tracks\n"
    );
    let output = place.stdout_on_store(&["erase", "ben", "--yes"]);
    assert!(
        output.starts_with("erased user \"ben\" with 50 tracks"),
        "{output}"
    );
}

#[test]
fn nothing_is_lost_where_nobody_says_yes() {
    let place = Place::with_store();
    for (arguments, would) in [
        (&["remove", "3"][..], "remove 1 track from t.db"),
        (&["remove", "--user", "anna"], "remove 3 tracks from t.db"),
        (
            &["erase", "anna"],
            "erase user \"anna\" with 3 tracks from t.db",
        ),
        (
            &["prune", "--keep-last", "1"],
            "remove 1 old track from t.db",
        ),
        (
            &["rename-user", "anna", "ben"],
            "make \"anna\" and \"ben\", who has 1 track already, one user for good",
        ),
    ] {
        let ran = place.run_on_store(arguments);
        assert_eq!(
            (ran.status, ran.out.as_str()),
            (Some(3), ""),
            "{arguments:?}"
        );
        let output = format!(
            "tracking: confirmation required to {would}; nothing was changed (use --yes)\n"
        );
        assert_eq!(ran.err, output);
    }
    assert_eq!(place.exported(), EXPORT);
}

#[test]
fn what_cannot_be_meant_is_reported() {
    let place = Place::with_store();
    for (arguments, output) in [
        (
            &["remove", "--yes"][..],
            "say which tracks: ids, options like --user, or --all",
        ),
        (
            &["remove", "1", "--user", "anna"],
            "ids and options like --user cannot both be meant",
        ),
        (
            &["remove", "--all", "--user", "anna"],
            "--all and options like --user cannot both be meant",
        ),
        (&["remove", "1", "--all"], "--all"),
        (
            &["remove", "--from", "2026-11-24", "--to", "2026-11-23"],
            "lies after --to",
        ),
        (&["remove", "x"], "invalid track id \"x\""),
        (&["prune", "--yes"], "say which tracks are too old"),
        (&["prune", "--older-than", "old"], "write a time like"),
        (&["prune", "--keep-last", "-1"], "-1"),
        (&["rename-user", "anna", "anna"], "both names are the same"),
        (&["erase"], "<USER>"),
    ] {
        let ran = place.run_on_store(arguments);
        assert_eq!(
            (ran.status, ran.out.as_str()),
            (Some(2), ""),
            "{arguments:?}: {ran:?}"
        );
        assert!(
            ran.err.contains(output),
            "{output:?} is not in: {}",
            ran.err
        );
    }
    assert_eq!(place.exported(), EXPORT);
}

/// The ids of all runs.
fn runs(place: &Place) -> Vec<u64> {
    let list = place.json_on_store(&["runs"]);
    let runs = list["runs"].as_array().unwrap();
    runs.iter().map(|run| run["id"].as_u64().unwrap()).collect()
}

#[test]
fn runs_without_tracks_go_with_them_unless_they_are_kept() {
    let some = ["remove", "--run", "1", "--yes"];
    let place = Place::with_store();
    let before = runs(&place);
    let output = place.json_on_store(&[&some[..], &["--keep-runs"]].concat());
    assert_eq!(output["removed_runs"], json!(null));
    assert_eq!(runs(&place), before);
    let place = Place::with_store();
    let output = place.json_on_store(&some);
    assert_eq!(
        (&output["emptied_runs"], &output["removed_runs"]),
        (&json!(1), &json!(1))
    );
    assert!(!runs(&place).contains(&1));
    let all = ["prune", "--keep-last", "0", "--yes"];
    let kept: Vec<u64> = runs(&place);
    let output = place.json_on_store(&all);
    let expected = output["removed_runs"].as_u64().unwrap();
    assert!(expected > 0);
    assert_eq!(runs(&place).len() as u64, kept.len() as u64 - expected);
}

#[test]
fn runs_in_an_archive_are_removed_with_their_tracks_and_come_back_with_them() {
    let place = Place::with_store();
    let before = runs(&place);
    let output = place.json_on_store(&["remove", "--run", "1", "--archive", "a.jsonl", "--yes"]);
    assert_eq!(output["removed_runs"], json!(1), "{output}");
    assert!(!runs(&place).contains(&1));
    place.stdout_on_store(&["import", "a.jsonl"]);
    assert_eq!(runs(&place), before);
    assert_eq!(ids(&place), [1, 2, 3, 5, 6]);
}

#[test]
fn old_tracks_are_pruned_only_where_they_meet_criteria() {
    let place = Place::with_store();
    let counted =
        place.json_on_store(&["prune", "--keep-last", "0", "--user", "anna", "--dry-run"]);
    let pruned = place.json_on_store(&["prune", "--keep-last", "0", "--user", "anna", "--yes"]);
    assert_eq!(counted["matching"], pruned["removed"]);
    assert_eq!(ids(&place), [2, 6], "as `remove --user anna` leaves them");
}

#[test]
fn runs_are_removed_by_id_and_by_what_they_are() {
    let place = Place::with_store();
    let counted = place.json_on_store(&["run", "remove", "1", "--dry-run"]);
    assert_eq!(
        (&counted["matching"], &counted["removed"]),
        (&json!(1), &json!(0))
    );
    let removed = place.json_on_store(&["run", "remove", "1", "--yes"]);
    assert_eq!(removed["removed_tracks"], counted["matching_tracks"]);
    assert!(removed["removed_tracks"].as_u64().unwrap() > 0);
    assert!(!runs(&place).contains(&1));
    let output = place.stdout_on_store(&["run", "remove", "--empty", "--yes"]);
    assert!(output.ends_with("with 0 tracks\n"), "{output}");
    let before = (runs(&place), ids(&place));
    let ran = place.run_on_store(&["run", "remove", "--all"]);
    assert_eq!((ran.status, ran.out.as_str()), (Some(3), ""), "{}", ran.err);
    assert!(
        ran.err.contains("confirmation required to remove"),
        "{}",
        ran.err
    );
    assert_eq!((runs(&place), ids(&place)), before, "nobody said yes");
    for (arguments, output) in [
        (&["run", "remove", "--yes"][..], "say which runs"),
        (
            &["run", "remove", "--all", "--empty"],
            "cannot both be meant",
        ),
    ] {
        let ran = place.run_on_store(arguments);
        assert_eq!(ran.status, Some(2), "{arguments:?}");
        assert!(ran.err.contains(output), "{arguments:?}: {}", ran.err);
    }
    let ran = place.run_on_store(&["run", "remove", "99", "--yes"]);
    assert_eq!(ran.status, Some(1));
    assert!(
        ran.err.contains("there is no run 99 to remove"),
        "{}",
        ran.err
    );
    // Existing ones are removed, and the others are reported.
    let left = runs(&place)[0].to_string();
    for (more, output) in [
        (&["98"][..], "there is no run 98 to remove"),
        (&["98", "99", "98"], "there are no runs 98, 99 to remove"),
    ] {
        let run = ["run", "remove", left.as_str(), "--dry-run"];
        let ran = place.run_on_store(&[&run, more].concat());
        assert_eq!(ran.status, Some(1), "{}", ran.out);
        assert!(ran.err.contains(output), "{}", ran.err);
        assert!(ran.out.contains("this would remove 1 run"), "{}", ran.out);
    }
    let ran = place.run_on_store(&["run", "remove", &left, "999999", "--yes"]);
    assert_eq!(ran.status, Some(1));
    assert!(ran.err.contains("no run 999999"), "{}", ran.err);
    assert!(!runs(&place).contains(&left.parse().unwrap()));

    place.stdout_on_store(&["run", "remove", "--all", "--yes"]);
    assert!(runs(&place).is_empty());
    assert!(ids(&place).is_empty());
}

#[test]
fn a_run_shows_what_its_tracks_add_up_to() {
    let place = Place::with_store();
    let output = place.json_on_store(&["run", "1"]);
    let (tracks, users) = (
        output["tracks"].as_u64().unwrap(),
        output["users"].as_u64().unwrap(),
    );
    assert!(tracks >= users && users > 0, "{output}");
    assert!(
        output["first"].as_str() <= output["last"].as_str(),
        "{output}"
    );
    assert!(output["state"].is_string(), "{output}");
}
