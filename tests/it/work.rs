//! Scripts that would take hours or fill the memory: they come to something, or are told at their
//! place.

use std::fmt::Write;

use rulebook::assess::{Options, assess};
use rulebook::assessment::{Assessment, DeterminationKind, Status};
use rulebook::decision_table::DecisionTable;
use rulebook::diagnostic::Code;
use rulebook::explanation::explain;
use rulebook::input_files::Files;
use rulebook::questions::questions;
use rulebook::remedies::remedies;
use rulebook::render::{Emphasis, explanation, json};
use rulebook::snapshot::Snapshot;
use rulebook::tree::{Limit, Limits};

fn files(facts: &str, script: &str, record: &str) -> Files {
    let mut files = Files::new();
    let schema = format!("title: T\nas_of: 2020-01-01\nfacts:\n{facts}");
    files.insert("policies/t/rulebook.yaml", &schema);
    files.insert("policies/t/jurisdictions/x.yaml", record);
    files.insert("scripts/t/c.rhai", &format!("//! T\n{script}\n"));
    files
}

fn assessed(files: &Files) -> Assessment {
    assess(&Snapshot::load(files), &Options::default())
}

fn status(assessment: &Assessment) -> Status {
    assessment.rulebooks[0].jurisdiction("x").unwrap().findings[0].status
}

/// The errors, as code, line and message.
fn errors(assessment: &Assessment) -> Vec<(Code, usize, String)> {
    let errors = assessment.diagnostics.iter().filter(|one| one.is_error());
    let line =
        |one: &rulebook::diagnostic::Diagnostic| one.span().map_or(0, |span| span.position().line);
    errors
        .map(|one| (one.code, line(one), one.message.clone()))
        .collect()
}

const NUMBER: &str = "  a: {type: integer, range: {min: 0, max: 100000}}\n";

#[test]
fn files_that_import_each_other_twice_are_loaded_once() {
    let mut files = files(
        NUMBER,
        "import \"lib/l00\" as l;\nl::f(j.a) >= 3",
        "facts: {a: 3}\n",
    );
    for number in 0..40 {
        let next = number + 1;
        // Only the first few call on: calls go 16 deep.
        let body = if number < 5 { "a::f(x)" } else { "x" };
        let text = format!(
            "import \"lib/l{next:02}\" as a;\nimport \"lib/l{next:02}\" as b;\nfn f(x) {{ {body} }}\n"
        );
        files.insert(format!("scripts/t/lib/l{number:02}.rhai"), &text);
    }
    files.insert("scripts/t/lib/l40.rhai", "fn f(x) { x }\n");
    let assessment = assessed(&files);
    assert_eq!(errors(&assessment), []);
    assert_eq!(status(&assessment), Status::Met);
}

#[test]
fn imports_that_lie_too_deep_are_told_once_at_their_place() {
    for descending in [false, true] {
        let name =
            |number: usize| format!("lib/l{:03}", if descending { 300 - number } else { number });
        let mut files = files(
            NUMBER,
            &format!("import \"{}\" as l;\nl::f(j.a) >= 3", name(0)),
            "facts: {a: 3}\n",
        );
        for number in 0..300 {
            let text = format!("import \"{}\" as a;\nfn f(x) {{ x }}\n", name(number + 1));
            files.insert(format!("scripts/t/{}.rhai", name(number)), &text);
        }
        files.insert(format!("scripts/t/{}.rhai", name(300)), "fn f(x) { x }\n");
        let found = errors(&assessed(&files));
        let deep = found
            .iter()
            .filter(|one| one.2.contains("more than 100 files deep"));
        assert_eq!(deep.count(), 1, "{found:?}");
        assert!(found.len() <= 2, "{found:?}");
    }
}

#[test]
fn a_script_that_is_one_long_slip_is_searched_so_far_and_says_so() {
    let script = format!("j.a == \"b\"{}", "\n|| \"c\"".repeat(8_000));
    let assessment = assessed(&files("  a: {type: text}\n", &script, "facts: {}\n"));
    let told = crate::common::problems(&assessment.diagnostics);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].starts_with("R140 2 `\"c\"` is no condition by itself"),
        "{told:?}"
    );
    let cut = assessment.diagnostics[0].help.as_deref().unwrap();
    assert!(cut.len() < 1_100 && cut.ends_with(" ..."), "{}", cut.len());
    assert!(
        told[1].starts_with("R146 8002 not all of this script was searched"),
        "{told:?}"
    );
}

#[test]
fn a_loop_over_long_texts_is_told_at_its_place() {
    let script = format!(
        "let s = \"{}\";\nlet n = 0;\nfor i in 0..60000 {{ for t in s.split(\"\") {{ n += 1; break; }} }}\nn > 1",
        "x".repeat(9_000)
    );
    let found = errors(&assessed(&files(NUMBER, &script, "facts: {}\n")));
    assert!(
        matches!(&found[..], [(Code::LimitReached, 4, message)] if message.contains("more work")),
        "{found:?}"
    );
}

#[test]
fn a_loop_that_copies_a_list_pays_for_it() {
    for copy in ["let x = l;", "let x = f(l);", "let x = m.l;"] {
        let script = format!(
            "fn f(l) {{ 1 }}\nlet l = [0];\nwhile l.len() < 4000 {{ l = l + l }}\n\
             let m = #{{l: l}};\nfor turn in 0..30000 {{\n{copy}\n}}\nj.a > 3"
        );
        let assessment = assessed(&files(NUMBER, &script, "facts: {a: 4}\n"));
        let message = "the script takes too many steps".to_owned();
        assert_eq!(
            errors(&assessment),
            [(Code::LimitReached, 7, message)],
            "{copy}"
        );
        // A table of some hundred rows is looked into as often as one likes.
        let script = script.replace("4000", "200").replace("30000", "3000");
        assert_eq!(
            status(&assessed(&files(NUMBER, &script, "facts: {a: 4}\n"))),
            Status::Met
        );
    }
}

#[test]
fn long_fractions_end_a_search_and_examples_have_few_digits() {
    let schema = "  x: {type: number, range: {min: 0, max: 1}}\n  n: {type: integer, range: {min: 1, max: 40}}\n";
    let files = files(schema, "round(j.x, 15) ** j.n == 1/3", "facts: {}\n");
    let assessment = assessed(&files);
    assert_eq!(status(&assessment), Status::Unknown);
    let rulebook = &assessment.rulebooks[0];
    let asked = questions(rulebook, rulebook.jurisdiction("x").unwrap());
    let examples = asked.iter().flat_map(|question| &question.answers);
    let examples: Vec<String> = examples.map(|answer| answer.example.to_string()).collect();
    assert!(examples.len() >= 2, "{examples:?}");
    assert!(
        examples.iter().all(|example| example.len() < 20),
        "{examples:?}"
    );
}

#[test]
fn many_labels_find_the_right_case() {
    let mut script = "switch j.a {\n".to_owned();
    for label in 0..5_000 {
        let _ = writeln!(script, "{label} => met(\"m{label}\"),");
    }
    script += "_ => not_met(\"none\")\n}";
    let reason = |record: &str| {
        let assessment = assessed(&files(NUMBER, &script, record));
        let finding = &assessment.rulebooks[0].jurisdiction("x").unwrap().findings[0];
        (finding.status, finding.reasons.join(" "))
    };
    assert_eq!(
        reason("facts: {a: 4321}\n"),
        (Status::Met, "m4321".to_owned())
    );
    assert_eq!(
        reason("facts: {a: 5000}\n"),
        (Status::NotMet, "none".to_owned())
    );
    assert_eq!(reason("facts: {}\n").0, Status::Unknown);
}

#[test]
fn a_reason_is_as_long_as_a_text_may_be_and_cut_with_a_sign() {
    let script = format!("met(`{}`)", "${j.t}".repeat(4_096));
    let record = format!("facts: {{t: {}}}\n", "y".repeat(1_000));
    let assessment = assessed(&files("  t: {type: text}\n", &script, &record));
    let reasons = &assessment.rulebooks[0].jurisdiction("x").unwrap().findings[0].reasons;
    assert_eq!(reasons[0].len(), 64 * 1024 + '…'.len_utf8());
    assert!(reasons[0].ends_with('…'));
}

#[test]
fn turns_of_a_loop_are_explained_once_each_and_not_without_end() {
    let facts: Vec<_> = (0..3)
        .map(|number| format!("  f{number}: {{type: integer, range: {{min: 0, max: 900}}}}\n"))
        .collect();
    let facts = facts.concat();
    let list: Vec<_> = (0..300).map(|number| number.to_string()).collect();
    let files = files(
        &format!("{facts}  l: {{type: list, items: integer}}\n"),
        "let n = 0;\nfor x in j.l { if x > j.f0 && x > j.f1 && x > j.f2 { n += 1; } }\nn > 3",
        &format!("facts: {{l: [{}]}}\n", list.join(", ")),
    );
    let assessment = assessed(&files);
    let laws = &assessment.rulebooks[0];
    let one = laws.jurisdiction("x").unwrap();
    assert_eq!(one.findings[0].status, Status::Unknown);
    let text = explanation(&explain(laws, one, None), Emphasis::Plain(10_000));
    let lines: Vec<_> = text
        .lines()
        .filter(|line| line.contains("x > j.f"))
        .collect();
    let mut once = lines.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(lines.len(), once.len());
    assert!(lines.len() <= 60 && text.contains("more tests"), "{text}");
}

#[test]
fn a_remainder_taken_in_turns_is_exact() {
    let files = files(
        NUMBER,
        "let rest = j.a % 100;\nwhile rest > 10 { rest -= 7; }\n\
         if rest <= 6 { met(\"m\") } else { not_met(\"n\") }",
        "facts: {}\n",
    );
    let assessment = assessed(&files);
    let laws = &assessment.rulebooks[0];
    let one = laws.jurisdiction("x").unwrap();
    assert_eq!(one.findings[0].status, Status::Unknown);
    assert_eq!(one.findings[0].missing.len(), 1);
    assert_eq!(questions(laws, one).len(), 1);
    let wanted = rulebook::assessment::DeterminationKind::Eligible;
    let found = remedies(laws, one, wanted);
    assert!(found.cut_short || found.list.len() == 1, "{:?}", found.list);
}

/// What all commands say of a rulebook, on so many threads.
fn all_said(files: &Files, limits: Limits, threads: usize) -> String {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| {
        let options = Options {
            limits,
            ..Options::default()
        };
        let assessment = assess(&Snapshot::load(files), &options);
        let mut text = json(&assessment);
        let assessed = &assessment.rulebooks[0];
        for one in assessed.jurisdictions() {
            let found = remedies(assessed, one, DeterminationKind::Eligible);
            text += &rulebook::render::remedies(&found, Emphasis::Plain(80));
            let _ = write!(text, "{:?}", questions(assessed, one));
            text += &explanation(&explain(assessed, one, None), Emphasis::Plain(80));
        }
        text
    })
}

#[test]
fn where_limits_are_reached_threads_change_nothing() {
    let schema = "  a: {type: integer, range: {min: 0, max: 100000}}\n  b: {type: integer, range: \
                  {min: 0, max: 100000}}\n  c: {type: number, range: {min: 0, max: 9}}\n";
    let mut files = files(
        schema,
        "let rest = j.a % 40;\nwhile rest > 10 { rest -= 7; }\nrest < 5",
        "facts: {a: unknown}\n",
    );
    let more = [
        "let n = 0;\nfor x in 0..60 { if x * 100 > j.a && x > j.c { n += 1; } }\nn > 3",
        "j.a * j.c > 700 && j.b * j.c < 300 && j.a + j.b == 9001",
    ];
    for (number, script) in more.iter().enumerate() {
        files.insert(
            format!("scripts/t/m{number}.rhai"),
            &format!("//! M\n{script}\n"),
        );
    }
    for number in 0..4 {
        let facts = ["{b: 5}", "{a: 700, c: 3}", "{c: 2}", "{a: 40, b: 30}"][number % 4];
        files.insert(
            format!("policies/t/jurisdictions/r{number:02}.yaml"),
            &format!("facts: {facts}\n"),
        );
    }
    let full = all_said(&files, Limits::default(), 1);
    for work in [1_000, 100_000] {
        let limits = Limits {
            work,
            ..Limits::default()
        };
        let one = all_said(&files, limits, 1);
        assert!(one == all_said(&files, limits, 2), "work: {work}");
        // Nor does what this thread did before.
        assert!(one == all_said(&files, limits, 1), "work: {work}");
        assert!(one != full, "{work} is enough");
    }
    for number in [2, 40] {
        let limits = Limits::all(number);
        assert!(all_said(&files, limits, 1) == all_said(&files, limits, 2));
    }
}

#[test]
fn records_and_scripts_that_no_tree_holds_share_what_they_may_take() {
    let booleans: String = (0..6).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "  b{number}: {{type: boolean}}");
        text
    });
    let schema = format!("{NUMBER}  l: {{type: list, items: integer}}\n{booleans}");
    let mut script = "let n = 0;\nfor x in j.l { n += x; }\n".to_owned();
    for number in 0..6 {
        let _ = writeln!(script, "if j.b{number} {{ n += {number}; }}");
    }
    script.push_str("n < 100 && j.a >= 0");
    let known = "b0: true, b1: true, b2: true, b3: true, b4: true, b5: false";
    let come_to = |count: usize, scripts: usize| {
        let mut files = files(&schema, &script, "facts: {l: [1, 2], a: 0}\n");
        let mut rows = format!("id: whole\nfacts: {{l: [3], a: 1, {known}}}\n");
        for number in 2..count {
            let _ = write!(rows, "---\nid: r{number}\nfacts: {{l: [1], a: {number}}}\n");
        }
        files.insert("policies/t/jurisdictions/others.yaml", &rows);
        for number in 1..scripts {
            files.insert(
                format!("scripts/t/m{number}.rhai"),
                &format!("//! M\n{script}\n"),
            );
        }
        let options = Options {
            limits: Limits {
                work: 400_000,
                ..Limits::default()
            },
            ..Options::default()
        };
        let assessment = assess(&Snapshot::load(&files), &options);
        let status = |id: &str| {
            let one = assessment.rulebooks[0].jurisdiction(id).unwrap();
            (one.findings[0].status, one.findings[0].cut_short)
        };
        (status("x"), status("whole"))
    };
    let met = (Status::Met, None);
    assert_eq!(come_to(2, 1), (met, met));
    assert_eq!(come_to(64, 1), (met, met));
    // Cut short, one says so; a record with all facts takes one path, whatever there is beside it.
    let cut = (Status::Unknown, Some(Limit::Paths));
    assert_eq!(come_to(2_000, 1), (cut, met));
    assert_eq!(come_to(64, 32), (cut, met));
}

/// Runs of such scripts are kept for a while: what is said is the same whatever was asked before.
#[test]
fn many_scripts_share_what_some_may_take_and_certain_results_stay() {
    let booleans: String = (0..8).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "  b{number}: {{type: boolean}}");
        text
    });
    let mut script = "let n = 0;\n".to_owned();
    for number in 0..8 {
        let _ = writeln!(script, "if j.b{number} {{ n += {}; }}", number + 1);
    }
    script.push_str("n * n > j.a");
    let whole: Vec<String> = (0..8).map(|number| format!("b{number}: true")).collect();
    let come_to = |others: usize, work: usize| {
        let record = format!("facts: {{a: 5, {}}}\n", whole.join(", "));
        let mut files = files(&format!("{NUMBER}{booleans}"), &script, &record);
        files.insert(
            "policies/t/jurisdictions/open.yaml",
            "facts: {a: 5, b0: true}\n",
        );
        for number in 0..others {
            files.insert(format!("scripts/t/z{number}.rhai"), "//! Z\nj.a < 9\n");
        }
        let options = Options {
            limits: Limits {
                work,
                ..Limits::default()
            },
            ..Options::default()
        };
        let assessment = assess(&Snapshot::load(&files), &options);
        let assessed = &assessment.rulebooks[0];
        let of = |id: &str| assessed.jurisdiction(id).unwrap().findings[0].status;
        let is_tree = DecisionTable::of_condition(assessed, 0.into()).is_ok();
        (of("x"), of("open"), is_tree)
    };
    // It is a tree while few are explored, and among many none: what is said stays as it is.
    let as_tree = (Status::Met, Status::Unknown, true);
    let for_each = (Status::Met, Status::Unknown, false);
    let powers = (10..30).map(|power| 1 << power);
    let enough = powers.into_iter().find(|work| come_to(0, *work) == as_tree);
    let enough = enough.expect("some is enough");
    assert_eq!(come_to(0, enough / 2), for_each);
    assert_eq!(come_to(31, enough), as_tree);
    assert_eq!(come_to(32, enough), for_each);
    assert_eq!(come_to(32, 2 * enough), as_tree);
}

#[test]
fn what_was_asked_before_changes_nothing_that_is_said() {
    let booleans: String = (0..6).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "  b{number}: {{type: boolean}}");
        text
    });
    let mut script = "let n = 0;\nfor x in j.l { n += x; }\n".to_owned();
    for number in 0..6 {
        let _ = writeln!(script, "if j.b{number} {{ n += {number}; }}");
    }
    script.push_str("n < 9 && j.a >= 0");
    let schema = format!("{NUMBER}  l: {{type: list, items: integer}}\n{booleans}");
    let files = files(&schema, &script, "facts: {l: [1, 2]}\n");
    let said = |work: usize, before: bool| {
        let limits = Limits {
            work,
            ..Limits::default()
        };
        let options = Options {
            limits,
            ..Options::default()
        };
        let assessment = assess(&Snapshot::load(&files), &options);
        let assessed = &assessment.rulebooks[0];
        let ask = || {
            let one = assessed.jurisdiction("x").unwrap();
            let consulted = assessed.consulted(&one.jurisdiction.id, 0.into());
            format!("{one:?} {:?} {}", questions(assessed, one), consulted.len())
        };
        if before {
            ask();
            let one = assessed.jurisdiction("x").unwrap();
            let _ = remedies(assessed, one, DeterminationKind::Eligible);
        }
        ask()
    };
    for work in [500, 5_000, 50_000, 500_000, 8_000_000] {
        assert!(said(work, false) == said(work, true), "{work}");
    }
}

#[test]
fn long_numbers_pay_for_being_multiplied() {
    let schema = "  x: {type: number, range: {min: 0, max: 1}}\n";
    let script =
        "let y = j.x + 10 ** 1500;\nfor k in 0..100 { y = y * (j.x + 10 ** 1500); }\ny > 0";
    for record in ["facts: {}\n", "facts: {x: 0.5}\n"] {
        let found = errors(&assessed(&files(schema, script, record)));
        assert!(
            matches!(&found[..], [(Code::LimitReached, 3, message)] if message.contains("very long numbers")),
            "{found:?}"
        );
    }
    // Shorter ones are worked out.
    let script = script.replace("1500", "15").replace("0..100", "0..50");
    let assessment = assessed(&files(schema, &script, "facts: {x: 0.5}\n"));
    assert_eq!(status(&assessment), Status::Met);
}

#[test]
fn looking_among_many_choices_pays_for_them() {
    let choices: Vec<String> = (0..2_000).map(|number| format!("c{number}")).collect();
    let schema = format!("  c: {{type: choice, choices: [{}]}}\n", choices.join(", "));
    let list = format!("let l = [\"{}\"];\nlet n = 0;\n", choices.join("\", \""));
    let asked = "for turn in 0..200 { if j.c in l { n += 1; } }\nn > 3";
    let found = errors(&assessed(&files(
        &schema,
        &(list.clone() + asked),
        "facts: {}\n",
    )));
    assert!(
        matches!(&found[..], [(Code::LimitReached, 4, message)] if message.contains("more work")),
        "{found:?}"
    );
    let few = "j.c in [\"c1\", \"c2\"]";
    let one = assessed(&files(&schema, few, "facts: {c: c2}\n"));
    assert_eq!(status(&one), Status::Met);
}

/// What becomes of a rulebook with so many conditions, the first of which is this script, in a thread
/// of half a megabyte.
fn on_a_small_stack(first: &str, count: usize) -> (usize, DeterminationKind) {
    let mut files = files(NUMBER, first, "facts: {}\n");
    for number in 1..count {
        let script = format!("//! M\nj.a > {number}\n");
        files.insert(format!("scripts/t/m{number}.rhai"), &script);
    }
    let snapshot = Snapshot::load(&files);
    let small = std::thread::Builder::new().stack_size(512 * 1024);
    let at_work = small.spawn(move || {
        let assessment = assess(&snapshot, &Options::default());
        let one = &assessment.rulebooks[0].jurisdiction("x").unwrap();
        (one.findings.len(), one.determination.kind)
    });
    at_work.unwrap().join().unwrap()
}

#[test]
fn thousands_of_open_conditions_fit_on_a_small_stack() {
    let found = on_a_small_stack("j.a > 0", 1_500);
    assert_eq!(found, (1_500, DeterminationKind::Undetermined));
}

#[test]
fn a_condition_that_reads_thousands_of_findings_fits_on_a_small_stack() {
    let named: Vec<_> = (1..1_500)
        .map(|number| format!("findings.m{number}.met"))
        .collect();
    let named = named.join(" || ");
    let found = on_a_small_stack(&format!("{named} || j.a > 0"), 1_500);
    assert_eq!(found, (1_500, DeterminationKind::Undetermined));
}
