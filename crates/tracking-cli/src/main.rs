//! The `tracking` command.

fn main() {}
