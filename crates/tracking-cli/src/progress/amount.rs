//! Progress in bytes.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const AMOUNT_TEMPLATE: &str = "{msg} [{bar:24}] {bytes} of {total_bytes}, {eta} left";

/// Shows the number of processed bytes on standard error, or nothing if standard error is
/// no terminal.
pub(crate) struct Amount(ProgressBar);

impl Amount {
    /// Starts; `what` is the verb, such as `copied`.
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

    /// Sets the number of processed bytes, and the total.
    pub(crate) fn at(&self, done: u64, total: u64) {
        self.0.set_length(total);
        self.0.set_position(done);
    }
}

/// Removes the progress from the terminal, also after an error.
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
