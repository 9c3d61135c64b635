//! The reader of access logs, compared with the crate `access_log_parser` line by line.

use std::net::IpAddr;

use access_log_parser::{LogEntry, LogType, RequestResult, parse};
use tracking_loader::AccessLine;

use super::real_logs;

/// How many lines both read, and which ones only one of the two.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    both: u64,
    /// Only we, since the client has a name and no address.
    named_clients: u64,
    only_ours: Vec<usize>,
    only_theirs: Vec<usize>,
    /// Both read the line, but they do not take the request for one.
    odd_requests: u64,
}

fn compare(folder: &str, log: &str, kind: LogType) -> Option<Counts> {
    let path = real_logs::folder(folder)?.join(log);
    let mut counts = Counts::default();
    for (line, number) in real_logs::lines(&path).into_iter().zip(1..) {
        let line = String::from_utf8(line).unwrap();
        match (AccessLine::parse(line.as_bytes()), parse(kind, &line)) {
            (Ok(ours), Ok(theirs)) => {
                counts.both += 1;
                agree(&ours, &theirs, &line, &mut counts);
            }
            (Ok(ours), Err(_)) if ours.host.parse::<IpAddr>().is_err() => counts.named_clients += 1,
            (Ok(_), Err(_)) => counts.only_ours.push(number),
            (Err(_), Ok(_)) => counts.only_theirs.push(number),
            (Err(_), Err(_)) => {}
        }
    }
    Some(counts)
}

fn agree(ours: &AccessLine<'_>, theirs: &LogEntry<'_>, line: &str, counts: &mut Counts) {
    let (ip, ident, user, time, request, status, bytes) = match theirs {
        LogEntry::CommonLog(e) => (
            e.ip,
            e.identd_user,
            e.user,
            e.timestamp,
            &e.request,
            e.status_code,
            e.bytes,
        ),
        LogEntry::CombinedLog(e) => {
            assert_eq!(ours.agent, e.user_agent, "{line}");
            (
                e.ip,
                e.identd_user,
                e.user,
                e.timestamp,
                &e.request,
                e.status_code,
                e.bytes,
            )
        }
        other => unreachable!("{other:?}"),
    };
    assert_eq!(ours.host.parse(), Ok(ip), "{line}");
    assert_eq!((ours.ident, ours.authuser), (ident, user), "{line}");
    assert_eq!(
        (ours.time.secs(), ours.offset),
        (time.timestamp(), *time.offset()),
        "{line}"
    );
    // They have no bytes as none of them.
    assert_eq!(
        (ours.status, ours.bytes.unwrap_or(0)),
        (Some(status.as_u16()), bytes),
        "{line}"
    );
    match request {
        RequestResult::Valid(request) => {
            assert_eq!(ours.method, Some(request.method().as_str()), "{line}");
            assert_eq!(ours.query, request.uri().query(), "{line}");
            let path = request.uri().path();
            assert!(
                ours.path
                    .is_some_and(|ours| ours.split('#').next() == Some(path)),
                "{line}"
            );
        }
        RequestResult::InvalidPath(..) | RequestResult::InvalidRequest(_) => {
            counts.odd_requests += 1;
        }
    }
}

#[test]
fn a_combined_log_says_the_same() {
    let counts = compare(
        "weblog-apache-semicomplete",
        "apache_logs.gz",
        LogType::CombinedLog,
    );
    let Some(counts) = counts else { return };
    // They refuse a referring page that is no URI by the letter.
    let expected = Counts {
        both: 9996,
        only_ours: vec![5851, 5853, 5860],
        ..Counts::default()
    };
    assert_eq!(counts, expected);
}

#[test]
fn a_common_log_says_the_same() {
    let counts = compare(
        "weblog-clf-nasa95",
        "NASA_access_log_Aug95",
        LogType::CommonLog,
    );
    let Some(counts) = counts else { return };
    let expected = Counts {
        both: 233,
        named_clients: 1608,
        ..Counts::default()
    };
    assert_eq!(counts, expected);
}
