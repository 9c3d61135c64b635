//! `tracking site` and `tracking demo`: pages that lead to each other.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::tool::Place;

/// All pages of a folder: name and text.
fn pages(folder: &Path) -> Vec<(String, String)> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let pages = files.filter(|file| file.file_name().to_string_lossy().ends_with(".html"));
    let mut pages: Vec<_> = pages
        .map(|file| {
            let name = file.file_name().to_string_lossy().into_owned();
            (name, fs::read_to_string(file.path()).unwrap())
        })
        .collect();
    pages.sort();
    pages
}

fn links(page: &str) -> Vec<&str> {
    let parts = page.split("href=\"").skip(1);
    parts.map(|part| part.split('"').next().unwrap()).collect()
}

/// Every link leads to a page, and every page is led to from the first one.
fn assert_linked(folder: &Path) {
    let pages = pages(folder);
    let names: BTreeSet<&str> = pages.iter().map(|page| page.0.as_str()).collect();
    for (name, page) in &pages {
        for link in links(page) {
            assert!(
                link == "#content" || names.contains(link),
                "{name} leads to {link}"
            );
        }
    }
    let mut reached = BTreeSet::from(["index.html"]);
    let mut next = vec!["index.html"];
    while let Some(name) = next.pop() {
        let page = pages.iter().find(|page| page.0 == name).unwrap();
        for link in links(&page.1)
            .into_iter()
            .filter(|link| *link != "#content")
        {
            if reached.insert(link) {
                next.push(link);
            }
        }
    }
    assert_eq!(reached, names);
}

#[test]
fn the_site_of_a_log_has_no_dead_link_and_says_requests() {
    let place = Place::with_log();
    let ran = place.run(&["site", "access.log", "--output", "www"]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    let folder = place.path("www");
    assert_linked(&folder);
    let index = fs::read_to_string(folder.join("index.html")).unwrap();
    for output in [
        "Requests per day",
        "Visitors",
        "Sessions",
        "Status codes",
        "/lesson",
        "404",
    ] {
        assert_eq!(index.contains(output), output != "404", "{output}");
    }
    // A name with markup in it is shown and leads to a page.
    let pages = pages(&folder);
    let script = pages
        .iter()
        .find(|page| page.0.starts_with("task-script-alert-1-script-"));
    let script = &script.expect("a page of the script").1;
    assert!(script.contains("&#60;script&#62;") && !script.contains("<script"));
}

/// The number of a tile of a page.
fn tile(page: &str, name: &str) -> u64 {
    let tiles = page.split_once("<dl class=\"totals").unwrap().1;
    let after = tiles.split_once(&format!(">{name}<"));
    let after = after.unwrap_or_else(|| panic!("a tile {name}: {tiles}")).1;
    let number = after.split_once("<dd><bdi>").unwrap().1;
    let number: String = number
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(|c| c.is_ascii_digit() || *c == ',')
        .filter(|c| *c != ',')
        .collect();
    number.parse().unwrap()
}

#[test]
fn the_numbers_of_the_pages_are_those_of_the_store() {
    let place = Place::new();
    let until = ["--until", "2026-11-23T18:00:00Z"];
    let ran = place.run(&[&["demo", "demo", "--size", "small"], &until[..]].concat());
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    let count = |store: &str, more: &[&str]| -> serde_json::Value {
        let store = format!("sqlite:demo/{store}");
        let ran = place.run(&[&["count", "--json", "--store", &store], more].concat());
        assert_eq!(ran.status, Some(0), "{}", ran.err);
        serde_json::from_str(&ran.out).unwrap()
    };
    for (site, store, tracks, pages, user, run) in [
        ("learning", "demo.db", "Tracks", "Tasks", "Users", "Runs"),
        (
            "web",
            "demo.db#web",
            "Requests",
            "Pages",
            "Visitors",
            "Sessions",
        ),
    ] {
        let page = |name: &str| place.read(&format!("demo/{site}/{name}"));
        let index = page("index.html");
        assert_eq!(tile(&index, tracks), count(store, &[])["tracks"]);
        assert_eq!(
            tile(&index, user),
            count(store, &["--by", "user"])["distinct"]
        );
        assert_eq!(
            tile(&index, run),
            count(store, &["--by", "run"])["distinct"]
        );
        let tasks = count(store, &["--by", "task", "--without", "assets"]);
        assert_eq!(tile(&index, pages), tasks["distinct"]);

        // The pages of the largest user and of each day, which add up to the whole.
        let largest = count(store, &["--by", "user", "--limit", "1"]);
        let name = largest["groups"][0]["user"].as_str().unwrap();
        let of_user = ["--user", name];
        let files: Vec<(String, String)> = pages_of(&place, site);
        let user_page = files.iter().find(|(file, page)| {
            file.starts_with("user-") && page.contains(&format!(" {name}</bdi></h1>"))
        });
        let user_page = &user_page.unwrap_or_else(|| panic!("a page of {name}")).1;
        assert_eq!(tile(user_page, tracks), largest["groups"][0]["count"]);
        let of_pages = count(
            store,
            &[&["--by", "task", "--without", "assets"], &of_user[..]].concat(),
        );
        assert_eq!(tile(user_page, pages), of_pages["distinct"]);

        let days = count(store, &["--by", "day"]);
        let mut seen = 0;
        for day in days["groups"].as_array().unwrap() {
            let file = format!("day-{}.html", day["day"].as_str().unwrap());
            if let Some((_, page)) = files.iter().find(|(name, _)| *name == file) {
                assert_eq!(tile(page, tracks), day["count"], "{file}");
                seen += 1;
            }
        }
        assert!(seen > 5, "{seen}");
        let last_day = page("last-24-hours.html");
        let last = place.run(&[
            "list",
            "--json",
            "--limit",
            "1",
            "--store",
            &format!("sqlite:demo/{store}"),
        ]);
        let last: serde_json::Value = serde_json::from_str(&last.out).unwrap();
        let to = last["tracks"][0]["time"]
            .as_str()
            .unwrap()
            .parse::<chrono::DateTime<chrono::Utc>>()
            .unwrap();
        let from = to - chrono::TimeDelta::hours(24) + chrono::TimeDelta::microseconds(1);
        let (from, to) = (from.to_rfc3339(), to.to_rfc3339());
        let within = count(store, &["--from", &from, "--to", &to]);
        assert_eq!(tile(&last_day, tracks), within["tracks"]);
    }
}

fn pages_of(place: &Place, site: &str) -> Vec<(String, String)> {
    pages(&place.path("demo").join(site))
}

#[test]
fn a_page_in_the_folder_of_a_site_links_to_its_pages() {
    let place = Place::with_store();
    let page = |command: &str, folder: &str| {
        fs::create_dir_all(place.path(folder)).unwrap();
        let output = format!("{folder}/mine.html");
        place.stdout_on_store(&[command, "--format", "html", "--output", &output]);
        place.read(&output)
    };
    place.stdout_on_store(&["site", "--output", "www", "--top", "1"]);
    for command in ["overview", "list", "runs", "users"] {
        let linked = page(command, "www");
        let files: Vec<&str> = links(&linked)
            .into_iter()
            .filter(|link| *link != "#content")
            .collect();
        assert!(files.len() > 1, "{command}: {files:?}");
        for file in files {
            assert!(place.path("www").join(file).exists(), "{command}: {file}");
        }
        let alone = page(command, "elsewhere");
        assert_eq!(links(&alone), ["#content"], "{command}");
    }
}

#[test]
fn a_second_run_refreshes_the_site_and_bounds_it() {
    let place = Place::with_store();
    let site = |more: &[&str]| {
        let first = ["site", "--output", "www", "--json"];
        let ran = place.run_on_store(&[&first, more].concat());
        assert_eq!(ran.status, Some(0), "{}", ran.err);
        serde_json::from_str::<serde_json::Value>(&ran.out).unwrap()
    };
    let first = site(&[]);
    assert_linked(&place.path("www"));
    assert_eq!(
        (&first["changed"], &first["removed"]),
        (&first["pages"], &0.into())
    );
    let again = site(&[]);
    assert_eq!(
        (&again["changed"], &again["removed"]),
        (&0.into(), &0.into())
    );

    place.write("www/mine.html", "mine");
    let fewer = site(&["--top", "1"]);
    assert!(fewer["removed"].as_u64().unwrap() > 0, "{fewer}");
    assert_eq!(place.read("www/mine.html"), "mine");
    fs::remove_file(place.path("www/mine.html")).unwrap();
    assert_linked(&place.path("www"));
}

#[test]
fn a_file_that_is_not_its_own_is_not_overwritten() {
    let place = Place::with_log();
    fs::create_dir(place.path("www")).unwrap();
    place.write("www/index.html", "mine");
    let ran = place.run(&["site", "access.log", "--output", "www"]);
    assert_eq!(ran.status, Some(1));
    assert!(ran.err.contains("choose another folder"), "{}", ran.err);
    assert_eq!(place.read("www/index.html"), "mine");
}

#[test]
fn a_site_of_nothing_is_a_page() {
    let place = Place::new();
    place.write("empty.log", "");
    let ran = place.run(&["site", "empty.log", "--output", "www"]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert_linked(&place.path("www"));
}

#[test]
fn the_same_seed_and_time_make_the_same_sample_with_two_sites() {
    let demo = |place: &Place, folder: &str| {
        let until = ["--until", "2026-11-23T18:00:00Z"];
        let ran = place.run(&[&["demo", folder, "--size", "small"], &until[..]].concat());
        assert_eq!(ran.status, Some(0), "{}", ran.err);
    };
    let place = Place::new();
    demo(&place, "one");
    demo(&place, "two");
    assert_eq!(place.read("one/access.log"), place.read("two/access.log"));
    let exported = |folder: &str| {
        let store = format!("sqlite:{folder}/demo.db");
        place.run(&["export", "--store", &store]).out
    };
    assert_eq!(exported("one"), exported("two"));
    for site in ["learning", "web"] {
        assert_linked(&place.path("one").join(site));
    }
    let web = place.read("one/web/index.html");
    assert!(web.contains("Robots") && web.contains("Googlebot") && web.contains("Top assets"));
    let learning = place.read("one/learning/index.html");
    assert!(learning.contains("verb") && learning.contains("Tasks"));

    // It is found again, but not taken for another one.
    let again = place.run(&["demo", "one"]);
    assert!(
        again.out.starts_with("found a sample"),
        "{} {}",
        again.out,
        again.err
    );
    let other = place.run(&["demo", "one", "--seed", "9"]);
    assert_eq!(other.status, Some(1));
    assert!(other.err.contains("name another folder"), "{}", other.err);
}

#[test]
fn a_period_is_compared_with_the_one_before() {
    let place = Place::with_store();
    let period = [
        "overview",
        "--from",
        "2026-11-22T08:05:00Z",
        "--to",
        "2026-11-24T08:04:59Z",
    ];
    let output = place.stdout_on_store(&period);
    assert!(output.contains("▲"), "{output}");
    let output = place.json_on_store(&period);
    assert_eq!(output["previous"]["tracks"], 1);
    let output = place.json_on_store(&["overview"]);
    assert!(output.get("previous").is_none());
}

#[test]
fn panels_count_any_field_and_assets_and_robots_can_be_omitted() {
    let place = Place::with_store();
    let output = place.stdout_on_store(&[
        "overview",
        "--panel",
        "field:page",
        "--panel",
        "host:answer",
    ]);
    assert!(output.contains("page (3)"), "{output}");
    assert!(!output.contains("answer: hosts"), "{output}");
    let ran = place.run_on_store(&["overview", "--panel", "nothing"]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.err.contains("a panel is pages, assets"), "{}", ran.err);

    let line = |path: &str, agent: &str| {
        format!(
            "192.0.2.1 - - [23/Nov/2026:10:00:00 +0100] \"GET {path} HTTP/1.1\" 200 512 \"-\" \"{agent}\"\n"
        )
    };
    let log = [
        line("/a", "Firefox/1"),
        line("/a.css", "Firefox/1"),
        line("/b", "Googlebot/2.1"),
    ];
    place.write("web.log", log.concat());
    for (without, requests) in [("assets", 2), ("robots", 2), ("assets,robots", 1)] {
        for command in ["overview", "report", "count", "task", "user"] {
            let subject = match command {
                "task" => &["/a.css"][..],
                "user" => &["192.0.2.1"],
                _ => &[],
            };
            let ran = place.run(
                &[
                    &[command],
                    subject,
                    &["web.log", "--without", without, "--json"],
                ]
                .concat(),
            );
            let output: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
            let name = match command {
                "report" => "requests",
                _ => "tracks",
            };
            let expected = match (command, without) {
                ("task", "robots") => 1,
                ("task", _) => 0,
                _ => requests,
            };
            assert_eq!(output[name], expected, "{command} {without}: {}", ran.err);
        }
        for command in ["list", "users", "runs"] {
            let ran = place.run(&[command, "web.log", "--without", without, "--json"]);
            let output: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
            let (list, expected) = match command {
                "list" => ("tracks", requests),
                "users" => ("groups", 1),
                _ => ("runs", 1),
            };
            let listed = output[list].as_array().unwrap().len();
            assert_eq!(listed, expected, "{command} {without}: {}", ran.err);
        }
        // Every page says what is not on it.
        let left_out = format!("left out: {}", without.replace(',', ", "));
        for command in ["overview", "report", "list", "users", "runs"] {
            let output = place.run(&[command, "web.log", "--without", without]).out;
            assert!(output.contains(&left_out), "{command}: {output}");
        }
        let ran = place.run(&["site", "web.log", "--without", without, "--output", "www"]);
        assert_eq!(ran.status, Some(0), "{}", ran.err);
        for (name, page) in pages(&place.path("www")) {
            assert!(page.contains(">left out<"), "{name}");
        }
        let store = format!("sqlite:{requests}-{}.db", without.len());
        let loaded = place.run(&["load", "web.log", "--store", &store, "--without", without]);
        assert_eq!(loaded.status, Some(0), "{}", loaded.err);
        let counted = place.run(&["overview", "--store", &store, "--json"]).out;
        let output: serde_json::Value = serde_json::from_str(&counted).unwrap();
        assert_eq!(output["tracks"], requests, "{without}");
    }
}
