//! The eight conditions run by the plain interpreter, record by record: maps for records, scripts
//! compiled once, no unknowns, no reasons kept.

use rhai::{AST, Dynamic, Engine, Map, Scope};

use crate::data::{CONDITIONS, Population};

/// Evaluates all; the maps are made beforehand, which a real program would have to do too.
pub(crate) struct Interpreter {
    engine: Engine,
    scripts: Vec<AST>,
    records: Vec<Map>,
}

impl Interpreter {
    fn new(population: &Population) -> Self {
        let mut engine = Engine::new();
        for name in ["met", "not_met", "not_applicable"] {
            engine.register_fn(name, move |_: &str| name != "not_met");
        }
        engine.register_fn("date", |text: &str| text.to_owned());
        let scripts = CONDITIONS
            .iter()
            .map(|script| engine.compile(script).expect("it is right"))
            .collect();
        let records = (0..population.size)
            .map(|record| map(population, record))
            .collect();
        Self {
            engine,
            scripts,
            records,
        }
    }
}

fn map(population: &Population, record: usize) -> Map {
    let mut groups = Map::new();
    for (path, value) in population.facts(record) {
        let (group, name) = path.split_once('.').expect("paths have two parts");
        let value: Dynamic = match value.expect("all is known") {
            text if text == "true" || text == "false" => (text == "true").into(),
            text if name.starts_with('n') => text.parse::<i64>().expect("it is a number").into(),
            text if name.starts_with('r') => text.parse::<f64>().expect("it is a number").into(),
            text => text.into(),
        };
        let inner = groups
            .entry(group.into())
            .or_insert_with(|| Dynamic::from(Map::new()));
        inner
            .as_map_mut()
            .expect("it is a map")
            .insert(name.into(), value);
    }
    groups
}

std::thread_local! {
    static READY: std::cell::RefCell<Option<Interpreter>> = const { std::cell::RefCell::new(None) };
}

/// How many findings there were.
pub(crate) fn assess(population: &Population) -> usize {
    READY.with(|ready| {
        let mut ready = ready.borrow_mut();
        let interpreter = ready.get_or_insert_with(|| Interpreter::new(population));
        let mut limits = Map::new();
        limits.insert("limit".into(), Dynamic::from(48_i64));
        let mut findings = 0;
        for record in &interpreter.records {
            let mut scope = Scope::new();
            scope.push_constant("params", limits.clone());
            scope.push_constant("j", record.clone());
            for script in &interpreter.scripts {
                let met: bool = interpreter
                    .engine
                    .eval_ast_with_scope(&mut scope, script)
                    .expect("it is right");
                std::hint::black_box(met);
                findings += 1;
            }
        }
        findings
    })
}
