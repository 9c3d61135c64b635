//! Whatever the values, text fits.

use proptest::prelude::*;
use tracking_core::{
    Data, Group, GroupBy, GroupKey, RunId, TaskId, Timestamp, Track, TrackId, UserName,
};
use tracking_views::{
    Breakdown, Column, Context, Overview, Ranking, RunView, TaskView, TextOptions, TextRenderer,
    Timeline, TrackList, TrackView, UserView,
};
use unicode_width::UnicodeWidthStr;

use crate::hostile::is_harmless;
use crate::samples;

/// Names of any characters that a name may have.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[^\0]{1,40}",
        "[a-z \u{301}\u{200d}\u{fe0f}👩🚀字🇩🇪\u{1b}\n\t]{1,60}",
    ]
}

fn track(name: &str, number: u64) -> Track {
    let data = serde_json::json!({name: name, "b": {name: [name, number]}});
    Track::new(
        TrackId::new(number.max(1)).unwrap(),
        TaskId::new(name).unwrap(),
        RunId::new(number.max(1)).unwrap(),
        UserName::new(name).unwrap(),
        Timestamp::from_secs(i64::try_from(number >> 32).unwrap()).unwrap(),
        Data::try_from(data).unwrap(),
    )
}

/// Everything there is, with one name in every place.
fn everything(name: &str, number: u64, options: TextOptions) -> String {
    let cell = name.to_owned();
    let columns = [
        Column::new(name, move |_| cell.clone()),
        Column::field(name, name),
    ];
    let context = Context::new().with_columns(&columns).with_zone_name(name);
    let text = TextRenderer::new()
        .with_context(context)
        .with_options(options);
    let track = track(name, number);
    let (task, user) = (track.task().clone(), track.user().clone());
    let groups = vec![Group::new(
        GroupKey::Task(task.clone()),
        Some(GroupKey::User(user.clone())),
        number,
    )];
    let mut timeline = Timeline::new(track.time(), Timestamp::MAX);
    timeline.add(&track.as_ref());
    let run = RunView::new(samples::run())
        .with_title(name)
        .with_timeline(timeline);
    let ranking = || {
        Ranking::new(name, name)
            .with_row(name, number)
            .with_total(1)
    };
    // Notes are broken into lines where they are long.
    let note = if options.width.is_some() {
        name
    } else {
        "calm"
    };
    let mut out = Vec::new();
    let mut view = |view: &dyn tracking_views::View| text.view(&mut out, view).unwrap();
    view(
        &Overview::new(name)
            .with_counted(name)
            .with_total(name, name)
            .with_ranking(ranking())
            .with_note(note),
    );
    view(
        &TaskView::new(task)
            .with_ranking(ranking())
            .with_runs(samples::runs(), Some(number))
            .with_newest(vec![track.clone()]),
    );
    view(&UserView::new(user).with_total(name, number).with_note(note));
    view(&Breakdown::new(GroupBy::Task.and(GroupBy::User), groups).with_title(name));
    view(&TrackView::new(track.clone()).with_field(name, name));
    text.run(&mut out, &run, [&track]).unwrap();
    text.track_list(&mut out, &TrackList::new(name).with_note(note), [&track])
        .unwrap();
    String::from_utf8(out).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn no_line_is_wider_than_the_terminal_or_steers_it(
        name in name(),
        number in any::<u64>(),
        width in 20_usize..130,
    ) {
        let shown = everything(&name, number, TextOptions::new().with_width(Some(width)));
        for line in shown.lines() {
            prop_assert!(line.width() <= width, "{width}: {line:?}");
        }
        let bad = shown.chars().find(|c| !is_harmless(*c));
        prop_assert_eq!(bad, None);
    }

    #[test]
    fn no_name_adds_a_line(name in name(), number in any::<u64>()) {
        let lines = |name: &str| everything(name, number, TextOptions::new()).lines().count();
        prop_assert_eq!(lines(&name), lines("calm"));
    }
}
