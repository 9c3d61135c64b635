//! Writes every view of a made-up learning platform as a page:
//! `cargo run --example pages -- FOLDER`.
//!
//! It shows how a program composes views, with its links, titles and columns, and
//! the time zone of the viewer. What is tracked is made up here, the same every time.

#[path = "pages/course.rs"]
mod course;
#[path = "pages/site.rs"]
mod site;

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tracking_core::{
    Group, GroupBy, GroupKey, Order, Query, RunQuery, RunState, TimeRange, Track, Zone,
};
use tracking_views::{
    Breakdown, Column, Context, Granularity, HtmlRenderer, Overview, Ranking, RunList, RunRow,
    RunView, TaskView, Timeline, TrackList, TrackView, UserView, View,
};

use course::Course;
use site::{Site, Titled};

type Done = Result<(), Box<dyn Error>>;

fn main() -> Done {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or("usage: cargo run --example pages -- FOLDER")?;
    fs::create_dir_all(&folder)?;
    let columns = [
        Column::field("Verb", "verb"),
        Column::field("Score", "result.score").aligned_right(),
    ];
    let context = Context::new()
        .with_zone(course::berlin()?)
        .with_zone_name("Europe/Berlin")
        .with_links(&Site)
        .with_titles(&Titled)
        .with_columns(&columns);
    Pages {
        course: Course::new()?,
        zone: course::berlin()?,
        folder: &folder,
        html: HtmlRenderer::new().with_context(context.clone()),
        relative: HtmlRenderer::new().with_context(context.with_relative_times(course::now()?)),
    }
    .write_all()
}

/// All pages of the course.
struct Pages<'c> {
    course: Course,
    zone: Zone,
    folder: &'c Path,
    html: HtmlRenderer<'c>,
    relative: HtmlRenderer<'c>,
}

impl Pages<'_> {
    fn write_all(&self) -> Done {
        self.overview()?;
        self.lists()?;
        self.track()?;
        self.run()?;
        self.task()?;
        self.user()?;
        self.breakdowns()?;
        self.hostile()
    }

    fn overview(&self) -> Done {
        let all = Query::all();
        let view = |per| -> Result<Overview, Box<dyn Error>> {
            let newest = self
                .course
                .query(&all.clone().order(Order::TimeDescending).limit(6));
            let (first, last) = self.course.period(&all).ok_or("nothing")?;
            Ok(Overview::new("Learning platform")
                .with_period(first, last)
                .with_query(all.clone())
                .with_total("Tracks", self.course.count(&all))
                .with_total("Tasks", self.distinct(&all, GroupBy::Task))
                .with_total("Users", self.distinct(&all, GroupBy::User))
                .with_total("Runs", self.distinct(&all, GroupBy::Run))
                .with_granularity(per)
                .with_day_groups(&self.by(&all, GroupBy::Day(self.zone.clone())))
                .with_ranking(self.ranking("Top tasks", "Task", &all, GroupBy::Task))
                .with_ranking(self.ranking("Top users", "User", &all, GroupBy::User))
                .with_newest(newest)
                .with_note("Days are those of Europe/Berlin."))
        };
        self.page("overview.html", &view(Granularity::Day)?)?;
        self.page("overview-weeks.html", &view(Granularity::Week)?)?;
        self.page("overview-months.html", &view(Granularity::Month)?)?;
        self.page(
            "overview-empty.html",
            &Overview::new("Nothing yet").with_query(all),
        )
    }

    /// A page of a list with a link to the next one, with relative times, and an empty list.
    fn lists(&self) -> Done {
        let range = TimeRange::since("2026-10-01T00:00:00Z".parse()?);
        let query = Query::all()
            .within(range)
            .order(Order::TimeDescending)
            .limit(25);
        let rows = self.course.query(&query);
        let next = rows.last().map(|last| {
            tracking_core::Cursor::after(Order::TimeDescending, last.time(), last.id())
        });
        let list = TrackList::new("Tracks")
            .with_query(query.clone())
            .with_total(self.course.count(&query))
            .with_next(next);
        self.write("tracks.html", |out| {
            self.html.track_list_page(out, &list, &rows)
        })?;
        self.write("tracks-relative.html", |out| {
            self.relative.track_list_page(out, &list, &rows)
        })?;
        let query = query.task("no-such-task");
        let list = TrackList::new("Tracks").with_query(query);
        self.write("tracks-none.html", |out| {
            self.html.track_list_page(out, &list, Vec::<Track>::new())
        })?;
        let runs = RunList::new("Runs")
            .with_query(
                RunQuery::all()
                    .states([RunState::Current, RunState::Finished])
                    .limit(20),
            )
            .with_runs(self.runs(&Query::all()).into_iter().take(20))
            .with_total(u64::try_from(self.course.runs().len())?);
        self.page("runs.html", &runs)
    }

    fn track(&self) -> Done {
        let query = Query::all().field("verb", "answered");
        let track = self.course.query(&query).pop().ok_or("no answer")?;
        let view = TrackView::new(track).with_field("Loaded from", "statements.jsonl, line 212");
        self.page("track.html", &view)
    }

    fn run(&self) -> Done {
        let busiest = self.by(&Query::all(), GroupBy::Run);
        let busiest = Group::largest(busiest, 1).pop().ok_or("no run")?;
        let GroupKey::Run(id) = *busiest.key() else {
            return Err("no run".into());
        };
        let query = Query::all().run(id);
        let tracks = self.course.query(&query);
        let run = self.course.run(id).ok_or("no run")?;
        let mut timeline = Timeline::of_run(&run);
        for track in &tracks {
            timeline.add(&track.as_ref());
        }
        let view = RunView::new(run)
            .with_count(self.course.count(&query))
            .with_timeline(timeline)
            .with_ranking(self.ranking("Users", "User", &query, GroupBy::User))
            .with_ranking(self.ranking("Verbs", "Verb", &query, GroupBy::Field("verb".into())));
        self.write("run.html", |out| self.html.run_page(out, &view, &tracks))
    }

    fn task(&self) -> Done {
        let tasks = Group::largest(self.by(&Query::all(), GroupBy::Task), 1);
        let Some(GroupKey::Task(task)) = tasks.first().map(Group::key) else {
            return Err("no task".into());
        };
        let query = Query::all().task(task.as_str());
        let (first, last) = self.course.period(&query).ok_or("nothing")?;
        let runs = self.runs(&query);
        let number = u64::try_from(runs.len())?;
        let view = TaskView::new(task.clone())
            .with_query(query.clone())
            .with_period(first, last)
            .with_total("Tracks", self.course.count(&query))
            .with_total("Users", self.distinct(&query, GroupBy::User))
            .with_total("Runs", number)
            .with_day_groups(
                Granularity::Week,
                &self.by(&query, GroupBy::Day(self.zone.clone())),
            )
            .with_ranking(self.ranking("Users", "User", &query, GroupBy::User))
            .with_ranking(self.ranking("Verbs", "Verb", &query, GroupBy::Field("verb".into())))
            .with_runs(runs.into_iter().take(10), Some(number))
            .with_newest(self.newest(&query));
        self.page("task.html", &view)
    }

    fn user(&self) -> Done {
        let users = Group::largest(self.by(&Query::all(), GroupBy::User), 1);
        let Some(GroupKey::User(user)) = users.first().map(Group::key) else {
            return Err("no user".into());
        };
        let query = Query::all().user(user.as_str());
        let (first, last) = self.course.period(&query).ok_or("nothing")?;
        let view = UserView::new(user.clone())
            .with_query(query.clone())
            .with_period(first, last)
            .with_total("Tracks", self.course.count(&query))
            .with_total("Tasks", self.distinct(&query, GroupBy::Task))
            .with_total("Runs", self.distinct(&query, GroupBy::Run))
            .with_day_groups(
                Granularity::Day,
                &self.by(&query, GroupBy::Day(self.zone.clone())),
            )
            .with_ranking(self.ranking("Tasks", "Task", &query, GroupBy::Task))
            .with_ranking(self.ranking("Verbs", "Verb", &query, GroupBy::Field("verb".into())))
            .with_runs(self.runs(&query).into_iter().take(8), None)
            .with_newest(self.newest(&query));
        self.page("user.html", &view)
    }

    fn breakdowns(&self) -> Done {
        let all = Query::all();
        let pairs = [
            ("breakdown.html", GroupBy::Task.and(GroupBy::User)),
            (
                "breakdown-days.html",
                GroupBy::Day(self.zone.clone()).and(GroupBy::Task),
            ),
            (
                "breakdown-field.html",
                GroupBy::User.and(GroupBy::Field("verb".into())),
            ),
            ("count.html", GroupBy::Field("verb".into()).into()),
        ];
        for (name, grouping) in pairs {
            let groups = self.course.groups(&all, &grouping);
            let view = Breakdown::new(grouping, groups)
                .with_query(all.clone())
                .with_limits(15, 8);
            self.page(name, &view)?;
        }
        Ok(())
    }

    /// What people put into names to break a page.
    fn hostile(&self) -> Done {
        let tracks = course::hostile()?;
        let names = tracks.iter().map(|track| track.task().as_str());
        let query = Query::all().tasks(names);
        let list = TrackList::new("Hostile tracks").with_query(query);
        self.write("tracks-hostile.html", |out| {
            self.html.track_list_page(out, &list, &tracks)
        })?;
        let longest = tracks.last().ok_or("nothing")?;
        let view = TrackView::new(longest.clone()).with_title(longest.task().as_str());
        self.page("track-hostile.html", &view)?;
        let grouping = GroupBy::Task.and(GroupBy::User);
        let groups = tracks.iter().map(|track| {
            let (first, second) = grouping.keys_of(&track.as_ref());
            Group::new(first, second, 1)
        });
        let view = Breakdown::new(grouping.clone(), groups.collect());
        self.page("breakdown-hostile.html", &view.with_title("Hostile names"))
    }

    fn by(&self, query: &Query, by: GroupBy) -> Vec<Group> {
        self.course.groups(query, &by.into())
    }

    fn distinct(&self, query: &Query, by: GroupBy) -> u64 {
        u64::try_from(self.by(query, by).len()).unwrap_or(u64::MAX)
    }

    fn ranking(&self, title: &str, of: &str, query: &Query, by: GroupBy) -> Ranking {
        let groups = self.by(query, by.clone());
        Ranking::new(title, of)
            .counted_by(by)
            .with_groups(groups, 8)
    }

    fn newest(&self, query: &Query) -> Vec<Track> {
        let newest = query.clone().order(Order::TimeDescending).limit(5);
        self.course.query(&newest)
    }

    /// The runs that have tracks of a query, the latest first.
    fn runs(&self, query: &Query) -> Vec<RunRow> {
        let groups = self.by(query, GroupBy::Run);
        let row = |group: &Group| match group.key() {
            GroupKey::Run(id) => Some(RunRow::new(self.course.run(*id)?).with_count(group.count())),
            _ => None,
        };
        groups.iter().rev().filter_map(row).collect()
    }

    fn page(&self, name: &str, view: &dyn View) -> Done {
        self.write(name, |out| self.html.page(out, view))
    }

    fn write(
        &self,
        name: &str,
        write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> Done {
        let mut out = BufWriter::new(File::create(self.folder.join(name))?);
        write(&mut out)?;
        Ok(out.flush()?)
    }
}
