//! `rulebook explain`, on the sample and on small rulebooks.

use rulebook::assess::{Options, SetFact, assess};
use rulebook::assessment::Assessment;
use rulebook::assessment::DeterminationKind;
use rulebook::explanation::explain;
use rulebook::files::Files;
use rulebook::render::{self, Style};
use rulebook::snapshot::Snapshot;

fn sample(reading: &str) -> Assessment {
    let files = crate::common::sample();
    let options = Options {
        parameters: vec![("reading".to_owned(), reading.to_owned())],
        ..Options::default()
    };
    assess(&Snapshot::load(&files), &options)
}

fn text(assessment: &Assessment, id: &str, condition: Option<&str>, style: Style) -> String {
    let assessed = &assessment.rulebooks[0];
    let number = |id: &str| {
        assessed
            .conditions
            .iter()
            .position(|used| used.condition.id.as_str() == id)
            .unwrap()
    };
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
        Style::Plain(100)
    ));
}

#[test]
fn one_condition_through_a_reference_as_markdown() {
    insta::assert_snapshot!(text(
        &sample("operator"),
        "baltimore-md",
        Some("hold"),
        Style::Markdown
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
    insta::assert_snapshot!(text(&assessment, "x", None, Style::Markdown));
    let assessed = &assessment.rulebooks[0];
    let explanation = explain(assessed, assessed.jurisdiction("x").unwrap(), Some(0));
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
                                              {type: jurisdiction}\n",
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
        (set("x", "n", "-1"), "out of its range"),
        (set("x", "up", "z"), "no record `z`"),
    ] {
        assert!(kind(&[fact]).unwrap_err().contains(wanted), "{wanted}");
    }
}
