//! Following the files for long takes no more memory than following them for a while.
//!
//! `RULEBOOK_RELOADS=10000 cargo test --release --test soak -- --nocapture`

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "tests write files"
)]

use std::fs;
use std::time::Duration;

use rulebook::assess::Options;
use rulebook::live::Live;

/// Memory in use, in KiB.
fn memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))?
        .split_whitespace()
        .nth(1)?
        .parse()
        .ok()
}

#[test]
fn memory_stays_flat() {
    let reloads = std::env::var("RULEBOOK_RELOADS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000_u64);
    let root = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "policies/w/rulebook.yaml",
        "title: W\nas_of: 2017-08-03\nfacts:\n  a: {type: boolean}\n  n: {type: integer}\n",
    );
    for index in 0..500 {
        write(
            &format!("policies/w/jurisdictions/j{index}.yaml"),
            &format!("facts: {{a: {}, n: {index}}}\n", index % 3 == 0),
        );
    }
    let script = |change: u64| {
        format!(
            "//! S {change}\nif j.a {{ met(`n is ${{j.n}}, not {change}`) }} else {{ j.n > {} }}\n",
            change % 97
        )
    };
    write("scripts/w/s.rhai", &script(0));
    let live = Live::start(root.path(), Options::default());
    let mut after_a_while = None;
    for change in 1..=reloads {
        let seen = live.revision().number;
        match change % 4 {
            0 => write(
                "policies/w/jurisdictions/j7.yaml",
                &format!("facts: {{a: false, n: {change}}}\n"),
            ),
            _ => write("scripts/w/s.rhai", &script(change)),
        }
        live.wait(seen, Duration::from_secs(30))
            .expect("each save is another text");
        if change == reloads / 4 {
            after_a_while = memory();
        }
    }
    let (Some(start), Some(end)) = (after_a_while, memory()) else {
        return;
    };
    println!("{reloads} reloads: {start} KiB after a quarter, {end} KiB at the end");
    assert!(
        end < start + start / 10 + 4_096,
        "memory grew from {start} to {end} KiB"
    );
}
