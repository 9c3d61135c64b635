//! The file as programs meet it: with other connections, stores and versions.

#![expect(
    clippy::unwrap_used,
    reason = "a test that goes wrong is to panic, also in its helpers"
)]

mod access;
mod check;
mod concurrency;
mod counts;
mod damage;
mod erasure;
mod feed;
mod maintenance;
mod paging;
mod restore;
mod side_by_side;
mod sql;
mod stores;
mod tools;
mod versions;
