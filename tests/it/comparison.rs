//! Published results beside ours: what agrees, what differs, and slips in the list told at their
//! places.

use std::path::Path;

use rulebook::assess::{Options, assess};
use rulebook::input_files::Files;
use rulebook::published_results::{compare, published_of};
use rulebook::render::{compared_summary, differences, json};
use rulebook::snapshot::Snapshot;

use crate::common::{problems, run};

const RULEBOOK: &str = "title: T\nas_of: 2020-01-01\nfacts:\n  n: {type: integer}\n  \
                        said: {type: choice, choices: [good, bad]}\ncompare:\n  list:\n    ";
const SCRIPT: &str = "//! C\nif j.n > 5 { met(\"x\") } else { not_met(\"y\") }\n";
const RECORDS: &str = "id: a\nfacts: {n: 9, said: good}\n---\nid: b\nfacts: {n: 1, said: good}\n\
                       ---\nid: c\nfacts: {said: bad}\n---\nid: d\nfacts: {n: 9}\n";
const LIST: &str = "id,result\na,yes\nb,yes\nc,no\n";
const FILE: &str = "file: list.csv\n    column: result\n    ";
const WORDS: &str = "words: {\"yes\": eligible, \"no\": [ineligible, undetermined]}\n";

fn files(comparison: &str, list: &str) -> Files {
    let mut files = Files::new();
    files.insert(
        "policies/t/rulebook.yaml",
        &format!("{RULEBOOK}{comparison}"),
    );
    files.insert("policies/t/jurisdictions/all.yaml", RECORDS);
    files.insert("policies/t/list.csv", list);
    files.insert("scripts/t/c.rhai", SCRIPT);
    files
}

/// The summary and the differences, of the first comparison.
fn found(comparison: &str, list: &str, options: &Options) -> Vec<String> {
    let assessment = assess(&Snapshot::load(&files(comparison, list)), options);
    assert!(!assessment.has_errors(), "{:#?}", assessment.diagnostics);
    let compared = compare(&assessment.rulebooks[0]);
    let mut lines = vec![compared_summary(&compared[0])];
    lines.extend(differences(&compared[0]));
    lines
}

/// What is wrong with it.
fn wrong(comparison: &str, list: &str) -> Vec<String> {
    problems(&Snapshot::load(&files(comparison, list)).diagnostics)
}

#[test]
fn a_list_is_compared_with_determinations_and_with_findings() {
    let whole = format!("{FILE}{WORDS}");
    let expected = [
        "Compared with list: 2 of 3 agree, 1 differs; nothing is published of 1 more",
        "published \"yes\", here ineligible: b",
    ];
    assert_eq!(found(&whole, LIST, &Options::default()), expected);
    // Without a table the words are the program's own.
    let own = "id,result\na,met\nb,not met\nc,met\n";
    let expected = [
        "Compared with list: 2 of 3 agree, 1 differs; nothing is published of 1 more",
        "published \"met\", here unknown: c",
    ];
    let with = format!("{FILE}with: c\n");
    assert_eq!(found(&with, own, &Options::default()), expected);
    // A fact of the records; the title takes the place of the name.
    let fact = "title: The list\n    fact: said\n    words: {good: eligible, bad: ineligible}\n";
    let expected = [
        "Compared with The list (list): 1 of 3 agree, 2 differ; nothing is published of 1 more",
        "published \"bad\", here undetermined: c",
        "published \"good\", here ineligible: b",
    ];
    assert_eq!(found(fact, LIST, &Options::default()), expected);
}

#[test]
fn what_is_selected_is_compared_and_another_day_is_not() {
    let whole = format!("as_of: 2020-01-01\n    {FILE}{WORDS}");
    let only = Options {
        jurisdictions: vec!["b".to_owned()],
        ..Options::default()
    };
    let expected = [
        "Compared with list: 0 of 1 agree, 1 differs",
        "published \"yes\", here ineligible: b",
    ];
    assert_eq!(found(&whole, LIST, &only), expected);
    let day = rulebook::fact::Date::parse("2020-01-02").unwrap();
    let later = Options {
        as_of: Some(day),
        ..Options::default()
    };
    let expected = ["Not compared with list: it is about 2020-01-01"];
    assert_eq!(found(&whole, LIST, &later), expected);
    let none = "id,result\nz,yes\n";
    let expected = ["Compared with list: nothing is published of any jurisdiction here"];
    assert_eq!(found(&format!("{FILE}{WORDS}"), none, &only), expected);
}

#[test]
fn what_is_published_of_one_place_says_whether_it_agrees() {
    let files = files(&format!("{FILE}{WORDS}"), LIST);
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    let assessed = &assessment.rulebooks[0];
    let said = |id: &str| {
        let said = published_of(assessed, assessed.place(id).unwrap());
        let one = |said: &rulebook::published_results::Said<'_>| {
            (
                said.published.clone(),
                said.agrees,
                said.span.position().line,
            )
        };
        said.iter().map(one).collect::<Vec<_>>()
    };
    assert_eq!(said("a"), [("yes".to_owned(), true, 2)]);
    assert_eq!(said("b"), [("yes".to_owned(), false, 3)]);
    assert_eq!(said("d"), []);
    assert!(json(&assessment).contains("\"published\": \"yes\""));
}

#[test]
fn slips_are_told_at_their_places() {
    let whole = format!("{FILE}{WORDS}");
    assert_eq!(wrong(&whole, LIST), [""; 0]);
    for (comparison, list, expected) in [
        (
            whole.as_str(),
            "id,result\na,yess\n",
            "R129 2 `words` of the comparison `list` does not explain `yess`",
        ),
        (
            &whole,
            "id,result\na,yes\naa,no\n",
            "R205 3 the list is about `aa`, of which there is no record",
        ),
        (
            &whole,
            "id,result\na,yes\na,no\n",
            "R117 3 `a` stands twice in this list",
        ),
        (
            &whole,
            "id,result\n",
            "R100 0 this list holds no published result",
        ),
        (
            &whole,
            "id,results\na,yes\n",
            "R113 1 this sheet has no column `result`",
        ),
        (
            &whole,
            "ids,result\na,yes\n",
            "R113 1 this sheet has no column `id`",
        ),
        (
            "file: gone.csv\n    column: result\n",
            LIST,
            "R128 7 there is no file `policies/t/gone.csv`",
        ),
        (
            "file: ../t/list.csv\n    column: result\n",
            LIST,
            "R115 8 `../t/list.csv` is not a sheet beside the rulebook file",
        ),
        (
            "file: list.csv\n",
            LIST,
            "R113 8 the column of the published results is missing",
        ),
        (
            "title: x\n",
            LIST,
            "R113 8 a comparison needs either `file` or `fact`",
        ),
        ("fact: sad\n", LIST, "R120 8 the schema has no fact `sad`"),
        (
            "fact: said\n    words: {good: eligible}\n",
            LIST,
            "R129 7 `words` of the comparison `list` does not explain `bad`",
        ),
        (
            "fact: said\n    words: {good: eligable, bad: ineligible}\n",
            LIST,
            "R115 9 there is no result `eligable`",
        ),
        (
            "file: list.csv\n    column: result\n    with: d\n",
            LIST,
            "R171 10 there is no condition `d`",
        ),
    ] {
        let mut found = wrong(comparison, list);
        // Where another file is named, nothing reads the list.
        let other = comparison.starts_with("file: gone");
        found.retain(|one| !(other && one.starts_with("R202")));
        assert_eq!(found, [expected], "{comparison}");
    }
    for (comparison, list, expected) in [
        (
            whole.as_str(),
            "id,result\n,yes\nb,no\n",
            "R113 2 this result is of nobody: the row has no id",
        ),
        (
            &whole,
            "id;result\na;yes\n",
            "R113 1 this sheet has no column `id`",
        ),
        (
            "file: list.csv\n    fact: said\n",
            LIST,
            "R114 9 a comparison has either `file` or `fact`, and this one has both",
        ),
        (
            "fact: n\n",
            LIST,
            "R121 8 `n` holds a whole number, and no word",
        ),
        (
            "file: list.csv\n    column: result\n    with: Determination\n",
            LIST,
            "R115 10 there is no condition `Determination`",
        ),
    ] {
        assert_eq!(wrong(comparison, list), [expected], "{comparison}");
    }
    // However many there are, a few are told.
    let mut many = "id,result\n".to_owned();
    (0..500).for_each(|number| many += format!("a,w{number}\n").as_str());
    let found = wrong(&whole, &many);
    assert_eq!(found.len(), 6, "{found:#?}");
    assert!(
        found
            .iter()
            .any(|one| one.ends_with(", nor 497 more words")),
        "{found:#?}"
    );
    // A list that is named is read; one that is not is told as any file that nothing reads.
    let unused = wrong(
        "fact: said\n    words: {good: eligible, bad: ineligible}\n",
        LIST,
    );
    assert_eq!(unused, ["R202 0 nothing reads this file"]);
    // What a broken rulebook file would have named is not known.
    let mut broken = files(&whole, LIST);
    broken.insert("policies/t/rulebook.yaml", "title: [T\n");
    let found = problems(&Snapshot::load(&broken).diagnostics);
    assert!(
        !found.iter().any(|one| one.starts_with("R202")),
        "{found:#?}"
    );
}

#[test]
fn the_euro_agrees_with_the_official_list_as_it_was_applied() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/euro");
    let snapshot = Snapshot::load(&rulebook::disk::read(&root).unwrap());
    for (reading, agree) in [("applied", 15), ("letter", 6)] {
        let parameters = vec![("reading".to_owned(), reading.to_owned())];
        let options = Options {
            parameters,
            ..Options::default()
        };
        let assessment = assess(&snapshot, &options);
        assert_eq!(assessment.diagnostics, []);
        let compared = compare(&assessment.rulebooks[0]);
        assert_eq!(
            (compared[0].agree, compared[0].differ.len()),
            (agree, 15 - agree)
        );
        assert_eq!(compared[0].not_published, 0);
    }
    let fails = |reading: &str| {
        let set = format!("reading={reading}");
        let arguments = ["check", "--quiet", "--fail-on", "difference", "--set", &set];
        let (_, problems, status) = run(&root, &arguments, b"");
        (problems, status)
    };
    let failed = "failed: 9 of 15 published results differ (--fail-on difference)\n";
    assert_eq!(fails("applied"), (String::new(), 0));
    assert_eq!(fails("letter"), (failed.to_owned(), 1));
}

#[test]
fn what_the_samples_suggest_can_be_done() {
    for root in ["", "examples/euro"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
        let snapshot = Snapshot::load(&rulebook::disk::read(&root).unwrap());
        let rulebook = snapshot.rulebooks().next().unwrap();
        assert!(rulebook.suggestions.len() > 2);
        for line in &rulebook.suggestions {
            let arguments: Vec<_> = line.split(' ').collect();
            let (out, problems, status) = run(&root, &arguments, b"");
            assert_eq!((status, problems.as_str()), (0, ""), "{line}");
            assert!(!out.is_empty(), "{line}");
        }
    }
}

#[test]
fn a_suggestion_is_plain_words_of_a_command_that_changes_nothing() {
    let told = |suggestion: &str| {
        let mut files = files(
            "fact: said\n    words: {good: eligible, bad: ineligible}\n",
            LIST,
        );
        let rulebook = files
            .get("policies/t/rulebook.yaml")
            .unwrap()
            .text()
            .to_owned();
        files.insert(
            "policies/t/rulebook.yaml",
            &format!("{rulebook}try: [{suggestion:?}]\n"),
        );
        let snapshot = Snapshot::load(&files);
        let shown = snapshot.rulebooks().next().unwrap().suggestions.clone();
        (
            shown,
            problems(&snapshot.diagnostics)
                .into_iter()
                .find(|one| one.starts_with("R115")),
        )
    };
    let shown = vec!["explain a --set x=1".to_owned()];
    assert_eq!(told("explain a --set x=1"), (shown.clone(), None));
    assert_eq!(told("rulebook explain a --set x=1"), (shown, None));
    for slip in [
        "; rm -rf /",
        "check $(id)",
        "check `id`",
        "check > x",
        "explian a",
        "schema --write",
    ] {
        let (shown, told) = told(slip);
        assert!(shown.is_empty() && told.is_some(), "{slip}");
    }
}

#[test]
fn nothing_compared_is_never_green() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(&format!("as_of: 2020-01-01\n    {FILE}{WORDS}"), LIST);
    for path in files.paths() {
        let to = folder.path().join(path);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, files.get(path).unwrap().text()).unwrap();
    }
    let status = |more: &[&str]| {
        let arguments = [&["check", "--quiet", "--fail-on", "difference"], more].concat();
        run(folder.path(), &arguments, b"")
    };
    assert_eq!(status(&[]).2, 1);
    let (_, told, ended) = status(&["--as-of", "2020-01-02"]);
    assert!(
        ended == 2 && told.contains("nothing was compared"),
        "{told}"
    );
    assert_eq!(status(&["--jurisdiction", "d"]).2, 2);
}

#[test]
fn suggestions_are_shown_to_who_changed_nothing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shows = |arguments: &[&str]| run(root, arguments, b"").0.contains("\nTry next\n");
    assert!(shows(&["check"]));
    assert!(!shows(&["check", "--set", "reading=letter"]));
    assert!(!shows(&["check", "--quiet"]));
    assert!(!shows(&["check", "--format", "csv"]));
}
