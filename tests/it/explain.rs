//! `rulebook explain`, on the sample and on small rulebooks.

use rulebook::assess::{Options, SetFact, assess};
use rulebook::assessment::Assessment;
use rulebook::assessment::DeterminationKind;
use rulebook::explanation::explain;
use rulebook::input_files::Files;
use rulebook::render::{self, Emphasis};
use rulebook::snapshot::Snapshot;

fn sample(reading: &str) -> Assessment {
    let files = crate::common::sample();
    let options = Options {
        parameters: vec![("reading".to_owned(), reading.to_owned())],
        ..Options::default()
    };
    assess(&Snapshot::load(&files), &options)
}

fn text(assessment: &Assessment, id: &str, condition: Option<&str>, style: Emphasis) -> String {
    let assessed = &assessment.rulebooks[0];
    let number = |id: &str| assessed.condition(id).unwrap();
    render::explanation(
        &explain(
            assessed,
            assessed.jurisdiction(id).unwrap(),
            condition.map(number),
        ),
        style,
    )
}

#[test]
fn an_undetermined_place_of_the_sample() {
    insta::assert_snapshot!(text(
        &sample("control"),
        "baltimore-md",
        None,
        Emphasis::Plain(100)
    ));
}

#[test]
fn one_condition_through_a_reference_as_markdown() {
    insta::assert_snapshot!(text(
        &sample("operator"),
        "baltimore-md",
        Some("hold"),
        Emphasis::Markdown
    ));
}

/// Dates, units, an assumption, a parameter set by an option, an arithmetic test, a fault; text
/// that would be a tag on a page.
#[test]
fn everything_that_can_stand_in_an_explanation() {
    let mut files = Files::new();
    files.insert(
        "policies/p/rulebook.yaml",
        "title: P\nas_of: 2018-01-01\nsources:\n  law: \
         {title: \"The <b>Law</b>\", date: 2017-01-01, url: \"https://example.org/law\"}\n\
         parameters:\n  least: {value: 10, unit: people, source: law}\n  share: 2\n\
         facts:\n  n: {type: integer, unit: people}\n  joined: {type: date}\n  ok: \
         {type: boolean}\n  t: {type: choice, choices: [a, b]}\n",
    );
    files.insert(
        "policies/p/jurisdictions/x.yaml",
        "facts:\n  n: {value: 7, source: law, as_of: 2017-12-31, note: Counted.}\n  joined: \
         2017-06-01\n  t: b\n",
    );
    files.insert(
        "scripts/p/a.rhai",
        "//! Size\n//! @source law\nj.n >= params.least && j.joined < date(\"2018-01-01\")\n",
    );
    files.insert(
        "scripts/p/b.rhai",
        "//! Share\n//! @level advisory\nj.n * params.share > 100 || j.t != \"a\"\n",
    );
    files.insert("scripts/p/c.rhai", "//! Assumed\nj.assume(\"ok\", true)\n");
    files.insert("scripts/p/d.rhai", "//! Fault\n10 / (j.n - 7) > 1\n");
    let options = Options {
        parameters: vec![("share".to_owned(), "3".to_owned())],
        ..Options::default()
    };
    let assessment = assess(&Snapshot::load(&files), &options);
    insta::assert_snapshot!(text(&assessment, "x", None, Emphasis::Markdown));
    let assessed = &assessment.rulebooks[0];
    let explanation = explain(
        assessed,
        assessed.jurisdiction("x").unwrap(),
        Some(0.into()),
    );
    insta::assert_snapshot!(render::explanation_json(
        &explanation,
        &assessment.diagnostics
    ));
}

fn set(jurisdiction: &str, path: &str, value: &str) -> SetFact {
    SetFact {
        jurisdiction: jurisdiction.to_owned(),
        path: path.to_owned(),
        value: value.to_owned(),
    }
}

#[test]
fn a_fact_can_be_set_and_taken_away() {
    let mut files = Files::new();
    files.insert(
        "policies/p/rulebook.yaml",
        "title: P\nas_of: 2018-01-01\n\
                                              facts:\n  ok: {type: boolean}\n  n: \
                                              {type: integer, range: {min: 0}}\n  up: \
                                              {type: jurisdiction, itself: true}\n",
    );
    files.insert(
        "policies/p/jurisdictions/x.yaml",
        "facts: {ok: true, up: y}\n",
    );
    files.insert(
        "policies/p/jurisdictions/y.yaml",
        "facts: {ok: true, n: 3}\n",
    );
    files.insert("scripts/p/a.rhai", "//! A\nj.ok && j.up.n > 2\n");
    let snapshot = Snapshot::load(&files);
    let kind = |facts: &[SetFact]| {
        let assessment = assess(
            &snapshot,
            &Options {
                facts: facts.to_vec(),
                ..Options::default()
            },
        );
        let assessed = assessment
            .rulebooks
            .first()
            .ok_or_else(|| assessment.diagnostics[0].message.clone())?;
        Ok::<_, String>(assessed.jurisdiction("x").unwrap().determination.kind)
    };
    assert_eq!(kind(&[]), Ok(DeterminationKind::Eligible));
    assert_eq!(
        kind(&[set("x", "ok", "false")]),
        Ok(DeterminationKind::Ineligible)
    );
    assert_eq!(
        kind(&[set("x", "ok", "unknown")]),
        Ok(DeterminationKind::Undetermined)
    );
    assert_eq!(
        kind(&[set("y", "n", "1")]),
        Ok(DeterminationKind::Ineligible),
        "through the reference"
    );
    assert_eq!(
        kind(&[set("y", "n", "1"), set("y", "n", "5")]),
        Ok(DeterminationKind::Eligible),
        "the last one counts"
    );
    assert_eq!(
        kind(&[set("x", "up", "x"), set("x", "n", "9")]),
        Ok(DeterminationKind::Eligible)
    );
    for (fact, wanted) in [
        (set("z", "ok", "true"), "no jurisdiction `z`"),
        (set("x", "okay", "true"), "no fact `okay`"),
        (set("x", "id", "q"), "no fact `id` that can be set"),
        (set("x", "ok", "1"), "expected true or false"),
        (set("x", "n", "-1"), "out of range: expected "),
        (set("x", "up", "z"), "no record `z`"),
    ] {
        assert!(kind(&[fact]).unwrap_err().contains(wanted), "{wanted}");
    }
}

/// The lines of an explanation of one condition, over a few facts and statistics.
fn lines(script: &str, id: &str) -> Vec<String> {
    let mut files = Files::new();
    files.insert(
        "policies/t/rulebook.yaml",
        "title: T\nas_of: 2026-01-01\nparameters: {dense: 1000}\nfacts:\n  \
         people: {type: integer, unit: people}\n  area: {type: number}\n  \
         kind: {type: choice, choices: [city, town, village]}\n  need: {type: number}\n  \
         band: {type: choice, choices: [1, 2, 10]}\n  since: {type: date}\nstatistics:\n  \
         rank: {statistic: rank, of: need, order: descending}\n  \
         rank_of_share: {statistic: rank, of: share}\n  \
         rank_by_ties: {statistic: rank, of: need, where: has_area, ties: [-people, kind]}\n  \
         top: {statistic: percentile, p: 60, of: need, unknown: {assume: 3}}\n",
    );
    files.insert(
        "policies/t/jurisdictions/all.yaml",
        "id: x\nfacts: {people: 12345, area: 10, kind: town, need: 0.4, band: 10, since: 2020-01-01}\n\
         ---\nid: y\nfacts: {people: 700, area: 7, kind: city, need: 0.7}\n---\nid: z\n",
    );
    files.insert(
        "scripts/t/derive/share.rhai",
        "//! Share\n//! @type number\nif j.kind == \"town\" { j.need / j.area } else { 0 }\n",
    );
    files.insert(
        "scripts/t/derive/has_area.rhai",
        "//! It has an area\n//! @type boolean\nj.area > 0\n",
    );
    files.insert("scripts/t/s.rhai", &format!("//! S\n{script}\n"));
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    let told = text(&assessment, id, Some("s"), Emphasis::Plain(200));
    told.lines().map(|line| line.trim().to_owned()).collect()
}

#[test]
fn what_a_calculation_came_to_is_shown_beside_what_it_is_compared_with() {
    for (script, line) in [
        (
            "j.people / j.area > params.dense",
            "line 2, j.people / j.area > params.dense: yes (it is 1234.5, asked for is more than 1000)",
        ),
        (
            "params.dense < j.people / j.area",
            "line 2, params.dense < j.people / j.area: yes (it is 1234.5, asked for is more than 1000)",
        ),
        (
            "j.area / 3 <= j.need * 2",
            "line 2, j.area / 3 <= j.need * 2: no (it is \u{2248}3.333333, asked for is at most 0.8)",
        ),
        (
            "add_months(j.since, 18) < date(\"2022-01-01\")",
            "line 2, add_months(j.since, 18) < date(\"2022-01-01\"): yes (it is 2021-07-01, asked for \
             is before 2022-01-01)",
        ),
    ] {
        let told = lines(script, "x");
        assert!(told.iter().any(|one| one == line), "{told:#?}");
        // That it can be calculated goes without saying; that it cannot be told yet does not.
        assert!(
            !told.iter().any(|one| one.contains("can be calculated")),
            "{told:#?}"
        );
    }
    let told = lines("j.people / j.area > params.dense", "z");
    let open = "line 2, j.people / j.area > params.dense: not known (asked for is more than 1000)";
    assert!(told.iter().any(|one| one == open), "{told:#?}");
}

#[test]
fn what_is_written_as_one_test_is_told_as_one() {
    for (script, id, line) in [
        (
            "j.kind in [\"city\", \"town\"]",
            "x",
            "line 2, j.kind in [\"city\", \"town\"]: yes (it is town, asked for is city or town)",
        ),
        // Of these a record is asked only until one fits.
        (
            "j.people in [700, 1, 2]",
            "y",
            "line 2, j.people in [700, 1, 2]: yes (it is 700 people, asked for is 700, 1 or 2 people)",
        ),
        (
            "j.people in 20000..=30000",
            "x",
            "line 2, j.people in 20000..=30000: no (it is 12345 people, asked for is at least 20000 and at \
             most 30000 people)",
        ),
        (
            "let few = [1, 2]; j.people in few",
            "x",
            "line 2, j.people in few: no (it is 12345 people, asked for is 1 or 2 people)",
        ),
        (
            "j.people in [1, 2, 345]",
            "x",
            "line 2, j.people in [1, 2, 345]: no (it is 12345 people, asked for is 1, 2 or 345 people)",
        ),
        (
            "j.people in [1, 2, 345]",
            "z",
            "line 2, j.people in [1, 2, 345]: not known (nobody states it, asked for is 1, 2 or 345 \
             people)",
        ),
        (
            "j.people in 0..5000",
            "y",
            "line 2, j.people in 0..5000: yes (it is 700 people, asked for is at least 0 and less than \
             5000 people)",
        ),
        (
            "j.band < 10",
            "x",
            "line 2, j.band < 10: no (it is 10, asked for is less than 10)",
        ),
        (
            "j.band != 10",
            "x",
            "line 2, j.band != 10: no (it is 10, asked for is other than 10)",
        ),
    ] {
        let told = lines(script, id);
        let tests = told.iter().filter(|one| one.starts_with("line "));
        assert_eq!(tests.collect::<Vec<_>>(), [line], "{told:#?}");
    }
}

#[test]
fn a_rank_is_told_with_what_the_place_brings_to_it() {
    let told = lines("stats.rank <= 2", "x");
    let has = |told: &[String], start: &str| told.iter().any(|one| one.starts_with(start));
    assert!(has(&told, "fact need = 0.4 ["), "{told:#?}");
    assert!(
        has(
            &told,
            "statistic stats.rank = 2, rank of need, the greatest first; 2 members"
        ),
        "{told:#?}"
    );
    let told = lines("stats.rank_of_share <= 2", "x");
    assert!(
        has(&told, "derived fact share = 0.04, Share: need / area"),
        "{told:#?}"
    );
    assert!(has(&told, "fact kind = town"), "{told:#?}");
    let told = lines("stats.rank_by_ties <= 2", "x");
    for fact in [
        "fact need = 0.4",
        "fact people = 12345",
        "fact kind = town",
        "fact area = 10",
    ] {
        assert!(has(&told, fact), "{told:#?}");
    }
    let told = lines("j.need < stats.top", "y");
    let assumed = "an input assumed as 3 for 1";
    assert!(told.iter().any(|one| one.contains(assumed)), "{told:#?}");
}

#[test]
fn a_list_behind_in_is_one_test_in_json_too() {
    let mut files = Files::new();
    files.insert(
        "policies/t/rulebook.yaml",
        "title: T\nas_of: 2026-01-01\nfacts: {n: {type: integer}}\n",
    );
    files.insert("policies/t/jurisdictions/x.yaml", "facts: {n: 2}\n");
    files.insert("scripts/t/s.rhai", "//! S\nj.n in [1, 2, 3]\n");
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    let assessed = &assessment.rulebooks[0];
    let explanation = explain(assessed, assessed.jurisdiction("x").unwrap(), None);
    let json = render::explanation_json(&explanation, &assessment.diagnostics);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let tests = json["findings"][0]["tests"].as_array().unwrap();
    assert_eq!(tests.len(), 1, "{tests:#?}");
    assert_eq!(tests[0]["text"], "j.n in [1, 2, 3]");
    assert_eq!(tests[0]["needed"], "1, 2 or 3");
    assert_eq!(tests[0]["answer"], true);
}

#[test]
fn a_list_in_a_variable_and_choices_that_are_numbers_are_told_whole() {
    let mut files = Files::new();
    files.insert(
        "policies/t/rulebook.yaml",
        "title: T\nas_of: 2026-01-01\nfacts:\n  kind: {choices: [a, b, c]}\n  \
         band: {choices: [1, 2, 5, 10], unit: points}\n",
    );
    files.insert(
        "policies/t/jurisdictions/x.yaml",
        "id: x\nfacts: {kind: a, band: 1}\n---\nid: y\nfacts: {kind: c, band: 10}\n",
    );
    let tests = |script: &str, id: &str| {
        let mut files = files.clone();
        files.insert("scripts/t/s.rhai", &format!("//! S\n{script}\n"));
        let assessment = assess(&Snapshot::load(&files), &Options::default());
        let assessed = &assessment.rulebooks[0];
        let explanation = explain(assessed, assessed.jurisdiction(id).unwrap(), None);
        let json = render::explanation_json(&explanation, &assessment.diagnostics);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let tests = json["findings"][0]["tests"].as_array().unwrap().clone();
        let line = |one: &serde_json::Value| format!("{}: {}", one["text"], one["needed"]);
        tests.iter().map(line).collect::<Vec<_>>()
    };
    for id in ["x", "y"] {
        assert_eq!(
            tests("let l = [\"a\", \"b\"];\nj.kind in l", id),
            ["\"j.kind in l\": \"a or b\""]
        );
        assert_eq!(
            tests("const L = [\"a\", \"b\"];\nj.kind in L", id)[0],
            "\"j.kind in L\": \"a or b\""
        );
        assert_eq!(
            tests("j.band < 10", id),
            ["\"j.band < 10\": \"less than 10 points\""]
        );
        assert_eq!(
            tests("j.band >= 5", id),
            ["\"j.band >= 5\": \"at least 5 points\""]
        );
    }
    // What the list holds in the end is not what it is given.
    let changed = tests("let l = [\"a\"];\nl.push(\"b\");\nj.kind in l", "x");
    assert_eq!(changed, ["\"j.kind in l\": \"a\""]);
}
