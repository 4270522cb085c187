//! Reads facts, parameters and statistics for a script: `j.seat.population`, `params.least`,
//! `stats.rank`.
//!
//! Reading a boolean fact asks at once, because `&&`, `||` and `if` want a real boolean. Every
//! other fact is a [`Symbol`], on which only operators of ours work. None of these is a plain map
//! or number, so no comparison can fall through to an answer of the interpreter's own.

use std::sync::Arc;

use rhai::{Dynamic, Engine, INT, ImmutableString, NativeCallContext};

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of};
use crate::model::fact::{Date, FactOrigin, FactType, Lookup, Value};
use crate::model::typed_indexes::FactIndex;
use crate::script::assumed_values::assumed_value;
use crate::script::comparison::{day_of, refuse_mark};
use crate::script::follow_other_tree::follow;
use crate::script::limits::FUNCTIONS;
use crate::script::misplaced_finding_advice::{asked, finding};
use crate::script::numeric_choices::numbered;
use crate::script::other_language_functions::{asks_whether_stated, instead_of};
use crate::script::presence_test_advice::written;
use crate::script::read_other_condition::read_finding;
use crate::script::state_of_one_run::{
    Hosted, RunStop, fault, opaque, place, raise, schema_of, with,
};
use crate::script::symbolic_values::{FactView, Params, Symbol, VERDICTS, describe, to_dynamic};
use crate::script::unknown_fact::unknown;
use crate::script::{DerivedForm, Roots};
use crate::tree::{Asked, Comparison, Expression, FactRef, Owner, Test, Tree, ValueKind};

/// Reading a property of a view.
pub(super) fn read(ctx: &NativeCallContext<'_>, view: &FactView, name: &str) -> Hosted<Dynamic> {
    let schema = schema_of(&view.owner);
    let next = view.below(name);
    match schema.look_up(next.local.as_str()) {
        Lookup::Group => Ok(Dynamic::from(next)),
        Lookup::Nothing => Err(unknown(ctx, &schema, &next)),
        Lookup::Fact(index, fact) => {
            let reference = next.fact(index, &schema);
            match fact.ty {
                FactType::Jurisdiction => Ok(Dynamic::from(next.through(reference))),
                _ => read_fact(ctx, reference),
            }
        }
    }
}

fn read_fact(ctx: &NativeCallContext<'_>, fact: FactRef) -> Hosted<Dynamic> {
    if is_in_a_condition(&fact.owner) {
        return read_finding(ctx, fact);
    }
    match fact.schema.origin {
        FactOrigin::Derived => read_derived(ctx, fact),
        FactOrigin::Statistic => read_statistic(ctx, fact),
        _ => read_stated(ctx, fact),
    }
}

/// Whether a condition reads a finding; a decision script reads findings like facts.
fn is_in_a_condition(owner: &Owner) -> bool {
    *owner == Owner::Finding && with(|run| run.program.roots == Roots::Condition)
}

fn read_statistic(ctx: &NativeCallContext<'_>, fact: FactRef) -> Hosted<Dynamic> {
    statistic_is_ready(ctx, &fact)?;
    read_stated(ctx, fact)
}

/// The number of a fact in the schema of its record.
fn last_slot(fact: &FactRef) -> FactIndex {
    fact.steps().last().map_or(FactIndex::ID, |step| step.fact)
}

/// Ends the run if a statistic cannot be calculated, or its inputs are not explored yet.
fn statistic_is_ready(ctx: &NativeCallContext<'_>, fact: &FactRef) -> Hosted<()> {
    let slot = last_slot(fact);
    if let Some(index) = with(|run| run.bindings.to_come(slot)) {
        return Err(raise(RunStop::Needs(index)));
    }
    if !with(|run| run.bindings.is_broken(slot)) {
        return Ok(());
    }
    let message = format!("the statistic `{}` cannot be calculated", fact.path);
    let help = "repair what it is calculated from first".to_owned();
    Err(fault(ctx, Code::ScriptFailed, message, Some(help)))
}

/// The form of a derived fact; ends the run if it cannot be calculated, or is not explored yet.
fn derived_form(ctx: &NativeCallContext<'_>, fact: &FactRef) -> Hosted<DerivedForm> {
    let bindings = with(|run| Arc::clone(&run.bindings));
    let slot = last_slot(fact);
    let index = bindings.derived.index(slot).expect("it is a derived fact");
    with(|run| run.derived.insert(index));
    match bindings.derived.found(index) {
        None => Err(raise(RunStop::Needs(index))),
        Some(DerivedForm::Broken) => {
            let message = format!("the derived fact `{}` cannot be calculated", fact.path);
            let help = "repair its script first".to_owned();
            Err(fault(ctx, Code::ScriptFailed, message, Some(help)))
        }
        Some(form) => Ok(form.clone()),
    }
}

/// Reading a fact that has its value by itself.
pub(super) fn read_stated(ctx: &NativeCallContext<'_>, fact: FactRef) -> Hosted<Dynamic> {
    match fact.schema.ty {
        FactType::Boolean => with(|run| {
            let span = run.span(ctx.call_source(), ctx.call_position());
            run.ask(Test::Holds(fact), span).map(Dynamic::from)
        }),
        FactType::List(_) => {
            let expression = Expression::Fact(fact);
            match with(|run| run.value(&expression)) {
                Some(value) => Ok(to_dynamic(&value)),
                None => {
                    if let Some((item, count)) = with(|run| run.stand_in(&expression)) {
                        let item = Dynamic::from(Symbol(Expression::Fact(item).into()));
                        return Ok(Dynamic::from(vec![item; count]));
                    }
                    with(|run| run.note_missing(&expression));
                    Err(opaque(
                        ctx,
                        format!(
                            "the list `{expression}` is read here, and a tree cannot hold a list"
                        ),
                    ))
                }
            }
        }
        _ => Ok(Dynamic::from(Symbol(Expression::Fact(fact).into()))),
    }
}

/// The fact a dotted text names from a view: the way of `known` and `assume`.
fn resolve(ctx: &NativeCallContext<'_>, view: &FactView, path: &str) -> Hosted<FactRef> {
    if is_in_a_condition(&view.owner) {
        let message = "a finding is not stated by a record";
        let help = format!("write `findings.{path}.met`, or ask for the facts behind it");
        return Err(fault(ctx, Code::WrongOperands, message, help));
    }
    let schema = schema_of(&view.owner);
    let mut view = view.clone();
    let mut parts = path.split('.').peekable();
    while let Some(part) = parts.next() {
        let next = view.below(part);
        match schema.look_up(next.local.as_str()) {
            Lookup::Fact(index, fact) => {
                let reference = next.fact(index, &schema);
                if parts.peek().is_none() {
                    return Ok(reference);
                }
                if fact.ty != FactType::Jurisdiction {
                    let message =
                        format!("`{}` is a single fact, nothing lies below it", next.local);
                    return Err(fault(ctx, Code::ScriptUnknownFact, message, None));
                }
                view = next.through(reference);
            }
            Lookup::Group => view = next,
            Lookup::Nothing => return Err(unknown(ctx, &schema, &next)),
        }
    }
    let message = format!("`{path}` is a group of facts, expected a single fact");
    Err(fault(ctx, Code::ScriptUnknownFact, message, None))
}

fn known(ctx: &NativeCallContext<'_>, view: &FactView, path: &str) -> Hosted<bool> {
    let fact = resolve(ctx, view, path)?;
    match fact.schema.origin {
        FactOrigin::Derived => drop(derived_form(ctx, &fact)?),
        FactOrigin::Statistic => statistic_is_ready(ctx, &fact)?,
        _ => {}
    }
    let span = place(ctx);
    with(|run| run.ask(Test::Known(fact, None), span))
}

fn assume(
    ctx: &NativeCallContext<'_>,
    view: &FactView,
    path: &str,
    value: &Dynamic,
) -> Hosted<Dynamic> {
    let fact = resolve(ctx, view, path)?;
    if fact.schema.origin == FactOrigin::Derived {
        let message = format!(
            "`{}` is a derived fact, and nobody states it: assume the facts behind it",
            fact.path
        );
        return Err(fault(ctx, Code::WrongOperands, message, None));
    }
    let assumed = assumed_value(ctx, &fact, value)?;
    let span = place(ctx);
    if with(|run| run.ask(Test::Known(fact.clone(), Some(Arc::clone(&assumed))), span))? {
        return read_fact(ctx, fact);
    }
    Ok(match &*assumed {
        // So it is recognised as a numeric choice.
        Expression::Constant(Value::Text(_))
            if numbered(&Expression::Fact(fact.clone())).is_some() =>
        {
            Dynamic::from(Symbol(Expression::Derived(fact, assumed).into()))
        }
        Expression::Constant(value) => to_dynamic(value),
        _ => Dynamic::from(Symbol(assumed)),
    })
}

fn parameter(ctx: &NativeCallContext<'_>, name: &str) -> Hosted<Dynamic> {
    let bound = with(|run| run.bindings.parameters.get(name).cloned());
    let Some(bound) = bound else {
        let names = with(|run| run.bindings.parameter_names());
        let names = || names.iter().map(|name| &**name);
        let known = format!("the parameters are {}", list_of(names()));
        let schema = schema_of(&Owner::This);
        let is_fact = matches!(schema.look_up(name), Lookup::Fact(..));
        let fact = is_fact.then(|| format!("write `j.{name}`: it is a fact"));
        return Err(fault(
            ctx,
            Code::UnknownParameter,
            format!("there is no parameter `{name}`"),
            fact.or_else(|| did_you_mean(name, names())).or(Some(known)),
        ));
    };
    if let Some(fact) = bound.open {
        return read_stated(ctx, fact);
    }
    match bound.value {
        None => Err(fault(
            ctx,
            Code::UnknownParameter,
            format!("the parameter `{name}` has no value on the as-of date"),
            Some("give it a dated value that covers this day".to_owned()),
        )),
        Some(value @ (Value::Boolean(_) | Value::List(_))) => Ok(to_dynamic(&value)),
        Some(value) => Ok(Dynamic::from(Symbol(
            Expression::Parameter(name.into(), value).into(),
        ))),
    }
}

/// Whether a finding has this verdict: `findings.hold.met`.
fn is(ctx: &NativeCallContext<'_>, symbol: &Symbol, verdict: &'static str) -> Hosted<bool> {
    if finding(&symbol.0).is_none() {
        let message = format!("`{}` is a single fact, nothing lies below it", symbol.0);
        return Err(fault(ctx, Code::ScriptUnknownFact, message, None));
    }
    let text = Expression::Constant(Value::Text(verdict.into())).into();
    let span = place(ctx);
    with(|run| {
        run.ask(
            Test::compare(Arc::clone(&symbol.0), Comparison::Equal, text),
            span,
        )
    })
}

/// A property of something that is a single value.
fn nothing_below(ctx: &NativeCallContext<'_>, symbol: &Symbol, name: &str) -> Hosted<Dynamic> {
    let message = format!("`{}` is a single value, nothing lies below it", symbol.0);
    let days = matches!(name, "days" | "total_days") && symbol.0.kind().is_numeric();
    let statistic =
        matches!(&*symbol.0, Expression::Fact(fact) if fact.schema.origin == FactOrigin::Statistic);
    let help = if let Expression::Parameter(parameter, _) = &*symbol.0 {
        Some(format!("write `params.{parameter}`"))
    } else if name != "unknown"
        && let Some(condition) = finding(&symbol.0)
    {
        Some(asked(condition))
    } else if statistic {
        Some(format!(
            "a statistic is a single value: leave `{name}` out; with `by:` each jurisdiction reads \
             that of its own group"
        ))
    } else if let (Expression::Fact(fact), Some(stated)) = (&*symbol.0, asks_whether_stated(name))
        && fact.owner == Owner::This
    {
        Some(written(stated, fact.path.as_str()))
    } else if FUNCTIONS.contains(&name) {
        Some(format!(
            "`{name}` is a function: write `.{name}()`, with brackets"
        ))
    } else if days {
        Some(format!(
            "leave `.{name}` out: two dates make a number of days"
        ))
    } else {
        instead_of(name)
    };
    Err(fault(ctx, Code::ScriptUnknownFact, message, help))
}

/// How many findings of required conditions have a verdict: `findings.count("met")`.
fn count(ctx: &NativeCallContext<'_>, view: &FactView, verdict: &str) -> Hosted<INT> {
    if view.owner != Owner::Finding || !VERDICTS.contains(&verdict) {
        let message = format!("`count` counts findings that are {}", list_of(VERDICTS));
        return Err(fault(
            ctx,
            Code::WrongOperands,
            message,
            did_you_mean(verdict, VERDICTS),
        ));
    }
    if is_in_a_condition(&view.owner) {
        let message = "only the decision counts findings";
        let help = "a condition reads single ones, as `findings.size.met`".to_owned();
        return Err(fault(ctx, Code::WrongOperands, message, help));
    }
    let mut count = 0;
    let schema = schema_of(&view.owner);
    for index in FactIndex::first(schema.facts().len()) {
        let finding = FactRef::of(view.owner.clone(), index, &schema);
        if with(|run| run.bindings.advisory.contains(finding.path.as_str())) {
            continue;
        }
        let text = Expression::Constant(Value::Text(verdict.into())).into();
        let span = place(ctx);
        let test = Test::compare(Expression::Fact(finding).into(), Comparison::Equal, text);
        count += INT::from(with(|run| run.ask(test, span))?);
    }
    Ok(count)
}

fn day(ctx: &NativeCallContext<'_>, text: &str) -> Hosted<Symbol> {
    refuse_mark(ctx, text, "read as a day")?;
    let date = Date::parse(text).map_err(|why| {
        let shaped = text.len() == 10 && text.split('-').map(str::len).eq([4, 2, 2]);
        let other = !shaped && text.len() > 7 && text.starts_with(|c: char| c.is_ascii_digit());
        let whole = text.bytes().all(|c| c.is_ascii_digit() || c == b'-');
        let why = match text.len() {
            4 if whole => format!("write `date(\"{text}-01-01\")` for its first day"),
            7 if whole => format!("write `date(\"{text}-01\")` for its first day"),
            _ if other => day_of(text),
            _ => instead_of(text)
                .filter(|it| it.contains("params.as_of"))
                .unwrap_or(why),
        };
        fault(
            ctx,
            Code::WrongOperands,
            format!("`{text}` is not a date"),
            Some(why),
        )
    })?;
    Ok(Symbol(Expression::Constant(Value::Date(date)).into()))
}

/// Puts views, parameters and dates into the language.
pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Symbol>("fact");
    engine.register_type_with_name::<FactView>("record");
    engine.register_type_with_name::<Params>("params");
    engine.register_indexer_get(
        |ctx: NativeCallContext<'_>, view: &mut FactView, name: ImmutableString| {
            refuse_mark(&ctx, &name, "read as a name")?;
            read(&ctx, view, &name)
        },
    );
    engine.register_indexer_get(
        |ctx: NativeCallContext<'_>, _: &mut Params, name: ImmutableString| {
            refuse_mark(&ctx, &name, "read as a name")?;
            parameter(&ctx, &name)
        },
    );
    engine.register_indexer_get(
        |ctx: NativeCallContext<'_>, symbol: &mut Symbol, name: ImmutableString| {
            nothing_below(&ctx, symbol, &name)
        },
    );
    engine.register_indexer_get(
        |ctx: NativeCallContext<'_>, symbol: &mut Symbol, _: INT| -> Hosted<Dynamic> {
            let found = describe(&Dynamic::from(symbol.clone()));
            let message = format!("nothing can be picked out of {found} by `[...]`");
            let help = (symbol.0.kind() == ValueKind::Text).then(|| {
                let side = &symbol.0;
                format!("ask for the beginning of a text, as in `j.{side}.starts_with(\"A\")`")
            });
            Err(fault(&ctx, Code::WrongOperands, message, help))
        },
    );
    engine.register_fn(
        "known",
        |ctx: NativeCallContext<'_>, view: &mut FactView, path: ImmutableString| {
            refuse_mark(&ctx, &path, "read as a name")?;
            known(&ctx, view, &path)
        },
    );
    engine.register_fn(
        "assume",
        |ctx: NativeCallContext<'_>, view: &mut FactView, path: ImmutableString, value: Dynamic| {
            refuse_mark(&ctx, &path, "read as a name")?;
            if let Some(text) = value.read_lock::<ImmutableString>() {
                refuse_mark(&ctx, &text, "assumed")?;
            }
            assume(&ctx, view, &path, &value)
        },
    );
    for verdict in VERDICTS {
        engine.register_get(
            verdict,
            move |ctx: NativeCallContext<'_>, symbol: &mut Symbol| is(&ctx, symbol, verdict),
        );
    }
    engine.register_get(
        "passes",
        |ctx: NativeCallContext<'_>, symbol: &mut Symbol| -> Hosted<bool> {
            Ok(is(&ctx, symbol, "met")? || is(&ctx, symbol, "not_applicable")?)
        },
    );
    engine.register_fn(
        "count",
        |ctx: NativeCallContext<'_>, view: &mut FactView, verdict: ImmutableString| {
            refuse_mark(&ctx, &verdict, "read as a name")?;
            count(&ctx, view, &verdict)
        },
    );
    engine.register_fn(
        "date",
        |ctx: NativeCallContext<'_>, text: ImmutableString| day(&ctx, &text),
    );
}

/// Reading a derived fact.
fn read_derived(ctx: &NativeCallContext<'_>, fact: FactRef) -> Hosted<Dynamic> {
    debug_assert!(fact.schema.origin == FactOrigin::Derived);
    let (known, since) = with(|run| {
        run.reads_derived(&fact);
        (run.worked.get(&fact).cloned(), run.happened())
    });
    let value = match known {
        Some(value) => value,
        None => {
            let value = match derived_form(ctx, &fact)? {
                DerivedForm::Beforehand | DerivedForm::Broken => return read_stated(ctx, fact),
                DerivedForm::ByName(fault) => return read_by_name(ctx, fact, fault.as_ref()),
                DerivedForm::Tree(tree) => worked_out(&tree, &fact, since)?,
            };
            with(|run| run.came_to(since, &fact, &value));
            value
        }
    };
    Ok(match &*value {
        Expression::Constant(value @ Value::Boolean(_)) => to_dynamic(value),
        _ => Dynamic::from(Symbol(Expression::Derived(fact, value).into())),
    })
}

/// Reading a derived fact by its name: first, whether it can be calculated.
fn read_by_name(
    ctx: &NativeCallContext<'_>,
    fact: FactRef,
    fault: Option<&Arc<Diagnostic>>,
) -> Hosted<Dynamic> {
    if let Some(fault) = fault {
        let span = place(ctx);
        let test = Test::Succeeds(Expression::Fact(fact.clone()).into());
        if !with(|run| run.choose_once(&Asked { test, span }))? {
            return Err(raise(RunStop::Fault(Arc::clone(fault))));
        }
    }
    read_stated(ctx, fact)
}

/// The value of a derived fact, from its tree.
fn worked_out(tree: &Tree, fact: &FactRef, since: usize) -> Hosted<Arc<Expression>> {
    let outcome = follow(tree, fact, since)?;
    let value = outcome.value.as_ref();
    let value = value.expect("the script of a derived fact ends in a value or a fault");
    if fact.steps().len() == 1 {
        return Ok(Arc::clone(value));
    }
    Ok(value.seen_from(&|inner| inner.seen_through(fact)).into())
}
