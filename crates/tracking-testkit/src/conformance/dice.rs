//! Numbers that look random, the same in every run.

use std::env;

pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2) ^ 0x9e37_79b9_7f4a_7c15)
    }

    /// A number below `sides`.
    pub(super) fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides
    }
}

/// How often something is done: what a variable of the environment asks for, or else `usual`.
pub(super) fn repetitions(variable: &str, usual: u64) -> u64 {
    let asked = env::var(variable).ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(usual)
}
