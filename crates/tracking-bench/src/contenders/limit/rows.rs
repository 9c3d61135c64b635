//! The fixed part of a track.

/// No track, no value.
pub(super) const NONE: u32 = u32::MAX;

/// A row per track; reading it touches one cache line.
#[derive(Clone, Copy)]
#[repr(align(32))]
pub(super) struct Row {
    pub(super) time: i64,
    /// Place in the arena.
    pub(super) data: u64,
    pub(super) task: u32,
    pub(super) user: u32,
    pub(super) run: u32,
    pub(super) page: u32,
}

/// A hash of up to three numbers.
pub(super) fn mix(first: u32, second: u32, third: u32) -> u64 {
    let x = (u64::from(first) << 32 | u64::from(second)) ^ 0x9E37_79B9_7F4A_7C15;
    let y = u64::from(third).wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ 0xA076_1D64_78BD_642F;
    let product = u128::from(x).wrapping_mul(u128::from(y | 1));
    (product as u64) ^ (product >> 64) as u64
}
