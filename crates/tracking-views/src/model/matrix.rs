//! Two things counted against each other.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use tracking_core::{Group, GroupBy, GroupKey, Grouping};

/// A table of counts with sums: one thing that was counted by down, the other across.
///
/// The largest rows and columns are shown, and of days the latest; those beyond are summed up as
/// others, so all sums are right however little is shown. Days stand in order of time, anything
/// else by its sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matrix {
    down: GroupBy,
    across: GroupBy,
    rows: Axis,
    columns: Axis,
    cells: Vec<Vec<u64>>,
    total: u64,
}

/// The rows, or the columns, of a matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    keys: Vec<GroupKey>,
    sums: Vec<u64>,
    others: u64,
}

impl Axis {
    /// The keys that have a row or column.
    pub fn keys(&self) -> &[GroupKey] {
        &self.keys
    }

    /// The sum of each row or column; that of the others is the last, if there are any.
    pub fn sums(&self) -> &[u64] {
        &self.sums
    }

    /// The number of keys that share the last row or column; there is none if this is 0.
    pub fn others(&self) -> u64 {
        self.others
    }

    /// The position of each key that has a row or column.
    fn positions(&self) -> BTreeMap<&GroupKey, usize> {
        self.keys.iter().zip(0..).collect()
    }
}

impl Matrix {
    /// Counts groups of two things each, with at most so many rows and columns, others aside.
    ///
    /// Groups that were counted by one thing only are ignored.
    pub fn new(grouping: &Grouping, groups: &[Group], limit: (usize, usize)) -> Self {
        let down = axis(groups.iter().filter_map(first), limit.0);
        let across = axis(groups.iter().filter_map(second), limit.1);
        let (rows, columns) = (down.positions(), across.positions());
        let mut cells = vec![vec![0_u64; across.sums.len()]; down.sums.len()];
        let mut total = 0_u64;
        for group in groups {
            let Some(second) = group.second_key() else {
                continue;
            };
            let row = rows.get(group.key()).copied().unwrap_or(down.keys.len());
            let column = columns.get(second).copied().unwrap_or(across.keys.len());
            if let Some(cell) = cells.get_mut(row).and_then(|row| row.get_mut(column)) {
                *cell = cell.saturating_add(group.count());
            }
            total = total.saturating_add(group.count());
        }
        Self {
            down: grouping.first().clone(),
            across: grouping.second().unwrap_or(grouping.first()).clone(),
            cells,
            total,
            rows: down,
            columns: across,
        }
    }

    /// The same with at most so many columns of their own, those with the largest sums, and of
    /// days the latest; the rest is added to the others.
    #[must_use]
    pub fn with_fewer_columns(mut self, limit: usize) -> Self {
        let count = self.columns.keys.len();
        if count <= limit {
            return self;
        }
        let mut ranked: Vec<usize> = (0..count).collect();
        if are_times(&self.columns.keys) {
            ranked.reverse();
        } else {
            ranked.sort_by_key(|position| Reverse(self.columns.sums.get(*position).copied()));
        }
        ranked.truncate(limit);
        let is_kept: Vec<bool> = (0..count)
            .map(|position| ranked.contains(&position))
            .collect();
        for row in self.cells.iter_mut().chain([&mut self.columns.sums]) {
            *row = merged(row, &is_kept);
        }
        let dropped = u64::try_from(count - limit).unwrap_or(u64::MAX);
        self.columns.others = self.columns.others.saturating_add(dropped);
        let mut kept = is_kept.iter();
        self.columns
            .keys
            .retain(|_| kept.next().copied().unwrap_or(false));
        self
    }

    /// What the rows are counted by.
    pub fn down(&self) -> &GroupBy {
        &self.down
    }

    /// What the columns are counted by.
    pub fn across(&self) -> &GroupBy {
        &self.across
    }

    /// The rows.
    pub fn rows(&self) -> &Axis {
        &self.rows
    }

    /// The columns.
    pub fn columns(&self) -> &Axis {
        &self.columns
    }

    /// The counts, row by row; the others are the last of a row, and the last row.
    pub fn cells(&self) -> &[Vec<u64>] {
        &self.cells
    }

    /// The sum of all counts.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The largest count of a cell outside the row and column of the others.
    pub fn largest(&self) -> u64 {
        let rows = self.cells.iter().take(self.rows.keys.len());
        let cells = rows.flat_map(|row| row.iter().take(self.columns.keys.len()));
        cells.copied().max().unwrap_or(0)
    }
}

/// The counts of the kept columns, and the sum of all others.
fn merged(counts: &[u64], is_kept: &[bool]) -> Vec<u64> {
    let is_position_kept = |position: usize| is_kept.get(position).copied().unwrap_or(false);
    let (mut sums, mut others) = (Vec::new(), 0_u64);
    for (position, count) in counts.iter().enumerate() {
        if is_position_kept(position) {
            sums.push(*count);
        } else {
            others = others.saturating_add(*count);
        }
    }
    sums.push(others);
    sums
}

fn first(group: &Group) -> Option<(&GroupKey, u64)> {
    group.second_key().map(|_| (group.key(), group.count()))
}

fn second(group: &Group) -> Option<(&GroupKey, u64)> {
    group.second_key().map(|key| (key, group.count()))
}

/// Whether keys have an order in time, in which they are shown.
fn are_times<'a>(keys: impl IntoIterator<Item = &'a GroupKey>) -> bool {
    let mut keys = keys.into_iter();
    keys.all(|key| {
        matches!(
            key,
            GroupKey::Day(_)
                | GroupKey::Hour(_)
                | GroupKey::Week(_)
                | GroupKey::Month(_)
                | GroupKey::HourOfDay(_)
                | GroupKey::DayOfWeek(_)
        )
    })
}

/// The largest of the keys, or of days the latest, and what is left of them.
fn axis<'a>(counts: impl Iterator<Item = (&'a GroupKey, u64)>, limit: usize) -> Axis {
    let mut sums: BTreeMap<&GroupKey, u64> = BTreeMap::new();
    for (key, count) in counts {
        let sum = sums.entry(key).or_default();
        *sum = sum.saturating_add(count);
    }
    let mut ranked: Vec<(&GroupKey, u64)> = sums.into_iter().collect();
    let are_times = are_times(ranked.iter().map(|(key, _)| *key));
    if are_times {
        ranked.reverse();
    } else {
        ranked.sort_by_key(|(_, sum)| Reverse(*sum));
    }
    let rest = ranked.split_off(limit.min(ranked.len()));
    if are_times {
        ranked.reverse();
    }
    let others = rest.iter().map(|rest| rest.1).fold(0, u64::saturating_add);
    let sums = ranked.iter().map(|(_, sum)| *sum);
    Axis {
        keys: ranked.iter().map(|(key, _)| (*key).clone()).collect(),
        sums: sums.chain((!rest.is_empty()).then_some(others)).collect(),
        others: u64::try_from(rest.len()).unwrap_or(u64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracking_core::{TaskId, UserName, Zone};

    fn group(task: &str, user: &str, count: u64) -> Group {
        let task = GroupKey::Task(TaskId::new(task).unwrap());
        let user = GroupKey::User(UserName::new(user).unwrap());
        Group::new(task, Some(user), count)
    }

    fn names(axis: &Axis) -> Vec<String> {
        axis.keys().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_not_shown_is_summed_up() {
        let groups = [
            group("a", "x", 1),
            group("a", "y", 2),
            group("b", "x", 10),
            group("b", "z", 20),
            group("c", "y", 5),
        ];
        let by = GroupBy::Task.and(GroupBy::User);
        let matrix = Matrix::new(&by, &groups, (2, 1));
        assert_eq!(names(matrix.rows()), ["b", "c"]);
        assert_eq!(names(matrix.columns()), ["z"]);
        assert_eq!(matrix.cells(), [vec![20, 10], vec![0, 5], vec![0, 3]]);
        assert_eq!(matrix.rows().sums(), [30, 5, 3]);
        assert_eq!(matrix.columns().sums(), [20, 18]);
        assert_eq!((matrix.rows().others(), matrix.columns().others()), (1, 2));
        assert_eq!((matrix.total(), matrix.largest()), (38, 20));
    }

    #[test]
    fn columns_are_added_to_the_others() {
        let groups = [
            group("a", "x", 1),
            group("a", "y", 2),
            group("b", "z", 4),
            group("b", "x", 8),
        ];
        let by = GroupBy::Task.and(GroupBy::User);
        let matrix = Matrix::new(&by, &groups, (2, 2)).with_fewer_columns(1);
        assert_eq!(names(matrix.columns()), ["x"]);
        assert_eq!(matrix.columns().others(), 2);
        assert_eq!(matrix.columns().sums(), [9, 6]);
        assert_eq!(matrix.cells(), [vec![8, 4], vec![1, 2]]);
        assert_eq!(matrix.rows().sums(), [12, 3]);
        assert_eq!(matrix.clone().with_fewer_columns(1), matrix);
    }

    #[test]
    fn the_latest_days_are_in_order_of_time() {
        let group = |day: &str, count| {
            let task = GroupKey::Task(TaskId::new("a").unwrap());
            Group::new(GroupKey::Day(day.parse().unwrap()), Some(task), count)
        };
        let groups = [
            group("2026-01-01", 3),
            group("2026-01-02", 1),
            group("2026-01-03", 2),
        ];
        let by = GroupBy::Day(Zone::utc()).and(GroupBy::Task);
        let matrix = Matrix::new(&by, &groups, (2, 9));
        assert_eq!(names(matrix.rows()), ["2026-01-02", "2026-01-03"]);
        assert_eq!(matrix.rows().sums(), [1, 2, 3]);
        let by = GroupBy::Task.and(GroupBy::Day(Zone::utc()));
        let turned = groups.map(|group| {
            let day = group.key().clone();
            Group::new(
                group.second_key().unwrap().clone(),
                Some(day),
                group.count(),
            )
        });
        let matrix = Matrix::new(&by, &turned, (2, 9)).with_fewer_columns(2);
        assert_eq!(names(matrix.columns()), ["2026-01-02", "2026-01-03"]);
        assert_eq!(matrix.columns().sums(), [1, 2, 3]);
    }

    #[test]
    fn nothing_is_an_empty_matrix() {
        let by = GroupBy::Task.and(GroupBy::User);
        let matrix = Matrix::new(&by, &[], (5, 5));
        assert!(matrix.cells().is_empty() && matrix.total() == 0);
    }

    #[test]
    fn hours_and_weekdays_are_in_their_natural_order() {
        let group = |hour, day, count| {
            Group::new(
                GroupKey::HourOfDay(hour),
                Some(GroupKey::DayOfWeek(day)),
                count,
            )
        };
        let zone = Zone::utc();
        let by = GroupBy::HourOfDay(zone.clone()).and(GroupBy::DayOfWeek(zone));
        let groups = [group(9, 1, 1), group(20, 5, 9), group(21, 2, 3)];
        let matrix = Matrix::new(&by, &groups, (24, 7));
        let hours: Vec<String> = matrix
            .rows()
            .keys()
            .iter()
            .map(ToString::to_string)
            .collect();
        let days: Vec<String> = matrix
            .columns()
            .keys()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(hours, ["09", "20", "21"]);
        assert_eq!(days, ["Monday", "Tuesday", "Friday"]);
    }
}
