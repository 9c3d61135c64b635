//! Which names a query asks for.

use serde::{Deserialize, Serialize};

use super::pattern::NamePattern;

/// A set of names: some exactly, some by their beginning, some by a pattern.
///
/// It is kept sorted, without names that a prefix covers already.
///
/// ```
/// use tracking_core::NameFilter;
///
/// let styles = NameFilter::patterns(["*.css", "*.less"]);
/// let old = styles.and(&NameFilter::prefixes(["/old/"]));
/// assert!(styles.matches("/site.css") && !old.matches("/site.css"));
/// assert!(old.matches("/old/site.css"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Parts", into = "Parts")]
pub struct NameFilter {
    exact: Exact,
    prefixes: Vec<Box<str>>,
    /// What few filters have.
    more: Option<Box<More>>,
}

/// Names, sorted. Most queries ask for one, and that needs no list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Exact {
    One(Box<str>),
    /// Any number but one.
    Several(Vec<Box<str>>),
}

/// What indexes of names cannot answer by themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct More {
    /// Sorted; none of them is a plain name or prefix.
    patterns: Vec<NamePattern>,
    /// Filters that must match as well; none of them has such filters itself.
    all_of: Vec<NameFilter>,
}

/// What is written and read; reading puts it in order again.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    exact: Vec<Box<str>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    prefixes: Vec<Box<str>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    patterns: Vec<NamePattern>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    all_of: Vec<Self>,
}

/// Making a filter.
impl NameFilter {
    /// These names, exactly; none at all where the list is empty.
    pub fn exact<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        Self {
            exact: names.into_iter().map(boxed).collect(),
            prefixes: Vec::new(),
            more: None,
        }
    }

    /// Every name that starts with one of these; each does with the empty one.
    pub fn prefixes<N: Into<String>>(prefixes: impl IntoIterator<Item = N>) -> Self {
        let prefixes = prefixes.into_iter().map(boxed).collect();
        Self::of(Vec::new(), prefixes, Vec::new())
    }

    /// Every name that matches one of these patterns.
    pub fn patterns<P: Into<NamePattern>>(patterns: impl IntoIterator<Item = P>) -> Self {
        let patterns = patterns.into_iter().map(Into::into).collect();
        Self::of(Vec::new(), Vec::new(), patterns)
    }

    /// The names of either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self.all_of().is_empty() && other.all_of().is_empty() {
            return self.union(other);
        }
        // (a and b) or c is (a or c) and (b or c).
        let (ours, others) = (self.into_clauses(), other.into_clauses());
        let pairs = ours
            .iter()
            .flat_map(|a| others.iter().map(move |b| a.clone().union(b.clone())));
        pairs
            .reduce(|all, clause| all.and(&clause))
            .unwrap_or_default()
    }

    /// The names of both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let (mine, others) = (self.exact.as_slice(), other.exact.as_slice());
        if self.is_plain() && other.is_plain() {
            let exact = mine.iter().filter(|name| other.matches(name));
            let exact = exact.chain(others.iter().filter(|name| self.matches(name)));
            let mut prefixes = longer(&self.prefixes, other);
            prefixes.append(&mut longer(&other.prefixes, self));
            return Self::of(exact.cloned().collect(), prefixes, Vec::new());
        }
        let clauses = self.clone().into_clauses().into_iter();
        Self::of_clauses(clauses.chain(other.clone().into_clauses()))
    }
}

/// Asking a filter.
impl NameFilter {
    /// Tells whether a name is among them.
    pub fn matches(&self, name: &str) -> bool {
        match &self.more {
            None => self.has(name),
            Some(more) => {
                (self.has(name) || more.patterns.iter().any(|pattern| pattern.matches(name)))
                    && more.all_of.iter().all(|filter| filter.matches(name))
            }
        }
    }

    /// The names that are asked for exactly, sorted.
    pub fn exact_names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.exact.as_slice().iter().map(AsRef::as_ref)
    }

    /// The beginnings that are asked for, sorted; none is the beginning of another.
    pub fn prefix_names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.prefixes.iter().map(AsRef::as_ref)
    }

    /// The patterns that are asked for, sorted, those aside that are a name or a prefix.
    pub fn name_patterns(&self) -> &[NamePattern] {
        self.more.as_ref().map_or(&[], |more| &more.patterns)
    }

    /// Filters that a name must match as well: not every intersection with a pattern can be
    /// written as one list.
    pub fn all_of(&self) -> &[Self] {
        self.more.as_ref().map_or(&[], |more| &more.all_of)
    }

    /// Tells whether exact names and prefixes are all there is, so that an index of names
    /// answers the filter. Else a store walks the names that begin with one of the
    /// [covering prefixes](Self::covering_prefixes) and asks [`matches`](Self::matches).
    pub fn is_plain(&self) -> bool {
        self.more.is_none()
    }

    /// Beginnings such that every matching name has one of them, sorted; none is the
    /// beginning of another.
    pub fn covering_prefixes(&self) -> Vec<&str> {
        let patterns = self.name_patterns().iter().map(NamePattern::prefix);
        let mut prefixes: Vec<&str> = self.exact_names().collect();
        prefixes.extend(self.prefix_names().chain(patterns));
        prefixes.sort_unstable();
        prefixes.dedup_by(|longer, shorter| longer.starts_with(&**shorter));
        prefixes
    }

    /// Tells whether the filter names nothing at all.
    pub fn is_empty(&self) -> bool {
        self.is_list() && self.exact.as_slice().is_empty()
    }

    /// The one name that can match, where there is just one.
    pub fn only(&self) -> Option<&str> {
        match &self.exact {
            Exact::One(name) if self.is_list() => Some(name),
            _ => None,
        }
    }

    /// Whether there are exact names only.
    fn is_list(&self) -> bool {
        self.prefixes.is_empty() && self.more.is_none()
    }

    /// Whether a name is asked for exactly or by its beginning.
    fn has(&self, name: &str) -> bool {
        self.exact
            .as_slice()
            .binary_search_by(|exact| (**exact).cmp(name))
            .is_ok()
            || self.has_prefix_of(name)
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

/// Keeping a filter in order.
impl NameFilter {
    fn of(
        mut exact: Vec<Box<str>>,
        mut prefixes: Vec<Box<str>>,
        mut patterns: Vec<NamePattern>,
    ) -> Self {
        patterns.retain(|pattern| {
            if let Some(name) = pattern.as_name() {
                exact.push(name.into());
            } else if let Some(prefix) = pattern.as_prefix() {
                prefixes.push(prefix.into());
            } else {
                return true;
            }
            false
        });
        prefixes.sort_unstable();
        // In sorted order a prefix stands right before what it covers.
        prefixes.dedup_by(|longer, shorter| longer.starts_with(&**shorter));
        let mut names = Self {
            exact: Exact::default(),
            prefixes,
            more: None,
        };
        exact.retain(|name| !names.has_prefix_of(name));
        names.exact = exact.into_iter().collect();
        patterns.retain(|pattern| !names.has_prefix_of(pattern.prefix()));
        patterns.sort_unstable();
        patterns.dedup();
        if !patterns.is_empty() {
            let all_of = Vec::new();
            names.more = Some(Box::new(More { patterns, all_of }));
        }
        names
    }

    /// The names that are in all of these, each of which is without further filters.
    fn of_clauses(clauses: impl Iterator<Item = Self>) -> Self {
        let (plain, mut others): (Vec<_>, Vec<_>) = clauses.partition(Self::is_plain);
        others.sort_unstable();
        others.dedup();
        // What an index answers comes first.
        let plain = plain.into_iter().reduce(|all, filter| all.and(&filter));
        let first = match plain {
            Some(mut first) if first.is_list() => {
                let is_in_all = |name: &str| others.iter().all(|other| other.matches(name));
                let exact = std::mem::take(&mut first.exact).into_vec().into_iter();
                first.exact = exact.filter(|name| is_in_all(name)).collect();
                return first;
            }
            Some(first) => first,
            None if others.is_empty() => return Self::default(),
            None => others.remove(0),
        };
        if others.is_empty() {
            return first;
        }
        let patterns = first.more.map(|more| more.patterns).unwrap_or_default();
        let all_of = others;
        Self {
            more: Some(Box::new(More { patterns, all_of })),
            ..first
        }
    }

    /// The names of either of two filters without further filters.
    fn union(mut self, mut other: Self) -> Self {
        let mut patterns = self.name_patterns().to_vec();
        patterns.extend_from_slice(other.name_patterns());
        let mut exact = self.exact.into_vec();
        exact.append(&mut other.exact.into_vec());
        self.prefixes.append(&mut other.prefixes);
        Self::of(exact, self.prefixes, patterns)
    }

    /// The filters that must all match, each without further filters.
    fn into_clauses(mut self) -> Vec<Self> {
        let all_of = match &mut self.more {
            Some(more) => std::mem::take(&mut more.all_of),
            None => Vec::new(),
        };
        self.more = self.more.filter(|more| !more.patterns.is_empty());
        std::iter::once(self).chain(all_of).collect()
    }
}

/// Those of some prefixes that begin with one of another filter.
fn longer(prefixes: &[Box<str>], other: &NameFilter) -> Vec<Box<str>> {
    let is_longer = |p: &str| other.prefixes.iter().any(|q| p.starts_with(&**q));
    prefixes.iter().filter(|p| is_longer(p)).cloned().collect()
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
        let filter = Self::of(parts.exact, parts.prefixes, parts.patterns);
        let all_of = parts.all_of.into_iter().map(Self::from);
        all_of.fold(filter, |all, filter| all.and(&filter))
    }
}

impl From<NameFilter> for Parts {
    fn from(filter: NameFilter) -> Self {
        let more = filter.more.unwrap_or_default();
        Self {
            exact: filter.exact.into_vec(),
            prefixes: filter.prefixes,
            patterns: more.patterns,
            all_of: more.all_of.into_iter().map(Self::from).collect(),
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
            NameFilter::patterns(["*c"]),
            NameFilter::patterns(["a?", "b*", "c"]),
            NameFilter::patterns(["*c"]).and(&NameFilter::prefixes(["a"])),
            NameFilter::patterns(["*b*"]).and(&NameFilter::patterns(["a*", "?c"])),
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
                assert_eq!(
                    a.clone().or(b.clone()).matches(name),
                    a.matches(name) || b.matches(name),
                    "{a:?} {b:?} {name}"
                );
            }
            let text = serde_json::to_string(&a.and(b)).unwrap();
            assert_eq!(serde_json::from_str::<NameFilter>(&text).unwrap(), a.and(b));
        }
    }

    #[test]
    fn a_pattern_that_is_a_name_or_a_prefix_is_kept_as_one() {
        let filter = NameFilter::patterns(["/a*", "/b", "*.css", "/a/?.png", "*.css"]);
        assert_eq!(filter.prefix_names().collect::<Vec<_>>(), ["/a"]);
        assert_eq!(filter.exact_names().collect::<Vec<_>>(), ["/b"]);
        assert_eq!(filter.name_patterns(), [NamePattern::new("*.css")]);
        assert!(NameFilter::patterns(["/a*", "/b"]).is_plain());
        assert_eq!(NameFilter::patterns(["/b"]).only(), Some("/b"));
        assert!(!NameFilter::patterns(["*?"]).is_empty());
    }

    #[test]
    fn every_name_begins_with_a_covering_prefix() {
        let filter = NameFilter::patterns(["/a/*.css", "/a/?", "/b?"]);
        let filter = filter.or(NameFilter::exact(["/b", "/c"]));
        assert_eq!(filter.covering_prefixes(), ["/a/", "/b", "/c"]);
    }
}
