//! The programs in README and docs, compiled and run as tests; the commands are in `main.rs`.

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

#[cfg(doctest)]
#[doc = include_str!("../../docs/specification.md")]
mod specification {}
