//! A log is written, rotated, packed, copied, cut off, followed, and loaded by loaders that are
//! killed: each line is loaded once, and into its run.
#![no_main]
#![allow(dead_code, reason = "each target does one of the things in there")]

#[path = "../../tests/fuzz/targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|content: &[u8]| targets::loader(content));
