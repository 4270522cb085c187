//! How long loading, exploring and assessing take, on the sample and as inputs grow.
//!
//! `cargo bench`. Compare figures of one run with each other: machines are noisy.

use std::fmt::Write;
use std::path::Path;

use rulebook::assess::{Options, assess, assess_after};
use rulebook::assessment::DeterminationKind;
use rulebook::decision_table::DecisionTable;
use rulebook::impact::{Depth, Impact, differing_conditions};
use rulebook::input_files::Files;
use rulebook::remedies::remedies;
use rulebook::snapshot::Snapshot;

fn main() {
    divan::main();
}

fn sample() -> Files {
    rulebook::disk::read(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the sample is there")
}

/// A rulebook of so many jurisdictions, a tenth of them with a missing fact, and so many conditions
/// with so many branches each.
fn generated(jurisdictions: usize, conditions: usize, branches: usize) -> Files {
    let mut files = Files::new();
    let mut rulebook = "title: Generated\nas_of: 2017-08-03\nparameters: {limit: 48}\n\
         facts:\n  big: {type: boolean}\n"
        .to_owned();
    for index in 0..20 {
        let _ = writeln!(
            rulebook,
            "  group.f{index}: {{type: integer, range: {{min: 0, max: 1000000}}}}"
        );
    }
    files.insert("policies/g/rulebook.yaml", &rulebook);
    let mut records = String::new();
    for index in 0..jurisdictions {
        let _ = writeln!(
            records,
            "---\nid: j{index:06}\nfacts:\n  big: {}\n  group:",
            index % 3 == 0
        );
        for fact in 0..20 {
            let missing = fact == index % 20 && index % 10 == 0;
            let value = if missing {
                "unknown".to_owned()
            } else {
                ((index * 7919 + fact * 104_729) % 200).to_string()
            };
            let _ = writeln!(records, "    f{fact}: {value}");
        }
    }
    files.insert("policies/g/jurisdictions/all.yaml", &records);
    for condition in 0..conditions {
        let mut script =
            format!("//! Condition {condition}\nif j.big {{ return met(\"big\"); }}\n");
        for branch in 0..branches {
            let fact = (condition + branch) % 20;
            let _ = writeln!(
                script,
                "if j.group.f{fact} < {} {{ return not_met(`f{fact} is ${{j.group.f{fact}}}`); }}",
                branch + 1
            );
        }
        let _ = writeln!(script, "j.group.f{} >= params.limit", (condition + 7) % 20);
        files.insert(format!("scripts/g/c{condition}.rhai"), &script);
    }
    files
}

mod on_the_sample {
    use super::{Options, Snapshot, assess, sample};

    #[divan::bench]
    fn read_from_disk(bencher: divan::Bencher<'_, '_>) {
        bencher.bench(sample);
    }

    #[divan::bench]
    fn load(bencher: divan::Bencher<'_, '_>) {
        let files = sample();
        bencher.bench(|| Snapshot::load(&files));
    }

    /// Exploring all scripts, and one jurisdiction: little else is left.
    #[divan::bench]
    fn explore(bencher: divan::Bencher<'_, '_>) {
        let snapshot = Snapshot::load(&sample());
        let options = Options {
            jurisdictions: vec!["baltimore-md".to_owned()],
            ..Options::default()
        };
        bencher.bench(|| assess(&snapshot, &options));
    }

    #[divan::bench(args = ["letter", "operator"])]
    fn assess_all(bencher: divan::Bencher<'_, '_>, reading: &str) {
        let snapshot = Snapshot::load(&sample());
        let options = Options {
            parameters: vec![("reading".to_owned(), reading.to_owned())],
            ..Options::default()
        };
        bencher.bench(|| assess(&snapshot, &options));
    }
}

mod as_inputs_grow {
    use super::{
        DecisionTable, Depth, DeterminationKind, Impact, Options, Snapshot, assess, assess_after,
        differing_conditions, generated, remedies,
    };

    #[divan::bench(args = [100, 1_000, 10_000], sample_count = 10)]
    fn load_jurisdictions(bencher: divan::Bencher<'_, '_>, jurisdictions: usize) {
        let files = generated(jurisdictions, 10, 3);
        bencher.bench(|| Snapshot::load(&files));
    }

    #[divan::bench(args = [100, 1_000, 10_000], sample_count = 10)]
    fn assess_jurisdictions(bencher: divan::Bencher<'_, '_>, jurisdictions: usize) {
        let snapshot = Snapshot::load(&generated(jurisdictions, 10, 3));
        bencher.bench(|| assess(&snapshot, &Options::default()));
    }

    #[divan::bench(args = [1, 10, 100], sample_count = 10)]
    fn assess_conditions(bencher: divan::Bencher<'_, '_>, conditions: usize) {
        let snapshot = Snapshot::load(&generated(1_000, conditions, 3));
        bencher.bench(|| assess(&snapshot, &Options::default()));
    }

    #[divan::bench(args = [1, 4, 16], sample_count = 10)]
    fn explore_branches(bencher: divan::Bencher<'_, '_>, branches: usize) {
        let snapshot = Snapshot::load(&generated(1, 1, branches));
        bencher.bench(|| assess(&snapshot, &Options::default()));
    }

    /// Another value for a parameter: assessing again, and what that does to whom.
    #[divan::bench(args = [100, 1_000, 10_000], sample_count = 10)]
    fn impact_of_a_parameter(bencher: divan::Bencher<'_, '_>, jurisdictions: usize) {
        let snapshot = Snapshot::load(&generated(jurisdictions, 10, 3));
        let before = assess(&snapshot, &Options::default());
        let options = Options {
            parameters: vec![("limit".to_owned(), "90".to_owned())],
            ..Options::default()
        };
        bencher.bench(|| Impact::between(&before, &assess_after(&snapshot, &options, &before)));
    }

    #[divan::bench(args = [100, 1_000, 10_000], sample_count = 10)]
    fn table_of_a_condition(bencher: divan::Bencher<'_, '_>, jurisdictions: usize) {
        let assessment = assess(
            &Snapshot::load(&generated(jurisdictions, 10, 3)),
            &Options::default(),
        );
        bencher.bench(|| {
            DecisionTable::of_condition(&assessment.rulebooks[0], 0.into())
                .map(|table| table.rows.len())
        });
    }

    #[divan::bench(args = [1, 4, 16], sample_count = 10)]
    fn differing_cases(bencher: divan::Bencher<'_, '_>, branches: usize) {
        let snapshot = Snapshot::load(&generated(1, 1, branches));
        let options = Options {
            parameters: vec![("limit".to_owned(), "90".to_owned())],
            ..Options::default()
        };
        let (before, after) = (
            assess(&snapshot, &Options::default()),
            assess(&snapshot, &options),
        );
        bencher.bench(|| differing_conditions(&before, &after, Depth::DerivedFacts).len());
    }

    #[divan::bench(args = [1, 4, 10], sample_count = 5)]
    fn remedies_of_one(bencher: divan::Bencher<'_, '_>, conditions: usize) {
        let assessment = assess(
            &Snapshot::load(&generated(1_000, conditions, 3)),
            &Options::default(),
        );
        let assessed = &assessment.rulebooks[0];
        let kind = DeterminationKind::Ineligible;
        let one = assessed
            .jurisdictions()
            .find(|one| one.determination.kind == kind)
            .expect("there is one");
        bencher.bench(|| {
            remedies(assessed, one, DeterminationKind::Eligible)
                .list
                .len()
        });
    }
}
