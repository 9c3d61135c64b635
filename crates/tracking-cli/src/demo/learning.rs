//! What learners did on a made-up learning platform.

use anyhow::Result;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use serde_json::{Value, json};
use tracking_core::{
    Batch, NewRun, NewTrack, RunChoice, RunSelector, StopRun, TaskId, Timestamp, TrackingStorage,
};

use super::random::Random;
use super::words::{HOURS, LESSONS, NAMES};
use super::{DAYS, Sample};

/// What one learner did in a lesson without a longer pause.
#[derive(Debug)]
struct Session {
    lesson: &'static str,
    learner: String,
    start: Timestamp,
    steps: Vec<(Timestamp, Value)>,
    is_finished: bool,
}

/// The number of sessions per batch.
const SESSIONS: usize = 200;

/// Puts the sample into an empty store.
pub(crate) fn fill(store: &dyn TrackingStorage, sample: Sample) -> Result<()> {
    let mut sessions: Vec<Session> = Vec::new();
    for number in 0..sample.size.learners() {
        sessions.extend(of_learner(sample, number));
    }
    sessions.sort_by(|one, other| (one.start, &one.learner).cmp(&(other.start, &other.learner)));
    for some in sessions.chunks(SESSIONS) {
        store.apply(&batch(some)?)?;
    }
    Ok(())
}

fn batch(sessions: &[Session]) -> Result<Batch> {
    let mut batch = Batch::new();
    for (number, session) in sessions.iter().enumerate() {
        let task = TaskId::new(session.lesson)?;
        batch = batch.start_run(NewRun::of(task.clone()).starting_at(session.start));
        for (time, data) in &session.steps {
            let track = NewTrack::new(session.lesson, session.learner.as_str(), data.clone())?;
            batch = batch.save(track.in_run(RunChoice::Started(number)).at(*time));
        }
        let last = session.steps.last().map_or(session.start, |step| step.0);
        let stop = StopRun::new(RunSelector::Started(number)).ending_at(last);
        batch = batch.stop_run(if session.is_finished {
            stop
        } else {
            stop.unfinished()
        });
    }
    Ok(batch)
}

/// The sessions of a learner: lesson after lesson, on some days more than on others, until the
/// course is done or given up.
fn of_learner(sample: Sample, number: u64) -> Vec<Session> {
    let mut random = Random::new(sample.seed, number + 1);
    let learner = name(number);
    let device = random
        .pick(&[("laptop", 5), ("phone", 3), ("tablet", 1)])
        .copied();
    let device = device.unwrap_or("laptop");
    let diligence = random.between(25, 75);
    let skill = random.between(55, 95);
    let begins = i64::try_from(random.below(14)).unwrap_or(0);
    let gives_up = if random.percent(25) {
        i64::try_from(random.between(8, 30)).unwrap_or(DAYS)
    } else {
        DAYS
    };
    let last = sample.until.to_datetime();
    let mut lessons = LESSONS.iter();
    let mut lesson = lessons.next();
    let mut sessions = Vec::new();
    for day in begins..gives_up {
        let Some((name, pages)) = lesson else { break };
        let date = last - TimeDelta::days(DAYS - 1 - day);
        let chance = if date.weekday().num_days_from_monday() < 5 {
            diligence
        } else {
            diligence / 2
        };
        if !random.percent(chance) {
            continue;
        }
        let Some(start) = moment(&mut random, date, sample.until) else {
            continue;
        };
        let session = session(
            &mut random,
            (*name, *pages),
            (&learner, device, skill),
            start,
        );
        let is_finished = session.is_finished;
        let ends = session.steps.last().map_or(start, |step| step.0);
        if ends > sample.until {
            break;
        }
        sessions.push(session);
        if is_finished {
            lesson = lessons.next();
        }
    }
    sessions
}

fn name(number: u64) -> String {
    let names = u64::try_from(NAMES.len()).unwrap_or(1);
    let name = usize::try_from(number % names)
        .ok()
        .and_then(|index| NAMES.get(index));
    let name = name.copied().unwrap_or("learner");
    match number / names {
        0 => name.to_owned(),
        round => format!("{name}{}", round + 1),
    }
}

/// A moment of a day, when people learn; none after the end of the sample.
pub(super) fn moment(
    random: &mut Random,
    date: DateTime<Utc>,
    until: Timestamp,
) -> Option<Timestamp> {
    let hour = random.pick(&HOURS).copied().unwrap_or(12);
    let seconds = hour * 3600 + random.below(3600);
    let midnight = date.date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
    let time = midnight + TimeDelta::seconds(i64::try_from(seconds).unwrap_or(0));
    let time = Timestamp::try_from(time).ok()?;
    (time <= until).then_some(time)
}

/// Reads pages, and where the end is reached, answers the questions there.
fn session(
    random: &mut Random,
    (lesson, pages): (&'static str, u64),
    (learner, device, skill): (&str, &str, u64),
    start: Timestamp,
) -> Session {
    let mut time = start;
    let mut steps = vec![(start, json!({"verb": "opened", "device": device}))];
    let is_finished = random.percent(70);
    let read = if is_finished {
        pages
    } else {
        random.between(1, pages)
    };
    for page in 1..=read {
        time = later(random, time, (20, 260));
        steps.push((
            time,
            json!({"verb": "read", "page": page, "device": device}),
        ));
    }
    if is_finished {
        let questions = random.between(3, 5);
        let mut right = 0_u64;
        for question in 1..=questions {
            time = later(random, time, (15, 120));
            let is_correct = random.percent(skill);
            right += u64::from(is_correct);
            let data = json!({
                "verb": "answered", "question": format!("q{question}"), "correct": is_correct, "device": device,
            });
            steps.push((time, data));
        }
        time = later(random, time, (5, 30));
        let score = right * 100 / questions;
        steps.push((
            time,
            json!({"verb": "finished", "score": score, "device": device}),
        ));
    }
    Session {
        lesson,
        learner: learner.to_owned(),
        start,
        steps,
        is_finished,
    }
}

fn later(random: &mut Random, time: Timestamp, (from, to): (u64, u64)) -> Timestamp {
    let seconds = i64::try_from(random.between(from, to)).unwrap_or(1);
    time.saturating_add(TimeDelta::seconds(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::Size;
    use tracking_btree::BTreeStorage;
    use tracking_core::{Order, Query, RunQuery, TrackingStorageExt};

    fn filled(seed: u64) -> BTreeStorage {
        let store = BTreeStorage::new();
        let until = "2026-11-23T18:00:00Z".parse().unwrap();
        let size = Size::Small;
        fill(&store, Sample { seed, until, size }).unwrap();
        store
    }

    #[test]
    fn the_same_seed_makes_the_same_sample() {
        let shown = |seed| filled(seed).query(&Query::all()).unwrap();
        assert_eq!(shown(7), shown(7));
        assert_ne!(shown(7), shown(8));
    }

    #[test]
    fn a_sample_is_some_weeks_of_finished_and_unfinished_runs_up_to_its_end() {
        let store = filled(1);
        let tracks = store.query(&Query::all().order(Order::Time)).unwrap();
        let (first, last) = (
            tracks.first().unwrap().time(),
            tracks.last().unwrap().time(),
        );
        assert!(last <= "2026-11-23T18:00:00Z".parse().unwrap());
        assert!(last.since(first) > TimeDelta::days(28));
        let runs = store.runs(&RunQuery::all()).unwrap();
        let finished = runs.iter().filter(|run| run.is_finished()).count();
        assert!(
            finished > 50 && finished < runs.len(),
            "{finished} of {}",
            runs.len()
        );
        assert_eq!(store.user_names(None).unwrap().len(), 20);
    }
}
