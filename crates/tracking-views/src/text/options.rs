//! The options of text output.

/// How wide and how colourful text may be; without any option, for a file: no colour, and
/// lines as long as they need to be, with cells of tables cut at 120 columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct TextOptions {
    /// How many columns a line may fill; at least 20 are taken.
    pub width: Option<usize>,
    /// Whether to use colour, which only a terminal understands.
    pub color: bool,
}

/// The minimum width of a line, in columns.
const MIN_WIDTH: usize = 20;
/// The maximum width of a line, in columns.
const MAX_WIDTH: usize = 100_000;
/// The width of charts if no width is given, in columns.
const PLAIN_WIDTH: usize = 100;

impl TextOptions {
    /// No colour, no width.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many columns a line may fill, if that is known.
    pub fn with_width(self, width: Option<usize>) -> Self {
        Self { width, ..self }
    }

    /// Whether to use colour.
    pub fn with_color(self, color: bool) -> Self {
        Self { color, ..self }
    }

    /// The columns of a line, if they are counted.
    pub(super) fn max_width(self) -> Option<usize> {
        self.width.map(|width| width.clamp(MIN_WIDTH, MAX_WIDTH))
    }

    /// The columns that a chart should fill.
    pub(super) fn chart_width(self) -> usize {
        self.max_width().unwrap_or(PLAIN_WIDTH).min(PLAIN_WIDTH)
    }
}
