//! Checks that all contenders give the same answers.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::reads::{AnyQuestion, READS};
use crate::contender::{Contender, Payload, Question, View};
use crate::contenders::Name;
use crate::work::{Plan, Random};

/// The repetitions of each kind of query.
const TIMES: usize = 8;

/// The query, and a digest of all answers.
type Answers = Vec<(String, u64)>;

/// Runs the same queries on all contenders, and fails if two of them differ.
pub(super) fn check(
    contenders: &[(Name, Box<dyn Contender>)],
    plan: &Plan,
    when: &str,
    with_names: bool,
) -> Result<()> {
    let mut first: Option<(Name, Answers)> = None;
    for (name, contender) in contenders {
        let asked = answers(contender.as_ref(), plan, with_names);
        let given = asked.with_context(|| format!("checking {} {when}", name.as_str()))?;
        match &first {
            None => first = Some((*name, given)),
            Some((other, expected)) => {
                for ((what, one), (_, two)) in expected.iter().zip(&given) {
                    if one != two {
                        let (one, two) = (other.as_str(), name.as_str());
                        bail!("{one} and {two} differ in what they answer to {what} {when}");
                    }
                }
            }
        }
    }
    Ok(())
}

fn answers(contender: &dyn Contender, plan: &Plan, with_names: bool) -> Result<Answers> {
    let mut answers = Answers::new();
    for read in READS {
        let (mut random, mut hasher) = (Random::new(7), DefaultHasher::new());
        let mut collected = 0;
        for _ in 0..TIMES {
            let asked = (read.ask)(plan, &mut random);
            let mut borrowed = 0;
            asked.borrowed(contender, &mut |view| {
                borrowed ^= view.touch();
                content(&view).hash(&mut hasher);
            })?;
            let mut copied = 0;
            if asked.copied(contender, &mut |view| copied ^= view.touch())? {
                collected |= copied ^ borrowed;
            }
            if let AnyQuestion::Tracks(question) = asked {
                collected |= contender.collect(&question)? ^ borrowed;
            }
        }
        if collected != 0 {
            bail!(
                "other tracks are collected or copied than lent for {}",
                read.name
            );
        }
        answers.push((read.name.to_owned(), hasher.finish()));
    }
    answers.push(("largest task in pages".to_owned(), paged(contender, plan)?));
    let window = plan.window(&mut Random::new(3));
    for (what, times) in [("count_all", None), ("count_scan", Some(window))] {
        answers.push((what.to_owned(), counts(contender, times)?));
    }
    if with_names {
        answers.extend(names(contender, plan)?);
    }
    Ok(answers)
}

fn paged(contender: &dyn Contender, plan: &Plan) -> Result<u64> {
    let (mut hasher, mut last) = (DefaultHasher::new(), 0);
    let mut ordered = true;
    let question = Question::task(plan.largest_task());
    contender.visit_paged(&question, 256, &mut |view| {
        ordered &= last < view.id;
        last = view.id;
        view.touch().hash(&mut hasher);
    })?;
    if !ordered {
        bail!("tracks of later pages have smaller ids");
    }
    Ok(hasher.finish())
}

fn counts(contender: &dyn Contender, times: Option<(i64, i64)>) -> Result<u64> {
    let mut counts = BTreeMap::new();
    contender.count_by_task(times, &mut |task, count| {
        counts.insert(task.to_owned(), count);
    })?;
    let mut hasher = DefaultHasher::new();
    counts.hash(&mut hasher);
    Ok(hasher.finish())
}

fn names(contender: &dyn Contender, plan: &Plan) -> Result<Answers> {
    let (mut users, mut tasks) = (DefaultHasher::new(), DefaultHasher::new());
    let mut random = Random::new(7);
    for _ in 0..TIMES {
        contender.user_names(plan.median_task(&mut random), &mut |name| {
            name.hash(&mut users);
        })?;
        contender.user_names(plan.task_of_1000(&mut random), &mut |name| {
            name.hash(&mut users);
        })?;
    }
    contender.task_ids(&mut |task| task.hash(&mut tasks))?;
    Ok(vec![
        ("user_names".to_owned(), users.finish()),
        ("task_ids".to_owned(), tasks.finish()),
    ])
}

/// A digest of a track that does not depend on the representation of its data.
fn content(view: &View<'_>) -> u64 {
    let data: Option<BTreeMap<String, Value>> = match view.data {
        Payload::Text(text) => serde_json::from_str(text).ok(),
        Payload::Object(object) => Some(object.clone().into_iter().collect()),
    };
    let data = data.map(|data| format!("{data:?}"));
    let mut hasher = DefaultHasher::new();
    (view.id, view.task, view.run, view.user, view.time, data).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::super::load::load;
    use super::*;
    use crate::work::Shape;

    #[test]
    fn a_contender_that_lacks_a_track_is_detected() {
        let plan = Plan::new(Shape::Skewed, 50);
        let mut contenders = Vec::new();
        for (name, missing) in [(Name::Tracking, 0), (Name::LimitRows, 1)] {
            let contender = name.make().unwrap();
            let records = plan.records().iter().copied().take(50 - missing);
            load(contender.as_ref(), plan.names(), records).unwrap();
            contenders.push((name, contender));
        }
        let error = check(&contenders, &plan, "now", true).unwrap_err();
        let message = error.to_string();
        assert!(
            message.starts_with("tracking and limit-rows differ"),
            "{message}"
        );
        contenders.pop();
        check(&contenders, &plan, "now", true).unwrap();
    }
}
