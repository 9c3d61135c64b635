//! Shows a sample overview: `cargo run --example overview [-- html|text|color] [WIDTH]`.

use std::io::{self, BufWriter, IsTerminal, Write};

use tracking_core::Timestamp;
use tracking_views::{Overview, Problem, Problems, Ranking, TextOptions, html, text};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let format = arguments.next().unwrap_or_else(|| "text".into());
    let width = arguments.next().map(|width| width.parse()).transpose()?;
    let mut out = BufWriter::new(io::stdout().lock());
    if format == "html" {
        html::overview_page(&mut out, &sample()?)?;
    } else {
        let color = format == "color" || io::stdout().is_terminal();
        let options = TextOptions::new().with_width(width).with_color(color);
        text::overview(&mut out, &sample()?, options)?;
    }
    out.flush()?;
    Ok(())
}

/// A month of a small web server.
fn sample() -> Result<Overview, Box<dyn std::error::Error>> {
    let first: Timestamp = "2026-10-26T00:00:11Z".parse()?;
    let last: Timestamp = "2026-11-23T15:47:01Z".parse()?;
    let start = first.to_datetime().date_naive();
    let days = start.iter_days().zip(COUNTS);
    let whole = COUNTS.iter().sum::<u64>();
    Ok(Overview::new("access.log")
        .with_counted("Requests")
        .with_period(first, last)
        .with_total("Requests", whole)
        .with_total("Sessions", 9_412_u64)
        .with_total("Users", 3_287_u64)
        .with_total("Tasks", 1_368_u64)
        .with_total("Malformed lines", 3_u64)
        .with_days(days)
        .with_ranking(
            Ranking::new("Top tasks", "Task")
                .with_rows(TASKS)
                .with_distinct(1_368)
                .with_total(whole),
        )
        .with_ranking(
            Ranking::new("Top users", "User")
                .with_rows(USERS)
                .with_distinct(3_287)
                .with_total(whole),
        )
        .with_problems(problems())
        .with_note("A task is the path of a request without its query.")
        .with_note("A session is what one user does without a gap of more than 30 minutes."))
}

fn problems() -> Problems {
    let quote = Problem::new("access.log:8899:81", "the request has no closing quote")
        .with_text(r#"46.118.127.106 - - [20/May/2026:12:05:17 +0000] "GET /scripts/grok-py-test/configlib.py HTTP/1.1\" 200 235"#);
    let date = Problem::new("access.log:10412:22", "there is no 31 November")
        .with_text(r#"10.0.0.7 - alice [31/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5124"#);
    let binary = Problem::new("access.log:31007:1", "the host is missing")
        .with_text("\u{16}\u{3}\u{1}\u{0}\u{ee}\u{1b}[2J");
    Problems::new("Malformed lines")
        .with_total(3)
        .with_row(quote)
        .with_row(date)
        .with_row(binary)
}

const COUNTS: [u64; 29] = [
    1632, 2893, 2896, 2578, 2210, 1104, 987, 2711, 3012, 2954, 2876, 2433, 1230, 1101, 2688, 3120,
    3377, 3290, 2804, 1402, 1288, 2990, 3450, 4120, 3888, 3102, 1544, 1390, 2217,
];

const TASKS: [(&str, u64); 8] = [
    ("/favicon.ico", 5807),
    ("/", 4575),
    ("/style2.css", 4546),
    ("/reset.css", 4538),
    ("/images/jordan-80.png", 4133),
    ("/blog/tags/puppet", 2990),
    ("/projects/xdotool/", 1873),
    (
        "/presentations/logstash-scale11x/images/ahhh___rage_face_by_samusmmx-d5g5zap.png",
        1012,
    ),
];

const USERS: [(&str, u64); 8] = [
    ("66.249.73.135", 3482),
    ("alice", 2364),
    ("130.237.218.86", 1357),
    ("75.97.9.59", 1273),
    ("Łukasz Żółć", 913),
    ("山田太郎", 640),
    ("50.16.19.13", 313),
    ("", 97),
];
