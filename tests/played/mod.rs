//! Plays a page of the documentation in an empty folder, as somebody would who follows it.
//!
//! - A `console` fence holds commands behind `$ `, each with what it shows. A line `...` stands for any
//!   lines. What is typed stands behind the `> ` that asks for it. `rulebook watch` goes on; a `console`
//!   fence without a command holds what it shows next.
//! - Any other fence is a file, or a change of one as `diff`; the sentence before names it and ends
//!   with a colon. A fence of the kind `text` is for reading alone.
//!
//! `UPDATE_CASES=1` writes what is shown into the page.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// How long a command that goes on may take to show the next thing.
const PATIENCE: Duration = Duration::from_secs(30);

struct Fence {
    kind: String,
    lines: Vec<String>,
    /// The line of the page on which the first of its lines stands, from 0.
    at: usize,
    /// The file that the sentence before names.
    file: Option<String>,
}

struct GoesOn {
    child: Child,
    lines: Receiver<String>,
}

impl Drop for GoesOn {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Player {
    folder: tempfile::TempDir,
    goes_on: Option<GoesOn>,
}

/// Plays a page up to a heading, or to its end.
pub(crate) fn play(page: &str, until: Option<&str>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let end = until.map_or(lines.len(), |heading| {
        let found = lines.iter().position(|line| line == heading);
        found.unwrap_or_else(|| panic!("{page} has no line `{heading}`"))
    });
    let fences = fences(&lines[..end]);
    assert!(fences.len() > 3, "{page} has nothing to play");
    let mut player = Player {
        folder: tempfile::tempdir().unwrap(),
        goes_on: None,
    };
    let mut wrong = String::new();
    // From the end, so that the places of those before stay.
    let mut shown: Vec<(usize, usize, Vec<String>)> = Vec::new();
    for fence in &fences {
        match fence.kind.as_str() {
            "text" => {}
            "console" => {
                let found = player.console(fence);
                if found != fence.lines {
                    let place = format!("{page}:{}", fence.at + 1);
                    let _ = write!(wrong, "{place} shows\n{}\n\n", found.join("\n"));
                    shown.push((fence.at, fence.lines.len(), found));
                }
            }
            _ => player.write(fence, &format!("{page}:{}", fence.at + 1)),
        }
    }
    if std::env::var_os("UPDATE_CASES").is_some() {
        for (at, count, found) in shown.into_iter().rev() {
            lines.splice(at..at + count, found);
        }
        fs::write(&path, lines.join("\n") + "\n").unwrap();
    } else {
        assert!(wrong.is_empty(), "{wrong}");
    }
}

fn fences(lines: &[String]) -> Vec<Fence> {
    let mut found = Vec::new();
    let mut before = String::new();
    let mut open: Option<Fence> = None;
    for (index, line) in lines.iter().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(kind)) => {
                let file = before.ends_with(':').then(|| named(&before)).flatten();
                open = Some(Fence {
                    kind: kind.to_owned(),
                    lines: Vec::new(),
                    at: index + 1,
                    file,
                });
            }
            (None, None) if line.is_empty() => {}
            (None, None) => before.clone_from(line),
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(fence), None) => fence.lines.push(line.clone()),
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    found
}

/// The last path between backticks.
fn named(line: &str) -> Option<String> {
    let quoted = line.split('`').skip(1).step_by(2);
    quoted
        .filter(|word| word.contains('/'))
        .last()
        .map(str::to_owned)
}

impl Player {
    fn write(&self, fence: &Fence, place: &str) {
        let Some(name) = &fence.file else {
            panic!("{place}: the line before names no file")
        };
        let path = self.folder.path().join(name);
        if fence.kind != "diff" {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, fence.lines.join("\n") + "\n").unwrap();
            return;
        }
        let side = |other: char| -> String {
            let kept = fence.lines.iter().filter(|line| !line.starts_with(other));
            let kept: Vec<&str> = kept.map(|line| line.get(1..).unwrap_or_default()).collect();
            kept.join("\n") + "\n"
        };
        let (old, new) = (side('+'), side('-'));
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(
            text.matches(&old).count(),
            1,
            "{place}: {name} has not\n{old}"
        );
        fs::write(path, text.replacen(&old, &new, 1)).unwrap();
    }

    /// What the fence should hold: its own lines where they fit.
    fn console(&mut self, fence: &Fence) -> Vec<String> {
        let starts = |line: &String| line.starts_with("$ ");
        let first = fence.lines.iter().position(starts);
        let mut found = Vec::new();
        let ahead = &fence.lines[..first.unwrap_or(fence.lines.len())];
        if first != Some(0) {
            let goes_on = self.goes_on.as_ref().expect("something goes on");
            found.extend(goes_on.next(ahead));
        }
        let mut rest = &fence.lines[ahead.len()..];
        while let Some((command, after)) = rest.split_first() {
            let count = after.iter().position(starts).unwrap_or(after.len());
            let (expected, next) = after.split_at(count);
            found.push(command.clone());
            found.extend(self.command(command.trim_start_matches("$ "), expected));
            rest = next;
        }
        found
    }

    fn command(&mut self, command: &str, expected: &[String]) -> Vec<String> {
        if command.starts_with("rulebook watch ") {
            let mut child = self
                .program(command)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let (send, lines) = channel();
            let output = BufReader::new(child.stdout.take().unwrap());
            std::thread::spawn(move || {
                for line in output.lines().map_while(Result::ok) {
                    let _ = send.send(line);
                }
            });
            let goes_on = GoesOn { child, lines };
            let found = goes_on.next(expected);
            self.goes_on = Some(goes_on);
            return found;
        }
        // Both streams into one file, in the order in which they are written.
        let file = self.folder.path().join(".shown");
        let shown = fs::File::create(&file).unwrap();
        let mut child = self
            .program(command)
            .stdin(Stdio::piped())
            .stdout(shown.try_clone().unwrap())
            .stderr(shown)
            .spawn()
            .unwrap();
        let typed = expected.iter().filter_map(|line| line.strip_prefix("> "));
        let typed: Vec<&str> = typed.collect();
        let text = typed.iter().map(|line| format!("{line}\n"));
        let _ = child
            .stdin
            .take()
            .unwrap()
            .write_all(text.collect::<String>().as_bytes());
        child.wait().unwrap();
        let text = fs::read_to_string(&file).unwrap();
        fs::remove_file(file).unwrap();
        let mut typed = typed.into_iter();
        let lines = text.trim_end().lines().flat_map(|line| {
            // What is typed ends its line on a terminal, and here does not.
            let (prompt, rest) = match line.strip_prefix("> ") {
                Some(rest) => (
                    Some(format!("> {}", typed.next().unwrap_or_default())),
                    rest,
                ),
                None => (None, line),
            };
            let is_more = prompt.is_none() || !rest.is_empty();
            prompt.into_iter().chain(is_more.then(|| rest.to_owned()))
        });
        fitting(&lines.collect::<Vec<_>>(), expected)
    }

    fn program(&self, command: &str) -> Command {
        let words = words(command);
        let program = match words[0].as_str() {
            "rulebook" => PathBuf::from(env!("CARGO_BIN_EXE_rulebook")),
            "git" => PathBuf::from("git"),
            other => panic!("no page runs `{other}`"),
        };
        let mut command = Command::new(program);
        command
            .args(&words[1..])
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path());
        for name in ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"] {
            command.env(name, "/dev/null");
        }
        for whose in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{whose}_NAME"), "Somebody");
            command.env(format!("GIT_{whose}_EMAIL"), "somebody@example.org");
        }
        command
    }
}

impl GoesOn {
    /// Waits for as many lines as are expected; to write the page, for as many as there are.
    fn next(&self, expected: &[String]) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let is_written = std::env::var_os("UPDATE_CASES").is_some();
        while is_written || found.len() < expected.len() {
            let patience = if is_written && !found.is_empty() {
                Duration::from_secs(1)
            } else {
                PATIENCE
            };
            let Ok(line) = self.lines.recv_timeout(patience) else {
                break;
            };
            // Blank lines stand between what belongs together.
            if !(found.is_empty() && line.is_empty()) {
                found.push(line);
            }
        }
        while found.last().is_some_and(String::is_empty) {
            found.pop();
        }
        fitting(&found, expected)
    }
}

/// What is expected where it fits what is shown, and otherwise what is shown.
fn fitting(shown: &[String], expected: &[String]) -> Vec<String> {
    let expected_text: Vec<String> = expected.iter().map(|line| timeless(line)).collect();
    let shown_text: Vec<String> = shown.iter().map(|line| timeless(line)).collect();
    if fits(&shown_text, &expected_text) {
        expected.to_vec()
    } else {
        shown.to_vec()
    }
}

fn fits(shown: &[String], expected: &[String]) -> bool {
    match expected.split_first() {
        None => shown.is_empty(),
        Some((first, rest)) if first == "..." => {
            (0..=shown.len()).any(|skipped| fits(&shown[skipped..], rest))
        }
        Some((first, rest)) => shown
            .split_first()
            .is_some_and(|(line, below)| line == first && fits(below, rest)),
    }
}

/// A line without what is never the same twice: the time that something took, `(1.5 ms)`, and the
/// name of a commit, `HEAD (5455d7d)`.
fn timeless(line: &str) -> String {
    match line.rsplit_once(" (") {
        Some((words, time)) if time.ends_with(" ms)") || time.ends_with(" s)") => words.to_owned(),
        Some((words, commit)) if words.ends_with("HEAD") => {
            let rest = commit.split_once(')').map_or("", |(_, rest)| rest);
            format!("{words}{rest}")
        }
        _ => line.to_owned(),
    }
}

/// Words as a shell divides them, with single and double quotation marks.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for sign in command.chars() {
        match (quote, sign) {
            (Some(open), sign) if open == sign => quote = None,
            (None, '"' | '\'') => quote = Some(sign),
            (None, ' ') => words.push(String::new()),
            _ => words.last_mut().unwrap().push(sign),
        }
    }
    words
}
