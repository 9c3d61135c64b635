//! The common content of the views of a task and of a user.

use tracking_core::{Group, Query, Timestamp, Track};

use super::{
    Granularity, Part, Ranking, RunRow, Series, Total, TotalValue, TrackColumn, TrackList,
};

use crate::Terms;

/// The parts that the views of a task and of a user share.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct About {
    pub(super) title: Option<String>,
    pub(super) query: Option<Query>,
    pub(super) period: Option<(Timestamp, Timestamp)>,
    pub(super) totals: Vec<Total>,
    pub(super) series: Series,
    pub(super) rankings: Vec<Ranking>,
    pub(super) runs: Option<(Vec<RunRow>, Option<u64>)>,
    pub(super) newest: Vec<Track>,
    pub(super) notes: Vec<String>,
}

impl About {
    pub(super) fn new() -> Self {
        Self {
            title: None,
            query: None,
            period: None,
            totals: Vec::new(),
            series: Series::new("Tracks"),
            rankings: Vec::new(),
            runs: None,
            newest: Vec::new(),
            notes: Vec::new(),
        }
    }

    pub(super) fn total(&mut self, label: String, value: TotalValue) {
        self.totals.push(Total::new(label, value));
    }

    pub(super) fn days(&mut self, granularity: Granularity, groups: &[Group]) {
        self.series = Series::new("Tracks")
            .with_granularity(granularity)
            .with_groups(groups);
    }

    /// All parts below the metadata.
    ///
    /// Its tracks are all of one task, or of one user, which a list of them need not repeat.
    pub(super) fn parts(&self, same: TrackColumn, terms: &Terms) -> Vec<Part<'_>> {
        let counted = terms.track().titles();
        let mut parts = Vec::new();
        parts.extend(self.period.map(|(first, last)| Part::Period(first, last)));
        parts.extend(self.query.as_ref().map(Part::Query));
        parts.push(Part::Totals(&self.totals));
        parts.push(Part::Series(self.series.clone().called(counted.clone())));
        parts.push(Part::Rankings(counted.into(), (&self.rankings).into()));
        let rows = self.runs.as_ref();
        parts.extend(
            rows.map(|(rows, total)| Part::Runs(terms.run().titles().into(), rows, *total)),
        );
        let list = TrackList::new(format!("Newest {}", terms.track().many())).without(same);
        let list = match &self.query {
            Some(query) => list.with_query(query.clone()),
            None => list,
        };
        parts.push(Part::Tracks(Box::new(list), &self.newest));
        parts.push(Part::Notes(&self.notes));
        parts
    }
}

/// The builders of a view that is about a task or a user.
macro_rules! about {
    ($view:ident) => {
        impl $view {
            /// Replaces the title.
            pub fn with_title(mut self, title: impl Into<String>) -> Self {
                self.about.title = Some(title.into());
                self
            }

            /// The query whose result the view shows.
            pub fn with_query(mut self, query: Query) -> Self {
                self.about.query = Some(query);
                self
            }

            /// The first and the last moment of its tracks.
            pub fn with_period(mut self, first: Timestamp, last: Timestamp) -> Self {
                self.about.period = Some((first, last));
                self
            }

            /// One more total, such as how many tracks there are.
            pub fn with_total(
                mut self,
                label: impl Into<String>,
                value: impl Into<TotalValue>,
            ) -> Self {
                self.about.total(label.into(), value.into());
                self
            }

            /// Adds a total.
            pub fn with_figure(mut self, total: Total) -> Self {
                self.about.totals.push(total);
                self
            }

            /// Its tracks per day, as a store counted them, summed up per day, week or month.
            pub fn with_day_groups(mut self, granularity: Granularity, groups: &[Group]) -> Self {
                self.about.days(granularity, groups);
                self
            }

            /// One more ranking, whose counts are tracks.
            pub fn with_ranking(mut self, ranking: Ranking) -> Self {
                self.about.rankings.push(ranking);
                self
            }

            /// Its runs, or some of them and how many there are in all.
            pub fn with_runs<R: Into<RunRow>>(
                mut self,
                runs: impl IntoIterator<Item = R>,
                total: Option<u64>,
            ) -> Self {
                let rows = runs.into_iter().map(Into::into).collect();
                self.about.runs = Some((rows, total));
                self
            }

            /// Its newest tracks.
            pub fn with_newest(mut self, newest: Vec<Track>) -> Self {
                self.about.newest = newest;
                self
            }

            /// Adds a sentence to the foot.
            pub fn with_note(mut self, note: impl Into<String>) -> Self {
                self.about.notes.push(note.into());
                self
            }
        }
    };
}

pub(super) use about;
