//! What the tests show.

use chrono::NaiveDate;
use tracking_core::{
    Cursor, Field, FieldValue, Group, GroupBy, GroupKey, Order, Query, Run, RunId, RunQuery,
    RunState, TaskId, TimeRange, Timestamp, Track, TrackId, UserName, Zone,
};
use tracking_views::links::encode;
use tracking_views::{
    Breakdown, Column, Context, Granularity, Histogram, Links, Overview, Part, Problem, Problems,
    Ranking, RankingRow, RunList, RunRow, RunView, Series, TaskView, Timeline, Titles, Total,
    TotalValue, TrackList, UserView, View,
};

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
                .with_total(4535),
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

/// Links to everything, with the names in them.
pub(crate) struct Site;

impl Links for Site {
    fn home(&self) -> Option<String> {
        Some("/".into())
    }

    fn task(&self, task: &str) -> Option<String> {
        Some(format!("/task?id={}", encode(task)))
    }

    fn user(&self, user: &str) -> Option<String> {
        Some(format!("/user?name={}", encode(user)))
    }

    fn run(&self, run: RunId) -> Option<String> {
        Some(format!("/run/{run}"))
    }

    fn track(&self, track: TrackId) -> Option<String> {
        Some(format!("/track/{track}"))
    }

    fn day(&self, day: NaiveDate) -> Option<String> {
        Some(format!("/tracks?day={day}"))
    }

    fn field(&self, field: &Field, value: Option<&FieldValue>) -> Option<String> {
        let value = encode(value?.as_str());
        Some(format!("/tracks?{}={value}", encode(&field.to_string())))
    }

    fn tracks(&self, query: &Query) -> Option<String> {
        let after = query.cursor().ok()?;
        let after = after.map_or(String::new(), |after| format!("&after={after}"));
        Some(format!("/tracks?order={:?}{after}", query.track_order()))
    }
}

/// Titles for one task and one user.
pub(crate) struct Titled;

impl Titles for Titled {
    fn task(&self, task: &str) -> Option<String> {
        (task == "lesson-1").then(|| "Lesson 1: bread & butter".into())
    }

    fn user(&self, user: &str) -> Option<String> {
        (user == "u1").then(|| "Ada Okafor".into())
    }

    fn field(&self, field: &Field) -> Option<String> {
        (*field == Field::from("verb.id")).then(|| "Verb".into())
    }
}

/// Central Europe in 2026, as core serializes it.
pub(crate) fn berlin() -> Zone {
    let zone = r#"{"offset":3600,"changes":[["2026-03-29T01:00:00Z",7200],["2026-10-25T01:00:00Z",3600]]}"#;
    serde_json::from_str(zone).unwrap()
}

pub(crate) fn columns() -> Vec<Column> {
    vec![
        Column::field("Page", "page").aligned_right(),
        Column::new("Hour", |track| track.time().to_minute_string()),
    ]
}

pub(crate) fn context(columns: &[Column]) -> Context<'_> {
    Context::new()
        .with_zone(berlin())
        .with_zone_name("Europe/Berlin")
        .with_links(&Site)
        .with_titles(&Titled)
        .with_columns(columns)
}

pub(crate) fn task_key(task: &str) -> GroupKey {
    GroupKey::Task(TaskId::new(task).unwrap())
}

pub(crate) fn user_key(user: &str) -> GroupKey {
    GroupKey::User(UserName::new(user).unwrap())
}

fn day_groups() -> Vec<Group> {
    let group = |(text, count)| Group::new(GroupKey::Day(day(text)), None, count);
    let days = [
        ("2026-10-23", 4),
        ("2026-10-25", 25),
        ("2026-11-21", 9),
        ("2026-11-23", 2),
    ];
    days.map(group).to_vec()
}

fn ranked(title: &str, of: &str, keys: [GroupKey; 2]) -> Ranking {
    let [first, second] = keys;
    let groups = vec![Group::new(first, None, 30), Group::new(second, None, 10)];
    Ranking::new(title, of).with_groups(groups, 5)
}

pub(crate) fn query() -> Query {
    let range = TimeRange::between(time("2026-10-01T00:00:00Z"), time("2026-11-30T00:00:00Z"));
    Query::all()
        .tasks(["lesson-1", "レッスン"])
        .user_prefix("u")
        .within(range)
        .field("verb.id", "played")
        .order(Order::TimeDescending)
        .limit(3)
}

/// The second page of a list, with another to come.
pub(crate) fn list() -> TrackList {
    let cursor = |id| {
        let id = TrackId::new(id).unwrap();
        Cursor::after(Order::TimeDescending, time("2026-11-23T15:47:01Z"), id)
    };
    TrackList::new("Tracks")
        .with_query(query().after(cursor(4)))
        .with_total(1234)
        .with_next(Some(cursor(1)))
}

pub(crate) fn runs() -> Vec<RunRow> {
    let other = Run::new(
        RunId::new(2).unwrap(),
        None,
        time("2026-10-25T00:30:00Z"),
        time("2026-10-25T02:30:00Z"),
    );
    let current = Run::new(
        RunId::new(4).unwrap(),
        run().task().cloned(),
        time("2026-11-23T15:00:00Z"),
        time("2026-11-23T15:00:00Z"),
    );
    vec![
        RunRow::new(current.with_current(true)).with_count(1),
        RunRow::new(run()).with_count(1234),
        RunRow::new(other),
    ]
}

pub(crate) fn run_list() -> RunList {
    let query = RunQuery::all()
        .task("lesson-1")
        .states([RunState::Current])
        .limit(3);
    RunList::new("Runs")
        .with_query(query)
        .with_runs(runs())
        .with_total(17)
}

/// An overview of a period, compared with the previous period.
pub(crate) fn dashboard() -> Overview {
    let days = |counts: [u64; 4]| {
        (20..)
            .zip(counts)
            .map(|(n, count)| (day(&format!("2026-11-{n}")), count))
    };
    Overview::new("Last 4 days")
        .with_figure(
            Total::new("Requests", 120_u64)
                .with_previous(96)
                .with_link("tracks.html".to_owned()),
        )
        .with_figure(Total::new("Visitors", 9_u64).with_previous(12))
        .with_figure(Total::new("Pages", 3_u64).with_previous(3))
        .with_figure(Total::new("Sessions", 4_u64).with_previous(0))
        .with_figure(Total::new("Bytes", TotalValue::Bytes(2_747_282_740)).with_previous(4_000_000))
        .with_days(days([30, 40, 0, 50]))
        .with_previous_days(days([10, 60, 20, 6]))
        .with_second_series(Series::new("Visitors").with_days(days([3, 4, 0, 5])))
        .with_histogram(
            Histogram::new("By hour", "hour", "hours")
                .with_bar("00", 3)
                .with_bar("01", 0),
        )
        .with_histogram(Histogram::new("Nothing", "hour", "hours").with_bar("00", 0))
        .with_ranking(
            Ranking::new("Status codes", "Status")
                .with_columns(["Bytes"])
                .with_ranking_row(
                    RankingRow::new("200 OK", 100)
                        .with_cells(["1.2 MB"])
                        .with_link("s-200.html".to_owned()),
                )
                .with_ranking_row(RankingRow::new("404 Not Found", 20))
                .with_total(120)
                .with_link_to_all("All 17 codes", "codes.html"),
        )
}

/// The second page of a list of names.
pub(crate) struct Names;

impl View for Names {
    fn heading(&self, context: &Context<'_>) -> String {
        context.terms().task().titles()
    }

    fn parts<'a>(&'a self, context: &Context<'_>) -> Vec<Part<'a>> {
        let row = |name, count| RankingRow::of_key(task_key(name), count).with_cells(["3", "4"]);
        let ranking = Ranking::new("All", context.terms().task().title())
            .with_columns(["Users", "Runs"])
            .starting_at(1001)
            .with_ranking_row(row("lesson-1", 12))
            .with_ranking_row(row("lesson-2", 3))
            .with_distinct(1002);
        vec![
            Part::Rankings(
                context.terms().track().titles().into(),
                vec![ranking].into(),
            ),
            Part::Pages {
                page: 2,
                pages: 3,
                previous: Some("names.html".into()),
                next: Some("javascript:1".into()),
            },
        ]
    }
}

pub(crate) fn run_view() -> RunView {
    let mut timeline = Timeline::of_run(&run());
    for track in tracks() {
        timeline.add(&track.as_ref());
    }
    RunView::new(run())
        .with_count(3)
        .with_timeline(timeline)
        .with_ranking(ranked("Users", "User", [user_key("u1"), user_key("")]))
        .with_field("Loaded from", "access.log")
}

pub(crate) fn task_view() -> TaskView {
    TaskView::new(TaskId::new("lesson-1").unwrap())
        .with_query(Query::all().task("lesson-1"))
        .with_period(time("2026-10-23T10:05:00Z"), time("2026-11-23T21:05:59Z"))
        .with_total("Tracks", 40_u64)
        .with_day_groups(Granularity::Week, &day_groups())
        .with_ranking(ranked("Users", "User", [user_key("u1"), user_key("")]))
        .with_runs(runs(), Some(17))
        .with_newest(tracks())
        .with_note("Weeks begin on Monday.")
}

pub(crate) fn user_view() -> UserView {
    UserView::new(UserName::new("u2").unwrap())
        .with_query(Query::all().user("u2"))
        .with_total("Tracks", 40_u64)
        .with_day_groups(Granularity::Day, &day_groups())
        .with_ranking(ranked(
            "Tasks",
            "Task",
            [task_key("lesson-1"), task_key("レッスン")],
        ))
        .with_runs(runs(), None)
}

pub(crate) fn groups() -> Vec<Group> {
    let counts = [
        ("lesson-1", "u1", 12_345),
        ("lesson-1", "u2", 7),
        ("lesson-1", "", 3),
        ("レッスン", "u2", 900),
        ("/a/rather/long/path/that/goes/on.html", "u3", 20),
    ];
    counts
        .map(|(task, user, count)| Group::new(task_key(task), Some(user_key(user)), count))
        .to_vec()
}

pub(crate) fn breakdown() -> Breakdown {
    Breakdown::new(GroupBy::Task.and(GroupBy::User), groups())
        .with_query(Query::all())
        .with_limits(2, 2)
}

/// Counts by the value of a data field.
pub(crate) fn count() -> Breakdown {
    let by = GroupBy::Field("verb.id".into());
    let value = |text: &str| GroupKey::Field(FieldValue::new(text));
    let groups = vec![
        Group::new(GroupKey::Field(None), None, 3),
        Group::new(value("played"), None, 8),
    ];
    Breakdown::new(by, groups)
}
