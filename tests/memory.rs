//! How much memory reading and assessing take, counted by the allocator, in which nothing else
//! runs. `cargo test --test memory -- --nocapture` prints the figures.

#![expect(clippy::print_stdout, reason = "figures for people to read")]

use peak_alloc::PeakAlloc;
use rulebook::assess::{Options, assess};
use rulebook::assessment::DeterminationKind;
use rulebook::snapshot::Snapshot;

#[path = "../benches/population/data.rs"]
#[expect(dead_code, reason = "the benchmarks use all of it")]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "as there"
)]
mod data;

use data::{Format, Population};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const COUNT: usize = 50_000;

/// What a work adds at the most and what is left of it, in bytes.
fn added<T>(work: impl FnOnce() -> T) -> (T, usize, usize) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let result = work();
    (
        result,
        MEMORY.peak_usage() - before,
        MEMORY.current_usage() - before,
    )
}

#[test]
fn reading_takes_less_than_three_times_the_bytes_and_assessing_less_than_400_a_jurisdiction() {
    println!(
        "\n| unknown | read, at most | kept | assess, at most | kept |\n|--:|--:|--:|--:|--:|"
    );
    for share in [0.0, 0.05, 0.5] {
        let population = Population::new(COUNT, share);
        let files = population.files(Format::Csv);
        drop(population);
        let bytes = files.bytes();
        let (snapshot, most_read, kept_read) = added(|| Snapshot::load(&files));
        assert_eq!(snapshot.record_count(), COUNT);
        let (assessment, most, kept) = added(|| assess(&snapshot, &Options::default()));
        let open = assessment.rulebooks[0].count(DeterminationKind::Undetermined);
        assert_eq!(open > 0, share > 0.0);
        // Tenths, without a fraction.
        let beside = |more: usize| (bytes + more) * 10 / bytes;
        let each = |all: usize| all.div_ceil(COUNT);
        println!(
            "| {share} | {}.{}x the bytes, which count | {}.{}x | {} bytes each | {} bytes each |",
            beside(most_read) / 10,
            beside(most_read) % 10,
            beside(kept_read) / 10,
            beside(kept_read) % 10,
            each(most),
            each(kept),
        );
        assert!(beside(most_read) < 30, "{most_read}");
        assert!(each(most) < 400, "{most}");
    }
}
