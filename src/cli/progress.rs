//! Progress: a bar on a terminal, a plain line a minute elsewhere (the journal, a log).

use std::cell::RefCell;
use std::io::IsTerminal;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::print;
use crate::base::say::length;
use crate::base::{Lang, Said};
use crate::ingest::Progress;
use crate::say;

/// How often a line is written where there is no terminal.
const EVERY: Duration = Duration::from_secs(60);

/// Shows how far the work is, on standard error.
pub(super) struct Terminal {
    lang: Lang,
    bar: RefCell<Option<ProgressBar>>,
    lines: Option<Lines>,
}

impl Terminal {
    pub(super) fn new(lang: Lang) -> Terminal {
        let lines = (!std::io::stderr().is_terminal()).then(|| Lines::start(EVERY, lang, print::note));
        Terminal { lang, bar: RefCell::new(None), lines }
    }
}

impl Progress for Terminal {
    fn begin(&self, stage: Said, steps: Option<u64>) {
        let bar = steps.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        if let Ok(style) = ProgressStyle::with_template("{msg:20} {wide_bar} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        bar.set_message(stage.in_lang(self.lang).to_owned());
        if let Some(lines) = &self.lines {
            lines.tell(Some(Stage { said: stage, steps, bar: bar.clone(), began: Instant::now() }));
        } else {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        *self.bar.borrow_mut() = Some(bar);
    }

    fn step(&self) {
        if let Some(bar) = self.bar.borrow().as_ref() {
            bar.inc(1);
        }
    }

    fn end(&self) {
        if let Some(lines) = &self.lines {
            lines.tell(None);
        }
        if let Some(bar) = self.bar.borrow_mut().take() {
            bar.finish_and_clear();
        }
    }
}

/// What is being done.
struct Stage {
    said: Said,
    steps: Option<u64>,
    /// Counts; it is not drawn.
    bar: ProgressBar,
    began: Instant,
}

impl Stage {
    fn line(&self) -> Said {
        line(&self.said, self.bar.position(), self.steps, self.began.elapsed().as_secs_f64())
    }
}

/// A thread of its own, since a single step may take longer than a line is due.
struct Lines {
    stage: Arc<Mutex<Option<Stage>>>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Lines {
    fn start(every: Duration, lang: Lang, write: impl Fn(&str) + Send + 'static) -> Lines {
        let stage: Arc<Mutex<Option<Stage>>> = Arc::default();
        let (stop, stopped) = channel();
        let shown = Arc::clone(&stage);
        let thread = std::thread::Builder::new().name("progress".to_owned()).spawn(move || {
            while stopped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                let line = shown.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(Stage::line);
                if let Some(line) = line {
                    write(line.in_lang(lang));
                }
            }
        });
        // Without the thread there are no lines, and the work goes on.
        Lines { stage, stop: Some(stop), thread: thread.ok() }
    }

    fn tell(&self, stage: Option<Stage>) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = stage;
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// How far a stage is, and how long it will still take at the pace so far.
fn line(stage: &Said, done: u64, of: Option<u64>, seconds: f64) -> Said {
    let Said { vi, en } = stage;
    let Some(of) = of else { return say!("{vi}: {done}", "{en}: {done}") };
    if done == 0 || of <= done {
        return say!("{vi}: {done}/{of}", "{en}: {done}/{of}");
    }
    let left = length(seconds / done as f64 * (of - done) as f64);
    Said { vi: format!("{vi}: {done}/{of}, còn {}", left.vi), en: format!("{en}: {done}/{of}, {} left", left.en) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_how_long_it_will_still_take() {
        let stage = say!("lấy ảnh nhỏ", "taking thumbnails");
        assert_eq!(line(&stage, 60, Some(12_060), 60.0).vi, "lấy ảnh nhỏ: 60/12060, còn 3 giờ 20 phút");
        assert_eq!(line(&stage, 0, Some(5), 60.0).en, "taking thumbnails: 0/5");
        assert_eq!(line(&stage, 5, Some(5), 60.0).en, "taking thumbnails: 5/5");
        assert_eq!(line(&stage, 7, None, 60.0).en, "taking thumbnails: 7");
    }

    #[test]
    fn lines_come_although_no_step_is_done_and_stop_with_the_work() {
        let (send, receive) = channel();
        let lines = Lines::start(Duration::from_millis(1), Lang::En, move |line| {
            let _ = send.send(line.to_owned());
        });
        lines.tell(Some(Stage {
            said: say!("quét", "scanning"),
            steps: Some(3),
            bar: ProgressBar::hidden(),
            began: Instant::now(),
        }));
        assert_eq!(receive.recv().unwrap(), "scanning: 0/3");
        assert_eq!(receive.recv().unwrap(), "scanning: 0/3");
        drop(lines);
        // The thread and its end of the channel are gone.
        assert!(receive.iter().all(|line| line == "scanning: 0/3"));
    }
}
