//! Positions within a chart, in hundredths of a per cent of its box.

use chrono::NaiveDate;

use super::unit::Unit;

/// The positions of value 0 and of the top value, from above.
pub(super) const FLOOR: u64 = 8800;
pub(super) const CEILING: u64 = 900;

/// The units of the bars of a chart, and the top of its scale.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) unit: Unit,
    /// The number of the unit of the first bar.
    pub(super) first: i64,
    /// How many bars have room, those of value 0 included.
    pub(super) slots: u64,
    pub(super) top: u64,
}

impl Layout {
    /// The name of a bar's unit.
    pub(super) fn name(&self, index: u64) -> String {
        self.unit.name_of(self.number(index))
    }

    /// The first day of a bar.
    pub(super) fn start(&self, index: u64) -> NaiveDate {
        self.unit.start(self.number(index))
    }

    /// The middle of a bar, from the left.
    pub(super) fn middle(&self, index: u64) -> u64 {
        (index * 2 + 1) * 10_000 / (self.slots * 2)
    }

    fn number(&self, index: u64) -> i64 {
        self.first.saturating_add_unsigned(index)
    }
}
