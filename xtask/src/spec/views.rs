//! The views of the scenario, left for people to look at.

use std::fs;
use std::io;

use anyhow::{Context, Result, ensure};
use tracking_core::{Order, Query, RunId, TrackingStorageExt};
use tracking_views::{RunView, TextOptions, TrackList, TrackView, html, text};

use super::world::World;

/// Renders the list of tracks, newest first, the last track and the last run, as text and as
/// pages, and sees to it that each of them shows what it is about.
pub(super) fn render(world: &World) -> Result<()> {
    let store = world.store()?;
    let tracks = store.query(&Query::all().order(Order::TimeDescending))?;
    let ids: Vec<String> = tracks.iter().map(|track| track.id().to_string()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let list = TrackList::new("Tracks of the specification").with_note("newest first");
    let text_options = TextOptions::new();
    write(world, "tracks.txt", &ids, |out| {
        text::track_list(out, &list, &tracks, text_options)
    })?;
    write(world, "tracks.html", &ids, |out| {
        html::track_list_page(out, &list, &tracks)
    })?;

    let track = tracks.first().context("there is no track to show")?;
    let shown = ["a001", "u1", "k1", "value1"];
    let view = TrackView::new(track.clone());
    write(world, "track.txt", &shown, |out| {
        text::track(out, &view, text_options)
    })?;
    write(world, "track.html", &shown, |out| {
        html::track_page(out, &view)
    })?;

    let newest = store.counters()?.last_run().unwrap_or(RunId::FIRST);
    let run = store
        .run(&newest.into())?
        .context("there is no run to show")?;
    let tracks = store.query(&Query::all().run(newest))?;
    let view = RunView::new(run).with_count(tracks.len() as u64);
    let shown = ["a001", "0000005", "finished"];
    write(world, "run.txt", &shown, |out| {
        text::run(out, &view, &tracks, text_options)
    })?;
    write(world, "run.html", &shown, |out| {
        html::run_page(out, &view, &tracks)
    })
}

/// Writes one view, and checks that it shows these texts.
fn write(
    world: &World,
    name: &str,
    shown: &[&str],
    render: impl FnOnce(&mut Vec<u8>) -> io::Result<()>,
) -> Result<()> {
    let mut view = Vec::new();
    render(&mut view)?;
    let view = String::from_utf8(view)?;
    for part in shown {
        ensure!(view.contains(part), "{name} does not show {part}:\n{view}");
    }
    let path = world.folder("views")?.join(name);
    fs::write(&path, view).with_context(|| format!("cannot write {}", path.display()))
}
