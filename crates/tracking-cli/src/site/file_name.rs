//! File names of pages.

use std::collections::HashSet;

use chrono::NaiveDate;
use tracking_core::RunId;

/// The file names in use.
#[derive(Debug, Default)]
pub(super) struct FileNames(HashSet<String>);

/// The longest part of a name in the name of its file.
const MAX_SLUG: usize = 40;

impl FileNames {
    /// A file name for the page of a name, whatever characters that has: letters and digits of it
    /// that are safe everywhere, and a hash, so that different names have different files also
    /// where case does not matter.
    pub(super) fn take(&mut self, kind: &str, name: &str) -> String {
        let stem = format!("{kind}-{}{:016x}", slug(name), hash(name));
        let mut file = format!("{stem}.html");
        let mut number = 1_u64;
        while !self.0.insert(file.clone()) {
            number += 1;
            file = format!("{stem}-{number}.html");
        }
        file
    }
}

/// The file of the page of a run.
pub(super) fn run_file(run: RunId) -> String {
    format!("run-{run}.html")
}

/// The file of the page of a day.
pub(super) fn day_file(day: NaiveDate) -> String {
    format!("day-{day}.html")
}

/// The letters and digits of a name, with a hyphen for all else and at its end.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        if slug.len() >= MAX_SLUG {
            break;
        }
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    if !slug.is_empty() && !slug.ends_with('-') {
        slug.push('-');
    }
    slug
}

/// The 64-bit FNV-1a hash, which stays the same for ever, so that the address of a page does.
fn hash(name: &str) -> u64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    name.bytes().fold(OFFSET, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(PRIME)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_a_name_is_safe_and_stays() {
        let file = |name: &str| FileNames::default().take("task", name);
        assert_eq!(file("a"), "task-a-af63dc4c8601ec8c.html");
        for name in [
            "",
            ".",
            "..",
            "../../etc/passwd",
            "a\\b",
            "NUL",
            "é\u{202e}",
            "<b>\"&",
            "a?b#c%2f",
        ] {
            let file = file(name);
            let is_safe =
                |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
            assert!(file.chars().all(is_safe), "{file}");
            assert!(
                file.starts_with("task-") && !file.contains("..") && file.len() < 90,
                "{file}"
            );
        }
        assert_ne!(file("A"), file("a"));
        assert!(file(&"x".repeat(100_000)).len() < 90);
    }

    #[test]
    fn no_file_is_of_two_names() {
        let mut names = FileNames::default();
        assert_ne!(names.take("task", "a"), names.take("task", "a"));
    }
}
