//! A made-up course: who learned what over half a year, the same every time.

use std::collections::BTreeMap;
use std::error::Error;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tracking_core::{
    Data, Group, Grouping, Order, Query, Run, RunId, TaskId, Timestamp, Track, TrackId, UserName,
    Zone,
};

/// The lessons, and what they are called.
pub(super) const LESSONS: [(&str, &str); 9] = [
    ("bread-1", "Bread 1: flour and water"),
    ("bread-2", "Bread 2: yeast, salt and time"),
    (
        "bread-3",
        "Bread 3: sourdough, or how to keep a small and rather demanding pet",
    ),
    ("cheese-1", "Cheese 1: milk"),
    ("cheese-2", "Cheese 2: rennet & cultures"),
    ("quiz/bread", "Quiz: bread"),
    ("quiz/cheese", "Quiz: cheese"),
    ("forum", "Forum"),
    ("レッスン", "レッスン"),
];

const USERS: u64 = 14;
const SESSIONS: u64 = 110;
const VERBS: [&str; 6] = [
    "opened",
    "played",
    "paused",
    "answered",
    "commented",
    "closed",
];

/// When the course began, and the moment at which it is looked at.
const START: &str = "2026-06-15T08:00:00Z";
const NOW: &str = "2026-11-23T15:50:00Z";

/// The moment at which the pages are looked at.
pub(super) fn now() -> Result<Timestamp, tracking_core::Error> {
    NOW.parse()
}

/// Central Europe in 2026, as the time zone database has it.
pub(super) fn berlin() -> Result<Zone, serde_json::Error> {
    serde_json::from_value(json!({
        "offset": 3600,
        "changes": [["2026-03-29T01:00:00Z", 7200], ["2026-10-25T01:00:00Z", 3600]],
    }))
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end.max(1)
    }

    /// Small numbers more often than large ones.
    fn low(&mut self, end: u64) -> u64 {
        let first = self.below(end);
        first.min(self.below(end))
    }
}

/// What a store would hold.
pub(super) struct Course {
    tracks: Vec<Track>,
    runs: Vec<Run>,
}

impl Course {
    pub(super) fn new() -> Result<Self, Box<dyn Error>> {
        let mut made = Self {
            tracks: Vec::new(),
            runs: Vec::new(),
        };
        let (start, end): (Timestamp, Timestamp) = (START.parse()?, now()?);
        let length = end.since(start).num_minutes() - 90;
        let mut dice = Dice(0x2545_F491_4F6C_DD1D);
        for session in 0..SESSIONS {
            let minute = length * i64::try_from(session)? / i64::try_from(SESSIONS - 1)?;
            let begin = start.saturating_add(TimeDelta::minutes(minute));
            made.session(begin, session + 1 == SESSIONS, &mut dice)?;
        }
        Ok(made)
    }

    /// One run: some users at one lesson.
    fn session(
        &mut self,
        begin: Timestamp,
        is_last: bool,
        dice: &mut Dice,
    ) -> Result<(), Box<dyn Error>> {
        let lesson = LESSONS
            .get(usize::try_from(dice.low(9))?)
            .ok_or("no lesson")?
            .0;
        let task = TaskId::new(lesson)?;
        let id = RunId::new(u64::try_from(self.runs.len())? + 1).ok_or("no id")?;
        let users: Vec<u64> = (0..=dice.low(5)).map(|_| dice.low(USERS)).collect();
        let mut time = begin;
        let steps = 2 + dice.low(if is_last { 60 } else { 9 });
        for step in 0..steps {
            time = time.saturating_add(TimeDelta::seconds(20 + i64::try_from(dice.low(400))?));
            let user = users.get(usize::try_from(dice.below(u64::try_from(users.len())?))?);
            let user = name(*user.ok_or("nobody")?)?;
            let number = u64::try_from(self.tracks.len())? + 1;
            let track_id = TrackId::new(number).ok_or("no id")?;
            let data = Data::try_from(statement(step, steps, dice))?;
            self.tracks
                .push(Track::new(track_id, task.clone(), id, user, time, data));
        }
        let run = Run::new(id, Some(task), begin, time);
        let finished = dice.below(4) > 0;
        self.runs.push(if is_last {
            run.with_current(true)
        } else {
            run.with_finished(finished)
        });
        Ok(())
    }

    pub(super) fn runs(&self) -> &[Run] {
        &self.runs
    }

    pub(super) fn run(&self, id: RunId) -> Option<Run> {
        self.runs.iter().find(|run| run.id() == id).cloned()
    }

    /// What a store answers to a query, cursors aside.
    pub(super) fn query(&self, query: &Query) -> Vec<Track> {
        let mut found: Vec<Track> = self.matching(query).cloned().collect();
        match query.track_order() {
            Order::Time => found.sort_by_key(|track| (track.time(), track.id())),
            Order::TimeDescending => {
                found.sort_by_key(|track| std::cmp::Reverse((track.time(), track.id())));
            }
            Order::IdDescending => found.reverse(),
            _ => {}
        }
        found.truncate(query.max_tracks().unwrap_or(usize::MAX));
        found
    }

    pub(super) fn count(&self, query: &Query) -> u64 {
        self.matching(query).map(|_| 1).sum()
    }

    pub(super) fn groups(&self, query: &Query, grouping: &Grouping) -> Vec<Group> {
        let mut counts = BTreeMap::new();
        for track in self.matching(query) {
            *counts.entry(grouping.keys_of(&track.as_ref())).or_insert(0) += 1;
        }
        let group = |((first, second), count)| Group::new(first, second, count);
        counts.into_iter().map(group).collect()
    }

    /// The times of the first and the last track.
    pub(super) fn period(&self, query: &Query) -> Option<(Timestamp, Timestamp)> {
        let times = || self.matching(query).map(Track::time);
        Some((times().min()?, times().max()?))
    }

    fn matching(&self, query: &Query) -> impl Iterator<Item = &Track> {
        self.tracks
            .iter()
            .filter(|track| query.matches(&track.as_ref()))
    }
}

/// Tracks of people who try to break a page.
pub(super) fn hostile() -> Result<Vec<Track>, Box<dyn Error>> {
    let names = [
        "<script>alert(1)</script>".to_owned(),
        "\" onmouseover=\"alert(1)\" x='".to_owned(),
        "javascript:alert(1)".to_owned(),
        "\u{1b}[2J\u{202e}gnp.exe\u{2066}\u{200f}\nnext line".to_owned(),
        "Ā̷̢̛͎ e\u{301}\u{301}\u{301}\u{301} שלום العربية".to_owned(),
        "long".repeat(5000),
    ];
    let numbered = (1..).zip(names);
    let track = |(number, name): (u64, String)| -> Result<Track, Box<dyn Error>> {
        let data = Data::try_from(json!({"verb": name, name.as_str(): [name]}))?;
        let id = TrackId::new(number).ok_or("no id")?;
        let (task, user) = (TaskId::new(name.as_str())?, UserName::new(name.as_str())?);
        Ok(Track::new(id, task, RunId::FIRST, user, now()?, data))
    };
    numbered.map(track).collect()
}

/// A user; the last one is nobody in particular.
fn name(number: u64) -> Result<UserName, tracking_core::Error> {
    if number + 1 == USERS {
        Ok(UserName::nobody())
    } else {
        UserName::new(format!("u-{:04}", number + 1))
    }
}

fn statement(step: u64, steps: u64, dice: &mut Dice) -> Value {
    let verb = match step {
        0 => "opened",
        last if last + 1 == steps => "closed",
        _ => usize::try_from(1 + dice.below(4))
            .ok()
            .and_then(|verb| VERBS.get(verb).copied())
            .unwrap_or("played"),
    };
    match verb {
        "answered" => json!({
            "verb": verb,
            "question": {"id": format!("q{}", 1 + dice.below(12)), "tries": 1 + dice.low(4)},
            "result": {"score": f64::from(u32::try_from(dice.below(21)).unwrap_or(0)) / 20.0, "passed": dice.below(3) > 0},
            "choices": ["rye", "wheat", "spelt"],
        }),
        "commented" => {
            json!({"verb": verb, "text": "Mine does not rise.\nIs <b>25 °C</b> too warm?"})
        }
        "played" | "paused" => json!({"verb": verb, "second": dice.below(900)}),
        _ => json!({"verb": verb}),
    }
}
