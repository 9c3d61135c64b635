//! Progress in tracks.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const COUNTED_TEMPLATE: &str = "{msg} [{bar:24}] {human_pos} of {human_len} tracks, {eta} left";
const UNCOUNTED_TEMPLATE: &str = "{spinner} {msg} {human_pos} tracks";

/// Shows the number of processed tracks on standard error, or nothing if standard error is
/// no terminal.
pub(crate) struct Steps(ProgressBar);

impl Steps {
    /// Starts; `what` is the verb, such as `removed`.
    pub(crate) fn new(what: &'static str, total: Option<u64>) -> Self {
        let bar = match total {
            Some(total) => ProgressBar::new(total),
            None => ProgressBar::new_spinner(),
        };
        bar.set_draw_target(ProgressDrawTarget::stderr());
        let template = total.map_or(UNCOUNTED_TEMPLATE, |_| COUNTED_TEMPLATE);
        // The templates are fixed and in order; with a wrong one, the plain bar is shown.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what);
        // A single step may take a while.
        bar.enable_steady_tick(Duration::from_millis(250));
        Self(bar)
    }

    /// Shows nothing.
    pub(crate) fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    /// Sets the number of processed tracks.
    pub(crate) fn at(&self, count: u64) {
        self.0.set_position(count);
    }
}

/// Removes the progress from the terminal, also after an error.
impl Drop for Steps {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_in_order() {
        for template in [COUNTED_TEMPLATE, UNCOUNTED_TEMPLATE] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
