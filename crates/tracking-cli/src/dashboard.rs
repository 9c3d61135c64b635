//! The contents of an overview.

use tracking_core::{Group, GroupKey};
use tracking_views::{
    Granularity, Histogram, Overview, Ranking, Series, Term, Terms, Total, TotalValue,
};

use crate::queries::{Charts, Distinct, PanelKind, Panels, Previous, Summary};
use crate::rankings;

/// The contents of an overview.
#[derive(Debug)]
pub(crate) struct Dashboard<'a> {
    pub(crate) sums: &'a Summary,
    pub(crate) panels: &'a Panels,
    pub(crate) previous: Option<&'a Previous>,
    pub(crate) terms: &'a Terms,
    pub(crate) granularity: Granularity,
    /// Where the lists of all names are.
    pub(crate) lists: Lists,
    pub(crate) charts: Charts,
}

/// The addresses of lists, where there are any.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lists {
    pub(crate) tracks: Option<String>,
    pub(crate) tasks: Option<String>,
    pub(crate) assets: Option<String>,
    pub(crate) users: Option<String>,
    pub(crate) runs: Option<String>,
}

/// The fewest days for a chart of weekdays.
const MIN_DAYS: usize = 7;

impl Dashboard<'_> {
    /// Adds the contents to an overview.
    pub(crate) fn add_to(&self, overview: Overview) -> Overview {
        let view = self.with_totals(overview);
        let Some((first, last)) = self.sums.period else {
            return view.with_note(format!(
                "There are no {} to show.",
                self.terms.track().many()
            ));
        };
        let view = self.with_charts(view.with_period(first, last));
        // For a web log, a panel lists the pages without the assets.
        let panels = rankings::of_panels(self.panels, self.terms);
        let is_pages = |panel: &(PanelKind, Ranking)| panel.0 == PanelKind::Pages;
        let (pages, others): (Vec<_>, Vec<_>) = panels.into_iter().partition(is_pages);
        let tasks = match pages.into_iter().next() {
            Some((_, pages)) => linked(pages, self.terms.task().many(), self.lists.tasks.as_ref()),
            None => self.tasks(),
        };
        let view = view.with_ranking(tasks).with_ranking(self.users());
        let others = others.into_iter().map(|(kind, ranking)| match kind {
            PanelKind::Assets => linked(ranking, "assets", self.lists.assets.as_ref()),
            _ => ranking,
        });
        others
            .fold(view, Overview::with_ranking)
            .with_newest(self.sums.newest.clone())
    }

    fn with_totals(&self, overview: Overview) -> Overview {
        let before = |number: fn(&Distinct) -> u64| self.previous.map(|past| number(&past.numbers));
        let (now, terms, lists) = (&self.sums.numbers, self.terms, &self.lists);
        let total = |name: String, number: fn(&Distinct) -> u64, list: &Option<String>| {
            Total::new(name, number(now))
                .with_previous(before(number))
                .with_link(list.clone())
        };
        let overview = overview
            .with_figure(total(terms.track().titles(), |n| n.tracks, &lists.tracks))
            .with_figure(total(terms.user().titles(), |n| n.users, &lists.users))
            .with_figure(total(terms.task().titles(), |n| n.pages, &lists.tasks))
            .with_figure(total(terms.run().titles(), |n| n.runs, &lists.runs));
        match self.panels.bytes() {
            Some(bytes) => overview.with_total("Bytes sent", TotalValue::Bytes(bytes)),
            None => overview,
        }
    }

    fn with_charts(&self, view: Overview) -> Overview {
        let (sums, terms) = (self.sums, self.terms);
        let title = |of: &str| format!("{} by {of}", terms.track().titles());
        let hours = Histogram::of_hours(title("hour of day"), &sums.hours);
        match self.charts {
            Charts::All | Charts::Days => {}
            Charts::Hours => return view.with_histogram(hours),
            Charts::LastHours => return view.with_histogram(self.last_hours()),
        }
        let view = view
            .with_granularity(self.granularity)
            .with_day_groups(&sums.days);
        let view = match self.previous {
            Some(previous) => view.with_previous_days(previous.days.iter().copied()),
            None => view,
        };
        // Users of a day cannot be added up to those of a week.
        let view = if self.granularity == Granularity::Day {
            let users = sums.days.iter().filter_map(users_of_day);
            view.with_second_series(Series::new(terms.user().titles()).with_days(users))
        } else {
            view
        };
        let view = view.with_histogram(hours);
        if sums.days.len() < MIN_DAYS {
            return view;
        }
        view.with_histogram(Histogram::of_weekdays(title("day of week"), &sums.weekdays))
    }

    /// The hours that the last 24 hours touch.
    fn last_hours(&self) -> Histogram {
        let title = format!("{} by hour", self.terms.track().titles());
        let hours = self.sums.last_hours.iter();
        let bars = hours.map(|(hour, count)| (hour.format("%H").to_string(), *count));
        Histogram::new(title, "hour", "hours")
            .with_range("the last 24 hours")
            .with_bars(bars)
    }

    fn tasks(&self) -> Ranking {
        let names = self.terms.task();
        let ranking = self.top(names, &self.sums.pages, self.sums.numbers.pages);
        linked(ranking, names.many(), self.lists.tasks.as_ref())
    }

    fn users(&self) -> Ranking {
        let names = self.terms.user();
        let ranking = self.top(names, &self.sums.users, self.sums.numbers.users);
        linked(ranking, names.many(), self.lists.users.as_ref())
    }

    fn top(&self, names: &Term, groups: &[Group], distinct: u64) -> Ranking {
        let title = format!("Top {}", names.many());
        rankings::of_names(title, names, groups, (distinct, self.sums.numbers.tracks))
    }
}

fn linked(ranking: Ranking, names: &str, list: Option<&String>) -> Ranking {
    match list {
        Some(list) => ranking.with_link_to_all(format!("All {names}"), list.as_str()),
        None => ranking,
    }
}

fn users_of_day(group: &Group) -> Option<(chrono::NaiveDate, u64)> {
    match (group.key(), group.distinct_counts()) {
        (GroupKey::Day(day), [users, ..]) => Some((*day, *users)),
        _ => None,
    }
}
