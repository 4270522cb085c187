//! The interpreter, with limits on everything a script could run away with.
//!
//! It starts from an engine with nothing in it, so that a script can call what is registered here
//! and nothing else: no clock, no sleep, no files, no terminal, no `eval`. Optimisation is off
//! because it drops checks; fast operators are off so that ours are asked first.

use std::ops::{Range, RangeInclusive};
use std::sync::LazyLock;

use rhai::debugger::{DebuggerCommand, DebuggerEvent};
use rhai::packages::{BasicArrayPackage, Package};
use rhai::{ASTNode, Dynamic, Engine, EvalAltResult, INT, OptimizationLevel, Position, Stmt};

use crate::script::end_run_at_known_state::{before_statement, enter_function, leave_function};
use crate::script::imports::Imports;
use crate::script::limits::{DISABLED, MAX_CALLS, MAX_COUNTED, MAX_LIST, MAX_OPERATIONS, MAX_TEXT};
use crate::script::state_of_one_run::{note_copy, note_operations};
use crate::script::symbolic_values::is_root;
use crate::script::{
    choice_list_check, comparison, date_and_number_functions, fact_access, list_functions,
    lookup_band_and_sort_functions, operators, reason_texts, switch, verdict_functions,
};

/// The interpreter. One serves all threads: nothing of a run is kept in it.
pub(super) static ENGINE: LazyLock<Engine> = LazyLock::new(build);

/// An interpreter that also looks at the states that scripts reach.
pub(super) static WATCHED: LazyLock<Engine> = LazyLock::new(|| {
    let mut engine = build();
    watch(&mut engine);
    engine
});

/// Reports each statement, and each call of a function, to the run before it is executed.
fn watch(engine: &mut Engine) {
    #[expect(deprecated, reason = "not deprecated, but marked as what may change")]
    engine.register_debugger(
        |_, debugger| debugger,
        |context, event, node, file, _| {
            let calls = context
                .debugger()
                .map_or(0, |debugger| debugger.call_stack().len());
            let (scope, this, file) = (
                context.scope(),
                context.this_ptr(),
                file.unwrap_or_default(),
            );
            match (event, node) {
                (DebuggerEvent::FunctionExitWithValue(value), _) => {
                    leave_function(calls, Some(value), scope, this.is_some());
                }
                (DebuggerEvent::FunctionExitWithError(_), _) => {
                    leave_function(calls, None, scope, true);
                }
                (DebuggerEvent::End, _) => {}
                (_, ASTNode::Stmt(Stmt::Noop(_))) => enter_function(calls),
                (_, ASTNode::Stmt(statement)) => before_statement(file, statement, scope, this)?,
                _ => {}
            }
            Ok(DebuggerCommand::StepInto)
        },
    );
}

fn build() -> Engine {
    let mut engine = Engine::new_raw();
    engine.set_optimization_level(OptimizationLevel::None);
    engine.set_fast_operators(false);
    engine.set_strict_variables(true);
    engine.set_fail_on_invalid_map_property(true);
    engine.set_max_operations(MAX_OPERATIONS);
    engine.set_max_call_levels(MAX_CALLS);
    engine.set_max_expr_depths(MAX_COUNTED, MAX_COUNTED);
    engine.set_max_string_size(MAX_TEXT);
    engine.set_max_array_size(MAX_LIST);
    engine.set_max_map_size(MAX_LIST);
    engine.set_max_functions(200);
    engine.set_max_modules(50);
    engine.set_max_variables(200);
    engine.set_max_strings_interned(0);
    for word in DISABLED {
        engine.disable_symbol(word);
    }
    BasicArrayPackage::new().register_into_engine(&mut engine);
    engine.register_iterator::<Range<INT>>();
    engine.register_iterator::<RangeInclusive<INT>>();
    fact_access::register(&mut engine);
    operators::register(&mut engine);
    date_and_number_functions::register(&mut engine);
    reason_texts::register(&mut engine);
    verdict_functions::register(&mut engine);
    switch::register(&mut engine);
    choice_list_check::register(&mut engine);
    list_functions::register(&mut engine);
    lookup_band_and_sort_functions::register(&mut engine);
    comparison::register(&mut engine);
    engine.on_progress(|operations| note_operations(operations).then_some(Dynamic::UNIT));
    read_variables(&mut engine);
    engine.set_module_resolver(Imports);
    engine
}

/// Lists and maps are copied whenever a variable is read: they pay for their items then.
///
/// What a function without a name reads around it is shared with it, and a chain of calls holds what
/// it begins with until it ends. The names that a script begins with never change, so a copy of them
/// is read then: in `j.tags.some(|t| j.names.some(|n| n == t))` each `j` is its own.
fn read_variables(engine: &mut Engine) {
    #[expect(deprecated, reason = "not deprecated, but marked as what may change")]
    engine.on_var(|name, _, context| {
        let value = context.scope().get(name);
        if let Some(root) = value.filter(|value| value.is_shared() && is_root(name, value)) {
            return Ok(Some(root.flatten_clone()));
        }
        let items = value.map_or(0, items);
        if items > 0 && note_copy(items) {
            return Err(EvalAltResult::ErrorTooManyOperations(Position::NONE).into());
        }
        Ok(None)
    });
}

/// The number of items in a list or map, including nested ones.
fn items(value: &Dynamic) -> usize {
    // Kinds are checked first: asking a number for its items takes longer than copying it.
    if value.is_array()
        && let Ok(list) = value.as_array_ref()
    {
        list.len() + list.iter().map(items).sum::<usize>()
    } else if value.is_map()
        && let Ok(map) = value.as_map_ref()
    {
        map.len() + map.values().map(items).sum::<usize>()
    } else {
        0
    }
}
