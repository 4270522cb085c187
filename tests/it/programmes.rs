//! Several programmes over the same places: what a base states once, and what is wrong with that.

use rulebook::assess::{Among, Ids, Options, SetFact, assess, assess_after};
use rulebook::assessment::Assessment;
use rulebook::diagnostic::Diagnostic;
use rulebook::impact::Impact;
use rulebook::input_files::Files;
use rulebook::lint::{LintOptions, lint};
use rulebook::snapshot::{Loader, Snapshot};
use rulebook::source::Source;

use crate::common::problems;
use crate::generate::{Choices, Generator, LIBRARY, Range, WIDE_SCHEMA, facts, record, values};
use crate::law::{enough, law};
use crate::laws::{agree, bytes};
use crate::requests::streamed;

/// A folder with records that two programmes share.
fn shared(base: &str, first: &str, second: &str) -> Files {
    let mut files = Files::new();
    files.insert("policies/base/rulebook.yaml", base);
    files.insert(
        "policies/base/jurisdictions/all.csv",
        "id,n,ok\na,3,true\nb,30,\nc,,false\n",
    );
    files.insert(
        "scripts/base/derive/d.rhai",
        "//! D\n//! @type number\nj.n * 2 - j.stats.mean\n",
    );
    files.insert("policies/one/rulebook.yaml", first);
    files.insert("policies/two/rulebook.yaml", second);
    files.insert("scripts/one/s.rhai", "//! S\nj.d > params.least && j.ok\n");
    files.insert("scripts/two/s.rhai", "//! S\nj.d > 5\n");
    files
}

const BASE: &str = "title: B\nas_of: 2026-01-01\nsources:\n  census: {title: Census}\nparameters:\n  least: \
                    {value: 2, range: {min: 0, max: 9}}\nfacts:\n  n: {type: integer}\n  ok: {type: \
                    boolean}\nstatistics:\n  mean: {statistic: mean, of: n}\n";
const ONE: &str = "title: One\nbase: base\n";
const TWO: &str = "title: Two\nbase: base\nsources:\n  act: {title: Act}\n";

fn verdicts(assessment: &Assessment) -> Vec<String> {
    let rulebooks = assessment.rulebooks.iter();
    let lines = rulebooks.flat_map(|one| {
        agree(one);
        let line = |place: &_| {
            let it: &std::sync::Arc<rulebook::assessment::JurisdictionAssessment> = place;
            format!(
                "{} {} {:?}",
                one.rulebook().id,
                it.jurisdiction.id,
                it.determination.kind
            )
        };
        one.jurisdictions().map(line).collect::<Vec<_>>()
    });
    lines.collect()
}

#[test]
fn programmes_share_what_the_base_states() {
    let files = shared(BASE, ONE, TWO);
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    assert_eq!(problems(&assessment.diagnostics), Vec::<String>::new());
    assert_eq!(
        verdicts(&assessment),
        [
            "one a Ineligible",
            "one b Undetermined",
            "one c Ineligible",
            "two a Ineligible",
            "two b Eligible",
            "two c Undetermined",
        ]
    );
    // Read and worked out once.
    let [one, two] = &assessment.rulebooks[..] else {
        panic!("the base is no programme of its own")
    };
    assert!(std::ptr::eq(one.records(), two.records()));
    let lints = lint(&files, &assessment, LintOptions::default());
    let unread = |one: &&Diagnostic| one.message.contains("no script reads");
    assert_eq!(lints.iter().filter(unread).count(), 0, "{lints:#?}");
}

#[test]
fn a_base_with_conditions_is_a_programme_too() {
    let mut files = shared(BASE, ONE, TWO);
    files.insert("scripts/base/s.rhai", "//! S\nj.n > 3\n");
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    let ids = assessment
        .rulebooks
        .iter()
        .map(|one| one.rulebook().id.to_string());
    assert_eq!(ids.collect::<Vec<_>>(), ["base", "one", "two"]);
}

#[test]
fn a_fact_set_holds_in_every_programme() {
    let snapshot = Snapshot::load(&shared(BASE, ONE, TWO));
    let fact = SetFact {
        jurisdiction: "c".to_owned(),
        path: "n".to_owned(),
        value: "90".to_owned(),
    };
    let options = Options {
        facts: vec![fact],
        ..Options::default()
    };
    let assessment = assess(&snapshot, &options);
    assert!(verdicts(&assessment).contains(&"two c Eligible".to_owned()));
    let [one, two] = &assessment.rulebooks[..] else {
        panic!("two programmes")
    };
    assert!(std::ptr::eq(one.records(), two.records()));
}

/// Lines and files of records are answered by each programme as by that one alone, in the order of lines.
#[test]
fn records_from_outside_are_answered_by_each_programme() {
    let root = tempfile::tempdir().unwrap();
    for source in shared(BASE, ONE, TWO).below("") {
        let path = root.path().join(source.name());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, source.text()).unwrap();
    }
    let lines = "{\"id\": \"x\", \"facts\": {\"n\": 30, \"ok\": true}}\n\
                 {\"id\": \"y\", \"facts\": {\"n\": 2}}\n{broken\n\
                 {\"id\": \"x\", \"facts\": {\"n\": 1}}\n";
    for more in [&[][..], &["--columns", "rulebook,id,determination,s"]] {
        let together = streamed(root.path(), "2", more, lines);
        let alone = ["one", "two"].map(|name| {
            let more = [more, &["--rulebook", name]].concat();
            streamed(root.path(), "1", &more, lines)
        });
        let both = alone[0].lines().zip(alone[1].lines());
        let head = usize::from(!more.is_empty());
        let in_turns: Vec<&str> = both.skip(head).flat_map(|(one, two)| [one, two]).collect();
        assert_eq!(in_turns.len(), 8);
        assert_eq!(together.lines().skip(head).collect::<Vec<_>>(), in_turns);
        assert_eq!(
            together.lines().take(head).next(),
            alone[0].lines().take(head).next()
        );
    }
    let file = root.path().join("more.csv");
    std::fs::write(&file, "id,n,ok\nx,30,true\ny,2,\n").unwrap();
    let checked = |more: &[&str]| {
        let found = std::process::Command::new(env!("CARGO_BIN_EXE_rulebook"))
            .args(["check", "--format", "csv", "--records"])
            .arg(&file)
            .arg("--root")
            .arg(root.path())
            .args(more)
            .output()
            .unwrap();
        String::from_utf8(found.stdout).unwrap()
    };
    let alone = ["one", "two"].map(|name| checked(&["--rulebook", name]));
    let rows = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(rows(&checked(&[])), alone.map(|text| rows(&text)).concat());
    // A rulebook with records of its own is none of them.
    let own = "title: Own\nas_of: 2026-01-01\nfacts:\n  n: {type: integer}\n";
    std::fs::create_dir_all(root.path().join("policies/own")).unwrap();
    std::fs::write(root.path().join("policies/own/rulebook.yaml"), own).unwrap();
    assert_eq!(streamed(root.path(), "1", &[], lines), "");
    assert_eq!(
        checked(&["--rulebook", "one", "--rulebook", "two"])
            .lines()
            .count(),
        9
    );
}

#[test]
fn what_is_wrong_with_a_base_is_told_at_its_place() {
    let cases: [(&str, &str, &[&str]); 8] = [
        (
            BASE,
            "title: One\nbase: [base]\n",
            &["R115 2 `base` has to be the name of another rulebook"],
        ),
        (
            BASE,
            "title: One\nbase: bse\n",
            &["R115 2 there is no rulebook `bse`"],
        ),
        (
            BASE,
            "title: One\nbase: one\n",
            &["R115 2 a rulebook cannot be its own base"],
        ),
        (
            BASE,
            "title: One\nbase: two\n",
            &["R115 2 the base `two` is a programme of `base` itself"],
        ),
        (
            BASE,
            "title: One\nbase: base\nfacts:\n  x: {type: text}\nas_of: 2020-01-01\n",
            &[
                "R112 5 `as_of` stands in the base `base`",
                "R112 3 `facts` stands in the base `base`",
            ],
        ),
        (
            BASE,
            "title: One\nbase: base\nparameters: {least: 3}\n",
            &["R115 3 the base `base` has a parameter `least` already"],
        ),
        (
            BASE,
            "title: One\nbase: base\nsources:\n  census: {title: Mine}\n",
            &["R115 4 the base `base` has a source `census` already"],
        ),
        // What is wrong with the base is told once, and nothing of what follows from it.
        ("title: [broken\n", ONE, &["R110 1 "]),
    ];
    for (base, one, expected) in cases {
        let assessment = assess(
            &Snapshot::load(&shared(base, one, TWO)),
            &Options::default(),
        );
        let mut found = problems(&assessment.diagnostics);
        found.sort();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        let same = found.len() == expected.len()
            && found
                .iter()
                .zip(&expected)
                .all(|(found, expected)| found.starts_with(expected));
        assert!(same, "{one}: {found:#?} and not {expected:#?}");
    }
}

#[test]
fn a_programme_that_cannot_be_read_says_nothing_of_its_base() {
    let mut files = shared(BASE, "title: [One\nbase: base\n", TWO);
    files.remove("policies/two/rulebook.yaml");
    files.remove("scripts/two/s.rhai");
    let found = problems(&Snapshot::load(&files).diagnostics);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("R110 "), "{found:#?}");
}

#[test]
fn records_and_derived_facts_of_a_programme_are_read_by_nobody_and_that_is_told() {
    let mut files = shared(BASE, ONE, TWO);
    files.insert("policies/one/jurisdictions/x.yaml", "facts: {n: 3}\n");
    files.insert(
        "scripts/one/derive/e.rhai",
        "//! E\n//! @type number\nj.n\n",
    );
    let snapshot = Snapshot::load(&files);
    assert_eq!(
        problems(&snapshot.diagnostics),
        [
            "R202 0 nothing reads this file: the records lie with the base `base`",
            "R202 0 nothing reads this file: the derived facts lie with the base `base`",
        ]
    );
}

/// The same programme with everything stated in its own folder.
fn alone(files: &Files, name: &str) -> Files {
    let mut own = Files::new();
    let text = |path: &str| files.get(path).unwrap().text().to_owned();
    let base = text("policies/base/rulebook.yaml");
    let base: String = base
        .lines()
        .filter(|line| !line.starts_with("title:"))
        .fold(String::new(), |all, line| all + line + "\n");
    let programme = text(&format!("policies/{name}/rulebook.yaml")).replace("base: base\n", "");
    own.insert(
        format!("policies/{name}/rulebook.yaml"),
        &format!("{programme}{base}"),
    );
    let moved = [
        ("scripts/lib/f.rhai", "scripts/lib/f.rhai".to_owned()),
        (
            "policies/base/jurisdictions/all.yaml",
            format!("policies/{name}/jurisdictions/all.yaml"),
        ),
        (
            "scripts/base/derive/d.rhai",
            format!("scripts/{name}/derive/d.rhai"),
        ),
    ];
    for (from, to) in moved {
        own.insert(to, &text(from));
    }
    let here = format!("scripts/{name}/");
    for path in ["s.rhai", "t.rhai"] {
        let path = format!("{here}{path}");
        own.insert(path.clone(), &text(&path));
    }
    own
}

/// All that is said of each jurisdiction, places apart: the folders have other names.
fn said(assessment: &Assessment, name: &str) -> Vec<String> {
    let one = assessment.rulebook(name).unwrap();
    agree(one);
    let lines = one.jurisdictions().map(|one| {
        let findings = one.findings.iter().map(|finding| {
            let reason = &finding.reasons;
            format!(
                "{:?} {:?} {:?} {:?}",
                finding.status, reason, finding.missing, finding.cut_short
            )
        });
        let determination = &one.determination;
        let findings: Vec<_> = findings.collect();
        format!(
            "{} {:?} {:?} {findings:?}",
            one.jurisdiction.id, determination.kind, determination.missing
        )
    });
    lines.collect()
}

/// For whom something changed, what, and how many causes each change has.
fn changed(impact: &Impact, name: &str) -> Vec<String> {
    let mut rulebooks = impact.rulebooks.iter();
    let Some(one) = rulebooks.find(|one| one.delta.id.as_str() == name) else {
        return Vec::new();
    };
    let pairs = one.delta.jurisdictions.iter().zip(&one.jurisdictions);
    let lines = pairs.map(|(delta, why)| {
        let causes: Vec<usize> = why.findings.iter().map(|causes| causes.len()).collect();
        format!("{delta:?} {} {causes:?}", why.causes.len())
    });
    lines.collect()
}

#[test]
fn several_programmes_come_to_what_each_comes_to_alone() {
    let (settled, moved) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    law(120)
        .run(&bytes(400), |drawn| {
            let mut choices = Choices::new(&drawn);
            let mut files = Files::new();
            let script = |choices: &mut Choices<'_>| Generator::new(choices, Range::Wide).script();
            let records: Vec<String> = (0..5)
                .map(|number| {
                    let mut stated = Vec::new();
                    for fact in facts(Range::Wide) {
                        if choices.below(4) > 0 {
                            stated.push((*fact, choices.pick(values(Range::Wide, fact))));
                        }
                    }
                    let other = format!("r{}", choices.below(5));
                    record(
                        &format!("r{number}"),
                        &stated,
                        (other > format!("r{number}")).then_some(&*other),
                    )
                })
                .collect();
            files.insert("policies/base/rulebook.yaml", WIDE_SCHEMA);
            files.insert(
                "policies/base/jurisdictions/all.yaml",
                &records.join("---\n"),
            );
            files.insert("scripts/lib/f.rhai", LIBRARY);
            files.insert(
                "scripts/base/derive/d.rhai",
                "//! D\n//! @type boolean\nj.id == \"r1\"\n",
            );
            for (number, name) in ["one", "two", "three"].into_iter().enumerate() {
                let decision = ["all", "any", "{at_least: 1}"][number];
                files.insert(
                    format!("policies/{name}/rulebook.yaml"),
                    &format!("title: {name}\nbase: base\ndecision: {decision}\n"),
                );
                for path in ["s.rhai", "t.rhai"] {
                    let text = format!("//! S\n{}", script(&mut choices));
                    files.insert(format!("scripts/{name}/{path}"), &text);
                }
            }
            let mut loader = Loader::default();
            let snapshot = loader.load(&files);
            let together = assess(&snapshot, &Options::default());
            let among = choices.pick(&[Among::Themselves, Among::Folder]);
            let outside = Source::new("outside.yaml", records[2..].join("---\n"));
            let beside = |snapshot: &Snapshot, names: &[&str]| {
                let names: Vec<String> = names.iter().map(ToString::to_string).collect();
                let with = snapshot.with_records_among(&names, &outside, Ids::Any, among);
                assess(&with.unwrap(), &Options::default())
            };
            // It takes long, so of some alone.
            let all_beside =
                (choices.below(4) == 0).then(|| beside(&snapshot, &["one", "two", "three"]));
            for name in ["one", "two", "three"] {
                let snapshot = Snapshot::load(&alone(&files, name));
                let apart = assess(&snapshot, &Options::default());
                proptest::prop_assert_eq!(said(&together, name), said(&apart, name));
                if let Some(together) = &all_beside {
                    let apart = beside(&snapshot, &[name]);
                    proptest::prop_assert_eq!(said(together, name), said(&apart, name));
                }
                let one = together.rulebook(name).unwrap();
                let all = one
                    .jurisdictions()
                    .filter(|one| one.determination.missing.is_empty());
                settled.set(settled.get() + all.count());
            }
            // And so after an edit of one record; what that changed is the same, too.
            let before = files.clone();
            files.insert(
                "policies/base/jurisdictions/all.yaml",
                &records[1..].join("---\n"),
            );
            let next = assess_after(&loader.load(&files), &Options::default(), &together);
            for name in ["one", "two", "three"] {
                let old = assess(&Snapshot::load(&alone(&before, name)), &Options::default());
                let apart = assess(&Snapshot::load(&alone(&files, name)), &Options::default());
                proptest::prop_assert_eq!(said(&next, name), said(&apart, name));
                let shared = changed(&Impact::between(&together, &next), name);
                proptest::prop_assert_eq!(&shared, &changed(&Impact::between(&old, &apart), name));
                moved.set(moved.get() + shared.len());
            }
            Ok(())
        })
        .unwrap();
    assert!(settled.get() > enough(100), "{}", settled.get());
    assert!(moved.get() > enough(100), "{}", moved.get());
}
