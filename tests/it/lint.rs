//! Each lint is said where it should be, and not where it should not; and what allows it.

use rulebook::assess::{Options, assess};
use rulebook::diagnostic::Code;
use rulebook::input_files::Files;
use rulebook::lint::{LintOptions, lint, page};
use rulebook::snapshot::Snapshot;

const RULEBOOK: &str = "\
title: T
as_of: 2017-08-03
sources: {old: {title: Old, date: 2010-01-01}, new: {title: New, date: 2017-08-01}}
parameters: {least: {value: 48, range: {min: 0}}, reading: {value: a, choices: [a, b]}}
facts:
  h: {type: integer}
  g.a: {type: boolean}
";

const GOOD: &str =
    "//! Good\n//! @source new\nif j.h >= params.least { met(\"a\") } else { not_met(\"b\") }\n";
const READS: &str = "//! Reads\n//! @source new\n\
                     if params.reading == \"a\" { return not_applicable(\"c\"); }\n\
                     if j.g.a { met(\"a\") } else { not_met(\"b\") }\n";

/// Code and line of each lint of a rulebook with these scripts, beside one that reads everything.
fn lints(scripts: &[(&str, &str)], rulebook: &str, record: &str) -> Vec<String> {
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", rulebook);
    files.insert("policies/t/jurisdictions/x.yaml", record);
    files.insert("scripts/t/good.rhai", GOOD);
    files.insert("scripts/t/reads.rhai", READS);
    for (name, text) in scripts {
        files.insert(format!("scripts/t/{name}.rhai"), text);
    }
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    assert!(!assessment.has_errors(), "{:#?}", assessment.diagnostics);
    let found = lint(
        &files,
        &assessment,
        LintOptions {
            stale_after: Some(365),
            divisions: true,
        },
    );
    let line = |one: &rulebook::diagnostic::Diagnostic| one.span().unwrap().position().line;
    let found = found.iter().filter(|one| one.code != Code::OldSource);
    found
        .map(|one| format!("{} {}", one.code.as_str(), line(one)))
        .collect()
}

const RECORD: &str = "facts: {h: {value: 1, source: new}, g: {a: unknown}}\n";

fn script(text: &str) -> Vec<String> {
    lints(&[("x", text)], RULEBOOK, RECORD)
}

#[test]
fn each_lint_of_a_script_is_said_at_its_place() {
    let head = "//! X\n//! @source new\n";
    for (body, expected) in [
        ("if j.h > 5 { met(\"x\") } else { not_met(\"y\") }", &[][..]),
        (
            "if j.h > 5 { return met(\"x\"); }\nif j.h > 7 { return met(\"y\"); }\nnot_met(\"z\")",
            &["R301 4", "R302 4"],
        ),
        (
            "if j.h <= 5 { return not_met(\"x\"); }\n\
             if j.h > 5 { met(\"y\") } else { not_met(\"z\") }",
            &["R301 4", "R302 4"],
        ),
        (
            "return if j.h > 5 { met(\"x\") } else { not_met(\"y\") };\nmet(\"z\")",
            &["R302 4"],
        ),
        (
            "if j.h > 5 { met(\"x\") } else { not_applicable(\"y\") }",
            &["R303 1"],
        ),
        ("j.h > 5", &["R311 3"]),
        (
            "if j.h > 48 { met(\"x\") } else { not_met(\"y\") }",
            &["R307 3"],
        ),
        (
            "// 48 hours\nif j.h > 4_8 { met(\"48\") } else { not_met(\"y\") }",
            &["R307 4"],
        ),
        (
            "if j.h / 7 > 5 && to_float(j.h) > 99 { met(\"to_float(1)\") } else { not_met(\"y\") }",
            &["R312 3", "R312 3"],
        ),
        // The fraction is dropped in words, or there is one already.
        (
            "if div(j.h, 7) > 5 && j.h / 0.5 > 99 { met(\"x\") } else { not_met(\"y\") }",
            &[],
        ),
        // What a choice decides is reached by another choice.
        (
            "if params.reading == \"b\" && j.h > 5 { met(\"x\") } else { not_met(\"y\") }",
            &[],
        ),
        (
            "switch params.reading \
             { \"a\" => not_met(\"x\"), \"b\" => met(\"y\"), _ => not_met(\"z\") }",
            &["R302 3"],
        ),
        (
            "fn met_(x) { x }\nif j.h > met_(5) { met(\"x\") } else { not_met(\"y\") }",
            &[],
        ),
    ] {
        assert_eq!(script(&format!("{head}{body}\n")), expected, "{body}");
    }
    assert_eq!(
        script("//! X\nif j.h > 5 { met(\"x\") } else { not_met(\"y\") }\n"),
        ["R308 1"]
    );
    assert_eq!(script(&GOOD.replace("Good", "Copy")), ["R304 1"]);
}

/// Of five times six choices the first 24 are without the one that holds now.
#[test]
fn what_no_choice_reaches_is_said_only_where_all_were_looked_at() {
    let choices = |name: &str, count: usize| {
        let list: Vec<_> = (0..count).map(|number| format!("{name}{number}")).collect();
        let last = count - 1;
        format!(
            "  {name}: {{value: {name}{last}, choices: [{}]}}\n",
            list.join(", ")
        )
    };
    let with = |u: usize, outcome: &str| {
        let text = format!(
            "//! X\n//! @source new\n\
             if params.u == \"u{}\" && params.v == \"v5\" && !j.g.a {{ return {outcome}(\"why\") }}\n\
             met(\"x\")\n",
            u - 1
        );
        let parameters = format!("parameters:\n{}{}", choices("u", u), choices("v", 6));
        let own = "  least: {value: 48, range: {min: 0}}\n  reading: {value: a, choices: [a, b]}\n";
        let (before, after) = RULEBOOK.split_once("parameters:").unwrap();
        let rest = after.split_once('\n').unwrap().1;
        let rulebook = format!("{before}{parameters}{own}{rest}");
        lints(&[("x", &text)], &rulebook, RECORD)
    };
    assert!(with(5, "not_met").is_empty());
    assert!(with(4, "not_met").is_empty());
    // So few are all looked at.
    assert_eq!(with(4, "not_applicable"), ["R303 1"]);
}

#[test]
fn facts_parameters_and_sources_are_looked_at() {
    let unread = RULEBOOK.replace("facts:\n", "facts:\n  u: {type: boolean}\n");
    assert_eq!(lints(&[], &unread, RECORD), ["R305 6"]);
    let unused = RULEBOOK.replace("parameters: {", "parameters: {unused: x, ");
    assert_eq!(lints(&[], &unused, RECORD), ["R306 4"]);
    assert_eq!(
        lints(&[], RULEBOOK, "facts: {h: 1, g: {a: {value: true}}}\n"),
        ["R310 1"]
    );
    // One source stands for a whole record or a whole file.
    assert_eq!(
        lints(&[], RULEBOOK, "source: new\nfacts: {h: 1, g.a: true}\n"),
        Vec::<String>::new()
    );
    let of_sheet = |rulebook: &str, text: &str| {
        let mut sheet = Files::new();
        sheet.insert("policies/t/rulebook.yaml", rulebook);
        sheet.insert("policies/t/jurisdictions/x.csv", text);
        sheet.insert("scripts/t/good.rhai", GOOD);
        let assessment = assess(&Snapshot::load(&sheet), &Options::default());
        let found = lint(&sheet, &assessment, LintOptions::default());
        let found = found
            .iter()
            .filter(|one| one.code == Code::FactWithoutSource);
        found.map(|one| one.message.clone()).collect::<Vec<_>>()
    };
    let bare = "id,h,g.a\nx,1,true\ny,2,\n";
    let of_file = RULEBOOK.replace("facts:\n", "records: {x.csv: {source: new}}\nfacts:\n");
    let of_all = RULEBOOK.replace("facts:\n", "records: {\"*\": {source: new}}\nfacts:\n");
    let said = "stated without a source: `h`, `g.a` (by `x`, `y`)";
    assert_eq!(of_sheet(RULEBOOK, bare), [said]);
    assert_eq!(of_sheet(&of_file, bare), [""; 0]);
    assert_eq!(of_sheet(&of_all, bare), [""; 0]);
    let column = "id,h,source,g.a\nx,1,new,true\ny,2,,\n";
    let said = "stated without a source: `h` (by `y`)";
    assert_eq!(of_sheet(RULEBOOK, column), [said]);
    // Without sources nobody is asked for one.
    let without = "title: T\nas_of: 2017-08-03\n\
                   parameters: {least: {value: 48, range: {min: 0}}, reading: {value: a, choices: [a, b]}}\n\
                   facts:\n  h: {type: integer}\n  g.a: {type: boolean}\n";
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", without);
    files.insert("policies/t/jurisdictions/x.yaml", "facts: {h: 1}\n");
    files.insert(
        "scripts/t/good.rhai",
        &GOOD.replace("//! @source new\n", ""),
    );
    files.insert(
        "scripts/t/reads.rhai",
        &READS.replace("//! @source new\n", ""),
    );
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    assert!(lint(&files, &assessment, LintOptions::default()).is_empty());
    // An old source is told when it is asked for.
    files.insert("policies/t/rulebook.yaml", RULEBOOK);
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    let old = |files: &Files, days| -> Vec<(usize, String)> {
        let options = LintOptions {
            stale_after: days,
            ..LintOptions::default()
        };
        let found = lint(files, &assessment, options);
        let found = found.iter().filter(|one| one.code == Code::OldSource);
        found
            .map(|one| (one.related.len(), one.message.clone()))
            .collect()
    };
    assert_eq!(old(&files, None), []);
    assert_eq!(old(&files, Some(10_000)), []);
    let one = "the source `old` is 2771 days old on 2017-08-03".to_owned();
    assert_eq!(old(&files, Some(365)), [(0, one.clone())]);
    // Several are told once, and each has its place.
    assert_eq!(
        old(&files, Some(1)),
        [(1, format!("{one}, and so is one more"))]
    );
    // What is allowed is not among them.
    files.insert(
        "policies/t/rulebook.yaml",
        &format!("#@ allow R309 they stand until repealed\n{RULEBOOK}"),
    );
    assert_eq!(old(&files, Some(1)), []);
}

#[test]
fn facts_without_a_source_are_told_once_for_all_files() {
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", RULEBOOK);
    files.insert("scripts/t/good.rhai", GOOD);
    files.insert("scripts/t/reads.rhai", READS);
    let told = |files: &Files| -> Vec<(String, String)> {
        let assessment = assess(&Snapshot::load(files), &Options::default());
        let found = lint(files, &assessment, LintOptions::default());
        found
            .iter()
            .map(|one| {
                (
                    one.file().unwrap_or_default().to_owned(),
                    one.message.clone(),
                )
            })
            .collect()
    };
    let bare = "facts: {h: 1, g: {a: true}}\n";
    for index in 0..12 {
        files.insert(format!("policies/t/jurisdictions/x{index:02}.yaml"), bare);
    }
    let first = "policies/t/jurisdictions/x00.yaml".to_owned();
    let words = "stated without a source: `h`, `g.a` (by `x00`), and so in";
    assert_eq!(
        told(&files),
        [(first.clone(), format!("{words} 11 more files"))]
    );
    // What a file allows is allowed there alone.
    files.insert(
        "policies/t/jurisdictions/x05.yaml",
        &format!("#@ allow R310 made up\n{bare}"),
    );
    assert_eq!(told(&files), [(first, format!("{words} 10 more files"))]);
}

#[test]
fn a_line_allows_a_lint_for_a_reason() {
    let head = "//! X\n//! @source new\n";
    for (text, expected) in [
        (
            format!(
                "{head}//@ allow R307 another forty-eight\n\
                 if j.h > 48 {{ met(\"x\") }} else {{ not_met(\"y\") }}\n"
            ),
            &[][..],
        ),
        (
            format!(
                "{head}if j.h > 48 {{ met(\"x\") }} else {{ not_met(\"y\") }} //@ allow \
                 literal-is-parameter another one\n"
            ),
            &[],
        ),
        (
            format!(
                "{head}let _x = 1;\n//@ allow R307 another one\n\n// and more\n\
                 if j.h > 48 {{ met(\"x\") }} else {{ not_met(\"y\") }}\n"
            ),
            &[],
        ),
        (
            format!(
                "{head}//@ allow R307\nif j.h > 48 {{ met(\"x\") }} else {{ not_met(\"y\") }}\n"
            ),
            &["R300 3", "R307 4"],
        ),
        (
            format!(
                "{head}//@ allow R399 why\nif j.h > 5 {{ met(\"x\") }} else {{ not_met(\"y\") }}\n"
            ),
            &["R300 3"],
        ),
        (
            format!(
                "{head}//@ allow R307 not needed\n\
                 if j.h > 5 {{ met(\"x\") }} else {{ not_met(\"y\") }}\n"
            ),
            &["R300 3"],
        ),
        (
            format!(
                "{head}let _x = 1;\n//@ allow R307 too far\nlet _y = 2;\n\
                 if j.h > 48 {{ met(\"x\") }} else {{ not_met(\"y\") }}\n"
            ),
            &["R300 4", "R307 6"],
        ),
    ] {
        assert_eq!(script(&text), expected, "{text}");
    }
    let unread = RULEBOOK.replace(
        "facts:\n",
        "facts:\n  #@ allow R305 for readers\n  u: {type: boolean}\n",
    );
    assert_eq!(lints(&[], &unread, RECORD), Vec::<String>::new());
}

#[test]
fn a_number_among_the_parameters_has_a_range() {
    for bare in [
        "least: 48",
        "least: 4.5",
        "least: {value: 48, type: number}",
    ] {
        let rulebook = RULEBOOK.replace("least: {value: 48, range: {min: 0}}", bare);
        assert_eq!(lints(&[], &rulebook, RECORD), ["R322 4"], "{bare}");
    }
    let most = RULEBOOK.replace("range: {min: 0}", "range: {max: 100}");
    assert_eq!(lints(&[], &most, RECORD), Vec::<String>::new());
}

#[test]
fn texts_that_are_likely_not_meant_are_told() {
    let with = |text: &str, more: &str| {
        let rulebook =
            RULEBOOK.replace("facts:\n", &format!("facts:\n  t: {{type: text{more}}}\n"));
        let script =
            "//! T\n//! @source new\nif j.t != \"a\" { met(\"x\") } else { not_met(\"y\") }\n";
        let record = format!("source: new\nfacts: {{h: 1, g.a: true, t: \"{text}\"}}\n");
        lints(&[("t", script)], &rulebook, &record)
    };
    for word in [
        "N/A",
        "n.a.",
        "-",
        "TBD",
        "Unknown",
        "NULL",
        "#N/A",
        "none",
        "",
        "k.A.",
        "keine Angabe",
        "n.d.",
        "nicht bekannt",
        "inconnu",
    ] {
        assert_eq!(with(word, ""), ["R320 2"], "{word}");
        let missing = format!(", missing: \"{word}\"");
        assert_eq!(with(word, &missing), Vec::<String>::new(), "{word}");
    }
    for hidden in ["Nord\u{a0}", "Nord\u{200b}", "Ko\u{308}ln"] {
        assert_eq!(with(hidden, ""), ["R321 2"], "{hidden:?}");
    }
    for garbled in ["\u{c3}\u{2030}lm", "\u{fffd}lm", "Dorn &amp; Co"] {
        assert_eq!(with(garbled, ""), ["R341 2"], "{garbled}");
    }
    for fine in [
        "Nord",
        "K\u{f6}ln",
        "no",
        "Nation",
        "-5",
        "a - b",
        "N.D.",
        "S.D.",
        "ND",
        "BD",
        "S\u{c3}O PAULO",
        "AT&T",
        "R&D; more",
    ] {
        assert_eq!(with(fine, ""), Vec::<String>::new(), "{fine}");
    }
}

/// What a script looks for and compares with, beside what records state.
#[test]
fn texts_and_numbers_that_differ_in_little_are_told_and_no_others() {
    let rulebook = RULEBOOK.replace(
        "facts:\n",
        "facts:\n  t: {type: text, missing: [gap]}\n  l: {type: list, items: text}\n  n: {type: number}\n  \
         r: {type: jurisdiction}\n",
    );
    let record = |id: &str, facts: &str| {
        format!(
            "id: {id}\nname: Place {id}\nsource: new\nfacts: {{h: 1, g.a: true, {facts}}}\n---\n"
        )
    };
    let records = [
        record("x", "t: DE, l: [port], n: 24000"),
        record("y", "t: NO, l: [old], n: 61000, r: x"),
        record("z", "t: \"007\", l: [], n: 5000"),
    ]
    .concat();
    let with = |test: &str| {
        let script = format!(
            "//! T\n//! @source new\nif {test} {{ met(\"x\") }} else {{ not_met(\"y\") }}\n"
        );
        let found = lints(&[("t", &script)], &rulebook, &records);
        let unread = |one: &String| !one.starts_with("R305");
        found.into_iter().filter(unread).collect::<Vec<_>>()
    };
    for (test, code) in [
        (r#"j.t == "de""#, "R331"),
        (r#""DE " != j.t"#, "R331"),
        (r#"j.t == "7""#, "R331"),
        (r#"j.t in ["SE", "no"]"#, "R331"),
        (r#"j.t in ["DE, NO"]"#, "R331"),
        (r#"j.t != "DE or NO""#, "R331"),
        (r#"switch j.t { "DE/NO" => true, _ => false }"#, "R331"),
        (r#"j.t.starts_with("d")"#, "R331"),
        (r#"j.t.starts_with("D*")"#, "R331"),
        (r#"j.r.t == "de""#, "R331"),
        (r#"j.r.t.ends_with("o")"#, "R331"),
        (r#""Port" in j.l"#, "R331"),
        (r#""prot" in j.l"#, "R331"),
        (r#"j.l.some(|x| x in ["PORT"])"#, "R331"),
        (r#""port, old" in j.l"#, "R331"),
        (r#"j.name == "PLACE X""#, "R331"),
        (r#"j.name.contains("place")"#, "R331"),
        (r#"j.t == "unknown""#, "R326"),
        (r#"j.t != "gap""#, "R326"),
        (r#"j.t in ["DE", "n/a"]"#, "R326"),
        ("j.n > 2.500", "R340"),
        ("2.500 < j.n", "R340"),
        ("j.n in [5,5, 6,5]", "R340"),
        ("j.n / 2 in [0.5, 1.5]", "R333"),
        ("j.h + 1 in [18, 65]", "R333"),
    ] {
        assert_eq!(with(test), [format!("{code} 3")], "{test}");
    }
    for fine in [
        r#"j.t == "SE""#,
        r#"j.t == "de" || j.t == "DE""#,
        r#"j.t in ["SE/DK"]"#,
        r#"j.t in ["NO", "8"]"#,
        r#"j.t.to_lower() == "de""#,
        r#"j.t.contains("E")"#,
        r#"j.t.ends_with("land")"#,
        r#""rope" in j.l"#,
        r#""port" in j.l"#,
        r#"j.l.some(|x| x == "port")"#,
        r#"j.name.contains("Place")"#,
        "j.n > 2.5",
        "j.h > 2.500",
        "j.n / 7 > 2.500",
        "j.n in [5, 5.5]",
        "j.n in [5, 6, 7, 8]",
        "j.h in [5,5, 6,5]",
        "j.n / 2 in [1.5, 0.5]",
        "j.h + 1 in [1, 2]",
    ] {
        assert_eq!(with(fine), [""; 0], "{fine}");
    }
}

/// Codes of what is said of a sheet.
fn lints_of_sheet(rulebook: &str, sheet: &str) -> Vec<String> {
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", rulebook);
    files.insert("policies/t/jurisdictions/x.csv", sheet);
    files.insert(
        "scripts/t/x.rhai",
        "//! X\nif j.n > params.least { met(\"x\") } else { not_met(\"y\") }\n",
    );
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    assert!(!assessment.has_errors(), "{:#?}", assessment.diagnostics);
    let found = lint(&files, &assessment, LintOptions::default());
    found
        .iter()
        .map(|one| one.code.as_str().to_owned())
        .collect()
}

const SHEET_RULEBOOK: &str = "title: T\nas_of: 2017-08-03\n\
                              parameters: {least: {value: 48, range: {min: 0, max: 100}}}\n\
                              facts: {n: {type: number}}\n";

#[test]
fn a_row_is_a_total_by_its_name_and_a_place_by_another() {
    let with = |name: &str, number: u32| {
        let sheet = format!("id,name,n\na,A,10\nb,B,32\nrow,{name},{number}\n");
        lints_of_sheet(SHEET_RULEBOOK, &sheet)
    };
    for total in [
        "Total",
        "Zwischensumme",
        "All towns",
        "Ensemble",
        "Ensemble des communes",
        "Zusammen",
        "Mittelwert",
        "Median",
        "M\u{e9}diane",
        "M\u{c9}DIANE",
        "\u{15a}rednia",
        "Sum of towns",
        "Gemiddelde",
        "Promedio",
        "Somma",
        "Land insgesamt",
    ] {
        assert_eq!(with(total, 5), ["R325"], "{total}");
    }
    for place in [
        "Total\u{e1}n",
        "Sumner",
        "Median Ridge",
        "All Saints",
        "Sumatra",
        "Ensemble Hall",
        "Somme",
        "Media",
        "Soma",
        "Alle",
        "Totalfina",
    ] {
        assert_eq!(with(place, 5), [""; 0], "{place}");
    }
    // What may be a place is none where its number is the sum, or the mean, of the others.
    assert_eq!(with("Somme", 42), ["R325"]);
    assert_eq!(with("Media", 21), ["R325"]);
}

#[test]
fn a_point_between_thousands_is_told_beside_thousands_alone() {
    let with = |numbers: &[&str]| {
        let rows = numbers.iter().enumerate();
        let rows: Vec<String> = rows
            .map(|(at, number)| format!("p{at},{number}\n"))
            .collect();
        lints_of_sheet(SHEET_RULEBOOK, &format!("id,n\n{}", rows.concat()))
    };
    assert_eq!(with(&["24000", "61000", "9.000", "5000", "7000"]), ["R340"]);
    assert_eq!(with(&["24000", "61000", "2.400", "5000", "7000"]), ["R340"]);
    for fine in [
        &["1.250", "2.500", "9.000", "12.125", "7.500"][..],
        &["24000", "61000", "9", "5000", "7000"],
        &["24000", "61000", "9.5", "5000", "7000"],
        &["24000", "9.000", "5000"],
        &["24000", "1.125", "9.000", "5000", "0.125", "2.500"],
    ] {
        assert_eq!(with(fine), [""; 0], "{fine:?}");
    }
    let parameter = |value: &str| {
        let rulebook = SHEET_RULEBOOK.replace("value: 48, range: {min: 0, max: 100}", value);
        lints_of_sheet(&rulebook, "id,n\na,24000\nb,61000\nc,5000\n")
    };
    assert_eq!(
        parameter("value: 5.000, range: {min: 0, max: 10000}"),
        ["R340"]
    );
    assert_eq!(
        parameter("value: 5.000, range: {min: 0, max: 10}"),
        ["R340"]
    );
    assert_eq!(
        parameter("value: 5000, range: {min: 0, max: 10000}"),
        [""; 0]
    );
    assert_eq!(
        parameter("value: 2.5, range: {min: 0, max: 10000}"),
        [""; 0]
    );
}

/// A line with many remarks in it has one, and is looked through once.
#[test]
fn a_text_that_a_remark_cuts_off_is_told_once_for_its_line() {
    let rulebook = RULEBOOK.replace("facts:\n", "facts:\n  t: {type: text}\n");
    let script = "//! T\n//! @source new\nif j.t != \"a\" { met(\"x\") } else { not_met(\"y\") }\n";
    let more = " #5".repeat(300_000);
    let record = format!("source: new\nfacts:\n  h: 1\n  g.a: true\n  t: North #4{more}\n");
    assert_eq!(lints(&[("t", script)], &rulebook, &record), ["R337 5"]);
}

#[test]
fn a_text_of_a_script_with_a_hidden_sign_is_told_and_so_is_a_choice() {
    let rulebook = RULEBOOK.replace("facts:\n", "facts:\n  t: {type: text}\n");
    let with = |test: &str| {
        let script = format!(
            "//! T\n//! @source new\nif {test} {{ met(\"Ko\u{308}ln\") }} else {{ not_met(\"y\") }}\n"
        );
        let record = "source: new\nfacts: {h: 1, g.a: true, t: \"K\u{f6}ln\"}\n";
        lints(&[("t", &script)], &rulebook, record)
    };
    assert_eq!(with("j.t == \"K\u{f6}ln\""), Vec::<String>::new());
    assert_eq!(with("j.t == \"Ko\u{308}ln\""), ["R321 3"]);
    assert_eq!(with("j.t in [\"Bonn\", \"Ko\u{308}ln\"]"), ["R321 3"]);
    assert_eq!(with("j.t.starts_with(\"Ko\u{308}\")"), ["R321 3"]);
    assert_eq!(with("\"Nord\u{a0}\" != j.t"), ["R321 3"]);
    let by_label = "switch j.t { \"Ko\u{308}ln\" => true, _ => false }";
    assert_eq!(with(by_label), ["R321 3"]);
    let choices = RULEBOOK.replace(
        "facts:\n",
        "facts:\n  t: {type: choice, choices: [Bonn, \"Ko\u{308}ln\"]}\n",
    );
    let script = "//! T\n//! @source new\n\
                  if j.t == \"Bonn\" { met(\"x\") } else { not_met(\"y\") }\n";
    assert_eq!(lints(&[("t", script)], &choices, RECORD), ["R321 6"]);
}

#[test]
fn a_look_up_that_stands_twice_is_no_branch() {
    let rulebook = RULEBOOK.replace(
        "facts:\n",
        "facts:\n  c: {type: choice, choices: [red, blue]}\n  q: {type: choice, choices: [1, 2, 10]}\n",
    );
    for test in [
        "j.h > #{red: 1, blue: 2}[j.c] && j.h < #{red: 5, blue: 7}[j.c]",
        "j.h > j.q && j.h < 2 * 3",
    ] {
        let script = format!(
            "//! T\n//! @source new\nif {test} {{ met(\"x\") }} else {{ not_met(\"y\") }}\n"
        );
        let found = lints(&[("t", &script)], &rulebook, RECORD);
        let branches = found.iter().filter(|one| one.starts_with("R301"));
        assert_eq!(branches.count(), 0, "{test}: {found:?}");
    }
}

#[test]
fn an_id_that_no_record_bears_is_told() {
    let rulebook = RULEBOOK.replace(
        "facts:\n",
        "facts:\n  c: {type: text}\n  r: {type: jurisdiction}\n  k: {type: jurisdiction, by: c}\n",
    );
    let record = "id: x\nsource: new\nfacts: {h: 1, g.a: true, c: \"075\", r: y}\n---\n\
                  id: y\nassess: false\n";
    let with = |test: &str| {
        let script = format!(
            "//! T\n//! @source new\nif {test} {{ met(\"x\") }} else {{ not_met(\"y\") }}\n"
        );
        let reads = "//! U\n//! @source new\n\
                     if j.r == \"y\" || j.k == \"075\" { met(\"x\") } else { not_met(\"y\") }\n";
        lints(&[("t", &script), ("u", reads)], &rulebook, record)
    };
    for fine in [
        "j.r == \"y\"",
        "j.id != \"x\"",
        "j.r.id in [\"x\", \"y\"]",
        "j.name == \"z\"",
    ] {
        assert_eq!(with(fine), Vec::<String>::new(), "{fine}");
    }
    for never in [
        "j.r == \"z\"",
        "\"Y\" == j.r",
        "j.id == \"z\"",
        "j.r.id != \"z\"",
        "j.r in [\"y\", \"z\"]",
        "j.k == \"75\"",
    ] {
        assert_eq!(with(never), ["R323 3"], "{never}");
    }
    // An id in the place of a name.
    let named = record.replacen("id: x\n", "id: x\nname: Alba\n", 1);
    let beside = |test: &str| {
        let script = format!(
            "//! T\n//! @source new\nif {test} {{ met(\"x\") }} else {{ not_met(\"y\") }}\n"
        );
        let reads = "//! U\n//! @source new\n\
                     if j.r == \"y\" || j.k == \"075\" { met(\"x\") } else { not_met(\"y\") }\n";
        lints(&[("t", &script), ("u", reads)], &rulebook, &named)
    };
    assert_eq!(beside("j.name == \"x\""), ["R323 3"]);
    assert_eq!(beside("j.r.name == \"x\""), ["R323 3"]);
    assert_eq!(beside("j.name == \"Alba\""), Vec::<String>::new());
    // One that has no name is called by its id.
    assert_eq!(beside("j.name == \"y\""), Vec::<String>::new());
}

/// What `docs/lint.md` says before the pages.
const LINTS_HEAD: &str = "\
# Lints

A lint points at what is valid and likely a mistake. `rulebook lint` shows them, and `rulebook check` shows them as
warnings. None changes a result or an exit code, unless you ask for it with `rulebook lint --deny`.

A line `//@ allow R301 reason` in a script, or `#@ allow R305 reason` in YAML, silences one: at the top of a file for all
of it, on a line of its own for the next line that is no comment, behind code for that line.
";

#[test]
fn every_lint_has_a_page_and_the_samples_have_none_to_say() {
    let mut docs = LINTS_HEAD.to_owned();
    for code in Code::ALL {
        let lint = code.as_str().starts_with("R3");
        assert_eq!(page(code.as_str()).is_some(), lint, "{}", code.as_str());
        assert_eq!(page(code.name()), page(code.as_str()));
        if lint {
            let documented = format!("    {code:?}\n}}\n");
            let files = crate::tidy::sources().into_iter().filter(|(name, text)| {
                name.starts_with("analysis/lint/")
                    && text.contains("\nlint! {")
                    && text.contains(&documented)
            });
            assert_eq!(files.count(), 1, "{code:?} has a file of its own");
        }
        if let Some(page) = page(code.as_str()) {
            docs.push_str(&format!("\n## {page}"));
        }
    }
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/lint.md");
    if std::env::var_os("UPDATE_CASES").is_some() {
        std::fs::write(&file, &docs).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), docs);
    let readings = [
        ("", "letter"),
        ("", "control"),
        ("", "operator"),
        ("examples/euro", "letter"),
        ("examples/euro", "applied"),
    ];
    for (root, reading) in readings {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
        let files = rulebook::disk::read(&root).unwrap();
        let parameters = vec![("reading".to_owned(), reading.to_owned())];
        let assessment = assess(
            &Snapshot::load(&files),
            &Options {
                parameters,
                ..Options::default()
            },
        );
        let found = lint(&files, &assessment, LintOptions::default());
        assert!(found.is_empty(), "{reading}: {found:#?}");
    }
}

#[test]
fn an_empty_text_and_a_range_that_decides_are_pointed_at() {
    let rulebook = RULEBOOK.replace(
        "h: {type: integer}",
        "h: {type: integer, range: {min: 0, max: 99}}\n  town: {type: text}",
    );
    let of = |test: &str| {
        let script = format!(
            "//! S\n//! @source new\nif {test} {{ met(\"a\") }} else {{ not_met(\"b\") }}\n"
        );
        let mut files = Files::new();
        files.insert("policies/t/rulebook.yaml", &rulebook);
        files.insert(
            "policies/t/jurisdictions/x.yaml",
            "source: new\nfacts: {h: 5}\n",
        );
        files.insert("scripts/t/s.rhai", &script);
        let assessment = assess(&Snapshot::load(&files), &Options::default());
        let found = lint(&files, &assessment, LintOptions::default());
        let told = found
            .iter()
            .filter(|one| matches!(one.code, Code::EmptyText | Code::UnreachableBranch));
        told.map(|one| one.help.clone().unwrap_or_default())
            .collect::<Vec<_>>()
    };
    for test in [
        "j.town == \"\"",
        "j.h > 3 && j.town != \"\"",
        "j.town.is_empty()",
    ] {
        let found = of(test);
        assert!(
            found.len() == 1 && found[0].contains("`j.known(\"town\")`"),
            "{test}: {found:?}"
        );
    }
    for test in ["j.h > 100", "j.h < 0", "j.h * 2 <= 198"] {
        let found = of(test);
        assert!(
            found.len() == 1 && found[0].starts_with("what the fact can be"),
            "{test}: {found:?}"
        );
    }
    let found = of("j.h > 50 && j.h > 20");
    assert!(
        found.len() == 1 && found[0].starts_with("earlier tests"),
        "{found:?}"
    );
    assert_eq!(of("j.town == \"x\" && j.h > 9"), Vec::<String>::new());
}

/// Behind a closing brace a comparison has nothing before it that could be read.
#[test]
fn a_comparison_behind_a_block_is_read_by_no_lint() {
    let rulebook = RULEBOOK.replace("  g.a:", "  d: {type: date}\n  e: {type: date}\n  g.a:");
    let script = "//! Three years\n//! @source new\n\
                  let ok = if j.g.a { j.d } else { j.e } <= params.as_of - 5;\n\
                  if ok { met(\"a\") } else { not_met(\"b\") }\n";
    assert_eq!(lints(&[("x", script)], &rulebook, RECORD), [""; 0]);
}
