//! Law: a version of the criteria is compared with any other that lacks a block of a file, and
//! never panics.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rulebook::assess::{Options, assess, assess_after};
use rulebook::assessment::Assessment;
use rulebook::impact::{Cause, Impact};
use rulebook::input_files::Files;
use rulebook::snapshot::Loader;

/// The blocks of a file: runs of lines, each with the lines below it that are indented deeper;
/// nested ones too.
fn blocks(text: &str) -> Vec<(usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let ends = |start: usize| {
        let deeper = |line: &&&str| line.trim().is_empty() || indent(line) > indent(lines[start]);
        start + 1 + lines[start + 1..].iter().take_while(deeper).count()
    };
    let starts = (0..lines.len()).filter(|line| !lines[*line].trim().is_empty());
    starts.map(|start| (start, ends(start))).collect()
}

fn without(text: &str, (from, to): (usize, usize)) -> String {
    let kept = text
        .lines()
        .enumerate()
        .filter(|(number, _)| !(from..to).contains(number));
    kept.flat_map(|(_, line)| [line, "\n"]).collect()
}

/// A version of the criteria that others are compared with; read and assessed once.
struct Base {
    files: Files,
    loader: Loader,
    assessment: Assessment,
}

impl Base {
    fn new(files: Files) -> Self {
        let mut loader = Loader::default();
        let assessment = assess(&loader.load(&files), &Options::default());
        Self {
            files,
            loader,
            assessment,
        }
    }

    /// Compares another version with it, both ways; whether neither panicked.
    fn compare(&mut self, head: &Files) -> bool {
        let Self {
            files,
            loader,
            assessment: base,
        } = self;
        catch_unwind(AssertUnwindSafe(|| {
            let options = Options::default();
            let after = assess_after(&loader.load(head), &options, base);
            Impact::between(base, &after);
            let again = assess_after(&loader.load(files), &options, &after);
            Impact::between(&after, &again);
        }))
        .is_ok()
    }
}

fn check(root: &str) {
    let files = rulebook::disk::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(root)).unwrap();
    let paths: Vec<String> = files.paths().map(str::to_owned).collect();
    let mut base = Base::new(files.clone());
    let mut wrong = Vec::new();
    let mut tried = 0;
    // All blocks, or every fourth in a quick run.
    let every = if crate::law::share(4) < 4 { 4 } else { 1 };
    for path in paths {
        let Some(source) = files.get(&path).filter(|_| !path.contains("/schema/")) else {
            continue;
        };
        for block in blocks(source.text()).into_iter().step_by(every) {
            let mut head = files.clone();
            head.insert(path.as_str(), &without(source.text(), block));
            tried += 1;
            if !base.compare(&head) {
                wrong.push(format!(
                    "{path} without lines {} to {}",
                    block.0 + 1,
                    block.1
                ));
            }
        }
    }
    assert!(tried * every > 100, "there are but {tried} blocks");
    assert!(
        wrong.is_empty(),
        "of {tried}, {} panic:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn the_first_sample_is_compared_with_itself_less_a_block() {
    check(".");
}

#[test]
fn the_second_sample_is_compared_with_itself_less_a_block() {
    check("examples/solidarity");
}

/// A fact that goes makes those behind it other ones by their numbers; what they were is still read
/// by their names.
#[test]
fn a_fact_that_goes_moves_no_value_of_another() {
    let files = |facts: &str, rank_of: &str| {
        let mut files = Files::new();
        let statistics =
            format!("statistics:\n  rank: {{statistic: rank, of: n, order: {rank_of}}}\n");
        files.insert(
            "policies/p/rulebook.yaml",
            &format!("title: P\nas_of: 2017-08-03\nfacts:\n{facts}{statistics}"),
        );
        files.insert(
            "policies/p/jurisdictions/a.yaml",
            "name: A\nfacts: {n: 5}\n",
        );
        files.insert(
            "policies/p/jurisdictions/b.yaml",
            "name: B\nfacts: {n: 3}\n",
        );
        files.insert(
            "policies/p/jurisdictions/c.yaml",
            "name: C\nfacts: {n: 1}\n",
        );
        files.insert("scripts/p/first.rhai", "//! First\nstats.rank <= 1\n");
        files
    };
    let (with, without) = (
        "  gone: {type: integer}\n  n: {type: integer}\n",
        "  n: {type: integer}\n",
    );
    for (one, other) in [(with, without), (without, with)] {
        let mut loader = Loader::default();
        let before = assess(&loader.load(&files(one, "descending")), &Options::default());
        let after = assess_after(
            &loader.load(&files(other, "ascending")),
            &Options::default(),
            &before,
        );
        let impact = Impact::between(&before, &after);
        let changes = impact.rulebooks[0]
            .jurisdictions
            .iter()
            .flat_map(|one| one.findings.iter());
        let changes = changes
            .flat_map(|causes| causes.iter())
            .filter_map(|cause| match cause {
                Cause::Statistic(change) => {
                    let text = |value: &Option<rulebook::fact::Value>| {
                        value.as_ref().map(ToString::to_string)
                    };
                    Some((
                        change.path.clone(),
                        text(&change.before),
                        text(&change.after),
                    ))
                }
                _ => None,
            });
        let changes: Vec<_> = changes.collect();
        let rank = |before: &str, after: &str| {
            (
                "stats.rank".to_owned(),
                Some(before.into()),
                Some(after.into()),
            )
        };
        assert_eq!(changes, [rank("1", "3"), rank("3", "1")]);
    }
}
