//! Point systems: paths that come to the same state are followed once, and nothing is lost by it.

use std::collections::BTreeMap;
use std::fmt::Write;

use proptest::prelude::*;
use rulebook::assess::{Options, assess};
use rulebook::assessment::{Assessment, Status};
use rulebook::decision_table::DecisionTable;
use rulebook::input_files::Files;
use rulebook::render::json;
use rulebook::snapshot::Snapshot;
use rulebook::tree::Limits;

use crate::generate::Choices;
use crate::law::{enough, law};
use crate::laws::bytes;

fn assessed(files: &Files, limits: Limits) -> Assessment {
    let options = Options {
        limits,
        ..Options::default()
    };
    assess(&Snapshot::load(files), &options)
}

/// Limits with which paths that meet are followed once.
fn together() -> Limits {
    Limits {
        apart: 64,
        ..Limits::default()
    }
}

/// A weight for each question, and how many points are enough.
fn weights(count: usize) -> (Vec<i64>, i64) {
    let weights: Vec<i64> = (0..count).map(|one| [1, 3, 2, 5, 2][one % 5]).collect();
    let enough = weights.iter().sum::<i64>() / 2;
    (weights, enough)
}

/// Ways in which people write a sum of points.
const FORMS: [&str; 5] = ["if", "function", "loop", "list", "parameter"];

fn points(form: &str, count: usize, records: &str) -> Files {
    let (weights, enough) = weights(count);
    let mut schema = "title: T\nas_of: 2020-01-01\nfacts:\n".to_owned();
    for number in 0..count {
        let _ = writeln!(schema, "  q{number}: {{type: boolean}}");
    }
    schema += "parameters:\n";
    for (number, weight) in weights.iter().enumerate() {
        let _ = writeln!(schema, "  w{number}: {{value: {weight}}}");
    }
    let mut script = "//! Points\n".to_owned();
    if form == "function" {
        script += "fn more(n, yes, weight) { if yes { return n + weight; } n }\n";
    }
    script += "let n = 0;\n";
    if form == "list" {
        script += "for part in [";
        for (number, weight) in weights.iter().enumerate() {
            let _ = write!(script, "[\"q{number}\", {weight}], ");
        }
        script += "] {\n  if j[part[0]] { n += part[1]; }\n}\n";
    } else if form == "loop" {
        let _ = writeln!(script, "let k = 0;\nfor weight in {weights:?} {{");
        script += "  let yes = switch k {\n";
        for number in 0..count {
            let _ = writeln!(script, "    {number} => j.q{number},");
        }
        script += "    _ => false\n  };\n  k += 1;\n  if yes { n += weight; }\n}\n";
    } else {
        for (number, weight) in weights.iter().enumerate() {
            let _ = match form {
                "if" => writeln!(script, "if j.q{number} {{ n += {weight} }}"),
                "function" => writeln!(script, "n = more(n, j.q{number}, {weight});"),
                _ => writeln!(script, "if j.q{number} {{ n += params.w{number} }}"),
            };
        }
    }
    let _ = writeln!(
        script,
        "if n >= {enough} {{ met(`${{n}} points`) }} else {{ not_met(`${{n}} points`) }}"
    );
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", &schema);
    files.insert("policies/t/jurisdictions/all.csv", records);
    files.insert("scripts/t/c.rhai", &script);
    files
}

/// Records with some answers: yes, no, or missing.
fn records(count: usize, answers: &[Vec<Option<bool>>]) -> String {
    let names: Vec<String> = (0..count).map(|number| format!("q{number}")).collect();
    let mut text = format!("id,{}\n", names.join(","));
    for (number, answers) in answers.iter().enumerate() {
        let cells = answers
            .iter()
            .map(|answer| answer.map_or_else(String::new, |yes| yes.to_string()));
        let cells: Vec<String> = cells.collect();
        let _ = writeln!(text, "r{number},{}", cells.join(","));
    }
    text
}

#[test]
fn thirty_questions_have_a_row_for_each_total_with_its_count() {
    const COUNT: usize = 30;
    let (weights, enough) = weights(COUNT);
    let mut sums: BTreeMap<i64, u128> = BTreeMap::from([(0, 1)]);
    for weight in &weights {
        let mut next = sums.clone();
        for (sum, count) in &sums {
            *next.entry(sum + weight).or_default() += count;
        }
        sums = next;
    }
    let all = vec![vec![Some(true); COUNT]];
    for form in FORMS {
        let files = points(form, COUNT, &records(COUNT, &all));
        let assessment = assessed(&files, Limits::default());
        let Ok(table) = DecisionTable::of_condition(&assessment.rulebooks[0], 0.into()) else {
            panic!("{form}: {:?}", assessment.diagnostics);
        };
        let names: Vec<&str> = table.columns.iter().map(|one| one.name.as_str()).collect();
        let rows: Vec<Vec<String>> = table.rows.iter().map(|row| row.cells.clone()).collect();
        let expected: Vec<Vec<String>> = sums
            .iter()
            .map(|(sum, count)| vec![sum.to_string(), count.to_string()])
            .collect();
        assert_eq!(
            (names, rows),
            (vec!["n", "combinations"], expected),
            "{form}"
        );
        let mut met = 0;
        for row in &table.rows {
            let count: u128 = row.cells.last().unwrap().parse().unwrap();
            met += if row.outcome(false) == "met" {
                count
            } else {
                0
            };
        }
        let expected = sums.range(enough..).map(|(_, count)| count).sum::<u128>();
        assert_eq!(met, expected, "{form}");
        assert_eq!(table.rows.last().unwrap().inside, [0.into()], "{form}");
    }
}

/// Points by bands of numbers: of each fact several tests, which no table of thirty yes and no holds.
fn banded(facts: usize, choices: &mut Choices<'_>) -> (Files, Vec<Vec<(i64, i64)>>, i64) {
    let mut schema = "title: T\nas_of: 2020-01-01\nfacts:\n".to_owned();
    let mut script = "//! Points\nlet n = 0;\n".to_owned();
    let mut all = Vec::new();
    for fact in 0..facts {
        let _ = writeln!(
            schema,
            "  x{fact}: {{type: integer, range: {{min: 0, max: 20}}}}"
        );
        let mut from = 0;
        let mut bands = Vec::new();
        for _ in 0..2 + choices.below(2) {
            from += 1 + i64::try_from(choices.below(6)).unwrap();
            bands.push((from, i64::try_from(choices.below(4)).unwrap()));
        }
        // Each band for itself, or one after the other.
        let apart = choices.below(2) == 0;
        for (number, (from, points)) in bands.iter().enumerate() {
            let more = if apart {
                format!("if j.x{fact} >= {from} {{ n += {points} }}\n")
            } else {
                let otherwise = if number == 0 { "" } else { "else " };
                format!("{otherwise}if j.x{fact} < {from} {{ n += {points} }}\n")
            };
            script += &more;
        }
        all.push(
            (0..=20)
                .map(|value| {
                    let mut inside = bands.iter().filter(|(from, _)| apart == (value >= *from));
                    let points = if apart {
                        inside.map(|(_, points)| points).sum()
                    } else {
                        inside.next().map_or(0, |(_, points)| *points)
                    };
                    (value, points)
                })
                .collect(),
        );
    }
    let enough = i64::try_from(3 + choices.below(2 * facts)).unwrap();
    let _ = writeln!(
        script,
        "if n >= {enough} {{ met(`${{n}} points`) }} else {{ not_met(`${{n}} points`) }}"
    );
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", &schema);
    files.insert("scripts/t/c.rhai", &script);
    (files, all, enough)
}

#[test]
fn missing_numbers_are_exact_among_bands() {
    const COUNT: usize = 9;
    let unknown = std::cell::Cell::new(0);
    law(60)
        .run(&bytes(160), |bytes| {
            let mut choices = Choices::new(&bytes);
            let (mut files, points, enough) = banded(COUNT, &mut choices);
            let mut records = "id".to_owned();
            for fact in 0..COUNT {
                let _ = write!(records, ",x{fact}");
            }
            let mut all = vec![vec![None; COUNT]];
            for _ in 0..4 {
                let some = (0..COUNT).map(|_| {
                    (choices.below(2) == 0).then(|| i64::try_from(choices.below(21)).unwrap())
                });
                all.push(some.collect());
            }
            for (number, one) in all.iter().enumerate() {
                let _ = write!(records, "\nr{number}");
                for value in one {
                    let _ = write!(
                        records,
                        ",{}",
                        value.map_or_else(String::new, |it| it.to_string())
                    );
                }
            }
            files.insert("policies/t/jurisdictions/all.csv", &(records + "\n"));
            let assessment = assessed(&files, Limits::default());
            prop_assert!(!assessment.has_errors());
            for (number, one) in all.iter().enumerate() {
                // What each fact can give, and all sums of what they give together.
                let gives = |fact: usize| {
                    let points = points[fact].iter();
                    let some = points.filter(|(value, _)| one[fact].is_none_or(|is| is == *value));
                    some.map(|(_, points)| *points)
                        .collect::<std::collections::BTreeSet<i64>>()
                };
                let sums = |without: Option<usize>| {
                    let facts = (0..COUNT).filter(|fact| Some(*fact) != without);
                    facts.fold(std::collections::BTreeSet::from([0]), |sums, fact| {
                        let more = sums
                            .iter()
                            .flat_map(|sum| gives(fact).into_iter().map(move |more| sum + more));
                        more.collect()
                    })
                };
                let is: Vec<bool> = sums(None).iter().map(|sum| *sum >= enough).collect();
                let status = match (is.contains(&true), is.contains(&false)) {
                    (true, false) => Status::Met,
                    (false, true) => Status::NotMet,
                    _ => Status::Unknown,
                };
                let decides = |fact: &usize| {
                    let (least, most) = (gives(*fact), gives(*fact));
                    let (least, most) = (least.first().unwrap(), most.last().unwrap());
                    let mut others = sums(Some(*fact)).into_iter();
                    others.any(|sum| sum + least < enough && sum + most >= enough)
                };
                let missing = (0..COUNT).filter(|fact| one[*fact].is_none() && decides(fact));
                let missing: Vec<String> = missing.map(|fact| format!("x{fact}")).collect();
                let jurisdiction = format!("r{number}");
                let found = assessment.rulebooks[0].jurisdiction(&jurisdiction).unwrap();
                let finding = &found.findings[0];
                prop_assert_eq!(finding.status, status);
                let named: Vec<String> = finding.missing.iter().map(ToString::to_string).collect();
                prop_assert_eq!(named, missing);
                prop_assert_eq!(finding.cut_short, None);
                prop_assert_eq!(found.determination.cut_short, None);
                unknown.set(unknown.get() + usize::from(status == Status::Unknown));
            }
            Ok(())
        })
        .unwrap();
    assert!(unknown.get() > enough(100), "{}", unknown.get());
}

#[test]
fn missing_answers_are_exact_among_thirty_questions() {
    const COUNT: usize = 30;
    let (weights, enough) = weights(COUNT);
    law(20)
        .run(&bytes(120), |bytes| {
            let mut choices = Choices::new(&bytes);
            let mut answers = vec![vec![None; COUNT]];
            for _ in 0..3 {
                let gaps = choices.below(COUNT);
                let mut one: Vec<_> = (0..COUNT).map(|_| Some(choices.below(2) == 0)).collect();
                for _ in 0..gaps {
                    one[choices.below(COUNT)] = None;
                }
                answers.push(one);
            }
            let form = FORMS[choices.below(FORMS.len())];
            let files = points(form, COUNT, &records(COUNT, &answers));
            let limits = [Limits::default(), together()][choices.below(2)];
            let assessment = assessed(&files, limits);
            for (number, answers) in answers.iter().enumerate() {
                let one = assessment.rulebooks[0]
                    .jurisdiction(&format!("r{number}"))
                    .unwrap();
                let (status, missing) = expected(&weights, enough, answers);
                let finding = &one.findings[0];
                prop_assert_eq!(finding.status, status);
                let named: Vec<String> = finding.missing.iter().map(ToString::to_string).collect();
                prop_assert_eq!(&named, &missing, "{}", form);
                let named = one.determination.missing.iter().map(ToString::to_string);
                prop_assert_eq!(named.collect::<Vec<_>>(), missing, "{}", form);
                prop_assert_eq!(
                    (finding.cut_short, one.determination.cut_short),
                    (None, None)
                );
            }
            Ok(())
        })
        .unwrap();
}

/// What an answer comes to, and the questions of which some completion of the others decides.
fn expected(weights: &[i64], enough: i64, answers: &[Option<bool>]) -> (Status, Vec<String>) {
    let given = weights.iter().zip(answers);
    let sure: i64 = given
        .filter(|(_, answer)| **answer == Some(true))
        .map(|(weight, _)| weight)
        .sum();
    let open: Vec<usize> = (0..answers.len())
        .filter(|one| answers[*one].is_none())
        .collect();
    let sums = |without: Option<usize>| {
        let mut sums = std::collections::BTreeSet::from([sure]);
        for one in open.iter().filter(|one| Some(**one) != without) {
            let more: Vec<i64> = sums.iter().map(|sum| sum + weights[*one]).collect();
            sums.extend(more);
        }
        sums
    };
    let all = sums(None);
    let status = match (all.first() >= Some(&enough), all.last() >= Some(&enough)) {
        (true, _) => Status::Met,
        (_, false) => Status::NotMet,
        _ => Status::Unknown,
    };
    let decides = |one: &usize| {
        let others = sums(Some(*one));
        others
            .range(enough - weights[*one]..enough)
            .next()
            .is_some()
    };
    let mut names: Vec<String> = open
        .iter()
        .filter(|one| decides(one))
        .map(|one| format!("q{one}"))
        .collect();
    names.sort();
    (status, names)
}

/// A script that counts, loops and asks about the same facts again.
fn counting(choices: &mut Choices<'_>) -> String {
    let mut script = "//! C\n\
        fn more(n, yes, by) { if yes { n + by } else { n } }\n\
        fn late(n) { if j.a > 5 { return n * 2; } n }\n\
        let n = 0;\nlet flag = false;\n"
        .to_owned();
    for _ in 0..3 + choices.below(6) {
        let by = choices.below(3);
        let fact = ["p", "q", "r", "s"][choices.below(4)];
        let number = choices.below(10);
        let line = match choices.below(11) {
            0 | 1 => format!("if j.{fact} {{ n += {by} }}"),
            2 => format!("if j.a > {number} {{ n += {by} }} else {{ flag = !flag; }}"),
            3 => format!("n = more(n, j.{fact}, {by});"),
            4 => format!("for x in [{by}, 1, {by}] {{ if j.a > x + {by} {{ n += x }} }}"),
            5 => format!(
                "for x in 0..{} {{ if x == 1 && j.{fact} {{ continue; }} n += 1; }}",
                by + 1
            ),
            6 => format!("n = more(late(n), j.{fact}, {by}) + more(0, j.a == {number}, 1);"),
            7 => format!("if j.a + j.b > {number} {{ n += {by} }}"),
            8 => format!("if j.known(\"b\") {{ n += {by} }}"),
            9 => format!("let k = 0; while k < {by} {{ if j.{fact} {{ n += 1 }} k += 1; }}"),
            _ => format!(
                "switch j.kind {{ \"x\" => {{ n += {by} }}, \"y\" => {{ flag = true }}, _ => {{}} }}"
            ),
        };
        let _ = writeln!(script, "{line}");
    }
    let enough = choices.below(6);
    let _ = writeln!(
        script,
        "if flag && j.b < 3 {{ return not_applicable(\"flag\"); }}\n\
         if n >= {enough} {{ met(`${{n}}`) }} else {{ not_met(\"few\") }}"
    );
    script
}

const SCHEMA: &str = "title: T\nas_of: 2020-01-01\nfacts:\n  p: {type: boolean}\n  \
    q: {type: boolean}\n  r: {type: boolean}\n  s: {type: boolean}\n  \
    a: {type: integer, range: {min: 0, max: 12}}\n  b: {type: integer, range: {min: 0, max: 12}}\n  \
    kind: {type: choice, choices: [x, y, z]}\n";

#[test]
fn paths_followed_once_where_they_meet_come_to_what_they_come_to_apart() {
    let met = std::cell::Cell::new(0);
    law(300)
        .run(&bytes(160), |bytes| {
            let mut choices = Choices::new(&bytes);
            let script = counting(&mut choices);
            let mut records = "id,p,q,r,s,a,b,kind\n".to_owned();
            for number in 0..6 {
                let mut cell = |values: &[&str]| {
                    let pick = choices.below(values.len() * 2);
                    values.get(pick).copied().unwrap_or_default().to_owned()
                };
                let yes = ["true", "false"];
                let numbers = ["0", "2", "3", "5", "6", "9", "12"];
                let cells = [
                    cell(&yes),
                    cell(&yes),
                    cell(&yes),
                    cell(&yes),
                    cell(&numbers),
                    cell(&numbers),
                    cell(&["x", "y", "z"]),
                ];
                let _ = writeln!(records, "r{number},{}", cells.join(","));
            }
            let mut files = Files::new();
            files.insert("policies/t/rulebook.yaml", SCHEMA);
            files.insert("policies/t/jurisdictions/all.csv", &records);
            files.insert("scripts/t/c.rhai", &script);
            let limits = |apart| Limits {
                apart,
                paths: 20_000,
                ..Limits::default()
            };
            let apart = assessed(&files, limits(usize::MAX));
            for few in [1, 4] {
                let together = assessed(&files, limits(few));
                prop_assert_eq!(json(&apart), json(&together), "{}\n{}", script, records);
            }
            met.set(met.get() + usize::from(json(&apart).contains("unknown")));
            Ok(())
        })
        .unwrap();
    assert!(met.get() > 0);
}
