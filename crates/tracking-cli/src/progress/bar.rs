//! The progress bar of a load.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tracking_loader::{LoadObserver, Progress, Source};

use crate::data::sanitize;

const FILES_TEMPLATE: &str = "{msg} [{bar:24}] {bytes} of {total_bytes}, {eta} left";
const PIPE_TEMPLATE: &str = "{spinner} {msg} {bytes}";

/// Shows progress on standard error, and nothing at all where that is no terminal.
pub(crate) struct Bar {
    bar: ProgressBar,
    shown: Option<Source>,
}

impl Bar {
    pub(crate) fn new() -> Self {
        Self {
            bar: ProgressBar::hidden(),
            shown: None,
        }
    }
}

impl LoadObserver for Bar {
    fn progress(&mut self, progress: Progress<'_>) {
        if self.shown.is_none() {
            self.start(progress);
        }
        if self.shown.as_ref() != Some(progress.source) {
            self.shown = Some(progress.source.clone());
            self.bar.set_message(name(progress.source));
        }
        self.bar.set_position(progress.bytes_read);
    }
}

impl Bar {
    fn start(&mut self, progress: Progress<'_>) {
        let template = progress.size.map_or(PIPE_TEMPLATE, |_| FILES_TEMPLATE);
        // The templates are fixed and in order; with a wrong one, the plain bar is shown.
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        if let Some(size) = progress.size {
            self.bar.set_length(size);
        }
        self.bar.set_draw_target(ProgressDrawTarget::stderr());
    }
}

/// What a log is called next to the bar: short, and nothing that the terminal would obey.
fn name(source: &Source) -> String {
    let name = match source {
        Source::File(path) => path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        other => other.to_string(),
    };
    sanitize(&name)
        .chars()
        .filter(|c| *c != '\n')
        .take(32)
        .collect()
}

/// Removes the bar from the terminal, also after an error.
impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_in_order() {
        for template in [FILES_TEMPLATE, PIPE_TEMPLATE] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
