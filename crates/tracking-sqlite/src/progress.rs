//! How far a long piece of work has come.

/// How far a backup or a shrinking has come, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// What is done.
    pub done: u64,
    /// What there is to do, as far as is known by now.
    pub total: u64,
}

impl Progress {
    /// Of pages of this size.
    pub(crate) fn of_pages(done: i64, total: i64, page_size: i64) -> Self {
        let bytes = |pages: i64| pages.max(0).unsigned_abs() * page_size.unsigned_abs();
        Self {
            done: bytes(done),
            total: bytes(total),
        }
    }
}
