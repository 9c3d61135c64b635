//! Finding runs.

use super::prelude::*;

/// Runs 1 and 2 of `a`, 3 of `azure`, 4 of none, 5 of `b`; started ten seconds apart.
/// 1 was replaced, 2 and 3 are current, 4 is of nobody, 5 is finished and ended at 100.
fn five(ctx: &Context<'_>) {
    let s = ctx.store();
    for (number, name) in [(1, "a"), (2, "a"), (3, "azure"), (4, ""), (5, "b")] {
        let new = TaskId::new(name).map_or_else(|_| NewRun::without_task(), NewRun::of);
        s.start_run(new.starting_at(at(number * 10))).unwrap();
    }
    s.stop_run(StopRun::new(run_id(5)).ending_at(at(100)))
        .unwrap();
}

fn found(ctx: &Context<'_>, query: &RunQuery) -> Vec<u64> {
    five(ctx);
    run_ids(ctx.store(), query)
}

pub(super) fn without_criteria_all_runs_come_by_id(ctx: &Context<'_>) {
    assert!(run_ids(ctx.store(), &RunQuery::all()).is_empty());
    assert_eq!(found(ctx, &RunQuery::all()), [1, 2, 3, 4, 5]);
}

pub(super) fn a_run_found_is_the_run_got(ctx: &Context<'_>) {
    five(ctx);
    let s = ctx.store();
    for found in s.runs(&RunQuery::all()).unwrap() {
        assert_eq!(run(s, found.id()), found);
    }
}

pub(super) fn runs_are_found_by_task(ctx: &Context<'_>) {
    assert_eq!(found(ctx, &RunQuery::all().task("a")), [1, 2]);
}

pub(super) fn runs_are_found_by_several_tasks(ctx: &Context<'_>) {
    let names = NameFilter::exact(["b", "unknown", "azure"]);
    assert_eq!(found(ctx, &RunQuery::all().tasks(names)), [3, 5]);
}

pub(super) fn runs_are_found_by_the_beginning_of_their_task(ctx: &Context<'_>) {
    assert_eq!(
        found(ctx, &RunQuery::all().tasks(NameFilter::prefixes(["a"]))),
        [1, 2, 3]
    );
}

pub(super) fn a_run_without_a_task_is_of_no_task(ctx: &Context<'_>) {
    let any = RunQuery::all().tasks(NameFilter::prefixes([""]));
    assert_eq!(found(ctx, &any), [1, 2, 3, 5]);
}

pub(super) fn no_task_finds_no_run(ctx: &Context<'_>) {
    let none = RunQuery::all().tasks(NameFilter::exact(Vec::<String>::new()));
    assert!(found(ctx, &none).is_empty());
}

pub(super) fn runs_are_found_by_state(ctx: &Context<'_>) {
    five(ctx);
    let of = |state| run_ids(ctx.store(), &RunQuery::all().states([state]));
    assert_eq!(of(RunState::Current), [2, 3]);
    assert_eq!(of(RunState::Unfinished), [1]);
    assert_eq!(of(RunState::Finished), [5]);
    assert_eq!(of(RunState::Session), [4]);
}

pub(super) fn runs_are_found_by_several_states(ctx: &Context<'_>) {
    let query = RunQuery::all().states([RunState::Finished, RunState::Current]);
    assert_eq!(found(ctx, &query), [2, 3, 5]);
}

pub(super) fn no_state_finds_no_run(ctx: &Context<'_>) {
    assert!(found(ctx, &RunQuery::all().states([])).is_empty());
}

pub(super) fn runs_are_found_by_start(ctx: &Context<'_>) {
    let query = RunQuery::all().started(TimeRange::between(at(20), at(40)));
    assert_eq!(found(ctx, &query), [2, 3, 4], "both ends are included");
}

pub(super) fn runs_are_found_by_end(ctx: &Context<'_>) {
    five(ctx);
    save_at(ctx.store(), "azure", "u1", 100);
    let query = RunQuery::all().ended(at(100).into());
    assert_eq!(run_ids(ctx.store(), &query), [3, 5]);
}

pub(super) fn a_reversed_range_finds_no_run(ctx: &Context<'_>) {
    let query = RunQuery::all().started(TimeRange::between(at(40), at(20)));
    assert!(found(ctx, &query).is_empty());
}

pub(super) fn criteria_of_runs_are_joined_by_and(ctx: &Context<'_>) {
    let query = RunQuery::all()
        .task("a")
        .states([RunState::Current])
        .started(TimeRange::since(at(20)))
        .ended(TimeRange::until(at(20)));
    assert_eq!(found(ctx, &query), [2]);
    assert!(run_ids(ctx.store(), &query.states([RunState::Finished])).is_empty());
}

pub(super) fn runs_come_after_a_run_and_up_to_a_limit(ctx: &Context<'_>) {
    five(ctx);
    let s = ctx.store();
    let rest = RunQuery::all().after(run_id(2));
    assert_eq!(run_ids(s, &rest), [3, 4, 5]);
    assert_eq!(run_ids(s, &rest.clone().limit(2)), [3, 4]);
    assert_eq!(run_ids(s, &rest.clone().limit(9)), [3, 4, 5]);
    assert!(run_ids(s, &rest.limit(0)).is_empty());
    assert!(run_ids(s, &RunQuery::all().after(run_id(5))).is_empty());
    assert!(run_ids(s, &RunQuery::all().after(run_id(99))).is_empty());
}

pub(super) fn the_limit_counts_runs_that_match(ctx: &Context<'_>) {
    let query = RunQuery::all().states([RunState::Current]).limit(2);
    assert_eq!(
        found(ctx, &query),
        [2, 3],
        "and not those that were looked at"
    );
}
