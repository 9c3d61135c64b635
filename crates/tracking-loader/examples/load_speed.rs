//! Measures how fast a log is read and loaded, compared with other programs on the same file, all on
//! one thread except the last loads, in which other threads parse lines:
//! `cargo run --release --example load_speed -- access.log.gz [TIMES]`
//!
//! The log, of a web server, is written out so many times over as one plain file, each time with
//! later dates, so that time advances. It prints the best of three rounds
//! each, and how much memory the process has taken at most by then (on Linux). goaccess takes part
//! where it is installed.
#![expect(clippy::print_stdout, reason = "this is what it is for")]

use std::error::Error;
use std::fs::File;
use std::hint::black_box;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use access_log_parser::{LogType, parse};
use chrono::{Days, NaiveDate};
use tracking_btree::BTreeStorage;
use tracking_core::Query;
use tracking_loader::{FormatOptions, Loader, LogFilter, Source, detect};

type AnyError = Box<dyn Error>;

/// How large the file is.
#[derive(Clone, Copy)]
struct Size {
    lines: u32,
    bytes: u64,
}

fn main() -> Result<(), AnyError> {
    let mut arguments = std::env::args().skip(1);
    let log = arguments.next().ok_or("which log? give its path")?;
    let times: u32 = arguments.next().map_or(Ok(50), |times| times.parse())?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("access.log");
    let size = write(&Source::from_argument(&log), times, &path)?;
    println!("{} lines, {} bytes", size.lines, size.bytes);
    let sources = [Source::from(path.as_path())];

    measure("lines alone", size, || {
        let mut lines = sources.first().ok_or("no log")?.lines()?;
        while lines.next_line()?.is_some() {}
        Ok(())
    })?;
    measure("records", size, || records(&path))?;
    measure("all but the store", size, || {
        // Every record is read and filtered out.
        let store = BTreeStorage::new();
        let filter = LogFilter::new().only(Query::all().users(["nobody at all"]));
        let loader = Loader::new(&store).filter(filter).parse_threads(0);
        let summary = loader.load(&sources, &mut ())?;
        summary
            .first_error()
            .map_or(Ok(()), |error| Err(error.to_string().into()))
    })?;
    measure("access_log_parser", size, || {
        let mut lines = sources.first().ok_or("no log")?.lines()?;
        while let Some(line) = lines.next_line()? {
            let text = std::str::from_utf8(line.bytes)?;
            black_box(parse(LogType::CombinedLog, text).is_ok());
        }
        Ok(())
    })?;
    let load = |threads| {
        let store = BTreeStorage::new();
        let loader = Loader::new(&store).parse_threads(threads);
        let summary = loader.load(&sources, &mut ())?;
        summary
            .first_error()
            .map_or(Ok(()), |error| Err(error.to_string().into()))
    };
    measure("loaded into memory", size, || load(0))?;
    measure("loaded into memory, one more thread", size, || load(1))?;
    measure("goaccess", size, || goaccess(&path))
}

/// Writes a log so many times over.
fn write(log: &Source, times: u32, path: &Path) -> Result<Size, AnyError> {
    let mut out = BufWriter::new(File::create(path)?);
    let mut size = Size { lines: 0, bytes: 0 };
    for round in 0..times {
        let mut lines = log.lines()?;
        while let Some(line) = lines.next_line()? {
            let text = String::from_utf8_lossy(line.bytes);
            let text = later(&text, u64::from(round) * DAYS).unwrap_or(text.into_owned());
            writeln!(out, "{text}")?;
            size.lines += 1;
            size.bytes += text.len() as u64 + 1;
        }
    }
    out.flush()?;
    Ok(size)
}

/// How many days later the log comes again: more than it has.
const DAYS: u64 = 7;

/// The same line with a later date.
fn later(line: &str, days: u64) -> Option<String> {
    let (before, rest) = line.split_once('[')?;
    let (date, after) = rest.split_at_checked("23/Nov/2026".len())?;
    let date = NaiveDate::parse_from_str(date, "%d/%b/%Y").ok()?;
    let date = date.checked_add_days(Days::new(days))?.format("%d/%b/%Y");
    Some(format!("{before}[{date}{after}"))
}

fn records(path: &Path) -> Result<(), AnyError> {
    let mut lines = Source::from(path).lines()?;
    let mut format = detect(&[], &FormatOptions::new()).format;
    while let Some(line) = lines.next_line()? {
        black_box(format.read(line.bytes).is_ok());
    }
    Ok(())
}

fn goaccess(path: &Path) -> Result<(), AnyError> {
    let mut command = Command::new("goaccess");
    command.args([
        "--no-global-config",
        "--log-format=COMBINED",
        "--no-ip-validation",
    ]);
    command
        .args(["--no-progress", "-o", "json", "-f"])
        .arg(path);
    let done = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    done.success()
        .then_some(())
        .ok_or_else(|| "goaccess failed".into())
}

fn measure(
    what: &str,
    size: Size,
    work: impl Fn() -> Result<(), AnyError>,
) -> Result<(), AnyError> {
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let start = Instant::now();
        if let Err(error) = work() {
            println!("{what}: left out, {error}");
            return Ok(());
        }
        best = best.min(start.elapsed());
    }
    let seconds = best.as_secs_f64();
    let lines = f64::from(size.lines) / seconds;
    let megabytes = f64::from(u32::try_from(size.bytes / 1000)?) / 1000.0 / seconds;
    let memory = peak_memory().map_or(String::new(), |memory| format!(", {memory} at most"));
    println!("{what}: {lines:.0} lines/s, {megabytes:.0} MB/s{memory}");
    Ok(())
}

/// The peak memory of the process, if the system reports it.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().to_owned())
}
