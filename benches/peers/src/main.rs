//! One request, a record of twenty facts against eight conditions, by rulebook and by others: from
//! the bytes of its JSON to eight answers, scripts compiled beforehand. All of them agree.
//!
//! `cargo run --release`. Compare figures of one run with each other: machines are noisy.

use std::fmt::Write;
use std::time::{Duration, Instant};

use rulebook::assessment::Status;
use rulebook::request_evaluator::{Evaluator, EvaluatorOptions};
use rulebook::input_files::Files;
use rulebook::snapshot::Snapshot;

/// The conditions as CEL and Rhai write them.
const CONDITIONS: [&str; 8] = [
    "kind.b0 || (count.n0 >= 20 && rate.r0 >= 30.0)",
    "count.n1 >= 48 && kind.b1 || rate.r1 > 50.0",
    "kind.size == \"small\" || (count.n2 > 10 && count.n3 > 10)",
    "kind.size != \"huge\" && count.n4 >= 50 || rate.r2 < 80.0",
    "count.n5 > 150 || (count.n5 >= 10 && kind.b2 && kind.b3)",
    "rate.r3 + 5.0 < 90.0 || kind.size == \"huge\"",
    "count.n6 >= 20 && count.n6 <= 180",
    "(kind.b0 || count.n7 >= 5) && rate.r4 >= 1.0 && count.n8 != 7",
];

/// A number below `end`, the same each time.
fn draw(state: &mut u64, end: u64) -> u64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % end
}

fn request(number: u64) -> String {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1;
    let mut text = format!("{{\"id\":\"j{number:07}\",\"facts\":{{\"kind\":{{");
    for index in 0..4 {
        let _ = write!(text, "\"b{index}\":{},", draw(&mut state, 2) == 1);
    }
    let sizes = ["small", "middle", "large", "huge"];
    let size = sizes[usize::try_from(draw(&mut state, 4)).unwrap_or_default()];
    let _ = write!(
        text,
        "\"size\":\"{size}\",\"since\":\"20{:02}-05-01\"}},\"count\":{{",
        number % 30
    );
    for index in 0..9 {
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(text, "{comma}\"n{index}\":{}", draw(&mut state, 200));
    }
    text.push_str("},\"rate\":{");
    for index in 0..5 {
        let comma = if index == 0 { "" } else { "," };
        let rate = draw(&mut state, 10_000);
        let _ = write!(text, "{comma}\"r{index}\":{}.{:02}", rate / 100, rate % 100);
    }
    text + "}}}"
}

fn rulebook() -> Evaluator {
    let mut rulebook =
        "title: Peers\nas_of: 2020-01-01\nfacts:\n  kind.size: {type: choice, choices: \
                        [small, middle, large, huge]}\n  kind.since: {type: date}\n"
            .to_owned();
    for (group, count, ty) in [
        ("kind.b", 4, "boolean"),
        ("count.n", 9, "integer"),
        ("rate.r", 5, "number"),
    ] {
        for index in 0..count {
            let _ = writeln!(rulebook, "  {group}{index}: {{type: {ty}}}");
        }
    }
    let mut files = Files::new();
    files.insert("policies/p/rulebook.yaml", &rulebook);
    for (index, condition) in CONDITIONS.iter().enumerate() {
        let mut script = (*condition).to_owned();
        for group in ["kind.", "count.", "rate."] {
            script = script.replace(group, &format!("j.{group}"));
        }
        files.insert(
            format!("scripts/p/c{index}.rhai"),
            &format!("//! Condition\n{script}\n"),
        );
    }
    Evaluator::new(&Snapshot::load(&files), &EvaluatorOptions::default()).expect("it is right")
}

/// How many of the conditions a request meets.
type Engine = Box<dyn FnMut(&str) -> usize>;

fn by_rulebook() -> Engine {
    let evaluator = rulebook();
    Box::new(move |text| {
        let answer = evaluator.assess(text.as_bytes());
        answer
            .findings()
            .filter(|(_, status)| *status == Status::Met)
            .count()
    })
}

fn by_rhai() -> Engine {
    let engine = rhai::Engine::new();
    let scripts = CONDITIONS.map(|one| engine.compile(one).expect("it is right"));
    Box::new(move |text| {
        let record = engine.parse_json(text, false).expect("it is right");
        let facts = record["facts"]
            .read_lock::<rhai::Map>()
            .expect("it is a map");
        let mut scope = rhai::Scope::new();
        for group in ["kind", "count", "rate"] {
            scope.push_dynamic(group, facts[group].clone());
        }
        let meets = |script: &rhai::AST| {
            let mut scope = scope.clone();
            engine
                .eval_ast_with_scope::<bool>(&mut scope, script)
                .expect("it is right")
        };
        scripts.iter().filter(|script| meets(script)).count()
    })
}

fn by_cel() -> Engine {
    let programs = CONDITIONS.map(|one| cel::Program::compile(one).expect("it is right"));
    Box::new(move |text| {
        let record: serde_json::Value = serde_json::from_str(text).expect("it is right");
        let mut context = cel::Context::default();
        for group in ["kind", "count", "rate"] {
            let value = &record["facts"][group];
            context.add_variable(group, value).expect("it is right");
        }
        let meets = |program: &cel::Program| {
            let found = program.execute(&context).expect("it is right");
            found == cel::Value::Bool(true)
        };
        programs.iter().filter(|program| meets(program)).count()
    })
}

fn by_zen() -> Engine {
    let programs = CONDITIONS.map(|one| {
        let one = one.replace("&&", "and").replace("||", "or");
        zen_expression::compile_expression(&one).expect("it is right")
    });
    Box::new(move |text| {
        let record: serde_json::Value = serde_json::from_str(text).expect("it is right");
        let context = zen_expression::Variable::from(&record["facts"]);
        let meets = |program: &zen_expression::Expression<zen_expression::expression::Standard>| {
            let found = program
                .evaluate(context.shallow_clone())
                .expect("it is right");
            found.as_bool() == Some(true)
        };
        programs.iter().filter(|program| meets(program)).count()
    })
}

/// The conditions as Rego writes them: a rule has several bodies, one of which holds.
const REGO: &str = r#"
package p
import rego.v1
f := input.facts
met contains 0 if f.kind.b0
met contains 0 if { f.count.n0 >= 20; f.rate.r0 >= 30.0 }
met contains 1 if { f.count.n1 >= 48; f.kind.b1 }
met contains 1 if f.rate.r1 > 50.0
met contains 2 if f.kind.size == "small"
met contains 2 if { f.count.n2 > 10; f.count.n3 > 10 }
met contains 3 if { f.kind.size != "huge"; f.count.n4 >= 50 }
met contains 3 if f.rate.r2 < 80.0
met contains 4 if f.count.n5 > 150
met contains 4 if { f.count.n5 >= 10; f.kind.b2; f.kind.b3 }
met contains 5 if f.rate.r3 + 5.0 < 90.0
met contains 5 if f.kind.size == "huge"
met contains 6 if { f.count.n6 >= 20; f.count.n6 <= 180 }
met contains 7 if { f.kind.b0; f.rate.r4 >= 1.0; f.count.n8 != 7 }
met contains 7 if { f.count.n7 >= 5; f.rate.r4 >= 1.0; f.count.n8 != 7 }
"#;

fn by_regorus() -> Engine {
    let mut engine = regorus::Engine::new();
    engine
        .add_policy("p.rego".to_owned(), REGO.to_owned())
        .expect("it is right");
    Box::new(move |text| {
        engine.set_input(regorus::Value::from_json_str(text).expect("it is right"));
        let met = engine
            .eval_rule("data.p.met".to_owned())
            .expect("it is right");
        met.as_set().expect("it is a set").len()
    })
}

fn main() {
    let requests: Vec<String> = (0..20_000).map(request).collect();
    let engines: [(&str, Engine); 5] = [
        ("rulebook", by_rulebook()),
        ("plain Rhai", by_rhai()),
        ("CEL (cel)", by_cel()),
        ("GoRules (zen-expression)", by_zen()),
        ("Rego (regorus)", by_regorus()),
    ];
    println!("| one request | median, us | p99, us |\n|---|--:|--:|");
    let mut expected = None;
    for (name, mut engine) in engines {
        let mut met = 0;
        let mut times: Vec<Duration> = Vec::with_capacity(requests.len());
        for round in 0..2 {
            times.clear();
            met = 0;
            for text in requests
                .iter()
                .take(if round == 0 { 1_000 } else { requests.len() })
            {
                let start = Instant::now();
                met += engine(text);
                times.push(start.elapsed());
            }
        }
        assert_eq!(
            *expected.get_or_insert(met),
            met,
            "{name} comes to something else"
        );
        times.sort();
        let at = |part: usize| times[times.len() * part / 100].as_secs_f64() * 1e6;
        println!("| {name} | {:.2} | {:.2} |", at(50), at(99));
    }
}
