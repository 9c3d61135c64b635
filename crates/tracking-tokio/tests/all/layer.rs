//! The tower layer: every request once, with what belongs to it and nothing else.

mod fields;
mod handlers;
pub(crate) mod outcomes;
mod sampling;
mod server;
mod tools;
