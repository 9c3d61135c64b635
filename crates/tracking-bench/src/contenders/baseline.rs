//! What a competent developer writes in an afternoon: a list of tracks with parsed data, sets of
//! ids in maps, one lock, answers as `Vec<Track>`.

mod state;

use anyhow::{Context, Result};
use parking_lot::RwLock;

use crate::contender::{Action, Contender, Look, Parts, Payload, Question, Triple, View};
use crate::work::{Entry, Object};
use state::State;

/// A track that owns all it has.
#[derive(Clone, Debug)]
struct Track {
    id: u64,
    task: String,
    run: u64,
    user: String,
    time: i64,
    data: Object,
}

impl Track {
    fn new(entry: &Entry<'_>) -> Self {
        Self {
            id: 0,
            task: entry.task.to_owned(),
            run: entry.run,
            user: entry.user.to_owned(),
            time: entry.time,
            data: entry.object(),
        }
    }

    fn page(&self) -> Option<&str> {
        self.data.get("page")?.as_str()
    }

    fn view(&self) -> View<'_> {
        View {
            id: self.id,
            task: &self.task,
            run: self.run,
            user: &self.user,
            time: self.time,
            data: Payload::Object(&self.data),
        }
    }
}

/// All of it behind one lock.
#[derive(Default)]
pub(super) struct Baseline(RwLock<State>);

fn taken<T>(input: &mut Option<T>) -> Result<T> {
    input.take().context("an action is done once")
}

impl Parts for Baseline {}

impl Contender for Baseline {
    fn bulk<'a>(&'a self, entries: &[Entry<'a>]) -> Result<Action<'a>> {
        let mut tracks: Vec<Track> = entries.iter().map(Track::new).collect();
        Ok(Box::new(move || {
            let mut state = self.0.write();
            tracks.drain(..).for_each(|track| state.insert(track));
            Ok(())
        }))
    }

    fn save<'a>(&'a self, entry: &Entry<'a>) -> Result<Action<'a>> {
        let mut track = Some(Track::new(entry));
        Ok(Box::new(move || {
            let track = taken(&mut track)?;
            self.0.write().insert(track);
            Ok(())
        }))
    }

    fn update<'a>(&'a self, entry: &Entry<'a>) -> Result<Action<'a>> {
        let mut track = Some(Track::new(entry));
        Ok(Box::new(move || {
            let track = taken(&mut track)?;
            self.0.write().update_last(track);
            Ok(())
        }))
    }

    fn removal<'a>(&'a self, ids: &'a [u64]) -> Result<Action<'a>> {
        Ok(Box::new(move || {
            let mut state = self.0.write();
            for id in ids {
                state.remove(*id);
            }
            Ok(())
        }))
    }

    fn reindex(&self) -> Result<()> {
        self.0.write().reindex();
        Ok(())
    }

    fn last(&self, triple: Triple<'_>, look: Look<'_>) -> Result<()> {
        let last = self.0.read().last(triple).cloned();
        if let Some(track) = last {
            look(track.view());
        }
        Ok(())
    }

    fn visit(&self, question: &Question<'_>, look: Look<'_>) -> Result<()> {
        let tracks = self.0.read().select(question);
        for track in &tracks {
            look(track.view());
        }
        Ok(())
    }

    /// Its tracks are the caller's own anyway.
    fn collect(&self, question: &Question<'_>) -> Result<u64> {
        let tracks = self.0.read().select(question);
        Ok(std::hint::black_box(&tracks)
            .iter()
            .fold(0, |fold, track| fold ^ track.view().touch()))
    }

    fn user_names(&self, task: &str, look: &mut dyn FnMut(&str)) -> Result<()> {
        let names = self.0.read().user_names(task);
        for name in &names {
            look(name);
        }
        Ok(())
    }

    fn task_ids(&self, look: &mut dyn FnMut(&str)) -> Result<()> {
        let tasks = self.0.read().task_ids();
        for task in &tasks {
            look(task);
        }
        Ok(())
    }

    fn count_by_task(
        &self,
        times: Option<(i64, i64)>,
        look: &mut dyn FnMut(&str, u64),
    ) -> Result<()> {
        self.0.read().count_by_task(times, look);
        Ok(())
    }
}
