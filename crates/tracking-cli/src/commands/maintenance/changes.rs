//! `tracking changes` shows the change feed of a store.

use std::io::Write;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use tracking_core::{Change, ChangeCursor, ChangeFeed, RunId, TrackId, TrackingStorage};

use crate::args::{CommandResult, ResultArgs};
use crate::commands::{Action, Environment};
use crate::store::PersistentStoreArgs;
use crate::{data, output};

/// The number of entries per query.
const PAGE_SIZE: usize = 1000;

/// How long to wait for changes before the next query.
const WAIT: Duration = Duration::from_mins(1);

/// Arguments of `tracking changes`.
#[derive(Debug, Args)]
pub(crate) struct ChangesArgs {
    /// Continue after the cursor of an earlier change; by default, start with the oldest one
    #[arg(long, value_name = "CURSOR")]
    after: Option<ChangeCursor>,

    /// Show at most N changes [default: all]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,

    /// Wait for further changes and show them, until interrupted
    #[arg(long)]
    follow: bool,

    /// Turn the change feed on, or change how long it keeps changes
    #[arg(long, conflicts_with_all = ["after", "limit", "follow", "disable"])]
    enable: bool,

    /// Turn the change feed off and forget its changes
    #[arg(long, conflicts_with_all = ["after", "limit", "follow"])]
    disable: bool,

    /// With --enable: forget changes older than AGE, like 30d [default: 7d]
    #[arg(long, value_name = "AGE", requires = "enable", value_parser = humantime::parse_duration)]
    max_age: Option<Duration>,

    /// With --enable: keep at most N changes [default: 1000000]
    #[arg(long, value_name = "N", requires = "enable")]
    max_count: Option<u64>,

    #[command(flatten)]
    store: PersistentStoreArgs,

    #[command(flatten)]
    result: ResultArgs,
}

impl Action for ChangesArgs {
    fn validate(&self) -> Option<String> {
        self.store.validate()
    }

    fn run(&self, _: Environment<'_>) -> Result<()> {
        if self.enable || self.disable {
            return self.set_up();
        }
        self.show(&*self.store.open_read_only()?)
    }
}

/// The settings of the feed.
#[derive(Debug, Serialize)]
struct FeedSettings {
    enabled: bool,
    max_age_seconds: Option<u64>,
    max_count: Option<u64>,
    /// The place after the last change.
    last: Option<ChangeCursor>,
}

impl CommandResult for FeedSettings {
    fn sentence(&self) -> String {
        match self.last {
            Some(last) => format!("the change feed is on; its last change is at {last}"),
            None => "the change feed is off".to_owned(),
        }
    }
}

impl ChangesArgs {
    fn set_up(&self) -> Result<()> {
        let store = self.store.open()?;
        let mut feed = if self.enable {
            ChangeFeed::on()
        } else {
            ChangeFeed::OFF
        };
        if let Some(max_age) = self.max_age {
            feed = feed.with_max_age(max_age);
        }
        if let Some(max_count) = self.max_count {
            feed = feed.with_max_count(max_count);
        }
        store.set_change_feed(&feed)?;
        self.result.print(&FeedSettings {
            enabled: feed.is_on(),
            max_age_seconds: feed.max_age().map(|age| age.as_secs()),
            max_count: feed.max_count(),
            last: self.enable.then(|| store.last_change()).transpose()?,
        })
    }

    fn show(&self, store: &dyn TrackingStorage) -> Result<()> {
        let (mut after, mut left) = (self.after, self.limit.unwrap_or(usize::MAX));
        loop {
            let page = store.changes(after.as_ref(), left.min(PAGE_SIZE))?;
            left -= page.changes.len();
            after = Some(page.next);
            output::write(None, |out| {
                page.changes
                    .iter()
                    .try_for_each(|change| self.print(out, change))
            })?;
            if left == 0 {
                return Ok(());
            }
            if page.changes.is_empty() {
                if !self.follow {
                    return Ok(());
                }
                store.wait_for_changes(&page.next, WAIT)?;
            }
        }
    }

    fn print(&self, out: &mut dyn Write, change: &Change) -> Result<()> {
        if self.result.json {
            return Ok(data::json_line(out, change)?);
        }
        let (cursor, time, kind) = (change.cursor(), change.time(), change.kind());
        Ok(writeln!(out, "{cursor}  {time}  {kind} {}", ids(change))?)
    }
}

/// Like `0000001-0001000`, or only one id.
fn ids(change: &Change) -> String {
    let shown = |number| {
        if change.kind().is_of_runs() {
            RunId::new(number).map(|id| id.to_string())
        } else {
            TrackId::new(number).map(|id| id.to_string())
        }
    };
    let (first, last) = change.ids();
    match (shown(first), shown(last)) {
        (Some(first), Some(last)) if first != last => format!("{first}-{last}"),
        (first, _) => first.unwrap_or_default(),
    }
}
