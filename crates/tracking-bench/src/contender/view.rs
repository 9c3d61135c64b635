//! Borrowed tracks.

use crate::work::Object;

/// A visitor of the tracks of a contender.
pub type Visitor<'l> = &'l mut dyn FnMut(View<'_>);

/// A borrowed track.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct View<'a> {
    /// Track id, from 1.
    pub id: u64,
    /// Task id.
    pub task: &'a str,
    /// Run id.
    pub run: u64,
    /// User name.
    pub user: &'a str,
    /// Time in seconds since 1970.
    pub time: i64,
    /// The data.
    pub data: Payload<'a>,
}

/// Data in the representation of a contender.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Payload<'a> {
    /// Compact JSON text.
    Text(&'a str),
    /// A parsed object.
    Object(&'a Object),
}

impl View<'_> {
    /// Reads all parts of a track but the data, as cheaply as possible.
    pub fn touch(&self) -> u64 {
        self.id ^ self.time as u64 ^ self.run ^ self.task.len() as u64 ^ self.user.len() as u64
    }
}

impl Payload<'_> {
    /// Reads the data as cheaply as possible.
    pub fn touch(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Object(object) => object.len(),
        }
    }
}
