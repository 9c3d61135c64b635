//! Links to the pages of a site that was written before.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::NaiveDate;
use tracking_core::RunId;
use tracking_views::Links;

use super::file_name::{FileNames, day_file, run_file};
use super::folder::listed;
use super::plan::INDEX;

/// The pages of the site in a folder.
#[derive(Debug)]
pub(crate) struct SitePages(BTreeSet<String>);

impl SitePages {
    /// Reads which pages the site in a folder has; nothing if there is no site.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        let pages = listed(folder);
        (!pages.is_empty()).then_some(Self(pages))
    }

    fn page(&self, file: String) -> Option<String> {
        self.0.contains(&file).then_some(file)
    }
}

impl Links for SitePages {
    fn home(&self) -> Option<String> {
        self.page(INDEX.to_owned())
    }

    fn task(&self, task: &str) -> Option<String> {
        self.page(FileNames::default().take("task", task))
    }

    fn user(&self, user: &str) -> Option<String> {
        self.page(FileNames::default().take("user", user))
    }

    fn run(&self, run: RunId) -> Option<String> {
        self.page(run_file(run))
    }

    fn day(&self, day: NaiveDate) -> Option<String> {
        self.page(day_file(day))
    }
}
