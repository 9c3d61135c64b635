//! How much of a file has been worked on.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const AMOUNT_TEMPLATE: &str = "{msg} [{bar:24}] {bytes} of {total_bytes}, {eta} left";

/// Shows how many bytes have been worked on, on standard error, and nothing at all where that is
/// no terminal.
pub(crate) struct Amount(ProgressBar);

impl Amount {
    /// Begins; `what` is done to bytes, like `copied`.
    pub(crate) fn new(what: &'static str) -> Self {
        let bar = ProgressBar::new(0);
        bar.set_draw_target(ProgressDrawTarget::stderr());
        // The template is fixed and in order; with a wrong one, the plain bar is shown.
        if let Ok(style) = ProgressStyle::with_template(AMOUNT_TEMPLATE) {
            bar.set_style(style);
        }
        bar.set_message(what);
        Self(bar)
    }

    /// Shows that so many are done, of so many in all.
    pub(crate) fn at(&self, done: u64, total: u64) {
        self.0.set_length(total);
        self.0.set_position(done);
    }
}

/// Nothing of it stays behind, whether all went well or not.
impl Drop for Amount {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_in_order() {
        assert!(ProgressStyle::with_template(AMOUNT_TEMPLATE).is_ok());
    }
}
