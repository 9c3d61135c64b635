//! The recorder: no track lost, none doubled, none that makes its caller wait.

mod closing;
mod failures;
mod limits;
mod property;
mod saving;
mod spilling;
mod tools;
mod write_ahead;
