//! The rules of batches as pure functions, for whoever writes a store.
//!
//! A store finds and changes its rows in its own way. What a batch means, it asks here, so that
//! every store decides alike: which run an operation goes to, whether a save repeats an earlier
//! one, what becomes of data, when a run's end moves, and what may be restored.

use crate::{
    Batch, CheckpointMove, Data, DataRef, Error, Key, KeyUse, NewRun, NewTrack, Result, Run,
    RunChoice, RunId, RunSelector, SaveMode, SessionGap, TaskId, Timestamp, TrackId, UserName,
};

/// The n-th run, counted from 0, that a batch has started by operations of their own.
///
/// # Errors
///
/// [`Error::UnknownStartedRun`] where it has started fewer.
pub fn started_run<R: Copy>(started: &[R], index: usize) -> Result<R> {
    let run = started.get(index).copied();
    run.ok_or_else(|| Error::unknown_started_run(index, started.len()))
}

/// How a store finds its runs while it applies a batch.
pub trait FindRun {
    /// What the store calls a run by: an id, or a number of its own.
    type Run: Copy;
    /// What can go wrong in the store.
    type Error: From<Error>;

    /// The current run of a task, if there is one.
    ///
    /// # Errors
    ///
    /// Those of the store.
    fn find_current_run(&mut self, task: &TaskId) -> Result<Option<Self::Run>, Self::Error>;

    /// The run of this id, if there is one.
    ///
    /// # Errors
    ///
    /// Those of the store.
    fn find_run(&mut self, id: RunId) -> Result<Option<Self::Run>, Self::Error>;

    /// The run of the session that a track of this user and time belongs to, if there is one.
    ///
    /// Among the user's tracks in runs of no task that are [open](session_is_open) at this time,
    /// that is the run of the last one within the gap [before](SessionGap::before) it, else of
    /// the first one within the gap [after](SessionGap::after) it. Of equal times, the highest
    /// id is the last.
    ///
    /// # Errors
    ///
    /// Those of the store.
    fn find_session(
        &mut self,
        user: &UserName,
        time: Timestamp,
        gap: SessionGap,
    ) -> Result<Option<Self::Run>, Self::Error>;
}

/// The run that a save goes into.
#[expect(clippy::exhaustive_enums, reason = "a store must know every case")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SaveRun<R> {
    /// A run that is there.
    Existing(R),
    /// A run that the store starts before it saves the track; it has a start.
    New(NewRun),
}

/// Whether a session goes on at a time: a run that was stopped as finished takes no track of a
/// later time than its end.
pub fn session_is_open(is_finished: bool, end: Timestamp, time: Timestamp) -> bool {
    !is_finished || time <= end
}

/// The run that a save goes into. `now` is the time of the store's clock, and `started` are the
/// runs that the batch has started so far.
///
/// # Errors
///
/// [`Error::UnknownRun`], [`Error::UnknownStartedRun`], and those of the store.
pub fn run_to_save_into<S: FindRun>(
    store: &mut S,
    track: &NewTrack,
    now: Timestamp,
    started: &[S::Run],
) -> Result<SaveRun<S::Run>, S::Error> {
    Ok(match track.run() {
        RunChoice::Current => match store.find_current_run(track.task())? {
            Some(run) => SaveRun::Existing(run),
            None => SaveRun::New(NewRun::of(track.task().clone()).starting_at(now)),
        },
        RunChoice::Id(id) => match store.find_run(id)? {
            Some(run) => SaveRun::Existing(run),
            None => return Err(Error::unknown_run(id).into()),
        },
        RunChoice::Started(index) => SaveRun::Existing(started_run(started, index)?),
        RunChoice::Session(gap) => {
            let time = track.time().unwrap_or(now);
            match store.find_session(track.user(), time, gap)? {
                Some(run) => SaveRun::Existing(run),
                None => SaveRun::New(NewRun::without_task().starting_at(time)),
            }
        }
    })
}

/// The run that a stop goes to; nothing where there is none.
///
/// # Errors
///
/// [`Error::UnknownStartedRun`], and those of the store.
pub fn run_to_stop<S: FindRun>(
    store: &mut S,
    run: &RunSelector,
    started: &[S::Run],
) -> Result<Option<S::Run>, S::Error> {
    match run {
        RunSelector::Id(id) => store.find_run(*id),
        RunSelector::CurrentOf(task) => store.find_current_run(task),
        RunSelector::Started(index) => Ok(Some(started_run(started, *index)?)),
    }
}

/// The track that an earlier save under the same key has saved; nothing for the first save.
///
/// # Errors
///
/// [`Error::KeyConflict`] where that save had other content, and those of the store.
pub fn repeated_save<E: From<Error>>(
    track: &NewTrack,
    find: impl FnOnce(&Key) -> Result<Option<KeyUse>, E>,
) -> Result<Option<TrackId>, E> {
    match track.key() {
        Some(key) => match find(key)? {
            Some(used) => Ok(Some(used.answer(track)?)),
            None => Ok(None),
        },
        None => Ok(None),
    }
}

/// Whether a save in this mode updates the last track of its task, run and user, if there is one.
pub fn updates_last_track(mode: SaveMode) -> bool {
    mode != SaveMode::Append
}

/// What an update does to a track.
#[expect(clippy::exhaustive_enums, reason = "a store must know every case")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrackChange {
    /// Nothing: a merge of an empty object. The run's end moves all the same.
    Nothing,
    /// It moves to the new time, and its data stays the same.
    Time,
    /// It moves to the new time, and gets this data.
    Data(Data),
}

/// What an update with `data` does to a track that has the data `before`.
///
/// # Errors
///
/// [`Error::InvalidData`] where the merged data is not data that a store can hold.
pub fn change_of_track(before: DataRef<'_>, data: &Data, replaces: bool) -> Result<TrackChange> {
    if !replaces && data.is_empty() {
        return Ok(TrackChange::Nothing);
    }
    let after = if replaces {
        data.clone()
    } else {
        before.merged_with(data.as_ref())?
    };
    Ok(if after.as_str() == before.as_str() {
        TrackChange::Time
    } else {
        TrackChange::Data(after)
    })
}

/// The end of a run after a track of this time; nothing where it stays.
pub fn moved_end(end: Timestamp, track: Timestamp) -> Option<Timestamp> {
    (end < track).then_some(track)
}

/// Refuses a batch that expects a checkpoint to be what it is not; `fits` compares one with what
/// it is before the batch.
///
/// # Errors
///
/// [`Error::CheckpointConflict`], and those of the store.
pub fn check_checkpoints<E: From<Error>>(
    batch: &Batch,
    mut fits: impl FnMut(&CheckpointMove) -> Result<bool, E>,
) -> Result<(), E> {
    for checkpoint in batch.checkpoints() {
        if !fits(checkpoint)? {
            return Err(Error::checkpoint_conflict(checkpoint.to().name().clone()).into());
        }
    }
    Ok(())
}

/// Whether a run may be restored as it is: a current run has a task and is not finished, and
/// there is no other current run of its task.
pub fn may_be_restored(run: &Run, current_of_its_task: Option<RunId>) -> bool {
    let is_only_one = current_of_its_task.is_none_or(|current| current == run.id());
    !run.is_current() || (run.task().is_some() && !run.is_finished() && is_only_one)
}

/// Whether a record may be restored although the store has its id or name already: it must be the
/// same. `what` names it for the error.
///
/// # Errors
///
/// [`Error::RestoreConflict`] where it is another one.
pub fn check_restored<T: PartialEq>(
    existing: &T,
    restored: &T,
    what: impl FnOnce() -> String,
) -> Result<()> {
    if existing == restored {
        Ok(())
    } else {
        Err(Error::restore_conflict(what()))
    }
}

/// The first text that sorts after all texts with this prefix, by code point; nothing where there
/// is none. A store can look up a prefix as the range from the prefix up to this text.
///
/// ```
/// use tracking_core::rules::prefix_end;
///
/// assert_eq!(prefix_end("lesson-").as_deref(), Some("lesson."));
/// assert_eq!(prefix_end(""), None);
/// ```
pub fn prefix_end(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        // Surrogates are not characters; the characters go on behind them.
        let next = u32::from(last) + 1;
        let next = char::from_u32(next).or_else(|| char::from_u32(next + 0x800));
        if let Some(next) = next {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: serde_json::Value) -> Data {
        Data::try_from(value).unwrap()
    }

    fn run(number: u64) -> RunId {
        RunId::new(number).unwrap()
    }

    /// A store with one current run, one that is found by any id, and one session.
    #[derive(Default)]
    struct Runs {
        current: Option<u32>,
        any: Option<u32>,
        session: Option<u32>,
    }

    impl FindRun for Runs {
        type Run = u32;
        type Error = Error;

        fn find_current_run(&mut self, _: &TaskId) -> Result<Option<u32>> {
            Ok(self.current)
        }

        fn find_run(&mut self, _: RunId) -> Result<Option<u32>> {
            Ok(self.any)
        }

        fn find_session(
            &mut self,
            _: &UserName,
            _: Timestamp,
            _: SessionGap,
        ) -> Result<Option<u32>> {
            Ok(self.session)
        }
    }

    #[test]
    fn a_save_finds_its_run() {
        let into = |choice: RunChoice, current, any| {
            let track = NewTrack::new("a", "u", json!({}))?.in_run(choice);
            let mut runs = Runs {
                current,
                any,
                ..Runs::default()
            };
            run_to_save_into(&mut runs, &track, Timestamp::EPOCH, &[40, 41])
        };
        let existing = SaveRun::Existing;
        assert_eq!(
            into(RunChoice::Current, Some(7), None).unwrap(),
            existing(7)
        );
        let new = NewRun::of(TaskId::new("a").unwrap()).starting_at(Timestamp::EPOCH);
        let expected = SaveRun::New(new);
        assert_eq!(into(RunChoice::Current, None, Some(1)).unwrap(), expected);
        assert_eq!(into(run(3).into(), None, Some(3)).unwrap(), existing(3));
        assert_eq!(
            into(RunChoice::Started(1), None, None).unwrap(),
            existing(41)
        );
        let unknown = into(run(3).into(), Some(7), None).unwrap_err();
        assert!(matches!(unknown, Error::UnknownRun { .. }));
        let unknown = into(RunChoice::Started(2), None, None).unwrap_err();
        let expected = matches!(
            unknown,
            Error::UnknownStartedRun {
                index: 2,
                started: 2
            }
        );
        assert!(expected, "{unknown:?}");
    }

    #[test]
    fn a_session_starts_at_the_time_of_its_first_track() {
        let track = NewTrack::new("a", "u", json!({})).unwrap();
        let track = track.in_session(SessionGap::default());
        let into = |track: &NewTrack, session| {
            let mut runs = Runs {
                session,
                ..Runs::default()
            };
            run_to_save_into(&mut runs, track, Timestamp::EPOCH, &[]).unwrap()
        };
        assert_eq!(into(&track, Some(5)), SaveRun::Existing(5));
        let new = |time| SaveRun::New(NewRun::without_task().starting_at(time));
        assert_eq!(into(&track, None), new(Timestamp::EPOCH));
        assert_eq!(into(&track.at(Timestamp::MIN), None), new(Timestamp::MIN));
    }

    #[test]
    fn a_finished_session_is_open_up_to_its_end() {
        let (early, late) = (Timestamp::EPOCH, Timestamp::MAX);
        assert!(session_is_open(false, early, late));
        assert!(session_is_open(true, early, early));
        assert!(!session_is_open(true, early, late));
    }

    #[test]
    fn a_stop_of_an_unknown_run_is_no_error_unless_the_batch_should_have_started_it() {
        let stop = |run: &RunSelector| run_to_stop(&mut Runs::default(), run, &[]);
        assert_eq!(stop(&run(9).into()).unwrap(), None);
        assert_eq!(stop(&TaskId::new("a").unwrap().into()).unwrap(), None);
        assert!(stop(&RunSelector::Started(0)).is_err());
    }

    #[test]
    fn an_update_changes_time_and_data_or_only_one_of_them() {
        let before = object(json!({"a": 1, "b": {"c": 2}}));
        let change =
            |data, replaces| change_of_track(before.as_ref(), &object(data), replaces).unwrap();
        assert_eq!(change(json!({}), false), TrackChange::Nothing);
        assert_eq!(change(json!({"a": 1}), false), TrackChange::Time);
        let merged = object(json!({"a": 1, "b": null}));
        assert_eq!(change(json!({"b": null}), false), TrackChange::Data(merged));
        assert_eq!(change(json!({}), true), TrackChange::Data(Data::empty()));
    }

    #[test]
    fn a_run_ends_with_its_latest_track() {
        let (early, late) = (Timestamp::EPOCH, Timestamp::MAX);
        assert_eq!(moved_end(early, late), Some(late));
        assert_eq!(moved_end(late, early), None);
        assert_eq!(moved_end(late, late), None);
    }

    #[test]
    fn a_task_has_one_current_run() {
        let task = TaskId::new("a").unwrap();
        let of = |task| Run::new(run(2), task, Timestamp::EPOCH, Timestamp::EPOCH);
        let current = of(Some(task)).with_current(true);
        assert!(may_be_restored(&of(None), Some(run(1))));
        assert!(may_be_restored(&current, None));
        assert!(may_be_restored(&current, Some(run(2))));
        assert!(!may_be_restored(&current, Some(run(1))));
        assert!(!may_be_restored(&current.with_finished(true), None));
        assert!(!may_be_restored(&of(None).with_current(true), None));
    }
    #[test]
    fn a_record_that_exists_must_be_the_same() {
        let check = |restored| check_restored(&1, &restored, || "run 7".to_owned());
        assert!(check(1).is_ok());
        let error = check(2).unwrap_err();
        assert!(error.to_string().contains("run 7"), "{error}");
    }

    #[test]
    fn a_prefix_ends_before_the_first_text_without_it() {
        assert_eq!(prefix_end("a").as_deref(), Some("b"));
        assert_eq!(prefix_end("a\u{10FFFF}").as_deref(), Some("b"));
        assert_eq!(prefix_end("\u{D7FF}").as_deref(), Some("\u{E000}"));
        assert_eq!(prefix_end("\u{10FFFF}"), None);
        assert_eq!(prefix_end(""), None);
    }
}
