//! The indexed in-memory store of `tracking`.
