//! `tracking demo` generates sample data and sites.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;
use serde::Serialize;
use serde_json::json;
use tracking_core::{Batch, Checkpoint, CheckpointName, Clock, Query, TrackingStorage};
use tracking_loader::{Loader, Source};
use tracking_sqlite::{SqliteStorage, StoreName};

use super::site::index;
use super::{Action, Environment};
use crate::args::{CommandResult, Moment, ResultArgs, ZoneChoice, moment};
use crate::demo::{Sample, Size, fill, write_log};
use crate::output;
use crate::queries::PanelSpec;
use crate::query_session::viewer;
use crate::site::Site;
use crate::web;

/// Arguments of `tracking demo`.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Folder to write to; created if missing
    #[arg(value_name = "DIR", default_value = "tracking-demo")]
    folder: PathBuf,

    /// How much to make [default: medium]
    #[arg(long, value_enum, value_name = "SIZE")]
    size: Option<Size>,

    /// Make another sample of the same kind [default: 1]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// The last moment of the sample, which covers five weeks [default: now]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Moment>,

    #[command(flatten)]
    result: ResultArgs,
}

/// The result: the sample and its sites.
#[derive(Debug, Serialize)]
struct DemoReport {
    store: PathBuf,
    log: PathBuf,
    /// Whether the sample existed before.
    was_there: bool,
    tracks: u64,
    requests: u64,
    /// The pages to open.
    pages: Vec<String>,
}

/// The checkpoint that says that a sample is complete.
const COMPLETE: &str = "demo";
/// The store of the web log, in addition to that of the learners.
const WEB: &str = "web";

impl Action for DemoArgs {
    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        let folder = &*self.folder;
        let shown = folder.display();
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {shown}"))?;
        let (file, log) = (folder.join("demo.db"), folder.join("access.log"));
        let was_there = file.exists();
        let open = |name: &StoreName| SqliteStorage::builder(&file).store(name.clone()).open();
        let web = StoreName::new(WEB)?;
        let (learning, requests) = if was_there {
            let learning = open(&StoreName::default())?;
            self.require_same_sample(&learning, &file)?;
            (learning, open(&web)?)
        } else {
            ensure!(
                !log.exists(),
                "{} is there already, and stays; name another folder",
                log.display()
            );
            let (learning, requests) = (open(&StoreName::default())?, open(&web)?);
            self.make((&learning, &requests), &log, clock)?;
            (learning, requests)
        };
        let pages = [
            site(&learning, "Learning platform", &folder.join("learning"))?,
            site(&requests, "Web log", &folder.join("web"))?,
        ];
        let report = DemoReport {
            tracks: learning.count(&Query::all())?,
            requests: requests.count(&Query::all())?,
            store: file.clone(),
            log,
            was_there,
            pages: pages.to_vec(),
        };
        self.result.print(&report)
    }
}

impl DemoArgs {
    fn make(
        &self,
        (learning, requests): (&SqliteStorage, &SqliteStorage),
        log: &Path,
        clock: &dyn Clock,
    ) -> Result<()> {
        let viewer = crate::args::ZoneArg {
            time_zone: ZoneChoice::Utc,
        }
        .viewer(clock);
        let sample = Sample {
            seed: self.seed.unwrap_or(1),
            until: self
                .until
                .map_or_else(|| clock.now(), |until| until.last(viewer)),
            size: self.size.unwrap_or_default(),
        };
        fill(learning, sample)?;
        output::write_file(log, |out| write_log(out, sample))?;
        let sources = [Source::from_argument(log)];
        let mut summary = Loader::new(requests).load(&sources, &mut ())?;
        if let Some(error) = summary.take_error() {
            return Err(error.into());
        }
        let about = json!({"seed": sample.seed, "until": sample.until, "size": sample.size.name()});
        let checkpoint = Checkpoint::new(
            CheckpointName::new(COMPLETE)?,
            tracking_core::Data::from_serialize(&about)?,
        );
        learning.apply(&Batch::new().with_checkpoint(checkpoint))?;
        Ok(())
    }

    /// Fails if the existing sample is incomplete, or differs from the requested one.
    fn require_same_sample(&self, store: &SqliteStorage, file: &Path) -> Result<()> {
        let file = file.display();
        let Some(checkpoint) = store.checkpoint(&CheckpointName::new(COMPLETE)?)? else {
            bail!("{file} is no complete sample, and stays; remove it, or name another folder");
        };
        let position = checkpoint.position();
        let is = |name: &str, wanted: serde_json::Value| position.get(name) == Some(wanted);
        let same_seed = self.seed.is_none_or(|seed| is("seed", json!(seed)));
        let same_size = self.size.is_none_or(|size| is("size", json!(size.name())));
        ensure!(
            same_seed && same_size && self.until.is_none(),
            "{file} is there already, with another sample perhaps; remove it, or name another folder"
        );
        Ok(())
    }
}

/// Writes the site of one of the stores, and names the page to open.
fn site(store: &dyn TrackingStorage, title: &str, folder: &Path) -> Result<String> {
    let (zone, context) = viewer(store, ZoneChoice::Utc)?;
    let is_web = web::is_web_log(store, &Query::all())?;
    let panels = if is_web {
        PanelSpec::web()
    } else {
        vec!["field:verb".parse()?, "field:device".parse()?]
    };
    let site = Site {
        store,
        query: &Query::all(),
        criteria: &Query::all(),
        title,
        zone: &zone,
        zone_choice: ZoneChoice::Utc,
        context: &context,
        terms: &web::terms(is_web),
        panels: &panels,
        is_web,
        top: 50,
        notes: &["This is a made-up sample.".to_owned()],
    };
    site.write(folder)?;
    Ok(index(folder))
}

impl CommandResult for DemoReport {
    fn sentence(&self) -> String {
        let verb = if self.was_there { "found" } else { "made" };
        let store = self.store.display();
        format!(
            "{verb} a sample of {} tracks and {} requests in {store}; open {}",
            self.tracks,
            self.requests,
            self.pages.join(" and ")
        )
    }
}
