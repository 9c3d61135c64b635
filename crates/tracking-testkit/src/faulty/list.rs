//! The faults, and the case that must catch each.

use std::sync::Arc;

use super::batch_ids::{
    ComparesCheckpointsFirst, FailedBatchesUseUpIds, ForgetsAnswers, IgnoresBatchIdConflicts,
    IgnoresBatchIds, RemembersForEver,
};
use super::batches::{
    BlamesTheFirst, DoesOneByOne, ErrorsUseUpIds, LosesSaves, MovesCheckpointsBlindly,
    ShowsHalfBatches, StartsRunsTwice, WritesCheckpointsFirst,
};
use super::changes::{
    HidesErasures, HidesRemovals, IgnoresTheChangeCursor, ListsEachIdAlone, NeverWaits,
    SkipsForgottenChanges,
};
use super::criteria::{
    ExcludesAllForNothing, ExclusionWantsTheField, IgnoresExclusions, NullIsMissing,
    NumberRangesExcludeTheirEnds, QuestionMarksAreThemselves, RoundsLargeIntegers,
    StarsStopAtSlashes, TellsEqualNumbersApart, TextsAreNumbers,
};
use super::delayed::{FailuresUndoDelayedBatches, HidesDelayedBatches, LosesTheLastDelayedBatch};
use super::grouping::{
    CountsTracksForUsers, DaysCountFromZero, HoursAreInUtc, NamesGoOnAfterKnownOnes,
    PagesOfGroupsOverlap, TopIsTheFirst,
};
use super::keys::{IgnoresKeyConflicts, IgnoresKeys, RepeatedSavesTouchTheRun};
use super::queries::{
    AlwaysGivesACursor, BusyWhileVisiting, CursorCounts, IgnoresCase, IgnoresEmptyLists,
    LimitIsOneOff, PrefixEndsAtZ, RangesExcludeTheirEnd, StarsArePrefixes, TakesAnyCursor,
    TiesGoUp, VisitsManyMoments,
};
use super::removal::{
    AlwaysAddsAnIndex, LeavesTraces, PrunesTheLastMoment, PrunesTheNewest, ReindexDropsIndexes,
    RemovalIgnoresTheLimit, RemovalIgnoresTheOrder, RenameLosesTracks, RestoresInPart,
    RestoresNoCounters, RestoresNoCurrentRun, RestoresOnlyOnce,
};
use super::results::{
    CountMindsTheCursor, CountStopsAtTheLimit, DaysAreInUtc, HidesMissingValues, LargestGroupFirst,
    NamesStay, SortsWithoutCase,
};
use super::run_removal::{
    AlwaysTakesEmptyRuns, CountsThePageOfRuns, ExpiryIgnoresTheLimit, GroupsRunsByAnything,
    GroupsRunsByTheirEnd, HidesRemovedRuns, HidesRunsWithoutATask, KeepsEmptyRuns,
    PagesOfCheckpointsOverlap, PrunesWhateverIsOld, RemovesFullRuns, RemovesOnlyEmptyRuns,
    SummaryTellsTheStart, TakesAllEmptyRuns,
};
use super::runs::{
    EndStays, ExpiryMovesTheEnd, FinishedStaysCurrent, RunsListTheirTask, StartFinishesTheOld,
    StopNeverGoesBack,
};
use super::saves::{
    CutsMicroseconds, EmptyMergeMovesTime, EmptyReplaceDoesNothing, LastByIdOnly, LastOfAnyRun,
    LosesMerges, LowersNames, MergesDeep, NullTakesKeysAway, ReusesIds, TimeZeroMeansNow,
};
use super::sessions::{
    FinishedSessionsGoOn, FinishedSessionsTakeNothing, GapsExcludeTheirEnd, HidesSessions,
    LateTracksStartSessions, SessionsAreCurrentRuns, SessionsBeginNow, SessionsStayInTheirTask,
    StartsSessionsTwice, TaskRunsAreSessions, UsersShareSessions,
};
use super::transfer::{ExportsManyMoments, IgnoresTheEndOfAnExport};
use super::{Fault, Wrong};

macro_rules! faults {
    ($($rules:ident $(($made:expr))? => $topic:ident::$case:ident,)*) => {
        &[$(Fault {
            name: stringify!($rules),
            caught_by: (stringify!($topic), stringify!($case)),
            wrap: |right| Arc::new(Wrong::new(right, faults!(@make $rules $(($made))?))),
        },)*]
    };
    (@make $rules:ident) => { $rules };
    (@make $rules:ident ($made:expr)) => { $made };
}

/// All faults.
pub fn faults() -> &'static [Fault] {
    FAULTS
}

static FAULTS: &[Fault] = faults! {
    ReusesIds(ReusesIds::default()) => save::track_ids_never_come_back,
    TimeZeroMeansNow => save::time_zero_is_a_time,
    CutsMicroseconds => save::microseconds_are_kept,
    MergesDeep => update::a_merge_is_shallow,
    NullTakesKeysAway => update::a_merge_stores_null_as_null,
    EmptyMergeMovesTime => update::an_empty_merge_leaves_data_and_time,
    EmptyReplaceDoesNothing => update::a_replace_by_nothing_empties_the_data_and_moves_the_time,
    LastByIdOnly => last::the_last_track_has_the_highest_time,
    LastOfAnyRun => last::the_last_track_of_the_current_run_is_of_no_older_one,
    EndStays => save::a_save_moves_the_runs_end_to_its_time,
    FinishedStaysCurrent(FinishedStaysCurrent::default())
        => runs::a_stop_by_id_makes_the_run_no_longer_current,
    StartFinishesTheOld => runs::a_start_replaces_the_current_run_and_leaves_it_unfinished,
    StopNeverGoesBack => runs::a_stop_sets_the_end_even_backwards,
    RunsListTheirTask => runs::a_start_alone_lists_no_task,
    SessionsAreCurrentRuns => sessions::a_first_track_starts_a_run_of_no_task,
    GapsExcludeTheirEnd => sessions::a_track_within_the_gap_goes_into_the_same_run,
    SessionsBeginNow => sessions::a_session_begins_at_the_time_of_its_first_track,
    SessionsStayInTheirTask => sessions::a_session_goes_across_tasks,
    UsersShareSessions => sessions::users_have_sessions_of_their_own,
    TaskRunsAreSessions => sessions::runs_of_a_task_are_no_sessions,
    LateTracksStartSessions => sessions::else_a_late_track_goes_into_the_run_after_it,
    FinishedSessionsGoOn => sessions::a_finished_session_takes_no_later_track,
    FinishedSessionsTakeNothing => sessions::a_finished_session_takes_tracks_up_to_its_end,
    HidesSessions => sessions::the_session_of_a_user_is_found,
    ExpiryMovesTheEnd => expiry::an_untouched_run_is_stopped_as_not_finished,
    RangesExcludeTheirEnd => times::a_range_includes_both_ends,
    PrefixEndsAtZ => names::a_prefix_finds_every_name_that_starts_with_it,
    IgnoresEmptyLists => queries::an_empty_list_with_others_matches_nothing,
    IgnoresCase => names::case_matters,
    LowersNames => names::case_matters,
    StarsArePrefixes => names::stars_and_wildcards_are_ordinary_characters,
    IgnoresExclusions => exclusion::excluded_names_are_omitted,
    ExcludesAllForNothing => exclusion::to_exclude_nothing_or_unknown_names_excludes_nothing,
    ExclusionWantsTheField => exclusion::excluded_values_leave_tracks_without_the_field,
    StarsStopAtSlashes => patterns::a_star_stands_for_any_text_also_with_slashes,
    QuestionMarksAreThemselves => patterns::a_question_mark_stands_for_one_character,
    TellsEqualNumbersApart => numbers::equal_numbers_are_found_however_they_are_written,
    RoundsLargeIntegers => numbers::large_integers_compare_exactly,
    NumberRangesExcludeTheirEnds => numbers::a_range_of_numbers_has_the_ends_that_it_says,
    TextsAreNumbers => numbers::only_numbers_lie_in_a_range,
    NullIsMissing => numbers::a_field_exists_whatever_its_value,
    NamesStay(NamesStay::default()) => names::names_are_listed_only_while_a_track_exists,
    SortsWithoutCase => names::lists_of_names_are_sorted_by_code_point,
    LimitIsOneOff => orders::a_limit_gives_the_first_of_the_order,
    TiesGoUp => orders::tracks_come_by_time_downwards_and_then_by_id_downwards,
    CursorCounts(CursorCounts::default()) => visits::a_cursor_stays_right_when_its_track_is_removed,
    TakesAnyCursor => visits::a_cursor_of_another_order_is_an_error,
    AlwaysGivesACursor => visits::there_is_no_cursor_where_none_is_left,
    BusyWhileVisiting(BusyWhileVisiting::default()) => visits::a_visitor_may_write_to_the_store,
    VisitsManyMoments => visits::what_is_visited_is_the_store_at_one_moment,
    CountStopsAtTheLimit => counting::a_count_ignores_limit_and_cursor,
    CountMindsTheCursor => counting::a_count_ignores_limit_and_cursor,
    HidesMissingValues => counting::groups_by_field_put_tracks_without_it_first,
    DaysAreInUtc => counting::groups_by_day_go_by_the_time_zone,
    HoursAreInUtc => grouping::groups_by_hour_go_by_the_time_zone,
    DaysCountFromZero => grouping::groups_by_day_of_the_week_begin_on_monday,
    CountsTracksForUsers => grouping::different_things_are_counted_with_tracks,
    TopIsTheFirst => grouping::the_largest_groups_come_first_where_that_is_asked,
    PagesOfGroupsOverlap => grouping::groups_come_page_by_page,
    NamesGoOnAfterKnownOnes => grouping::names_come_page_by_page,
    LargestGroupFirst => counting::groups_by_user,
    DoesOneByOne => batches::a_batch_whose_last_operation_fails_does_nothing,
    BlamesTheFirst => batches::an_error_in_a_batch_tells_which_operation_failed,
    ErrorsUseUpIds => errors::every_kind_of_error_changes_nothing,
    WritesCheckpointsFirst => checkpoints::a_checkpoint_of_a_batch_that_fails_is_not_written,
    MovesCheckpointsBlindly => checkpoints::a_checkpoint_expected_missing_must_be_missing,
    IgnoresKeys => keys::a_repeated_save_gives_the_same_track,
    IgnoresKeyConflicts => keys::other_content_under_a_key_is_an_error_that_names_it,
    RepeatedSavesTouchTheRun => keys::a_repeated_save_gives_the_same_track,
    IgnoresBatchIds => batch_ids::a_repeated_batch_changes_nothing_and_gives_the_first_outcomes,
    ForgetsAnswers(ForgetsAnswers::default())
        => batch_ids::a_repeated_batch_changes_nothing_and_gives_the_first_outcomes,
    IgnoresBatchIdConflicts => batch_ids::another_batch_under_an_id_is_an_error_that_names_it,
    ComparesCheckpointsFirst
        => batch_ids::a_repeated_batch_succeeds_although_its_checkpoint_has_moved,
    FailedBatchesUseUpIds => batch_ids::a_failed_batch_leaves_its_id_unused,
    RemembersForEver => batch_ids::ids_beyond_the_count_are_forgotten_in_the_order_of_application,
    HidesDelayedBatches(HidesDelayedBatches::default())
        => delayed::a_delayed_batch_is_seen_at_once,
    FailuresUndoDelayedBatches(FailuresUndoDelayedBatches::default())
        => delayed::a_delayed_batch_that_fails_leaves_those_before_it,
    LosesTheLastDelayedBatch(LosesTheLastDelayedBatch::default())
        => delayed::delayed_batches_do_what_others_do,
    HidesErasures => changes::every_way_of_change_is_listed,
    HidesRemovals => changes::every_way_of_change_is_listed,
    ListsEachIdAlone => changes::a_batch_of_a_thousand_saves_is_one_entry,
    IgnoresTheChangeCursor => changes::changes_come_in_the_order_of_their_commits_page_by_page,
    SkipsForgottenChanges => changes::forgotten_changes_are_an_error_that_says_where_to_continue,
    NeverWaits => changes::waiting_ends_as_soon_as_there_is_a_change,
    RemovalIgnoresTheLimit => removal::a_removal_goes_by_order_and_limit,
    RemovalIgnoresTheOrder => removal::a_removal_goes_by_order_and_limit,
    PrunesTheLastMoment => retention::tracks_are_pruned_by_age,
    PrunesTheNewest => retention::tracks_are_pruned_by_count,
    RemovesOnlyEmptyRuns => run_removal::a_run_goes_with_all_its_tracks,
    RemovesFullRuns => run_removal::empty_runs_alone_are_removed_where_that_is_asked,
    KeepsEmptyRuns => run_removal::a_removal_takes_the_runs_that_it_empties,
    AlwaysTakesEmptyRuns => run_removal::a_removal_of_tracks_keeps_runs_unless_asked,
    TakesAllEmptyRuns => run_removal::a_run_that_was_emptied_before_stays,
    PrunesWhateverIsOld => run_removal::a_prune_counts_and_removes_only_what_meets_its_criteria,
    HidesRemovedRuns => run_removal::removed_runs_are_listed_in_the_change_feed,
    CountsThePageOfRuns => run_counts::a_count_of_runs_ignores_limit_and_cursor,
    HidesRunsWithoutATask => run_counts::runs_are_grouped_by_task_and_those_of_none_come_first,
    GroupsRunsByTheirEnd => run_counts::runs_are_grouped_by_when_they_started,
    GroupsRunsByAnything => run_counts::runs_are_not_grouped_by_what_they_do_not_have,
    SummaryTellsTheStart => run_counts::a_summary_adds_up_the_tracks_of_a_run,
    ExpiryIgnoresTheLimit => run_counts::an_expiry_takes_the_lowest_ids_up_to_a_limit,
    PagesOfCheckpointsOverlap => run_counts::checkpoints_come_page_by_page,
    RenameLosesTracks => users::a_rename_into_a_name_that_exists_makes_them_one,
    AlwaysAddsAnIndex => indexes::an_index_can_be_added_once,
    ReindexDropsIndexes => indexes::reindexing_changes_no_answer,
    RestoresOnlyOnce => restore::a_repeated_restore_is_harmless,
    RestoresInPart => restore::a_restore_takes_all_or_nothing,
    RestoresNoCounters => restore::counters_are_only_ever_raised,
    RestoresNoCurrentRun => transfer::lines_come_back_byte_by_byte,
    ExportsManyMoments => transfer::an_export_is_of_one_moment_whatever_its_visitor_writes,
    IgnoresTheEndOfAnExport => transfer::an_export_ends_where_its_visitor_stops_early,
    LeavesTraces => users::an_erased_user_is_named_nowhere,
    ShowsHalfBatches => concurrency::a_count_sees_whole_batches_or_nothing,
    LosesSaves(LosesSaves::default()) => concurrency::no_save_is_lost_and_no_id_is_given_twice,
    LosesMerges => concurrency::no_merge_is_lost,
    StartsRunsTwice => concurrency::a_fresh_task_gets_one_run_only,
    StartsSessionsTwice => concurrency::one_session_is_one_run_however_many_save_into_it,
};
