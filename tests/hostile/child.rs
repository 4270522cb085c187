//! A command as a child process, and what it took, by what the system tells of it.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::pace::pace;
use crate::placed::Placed;

/// Seconds of processor time that a command may take on a machine of usual pace, and those of a build
/// that is not optimised.
const SECONDS: [f64; 2] = [10.0, 60.0];

/// Where the program is that is tried, if it is not the one of the tests' own build.
const PROGRAM: &str = "RULEBOOK_PROGRAM";

fn program() -> OsString {
    std::env::var_os(PROGRAM).unwrap_or_else(|| env!("CARGO_BIN_EXE_rulebook").into())
}

fn most_seconds() -> f64 {
    let optimised = !cfg!(debug_assertions) || std::env::var_os(PROGRAM).is_some();
    SECONDS[usize::from(!optimised)] * pace()
}

/// KiB of memory that it may take.
const MEMORY: u64 = 1 << 20;

/// Bytes that it may write, and more for each that it is given line by line, to be answered.
const WRITTEN: u64 = 8 << 20;
const ANSWERED: u64 = 16;

/// What only waits is ended too.
const WALL: Duration = Duration::from_mins(5);

/// How often a child is looked at.
const LOOK: Duration = Duration::from_millis(4);

/// Ticks of the system's clock in a second.
const TICKS: f64 = 100.0;

/// What a command took, and came to.
pub(crate) struct Took {
    seconds: f64,
    memory: u64,
    written: u64,
    may_write: u64,
    /// None where it was killed.
    pub(crate) code: Option<i32>,
    /// What it wrote, as far as it is of interest.
    pub(crate) said: String,
}

impl fmt::Display for Took {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self
            .code
            .map_or_else(|| "killed".to_owned(), |code| code.to_string());
        let (memory, written) = (self.memory >> 10, self.written);
        write!(
            fmt,
            "{code:>6} {:>6.2} s {memory:>5} MB {written:>8} bytes",
            self.seconds
        )
    }
}

impl Took {
    /// Whether it took more time than it may.
    pub(crate) fn is_too_slow(&self) -> bool {
        self.seconds > most_seconds()
    }

    /// The bound that was passed.
    pub(crate) fn out_of_bounds(&self) -> Option<String> {
        let bounds = [
            (self.is_too_slow(), "more than its time"),
            (self.memory > MEMORY, "more than its memory"),
            (self.written > self.may_write, "more than it may write"),
            (self.code.is_none_or(|code| code > 2), "no end of its own"),
            (self.said.contains("panicked"), "a panic"),
        ];
        let (_, why) = bounds.into_iter().find(|(passed, _)| *passed)?;
        Some(format!("{why}: {self}"))
    }
}

/// Runs a command over an input.
pub(crate) fn run(placed: &Placed, words: &[String]) -> Took {
    let written = tempfile::tempdir().unwrap();
    let [out, error] = ["out", "error"].map(|name| written.path().join(name));
    let size = |path: &Path| fs::metadata(path).unwrap().len();
    let (given, may_write) = match &placed.stream {
        Some(stream) if words.contains(&"-".to_owned()) => (
            File::open(stream).unwrap().into(),
            WRITTEN + ANSWERED * size(stream),
        ),
        _ => (Stdio::null(), WRITTEN),
    };
    let mut child = Command::new(program())
        .args(words)
        .current_dir(placed.root())
        .stdin(given)
        .stdout(File::create(&out).unwrap())
        .stderr(File::create(&error).unwrap())
        .spawn()
        .unwrap();
    let (seconds, memory) = followed(&mut child);
    let code = child.wait().unwrap().code();
    let said = [&error, &out].map(|path| String::from_utf8_lossy(&start(path)).into_owned());
    Took {
        seconds,
        memory,
        written: size(&out) + size(&error),
        may_write,
        code,
        said: said.concat(),
    }
}

/// The first bytes of a file.
fn start(path: &Path) -> Vec<u8> {
    use std::io::Read;
    let mut bytes = Vec::new();
    let file = File::open(path).unwrap();
    file.take(1 << 20).read_to_end(&mut bytes).unwrap();
    bytes
}

/// Follows a child to its end, which it gets here if it passes a bound: seconds and KiB. Until
/// somebody waits for it, the system still tells what time a child took that has ended.
fn followed(child: &mut Child) -> (f64, u64) {
    let (started, mut most) = (Instant::now(), 0);
    loop {
        let about = |name| fs::read_to_string(format!("/proc/{}/{name}", child.id()));
        let memory = about("status").unwrap_or_default();
        most = most.max(peak(&memory));
        let (state, seconds) = state(&about("stat").unwrap_or_default());
        if state == Some('Z') {
            return (seconds, most);
        }
        if seconds > most_seconds() || most > MEMORY || started.elapsed() > WALL {
            child.kill().unwrap();
        }
        sleep(LOOK);
    }
}

/// The most memory that it has had, in KiB.
fn peak(status: &str) -> u64 {
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or_default()
}

/// Its state, and the seconds that all its threads took.
fn state(stat: &str) -> (Option<char>, f64) {
    // Behind the name, which may hold anything.
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    let state = fields.first().and_then(|field| field.chars().next());
    let ticks = fields.get(11..13).unwrap_or_default();
    let ticks = ticks.iter().filter_map(|ticks| ticks.parse::<f64>().ok());
    (state, ticks.sum::<f64>() / TICKS)
}
