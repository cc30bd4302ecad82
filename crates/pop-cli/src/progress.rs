//! A progress bar for people at a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Progress of long work; does nothing where nobody watches. Shared between threads by clone.
#[derive(Debug, Clone)]
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(crate) fn visible(label: &str, total: Option<u64>) -> Self {
        let template = if total.is_some() {
            "{msg} [{wide_bar}] {pos}/{len}, {eta} left"
        } else {
            "{msg} {spinner} {pos}"
        };
        Self::drawn(label, total, template)
    }

    pub(crate) fn visible_bytes(label: &str, total: u64) -> Self {
        let template = "{msg} [{wide_bar}] {bytes}/{total_bytes}, {eta} left";
        Self::drawn(label, Some(total), template)
    }

    fn drawn(label: &str, total: Option<u64>, template: &str) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(label.to_owned());
        Self { bar }
    }

    pub(crate) fn hidden() -> Self {
        Self {
            bar: ProgressBar::hidden(),
        }
    }

    /// `steps` more are done.
    pub fn advance(&self, steps: u64) {
        self.bar.inc(steps);
    }

    /// So many steps are done in all: fewer than before where some have to be done again.
    pub fn set_position(&self, steps: u64) {
        self.bar.set_position(steps);
    }

    /// How many there are, once that is known.
    pub fn set_total(&self, total: u64) {
        self.bar.set_length(total);
    }

    /// The work is over: the bar goes away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Runs `print` with the bar out of the way.
    pub(crate) fn suspend(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }
}
