//! How a script ends: `met(why)` and its like.

use rhai::{Dynamic, Engine, ImmutableString, NativeCallContext};

use crate::script::misplaced_finding_advice::no_reason;
use crate::script::state_of_one_run::{Hosted, is_running, with};
use crate::script::symbolic_values::{Symbol, describe};
use crate::tree::Verdict;

/// The return value of `met`, `not_met` and `not_applicable`.
#[derive(Clone)]
pub(super) struct Ending {
    pub(super) verdict: Verdict,
    pub(super) reason: Option<ImmutableString>,
}

/// The functions that end a script.
pub(super) const ENDINGS: [&str; 5] =
    ["met", "not_met", "not_applicable", "eligible", "ineligible"];

/// The outcome where a test says otherwise.
pub(super) fn opposite(name: &str) -> Option<&'static str> {
    Some(match name {
        "met" | "true" => "not_met",
        "not_met" | "false" => "met",
        "eligible" => "ineligible",
        "ineligible" => "eligible",
        _ => return None,
    })
}

/// Puts outcomes into the language.
pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Ending>("outcome");
    let endings = [
        ("met", Verdict::Met),
        ("not_met", Verdict::NotMet),
        ("not_applicable", Verdict::NotApplicable),
        ("eligible", Verdict::Met),
        ("ineligible", Verdict::NotMet),
    ];
    for (name, verdict) in endings {
        engine.register_fn(name, move |ctx: NativeCallContext<'_>| {
            note(&ctx);
            Ending {
                verdict,
                reason: None,
            }
        });
        engine.register_fn(
            name,
            move |ctx: NativeCallContext<'_>, reason: ImmutableString| {
                note(&ctx);
                Ending {
                    verdict,
                    reason: Some(reason),
                }
            },
        );
        engine.register_fn(
            name,
            move |ctx: NativeCallContext<'_>, reason: Symbol| -> Hosted<Ending> {
                no_reason(&ctx, name, &reason.0)?;
                note(&ctx);
                let text = with(|run| crate::script::reason_texts::mark(run, &reason.0));
                Ok(Ending {
                    verdict,
                    reason: Some(text.into()),
                })
            },
        );
    }
}

/// Notes that an outcome was called, and where.
fn note(ctx: &NativeCallContext<'_>) {
    if is_running() {
        with(|run| {
            let prepared = run.program.prepared(ctx.call_source());
            let span = prepared.token(ctx.call_position());
            let place = (span.source().name().to_owned(), span.range().start);
            run.endings.insert(place);
        });
    }
}

/// The verdict and reason of a script's last value.
pub(super) fn ending(value: &Dynamic) -> Result<(Verdict, Option<ImmutableString>), String> {
    if let Some(ending) = value.read_lock::<Ending>() {
        return Ok((ending.verdict, ending.reason.clone()));
    }
    match value.as_bool() {
        Ok(true) => Ok((Verdict::Met, None)),
        Ok(false) => Ok((Verdict::NotMet, None)),
        Err(_) if value.is_unit() => Err("the script ends without an outcome".to_owned()),
        Err(_) => Err(format!(
            "the script ends in {}, which is no outcome",
            describe(value)
        )),
    }
}
