//! What people who work on it run.

fn main() {}
