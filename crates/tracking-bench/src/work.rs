//! The workload: synthetic tracks, the same in every run.
//!
//! Skewed, as real data: ten thousand tasks and five thousand users, both drawn by Zipf's law
//! and independently of each other; a new run of a task after every 200 of its tracks; three
//! tracks a second, up to four seconds late. Other [shapes](Shape) differ in one thing each.

mod entry;
mod generator;
mod names;
mod plan;
mod random;
mod shape;

pub use entry::{Entry, Object};
pub use generator::{Generator, Kind, Record};
pub use names::Names;
pub use plan::Plan;
pub use random::Random;
pub use shape::Shape;
