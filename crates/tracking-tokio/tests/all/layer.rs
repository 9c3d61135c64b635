//! The tower layer: every request once, with what belongs to it and nothing else.

mod fields;
mod handlers;
mod http2;
mod hyper_alone;
pub(crate) mod outcomes;
mod sampling;
mod server;
mod tools;
mod websocket;
