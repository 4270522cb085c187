//! Law: after any sequence of edits, what is loaded and assessed from an earlier state is the same
//! as from nothing.

use std::sync::Arc;

use proptest::prelude::*;
use rulebook::assess::{Options, SetFact, assess, assess_after};
use rulebook::assessment::{Assessment, Delta, JurisdictionAssessment, RulebookAssessment};
use rulebook::fact::Date;
use rulebook::input_files::Files;
use rulebook::render::{self, Colour};
use rulebook::snapshot::{Loader, Snapshot};

use crate::generate::Choices;

const PATHS: [&str; 16] = [
    "policies/p/rulebook.yaml",
    "policies/p/jurisdictions/a.yaml",
    "policies/p/jurisdictions/b.yaml",
    "policies/p/jurisdictions/many.yaml",
    "scripts/p/one.rhai",
    "scripts/p/two.rhai",
    "scripts/p/three.rhai",
    "scripts/p/decision.rhai",
    "scripts/p/derive/d.rhai",
    "scripts/p/derive/e.rhai",
    "scripts/p/lib/f.rhai",
    "policies/q/rulebook.yaml",
    "scripts/q/one.rhai",
    "policies/r/rulebook.yaml",
    "scripts/r/one.rhai",
    "scripts/r/decision.rhai",
];

const STATISTICS: &str = "title: P\nas_of: 2017-08-03\nparameters: {least: 24}\n\
                          facts:\n  ok: {type: boolean}\n  n: {type: integer}\n  up: \
                          {type: jurisdiction}\nstatistics:\n  mean: \
                          {statistic: mean, of: n, by: ok}\n  rank: \
                          {statistic: rank, of: d, order: descending, ties: [n]}\n  many: \
                          {statistic: count, where: ok, unknown: makes unknown}\n";

const RULEBOOKS: [&str; 10] = [
    "title: P\nas_of: 2017-08-03\nparameters: {least: 24}\n\
     facts:\n  ok: {type: boolean}\n  n: {type: integer}\n  up: {type: jurisdiction}\n",
    "title: P again\n# moved\nas_of: 2017-08-03\nparameters: {least: 24}\n\
     facts:\n  ok: {type: boolean}\n  n: {type: integer}\n  up: {type: jurisdiction}\n",
    "title: P\nas_of: 2017-08-03\nparameters: {least: 48}\n\
     facts:\n  ok: {type: boolean, question: Is it?}\n  n: {type: integer}\n  up: \
     {type: jurisdiction}\n",
    "title: P\nas_of: 2018-08-03\nparameters: {least: 24}\n\
     facts:\n  ok: {type: boolean}\n  n: {type: integer}\n  up: {type: jurisdiction}\n\
     decision: any\n",
    "title: P\nas_of: 2017-08-03\nparameters: {least: 24}\n\
     facts:\n  n: {type: integer}\n  ok: {type: boolean}\n  up: {type: jurisdiction}\n\
     decision: script\n",
    "title: P\nas_of: 2017-08-03\nparameters: {least: 24}\nfacts:\n  ok: {type: boolean}\n",
    "title: [broken\n",
    STATISTICS,
    STATISTICS,
    "title: P\nas_of: 2017-08-03\nfacts:\n  ok: {type: boolean}\n  n: {type: integer}\n  up: \
     {type: jurisdiction}\nstatistics:\n  mean: {statistic: median, of: e, by: [ok, d]}\n  rank: \
     {statistic: cumulative share, of: n, along: e}\n  many: \
     {statistic: share, of: ok, unknown: {assume: true}}\n",
];

/// Programmes over the records of others.
const PROGRAMMES: [&str; 7] = [
    "title: R\nbase: p\n",
    "title: R\nbase: p\ndecision: script\n",
    "title: R\nbase: p\nparameters: {most: 9}\ndecision: any\n",
    "title: R\nbase: p\nparameters: {least: 9}\nfacts:\n  n: {type: text}\n",
    "title: R\nbase: q\n",
    "title: R\nbase: r\n",
    "title: R\nbase: [p]\n",
];

const DERIVED: [&str; 11] = [
    "//! D\n//! @type integer\nj.n + params.least\n",
    "//! D\n//! @type integer\nj.n + (params.as_of - date(\"2017-01-01\"))\n",
    "//! D\n//! @type number\nj.n * 2.0 + stats.mean\n",
    "//! D\n//! @type integer\nif j.ok { j.n } else { 0 }\n",
    "//! D\n//! @type integer\nif j.ok { j.n } else { 7 }\n",
    "//! D\n//! @type number\nstats.rank\n",
    "//! D\n//! @type boolean\nj.ok && j.n > 3\n",
    "//! D\n//! @type number\nif j.e > 4 { j.e } else { j.assume(\"n\", 100 / j.e) }\n",
    "//! D\n//! @type text\n`${j.n}`\n",
    "//! D\nj.n\n",
    "//! D\n//! @type integer\nj.up.n + 1\n",
];

const RECORDS: [&str; 10] = [
    "facts: {ok: true, n: 30}\n",
    "facts: {ok: true, n: 30, up: m1}\n",
    "facts: {ok: unknown, n: 3, up: a}\n",
    "id: x\nfacts: {n: 50, up: b}\n",
    "id: a\nassess: false\nfacts: {ok: false}\n",
    "id: m1\nfacts: {ok: true}\n---\nid: m2\nfacts: {n: 40, up: a}\n---\nid: m3\n\
     facts: {ok: false, n: 0, up: m1}\n",
    "id: m1\nfacts: {ok: true, n: 48}\n---\nid: m2\nfacts: {n: 40, up: m1}\n",
    "facts: {ok: perhaps, n: 1.5}\n",
    "facts:\n  n: [{value: 10, to: 2017-12-31}, {value: 90, from: 2018-01-01}]\n",
    "facts: {ok: true\n",
];

const SCRIPTS: [&str; 21] = [
    "//! S\nif j.ok { met(`more than ${params.least}`) } else { j.n > 2 }\n",
    "//! S\nj.n >= params[\"le\" + \"ast\"]\n",
    "//! S\nlet all = params; j.n >= all[\"\\x6ceast\"]\n",
    "//! S\nimport \"lib/f\" as f;\nf::at_least(j.n, params)\n",
    "//! S\nif findings.one == \"met\" { j.ok } else { j.n > 40 }\n",
    "//! S\nj.n > params.as_of - date(\"2017-08-01\")\n",
    "//! S\nj.n >= stats.mean\n",
    "//! S\nif stats.rank <= 2 { met(`rank ${stats.rank} of ${stats.many}`) } else { j.d > 3 }\n",
    "//! S\nj.up.d > 10.0 || j.up.stats.rank == 1\n",
    "//! S\nj.ok\n",
    "//! S\n//! moved\nj.ok\n",
    "//! S\nj.n >= params.least\n",
    "//! S\nif j.up.ok { met(`up has ${j.up.n}`) } else { not_met(\"no\") }\n",
    "//! S\n//! @level advisory\nj.up.up.n > 5 || j.ok\n",
    "//! S\n//! @from 2018-01-01\n!j.ok\n",
    "//! S\nimport \"lib/f\" as f;\nf::fine(j.n)\n",
    "//! S\n100 / j.n > 2\n",
    "//! S\nlet total = 0; for i in 0..j.n { total += i; } total > 100\n",
    "//! S\nj.okay\n",
    "//! S\nif j.ok {\n",
    "//! S\nj.assume(\"ok\", true) && j.n != 3\n",
];

const DECISIONS: [&str; 3] = [
    "//! D\nif findings.one == \"met\" { met(\"by one\") } else { not_met(\"not by one\") }\n",
    "//! D\nfindings.two != \"not_met\" && j.ok\n",
    "//! D\nfindings.one == 3\n",
];

const LIBRARIES: [&str; 3] = [
    "fn fine(n) { n > 10 }\nfn at_least(n, p) { n > p.least }\n",
    "fn fine(n) { n > 35 }\n",
    "fn fine(n) { n > \n",
];

fn text(path: &str, choices: &mut Choices<'_>) -> &'static str {
    match path {
        "policies/r/rulebook.yaml" => choices.pick(&PROGRAMMES),
        "scripts/p/decision.rhai" | "scripts/r/decision.rhai" => choices.pick(&DECISIONS),
        "scripts/p/lib/f.rhai" => choices.pick(&LIBRARIES),
        path if path.contains("/derive/") => choices.pick(&DERIVED),
        path if path.ends_with("rulebook.yaml") => choices.pick(&RULEBOOKS),
        path if path.ends_with(".yaml") => choices.pick(&RECORDS),
        _ => choices.pick(&SCRIPTS),
    }
}

fn edit(files: &mut Files, choices: &mut Choices<'_>) {
    let path = choices.pick(&PATHS);
    match choices.below(8) {
        0 => files.remove(path),
        1 => files.insert_bytes(path, [0xff, 0xfe]),
        2 => {
            let other = choices.pick(&PATHS);
            let moved = files.clone();
            files.remove(path);
            if let Some(source) = moved.get(path) {
                files.insert(other, source.text());
            }
        }
        _ => files.insert(path, text(path, choices)),
    }
}

/// All jurisdictions in full. What is told of many at once must be what is told of each.
fn in_full(assessed: &RulebookAssessment) -> Vec<Arc<JurisdictionAssessment>> {
    crate::laws::agree(assessed);
    assessed.jurisdictions().cloned().collect()
}

/// Everything that can be seen of an assessment.
fn shown(assessment: &Assessment) -> String {
    let findings: Vec<_> = assessment
        .rulebooks
        .iter()
        .map(|one| (in_full(one), &one.conditions, one.records().len()))
        .collect();
    let diagnostics = render::diagnostics(&assessment.diagnostics, Colour::Never, 100);
    [
        render::json(assessment),
        render::table(assessment, Colour::Never, 100),
        diagnostics,
        format!("{findings:?}"),
    ]
    .concat()
}

fn sequence(bytes: &[u8], steps: usize) -> Result<(), TestCaseError> {
    let mut choices = Choices::new(bytes);
    let mut files = Files::new();
    for path in PATHS {
        files.insert(path, text(path, &mut choices));
    }
    let fact = SetFact {
        jurisdiction: "a".to_owned(),
        path: "n".to_owned(),
        value: "33".to_owned(),
    };
    let facts = if choices.below(4) == 1 {
        vec![fact]
    } else {
        Vec::new()
    };
    let mut options = Options {
        facts,
        ..Options::default()
    };
    let mut loader = Loader::default();
    let mut assessment = assess(&loader.load(&files), &options);
    for _ in 0..steps {
        for _ in 0..=choices.below(3) {
            edit(&mut files, &mut choices);
        }
        if choices.below(3) == 1 {
            options.parameters = choices
                .pick(&[&[][..], &["24"], &["2"]])
                .iter()
                .map(|value| ("least".to_owned(), (*value).to_owned()))
                .collect();
            options.as_of = choices
                .pick(&[None, Some("2017-08-30"), Some("2018-02-01")])
                .map(|day| Date::parse(day).unwrap());
        }
        let next = assess_after(&loader.load(&files), &options, &assessment);
        let cold = assess(&Snapshot::load(&files), &options);
        prop_assert_eq!(shown(&next), shown(&cold));
        prop_assert_eq!(
            Delta::between(&assessment, &next),
            Delta::between(&assessment, &cold)
        );
        prop_assert!(Delta::between(&next, &cold).is_empty());
        assessment = next;
    }
    Ok(())
}

#[test]
fn incremental_equals_cold() {
    let bytes = prop::collection::vec(any::<u8>(), 180);
    crate::law::law(1_000)
        .run(&bytes, |bytes| sequence(&bytes, 8))
        .unwrap();
}
