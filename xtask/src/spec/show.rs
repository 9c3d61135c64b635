//! Printing as the reference does.

use std::fmt::Display;

use tracking_core::Track;

/// A text in quotes; nothing in the scenario needs an escape.
pub(super) fn text(text: impl Display) -> String {
    format!("'{text}'")
}

/// Several things in brackets.
pub(super) fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    format!("[{}]", items.join(", "))
}

/// The data of several tracks.
pub(super) fn data(tracks: &[Track]) -> String {
    list(tracks.iter().map(Track::data))
}

/// True or False.
pub(super) fn truth(truth: bool) -> String {
    let word = if truth { "True" } else { "False" };
    word.to_owned()
}

/// What there is, or nothing at all.
pub(super) fn option<T: Display>(item: Option<T>) -> String {
    item.map_or_else(String::new, |item| item.to_string())
}
