//! What a row of a list costs, in each format, and how much memory a list of any length takes.

mod child;
mod list_format;
mod rows;

use std::time::Instant;

use anyhow::Result;

pub use child::{child, measure_in_child};
pub use list_format::ListFormat;

use rows::{Counted, tracks};

/// What was measured of a format, for a number of rows.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Rendered {
    /// Which format.
    pub format: ListFormat,
    /// How many rows.
    pub rows: usize,
    /// Nanoseconds a row, rows being there already: a median.
    pub time: f64,
    /// Bytes a row.
    pub size: f64,
    /// Resident bytes of a process that does nothing else, at most; rows are made one by one.
    pub peak: f64,
}

/// So many tracks are rendered over and over.
const TRACKS: usize = 10_000;

/// Renders so many rows in each format, several times, and each in a process of its own; calls
/// `put` with each result as it comes.
///
/// # Errors
///
/// Returns the errors of the system and of `put`.
pub fn measure(
    sizes: &[usize],
    rounds: usize,
    mut put: impl FnMut(Rendered) -> Result<()>,
) -> Result<()> {
    let tracks = tracks(TRACKS).collect::<Result<Vec<_>>>()?;
    for list_format in ListFormat::ALL {
        for rows in sizes.iter().copied() {
            let mut out = Counted::default();
            let mut times = Vec::new();
            for _ in 0..rounds.max(1) {
                out = Counted::default();
                let start = Instant::now();
                list_format.render(&mut out, tracks.iter().cycle().take(rows))?;
                times.push(start.elapsed().as_secs_f64() * 1e9);
            }
            times.sort_by(f64::total_cmp);
            let time = times.get(times.len() / 2).copied().unwrap_or_default();
            let a_row = |sum: f64| sum / rows.max(1) as f64;
            put(Rendered {
                format: list_format,
                rows,
                time: a_row(time),
                size: a_row(out.bytes as f64),
                peak: measure_in_child(list_format, rows)?,
            })?;
        }
    }
    Ok(())
}
