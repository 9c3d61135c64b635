//! The overviews of a site: of all, of the latest time, and of days.

use anyhow::Result;
use chrono::TimeDelta;
use tracking_core::{Query, TimeRange};
use tracking_views::{Granularity, Overview};

use super::{Pages, RANKING_ROWS, plan};
use crate::args::PerArg;
use crate::dashboard::{Dashboard, Lists};
use crate::queries::{Charts, PanelKind, Panels, Previous, Summary, SummaryRequest};

/// The number of the latest tracks on an overview.
const NEWEST: usize = 5;

impl Pages<'_> {
    pub(super) fn overviews(&mut self) -> Result<()> {
        self.all()?;
        let Some((_, last)) = self.plan.period else {
            return Ok(());
        };
        for (file, title, length, charts) in [
            (
                plan::DAY,
                "Last 24 hours",
                TimeDelta::days(1),
                Charts::LastHours,
            ),
            (plan::WEEK, "Last 7 days", TimeDelta::days(7), Charts::All),
            (
                plan::MONTH,
                "Last 28 days",
                TimeDelta::days(28),
                Charts::All,
            ),
        ] {
            let from = last
                .saturating_add(-length)
                .saturating_add(TimeDelta::microseconds(1));
            let range = TimeRange::between(from, last);
            self.latest((file, file), title, range, charts)?;
        }
        Ok(())
    }

    fn all(&mut self) -> Result<()> {
        let site = self.site;
        let lists = Lists {
            tracks: Some(plan::TRACKS.to_owned()),
            tasks: Some(plan::TASKS.to_owned()),
            assets: self.plan.has_assets().then(|| plan::ASSETS.to_owned()),
            users: Some(plan::USERS.to_owned()),
            runs: Some(plan::RUNS.to_owned()),
        };
        let lists = if self.plan.is_empty() {
            Lists::default()
        } else {
            lists
        };
        let overview = Overview::new(site.title);
        let overview = self.overview(overview, site.query, None, (Charts::All, lists))?;
        let notes = site.notes.iter();
        let overview = notes.fold(overview, |view, note| view.with_note(note.as_str()));
        self.page(plan::INDEX, plan::INDEX, &overview)
    }

    /// Writes an overview of a time up to the last track, compared with the time before.
    fn latest(
        &mut self,
        (file, place): (&str, &str),
        title: &str,
        range: TimeRange,
        charts: Charts,
    ) -> Result<()> {
        let site = self.site;
        let previous = Previous::query(site.store, site.query, range, (site.zone, site.is_web))?;
        let query = site.query.clone().within(range);
        let overview = Overview::new(title);
        let overview = self.overview(
            overview,
            &query,
            previous.as_ref(),
            (charts, Lists::default()),
        )?;
        let about = match previous {
            Some(_) => {
                "Compared with as long a time right before. The time ends with the last track."
            }
            None => "The time ends with the last track.",
        };
        self.page(file, place, &overview.with_note(about))
    }

    /// An overview of the tracks of a query.
    pub(super) fn overview(
        &self,
        overview: Overview,
        query: &Query,
        previous: Option<&Previous>,
        (charts, lists): (Charts, Lists),
    ) -> Result<Overview> {
        let site = self.site;
        let overview = match self.list_query() {
            Some(criteria) => overview.with_query(criteria),
            None => overview,
        };
        let panels = Panels::query(site.store, query, site.panels, RANKING_ROWS)?;
        let has_pages = panels.has(PanelKind::Pages);
        let wanted = SummaryRequest {
            tasks: if has_pages { 0 } else { RANKING_ROWS },
            users: RANKING_ROWS,
            runs: 0,
            newest: NEWEST,
            charts,
            is_web: site.is_web,
        };
        let sums = Summary::query(site.store, query, site.zone, wanted)?;
        let dashboard = Dashboard {
            sums: &sums,
            panels: &panels,
            previous,
            terms: site.terms,
            granularity: match charts {
                Charts::All => PerArg::default().of(&sums.days),
                _ => Granularity::Day,
            },
            lists,
            charts,
        };
        Ok(dashboard.add_to(overview))
    }
}
