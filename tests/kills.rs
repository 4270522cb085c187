//! Programs that are killed while they write leave the old content or the new one, and nothing that
//! the next one does not remove.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests read files and clocks, and favour short code"
)]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const KILLS: u32 = 250;

fn accept(root: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_rulebook"))
        .args(["check", "--accept", "--root"])
        .arg(root)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// A rulebook of many records, of which all pass or none.
fn put(root: &Path, least: u32) {
    let put = |name: &str, text: &str| {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let facts = "facts:\n  a: {type: integer, range: {min: 0, max: 9}}\n";
    put(
        "policies/t/rulebook.yaml",
        &format!("title: T\nas_of: 2020-01-01\n{facts}"),
    );
    put("scripts/t/c.rhai", &format!("//! C\nj.a >= {least}\n"));
    let rows: String = (0..20_000).map(|row| format!("x{row},5\n")).collect();
    put("policies/t/jurisdictions/all.csv", &format!("id,a\n{rows}"));
}

#[test]
fn a_killed_program_leaves_the_old_content_or_the_new_one_and_no_litter() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let written = root.join("tests/t/expected.yaml");
    // What each of two states of the script comes to, and how long writing that takes.
    let mut contents = Vec::new();
    let mut took = Duration::ZERO;
    for least in [3, 7] {
        put(root, least);
        let started = Instant::now();
        assert!(accept(root).wait().unwrap().success());
        took = took.max(started.elapsed());
        contents.push(fs::read(&written).unwrap());
    }
    assert!(contents[0] != contents[1] && contents[0].len() > 100_000);
    let mut counts = [0_u32; 3];
    for number in 0..KILLS {
        put(root, [3, 7][usize::from(number % 2 == 1)]);
        let before = fs::read(&written).unwrap();
        let mut child = accept(root);
        // From the middle to the end, where it writes.
        std::thread::sleep(took / 4 + took * (number * 7 % KILLS) / KILLS);
        child.kill().unwrap();
        let killed = !child.wait().unwrap().success();
        let now = fs::read(&written).unwrap();
        assert!(contents.contains(&now), "a mixture after kill {number}");
        let left = fs::read_dir(root.join("tests/t")).unwrap().count();
        assert!(left <= 2, "litter of several programs after kill {number}");
        counts[0] += u32::from(killed);
        counts[1] += u32::from(killed && now != before);
        counts[2] += u32::from(left == 2);
    }
    assert!(accept(root).wait().unwrap().success());
    assert_eq!(
        fs::read_dir(root.join("tests/t")).unwrap().count(),
        1,
        "litter"
    );
    println!(
        "killed: {}, of these behind the rename: {}, with litter: {}",
        counts[0], counts[1], counts[2]
    );
    assert!(counts[0] > KILLS / 3, "{counts:?}");
}
