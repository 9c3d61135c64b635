//! Descriptions of metrics.

/// The description of each metric, in the order of a table.
const WORDS: &[(&str, &str)] = &[
    ("bulk_rate", "save, in batches of 1,000"),
    ("save_rate", "save, one by one"),
    ("update_rate", "save as update"),
    ("remove_rate", "remove, 1,000 at once"),
    ("reindex_rate", "rebuild all indexes"),
    ("last_p50", "last track of task, run and user"),
    ("user_tracks_p50", "all tracks of task, run and user"),
    ("q_task_p50", "a task (21 tracks)"),
    ("q_task_1k_p50", "a task (1,000 tracks)"),
    ("q_10_tasks_p50", "ten tasks (210 tracks)"),
    ("q_user_p50", "a user (45 tracks)"),
    ("q_run_p50", "a run (155 tracks)"),
    ("q_time_p50", "a range of time (1,000 tracks)"),
    ("q_conj_p50", "task and user, in a third of the time"),
    ("q_page_p50", "a value of a declared field (1,000 tracks)"),
    ("q_task_owned_p50", "a task, collected"),
    ("q_task_1k_owned_p50", "a task of 1,000 tracks, collected"),
    ("q_10_tasks_owned_p50", "ten tasks, collected"),
    ("q_user_owned_p50", "a user, collected"),
    ("q_run_owned_p50", "a run, collected"),
    ("q_time_owned_p50", "a range of time, collected"),
    ("q_conj_owned_p50", "task, user and time, collected"),
    ("q_page_owned_p50", "a value of a field, collected"),
    ("user_names_p50", "the users of a task (21 tracks)"),
    ("user_names_1k_p50", "the users of a task (1,000 tracks)"),
    ("task_ids_p50", "all task ids (10,000)"),
    ("count_all_p50", "tracks of each task"),
    (
        "count_scan_p50",
        "tracks of each task, in four fifths of the time",
    ),
    ("memory_beyond_data", "memory of a track, beyond its data"),
    ("memory", "memory of a track, with its data"),
    ("memory_peak", "memory of a track, at most while loading"),
    ("disk", "size of the file, a track"),
    ("reopen", "close, open again, find a last track"),
    ("readers_1_rate", "last tracks, one reader"),
    ("readers_2_rate", "last tracks, two readers"),
    ("readers_4_rate", "last tracks, four readers"),
    ("writer_alone_rate", "saves, one writer alone"),
    ("writer_rate", "saves, with a reader"),
    ("reader_alone_p99", "reader's p99, alone"),
    ("reader_p99", "reader's p99, with a writer"),
    ("writer_p999", "writer's p99.9, with a reader"),
    (
        "render_paged_writer_max",
        "writer's longest wait while all is rendered in pages",
    ),
    ("render_paged_rendered", "tracks rendered in pages"),
    (
        "render_task_paged_writer_max",
        "writer's longest wait while the largest task is rendered in pages",
    ),
    ("render_locked_writer_max", "the same, all of it at once"),
];

/// The description of a metric, or its name.
pub(super) fn words(metric: &str) -> &str {
    let found = WORDS.iter().find(|(name, _)| *name == metric);
    found.map_or(metric, |(_, words)| words)
}

/// The metrics with a description that pass a filter.
pub(super) fn metrics(filter: impl Fn(&str) -> bool) -> impl Iterator<Item = &'static str> {
    let names = WORDS.iter().map(|(name, _)| *name);
    names.filter(move |name| filter(name))
}
