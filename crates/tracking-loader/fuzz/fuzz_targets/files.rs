//! Any bytes as a file, plain or gzip: whatever is in it, each line is counted once.
#![no_main]
#![allow(dead_code, reason = "each target does one of the things in there")]

#[path = "../../tests/fuzz/targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|content: &[u8]| targets::files(content));
