//! What came of a replay.

use std::fmt;

use serde_json::Value;

/// How many operations were replayed, and where the store answered otherwise.
///
/// It prints each difference, and last a line like `2500 operations, 0 differences`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    operations: u64,
    differences: Vec<Difference>,
}

impl Report {
    /// How many operations were replayed.
    pub fn operations(&self) -> u64 {
        self.operations
    }

    /// Where the store answered otherwise, in order.
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }

    /// Takes the answer to one operation, which is given as it was recorded.
    pub(super) fn count(&mut self, line: u64, mut recorded: Value, got: Value) {
        self.operations += 1;
        let expected = recorded.get_mut("expect").map(Value::take);
        let expected = expected.unwrap_or_default();
        if expected != got {
            if let Some(operation) = recorded.as_object_mut() {
                operation.remove("expect");
            }
            self.differences.push(Difference {
                line,
                operation: recorded.to_string(),
                expected,
                got,
            });
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for difference in &self.differences {
            writeln!(f, "{difference}")?;
        }
        let (operations, differences) = (self.operations, self.differences.len());
        write!(f, "{operations} operations, {differences} differences")
    }
}

/// One operation to which the store gave another answer than was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    line: u64,
    operation: String,
    expected: Value,
    got: Value,
}

impl Difference {
    /// The line of the recording, counted from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The operation with its inputs, as JSON.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// The answer that was recorded.
    pub fn expected(&self) -> &Value {
        &self.expected
    }

    /// The answer of this store.
    pub fn got(&self) -> &Value {
        &self.got
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "line {}: {}", self.line, self.operation)?;
        writeln!(f, "  expected {}", self.expected)?;
        write!(f, "  got      {}", self.got)
    }
}
