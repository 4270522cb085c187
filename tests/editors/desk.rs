//! A desk: the program on a screen, an editor beside it, and a log of every revision.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

pub(crate) const SCRIPT: &str = "scripts/w/s.rhai";
pub(crate) const RECORD: &str = "policies/w/jurisdictions/x.yaml";

/// Far more than any machine takes.
const LONG: Duration = Duration::from_secs(30);

pub(crate) struct Desk {
    folder: tempfile::TempDir,
    socket: String,
    log: Child,
}

static NUMBER: AtomicUsize = AtomicUsize::new(0);

impl Desk {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        let write = |path: &str, text: &str| {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write(
            "policies/w/rulebook.yaml",
            "title: W\nas_of: 2017-08-03\nfacts:\n  a: {type: boolean}\n",
        );
        write(RECORD, "facts: {a: true}\n");
        write(SCRIPT, "//! S\nj.a\n");
        let program = env!("CARGO_BIN_EXE_rulebook");
        let log = Command::new(program)
            .args(["watch", "--format", "ndjson", "--root"])
            .arg(&root)
            .stdout(fs::File::create(folder.path().join("log")).unwrap())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let socket = format!(
            "rulebook-{}-{}",
            std::process::id(),
            NUMBER.fetch_add(1, Ordering::Relaxed)
        );
        let desk = Self {
            folder,
            socket,
            log,
        };
        let screen = format!(
            "EDITOR='vim -u NONE' {program} watch --root {} --color never; echo left with $?; cat",
            root.display()
        );
        desk.tmux(&[
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-s",
            "desk",
            "-x",
            "100",
            "-y",
            "30",
            &screen,
        ]);
        desk.until("the start", || {
            desk.log().len() == 1 && desk.screen().contains("revision 1")
        });
        desk
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    fn tmux(&self, arguments: &[&str]) -> String {
        let done = Command::new("tmux")
            .args(["-L", &self.socket])
            .args(arguments)
            .output()
            .unwrap();
        assert!(done.status.success(), "{arguments:?}: {done:?}");
        String::from_utf8(done.stdout).unwrap()
    }

    /// Starts an editor in a window of its own and waits until it has drawn the file. One that
    /// ends before that tells nothing about the program: it is started again, twice at most.
    pub(crate) fn open(&self, command: &str) {
        let root = self.root();
        let root = root.to_str().unwrap();
        self.tmux(&["new-window", "-t", "desk:1", "-c", root]);
        self.tmux(&["set-option", "-w", "-t", "desk:1", "remain-on-exit", "on"]);
        let start = || self.tmux(&["respawn-pane", "-k", "-t", "desk:1", "-c", root, command]);
        start();
        let starts = Cell::new(1);
        let ready = || {
            let shown = self.tmux(&["capture-pane", "-p", "-t", "desk:1"]);
            let dead = ["display-message", "-p", "-t", "desk:1", "#{pane_dead}"];
            if self.tmux(&dead).trim() == "1" {
                assert!(starts.get() < 3, "{command} ended at once: {shown}");
                starts.set(starts.get() + 1);
                start();
                return false;
            }
            shown.contains("j.a") || shown.contains("facts:")
        };
        self.until("the editor has opened the file", ready);
        // An editor draws a file before it reads keys.
        sleep(Duration::from_millis(300));
    }

    pub(crate) fn keys(&self, keys: &[&str]) {
        self.send("desk:1", keys);
    }

    pub(crate) fn keys_to_screen(&self, keys: &[&str]) {
        self.send("desk:0", keys);
    }

    fn send(&self, window: &str, keys: &[&str]) {
        for key in keys {
            let named =
                ["Enter", "Escape"].contains(key) || key.starts_with("C-") || key.starts_with("M-");
            let arguments = [
                "send-keys",
                "-t",
                window,
                if named { "--" } else { "-l" },
                key,
            ];
            self.tmux(&arguments);
            sleep(Duration::from_millis(60));
        }
    }

    /// Takes everything off the terminal, unseen by the program on it.
    pub(crate) fn blank(&self) {
        self.tmux(&["send-keys", "-R", "-t", "desk:0"]);
    }

    pub(crate) fn screen(&self) -> String {
        self.tmux(&["capture-pane", "-p", "-t", "desk:0"])
    }

    /// The process that the program on the screen was started by.
    pub(crate) fn shell(&self) -> String {
        self.tmux(&["display-message", "-p", "-t", "desk:0", "#{pane_pid}"])
            .trim()
            .to_owned()
    }

    /// Every revision so far.
    fn log(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.folder.path().join("log")).unwrap();
        text.lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }

    /// Waits until screen and log show the determination of the one jurisdiction.
    pub(crate) fn shows(&self, ineligible: bool) {
        let (what, count) = if ineligible {
            ("ineligible", 1)
        } else {
            ("eligible", 0)
        };
        let logged = || {
            let log = self.log();
            let counts = &log.last().unwrap()["rulebooks"][0];
            counts["ineligible"] == count && counts["eligible"] != count
        };
        self.until(what, || {
            logged()
                && self
                    .screen()
                    .contains(&format!("{count} ineligible, 0 undetermined"))
        });
    }

    /// No revision said that something is wrong: no file that was saved had anything wrong with it.
    pub(crate) fn never_flashed(&self) {
        for revision in self.log() {
            assert_eq!(
                revision["diagnostics"],
                Value::Array(Vec::new()),
                "{revision}"
            );
            assert_eq!(revision["stale"], Value::Array(Vec::new()), "{revision}");
        }
    }

    pub(crate) fn until(&self, what: &str, done: impl Fn() -> bool) {
        let deadline = Instant::now() + LONG;
        while !done() {
            let panes = ["desk:0", "desk:1"].map(|pane| {
                let shown = Command::new("tmux")
                    .args(["-L", &self.socket, "capture-pane", "-p", "-t", pane])
                    .output();
                shown
                    .map(|shown| String::from_utf8_lossy(&shown.stdout).into_owned())
                    .unwrap_or_default()
            });
            let last = read(self.folder.path());
            assert!(
                Instant::now() < deadline,
                "waited in vain for: {what}\n{}\n{}\n{last}",
                panes[0],
                panes[1]
            );
            sleep(Duration::from_millis(30));
        }
    }
}

fn read(folder: &Path) -> String {
    let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
    log.lines().last().unwrap_or_default().to_owned()
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = Command::new("tmux")
            .args(["-L", &self.socket, "kill-server"])
            .output();
        let _ = self.log.kill();
        let _ = self.log.wait();
    }
}
