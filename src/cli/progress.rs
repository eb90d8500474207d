//! Progress on a terminal; silence elsewhere.

use std::cell::RefCell;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::base::{Lang, Said};
use crate::ingest::Progress;

/// Draws a bar a stage on standard error, where that is a terminal.
pub(super) struct Terminal {
    lang: Lang,
    bar: RefCell<Option<ProgressBar>>,
}

impl Terminal {
    pub(super) fn new(lang: Lang) -> Terminal {
        Terminal { lang, bar: RefCell::new(None) }
    }
}

impl Progress for Terminal {
    fn begin(&self, stage: Said, steps: Option<u64>) {
        let bar = steps.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        if let Ok(style) = ProgressStyle::with_template("{msg:20} {wide_bar} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        bar.set_message(stage.in_lang(self.lang).to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        *self.bar.borrow_mut() = Some(bar);
    }

    fn step(&self) {
        if let Some(bar) = self.bar.borrow().as_ref() {
            bar.inc(1);
        }
    }

    fn end(&self) {
        if let Some(bar) = self.bar.borrow_mut().take() {
            bar.finish_and_clear();
        }
    }
}
