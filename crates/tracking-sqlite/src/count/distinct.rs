//! Counts distinct values within each group.

use std::collections::{HashMap, HashSet};

use rusqlite::params_from_iter;
use tracking_core::{Group, Grouping};

use crate::error::StoreResult;
use crate::groups::GroupCodes;
use crate::plan::Plan;
use crate::pool::Reader;
use crate::sql::Statements;

/// A group, by its codes.
type Code = (i64, i64);

/// One kind of things, and which of them each group has.
struct DistinctCounter<'g> {
    codes: GroupCodes<'g>,
    seen: HashSet<(Code, i64)>,
}

/// The groups of a query with their counts of different things, in no order.
pub(super) fn groups(
    reader: &mut Reader,
    sql: &Statements,
    plan: &Plan<'_>,
    grouping: &Grouping,
) -> StoreResult<Vec<Group>> {
    let mut first = GroupCodes::new(grouping.first());
    let mut second = grouping.second().map(GroupCodes::new);
    let kinds = grouping.distinct().iter();
    let mut kinds: Vec<DistinctCounter<'_>> = kinds
        .map(|by| DistinctCounter {
            codes: GroupCodes::new(by),
            seen: HashSet::new(),
        })
        .collect();
    let Reader { connection, names } = reader;
    let mut columns = vec![first.column()];
    columns.push(second.as_ref().map_or("0", GroupCodes::column));
    columns.extend(kinds.iter().map(|kind| kind.codes.column()));
    let residual = columns.len();
    columns.push(plan.residual.columns());
    let (text, values) = plan.unordered(&columns.join(", "), None, "");
    let mut statement = connection.prepare_cached(&text)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut counts: HashMap<Code, u64> = HashMap::new();
    while let Some(row) = rows.next()? {
        if !plan.residual.matches_row(row, residual)? {
            continue;
        }
        let within = second.as_mut().map_or(Ok(0), |codes| codes.code(row, 1))?;
        let group = (first.code(row, 0)?, within);
        *counts.entry(group).or_default() += 1;
        for (column, DistinctCounter { codes, seen }) in (2..).zip(&mut kinds) {
            let code = codes.code(row, column)?;
            if !codes.is_missing(code) {
                seen.insert((group, code));
            }
        }
    }
    let mut distinct = numbers(&kinds);
    let mut groups = Vec::with_capacity(counts.len());
    for (code, count) in counts {
        let key = first.key(code.0, names, connection, sql)?;
        let within = match &second {
            Some(codes) => Some(codes.key(code.1, names, connection, sql)?),
            None => None,
        };
        let numbers = distinct.remove(&code);
        let numbers = numbers.unwrap_or_else(|| vec![0; kinds.len()]);
        groups.push(Group::new(key, within, count).with_distinct(numbers));
    }
    Ok(groups)
}

/// How many different things of each kind each group has; groups without any are left out.
fn numbers(kinds: &[DistinctCounter<'_>]) -> HashMap<Code, Vec<u64>> {
    let mut distinct: HashMap<Code, Vec<u64>> = HashMap::new();
    for (place, kind) in kinds.iter().enumerate() {
        for (group, _) in &kind.seen {
            let numbers = distinct.entry(*group).or_default();
            numbers.resize(kinds.len(), 0);
            if let Some(number) = numbers.get_mut(place) {
                *number += 1;
            }
        }
    }
    distinct
}
