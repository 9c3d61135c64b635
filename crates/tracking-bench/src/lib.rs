//! Benchmarks of the stores of `tracking` and of their peers.
//!
//! Every [contender](contender::Contender) loads the same [workload](work) and answers the same
//! queries; it checks that all answers are the same. `limit-rows` shows what can be
//! reached, `sqlite-mem` is the usual alternative, `tracking` is our store
//! behind the contract that users call. The README explains each metric.
//!
//! # Example
//!
//! A small run, its table as text:
//!
//! ```
//! use clap::Parser;
//! use tracking_bench::{Options, run};
//!
//! let words = "tracking-bench --n 500 --rounds 1 --budget 1 --no-memory --metrics q_user";
//! let mut table = Vec::new();
//! run(&Options::try_parse_from(words.split(' '))?, &mut table, std::io::sink())?;
//! assert!(String::from_utf8(table)?.contains("| q_user_p50 |"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "numbers of a workload are small, and statistics are floats"
)]

pub mod contender;
pub mod contenders;
pub mod instructions;
mod loaded;
pub mod measure;
mod options;
pub mod rendering;
pub mod report;
mod run;
pub mod work;

pub use loaded::Loaded;
pub use options::Options;
pub use run::run;
