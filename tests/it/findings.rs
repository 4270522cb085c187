//! Conditions that read the findings of others.

use rulebook::assess::{Options, assess, assess_after};
use rulebook::assessment::{RulebookAssessment, Status};
use rulebook::input_files::Files;
use rulebook::snapshot::{Loader, Snapshot};

use crate::common::problems;
use crate::generate::{Choices, Generator, LIBRARY, Range, WIDE_SCHEMA, facts, record, values};
use crate::laws::{agree, bytes};

const RULEBOOK: &str =
    "title: C\nas_of: 2017-08-03\nfacts:\n  n: {type: integer}\n  ok: {type: boolean}\n";

fn folder(scripts: &[(&str, &str)]) -> Files {
    let mut files = Files::new();
    files.insert("policies/c/rulebook.yaml", RULEBOOK);
    files.insert(
        "policies/c/jurisdictions/all.csv",
        "id,n,ok\na,3,true\nb,,true\n",
    );
    for (name, text) in scripts {
        files.insert(
            format!("scripts/c/{name}.rhai"),
            &format!("//! S\n{text}\n"),
        );
    }
    files
}

fn wrong(scripts: &[(&str, &str)]) -> Vec<String> {
    let assessment = assess(&Snapshot::load(&folder(scripts)), &Options::default());
    problems(&assessment.diagnostics)
}

#[test]
fn what_is_wrong_with_a_reading_is_told_at_its_place() {
    let own = wrong(&[("x", "findings.x.met")]);
    assert_eq!(own, ["R151 2 `x` reads its own finding: x -> x"]);
    let way = wrong(&[
        ("x", "findings.y.met"),
        ("y", "j.ok || findings.z.met"),
        ("z", "findings.x.met"),
        ("reader", "findings.z.passes"),
    ]);
    assert_eq!(
        way,
        ["R151 2 `x` reads its own finding: x -> y -> z -> x"],
        "said once, and not again of who reads one of them"
    );
    let missing = wrong(&[("x", "findings.sise.met"), ("size", "j.ok")]);
    assert_eq!(missing, ["R142 2 there is no condition `sise`"]);
    let broken = wrong(&[("x", "findings.y.met"), ("y", "j.ok &&")]);
    assert!(
        broken
            .contains(&"R150 2 the finding of `y` cannot be read: its script is broken".to_owned()),
        "{broken:?}"
    );
    let later = wrong(&[("x", "findings.y.met"), ("y", "//! @from 2018-01-01\nj.ok")]);
    assert_eq!(
        later,
        ["R142 2 there is no condition `y`"],
        "it is not in force"
    );
    let other = wrong(&[("x", "findings.y == \"mett\""), ("y", "j.ok")]);
    assert_eq!(other.len(), 1, "{other:?}");
    let stated = wrong(&[("x", "findings.known(\"y\")"), ("y", "j.ok")]);
    assert_eq!(stated, ["R144 2 a finding is not stated by a record"]);
    let counted = wrong(&[("x", "findings.count(\"met\") > 1"), ("y", "j.ok")]);
    assert_eq!(counted, ["R144 2 only the decision counts findings"]);
    let handed = wrong(&[("x", "let f = findings; f.y.met"), ("y", "j.ok")]);
    assert_eq!(handed, ["R142 2 there is no condition `y`"]);
}

#[test]
fn a_long_row_of_findings_is_refused_and_a_wide_one_is_not() {
    let last = ("s0".to_owned(), "j.n > 2".to_owned());
    let row = |count: usize| -> Vec<(String, String)> {
        let next = (1..=count).map(|it| (format!("s{it}"), format!("findings.s{}.met", it - 1)));
        std::iter::once(last.clone()).chain(next).collect()
    };
    let of = |scripts: &[(String, String)]| {
        let scripts = scripts.iter().map(|(name, text)| (&**name, &**text));
        wrong(&scripts.collect::<Vec<_>>())
    };
    assert_eq!(of(&row(100)), Vec::<String>::new());
    assert_eq!(
        of(&row(1_000)),
        ["R146 2 more than 100 conditions read one another's findings in a row"]
    );
    let all: Vec<String> = (0..100).map(|it| format!("findings.s{it}.met")).collect();
    let mut wide = row(99);
    wide.push(("wide".to_owned(), all.join(" && ")));
    assert_eq!(of(&wide), Vec::<String>::new());
}

/// None of these is a tree, since the last of the row is none: each is run within the one that reads it.
#[test]
fn more_than_four_within_one_that_no_tree_holds_are_a_fault() {
    let last = "let n = 0; for t in [j.n] { if t.to_string() == \"3\" { n += 1; } } n == 1";
    let row = |within: usize| {
        let mut scripts = vec![("s0".to_owned(), last.to_owned())];
        let next = (1..=within).map(|it| (format!("s{it}"), format!("findings.s{}.met", it - 1)));
        scripts.extend(next);
        let scripts: Vec<(&str, &str)> = scripts.iter().map(|(a, b)| (&**a, &**b)).collect();
        let assessment = assess(&Snapshot::load(&folder(&scripts)), &Options::default());
        let rulebook = &assessment.rulebooks[0];
        let of_a = rulebook.jurisdiction("a").expect("it is assessed");
        let statuses = of_a
            .findings
            .iter()
            .map(|one| one.status)
            .collect::<Vec<_>>();
        (statuses, problems(&assessment.diagnostics))
    };
    assert_eq!(row(4), (vec![Status::Met; 5], Vec::new()));
    let (statuses, said) = row(5);
    assert_eq!(
        statuses,
        [vec![Status::Met; 5], vec![Status::Fault]].concat()
    );
    assert_eq!(
        said,
        ["R146 2 conditions that no tree can hold read one another too deep (for `a` and `b`)"]
    );
    // Side by side they are as many as one likes.
    let mut wide: Vec<(String, String)> = (0..6)
        .map(|it| (format!("s{it}"), last.to_owned()))
        .collect();
    let all: Vec<String> = (0..6).map(|it| format!("findings.s{it}.met")).collect();
    wide.push(("wide".to_owned(), all.join(" && ")));
    let wide: Vec<(&str, &str)> = wide.iter().map(|(a, b)| (&**a, &**b)).collect();
    assert_eq!(wrong(&wide), Vec::<String>::new());
}

/// All that is said of the condition `y`.
fn said(one: &RulebookAssessment) -> Vec<String> {
    agree(one);
    let place = one
        .conditions
        .iter()
        .position(|used| used.condition.id.to_string() == "y");
    let place = place.expect("it is there");
    let lines = one.jurisdictions().map(|one| {
        let finding = &one.findings[place];
        let reasons = &finding.reasons;
        format!(
            "{} {:?} {reasons:?} {:?} {:?}",
            one.jurisdiction.id, finding.status, finding.missing, finding.cut_short
        )
    });
    lines.collect()
}

/// A condition that reads the finding of another, and one in which that stands itself.
fn pair(choices: &mut Choices<'_>) -> [String; 3] {
    let mut test = || Generator::new(choices, Range::Wide).test();
    let [first, second, third, fourth, fifth] = std::array::from_fn(|_| test());
    let looks = ["", "for x in j.l { if x > 3 { seen = true; } }\n"][choices.below(2)];
    let read = format!(
        "//! X\nlet seen = false;\n{looks}if seen || {first} {{ met(\"a\") }} else if {second} {{ \
         not_applicable() }} else {{ {third} }}\n"
    );
    let ends = |met: &str, none: &str| {
        format!(
            "if {met} && {fourth} {{ met(\"b\") }} else if {none} {{ not_applicable(\"c\") }} else {{ {fifth} \
             }}\n"
        )
    };
    let reads = ends("findings.x.met", "findings.x == \"not_applicable\"");
    let stands = format!(
        "let seen = false;\n{looks}let v = if seen || {first} {{ \"met\" }} else if {second} {{ \
         \"not_applicable\" }} else if {third} {{ \"met\" }} else {{ \"not_met\" }};\n{}",
        ends("v == \"met\"", "v == \"not_applicable\"")
    );
    [read, format!("//! Y\n{reads}"), format!("//! Y\n{stands}")]
}

#[test]
fn reading_a_finding_is_writing_that_script_in_its_place() {
    let (settled, open) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    crate::law::law(180)
        .run(&bytes(400), |drawn| {
            let mut choices = Choices::new(&drawn);
            let [read, reads, stands] = pair(&mut choices);
            let [next, ..] = pair(&mut choices);
            let records: Vec<String> = (0..6)
                .map(|number| {
                    let stated = facts(Range::Wide)
                        .iter()
                        .filter(|_| choices.below(4) > 0)
                        .copied()
                        .collect::<Vec<_>>();
                    let stated: Vec<_> = stated
                        .into_iter()
                        .map(|fact| (fact, choices.pick(values(Range::Wide, fact))))
                        .collect();
                    let other = (number < 5).then(|| format!("r{}", number + 1));
                    record(&format!("r{number}"), &stated, other.as_deref())
                })
                .collect();
            let mut files = Files::new();
            files.insert("policies/c/rulebook.yaml", WIDE_SCHEMA);
            files.insert("policies/c/jurisdictions/all.yaml", &records.join("---\n"));
            files.insert("scripts/lib/f.rhai", LIBRARY);
            files.insert("scripts/c/x.rhai", &read);
            files.insert("scripts/c/y.rhai", &stands);
            let apart = assess(&Snapshot::load(&files), &Options::default());
            files.insert("scripts/c/y.rhai", &reads);
            let mut loader = Loader::default();
            let together = assess(&loader.load(&files), &Options::default());
            let now = said(&together.rulebooks[0]);
            proptest::prop_assert_eq!(&now, &said(&apart.rulebooks[0]), "{} {}", read, reads);
            let sure = now.iter().filter(|line| !line.contains("Unknown")).count();
            settled.set(settled.get() + sure);
            open.set(open.get() + now.len() - sure);
            // And after an edit of the one that is read.
            files.insert("scripts/c/x.rhai", &next);
            let edited = assess_after(&loader.load(&files), &Options::default(), &together);
            let cold = assess(&Snapshot::load(&files), &Options::default());
            proptest::prop_assert_eq!(said(&edited.rulebooks[0]), said(&cold.rulebooks[0]));
            Ok(())
        })
        .unwrap();
    assert!(settled.get() > crate::law::enough(120), "{}", settled.get());
    assert!(open.get() > crate::law::enough(30), "{}", open.get());
}
