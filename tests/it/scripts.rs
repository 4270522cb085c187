//! What scripts may be made of: labels of every kind, look-ups by facts, long chains.

use rulebook::assess::{Options, assess};
use rulebook::assessment::{Form, Status};
use rulebook::input_files::Files;
use rulebook::snapshot::Snapshot;

const RULEBOOK: &str = "\
title: T
as_of: 2026-01-01
parameters: {least: 2}
facts:
  a: {type: integer}
  age: {type: integer, range: {min: 0, max: 9}}
  n: {type: number}
  kind: {type: choice, choices: [city, county]}
  town: {type: text}
  ok: {type: boolean}
  day: {type: date}
  list: {type: list, items: number}
";

const RECORD: &str = "\
id: x
facts: {a: 16, age: 4, n: 4.5, kind: city, town: 'a\"b', ok: true, day: 2024-02-29, list: [3, 0.5, 2]}
";

/// What a script comes to for the record, and whether a tree holds it.
fn result(script: &str) -> (Status, bool) {
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", RULEBOOK);
    files.insert("policies/t/jurisdictions/x.yaml", RECORD);
    files.insert("scripts/t/s.rhai", &format!("//! S\n{script}\n"));
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    let laws = &assessment.rulebooks[0];
    let finding = &laws.jurisdiction("x").unwrap().findings[0];
    let tabular = matches!(laws.conditions[0].form, Form::Tabular(_));
    (finding.status, tabular)
}

#[test]
fn a_label_matches_what_the_interpreter_takes_it_for() {
    let matching = [
        ("j.a", "0x10"),
        ("j.a", "0o20"),
        ("j.a", "0b1_0000"),
        ("j.a", "1_6"),
        ("j.a", "3 | 16"),
        ("j.a", "0x05..0x11"),
        ("j.a", "-1..=0x10"),
        ("-j.a", "-16"),
        ("-j.a", "-20..-10"),
        ("j.a * 2", "30..40"),
        ("j.a + 0.5", "16.5"),
        ("j.a / 32", "0..1"),
        ("j.n", "4.5"),
        ("j.n", "4..5"),
        ("j.town", "\"a\"\"b\""),
        ("j.town", "\"a\\x22b\""),
        ("j.town", "\"\\u0061\\\"b\""),
        ("j.town", "\"\\U00000061\\\"b\""),
        ("j.town", "`a\"b`"),
        ("j.kind", "\"county\" | \"city\""),
        ("j.ok", "true"),
        ("j.day", "\"2024-02-29\""),
        ("0x10", "16"),
        ("4.5", "4.5"),
    ];
    for (value, label) in matching {
        let script = format!("switch {value} {{ {label} => met(), _ => not_met(\"no\") }}");
        assert_eq!(result(&script), (Status::Met, true), "{script}");
        let within = format!("fn f(v) {{ switch v {{ {label} => true, _ => false }} }} f({value})");
        assert_eq!(result(&within), (Status::Met, true), "{within}");
        let hole = format!(
            "let s = `${{switch {value} {{ {label} => \"yes\", _ => \"no\" }}}}`; s == \"yes\""
        );
        assert_eq!(result(&hole).0, Status::Met, "{hole}");
    }
    for (value, label) in [
        ("j.a", "0x11"),
        ("j.a", "0..16"),
        ("j.n", "5"),
        ("j.town", "\"ab\""),
    ] {
        let script = format!("switch {value} {{ {label} => met(), _ => not_met(\"no\") }}");
        assert_eq!(result(&script), (Status::NotMet, true), "{script}");
    }
}

#[test]
fn a_label_that_can_never_be_is_a_fault() {
    let never = [
        ("j.a", "\"16\""),
        ("j.a", "'a'"),
        ("j.a", "true"),
        ("j.a", "[16]"),
        ("j.town", "5"),
        ("j.town", "0..5"),
        ("j.town", "4.5"),
        ("j.kind", "\"City\""),
        ("j.kind", "'c'"),
        ("j.ok", "1"),
        ("j.town", "\"a\\\n    \\\"b\""),
        ("j.day", "\"2024-02-30\""),
        ("j.day", "20240229"),
        ("5", "\"5\""),
    ];
    for (value, label) in never {
        let script = format!("switch {value} {{ {label} => met(), _ => not_met(\"no\") }}");
        assert_eq!(result(&script).0, Status::Fault, "{script}");
    }
}

#[test]
fn lists_and_maps_are_looked_up_by_facts() {
    let held = [
        "#{city: 10, county: 20}[j.kind] == 10",
        "let least = [10, 20]; least[band(j.a, [10])] == 20",
        "[0, 10, 20, 30, 40, 50, 60, 70, 80, 90][j.age] == 40",
        "band(j.a, [5, 16, 20]) == 2",
        "band(j.n, [4.5, 5]) == 1",
        "let l = [j.a, j.n]; l.sort(); l[0] == 4.5",
        "let l = [j.a, 7, j.n, j.age]; l.order_desc()[3] == 4",
        "let k = j.kind; let m = #{city: 10, county: 20}; m[k] == 10",
        "let at = band(j.a, [10]); [10, 20][at] == 20",
    ];
    for script in held {
        assert_eq!(result(script), (Status::Met, true), "{script}");
    }
    let by_record = [
        "let all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 99]; all[j.a] == 99",
        "let l = j.list; l.sort(); l[0] == 0.5 && l[2] == 3",
        "let l = j.list; l.sort_desc(); l[0] == 3",
        "let l = [j.a, j.n, j.a + 1, j.n + 1, j.age]; l.sort(); l[1] == 4.5",
    ];
    for script in by_record {
        assert_eq!(result(script), (Status::Met, false), "{script}");
    }
    for script in [
        "band(j.a, [5, 3]) == 1",
        "let l = [j.a, j.town]; l.sort(); true",
    ] {
        assert_eq!(result(script).0, Status::Fault, "{script}");
    }
}

#[test]
fn nothing_is_picked_out_of_a_text_with_a_fact_in_it() {
    // Of a list or a map beside such a text something is.
    let held = [
        "let t = `${j.a}`; if #{city: 10, county: 20}[j.kind] == 10 { met(t) } else { not_met(t) }",
        "let t = `${j.a}`; let l = [10, 20]; if l[band(j.a, [10])] == 20 { met(t) } else { not_met(t) }",
        "let t = `${j.a}`; let m = #{city: 10, county: 20}; if m[j.kind] > 5 { met(t) } else { not_met(t) }",
        "met(`${j.a} ${[j.a, j.n].order()[0]} ${[10, 20][band(j.a, [10])]}`)",
        "fn f(m, k) { m[k] } let t = `${j.a}`; if f(#{city: 1}, \"city\") > 0 { met(t) } else { not_met(t) }",
    ];
    for script in held {
        assert_eq!(result(script), (Status::Met, true), "{script}");
    }
    let by_record = [
        "`${j.age}5`[0] == '4'",
        "let t = `${j.age}5`; t[0] == '4'",
        "let t = `${j.age}5`; t[1] == '5' && t[-1] == '5'",
        "fn first(t) { t[0] } first(`${j.age}5`) == '4'",
        "let l = [1]; l = `${j.age}5`; l[0] == '4'",
        "let l = [`${j.age}5`]; l[0][0] == '4'",
        "let l = [1]; for l in [`${j.age}5`] { if l[0] == '4' { return true; } } false",
        "let t = `${j.age}5`; t[0] = 'x'; t == \"x5\"",
    ];
    for script in by_record {
        assert_eq!(result(script), (Status::Met, false), "{script}");
    }
}

/// A text made from a fact is known only where the fact is, whatever asks for it: a script that looks
/// into one is run for each record, and never judged by what stands in its place meanwhile.
#[test]
fn a_text_made_from_a_fact_is_judged_by_what_it_is() {
    for script in [
        "j.town == `a\"${\"b\"}` || j.town == `${j.town}`",
        "j.town == `${j.town}` && !(j.town != `${j.town}`)",
        "`${j.a}x` == `${j.age}` || j.town < `${j.town}z`",
        "j.town in [`x`, `${j.town}`]",
        "j.kind == `${j.kind}`",
        "j.kind in [`${j.kind}`, \"city\"] && [`${j.kind}`].index_of(j.kind) == 0",
        "`${[j.a]}` == \"[16]\" && `${[j.a]}` != `${[j.age]}`",
        "`${#{a: j.a}}` == \"#{a: 16}\" && `${[1, [j.n]]}` == \"[1, [4.5]]\"",
        "j.day == date(`${j.day}`)",
        "j.known(`to${\"wn\"}`) && j[`a${\"ge\"}`] == 4",
        "let l = [\"city\", `${j.kind}`]; l.dedup(); l.len() == 1",
        "let l = [\"county\", `${j.kind}`]; l.sort(); l[0] == \"city\"",
        "let m = #{}; m[`${j.kind}`] = 3; m.city == 3",
        "[`${j.kind}`, \"x\"] == [\"city\", \"x\"]",
        "j.assume(\"town\", `${j.kind}`) == `${j.town}`",
    ] {
        let (status, _) = result(script);
        assert_eq!(status, Status::Met, "{script}");
        // As where no tree holds any script, since it reads a list.
        let (alone, tabular) = result(&format!("j.list.len() > 2 && {{ {script} }}"));
        assert!(!tabular);
        assert_eq!(alone, Status::Met, "{script}");
    }
}

#[test]
fn a_number_may_end_in_a_point() {
    for script in [
        "9007199254740993. == 9007199254740993",
        "4.6 - 3. == 1.6",
        "j.a / 3. * 3. == 16.",
        "j.age in [4., 5.]",
        "j.age in 3..5 && j.a.abs() == 16.",
    ] {
        assert_eq!(result(script), (Status::Met, true), "{script}");
    }
}

/// Functions over lists as the language has them, with an answer that is true or false.
#[test]
fn tests_of_items_are_asked_in_order() {
    for script in [
        "j.list.filter(|x| x > 1) == [3, 2]",
        "j.list.some(|x| x < 1) && !j.list.some(|x| x > 3)",
        "j.list.all(|x| x > 0) && !j.list.all(|x| x > 1) && [].all(|x| x > 1) && ![].some(|x| x > 1)",
        "j.list.find(|x| x < 3) == 0.5 && j.list.find(|x| x < 3, 2) == 2 && j.list.find(|x| x > 9) == ()",
        "j.list.index_of(|x| x < 3) == 1 && j.list.index_of(|x| x < 3, -1) == 2 && j.list.index_of(|x| x > 9) == -1",
        "let l = [1, 2, 3, 4]; let out = l.retain(|x| x > 2); l == [3, 4] && out == [1, 2]",
        "let l = [1, 2, 3, 4]; let out = l.drain(|x| x > 2); l == [1, 2] && out == [3, 4]",
        "const L = [1, 2]; L.filter(|x, i| i == 1) == [2] && L.some(|x| x == 2)",
        "let l = [1, 1, 2, 1]; l.dedup(); l == [1, 2, 1] && l != [1, 2]",
    ] {
        assert_eq!(result(script).0, Status::Met, "{script}");
    }
}

/// Each `j` is its own, also where the interpreter shares it with functions without names.
#[test]
fn functions_within_functions_read_facts() {
    for (script, expected) in [
        ("j.list.some(|a| j.list.some(|b| a < b))", Status::Met),
        (
            "j.list.filter(|a| j.list.filter(|b| b < a).len() > 1).len() == 1",
            Status::Met,
        ),
        (
            "j.list.all(|a| a > j.n || j.list.some(|b| b > params.least + j.age))",
            Status::NotMet,
        ),
        (
            "let f = j.list.filter(|a| j.list.some(|b| b == a * 4)); f.len() == 1 && j.list.len() == 3",
            Status::Met,
        ),
        (
            "let l = j.list; let all = l; l.filter(|a| all.len() > a).len() == 2",
            Status::Met,
        ),
        (
            "let seen = []; let l = j.list; l.filter(|a| a > 1 && j.list.index_of(a) == 0).len() == 1",
            Status::Met,
        ),
    ] {
        assert_eq!(result(script).0, expected, "{script}");
    }
}

#[test]
fn long_chains_are_read() {
    let branches = |last: &str| {
        let more = (0..200).map(|at| format!(" else if a == {at} {{ met(\"{at}\") }}\n"));
        format!(
            "if a == 1000 {{ met() }}{} else {{ {last} }}",
            more.collect::<String>()
        )
    };
    let top = format!("let a = j.a;\n{}", branches("not_met(\"no\")"));
    assert_eq!(result(&top).0, Status::Met);
    let within = format!(
        "fn f(a) {{ {} }}\nfn g(a, n) {{ if n > 0 {{ return g(a, n - 1); }} f(a) }}\n\
         let a = j.a + 500;\n{}",
        branches("met(\"x\")"),
        branches("g(a, 13)")
    );
    assert_eq!(result(&within).0, Status::Met);
    for sign in ["&&", "||"] {
        let parts: Vec<_> = (0..200).map(|at| format!("j.a != {}", at + 100)).collect();
        assert_eq!(result(&parts.join(&format!(" {sign} "))).0, Status::Met);
    }
    // What goes deep with each call is bounded, and told.
    let deep = format!("fn f(a) {{ {} }}\nf(j.a)", branches("f(a)"));
    assert_eq!(result(&deep).0, Status::Fault);
    for nested in ["(", "[", "!", "-"] {
        let script = format!("let x = {}; true", nested.repeat(5_000));
        assert_eq!(result(&script).0, Status::Fault);
    }
}
