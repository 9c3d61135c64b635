use chrono::TimeDelta;
use tracking_btree::BTreeStorage;
use tracking_core::{Query, RunQuery, TimeRange, Timestamp, TrackingStorage, TrackingStorageExt};
use tracking_loader::{LineCounts, Loader, LogFilter, SessionGap, Source};

use super::{data, summary};

fn load_mixed(loader: &Loader<'_>) -> LineCounts {
    let sources = [Source::from(data("mixed.log"))];
    loader.load(&sources, &mut ()).unwrap().total
}

fn line(user: &str, secs: i64) -> String {
    let time = Timestamp::from_secs(secs).unwrap().to_datetime();
    let time = time.format("%d/%b/%Y:%H:%M:%S %z");
    format!("{user} - - [{time}] \"GET / HTTP/1.1\" 200 5\n")
}

#[test]
fn the_figures_of_a_log_are_those_counted_by_hand() {
    let figures = summary::of(&[Source::from(data("mixed.log"))]);
    assert_eq!((figures.users, figures.paths, figures.sessions), (3, 3, 4));
    assert_eq!(figures.first, "2026-11-23T08:59:59Z");
    assert_eq!(figures.last, "2026-11-24T01:30:00Z");
    let days: Vec<_> = figures.days.into_iter().collect();
    assert_eq!(
        days,
        [("2026-11-23".to_owned(), 6), ("2026-11-24".to_owned(), 1)]
    );
    let top = |name: &str, count| (name.to_owned(), count);
    assert_eq!(
        figures.top_users,
        [top("192.0.2.1", 4), top("anna", 2), top("192.0.2.3", 1)]
    );
    assert_eq!(
        figures.top_paths,
        [top("/lesson", 3), top("/start", 2), top("/", 1)]
    );
}

#[test]
fn a_run_lasts_from_its_first_track_to_its_last() {
    let store = BTreeStorage::new();
    load_mixed(&Loader::new(&store));
    let shown: Vec<_> = store
        .runs(&RunQuery::all())
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        shown,
        [
            "<Run 1, 2026-11-23 08:59, 2026-11-23 09:30, False>",
            "<Run 2, 2026-11-23 09:00, 2026-11-23 09:10, False>",
            "<Run 3, 2026-11-23 10:00, 2026-11-23 10:00, False>",
            "<Run 4, 2026-11-24 01:30, 2026-11-24 01:30, False>",
        ]
    );
}

#[test]
fn tracks_are_saved_in_order_of_time_with_their_data() {
    let store = BTreeStorage::new();
    load_mixed(&Loader::new(&store));
    let tracks = store.query(&Query::all()).unwrap();
    assert!(tracks.is_sorted_by_key(tracking_core::Track::time));
    assert_eq!(
        tracks[2].to_string(),
        "<Track ['/lesson', 2, 'anna', '2026-11-23 09:00']: {'agent': 'Browser/1.0', \
         'bytes': 2048, 'host': '192.0.2.2', 'method': 'GET', 'protocol': 'HTTP/1.1', \
         'query': 'page=1', 'referer': 'http://example.org/start', 'status': 200}>"
    );
}

#[test]
fn a_shorter_gap_makes_more_runs() {
    let gap = SessionGap::new(TimeDelta::minutes(1)).unwrap();
    let store = BTreeStorage::new();
    let summary = load_mixed(&Loader::new(&store).session_gap(gap));
    assert_eq!(summary.runs, 6);
}

#[test]
fn only_what_lies_within_the_range_is_loaded() {
    let from = "2026-11-23T09:00:05Z".parse().unwrap();
    let to = "2026-11-23T10:00:01Z".parse().unwrap();
    let store = BTreeStorage::new();
    let range = TimeRange::between(from, to);
    let filter = LogFilter::new().only(Query::all().within(range));
    let summary = load_mixed(&Loader::new(&store).filter(filter));
    assert_eq!((summary.tracks, summary.filtered, summary.runs), (4, 3, 3));
    assert_eq!(store.count(&Query::all()).unwrap(), 4);
}

#[test]
fn runs_continue_across_batches() {
    // One user all the time, another one at the start and the end of thousands of records.
    let mut lines: Vec<_> = (0..4500).map(|n| (n, line("steady", n))).collect();
    lines.extend([0, 1700, 4400].map(|n| (n, line("rare", n))));
    lines.sort_by_key(|(n, _)| *n);
    let text: String = lines.into_iter().map(|(_, line)| line).collect();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let store = BTreeStorage::new();
    let loader = Loader::new(&store).batch(1000);
    let summary = loader.load(&[Source::from(file.path())], &mut ()).unwrap();
    assert_eq!((summary.total.tracks, summary.total.runs), (4503, 3));
    let runs_of = |user: &str| {
        let tracks = store.query(&Query::all().user(user)).unwrap();
        let mut runs: Vec<_> = tracks.iter().map(|track| track.run().number()).collect();
        runs.dedup();
        runs
    };
    assert_eq!(runs_of("steady"), [1]);
    assert_eq!(runs_of("rare"), [2, 3]);
}

#[test]
fn nothing_is_loaded_of_nothing() {
    let store = BTreeStorage::new();
    let summary = Loader::new(&store).load(&[], &mut ()).unwrap();
    assert_eq!(summary.total, LineCounts::default());
    assert_eq!(
        store.counters().unwrap(),
        tracking_core::Counters::default()
    );
}
