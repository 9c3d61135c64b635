//! The names, times and data that random calls are about: few, so that they meet.

use std::time::Duration;

use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use serde_json::{Value, json};
use tracking_core::{
    CheckpointName, Data, Field, Key, RunChoice, RunId, RunSelector, SessionGap, TaskId, Timestamp,
    TrackId, UserName,
};

/// Where the clock starts: half a second before a day begins in UTC.
const START: i64 = 1_795_478_399_500_000;
const HALF_SECOND: i64 = 500_000;
const HALF_DAY: i64 = 43_200_000_000;

const TASKS: &[&str] = &["a", "ab", "a*", "B", "ä", "a\u{308}", "\u{1F600}"];
const USERS: &[&str] = &["", "u", "u1", "U1", "ü", "\u{FFFD}", "u'\"\\"];

/// The first time that the clock shows.
pub(super) fn start() -> Timestamp {
    Timestamp::from_micros(START).unwrap_or(Timestamp::EPOCH)
}

/// Mostly close to the start of the clock, so that times are equal or a microsecond apart.
pub(super) fn time() -> impl Strategy<Value = Timestamp> + Clone {
    let near = |step: i64| {
        (-2..6i64).prop_map(move |n| Timestamp::from_micros(START + n * step).unwrap_or(start()))
    };
    prop_oneof![
        8 => near(HALF_SECOND),
        3 => near(1),
        2 => near(HALF_DAY),
        1 => select(vec![Timestamp::MIN, Timestamp::EPOCH, Timestamp::MAX]),
    ]
}

/// By how much the clock moves: mostly forwards, at times not at all or backwards.
pub(super) fn tick() -> impl Strategy<Value = i64> {
    select(vec![
        0,
        1,
        HALF_SECOND,
        2 * HALF_SECOND,
        HALF_DAY,
        -1,
        -HALF_SECOND,
        -HALF_DAY,
    ])
}

/// A name of a task that there may be, as plain text.
pub(super) fn task_text() -> impl Strategy<Value = String> + Clone {
    weighted(TASKS)
}

/// A name of a user that there may be, as plain text.
pub(super) fn user_text() -> impl Strategy<Value = String> + Clone {
    weighted(USERS)
}

/// The first names more often than the others.
fn weighted(names: &'static [&'static str]) -> impl Strategy<Value = String> + Clone {
    let first = names.get(..1).unwrap_or(names);
    let few = names.get(..3).unwrap_or(names);
    prop_oneof![3 => select(first), 2 => select(few), 1 => select(names)].prop_map(str::to_owned)
}

pub(super) fn task() -> impl Strategy<Value = TaskId> + Clone {
    task_text().prop_filter_map("a task id", |text| TaskId::new(text).ok())
}

pub(super) fn user() -> impl Strategy<Value = UserName> + Clone {
    user_text().prop_filter_map("a user name", |text| UserName::new(text).ok())
}

pub(super) fn key() -> impl Strategy<Value = Key> + Clone {
    select(vec!["k", "K", "k1", "ключ"]).prop_filter_map("a key", |text| Key::new(text).ok())
}

pub(super) fn checkpoint_name() -> impl Strategy<Value = CheckpointName> + Clone {
    select(vec!["access.log", "b", "~"])
        .prop_filter_map("a checkpoint name", |text| CheckpointName::new(text).ok())
}

/// Usually an id that exists after a few saves; rarely one that never exists.
pub(super) fn track_id() -> impl Strategy<Value = TrackId> + Clone {
    number().prop_filter_map("a track id", TrackId::new)
}

/// Usually an id that exists after a few starts; rarely one that never exists.
pub(super) fn run_id() -> impl Strategy<Value = RunId> + Clone {
    number().prop_filter_map("a run id", RunId::new)
}

fn number() -> impl Strategy<Value = u64> + Clone {
    prop_oneof![20 => 1..5u64, 10 => 5..20u64, 1 => select(vec![1_000_000_000, u64::MAX])]
}

pub(super) fn run_choice() -> impl Strategy<Value = RunChoice> + Clone {
    prop_oneof![
        12 => Just(RunChoice::Current),
        4 => run_id().prop_map(RunChoice::Id),
        1 => (0..3usize).prop_map(RunChoice::Started),
        6 => gap().prop_map(RunChoice::Session),
    ]
}

/// Pauses as long as those between the times, a little shorter, none at all, and endless ones.
pub(super) fn gap() -> impl Strategy<Value = SessionGap> + Clone {
    let micros = |micros: i64| Duration::from_micros(micros.unsigned_abs());
    select(vec![
        Duration::ZERO,
        micros(1),
        micros(HALF_SECOND - 1),
        micros(HALF_SECOND),
        micros(HALF_DAY),
        Duration::MAX,
    ])
    .prop_map(SessionGap::from)
}

/// Keys that look like others, or like syntax, to whatever finds them.
const HOSTILE: &[&str] = &["p\0", "$", "p\""];

/// Fields that the data may have; `p` has an index from the start.
pub(super) fn field() -> impl Strategy<Value = Field> + Clone {
    let plain = ["p", "p", "q", "q.r", "q\\.r", "", "missing"];
    select([&plain, HOSTILE].concat()).prop_map(Field::from)
}

/// Values of fields, among them some that look alike.
pub(super) fn value() -> impl Strategy<Value = Value> + Clone {
    select(vec![
        json!(1),
        json!(1.0),
        json!("1"),
        json!(2),
        json!(null),
        json!(true),
        json!(-0.5),
        json!(u64::MAX),
        json!(""),
        json!("a \"b\" \\ \u{e9}\n"),
        json!([1, "1"]),
        json!({}),
        json!({"r": 1}),
        json!({"s": null, "r": "1"}),
    ])
}

/// Objects with few keys, the empty one among them.
pub(super) fn data() -> BoxedStrategy<Data> {
    let plain = ["p", "p", "q", "q.r", "", "\u{e9}"];
    let keys = select([&plain, HOSTILE].concat()).prop_map(str::to_owned);
    let object = proptest::collection::vec((keys, value()), 0..4);
    object
        .prop_map(|entries| Value::Object(entries.into_iter().collect()))
        .prop_filter_map("data", |value| Data::try_from(value).ok())
        .boxed()
}

/// `None` half of the time.
pub(super) fn maybe<T: std::fmt::Debug + Clone>(
    strategy: impl Strategy<Value = T> + Clone,
) -> impl Strategy<Value = Option<T>> {
    (any::<bool>(), strategy).prop_map(|(given, value)| given.then_some(value))
}

/// `None` except one time in `times`.
pub(super) fn rarely<T: std::fmt::Debug + Clone>(
    times: u32,
    strategy: impl Strategy<Value = T> + Clone,
) -> impl Strategy<Value = Option<T>> {
    (0..times, strategy).prop_map(move |(chance, value)| (chance + 1 == times).then_some(value))
}

pub(super) fn run_selector() -> impl Strategy<Value = RunSelector> {
    prop_oneof![
        4 => run_id().prop_map(RunSelector::Id),
        4 => task().prop_map(RunSelector::CurrentOf),
        1 => (0..3usize).prop_map(RunSelector::Started),
    ]
}
