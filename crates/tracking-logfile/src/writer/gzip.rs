//! Compressing closed files with gzip.

use std::fs::File;
use std::io;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::steps::Steps;

/// Writes a file, compressed, to another one, and returns that.
pub(super) fn compress(plain: &mut File, compressed: File, steps: &Steps) -> io::Result<File> {
    let mut encoder = GzEncoder::new(compressed, Compression::default());
    steps.pass()?;
    io::copy(plain, &mut encoder)?;
    steps.pass()?;
    encoder.finish()
}
