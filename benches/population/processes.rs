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
        let folder = tempfile::tempdir().expect("there is room");
        let mut bytes = 0;
        for (path, text) in population.texts(format, &conditions(8)) {
            let path = folder.path().join(path);
            bytes += text.len();
            std::fs::create_dir_all(path.parent().expect("it has one")).expect("there is room");
            std::fs::write(path, text).expect("there is room");
        }
        let runs: Vec<_> = (0..5).map(|_| run(folder.path())).collect();
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

/// How long it took, and the most memory it had, in bytes; 0 where the system does not tell.
fn run(folder: &Path) -> (Duration, u64) {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_rulebook"))
        .args(["check", "--quiet", "--root"])
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it is built");
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
