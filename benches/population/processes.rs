//! The program as a whole: time and memory of `rulebook check` on a folder.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::data::{Format, Population, conditions};

pub(crate) fn table(size: usize) {
    println!(
        "\n## The whole process: `rulebook check --quiet`, {size} records, eight conditions\n"
    );
    println!(
        "| records | bytes | wall time | peak memory | beside the bytes |\n|---|--:|--:|--:|--:|"
    );
    let population = Population::new(size, 0.0);
    for format in Format::ALL {
        let (folder, bytes) = folder(&population, format, &conditions(8));
        let runs: Vec<_> = (0..5).map(|_| run(folder.path(), &["--quiet"])).collect();
        let time = runs
            .iter()
            .map(|(time, _)| *time)
            .min()
            .expect("there are some");
        let peak = runs
            .iter()
            .map(|(_, peak)| *peak)
            .max()
            .expect("there are some");
        println!(
            "| {} | {bytes} | {:.0} ms | {:.1} MB | {:.2}x |",
            format.name(),
            time.as_secs_f64() * 1000.0,
            peak as f64 / 1e6,
            peak as f64 / bytes as f64
        );
    }
}

/// What results cost as they are written, beside not to write them.
pub(crate) fn outputs(size: usize) {
    println!(
        "\n## Outputs of `rulebook check`, {size} records as a CSV, wall time, into nothing\n"
    );
    println!(
        "| conditions | missing | `--quiet` | `csv` | beside quiet | `ndjson` | MB a second | `json` | MB a second |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
    for (name, scripts) in [("as elsewhere here", conditions(8)), ("eight sums", sums())] {
        for missing in [0.0, 0.02, 0.25] {
            let (folder, _) = folder(&Population::new(size, missing), Format::Csv, &scripts);
            let folder = folder.path();
            let ways: [&[&str]; 4] = [
                &["--quiet"],
                &["--format", "csv"],
                &["--format", "ndjson"],
                &["--format", "json"],
            ];
            let mut best = [Duration::MAX; 4];
            for _ in 0..7 {
                for (best, options) in best.iter_mut().zip(ways) {
                    *best = run(folder, options).0.min(*best);
                }
            }
            let [quiet, csv, ndjson, json] = best.map(|time| time.as_secs_f64() * 1000.0);
            let speed = |ms: f64, format| bytes(folder, format) as f64 / 1e3 / ms;
            println!(
                "| {name} | {:.0} % | {:.0} ms | {:.0} ms | {:.1}x | {:.0} ms | {:.0} | {:.0} ms | {:.0} |",
                missing * 100.0,
                quiet,
                csv,
                csv / quiet,
                ndjson,
                speed(ndjson, "ndjson"),
                json,
                speed(json, "json"),
            );
        }
    }
}

/// Eight conditions, each with a sum that shares a fact with that of the next, and a reason with a number in it.
fn sums() -> Vec<(String, String)> {
    let one = |index: usize| {
        let next = index + 1;
        let script = format!(
            "if j.count.n{index} + j.count.n{next} >= 60 {{ met(`sum of ${{j.count.n{index}}} and more`) }} \
             else {{ not_met(`only ${{j.count.n{next}}}`) }}"
        );
        (format!("s{index}"), script)
    };
    (0..8).map(one).collect()
}

fn folder(
    population: &Population,
    format: Format,
    scripts: &[(String, String)],
) -> (tempfile::TempDir, usize) {
    let folder = tempfile::tempdir().expect("there is room");
    let mut bytes = 0;
    for (path, text) in population.texts(format, scripts) {
        let path = folder.path().join(path);
        bytes += text.len();
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("there is room");
        std::fs::write(path, text).expect("there is room");
    }
    (folder, bytes)
}

/// How many bytes the results are.
fn bytes(folder: &Path, format: &str) -> u64 {
    let mut child = check(folder, &["--format", format])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it is built");
    let mut output = child.stdout.take().expect("it is piped");
    let bytes = std::io::copy(&mut output, &mut std::io::sink()).expect("it writes");
    child.wait().expect("it is a child");
    bytes
}

fn check(folder: &Path, options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rulebook"));
    command.arg("check").args(options).arg("--root").arg(folder);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// How long it took, and the most memory it had, in bytes; 0 where the system does not tell.
fn run(folder: &Path, options: &[&str]) -> (Duration, u64) {
    let start = Instant::now();
    let mut child = check(folder, options).spawn().expect("it is built");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| {
            line.trim()
                .trim_end_matches("kB")
                .trim()
                .parse::<u64>()
                .ok()
        });
        peak = peak.max(now.unwrap_or_default() * 1024);
        if child.try_wait().expect("it is a child").is_some() {
            return (start.elapsed(), peak);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}
