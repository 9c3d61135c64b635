//! Any bytes as a log: through detection, explanation and every reader.
#![no_main]
#![allow(dead_code, reason = "each target does one of the things in there")]

#[path = "../../tests/fuzz/targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|content: &[u8]| targets::readers(content));
