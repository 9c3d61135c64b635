//! A site: linked pages about a store, in a folder.

mod file_name;
mod folder;
mod links;
mod list_page;
mod lists;
mod options;
mod overviews;
mod plan;
mod site_pages;
mod subjects;

use std::path::Path;

use anyhow::Result;
use tracking_core::Query;
use tracking_views::{HtmlRenderer, MenuItem, View};

use folder::Folder;
use links::SiteLinks;
use plan::Plan;

pub(crate) use folder::SiteReport;
pub(crate) use options::Site;
pub(crate) use site_pages::SitePages;

/// The number of rows of a ranking.
const RANKING_ROWS: usize = 10;
/// The number of rows of a page of a list.
const ROWS: usize = 100;
/// The most tracks in the list of the latest ones.
const TRACKS: usize = 1000;

impl Site<'_> {
    /// Writes all pages into a folder, and removes the pages of an earlier run that are no longer
    /// part of the site.
    pub(crate) fn write(&self, folder: &Path) -> Result<SiteReport> {
        let plan = Plan::make(self)?;
        let menu = self.menu(&plan);
        let mut pages = Pages {
            site: self,
            plan: &plan,
            links: SiteLinks { plan: &plan },
            menu: &menu,
            folder: Folder::open(folder)?,
        };
        pages.overviews()?;
        pages.lists()?;
        pages.subjects()?;
        pages.folder.finish()
    }

    fn menu(&self, plan: &Plan) -> Vec<MenuItem> {
        let terms = self.terms;
        let mut menu = vec![MenuItem::new("Overview", plan::INDEX)];
        if !plan.is_empty() {
            menu.extend([
                MenuItem::new("24 hours", plan::DAY),
                MenuItem::new("7 days", plan::WEEK),
                MenuItem::new("28 days", plan::MONTH),
                MenuItem::new(terms.task().titles(), plan::TASKS),
            ]);
            if plan.has_assets() {
                menu.push(MenuItem::new("Assets", plan::ASSETS));
            }
            menu.extend([
                MenuItem::new(terms.user().titles(), plan::USERS),
                MenuItem::new(terms.run().titles(), plan::RUNS),
                MenuItem::new(terms.track().titles(), plan::TRACKS),
                MenuItem::new("Breakdowns", plan::BREAKDOWNS),
            ]);
        }
        menu
    }
}

/// Writes the pages.
struct Pages<'a> {
    site: &'a Site<'a>,
    plan: &'a Plan,
    links: SiteLinks<'a>,
    menu: &'a [MenuItem],
    folder: Folder,
}

impl Pages<'_> {
    /// The criteria that pages show, where there are any.
    fn list_query(&self) -> Option<Query> {
        let criteria = self.site.criteria;
        (*criteria != Query::all()).then(|| criteria.clone())
    }

    /// Writes a page; `place` is the address in the menu that it belongs to.
    fn page(&mut self, file: &str, place: &str, view: &dyn View) -> Result<()> {
        let context = self.site.context.clone();
        let context = context
            .with_links(&self.links)
            .with_terms(self.site.terms.clone())
            .with_menu(self.menu, Some(place));
        let mut page = Vec::new();
        HtmlRenderer::new()
            .with_context(context)
            .page(&mut page, view)?;
        self.folder.write(file, &page)
    }
}
