//! The lists of a site: tasks, users, runs, tracks, and breakdowns.

use anyhow::Result;
use tracking_core::{Group, GroupBy, Order, Query, RunSelector};
use tracking_views::{
    Breakdown, Entry, EntryValue, Ranking, RankingRow, RunRow, Term, Terms, TotalValue,
};

use super::list_page::{Body, ListPage};
use super::plan;
use super::{Pages, ROWS, TRACKS};

/// The numbers of rows and columns of a breakdown of names.
const BREAKDOWN_LIMITS: (usize, usize) = (20, 10);

impl Pages<'_> {
    pub(super) fn lists(&mut self) -> Result<()> {
        if self.plan.is_empty() {
            return Ok(());
        }
        self.tasks()?;
        if self.plan.has_assets() {
            self.assets()?;
        }
        self.users()?;
        self.runs()?;
        self.tracks()?;
        self.breakdowns()
    }

    fn tasks(&mut self) -> Result<()> {
        let (site, plan) = (self.site, self.plan);
        let (term, columns) = (site.terms.task(), [site.terms.user(), site.terms.run()]);
        self.names(
            plan::TASKS,
            term,
            columns,
            (&plan.tasks, plan.numbers.pages),
        )
    }

    fn assets(&mut self) -> Result<()> {
        let (site, plan) = (self.site, self.plan);
        let terms = Terms::web().with_task("asset", "assets");
        let columns = [site.terms.user(), site.terms.run()];
        let assets = (&plan.assets[..], plan.distinct_assets);
        self.names(plan::ASSETS, terms.task(), columns, assets)
    }

    fn users(&mut self) -> Result<()> {
        let (site, plan) = (self.site, self.plan);
        let (term, columns) = (site.terms.user(), [site.terms.task(), site.terms.run()]);
        self.names(
            plan::USERS,
            term,
            columns,
            (&plan.users, plan.numbers.users),
        )
    }

    fn names(
        &mut self,
        file: &str,
        term: &Term,
        columns: [&Term; 2],
        (groups, distinct): (&[Group], u64),
    ) -> Result<()> {
        let (tracks, names) = (self.site.terms.track().many().to_owned(), term.many());
        let bound = bound(groups.len(), distinct, |listed| {
            format!("the {listed} {names} with the most {tracks}")
        });
        self.paged(file, groups.len(), |page, range| {
            let rows = groups.get(range).unwrap_or_default();
            let ranking = Ranking::new(format!("Most {tracks} first"), term.title())
                .with_columns(columns.map(Term::titles))
                .starting_at(page * ROWS as u64 + 1)
                .with_distinct(distinct);
            let row = |group: &Group| {
                let cells = group
                    .distinct_counts()
                    .iter()
                    .map(|count| TotalValue::Count(*count).to_string());
                RankingRow::of_key(group.key().clone(), group.count()).with_cells(cells)
            };
            Ok(ListPage {
                heading: term.titles(),
                body: Body::Names(
                    rows.iter()
                        .map(row)
                        .fold(ranking, Ranking::with_ranking_row),
                ),
                notes: bound.clone().into_iter().collect(),
                ..ListPage::default()
            })
        })
    }

    fn runs(&mut self) -> Result<()> {
        let (site, plan) = (self.site, self.plan);
        let term = site.terms.run();
        let tracks = site.terms.track().many();
        let bound = bound(plan.runs.len(), plan.numbers.runs, |listed| {
            format!("the {listed} {} of the latest {tracks}", term.many())
        });
        self.paged(plan::RUNS, plan.runs.len(), |_, range| {
            let mut rows = Vec::new();
            for id in plan.runs.get(range).unwrap_or_default() {
                let count = site.store.count(&site.query.clone().run(*id))?;
                let run = site.store.run(&RunSelector::Id(*id))?;
                rows.extend(run.map(|run| RunRow::new(run).with_count(count)));
            }
            Ok(ListPage {
                heading: term.titles(),
                body: Body::Runs(rows, plan.numbers.runs),
                notes: bound.clone().into_iter().collect(),
                ..ListPage::default()
            })
        })
    }

    fn tracks(&mut self) -> Result<()> {
        let (site, plan) = (self.site, self.plan);
        let term = site.terms.track();
        let listed = usize::try_from(plan.numbers.tracks)
            .unwrap_or(TRACKS)
            .min(TRACKS);
        let bound = bound(listed, plan.numbers.tracks, |listed| {
            format!("the {listed} latest {}", term.many())
        });
        let mut after = None;
        self.paged(plan::TRACKS, listed, |_, range| {
            let query = latest(site.query, range.len());
            let query = match after {
                Some(cursor) => query.after(cursor),
                None => query,
            };
            let page = site.store.page(&query)?;
            after = page.next;
            Ok(ListPage {
                heading: term.titles(),
                lead: "The latest first.".to_owned(),
                body: Body::Tracks(page.tracks),
                notes: bound.clone().into_iter().collect(),
                ..ListPage::default()
            })
        })
    }

    /// Writes the pages of a list of so many rows; `make` makes each of a range of rows.
    fn paged(
        &mut self,
        file: &str,
        rows: usize,
        mut make: impl FnMut(u64, std::ops::Range<usize>) -> Result<ListPage>,
    ) -> Result<()> {
        let pages = rows.div_ceil(ROWS).max(1);
        for page in 0..pages {
            let range = page * ROWS..rows.min((page + 1) * ROWS);
            let number = u64::try_from(page)?;
            let list = ListPage {
                page: (number + 1, u64::try_from(pages)?),
                previous: page.checked_sub(1).map(|page| numbered(file, page)),
                next: (page + 1 < pages).then(|| numbered(file, page + 1)),
                ..make(number, range)?
            };
            self.page(&numbered(file, page), file, &list)?;
        }
        Ok(())
    }

    fn breakdowns(&mut self) -> Result<()> {
        let site = self.site;
        let hours = GroupBy::HourOfDay(site.zone.clone());
        let weekdays = GroupBy::DayOfWeek(site.zone.clone());
        let top =
            |groups: &[Group], limit: usize| groups.iter().take(limit).cloned().collect::<Vec<_>>();
        let tasks = top(&self.plan.tasks, BREAKDOWN_LIMITS.0);
        let users = top(&self.plan.users, BREAKDOWN_LIMITS.1);
        let few_tasks = site.query.clone().tasks(names_of(&tasks));
        let few_users = few_tasks.clone().users(names_of(&users));
        let (task, user) = (site.terms.task(), site.terms.user());
        let all = [
            (
                "by-hour-and-weekday.html",
                "Hour of day and day of week".to_owned(),
                site.query.clone(),
                hours.and(weekdays),
            ),
            (
                "by-task-and-user.html",
                format!("The largest {} and {}", task.many(), user.many()),
                few_users,
                GroupBy::Task.and(GroupBy::User),
            ),
            (
                "by-task-and-month.html",
                format!("The largest {} by month", task.many()),
                few_tasks,
                GroupBy::Task.and(GroupBy::Month(site.zone.clone())),
            ),
        ];
        let mut entries = Vec::new();
        for (file, title, query, grouping) in all {
            let groups = site.store.groups(&query, &grouping)?;
            let view = Breakdown::new(grouping, groups)
                .with_title(&title)
                .with_limits(50, 24);
            self.page(file, plan::BREAKDOWNS, &view)?;
            let link = EntryValue::Link(title, file.to_owned());
            entries.push(Entry::new(site.terms.track().titles(), link));
        }
        let view = ListPage {
            heading: "Breakdowns".to_owned(),
            body: Body::Entries(entries),
            ..ListPage::default()
        };
        self.page(plan::BREAKDOWNS, plan::BREAKDOWNS, &view)
    }
}

fn latest(query: &Query, rows: usize) -> Query {
    query.clone().order(Order::TimeDescending).limit(rows)
}

fn names_of(groups: &[Group]) -> impl Iterator<Item = String> {
    groups.iter().map(|group| group.key().to_string())
}

/// The file of a page of a list, the first of which has the name of the list.
fn numbered(file: &str, page: usize) -> String {
    match (page, file.strip_suffix(".html")) {
        (0, _) | (_, None) => file.to_owned(),
        (page, Some(stem)) => format!("{stem}-{}.html", page + 1),
    }
}

/// Says which part of all names a list shows, unless it shows all.
fn bound(listed: usize, all: u64, which: impl FnOnce(String) -> String) -> Option<String> {
    let listed = u64::try_from(listed).unwrap_or(u64::MAX);
    let is_part = listed < all;
    is_part.then(|| {
        let listed = TotalValue::Count(listed).to_string();
        let all = TotalValue::Count(all);
        format!("Showing {}, of {all}.", which(listed))
    })
}
