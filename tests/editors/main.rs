//! Real editors in a real terminal, and the programs people move files with, while the built
//! program watches. Needs tmux, git and the editors: `.ci/run` installs them.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests write files and run programs"
)]

mod desk;
#[expect(
    dead_code,
    reason = "what commands are asked of them is of no use here"
)]
#[path = "../hostile/input.rs"]
mod input;
#[path = "../hostile/scripts.rs"]
mod scripts;

use std::fs;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use desk::{Desk, RECORD, SCRIPT};

/// Edits script and record by keys, there and back, and looks at what is shown each time.
fn edits(editor: &str, replace: impl Fn(&Desk, &str, &str), save: impl Fn(&Desk)) {
    for (file, yes, no) in [(SCRIPT, "j.a", "!j.a"), (RECORD, "true", "false")] {
        let desk = Desk::new();
        desk.open(&format!("{editor} {file}"));
        for (from, to, ineligible) in [(yes, no, true), (no, yes, false), (yes, no, true)] {
            replace(&desk, from, to);
            save(&desk);
            desk.shows(ineligible);
        }
        desk.never_flashed();
    }
}

fn vim(options: &str) {
    let replace =
        |desk: &Desk, from: &str, to: &str| desk.keys(&[&format!(":%s/{from}/{to}/"), "Enter"]);
    let editor = format!("vim -u NONE -N --cmd 'set backupskip=' {options}");
    edits(&editor, replace, |desk| desk.keys(&[":w", "Enter"]));
}

#[test]
fn vim_as_it_comes() {
    vim("");
}

#[test]
fn vim_with_each_backupcopy() {
    vim("--cmd 'set backupcopy=no'");
    vim("--cmd 'set backupcopy=yes'");
    vim("--cmd 'set backupcopy=auto'");
    vim("--cmd 'set backup'");
}

#[test]
fn nano() {
    let replace = |desk: &Desk, from: &str, to: &str| {
        desk.keys(&["M-\\", "C-\\", from, "Enter", to, "Enter", "a"]);
    };
    edits("nano", replace, |desk| desk.keys(&["C-o", "Enter"]));
}

#[test]
fn emacs() {
    let replace = |desk: &Desk, from: &str, to: &str| {
        desk.keys(&[
            "M-<",
            "M-x",
            "replace-string",
            "Enter",
            from,
            "Enter",
            to,
            "Enter",
        ]);
    };
    edits("emacs -nw -Q", replace, |desk| desk.keys(&["C-x", "C-s"]));
}

#[test]
fn kakoune() {
    let replace = |desk: &Desk, from: &str, to: &str| {
        desk.keys(&[
            "%",
            "s",
            &from.replace('.', "\\."),
            "Enter",
            "c",
            to,
            "Escape",
            ";",
        ]);
    };
    edits("kak -n", replace, |desk| desk.keys(&[":w", "Enter"]));
}

fn run(desk: &Desk, command: &str) {
    let done = Command::new("sh")
        .args(["-ec", command])
        .current_dir(desk.root())
        .output()
        .unwrap();
    assert!(done.status.success(), "{command}: {done:?}");
}

#[test]
fn programs_that_move_files() {
    let desk = Desk::new();
    let commands = [
        ("sed -i 's/^j.a/!j.a/' scripts/w/s.rhai", true),
        ("sed -i 's/^!j.a/j.a/' scripts/w/s.rhai", false),
        (
            "sed 's/^j.a/!j.a/' scripts/w/s.rhai > new && mv new scripts/w/s.rhai",
            true,
        ),
        (
            "sed 's/^!j.a/j.a/' scripts/w/s.rhai > new && cp new scripts/w/s.rhai",
            false,
        ),
        (
            "cp -r scripts copy && sed -i 's/^j.a/!j.a/' copy/w/s.rhai && cp -r copy/. scripts",
            true,
        ),
        (
            "mv scripts old && mv new old/w/s.rhai && mv old scripts",
            false,
        ),
    ];
    for (command, ineligible) in commands {
        run(&desk, command);
        desk.shows(ineligible);
    }
    desk.never_flashed();
}

#[test]
fn git_between_branches() {
    let desk = Desk::new();
    run(
        &desk,
        "git init -q . && git config user.email a@b && git config user.name a && git add -A && git \
         commit -qm yes",
    );
    let records = "for i in $(seq 100); do printf 'facts: {a: false}\\n' > \
                   policies/w/jurisdictions/j$i.yaml; done";
    run(
        &desk,
        &format!(
            "git branch -m yes && git checkout -qb no && sed -i 's/^j.a/!j.a/' scripts/w/s.rhai && \
             {records}"
        ),
    );
    run(&desk, "git add -A && git commit -qm no");
    desk.shows(true);
    for _ in 0..3 {
        run(&desk, "git checkout -q yes");
        desk.shows(false);
        run(&desk, "git checkout -q no");
        desk.shows(true);
    }
    desk.never_flashed();
}

#[test]
fn a_signal_gives_the_terminal_back() {
    let desk = Desk::new();
    run(&desk, &format!("pkill -TERM -P {}", desk.shell()));
    desk.until("the shell is back", || desk.screen().contains("left with"));
    assert!(desk.screen().contains("left with 1"), "{}", desk.screen());
}

#[test]
fn e_opens_the_editor_and_q_leaves() {
    let desk = Desk::new();
    desk.keys_to_screen(&["l", "e"]);
    desk.until("the editor", || desk.screen().contains("//! S"));
    desk.keys_to_screen(&[":%s/j.a/!j.a/", "Enter", ":wq", "Enter"]);
    desk.shows(true);
    desk.keys_to_screen(&["q"]);
    desk.until("the shell is back", || {
        desk.screen().contains("left with 0")
    });
}

/// A rulebook that takes a while to assess, and longer to find remedies in.
fn write_much_work(desk: &Desk) {
    let facts: Vec<_> = (0..6)
        .map(|number| format!("  f{number}: {{type: integer, range: {{min: 0, max: 9}}}}\n"))
        .collect();
    let facts = facts.concat();
    let list: Vec<_> = (0..8_000).map(|number| number.to_string()).collect();
    let write = |path: &str, text: String| fs::write(desk.root().join(path), text).unwrap();
    write(
        "policies/w/rulebook.yaml",
        format!(
            "title: W\nas_of: 2017-08-03\nfacts:\n  a: {{type: boolean}}\n{facts}  l: {{type: \
             list, items: integer}}\n"
        ),
    );
    let record = format!("facts: {{a: true, l: [{}]}}\n", list.join(", "));
    write("policies/w/jurisdictions/x.yaml", record);
    let tests: Vec<_> = (0..6).map(|number| format!("x > j.f{number}")).collect();
    let script = format!(
        "//! S\nlet n = 0;\nfor x in j.l {{ if {} {{ n += 1; }} }}\nn > 3\n",
        tests.join(" && ")
    );
    write("scripts/w/s.rhai", script);
}

#[test]
fn q_leaves_at_once_whatever_is_being_worked_out() {
    for keys in [&["m"][..], &[]] {
        let desk = Desk::new();
        write_much_work(&desk);
        if !keys.is_empty() {
            desk.until("the script is shown", || {
                desk.screen().contains("1 undetermined")
            });
            desk.keys_to_screen(keys);
        }
        let start = Instant::now();
        desk.keys_to_screen(&["q"]);
        desk.until("the shell is back", || desk.screen().contains("left with"));
        // The question to the terminal and its answer take their time as well.
        assert!(
            start.elapsed() < Duration::from_secs(2),
            "{:?}",
            start.elapsed()
        );
        assert!(desk.screen().contains("left with 0"), "{}", desk.screen());
    }
}

#[test]
fn q_leaves_at_once_while_any_hostile_script_is_explored() {
    for input in scripts::all() {
        let desk = Desk::new();
        input.put(&desk.root());
        // They are being read and explored by now, or were.
        sleep(Duration::from_millis(400));
        let start = Instant::now();
        desk.keys_to_screen(&["q"]);
        let end = format!("the shell is back ({})", input.name);
        desk.until(&end, || desk.screen().contains("left with 0"));
        let took = start.elapsed();
        assert!(took < Duration::from_secs(2), "{}: {took:?}", input.name);
    }
}

#[test]
fn a_signal_ends_it_while_something_is_worked_out() {
    let desk = Desk::new();
    write_much_work(&desk);
    desk.until("the script is shown", || {
        desk.screen().contains("1 undetermined")
    });
    desk.keys_to_screen(&["m"]);
    run(&desk, &format!("pkill -TERM -P {}", desk.shell()));
    desk.until("the shell is back", || {
        desk.screen().contains("left with 1")
    });
}

#[test]
fn it_draws_again_when_it_was_stopped_and_goes_on() {
    let desk = Desk::new();
    let signal = |name: &str| run(&desk, &format!("pkill -{name} -P {}", desk.shell()));
    let shown = || desk.screen().contains("eligible");
    desk.until("the screen", shown);
    signal("TSTP");
    desk.until("the terminal is given back", || !shown());
    signal("CONT");
    desk.until("the screen again", shown);
    // Stopped without a word, while something else writes on the terminal.
    signal("STOP");
    desk.blank();
    desk.until("nothing is shown", || !shown());
    signal("CONT");
    desk.until("the screen once more", shown);
    signal("QUIT");
    desk.until("the shell is back", || {
        desk.screen().contains("left with 1")
    });
}
