//! Counting what passed and what failed.

use std::fmt;
use std::ops::AddAssign;

/// How many checks passed, failed, and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Counts {
    /// Counts one check.
    pub(crate) fn note(&mut self, passed: bool) {
        *if passed {
            &mut self.passed
        } else {
            &mut self.failed
        } += 1;
    }

    /// Reads the line with which a test runner closes:
    /// `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    pub(crate) fn read(line: &str) -> Option<Self> {
        let line = line.trim().strip_prefix("test result: ")?;
        let number = |what: &str| {
            let part = line
                .split(['.', ';'])
                .find_map(|part| part.trim().strip_suffix(what))?;
            part.trim().parse().ok()
        };
        Some(Self {
            passed: number("passed")?,
            failed: number("failed")?,
            skipped: number("ignored")?,
        })
    }

    /// Whether something ran and nothing failed.
    pub(crate) fn all_passed(&self) -> bool {
        self.failed == 0 && self.passed > 0
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_of_a_test_runner_is_read() {
        let line = "test result: FAILED. 36 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.07s";
        assert_eq!(
            Counts::read(line),
            Some(Counts {
                passed: 36,
                failed: 1,
                skipped: 2
            })
        );
        assert_eq!(Counts::read("running 3 tests"), None);
    }

    #[test]
    fn nothing_run_is_not_passed() {
        assert!(!Counts::default().all_passed());
        assert_eq!(
            Counts {
                passed: 1,
                failed: 0,
                skipped: 2
            }
            .to_string(),
            "1 passed, 0 failed, 2 skipped"
        );
    }
}
