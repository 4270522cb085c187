//! What gives up says so, and never changes what is said for certain.

use std::fmt::Write;

use proptest::prelude::*;
use rulebook::assess::{Options, assess};
use rulebook::assessment::{Assessment, DeterminationKind, Status};
use rulebook::input_files::Files;
use rulebook::remedies::remedies;
use rulebook::render::{Colour, json, table};
use rulebook::snapshot::Snapshot;
use rulebook::tree::{Limit, Limits};

use crate::generate::{Choices, Generator, LIBRARY, NARROW_SCHEMA, Range, record};
use crate::law::{enough, law};
use crate::laws::{DECISIONS, agree, bytes, full_record, partial};

fn assessed(files: &Files, limits: Limits) -> Assessment {
    let options = Options {
        limits,
        ..Options::default()
    };
    assess(&Snapshot::load(files), &options)
}

fn one_script(schema: &str, script: &str) -> Files {
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", schema);
    files.insert("policies/t/jurisdictions/t.yaml", "facts: {}\n");
    files.insert("scripts/t/c.rhai", script);
    files
}

#[test]
fn smaller_limits_leave_more_unsaid_and_change_nothing_that_is_certain() {
    let counts = std::cell::RefCell::new([0_usize; 4]);
    let scripts = [bytes(80), bytes(60), bytes(60)];
    law(1_000)
        .run(
            &(scripts, bytes(40), 0..DECISIONS.len()),
            |(scripts, records, decision)| {
                let (yaml, ..) = partial(&mut Choices::new(&records));
                let (decision, script) = DECISIONS[decision];
                let mut files = Files::new();
                files.insert(
                    "policies/laws/rulebook.yaml",
                    &format!("{NARROW_SCHEMA}{decision}"),
                );
                files.insert("policies/laws/jurisdictions/all.yaml", &yaml);
                files.insert("scripts/laws/lib/f.rhai", LIBRARY);
                for (index, bytes) in scripts.iter().enumerate() {
                    let text = Generator::new(&mut Choices::new(bytes), Range::Narrow).script();
                    files.insert(format!("scripts/laws/s{index}.rhai"), &text);
                }
                if !script.is_empty() {
                    files.insert("scripts/laws/decision.rhai", script);
                }
                let whole = assessed(&files, Limits::default());
                for number in [1, 2, 5, 40] {
                    let small = assessed(&files, Limits::all(number));
                    // A decision script that no tree can hold is an error, and told as one.
                    if small.has_errors() && !whole.has_errors() {
                        continue;
                    }
                    let (whole, small) = (&whole.rulebooks[0], &small.rulebooks[0]);
                    agree(small);
                    for (one, other) in whole.jurisdictions().zip(small.jurisdictions()) {
                        for (one, other) in one.findings.iter().zip(&other.findings) {
                            counts.borrow_mut()[0] += usize::from(other.cut_short.is_some());
                            if other.status != Status::Unknown {
                                prop_assert_eq!(other.status, one.status, "limits of {}", number);
                                // What applies is named in any case, and no more without a word.
                                if other.cut_short.is_none() {
                                    prop_assert_eq!(&other.reasons, &one.reasons);
                                    prop_assert_eq!(&other.assumed, &one.assumed);
                                } else {
                                    let named = |reason| other.reasons.contains(reason);
                                    prop_assert!(one.reasons.iter().all(named));
                                    prop_assert_eq!(other.cut_short, Some(Limit::Reasons));
                                    counts.borrow_mut()[3] += 1;
                                }
                            } else if other.cut_short.is_none() {
                                prop_assert_eq!(other.status, one.status, "limits of {}", number);
                                prop_assert_eq!(&other.missing, &one.missing);
                            }
                        }
                        let (one, other) = (&one.determination, &other.determination);
                        counts.borrow_mut()[1] += usize::from(other.cut_short.is_some());
                        let settled = other.kind != DeterminationKind::Undetermined;
                        if settled || other.cut_short.is_none() {
                            prop_assert_eq!(other.kind, one.kind, "limits of {}", number);
                        }
                        if other.cut_short.is_none() {
                            prop_assert_eq!(&other.missing, &one.missing);
                            prop_assert_eq!(&other.reasons, &one.reasons);
                        }
                        counts.borrow_mut()[2] += usize::from(one.cut_short.is_some());
                    }
                }
                Ok(())
            },
        )
        .unwrap();
    let counts = counts.into_inner();
    assert!(
        counts[0] > enough(200) && counts[1] > enough(100) && counts[3] >= enough(3),
        "{counts:?}"
    );
    assert_eq!(
        counts[2], 0,
        "ordinary limits suffice for scripts as small as these"
    );
}

#[test]
fn with_smaller_limits_a_remedy_still_works_and_none_is_said_only_where_it_is_shown() {
    let seen = std::cell::RefCell::new([0_usize; 3]);
    let scripts = [bytes(60), bytes(60)];
    law(400)
        .run(
            &(scripts, bytes(40), 0..2_usize),
            |(scripts, records, decision)| {
                let mut choices = Choices::new(&records);
                let full = full_record(&mut choices, Range::Narrow);
                let other = full_record(&mut choices, Range::Narrow);
                let yaml = format!(
                    "{}---\n{}",
                    record("this", &full, Some("other")),
                    record("other", &other, None)
                );
                let mut files = Files::new();
                files.insert(
                    "policies/laws/rulebook.yaml",
                    &format!("{NARROW_SCHEMA}{}", DECISIONS[decision].0),
                );
                files.insert("policies/laws/jurisdictions/all.yaml", &yaml);
                files.insert("scripts/laws/lib/f.rhai", LIBRARY);
                for (index, bytes) in scripts.iter().enumerate() {
                    let script = Generator::new(&mut Choices::new(bytes), Range::Narrow).script();
                    files.insert(format!("scripts/laws/s{index}.rhai"), &script);
                }
                let found = |limits| {
                    let assessment = assessed(&files, limits);
                    let laws = &assessment.rulebooks[0];
                    let one = laws.jurisdiction("this").unwrap();
                    let known = one.determination.kind;
                    if matches!(
                        known,
                        DeterminationKind::Undetermined | DeterminationKind::Fault
                    ) {
                        return None;
                    }
                    let want = match known {
                        DeterminationKind::Eligible => DeterminationKind::Ineligible,
                        _ => DeterminationKind::Eligible,
                    };
                    let found = remedies(laws, one, want);
                    let sizes: Vec<_> = found.list.iter().map(|one| one.changes.len()).collect();
                    Some((sizes, found.cut_short))
                };
                for number in [1, 3, 20] {
                    let (Some((whole, false)), Some((small, cut_short))) =
                        (found(Limits::default()), found(Limits::all(number)))
                    else {
                        continue;
                    };
                    let at =
                        usize::from(cut_short) + usize::from(!cut_short && small.is_empty()) * 2;
                    seen.borrow_mut()[at] += 1;
                    if !cut_short {
                        prop_assert_eq!(
                            small.first(),
                            whole.first(),
                            "limits of {}: {:?}\n{}\n{}\n---\n{}",
                            number,
                            small,
                            yaml,
                            files.get("scripts/laws/s0.rhai").unwrap().text(),
                            files.get("scripts/laws/s1.rhai").unwrap().text()
                        );
                    }
                }
                Ok(())
            },
        )
        .unwrap();
    let seen = seen.into_inner();
    assert!(seen[1] > enough(20) && seen[2] > enough(5), "{seen:?}");
}

/// Facts with choices, so many of them, with one more condition each.
fn choices(names: impl Iterator<Item = (String, usize)>) -> String {
    let mut schema = "title: T\nas_of: 2020-01-01\nfacts:\n".to_owned();
    for (name, count) in names {
        let choices: Vec<_> = (1..=count).map(|number| format!("c{number:02}")).collect();
        let _ = writeln!(
            schema,
            "  {name}: {{type: choice, choices: [{}]}}",
            choices.join(", ")
        );
    }
    schema
}

#[test]
fn a_search_that_ended_proves_nothing() {
    // 8^24 combinations, whose number does not fit into 64 bits.
    let schema = choices((1..=24).map(|number| (format!("f{number:02}"), 8)));
    let mut script = "//! C\nj.f24 == \"c08\" && j.f01 == j.f24".to_owned();
    for number in 2..23 {
        let _ = write!(script, " && j.f{number:02} != j.f{:02}", number + 1);
    }
    let many = one_script(&schema, &script);
    // Few combinations, 24 x 24, behind pairs that are all tried first.
    let names = (1..=7).map(|number| (format!("m{number}"), 1));
    let names = names.chain(["a", "b", "z"].map(|name| (name.to_owned(), 24)));
    let schema = choices(names);
    let mut script = "//! C\nj.z == \"c24\"".to_owned();
    for number in 1..=7 {
        let _ = write!(script, " && j.m{number} == \"c01\"");
    }
    script += " && j.m1 == j.m2 && j.m3 == j.m4 && j.m5 == j.m6 && j.m7 == j.m1\
               && j.a == j.z && j.b == j.z";
    let late = one_script(&schema, &script);
    for files in [many, late] {
        for limits in [Limits::default(), Limits::all(5), Limits::all(1)] {
            let assessment = assessed(&files, limits);
            assert_eq!(assessment.diagnostics, [], "{limits:?}");
            let one = assessment.rulebooks[0].jurisdiction("t").unwrap();
            assert_eq!(one.findings[0].status, Status::Unknown, "{limits:?}");
            assert_eq!(one.determination.kind, DeterminationKind::Undetermined);
        }
    }
}

#[test]
fn an_answer_that_no_value_may_give_is_not_proven() {
    for (ty, script) in [
        ("number", "floor(j.x) <= j.x"),
        ("integer", "(j.x * j.x) % 4 != 2"),
    ] {
        let schema = format!("title: T\nas_of: 2020-01-01\nfacts:\n  x: {{type: {ty}}}\n");
        let files = one_script(&schema, &format!("//! C\n{script}\n"));
        let assessment = assessed(&files, Limits::default());
        let one = assessment.rulebooks[0].jurisdiction("t").unwrap();
        let finding = &one.findings[0];
        assert_eq!(finding.status, Status::Unknown, "{script}");
        assert_eq!(finding.cut_short, Some(Limit::Tries), "{script}");
        assert_eq!(one.determination.cut_short, Some(Limit::Tries), "{script}");
    }
}

/// No value takes the first path, which no search finds out: the verdict is certain, its reason not.
#[test]
fn a_reason_that_may_not_apply_is_not_named_as_if_it_did() {
    let schema =
        "title: T\nas_of: 2020-01-01\nfacts:\n  x: {type: integer}\n  y: {type: boolean}\n";
    let found = |script: &str, limits| {
        let assessment = assessed(&one_script(schema, script), limits);
        let shown = table(&assessment, Colour::Never, 200);
        let finding = assessment.rulebooks[0].jurisdiction("t").unwrap().findings[0].clone();
        assert_eq!(finding.status, Status::NotMet, "{script}");
        assert_eq!(
            finding.cut_short.is_some(),
            shown.contains("(limit `tries`)")
        );
        (finding.reasons, finding.cut_short)
    };
    let unsure =
        "//! C\nif (j.x * j.x) % 4 == 2 { return not_met(\"a square\"); }\nnot_met(\"another\")\n";
    let (reasons, limit) = found(unsure, Limits::default());
    assert_eq!(reasons, ["a square", "another"]);
    assert_eq!(limit, Some(Limit::Reasons));
    // Whichever path is taken, it says this.
    let alike = unsure.replace("another", "a square");
    assert_eq!(found(&alike, Limits::default()).1, None);
    let shown = unsure.replace("(j.x * j.x) % 4 == 2", "j.y");
    assert_eq!(found(&shown, Limits::default()).1, None);
}

/// Every path ends alike, some can be taken by no value: tried over every value that there is.
#[test]
fn reasons_of_a_settled_finding_are_those_that_may_apply_or_it_says_so() {
    let counts = std::cell::RefCell::new([0_usize; 2]);
    let test = (1..4_i64, 0..3_i64, 2..9_i64, 0..8_i64);
    law(400)
        .run(
            &(proptest::collection::vec(test, 1..4), 1..12_i64),
            |(tests, most)| {
                let schema = format!(
                    "title: T\nas_of: 2020-01-01\nfacts:\n  x: {{type: integer, range: {{min: 0, max: {most}}}}}\n"
                );
                let mut script = String::from("//! C\n");
                for (index, (factor, added, modulus, rest)) in tests.iter().enumerate() {
                    writeln!(
                        script,
                        "if ({factor} * j.x * j.x + {added}) % {modulus} == {rest} {{ return met(\"r{index}\"); }}"
                    )
                    .unwrap();
                }
                script.push_str("met(\"last\")\n");
                let said = |x: i64| {
                    tests
                        .iter()
                        .position(|(factor, added, modulus, rest)| {
                            (factor * x * x + added) % modulus == *rest
                        })
                        .map_or_else(|| "last".to_owned(), |index| format!("r{index}"))
                };
                let apply: std::collections::BTreeSet<_> = (0..=most).map(said).collect();
                let files = one_script(&schema, &script);
                let limits = [1, 2, 5, 40].map(Limits::all);
                for limits in limits.into_iter().chain([Limits::default()]) {
                    let assessment = assessed(&files, limits);
                    prop_assert!(!assessment.has_errors());
                    let finding =
                        &assessment.rulebooks[0].jurisdiction("t").unwrap().findings[0];
                    if finding.status == Status::Unknown {
                        prop_assert!(finding.cut_short.is_some());
                        continue;
                    }
                    prop_assert_eq!(finding.status, Status::Met);
                    let named: std::collections::BTreeSet<_> =
                        finding.reasons.iter().cloned().collect();
                    match finding.cut_short {
                        None => prop_assert_eq!(&named, &apply, "{}", script),
                        Some(limit) => {
                            prop_assert_eq!(limit, Limit::Reasons);
                            prop_assert!(named.is_superset(&apply), "{}", script);
                        }
                    }
                    counts.borrow_mut()[usize::from(finding.cut_short.is_some())] += 1;
                }
                Ok(())
            },
        )
        .unwrap();
    let counts = counts.into_inner();
    assert!(
        counts[0] > enough(1_000) && counts[1] > enough(200),
        "{counts:?}"
    );
}

#[test]
fn a_number_is_equal_to_itself_whatever_it_is() {
    let schema = "title: T\nas_of: 2020-01-01\nfacts:\n  m: {type: number}\n";
    let assessment = assessed(
        &one_script(schema, "//! C\nj.m == j.m\n"),
        Limits::default(),
    );
    let one = assessment.rulebooks[0].jurisdiction("t").unwrap();
    assert_eq!(one.findings[0].status, Status::Met);
}

/// A script whose verdict is the parity of some facts, and whose reason says what another fact is.
fn parity(count: usize) -> Files {
    let mut schema =
        "title: T\nas_of: 2020-01-01\nfacts:\n  y: {type: integer}\n  z: {type: integer}\n"
            .to_owned();
    let mut script = "//! C\nlet odd = false;\n".to_owned();
    for number in 1..=count {
        let _ = writeln!(schema, "  b{number:02}: {{type: boolean}}");
        let _ = writeln!(script, "if j.b{number:02} {{ odd = !odd; }}");
    }
    script += "let why = if j.z > j.y { \"z\" } else { \"not z\" };\n\
               if odd { met(why) } else { not_met(why) }\n";
    one_script(&schema, &script)
}

#[test]
fn facts_that_do_not_decide_are_not_named_or_it_says_so() {
    let files = parity(8);
    let exact = assessed(&files, Limits::default());
    let finding = &exact.rulebooks[0].jurisdiction("t").unwrap().findings[0];
    let named: Vec<_> = finding.missing.iter().map(ToString::to_string).collect();
    let expected: Vec<_> = (1..=8).map(|number| format!("b{number:02}")).collect();
    assert_eq!((named, finding.cut_short), (expected, None));
    // Where not all can be tried, that is said, in all views.
    let limits = Limits {
        pairs: 10,
        ..Limits::default()
    };
    let unsure = assessed(&files, limits);
    let one = unsure.rulebooks[0].jurisdiction("t").unwrap();
    assert_eq!(one.findings[0].cut_short, Some(Limit::Pairs));
    assert_eq!(one.determination.cut_short, Some(Limit::Pairs));
    assert_eq!(one.findings[0].missing.len(), 10);
    let shown = table(&unsure, Colour::Never, 100);
    assert!(shown.contains("(limit `pairs`)"), "{shown}");
    assert!(json(&unsure).contains("\"limit\": \"pairs\""));
}

/// A derived fact whose script no tree can hold is found once for records that agree in what it
/// rests on: what it asks about, and what its value is made from.
#[test]
fn a_value_of_a_script_without_a_tree_is_each_record_s_own() {
    let mut files = Files::new();
    let schema =
        "title: T\nas_of: 2026-01-01\nfacts:\n  a: {type: boolean}\n  i: {type: integer}\n";
    files.insert("policies/t/rulebook.yaml", schema);
    let records = "---\nid: x\nfacts: {a: true, i: 3}\n---\nid: y\nfacts: {a: true, i: 4}\n\
                   ---\nid: z\nfacts: {a: true}\n";
    files.insert("policies/t/jurisdictions/t.yaml", records);
    let derived = "//! More\n//! @type integer\nif j.a { return j.i + 1; }\n0\n";
    files.insert("scripts/t/derive/more.rhai", derived);
    files.insert(
        "scripts/t/c.rhai",
        "//! C\nif j.more > 0 { met(`${j.more}`) } else { not_met(\"\") }\n",
    );
    let small = assessed(
        &files,
        Limits {
            paths: 1,
            ..Limits::default()
        },
    );
    let value = |id| {
        small.rulebooks[0]
            .value_of(id, "more")
            .map(|value| value.to_string())
    };
    assert_eq!(
        ["x", "y", "z"].map(value),
        [Some("4".into()), Some("5".into()), None]
    );
}

/// No search can go through all texts: that one answer excludes another is seen without one.
#[test]
fn answers_that_exclude_each_other_are_seen_without_a_search() {
    let schema = "title: T\nas_of: 2026-01-01\nfacts:\n  t: {type: text}\n  u: {type: text}\n";
    let either = "//! P\nif j.t < j.u { return met(); }\nj.t >= j.u\n";
    let files = one_script(schema, either);
    let came = |files: &Files| {
        let found = assessed(files, Limits::default());
        let one = found.rulebooks[0].jurisdiction("t").unwrap();
        (one.determination.kind, one.determination.cut_short)
    };
    assert_eq!(came(&files), (DeterminationKind::Eligible, None));
}

/// Values for all facts at once are beyond a search, and one of them alone is enough.
#[test]
fn a_fact_that_is_enough_by_itself_is_found_where_not_all_can_be_looked_at() {
    let schema = "title: T\nas_of: 2026-01-01\nfacts:\n  n: {type: number}\n  o: {type: number}\n  \
                  m: {type: number}\n  b: {type: boolean}\n";
    let mut files = one_script(schema, "//! P\nj.b || j.n / j.n - j.o * 1.5 != j.m\n");
    files.insert("scripts/t/d.rhai", "//! D\nj.n / j.n - j.o * 1.5 == j.m\n");
    let record = "facts: {n: 2, o: 2, m: -2, b: false}\n";
    files.insert("policies/t/jurisdictions/t.yaml", record);
    let found = assessed(&files, Limits::default());
    let one = found.rulebooks[0].jurisdiction("t").unwrap();
    let found = remedies(&found.rulebooks[0], one, DeterminationKind::Eligible);
    let alone = found.list.iter().map(|remedy| {
        let changes = remedy.changes.iter();
        changes
            .map(|one| format!("{}: {}", one.fact, one.to))
            .collect::<Vec<_>>()
    });
    assert_eq!(alone.collect::<Vec<_>>(), [["b: true"]]);
}

/// Facts behind a derived fact that no tree holds are changed too; that nothing helps is said only
/// where all their values were looked at.
#[test]
fn what_a_derived_fact_without_a_tree_is_calculated_from_is_changed_or_it_says_so() {
    let came = |fact: &str, record: &str, derive: &str, script: &str| {
        let schema = format!(
            "title: T\nas_of: 2026-01-01\nfacts:\n  b: {{type: boolean}}\n  c: {{type: boolean}}\n  \
             l: {{type: list, items: integer}}\n  n: {fact}\n"
        );
        let mut files = one_script(&schema, script);
        files.insert("scripts/t/derive/d.rhai", derive);
        files.insert("policies/t/jurisdictions/t.yaml", record);
        let found = assessed(&files, Limits::default());
        let one = found.rulebooks[0].jurisdiction("t").unwrap();
        assert_eq!(one.determination.kind, DeterminationKind::Ineligible);
        let found = remedies(&found.rulebooks[0], one, DeterminationKind::Eligible);
        let mut sets = Vec::new();
        for remedy in &found.list {
            let changes = remedy.changes.iter();
            let changes = changes.map(|one| format!("{}: {}", one.fact, one.to));
            sets.push(changes.collect::<Vec<_>>().join(", "));
        }
        (sets, found.cut_short)
    };
    let text = "//! D\n//! @type text\n`n${j.n}`\n";
    let seven = "//! S\nj.d == \"n7\"\n";
    let record = "facts: {b: false, c: false, l: [1, 2], n: 1}\n";
    let few = "{type: integer, range: {min: 0, max: 9}}";
    assert_eq!(came(few, record, text, seven).0, ["n: 7"]);
    let never = "//! S\nj.d == \"n10\"\n";
    assert!(came(few, record, text, never).0.is_empty());
    let either = "//! S\nj.b && j.c || j.d == \"n7\"\n";
    assert_eq!(
        came(few, record, text, either).0,
        ["n: 7", "b: true, c: true"]
    );
    // Not all numbers are tried.
    assert_eq!(came("{type: integer}", record, text, seven), (vec![], true));
    // Lists are not changed.
    let listed = "//! D\n//! @type integer\nlet n = 0; for x in j.l { n += x; } n\n";
    let ten = "//! S\nj.d == 10\n";
    assert_eq!(came(few, record, listed, ten), (vec![], true));
}
