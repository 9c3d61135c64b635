//! What the tests show.

use chrono::NaiveDate;
use tracking_core::{Run, RunId, TaskId, Timestamp, Track, TrackId, UserName};
use tracking_views::{Overview, Problem, Problems, Ranking};

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn track(id: u64, task: &str, user: &str, json: &str) -> Track {
    Track::new(
        TrackId::new(id).unwrap(),
        TaskId::new(task).unwrap(),
        RunId::new(3).unwrap(),
        UserName::new(user).unwrap(),
        time("2026-11-23T15:47:01.5Z"),
        json.parse().unwrap(),
    )
}

pub(crate) fn tracks() -> Vec<Track> {
    vec![
        track(3, "lesson-1", "u1", r#"{"page":3,"score":0.5}"#),
        track(2, "レッスン", "Zoe\u{308}", r#"{"verb":{"id":"played"}}"#),
        track(1, "/a/rather/long/path/that/goes/on/and/on.html", "", "{}"),
    ]
}

pub(crate) fn deep_track() -> Track {
    let json = r#"{"actor":{"name":"Alice","roles":["learner","tutor"]},"done":true,"empty":"",
        "nothing":null,"score":{"raw":0.5,"steps":[{"n":1},{"n":2}]},"tags":[]}"#;
    track(7, "lesson-1", "u1", json)
}

pub(crate) fn run() -> Run {
    let task = TaskId::new("lesson-1").unwrap();
    let (start, end) = (time("2026-11-23T15:47:00Z"), time("2026-11-23T16:00:05Z"));
    Run::new(RunId::new(3).unwrap(), Some(task), start, end).with_finished(true)
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn overview() -> Overview {
    let days = [
        ("2026-11-20", 1632),
        ("2026-11-21", 2896),
        ("2026-11-23", 7),
    ];
    Overview::new("access.log")
        .with_counted("Requests")
        .with_period(time("2026-11-20T10:05:00Z"), time("2026-11-23T21:05:59Z"))
        .with_total("Requests", 4535_u64)
        .with_total("Read in", "0.2 s")
        .with_days(days.map(|(text, count)| (day(text), count)))
        .with_ranking(
            Ranking::new("Top tasks", "Task")
                .with_row("/", 2807)
                .with_row("/images/jordan-80.png", 575)
                .with_row("/レッスン", 1)
                .with_distinct(1368)
                .with_whole(4535),
        )
        .with_ranking(
            Ranking::new("Top users", "User")
                .with_row("", 40)
                .with_row("u1", 3),
        )
        .with_ranking(Ranking::new("Top runs", "Run"))
        .with_problems(
            Problems::new("Malformed lines").with_total(12).with_row(
                Problem::new("access.log:8899:81", "the request has no closing quote")
                    .with_text("66.249.73.135 - - [20/Nov/2026:12:05:17 +0000] \"GET /\u{1b}[2J"),
            ),
        )
        .with_note("A task is the path of a request without its query.")
}
