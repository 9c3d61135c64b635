//! Which names a query asks for.

use serde::{Deserialize, Serialize};

/// A set of names: some exactly, some by their beginning.
///
/// It is kept sorted, without names that a prefix covers already.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Parts", into = "Parts")]
pub struct NameFilter {
    exact: Exact,
    prefixes: Vec<Box<str>>,
}

/// Names, sorted. Most queries ask for one, and that needs no list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Exact {
    One(Box<str>),
    /// Any number but one.
    Several(Vec<Box<str>>),
}

/// What is written and read; reading puts it in order again.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    exact: Vec<Box<str>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    prefixes: Vec<Box<str>>,
}

impl NameFilter {
    /// These names, exactly; none at all where the list is empty.
    pub fn exact<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        Self {
            exact: names.into_iter().map(boxed).collect(),
            prefixes: Vec::new(),
        }
    }

    /// Every name that starts with one of these; each does with the empty one.
    pub fn prefixes<N: Into<String>>(prefixes: impl IntoIterator<Item = N>) -> Self {
        Self::of(Vec::new(), prefixes.into_iter().map(boxed).collect())
    }

    /// The names of either.
    #[must_use]
    pub fn or(mut self, mut other: Self) -> Self {
        let mut exact = self.exact.into_vec();
        exact.append(&mut other.exact.into_vec());
        self.prefixes.append(&mut other.prefixes);
        Self::of(exact, self.prefixes)
    }

    /// The names of both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let (mine, others) = (self.exact.as_slice(), other.exact.as_slice());
        let exact = mine.iter().filter(|name| other.matches(name));
        let exact = exact.chain(others.iter().filter(|name| self.matches(name)));
        let longer = |a: &[Box<str>], b: &Self| -> Vec<Box<str>> {
            a.iter()
                .filter(|p| b.prefixes.iter().any(|q| p.starts_with(&**q)))
                .cloned()
                .collect()
        };
        let mut prefixes = longer(&self.prefixes, other);
        prefixes.append(&mut longer(&other.prefixes, self));
        Self::of(exact.cloned().collect(), prefixes)
    }

    /// Tells whether a name is among them.
    pub fn matches(&self, name: &str) -> bool {
        self.exact
            .as_slice()
            .binary_search_by(|exact| (**exact).cmp(name))
            .is_ok()
            || self.has_prefix_of(name)
    }

    /// The names that are asked for exactly, sorted.
    pub fn exact_names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.exact.as_slice().iter().map(AsRef::as_ref)
    }

    /// The beginnings that are asked for, sorted; none is the beginning of another.
    pub fn prefix_names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.prefixes.iter().map(AsRef::as_ref)
    }

    /// Tells whether no name can match.
    pub fn is_empty(&self) -> bool {
        self.exact.as_slice().is_empty() && self.prefixes.is_empty()
    }

    /// The one name that can match, where there is just one.
    pub fn only(&self) -> Option<&str> {
        match &self.exact {
            Exact::One(name) if self.prefixes.is_empty() => Some(name),
            _ => None,
        }
    }

    fn of(mut exact: Vec<Box<str>>, mut prefixes: Vec<Box<str>>) -> Self {
        prefixes.sort_unstable();
        // In sorted order a prefix stands right before what it covers.
        prefixes.dedup_by(|longer, shorter| longer.starts_with(&**shorter));
        let mut made = Self {
            exact: Exact::default(),
            prefixes,
        };
        exact.retain(|name| !made.has_prefix_of(name));
        made.exact = exact.into_iter().collect();
        made
    }

    fn has_prefix_of(&self, name: &str) -> bool {
        // Only the last prefix that sorts before the name can be one of it.
        let after = self.prefixes.partition_point(|prefix| **prefix <= *name);
        let before = after
            .checked_sub(1)
            .and_then(|last| self.prefixes.get(last));
        before.is_some_and(|prefix| name.starts_with(&**prefix))
    }
}

impl Exact {
    fn as_slice(&self) -> &[Box<str>] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
        }
    }

    fn into_vec(self) -> Vec<Box<str>> {
        match self {
            Self::One(name) => vec![name],
            Self::Several(names) => names,
        }
    }
}

impl Default for Exact {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl FromIterator<Box<str>> for Exact {
    fn from_iter<I: IntoIterator<Item = Box<str>>>(names: I) -> Self {
        let mut names = names.into_iter();
        let (first, second) = (names.next(), names.next());
        let (first, second) = match (first, second) {
            (Some(only), None) => return Self::One(only),
            several => several,
        };
        let mut several: Vec<_> = first.into_iter().chain(second).chain(names).collect();
        several.sort_unstable();
        several.dedup();
        if several.len() == 1 {
            several.pop().map_or_else(Self::default, Self::One)
        } else {
            Self::Several(several)
        }
    }
}

impl From<Parts> for NameFilter {
    fn from(parts: Parts) -> Self {
        Self::of(parts.exact, parts.prefixes)
    }
}

impl From<NameFilter> for Parts {
    fn from(filter: NameFilter) -> Self {
        Self {
            exact: filter.exact.into_vec(),
            prefixes: filter.prefixes,
        }
    }
}

fn boxed(name: impl Into<String>) -> Box<str> {
    name.into().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_covers_what_starts_with_it() {
        let filter =
            NameFilter::prefixes(["az", "a", "b"]).or(NameFilter::exact(["azure", "c", "c"]));
        assert_eq!(filter.prefix_names().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(filter.exact_names().collect::<Vec<_>>(), ["c"]);
        for (name, matches) in [
            ("a", true),
            ("azure", true),
            ("b1", true),
            ("c", true),
            ("c1", false),
            ("", false),
        ] {
            assert_eq!(filter.matches(name), matches, "{name}");
        }
    }

    #[test]
    fn an_empty_list_matches_nothing_and_an_empty_prefix_everything() {
        assert!(NameFilter::exact(Vec::<String>::new()).is_empty());
        assert!(!NameFilter::default().matches(""));
        assert!(NameFilter::prefixes([""]).matches("anything"));
    }

    #[test]
    fn filters_of_the_same_names_are_equal_however_they_were_made() {
        let one = NameFilter::exact(["a"]);
        assert_eq!(one, NameFilter::exact(["a", "a"]));
        assert_eq!(one, one.and(&NameFilter::prefixes(["a"])));
        assert_eq!(one, NameFilter::exact(["a", "b"]).and(&one));
        assert_eq!(one, NameFilter::default().or(one.clone()));
        assert_eq!(one.only(), Some("a"));
        assert_eq!(NameFilter::exact(["b", "a"]), NameFilter::exact(["a", "b"]));
    }

    #[test]
    fn both_is_what_each_matches() {
        let names = ["", "a", "ab", "abc", "b", "bc", "c"];
        let filters = [
            NameFilter::exact(["a", "bc"]),
            NameFilter::prefixes(["a"]),
            NameFilter::prefixes(["ab", "b"]),
            NameFilter::prefixes([""]),
            NameFilter::exact(["c"]).or(NameFilter::prefixes(["abc"])),
            NameFilter::default(),
        ];
        for (a, b) in filters
            .iter()
            .flat_map(|a| filters.iter().map(move |b| (a, b)))
        {
            for name in names {
                assert_eq!(
                    a.and(b).matches(name),
                    a.matches(name) && b.matches(name),
                    "{a:?} {b:?} {name}"
                );
            }
        }
    }
}
