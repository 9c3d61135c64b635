//! Writes pages of what learners did with videos: `cargo run -p xtask --example learning --
//! STATEMENTS FOLDER`.
//!
//! The statements are JSON lines, plain or gzip, read through a field map; their sessions are the
//! runs. It shows the way of real data from a file to pages that lead to each other, with titles
//! and columns of a program's own.

#[path = "learning/load.rs"]
mod load;
#[path = "learning/site.rs"]
mod site;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use chrono::FixedOffset;
use tracking_btree::BTreeStorage;
use tracking_core::{
    Group, GroupBy, GroupKey, Order, Query, Run, RunQuery, RunSelector, Timestamp, Track,
    TrackingStorage, TrackingStorageExt, Zone,
};
use tracking_views::{
    Breakdown, Column, Context, Granularity, HtmlRenderer, Overview, Ranking, RunList, RunRow,
    RunView, TaskView, Timeline, TrackColumn, TrackList, TrackView, UserView, View,
};

use site::{Site, Videos};

/// How many rows a page of a list has.
const ROWS: usize = 50;
/// Where the verb of a statement is.
const VERB: &str = "verb.display.en-US";

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let usage = "usage: cargo run -p xtask --example learning -- STATEMENTS FOLDER";
    let statements = arguments.next().context(usage)?;
    let folder = arguments.next().context(usage)?;
    fs::create_dir_all(&folder)?;
    let store = load::load(&statements)?;
    let zone = Zone::fixed(FixedOffset::east_opt(3600).context("no such offset")?);
    let videos = Videos::of(&store)?;
    let columns = [
        Column::field("Verb", VERB),
        Column::new("At", site::second).aligned_right(),
    ];
    let context = Context::new()
        .with_zone(zone.clone())
        .with_zone_name("Europe/Paris")
        .with_links(&Site)
        .with_titles(&videos)
        .with_columns(&columns);
    Pages {
        store,
        zone,
        folder: &folder,
        html: HtmlRenderer::new().with_context(context),
    }
    .write_all()
}

/// All pages of the store.
struct Pages<'c> {
    store: BTreeStorage,
    zone: Zone,
    folder: &'c Path,
    html: HtmlRenderer<'c>,
}

impl Pages<'_> {
    fn write_all(&self) -> Result<()> {
        self.overview()?;
        self.tracks()?;
        self.runs()?;
        self.run()?;
        self.task()?;
        self.user()?;
        self.counts()
    }

    fn overview(&self) -> Result<()> {
        let all = Query::all();
        let view = Overview::new("Learners and videos")
            .with_query(all.clone())
            .with_total("Tracks", self.store.count(&all)?)
            .with_total("Videos", self.distinct(&all, GroupBy::Task)?)
            .with_total("Learners", self.distinct(&all, GroupBy::User)?)
            .with_total("Sessions", self.distinct(&all, GroupBy::Run)?)
            .with_day_groups(&self.by(&all, self.day())?)
            .with_ranking(self.ranking("Videos", "Video", &all, GroupBy::Task)?)
            .with_ranking(self.ranking("Learners", "Learner", &all, GroupBy::User)?)
            .with_newest(self.newest(&all)?)
            .with_note("A run is a session of the video player.");
        let (first, last) = self.period(&all)?;
        self.page("overview.html", &view.with_period(first, last))
    }

    /// A page of the list, and the track that comes first in it.
    fn tracks(&self) -> Result<()> {
        let query = Query::all().order(Order::TimeDescending).limit(ROWS);
        let list = TrackList::new("Tracks").with_query(query.clone());
        let list = list.with_total(self.store.count(&query)?);
        self.write("tracks.html", |out| {
            let mut table = self.html.table_page(out, &list, &list)?;
            let mut written = Ok(());
            let next = self.store.visit(&query, &mut |track| {
                written = table.row(&track);
                match written {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                }
            })?;
            written?;
            Ok(table.finish_at(next)?)
        })?;
        let newest = self.newest(&Query::all())?;
        let newest = newest.into_iter().next().context("there is no track")?;
        self.page("track.html", &TrackView::new(newest))
    }

    fn runs(&self) -> Result<()> {
        let query = RunQuery::all().limit(ROWS);
        let runs = self.store.runs(&query)?;
        let next = runs.last().map(Run::id);
        let list = RunList::new("Sessions").with_query(query).with_next(next);
        self.write("runs.html", |out| {
            let mut table = self.html.run_table_page(out, &list)?;
            for run in runs {
                let count = self.store.count(&Query::all().run(run.id()))?;
                table.row(&RunRow::new(run).with_count(count))?;
            }
            Ok(table.finish()?)
        })
    }

    /// The session with the most tracks.
    fn run(&self) -> Result<()> {
        let GroupKey::Run(id) = self.largest(GroupBy::Run)? else {
            anyhow::bail!("there is no run");
        };
        let run = self.store.run(&RunSelector::Id(id))?;
        let run = run.context("there is no run")?;
        let query = Query::all().run(id).order(Order::Time);
        let tracks = self.store.query(&query)?;
        let mut timeline = Timeline::of_run(&run);
        for track in &tracks {
            timeline.add(&track.as_ref());
        }
        let verbs = GroupBy::Field(VERB.into());
        let view = RunView::new(run)
            .without(TrackColumn::Task)
            .with_count(self.store.count(&query)?)
            .with_timeline(timeline)
            .with_ranking(self.ranking("Learners", "Learner", &query, GroupBy::User)?)
            .with_ranking(self.ranking("Verbs", "Verb", &query, verbs)?);
        self.write("run.html", |out| {
            Ok(self.html.run_page(out, &view, &tracks)?)
        })
    }

    /// The video with the most tracks.
    fn task(&self) -> Result<()> {
        let GroupKey::Task(task) = self.largest(GroupBy::Task)? else {
            anyhow::bail!("there is no task");
        };
        let query = Query::all().task(task.as_str());
        let (first, last) = self.period(&query)?;
        let verbs = GroupBy::Field(VERB.into());
        let view = TaskView::new(task)
            .with_query(query.clone())
            .with_period(first, last)
            .with_total("Tracks", self.store.count(&query)?)
            .with_total("Learners", self.distinct(&query, GroupBy::User)?)
            .with_total("Sessions", self.distinct(&query, GroupBy::Run)?)
            .with_day_groups(Granularity::Day, &self.by(&query, self.day())?)
            .with_ranking(self.ranking("Learners", "Learner", &query, GroupBy::User)?)
            .with_ranking(self.ranking("Verbs", "Verb", &query, verbs)?)
            .with_newest(self.newest(&query)?);
        self.page("task.html", &view)
    }

    /// The learner with the most tracks.
    fn user(&self) -> Result<()> {
        let GroupKey::User(user) = self.largest(GroupBy::User)? else {
            anyhow::bail!("there is no user");
        };
        let query = Query::all().user(user.as_str());
        let (first, last) = self.period(&query)?;
        let runs = Group::largest(self.by(&query, GroupBy::Run)?, 10);
        let number = self.distinct(&query, GroupBy::Run)?;
        let mut rows = Vec::new();
        for group in &runs {
            if let GroupKey::Run(id) = group.key() {
                let run = self.store.run(&RunSelector::Id(*id))?;
                rows.extend(run.map(|run| RunRow::new(run).with_count(group.count())));
            }
        }
        let view = UserView::new(user)
            .with_query(query.clone())
            .with_period(first, last)
            .with_total("Tracks", self.store.count(&query)?)
            .with_total("Videos", self.distinct(&query, GroupBy::Task)?)
            .with_total("Sessions", number)
            .with_day_groups(Granularity::Day, &self.by(&query, self.day())?)
            .with_ranking(self.ranking("Videos", "Video", &query, GroupBy::Task)?)
            .with_runs(rows, Some(number))
            .with_newest(self.newest(&query)?);
        self.page("user.html", &view)
    }

    fn counts(&self) -> Result<()> {
        let verbs = || GroupBy::Field(VERB.into());
        for (name, grouping) in [
            ("verbs.html", verbs().into()),
            ("days.html", self.day().into()),
            ("verbs-by-day.html", verbs().and(self.day())),
            ("videos-by-verb.html", GroupBy::Task.and(verbs())),
        ] {
            let groups = self.store.groups(&Query::all(), &grouping)?;
            let view = Breakdown::new(grouping, groups).with_query(Query::all());
            self.page(name, &view)?;
        }
        Ok(())
    }

    fn day(&self) -> GroupBy {
        GroupBy::Day(self.zone.clone())
    }

    fn by(&self, query: &Query, by: GroupBy) -> Result<Vec<Group>> {
        Ok(self.store.groups(query, &by.into())?)
    }

    fn distinct(&self, query: &Query, by: GroupBy) -> Result<u64> {
        Ok(u64::try_from(self.by(query, by)?.len())?)
    }

    fn ranking(&self, title: &str, of: &str, query: &Query, by: GroupBy) -> Result<Ranking> {
        let groups = self.by(query, by.clone())?;
        let ranking = Ranking::new(title, of).counted_by(by);
        Ok(ranking.with_groups(groups, 10))
    }

    fn largest(&self, by: GroupBy) -> Result<GroupKey> {
        let groups = self.by(&Query::all(), by)?;
        let largest = Group::largest(groups, 1).pop();
        Ok(largest.context("there are no tracks")?.key().clone())
    }

    fn newest(&self, query: &Query) -> Result<Vec<Track>> {
        let newest = query.clone().order(Order::TimeDescending).limit(5);
        Ok(self.store.query(&newest)?)
    }

    fn period(&self, query: &Query) -> Result<(Timestamp, Timestamp)> {
        let end = |order| self.store.query(&query.clone().order(order).limit(1));
        let (first, last) = (end(Order::Time)?, end(Order::TimeDescending)?);
        let ends = first
            .first()
            .zip(last.first())
            .context("there are no tracks")?;
        Ok((ends.0.time(), ends.1.time()))
    }

    fn page(&self, name: &str, view: &dyn View) -> Result<()> {
        self.write(name, |out| Ok(self.html.page(out, view)?))
    }

    fn write(&self, name: &str, render: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
        let path = self.folder.join(name);
        let file =
            File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        let mut out = BufWriter::new(file);
        render(&mut out)?;
        Ok(out.flush()?)
    }
}
