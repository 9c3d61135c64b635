//! The tracks of each user over time.

use tracking_core::{Run, Timestamp, TrackRef, UserName};

/// The tracks of a run, or of any length of time, counted into slots of equal length per user,
/// so that a timeline of any number of tracks takes constant memory.
///
/// ```
/// use tracking_core::{RunId, TaskId, Timestamp, Track, TrackId, UserName};
/// use tracking_views::Timeline;
///
/// let (first, last) = (Timestamp::EPOCH, Timestamp::from_secs(3600)?);
/// let (task, user) = (TaskId::new("b1")?, UserName::new("u1")?);
/// let track = Track::new(TrackId::FIRST, task, RunId::FIRST, user, last, "{}".parse()?);
/// let mut timeline = Timeline::new(first, last);
/// timeline.add(&track.as_ref());
/// assert_eq!(timeline.lanes()[0].slots()[Timeline::SLOTS - 1], 1);
/// # Ok::<(), tracking_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    first: Timestamp,
    last: Timestamp,
    lanes: Vec<Lane>,
    others: Option<Lane>,
}

/// The tracks of a user over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    user: UserName,
    slots: Vec<u64>,
    count: u64,
    first: Timestamp,
    last: Timestamp,
}

impl Timeline {
    /// How many slots a lane has.
    pub const SLOTS: usize = 60;
    /// How many users have a lane of their own; those who come later share one.
    pub const LANES: usize = 20;

    /// A timeline from one moment to another; tracks outside count at its ends.
    pub fn new(first: Timestamp, last: Timestamp) -> Self {
        Self {
            first: first.min(last),
            last: first.max(last),
            lanes: Vec::new(),
            others: None,
        }
    }

    /// A timeline from the start to the end of a run.
    pub fn of_run(run: &Run) -> Self {
        Self::new(run.start(), run.end())
    }

    /// Counts a track.
    pub fn add(&mut self, track: &TrackRef<'_>) {
        let (slot, time) = (self.slot_of(track.time()), track.time());
        let user = track.user();
        let lane = self
            .lanes
            .iter()
            .position(|lane| lane.user.as_str() == user);
        let lane = match lane {
            Some(found) => self.lanes.get_mut(found),
            None if self.lanes.len() < Self::LANES => {
                self.lanes.push(Lane::new(track.user_name(), time));
                self.lanes.last_mut()
            }
            None => Some(
                self.others
                    .get_or_insert_with(|| Lane::new(UserName::nobody(), time)),
            ),
        };
        if let Some(lane) = lane {
            lane.add(slot, time);
        }
    }

    /// Its first moment.
    pub fn first(&self) -> Timestamp {
        self.first
    }

    /// Its last moment.
    pub fn last(&self) -> Timestamp {
        self.last
    }

    /// The users in the order in which they came.
    pub fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// The users beyond [`LANES`](Self::LANES), together.
    pub fn others(&self) -> Option<&Lane> {
        self.others.as_ref()
    }

    /// The largest count of a slot.
    pub fn largest(&self) -> u64 {
        let slots = self.lanes.iter().chain(&self.others).flat_map(Lane::slots);
        slots.copied().max().unwrap_or(0)
    }

    fn slot_of(&self, time: Timestamp) -> usize {
        let part = |to: Timestamp| u128::try_from(to.micros() - self.first.micros()).unwrap_or(0);
        let whole = part(self.last).max(1);
        let slot = part(time.clamp(self.first, self.last)) * (Self::SLOTS as u128) / whole;
        usize::try_from(slot).unwrap_or(0).min(Self::SLOTS - 1)
    }
}

impl Lane {
    fn new(user: UserName, time: Timestamp) -> Self {
        Self {
            user,
            slots: vec![0; Timeline::SLOTS],
            count: 0,
            first: time,
            last: time,
        }
    }

    fn add(&mut self, slot: usize, time: Timestamp) {
        if let Some(count) = self.slots.get_mut(slot) {
            *count = count.saturating_add(1);
        }
        self.count = self.count.saturating_add(1);
        self.first = self.first.min(time);
        self.last = self.last.max(time);
    }

    /// Whose it is; nobody's where it is that of the others.
    pub fn user(&self) -> &UserName {
        &self.user
    }

    /// How many tracks there are in each slot.
    pub fn slots(&self) -> &[u64] {
        &self.slots
    }

    /// How many tracks there are in all.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The time of the first track.
    pub fn first(&self) -> Timestamp {
        self.first
    }

    /// The time of the last track.
    pub fn last(&self) -> Timestamp {
        self.last
    }
}
