//! The figures of a web log compared with those of goaccess.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::tool::{Place, shared, skipped};

/// Says that there is no goaccess, which fails where `TRACKING_REQUIRE_TOOLS=1`.
fn without_goaccess() {
    let required = std::env::var_os("TRACKING_REQUIRE_TOOLS").is_some_and(|set| set == "1");
    assert!(!required, "there is no goaccess");
    skipped("goaccess is not there");
}

/// What goaccess says of a log.
fn goaccess(place: &Place, log: &str) -> Option<Value> {
    let out = place.path("goaccess.json");
    let run = Command::new("goaccess")
        .args([
            log,
            "--log-format=COMBINED",
            "--no-progress",
            "--no-global-config",
        ])
        .args(["--max-items=100000", "-o", out.to_str()?])
        .current_dir(place.path("."))
        .stdin(Stdio::null())
        .output();
    let run = match run {
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        run => run.unwrap(),
    };
    assert!(run.status.success(), "goaccess failed: {run:?}");
    // goaccess writes paths of the log that are no UTF-8 as they are.
    let text = String::from_utf8_lossy(&fs::read(out).unwrap()).into_owned();
    Some(serde_json::from_str(&text).unwrap())
}

/// Hits and bytes by name, of a panel of goaccess or of its groups below.
fn of_goaccess(panel: &Value, name: impl Fn(&str) -> String) -> BTreeMap<String, (u64, u64)> {
    let rows = panel["data"].as_array().unwrap().iter();
    let row = |row: &Value| {
        let number = |of: &str| row[of]["count"].as_u64().unwrap();
        (
            name(row["data"].as_str().unwrap()),
            (number("hits"), number("bytes")),
        )
    };
    rows.map(row).collect()
}

fn of_ours(report: &Value, name: &str) -> BTreeMap<String, (u64, u64)> {
    let panels = report["panels"].as_array().unwrap();
    let panel = panels.iter().find(|panel| panel["panel"] == name).unwrap();
    let rows = panel["top"].as_array().unwrap().iter();
    let row = |row: &Value| {
        let number = |of: &str| row[of].as_u64().unwrap();
        (
            row["name"].as_str().unwrap().to_owned(),
            (number("count"), number("bytes")),
        )
    };
    rows.map(row).collect()
}

/// The log without its one line that lacks a closing quote, which goaccess takes and we do not.
fn log_of(folder: &Path, place: &Place) {
    let mut text = String::new();
    let packed = fs::File::open(folder.join("apache_logs.gz")).unwrap();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(packed), &mut text).unwrap();
    let whole = text.lines().filter(|line| line.ends_with('"'));
    let lines: Vec<&str> = whole.collect();
    assert_eq!(lines.len(), 9999);
    place.write("access.log", lines.join("\n") + "\n");
}

#[test]
fn requests_bytes_statuses_sites_hosts_and_days_are_those_of_goaccess() {
    let Some(folder) = shared("weblog-apache-semicomplete") else {
        return;
    };
    let place = Place::new();
    log_of(&folder, &place);
    let Some(theirs) = goaccess(&place, "access.log") else {
        return without_goaccess();
    };
    let ran = place.run(&["report", "access.log", "--json", "--top", "100000"]);
    let ours: Value = serde_json::from_str(&ran.out).unwrap();

    assert_eq!(ours["requests"], theirs["general"]["total_requests"]);
    assert_eq!(ours["bytes"], theirs["general"]["bandwidth"]);
    let plain = |name: &str| name.to_owned();
    let sites = of_goaccess(&theirs["referring_sites"], plain);
    assert_eq!(of_ours(&ours, "referrers"), sites);
    let class = |name: &str| name.get(..3).unwrap().to_owned();
    let mine = |title: &str| {
        let rows = of_ours(&ours, title).into_iter();
        rows.map(|(name, row)| (class(&name), row))
            .collect::<BTreeMap<_, _>>()
    };
    assert_eq!(mine("classes"), of_goaccess(&theirs["status_codes"], class));
    let codes = theirs["status_codes"]["data"].as_array().unwrap().iter();
    let codes = codes.flat_map(|group| group["items"].as_array().unwrap());
    let codes = codes.map(|code| {
        let number = |of: &str| code[of]["count"].as_u64().unwrap();
        (
            class(code["data"].as_str().unwrap()),
            (number("hits"), number("bytes")),
        )
    });
    assert_eq!(mine("status"), codes.collect());
    let not_found: u64 = of_ours(&ours, "not-found").values().map(|row| row.0).sum();
    assert_eq!(
        theirs["not_found"]["metadata"]["hits"]["total"]["value"],
        not_found
    );

    let counted = |list: &str, name: &str| -> BTreeMap<String, u64> {
        let rows = ours[list].as_array().unwrap().iter();
        rows.map(|row| {
            (
                row[name].as_str().unwrap().to_owned(),
                row["count"].as_u64().unwrap(),
            )
        })
        .collect()
    };
    let hits = |panel: &str| -> BTreeMap<String, u64> {
        let rows = of_goaccess(&theirs[panel], plain).into_iter();
        rows.map(|(name, row)| (name, row.0)).collect()
    };
    assert_eq!(counted("top_users", "user"), hits("hosts"));
    let days = counted("per_day", "day").into_iter();
    let days: BTreeMap<String, u64> = days
        .map(|(day, count)| (day.replace('-', ""), count))
        .collect();
    assert_eq!(days, hits("visitors"));
}
