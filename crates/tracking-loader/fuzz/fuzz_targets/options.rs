//! Any text as an option: a field map, a pattern, a format of times; with lines to read.
#![no_main]
#![allow(dead_code, reason = "each target does one of the things in there")]

#[path = "../../tests/fuzz/targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|content: &[u8]| targets::options(content));
