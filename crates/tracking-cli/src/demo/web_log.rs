//! The log of the web server of a made-up learning platform, in the Combined Log Format.

use std::io::Write;

use anyhow::Result;
use chrono::{Datelike, TimeDelta};
use tracking_core::Timestamp;

use super::learning::moment;
use super::random::Random;
use super::words::{ASSETS, BROWSERS, PAGES, REFERRERS, ROBOTS, SCANNED};
use super::{DAYS, Sample};

/// A request, as the log has it.
#[derive(Debug)]
struct Request {
    time: Timestamp,
    host: String,
    path: String,
    status: u16,
    bytes: u64,
    referrer: String,
    agent: &'static str,
}

/// Numbers of streams of random numbers, apart from those of learners.
const STREAM: u64 = 1 << 40;

/// Writes the log.
pub(crate) fn write_log(out: &mut dyn Write, sample: Sample) -> Result<()> {
    for day in 0..DAYS {
        let mut requests = of_day(sample, day);
        requests.retain(|request| request.time <= sample.until);
        // Of one second, they stay in the order in which they were made.
        requests.sort_by_key(|request| request.time);
        for request in &requests {
            write_line(out, request)?;
        }
    }
    Ok(())
}

fn write_line(out: &mut dyn Write, request: &Request) -> Result<()> {
    let time = request.time.to_datetime().format("%d/%b/%Y:%H:%M:%S +0000");
    let bytes = match request.bytes {
        0 => "-".to_owned(),
        bytes => bytes.to_string(),
    };
    let Request {
        host,
        path,
        status,
        referrer,
        agent,
        ..
    } = request;
    let line = format!("{host} - - [{time}] \"GET {path} HTTP/1.1\" {status} {bytes}");
    Ok(writeln!(out, "{line} \"{referrer}\" \"{agent}\"")?)
}

fn of_day(sample: Sample, day: i64) -> Vec<Request> {
    let number = u64::try_from(day).unwrap_or(0);
    let mut random = Random::new(sample.seed, STREAM + number);
    let date = sample.until.to_datetime() - TimeDelta::days(DAYS - 1 - day);
    let is_working_day = date.weekday().num_days_from_monday() < 5;
    // It grows from week to week, and rests at the weekend.
    let visits = sample.size.visits() * (100 + number * 2) / 100;
    let visits = if is_working_day {
        visits
    } else {
        visits * 55 / 100
    };
    let visits = visits * random.between(85, 115) / 100;
    let mut requests = Vec::new();
    for _ in 0..visits {
        if let Some(start) = moment(&mut random, date, sample.until) {
            visit(&mut random, start, &mut requests);
        }
    }
    for _ in 0..visits / 3 {
        if let Some(start) = moment(&mut random, date, sample.until) {
            robot(&mut random, start, &mut requests);
        }
    }
    requests
}

/// Somebody looks at a few pages, each with what it loads.
fn visit(random: &mut Random, start: Timestamp, requests: &mut Vec<Request>) {
    let host = address(random);
    let agent = random.pick(&BROWSERS).copied().unwrap_or("-");
    let mut referrer = random.pick(&REFERRERS).copied().unwrap_or("-").to_owned();
    let is_known = random.percent(35);
    let mut time = start;
    for number in 0..=random.below(4) {
        let page = random.pick(&PAGES).copied().unwrap_or("/");
        let (status, bytes) = answer(random);
        let request = |path: &str, status, bytes, referrer: &str| Request {
            time,
            host: host.clone(),
            path: path.to_owned(),
            status,
            bytes,
            referrer: referrer.to_owned(),
            agent,
        };
        let path = if page == "/search" {
            "/search?q=borrow+checker"
        } else {
            page
        };
        requests.push(request(path, status, bytes, &referrer));
        referrer = format!("https://learn.example{page}");
        if number == 0 && status == 200 {
            for (asset, size) in ASSETS {
                let (status, bytes) = if is_known { (304, 0) } else { (200, size) };
                requests.push(request(asset, status, bytes, &referrer));
            }
        }
        let seconds = i64::try_from(random.between(8, 400)).unwrap_or(30);
        time = time.saturating_add(TimeDelta::seconds(seconds));
    }
}

/// A crawler, a feed reader, a monitor, or a scanner for weak spots.
fn robot(random: &mut Random, time: Timestamp, requests: &mut Vec<Request>) {
    let agent = random.pick(&ROBOTS).copied().unwrap_or("-");
    let is_scan = random.percent(12);
    let path = if is_scan {
        random.one_of(&SCANNED).copied().unwrap_or("/")
    } else {
        random.pick(&PAGES).copied().unwrap_or("/")
    };
    let host = format!("198.51.100.{}", random.between(1, 20));
    let (status, bytes) = if is_scan {
        (404, 1_270)
    } else {
        answer(random)
    };
    requests.push(Request {
        time,
        host,
        path: path.to_owned(),
        status,
        bytes,
        referrer: "-".to_owned(),
        agent,
    });
}

/// The status of a page, and how many bytes it has.
fn answer(random: &mut Random) -> (u16, u64) {
    let answers = [
        (200, 930),
        (304, 30),
        (301, 20),
        (404, 12),
        (500, 4),
        (503, 2),
    ];
    match random.pick(&answers).copied().unwrap_or(200) {
        200 => (200, random.between(3_000, 42_000)),
        304 => (304, 0),
        301 => (301, 178),
        404 => (404, 1_270),
        status => (status, 540),
    }
}

/// An address that is reserved for examples.
fn address(random: &mut Random) -> String {
    match random.below(10) {
        0..5 => format!("192.0.2.{}", random.between(1, 254)),
        5..9 => format!("203.0.113.{}", random.between(1, 254)),
        _ => format!("2001:db8::{:x}", random.between(1, 4_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::Size;

    fn written(seed: u64) -> String {
        let until = "2026-11-23T18:00:00Z".parse().unwrap();
        let size = Size::Small;
        let mut log = Vec::new();
        write_log(&mut log, Sample { seed, until, size }).unwrap();
        String::from_utf8(log).unwrap()
    }

    #[test]
    fn the_same_seed_makes_the_same_log_in_order_of_time() {
        let log = written(3);
        assert_eq!(log, written(3));
        assert_ne!(log, written(4));
        assert!(
            (3_000..9_000).contains(&log.lines().count()),
            "{}",
            log.lines().count()
        );
        assert!(log.lines().last().unwrap().contains("[23/Nov/2026:1"));
    }
}
