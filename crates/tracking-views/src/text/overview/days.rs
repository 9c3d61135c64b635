//! A bar per day.

use std::io::{self, Write};

use chrono::NaiveDate;

use crate::model::Overview;
use crate::shown::{counted, gap_between, grouped, iso_day, weekday};
use crate::text::TextOptions;
use crate::text::bar::bar;
use crate::text::cut::{cut, width};
use crate::text::line::{heading, write_line};
use crate::text::paint::{Style, paint};

/// Writes a line per day; where days are left out, how many.
pub(super) fn days<W: Write + ?Sized>(
    out: &mut W,
    overview: &Overview,
    options: TextOptions,
) -> io::Result<()> {
    let days = overview.per_day();
    let Some(largest) = days.iter().map(|day| day.1).max() else {
        return Ok(());
    };
    heading(out, &format!("{} per day", overview.counted()), options)?;
    let mut before: Option<NaiveDate> = None;
    for (day, count) in days {
        let gap = before.map_or(0, |before| gap_between(before, *day));
        if gap > 0 {
            let line = format!("({} without)", counted(gap, "day", "days"));
            write_line(out, &line, Style::Faint, options)?;
        }
        before = Some(*day);
        write_day(out, *day, (*count, largest), options)?;
    }
    Ok(())
}

fn write_day<W: Write + ?Sized>(
    out: &mut W,
    day: NaiveDate,
    (count, largest): (u64, u64),
    options: TextOptions,
) -> io::Result<()> {
    let numbers = grouped(largest).len();
    let start = format!(
        "{} {}  {:>numbers$}",
        iso_day(day),
        weekday(day),
        grouped(count)
    );
    let start = options
        .room()
        .map_or_else(|| start.clone(), |room| cut(&start, room));
    let room = options.chart_width().saturating_sub(width(&start) + 2);
    let bar = bar(count, largest, room);
    let gap = if bar.is_empty() { "" } else { "  " };
    writeln!(out, "{start}{gap}{}", paint(options, Style::Bar, &bar))
}
