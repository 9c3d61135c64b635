//! Collected tracks.

use super::{Payload, View};
use crate::work::Object;

/// An owned track: everything copied, the data in the store's representation.
#[derive(Debug)]
pub(super) struct OwnedTrack {
    id: u64,
    task: Box<str>,
    run: u64,
    user: Box<str>,
    time: i64,
    data: OwnedPayload,
}

#[derive(Debug)]
enum OwnedPayload {
    Text(Box<str>),
    Object(Object),
}

impl From<View<'_>> for OwnedTrack {
    fn from(view: View<'_>) -> Self {
        Self {
            id: view.id,
            task: view.task.into(),
            run: view.run,
            user: view.user.into(),
            time: view.time,
            data: match view.data {
                Payload::Text(text) => OwnedPayload::Text(text.into()),
                Payload::Object(object) => OwnedPayload::Object(object.clone()),
            },
        }
    }
}

impl OwnedTrack {
    pub(super) fn touch(&self) -> u64 {
        let data = match &self.data {
            OwnedPayload::Text(text) => Payload::Text(text),
            OwnedPayload::Object(object) => Payload::Object(object),
        };
        let view = View {
            id: self.id,
            task: &self.task,
            run: self.run,
            user: &self.user,
            time: self.time,
            data,
        };
        view.touch()
    }
}
