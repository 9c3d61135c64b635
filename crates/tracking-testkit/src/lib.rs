//! The contract of `tracking` as tests for any store.
//!
//! Anyone who writes a [`TrackingStorage`] tests it with three macros, each called in a module of
//! its own. All of them take a factory: anything that makes a fresh, empty store of a [`Setup`].
//!
//! - [`conformance_tests!`] makes a named test of every rule of the contract, on the store itself
//!   and behind `Arc<dyn TrackingStorage>`
//! - [`model_tests!`] makes random calls and compares the answers with the naive [`Model`]
//! - [`trace_tests!`] replays recordings of the system that the rules come from
//!
//! ```
//! # struct MyStore;
//! # impl MyStore {
//! #     fn new(setup: tracking_testkit::Setup) -> tracking_testkit::Model {
//! #         tracking_testkit::Model::with_indexes(setup.clock, setup.indexes)
//! #     }
//! # }
//! mod rules {
//!     tracking_testkit::conformance_tests!(super::MyStore::new);
//! }
//! # fn main() {}
//! ```
//!
//! The rules are also there as values, for a runner of your own:
//!
//! ```
//! use tracking_testkit::{Context, Model, Setup, cases};
//!
//! let of_saving = cases().iter().filter(|case| case.topic() == "save");
//! for case in of_saving {
//!     let context = Context::plain(|setup: Setup| Model::with_indexes(setup.clock, setup.indexes));
//!     case.run(&context); // panics where the store does not keep the rule
//! }
//! ```
//!
//! # Who tests the tests
//!
//! [`faulty`] has stores that are wrong on purpose, each in one way; the suite must catch every
//! one of them.
//!
//! [`TrackingStorage`]: tracking_core::TrackingStorage

mod conformance;
#[cfg(feature = "events")]
pub mod events;
pub mod faulty;
mod model;
pub mod random;
pub mod replay;
mod setup;
mod store_with_guard;

pub use conformance::{Case, Context, cases};
pub use model::Model;
pub use setup::Setup;
pub use store_with_guard::StoreWithGuard;

#[doc(hidden)]
pub use conformance::run_case as __run_case;
#[doc(hidden)]
pub use tracking_core as __core;
