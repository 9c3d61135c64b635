//! A page of a list.

use tracking_core::Track;
use tracking_views::{Context, Entry, Part, Ranking, RunRow, TrackList, View};

/// A page of a list, and where the others are.
#[derive(Debug, Default)]
pub(super) struct ListPage {
    pub(super) heading: String,
    pub(super) lead: String,
    pub(super) body: Body,
    /// Which page it is, and how many there are.
    pub(super) page: (u64, u64),
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
    pub(super) notes: Vec<String>,
}

/// What is listed.
#[derive(Debug, Default)]
pub(super) enum Body {
    #[default]
    Nothing,
    Names(Ranking),
    Runs(Vec<RunRow>, u64),
    Tracks(Vec<Track>),
    Entries(Vec<Entry>),
}

impl View for ListPage {
    fn heading(&self, _: &Context<'_>) -> String {
        self.heading.clone()
    }

    fn parts<'a>(&'a self, context: &Context<'_>) -> Vec<Part<'a>> {
        let terms = context.terms();
        let body = match &self.body {
            Body::Nothing => Part::Lead("Nothing.".into()),
            Body::Names(ranking) => {
                let counted = terms.track().titles();
                Part::Rankings(counted.into(), vec![ranking.clone()].into())
            }
            Body::Runs(rows, total) => Part::Runs(terms.run().titles().into(), rows, Some(*total)),
            Body::Tracks(tracks) => {
                let list = TrackList::new(terms.track().titles());
                Part::Tracks(Box::new(list), tracks)
            }
            Body::Entries(entries) => Part::Entries(entries.clone()),
        };
        vec![
            Part::Lead(self.lead.as_str().into()),
            body,
            Part::Pages {
                page: self.page.0,
                pages: self.page.1,
                previous: self.previous.clone(),
                next: self.next.clone(),
            },
            Part::Notes(&self.notes),
        ]
    }
}
