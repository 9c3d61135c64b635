//! What a transaction knows of the store, with what it will change.
//!
//! Operations read and change this cache only. What it lacks is fetched first, most of it for all
//! operations at once; at the end all changes are written with a few statements. So a batch takes
//! two round trips, however many operations it has, and taking an operation back is dropping a copy.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use tracking_core::{
    AppliedBatch, BatchId, Checkpoint, CheckpointName, Data, Key, KeyUse, Run, TaskId, TimeRange,
    Timestamp, Track, TrackId, UserName,
};

/// What is known of a row, and what becomes of it.
#[derive(Clone, Debug)]
pub(crate) struct Cached<T> {
    /// The row as it will be; nothing where there will be none.
    pub(crate) value: Option<T>,
    /// Whether the table has the row now.
    pub(crate) is_stored: bool,
    pub(crate) is_changed: bool,
}

impl<T> Cached<T> {
    fn stored(value: Option<T>) -> Self {
        Self {
            is_stored: value.is_some(),
            value,
            is_changed: false,
        }
    }
}

/// Whose last track is asked for.
pub(crate) type Owner = (TaskId, i64, UserName);

/// What is known of the last track of an owner among those that the transaction has not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LastUnchanged {
    /// It is this one, or there is none.
    Is(Option<i64>),
    /// It comes before this place: it was there until it was changed.
    Before((Timestamp, i64)),
}

/// Where the changed tracks stand among those of their owners and users, by time.
#[derive(Clone, Debug, Default)]
struct ChangedPlaces {
    of_owner: HashMap<Owner, BTreeSet<(Timestamp, i64)>>,
    of_user: HashMap<UserName, BTreeSet<(Timestamp, i64)>>,
}

impl ChangedPlaces {
    fn of_tracks(tracks: &BTreeMap<i64, Cached<Track>>) -> Self {
        let mut places = Self::default();
        for (number, cached) in tracks {
            if let Some(track) = cached.value.as_ref().filter(|_| cached.is_changed) {
                places.add(*number, track);
            }
        }
        places
    }

    fn add(&mut self, number: i64, track: &Track) {
        let place = (track.time(), number);
        let of_user = self.of_user.entry(track.user().clone()).or_default();
        of_user.insert(place);
        let of_owner = self.of_owner.entry(owner_of(track)).or_default();
        of_owner.insert(place);
    }

    fn remove(&mut self, number: i64, track: &Track) {
        let place = (track.time(), number);
        if let Some(of_owner) = self.of_owner.get_mut(&owner_of(track)) {
            of_owner.remove(&place);
        }
        if let Some(of_user) = self.of_user.get_mut(track.user()) {
            of_user.remove(&place);
        }
    }
}

/// What a transaction knows and will write.
#[derive(Clone, Debug, Default)]
pub(crate) struct WriteCache {
    pub(crate) runs: BTreeMap<i64, Cached<Run>>,
    /// The current runs of tasks.
    current: HashMap<TaskId, Option<i64>>,
    pub(crate) tracks: BTreeMap<i64, Cached<Track>>,
    /// The last tracks among those that the transaction has not changed.
    last_unchanged: HashMap<Owner, LastUnchanged>,
    /// Made when it is asked for: most batches only append.
    changed: OnceLock<ChangedPlaces>,
    /// The session that was looked for last.
    pub(crate) session: Option<i64>,
    keys: HashMap<Key, Option<KeyUse>>,
    /// The keys that are known to be of a track.
    keys_of: HashMap<TrackId, Vec<Key>>,
    /// The keys that the transaction has added, by their track.
    pub(crate) new_keys: BTreeMap<i64, Vec<KeyUse>>,
    checkpoints: HashMap<CheckpointName, Option<Data>>,
    pub(crate) moved_checkpoints: BTreeSet<CheckpointName>,
    batches: HashMap<BatchId, Option<AppliedBatch>>,
    pub(crate) new_batches: Vec<AppliedBatch>,
    /// The numbers of removed tracks that the table has.
    pub(crate) removed: BTreeSet<i64>,
}

/// Runs.
impl WriteCache {
    pub(crate) fn knows_run(&self, number: i64) -> bool {
        self.runs.contains_key(&number)
    }

    pub(crate) fn knows_current(&self, task: &TaskId) -> bool {
        self.current.contains_key(task)
    }

    /// Takes in a run as the table has it, or that it has none of this number.
    pub(crate) fn load_run(&mut self, number: i64, run: Option<Run>) {
        if let Some(run) = &run
            && run.is_current()
            && let Some(task) = run.task()
        {
            self.current.entry(task.clone()).or_insert(Some(number));
        }
        self.runs
            .entry(number)
            .or_insert_with(|| Cached::stored(run));
    }

    /// Takes in that a task has no current run, unless one is known.
    pub(crate) fn load_no_current(&mut self, task: &TaskId) {
        self.current.entry(task.clone()).or_insert(None);
    }

    pub(crate) fn run(&self, number: i64) -> Option<&Run> {
        self.runs.get(&number)?.value.as_ref()
    }

    pub(crate) fn current_run(&self, task: &TaskId) -> Option<i64> {
        self.current.get(task).copied().flatten()
    }

    /// Moves the end of a run that is known.
    pub(crate) fn set_run_end(&mut self, number: i64, end: Timestamp) {
        if let Some(cached) = self.runs.get_mut(&number)
            && let Some(run) = cached.value.take()
        {
            cached.value = Some(run.with_end(end));
            cached.is_changed = true;
        }
    }

    /// Adds or replaces a run.
    pub(crate) fn set_run(&mut self, number: i64, run: Run) {
        if let Some(task) = run.task() {
            let current = self.current.entry(task.clone()).or_insert(None);
            if run.is_current() {
                *current = Some(number);
            } else if *current == Some(number) {
                *current = None;
            }
        }
        let is_stored = self.runs.get(&number).is_some_and(|run| run.is_stored);
        let cached = Cached {
            value: Some(run),
            is_stored,
            is_changed: true,
        };
        self.runs.insert(number, cached);
    }
}

/// Tracks.
impl WriteCache {
    pub(crate) fn knows_track(&self, number: i64) -> bool {
        self.tracks.contains_key(&number)
    }

    /// Takes in a track as the table has it, or that it has none of this number.
    pub(crate) fn load_track(&mut self, number: i64, track: Option<Track>) {
        self.tracks
            .entry(number)
            .or_insert_with(|| Cached::stored(track));
    }

    pub(crate) fn track(&self, number: i64) -> Option<&Track> {
        self.tracks.get(&number)?.value.as_ref()
    }

    /// Adds or replaces a track; task, run and user stay as they are.
    pub(crate) fn set_track(&mut self, number: i64, track: Track) {
        let before = self.tracks.get(&number);
        let is_stored = before.is_some_and(|before| before.is_stored);
        self.leave_place(number);
        if let Some(changed) = self.changed.get_mut() {
            changed.add(number, &track);
        }
        let cached = Cached {
            value: Some(track),
            is_stored,
            is_changed: true,
        };
        self.tracks.insert(number, cached);
    }

    /// Removes a track with its keys; tells whether it was there.
    pub(crate) fn remove_track(&mut self, number: i64) -> bool {
        self.leave_place(number);
        let Some(cached) = self.tracks.get_mut(&number) else {
            return false;
        };
        let Some(track) = cached.value.take() else {
            return false;
        };
        cached.is_changed = true;
        if cached.is_stored {
            self.removed.insert(number);
        }
        self.new_keys.remove(&number);
        for key in self.keys_of.remove(&track.id()).into_iter().flatten() {
            if let Some(used) = self.keys.get_mut(&key) {
                used.take_if(|used| used.track() == track.id());
            }
        }
        true
    }

    /// Takes a track out of where it stands among those of its owner.
    fn leave_place(&mut self, number: i64) {
        let Some(cached) = self.tracks.get(&number) else {
            return;
        };
        let Some(track) = &cached.value else {
            return;
        };
        if cached.is_changed {
            if let Some(changed) = self.changed.get_mut() {
                changed.remove(number, track);
            }
        } else if let Some(last) = self.last_unchanged.get_mut(&owner_of(track))
            && *last == LastUnchanged::Is(Some(number))
        {
            *last = LastUnchanged::Before((track.time(), number));
        }
    }

    fn changed(&self) -> &ChangedPlaces {
        let tracks = || ChangedPlaces::of_tracks(&self.tracks);
        self.changed.get_or_init(tracks)
    }

    /// The changed tracks of a user within a range, by time.
    pub(crate) fn changed_of(
        &self,
        user: &UserName,
        range: TimeRange,
    ) -> impl DoubleEndedIterator<Item = (Timestamp, i64)> {
        let changed = self.changed().of_user.get(user);
        let changed = changed.filter(|_| !range.is_empty());
        let within = (range.from(), i64::MIN)..=(range.to(), i64::MAX);
        changed
            .into_iter()
            .flat_map(move |changed| changed.range(within.clone()).copied())
    }

    fn last_changed(&self, owner: &Owner) -> Option<(Timestamp, i64)> {
        let changed = self.changed().of_owner.get(owner);
        changed.and_then(|all| all.last().copied())
    }

    /// Whether [`last_track`](Self::last_track) can tell.
    pub(crate) fn knows_last(&self, owner: &Owner) -> bool {
        match self.last_unchanged.get(owner) {
            Some(LastUnchanged::Is(_)) => true,
            Some(LastUnchanged::Before(place)) => self.last_changed(owner) >= Some(*place),
            None => false,
        }
    }

    /// Takes in the last track of an owner among those that are not [changed](Self::changed_stored).
    pub(crate) fn load_last(&mut self, owner: Owner, last: Option<(i64, Track)>) {
        let number = last.as_ref().map(|(number, _)| *number);
        if let Some((number, track)) = last {
            self.load_track(number, Some(track));
        }
        self.last_unchanged.insert(owner, LastUnchanged::Is(number));
    }

    /// The stored tracks that are changed or removed, so that a search for the last unchanged one
    /// must leave them out.
    pub(crate) fn changed_stored(&self) -> Vec<i64> {
        let changed = self.tracks.iter();
        let changed = changed.filter(|(_, track)| track.is_stored && track.is_changed);
        changed.map(|(number, _)| *number).collect()
    }

    /// The tracks that the table will have and does not have, by their number.
    pub(crate) fn new_tracks(&self) -> Vec<(i64, &Track)> {
        self.tracks_to_write(false)
    }

    /// The tracks that the table has otherwise than it will have them, by their number.
    pub(crate) fn changed_tracks(&self) -> Vec<(i64, &Track)> {
        self.tracks_to_write(true)
    }

    fn tracks_to_write(&self, is_stored: bool) -> Vec<(i64, &Track)> {
        let tracks = self.tracks.iter();
        let tracks = tracks.filter(|(_, track)| track.is_changed && track.is_stored == is_stored);
        tracks
            .filter_map(|(number, track)| Some((*number, track.value.as_ref()?)))
            .collect()
    }

    /// Whether the table has a track otherwise than it will be.
    pub(crate) fn is_changed_stored(&self, number: i64) -> bool {
        let track = self.tracks.get(&number);
        track.is_some_and(|track| track.is_stored && track.is_changed)
    }

    /// The last track of an owner, which must be [known](Self::knows_last).
    pub(crate) fn last_track(&self, owner: &Owner) -> Option<i64> {
        let unchanged = match self.last_unchanged.get(owner) {
            Some(LastUnchanged::Is(Some(number))) => {
                self.track(*number).map(|track| (track.time(), *number))
            }
            _ => None,
        };
        unchanged
            .max(self.last_changed(owner))
            .map(|(_, number)| number)
    }
}

/// Keys, checkpoints and batch ids.
impl WriteCache {
    pub(crate) fn knows_key(&self, key: &Key) -> bool {
        self.keys.contains_key(key)
    }

    /// Takes in what the table has of a key.
    pub(crate) fn load_key(&mut self, key: Key, used: Option<KeyUse>) {
        let is_removed = |used: &KeyUse| {
            i64::try_from(used.track().number()).is_ok_and(|number| self.removed.contains(&number))
        };
        let used = used.filter(|used| !is_removed(used));
        if let Entry::Vacant(entry) = self.keys.entry(key) {
            if let Some(used) = &used {
                let keys = self.keys_of.entry(used.track()).or_default();
                keys.push(used.key().clone());
            }
            entry.insert(used);
        }
    }

    pub(crate) fn key_use(&self, key: &Key) -> Option<KeyUse> {
        self.keys.get(key).cloned().flatten()
    }

    pub(crate) fn add_key(&mut self, number: i64, used: KeyUse) {
        let keys = self.keys_of.entry(used.track()).or_default();
        keys.push(used.key().clone());
        self.keys.insert(used.key().clone(), Some(used.clone()));
        self.new_keys.entry(number).or_default().push(used);
    }

    pub(crate) fn knows_checkpoint(&self, name: &CheckpointName) -> bool {
        self.checkpoints.contains_key(name)
    }

    pub(crate) fn load_checkpoint(&mut self, name: CheckpointName, position: Option<Data>) {
        self.checkpoints.entry(name).or_insert(position);
    }

    pub(crate) fn checkpoint(&self, name: &CheckpointName) -> Option<&Data> {
        self.checkpoints.get(name)?.as_ref()
    }

    pub(crate) fn set_checkpoint(&mut self, checkpoint: &Checkpoint) {
        let name = checkpoint.name().clone();
        self.moved_checkpoints.insert(name.clone());
        self.checkpoints
            .insert(name, Some(checkpoint.position().clone()));
    }

    pub(crate) fn knows_batch(&self, id: &BatchId) -> bool {
        self.batches.contains_key(id)
    }

    pub(crate) fn load_batch(&mut self, id: BatchId, applied: Option<AppliedBatch>) {
        self.batches.entry(id).or_insert(applied);
    }

    pub(crate) fn applied_batch(&self, id: &BatchId) -> Option<&AppliedBatch> {
        self.batches.get(id)?.as_ref()
    }

    pub(crate) fn add_batch(&mut self, applied: AppliedBatch) {
        self.batches
            .insert(applied.id().clone(), Some(applied.clone()));
        self.new_batches.push(applied);
    }
}

fn owner_of(track: &Track) -> Owner {
    let run = i64::try_from(track.run().number()).unwrap_or(i64::MAX);
    (track.task().clone(), run, track.user().clone())
}
