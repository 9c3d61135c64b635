//! The most frequent names.

use tracking_core::{Group, GroupBy, GroupKey};

/// The most frequent tasks, users or whatever else, and how many there are in all.
///
/// ```
/// use tracking_views::Ranking;
///
/// let ranking = Ranking::new("Top users", "User")
///     .with_row("u1", 3)
///     .with_row("u2", 1)
///     .with_distinct(17)
///     .with_total(40);
/// assert_eq!(ranking.rows()[0].name(), "u1");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Ranking {
    title: String,
    of: String,
    rows: Vec<RankingRow>,
    distinct: Option<u64>,
    total: Option<u64>,
    by: Option<GroupBy>,
    columns: Vec<String>,
    first_rank: u64,
    all: Option<(String, String)>,
}

/// A name and its count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankingRow {
    name: String,
    count: u64,
    key: Option<GroupKey>,
    cells: Vec<String>,
    link: Option<String>,
}

impl Ranking {
    /// A ranking without rows; `of` is what it ranks, as the heading of a column: `Task`.
    pub fn new(title: impl Into<String>, of: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            of: of.into(),
            rows: Vec::new(),
            distinct: None,
            total: None,
            by: None,
            columns: Vec::new(),
            first_rank: 1,
            all: None,
        }
    }

    /// The same under another title, of something called otherwise.
    pub(crate) fn titled(self, title: &str, of: &str) -> Self {
        Self {
            title: title.to_owned(),
            of: of.to_owned(),
            ..self
        }
    }

    /// One more row, below the ones before.
    pub fn with_row(self, name: impl Into<String>, count: u64) -> Self {
        self.with_ranking_row(RankingRow::new(name, count))
    }

    /// One more row, below the ones before, whose name leads to its own view and is shown by
    /// its title.
    pub fn with_key(self, key: GroupKey, count: u64) -> Self {
        self.with_ranking_row(RankingRow::of_key(key, count))
    }

    /// Adds a row.
    pub fn with_ranking_row(mut self, row: RankingRow) -> Self {
        self.rows.push(row);
        self
    }

    /// The headings of further columns, whose cells the rows give.
    pub fn with_columns<C: Into<String>>(self, columns: impl IntoIterator<Item = C>) -> Self {
        Self {
            columns: columns.into_iter().map(Into::into).collect(),
            ..self
        }
    }

    /// The rank of the first row, if others are on previous pages; 1 by default.
    pub fn starting_at(self, first_rank: u64) -> Self {
        Self { first_rank, ..self }
    }

    /// A link to all names, and what it says; one that is not safe, as those of
    /// [`Links`](crate::Links), is omitted.
    pub fn with_link_to_all(self, text: impl Into<String>, address: impl Into<String>) -> Self {
        Self {
            all: Some((text.into(), address.into())),
            ..self
        }
    }

    /// What the groups were counted by, so that values of a field lead to their tracks.
    pub fn counted_by(self, by: GroupBy) -> Self {
        Self {
            by: Some(by),
            ..self
        }
    }

    /// More rows, below the ones before.
    pub fn with_rows<N: Into<String>>(self, rows: impl IntoIterator<Item = (N, u64)>) -> Self {
        rows.into_iter()
            .fold(self, |ranking, (name, count)| ranking.with_row(name, count))
    }

    /// Adds the `limit` largest of the groups that a store counted, the number of all groups,
    /// and the sum of their counts.
    pub fn with_groups(self, groups: Vec<Group>, limit: usize) -> Self {
        let total = groups.iter().map(Group::count).fold(0, u64::saturating_add);
        let distinct = u64::try_from(groups.len()).unwrap_or(u64::MAX);
        let rows = Group::largest(groups, limit);
        rows.iter()
            .fold(self, |ranking, group| {
                ranking.with_key(group.key().clone(), group.count())
            })
            .with_distinct(distinct)
            .with_total(total)
    }

    /// How many names there are in all, those without a row included.
    pub fn with_distinct(self, distinct: u64) -> Self {
        Self {
            distinct: Some(distinct),
            ..self
        }
    }

    /// The sum of the counts of all names, from which each row computes its share.
    pub fn with_total(self, total: u64) -> Self {
        Self {
            total: Some(total),
            ..self
        }
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The heading of the names: `Task`.
    pub fn of(&self) -> &str {
        &self.of
    }

    /// The rows, in the order given, which should be the largest first.
    pub fn rows(&self) -> &[RankingRow] {
        &self.rows
    }

    /// How many names there are in all, at least as many as rows.
    pub fn distinct(&self) -> u64 {
        let rows = u64::try_from(self.rows.len()).unwrap_or(u64::MAX);
        self.distinct.unwrap_or(rows).max(rows)
    }

    /// What the groups were counted by, if known.
    pub fn by(&self) -> Option<&GroupBy> {
        self.by.as_ref()
    }

    /// The headings of further columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The rank of the first row.
    pub fn first_rank(&self) -> u64 {
        self.first_rank
    }

    /// The text and address of the link to all names, if there is one.
    pub fn link_to_all(&self) -> Option<(&str, &str)> {
        let all = self.all.as_ref();
        all.map(|(text, address)| (text.as_str(), address.as_str()))
    }

    /// The sum of the counts of all names, if known.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// The largest count; the length of bars is relative to it.
    pub fn largest(&self) -> u64 {
        self.rows.iter().map(|row| row.count).max().unwrap_or(0)
    }
}

impl RankingRow {
    /// A name and its count.
    pub fn new(name: impl Into<String>, count: u64) -> Self {
        Self {
            name: name.into(),
            count,
            key: None,
            cells: Vec::new(),
            link: None,
        }
    }

    /// A row whose name leads to its own view and is shown by its title.
    pub fn of_key(key: GroupKey, count: u64) -> Self {
        let name = key.to_string();
        Self {
            key: Some(key),
            ..Self::new(name, count)
        }
    }

    /// The cells of the further columns, which are numbers or short texts.
    #[must_use]
    pub fn with_cells<C: Into<String>>(self, cells: impl IntoIterator<Item = C>) -> Self {
        Self {
            cells: cells.into_iter().map(Into::into).collect(),
            ..self
        }
    }

    /// The address that the name leads to; one that is not safe, as those of
    /// [`Links`](crate::Links), is omitted.
    #[must_use]
    pub fn with_link(self, address: impl Into<Option<String>>) -> Self {
        Self {
            link: address.into(),
            ..self
        }
    }

    /// The cells of the further columns.
    pub fn cells(&self) -> &[String] {
        &self.cells
    }

    /// The address that the name leads to, where one was given.
    pub fn link(&self) -> Option<&str> {
        self.link.as_deref()
    }

    /// The name; empty for nobody or nothing.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the name is of, if known.
    pub fn key(&self) -> Option<&GroupKey> {
        self.key.as_ref()
    }

    /// The count.
    pub fn count(&self) -> u64 {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracking_core::{GroupKey, UserName};

    #[test]
    fn groups_become_rows_and_all_of_them_count() {
        let group = |n: u64| {
            let user = UserName::new(format!("u{n}")).unwrap();
            Group::new(GroupKey::User(user), None, n)
        };
        let ranking = Ranking::new("t", "User").with_groups((1..=4).map(group).collect(), 2);
        let rows: Vec<_> = ranking
            .rows()
            .iter()
            .map(|r| (r.name(), r.count()))
            .collect();
        assert_eq!(rows, [("u4", 4), ("u3", 3)]);
        assert_eq!((ranking.distinct(), ranking.total()), (4, Some(10)));
    }

    #[test]
    fn there_are_never_fewer_names_than_rows() {
        let ranking = Ranking::new("t", "User").with_row("a", 1).with_distinct(0);
        assert_eq!(ranking.distinct(), 1);
    }
}
