//! A request that is over.

use std::fmt;
use std::time::Duration;

use http::{Method, StatusCode};
use tracking_core::{TaskId, UserName};

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RequestOutcome {
    /// The whole response was handed to the server.
    Complete,
    /// The response or its body was dropped before its end: the client went away.
    Cancelled,
    /// The handler or the body failed, or panicked.
    Failed,
    /// The connection became another one, a web socket for example.
    Upgraded,
}

impl RequestOutcome {
    /// As in the data; a complete request needs no word.
    pub(super) fn word(self) -> Option<&'static str> {
        match self {
            Self::Complete => None,
            Self::Cancelled => Some("cancelled"),
            Self::Failed => Some("failed"),
            Self::Upgraded => Some("upgraded"),
        }
    }
}

impl fmt::Display for RequestOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word().unwrap_or("complete"))
    }
}

/// A request that is over, for deciding whether it is recorded.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FinishedRequest<'a> {
    /// What it was about.
    pub task: &'a TaskId,
    /// Who made it.
    pub user: &'a UserName,
    /// The method.
    pub method: &'a Method,
    /// The status; nothing where there was no response.
    pub status: Option<StatusCode>,
    /// How it ended.
    pub outcome: RequestOutcome,
    /// How long it took.
    pub duration: Duration,
}
