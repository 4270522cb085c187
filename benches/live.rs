//! From a save to the result, on real files: `cargo bench --bench live`.
//!
//! Prints the distribution of the times from the return of the write to the revision being there,
//! and from there to the bytes for the screen being written; then what following costs when nothing
//! happens. `-- quick` makes few saves at a small size.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark writes files and figures"
)]

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use rulebook::assess::Options;
use rulebook::live::Live;
use rulebook::render::Colour;
use rulebook::tui::{Message, Palette, State, view};

const CONDITIONS: usize = 10;
const LONG: Duration = Duration::from_mins(2);

fn main() {
    let quick = std::env::args().any(|argument| argument == "quick");
    let sizes: &[(usize, usize)] = if quick {
        &[(100, 5)]
    } else {
        &[(1_000, 500), (10_000, 100), (100_000, 40)]
    };
    for (jurisdictions, saves) in sizes {
        measure(*jurisdictions, *saves);
    }
}

fn record(index: usize, change: usize) -> String {
    let mut text = format!(
        "facts:\n  big: {}\n  group:\n",
        (index + change).is_multiple_of(3)
    );
    for fact in 0..20 {
        let missing = fact == index % 20 && index.is_multiple_of(10);
        let value = (index * 7919 + fact * 104_729 + change) % 200;
        let value = if missing {
            "unknown".to_owned()
        } else {
            value.to_string()
        };
        let _ = writeln!(text, "    f{fact}: {value}");
    }
    text
}

fn script(condition: usize, change: usize) -> String {
    format!(
        "//! Condition {condition}\nif j.big {{ return met(\"big\"); }}\n\
         if j.group.f{} < {} {{ return not_met(`it is ${{j.group.f{}}}`); }}\n\
         j.group.f{} >= params.limit\n",
        condition % 20,
        change % 50 + 1,
        condition % 20,
        (condition + 7) % 20
    )
}

fn fill(root: &Path, jurisdictions: usize) {
    let records = root.join("policies/g/jurisdictions");
    fs::create_dir_all(&records).expect("a folder of our own");
    fs::create_dir_all(root.join("scripts/g")).expect("a folder of our own");
    let mut rulebook = "title: Generated\nas_of: 2017-08-03\nparameters: {limit: 48}\n\
         facts:\n  big: {type: boolean}\n"
        .to_owned();
    for index in 0..20 {
        let _ = writeln!(
            rulebook,
            "  group.f{index}: {{type: integer, range: {{min: 0, max: 1000000}}}}"
        );
    }
    fs::write(root.join("policies/g/rulebook.yaml"), rulebook).expect("a file of our own");
    for index in 0..jurisdictions {
        fs::write(records.join(format!("j{index:06}.yaml")), record(index, 0))
            .expect("a file of our own");
    }
    for condition in 0..CONDITIONS {
        fs::write(
            root.join(format!("scripts/g/c{condition}.rhai")),
            script(condition, 0),
        )
        .expect("a file of our own");
    }
}

fn measure(jurisdictions: usize, saves: usize) {
    let folder = tempfile::tempdir().expect("a folder of our own");
    let root = folder.path();
    fill(root, jurisdictions);
    let started = Instant::now();
    let live = Live::start(root, Options::default());
    println!("{jurisdictions} jurisdictions, {CONDITIONS} conditions, a file each");
    println!("  start: {:.0} ms", started.elapsed().as_secs_f64() * 1e3);
    // The clock of the file system must have moved on from the files just written.
    std::thread::sleep(Duration::from_secs(3));
    let options = TerminalOptions {
        viewport: Viewport::Fixed(Rect::new(0, 0, 120, 40)),
    };
    let mut terminal = Terminal::with_options(CrosstermBackend::new(std::io::sink()), options)
        .expect("no real terminal");
    let mut state = State::new(live.revision());
    for what in ["script", "record"] {
        let (mut published, mut drawn) = (Vec::new(), Vec::new());
        for save in 1..=saves {
            let (path, text) = match what {
                "script" => (
                    format!("scripts/g/c{}.rhai", save % CONDITIONS),
                    script(save % CONDITIONS, save),
                ),
                _ => {
                    let index = save * 7 % jurisdictions;
                    (
                        format!("policies/g/jurisdictions/j{index:06}.yaml"),
                        record(index, save),
                    )
                }
            };
            let seen = live.revision().number;
            fs::write(root.join(path), text).expect("a file of our own");
            let written = Instant::now();
            let revision = live.wait(seen, LONG).expect("each save is another text");
            published.push(written.elapsed());
            let there = Instant::now();
            state.update(Message::Revision(revision));
            terminal
                .draw(|frame| view(&mut state, frame, Palette::new(Colour::Always)))
                .expect("no real terminal");
            drawn.push(there.elapsed());
        }
        println!(
            "  {what} edit, write returned -> published: {}",
            distribution(published)
        );
        println!(
            "  {what} edit, published -> screen bytes:   {}",
            distribution(drawn)
        );
    }
    // Until every file that was just written has been looked at once more.
    std::thread::sleep(Duration::from_secs(if jurisdictions > 1_000 {
        0
    } else {
        15
    }));
    idle();
}

fn distribution(mut times: Vec<Duration>) -> String {
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
    format!(
        "median {:.2} ms, 90 % {:.2}, 99 % {:.2}, most {:.2} ({} saves)",
        at(50),
        at(90),
        at(99),
        at(100),
        times.len()
    )
}

/// Nanoseconds that all threads of this process ran; none where the system does not tell.
fn ran() -> Option<u64> {
    let threads = fs::read_dir("/proc/self/task").ok()?.filter_map(Result::ok);
    let time = |path: std::path::PathBuf| {
        fs::read_to_string(path.join("schedstat"))
            .ok()?
            .split(' ')
            .next()?
            .parse::<u64>()
            .ok()
    };
    Some(threads.filter_map(|thread| time(thread.path())).sum())
}

fn idle() {
    const PAUSE: Duration = Duration::from_secs(10);
    let Some(before) = ran() else { return };
    std::thread::sleep(PAUSE);
    let Some(after) = ran() else { return };
    #[expect(clippy::cast_precision_loss, reason = "a share of a few seconds")]
    let share = (after - before) as f64 / PAUSE.as_nanos() as f64 * 100.0;
    println!("  idle: {share:.4} % of a core");
}
