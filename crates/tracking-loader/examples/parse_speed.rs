//! How fast lines of a log become records, on one core:
//! `cargo run --release --example parse_speed -- access.log.gz [TIMES [FORMAT]]`
//!
//! The log is read into memory once, and its lines are then parsed so many times over. What is
//! printed is the best of three rounds; each record is made and dropped.
#![expect(clippy::print_stdout, reason = "this is what it is for")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use tracking_loader::{FormatOptions, LineFormat, Source, detect};

type AnyError = Box<dyn std::error::Error>;

fn main() -> Result<(), AnyError> {
    let mut arguments = std::env::args().skip(1);
    let log = arguments.next().ok_or("which log? give its path")?;
    let times: u32 = arguments.next().map_or(Ok(100), |times| times.parse())?;
    let mut options = FormatOptions::new();
    if let Some(name) = arguments.next() {
        options = options.choose(name.parse::<tracking_loader::Format>()?);
    }

    let lines = read(&Source::from_argument(&log))?;
    let first_lines: Vec<&[u8]> = lines.iter().take(20).map(AsRef::as_ref).collect();
    let mut detected = detect(&first_lines, &options);
    println!("format {}: {}", detected.format.name(), detected.why);

    let rounds = (0..3).map(|_| round(detected.format.as_mut(), &lines, times));
    let (took, records) = rounds.min().unwrap_or_default();
    let bytes: usize = lines.iter().map(|line| line.len() + 1).sum();
    let rate = |once: usize| -> Result<f64, AnyError> {
        Ok(f64::from(times) * f64::from(u32::try_from(once)?) / took.as_secs_f64())
    };
    println!(
        "{} lines {times} times over, {records} records",
        lines.len()
    );
    let (lines, bytes) = (rate(lines.len())?, rate(bytes)?);
    println!("{lines:.0} lines/s, {:.0} MB/s", bytes / 1e6);
    Ok(())
}

fn read(source: &Source) -> Result<Vec<Vec<u8>>, AnyError> {
    let mut lines = source.lines()?;
    let mut all = Vec::new();
    while let Some(line) = lines.next_line()? {
        all.push(line.bytes.to_owned());
    }
    Ok(all)
}

fn round(format: &mut dyn LineFormat, lines: &[Vec<u8>], times: u32) -> (Duration, usize) {
    let start = Instant::now();
    let mut records = 0;
    for _ in 0..times {
        for line in lines {
            records += usize::from(black_box(format.read(line)).is_ok());
        }
    }
    (start.elapsed(), records)
}
