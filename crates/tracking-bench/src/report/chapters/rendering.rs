//! The cost of a row in each format.

use super::cells::{head, row};
use crate::rendering::{ListFormat, Rendered};
use crate::report::unit::significant;
use crate::report::{Summary, Unit};

/// A row for each format: time and bytes a row, and the memory for each number of rows.
pub fn rendering(results: &[Rendered]) -> String {
    let mut sizes: Vec<usize> = results.iter().map(|result| result.rows).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let memory = sizes
        .iter()
        .map(|rows| format!("memory, {} rows", Summary::thousands(*rows)));
    let mut titles = vec![
        String::new(),
        "a row".into(),
        "rows".into(),
        "bytes a row".into(),
    ];
    titles.extend(memory);
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let line = |format: ListFormat| {
        let of = |rows: usize| {
            results
                .iter()
                .find(|one| one.format == format && one.rows == rows)
        };
        let longest = sizes.last().copied().and_then(of)?;
        let mut cells = vec![
            format.name().to_owned(),
            Unit::Nanoseconds.show(longest.time),
            Unit::OperationsPerSecond.show(1e9 / longest.time),
            significant(longest.size),
        ];
        cells.extend(sizes.iter().map(|rows| {
            of(*rows).map_or("–".to_owned(), |one| {
                format!("{} MB", significant(one.peak / 1e6))
            })
        }));
        Some(row(&cells))
    };
    head(&titles)
        + &ListFormat::ALL
            .into_iter()
            .filter_map(line)
            .collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_has_a_row_and_each_number_of_rows_a_column() {
        let result = |rows, peak| Rendered {
            format: ListFormat::Html,
            rows,
            time: 1500.0,
            size: 321.4,
            peak,
        };
        assert_eq!(
            rendering(&[result(100_000, 3.51e6), result(1_000, 3.5e6)]),
            "|  | a row | rows | bytes a row | memory, 1,000 rows | memory, 100,000 rows |\n\
             |---|---:|---:|---:|---:|---:|\n\
             | HTML | 1.50 µs | 667 k/s | 321 | 3.50 MB | 3.51 MB |\n"
        );
    }
}
