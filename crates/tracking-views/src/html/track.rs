//! One track as HTML.

use std::io::{self, Write};

use askama::Template;
use serde_json::{Map, Value};
use tracking_core::Track;

use super::page::page;
use super::value::write;
use crate::model::TrackView;
use crate::shown::{Step, Steps, Visible, moment, read};

#[derive(Template)]
#[template(path = "track.html")]
struct Body<'a> {
    track: &'a Track,
    data: &'a Map<String, Value>,
}

/// Writes a track as a fragment: its id, time, task, run and user, and its data as a tree.
///
/// # Errors
///
/// Those of the writer.
pub fn track<W: Write + ?Sized>(out: &mut W, view: &TrackView) -> io::Result<()> {
    let data = read(view.track().data().as_ref());
    let body = Body {
        track: view.track(),
        data: &data,
    };
    write(out, &body)
}

/// Writes a track as a page that stands alone.
///
/// # Errors
///
/// Those of the writer.
pub fn track_page<W: Write + ?Sized>(out: &mut W, view: &TrackView) -> io::Result<()> {
    page(out, view.title(), |out| track(out, view))
}
