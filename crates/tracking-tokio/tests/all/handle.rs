//! The async handle: that it does what the store does, and what becomes of late calls.

mod change_streams;
mod contract;
mod late_calls;
mod slow_store;
mod streams;
