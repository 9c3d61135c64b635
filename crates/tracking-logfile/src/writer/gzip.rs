//! Compressing closed files with gzip.

use std::fs::File;
use std::io;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::fault_points::FaultPoints;

/// Writes a file, compressed, to another one, and returns that.
pub(super) fn compress(
    plain: &mut File,
    compressed: File,
    faults: &FaultPoints,
) -> io::Result<File> {
    let mut encoder = GzEncoder::new(compressed, Compression::default());
    faults.pass()?;
    io::copy(plain, &mut encoder)?;
    faults.pass()?;
    encoder.finish()
}
