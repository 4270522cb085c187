//! The progress of a long run: a bar while it lasts, and the time of each phase if asked for.

use std::fmt::Write;
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::base::parallel::Progress;
use crate::face::cli::output::print_error;

/// The time after which a run shows its progress.
const PATIENCE: Duration = Duration::from_millis(500);

/// The phases of a run, one after the other.
pub(super) struct Phases {
    done: Vec<Phase>,
    started: Instant,
    bar: Option<Bar>,
    /// The progress of the current phase, if it reports any.
    pub(super) progress: Arc<Progress>,
}

struct Phase {
    name: &'static str,
    took: Duration,
    /// The amounts of work: how many, and of what.
    amounts: Vec<(usize, &'static str)>,
}

/// The thread that shows the bar.
struct Bar {
    names: Sender<&'static str>,
    thread: JoinHandle<()>,
}

#[expect(clippy::disallowed_methods, reason = "a phase is timed")]
impl Phases {
    /// Begins a run of `count` phases. A bar is shown on a terminal only.
    pub(super) fn new(count: u64) -> Self {
        let progress: Arc<Progress> = Arc::default();
        let bar = std::io::stderr()
            .is_terminal()
            .then(|| Bar::new(count, &progress));
        Self {
            done: Vec::new(),
            started: Instant::now(),
            bar,
            progress,
        }
    }

    /// Does the work of a phase; `amounts` gets its result and returns the amounts.
    pub(super) fn phase<T>(
        &mut self,
        name: &'static str,
        amounts: impl FnOnce(&T) -> Vec<(usize, &'static str)>,
        work: impl FnOnce() -> T,
    ) -> T {
        if let Some(bar) = &self.bar {
            // If the receiver is gone, nothing is shown.
            let _ = bar.names.send(name);
        }
        self.progress.begin(0);
        let start = Instant::now();
        let result = work();
        self.done.push(Phase {
            name,
            took: start.elapsed(),
            amounts: amounts(&result),
        });
        result
    }

    /// Takes the bar away.
    pub(super) fn end(&mut self) {
        if let Some(Bar { names, thread }) = self.bar.take() {
            drop(names);
            let _ = thread.join();
        }
    }

    /// Prints the time of each phase, its amounts and its speed, on standard error.
    pub(super) fn print(&self) {
        let mut text = String::from("\nphase           ms\n");
        for phase in &self.done {
            let _ = write!(text, "{:<12} {:>8.1}", phase.name, milliseconds(phase.took));
            for (count, what) in &phase.amounts {
                let _ = write!(
                    text,
                    "  {} {what} ({} a second)",
                    grouped(*count),
                    rate(*count, phase.took)
                );
            }
            text.push('\n');
        }
        let _ = writeln!(
            text,
            "{:<12} {:>8.1}",
            "all",
            milliseconds(self.started.elapsed())
        );
        print_error(&text);
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// A count with a space between thousands.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

fn rate(count: usize, took: Duration) -> String {
    #[expect(clippy::cast_precision_loss, reason = "it is shown with three digits")]
    let rate = count as f64 / took.as_secs_f64().max(1e-9);
    match rate {
        _ if rate >= 1e6 => format!("{:.1} million", rate / 1e6),
        _ if rate >= 1e3 => format!("{:.1} thousand", rate / 1e3),
        _ => format!("{rate:.0}"),
    }
}

#[expect(clippy::disallowed_methods, reason = "the bar comes after a while")]
impl Bar {
    fn new(count: u64, progress: &Arc<Progress>) -> Self {
        let progress = Arc::clone(progress);
        let (names, heard) = channel::<&'static str>();
        let thread = std::thread::spawn(move || {
            let (start, mut now, mut begun) = (Instant::now(), "", 0);
            let mut bar: Option<ProgressBar> = None;
            loop {
                match heard.recv_timeout(Duration::from_millis(100)) {
                    Ok(name) => (now, begun) = (name, begun + 1),
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => break,
                }
                if start.elapsed() >= PATIENCE {
                    let bar = bar.get_or_insert_with(|| shown(count));
                    bar.set_message(now);
                    let within = u64::try_from(progress.thousandths()).unwrap_or(0);
                    bar.set_position((begun - u64::from(begun > 0)) * 1000 + within);
                    bar.tick();
                }
            }
            if let Some(bar) = bar {
                bar.finish_and_clear();
            }
        });
        Self { names, thread }
    }
}

fn shown(count: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {bar:24} {msg} {elapsed}");
    ProgressBar::new(count * 1000).with_style(style.expect("the template is right"))
}
