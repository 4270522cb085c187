//! Functions over lists, in place of those of the interpreter that would hide a slip: an answer
//! that is neither true nor false counts there as false, and so does a comparison that fails.

use rhai::{Array, Dynamic, Engine, FnPtr, FuncRegistration, INT, NativeCallContext};

use crate::base::diagnostic::Code;
use crate::script::comparison::{compare, compare_lists};
use crate::script::state_of_one_run::{Hosted, fault, pay_for};
use crate::script::symbolic_values::describe;
use crate::tree::Comparison;

/// Registers equality of lists, and functions that ask a test of each item.
pub(super) fn register(engine: &mut Engine) {
    for (sign, comparison) in [("==", Comparison::Equal), ("!=", Comparison::NotEqual)] {
        let equals = move |ctx: NativeCallContext<'_>, left: &mut Array, right: Array| {
            compare_lists(&ctx, comparison, left, &right)
        };
        pure(sign).register_into_engine(engine, equals);
    }
    register_tests(engine);
    register_searches(engine);
    engine.register_fn(
        "dedup",
        |ctx: NativeCallContext<'_>, list: &mut Array| -> Hosted<()> {
            pay_for(&ctx, 0, list.len())?;
            let mut kept: Array = Array::with_capacity(list.len());
            for item in list.iter() {
                let again = match kept.last() {
                    Some(last) => compare(&ctx, Comparison::Equal, last, item)?,
                    None => false,
                };
                if !again {
                    kept.push(item.clone());
                }
            }
            *list = kept;
            Ok(())
        },
    );
    engine.register_fn(
        "dedup",
        |ctx: NativeCallContext<'_>, _: &mut Array, _: FnPtr| -> Hosted<()> {
            let message = "`dedup` cannot be given a comparison of its own";
            let help = "write `dedup()`: equal values that follow each other become one";
            Err(fault(&ctx, Code::WrongOperands, message, help.to_owned()))
        },
    );
    // The interpreter's gives the function the number of each item, where people mean the item.
    engine.register_fn(
        "for_each",
        |ctx: NativeCallContext<'_>, _: &mut Array, _: FnPtr| -> Hosted<()> {
            let message = "`for_each` is not used here";
            let help = "write a loop: `for x in j.list { ... }`";
            Err(fault(&ctx, Code::WrongOperands, message, help.to_owned()))
        },
    );
}

/// A function that changes nothing, and so is called on constants too.
fn pure(name: &str) -> FuncRegistration {
    FuncRegistration::new(name).with_purity(true)
}

/// The answer of a test that a script gives, for an item and its index.
fn holds(
    ctx: &NativeCallContext<'_>,
    name: &str,
    test: &FnPtr,
    (index, item): (usize, &mut Dynamic),
) -> Hosted<bool> {
    let index = INT::try_from(index).unwrap_or(INT::MAX).into();
    let answer = test.call_raw_with_extra_args(name, ctx, Some(item), [], [index], Some(0))?;
    answer.as_bool().map_err(|_| {
        let message = format!(
            "`{name}` asks of each item what is true or false, and is answered by {}",
            describe(&answer)
        );
        let help = format!("write a test, as in `.{name}(|x| x > 3)`");
        fault(ctx, Code::WrongOperands, message, help)
    })
}

/// `filter`, `some`, `all`, `retain` and `drain` with a test.
fn register_tests(engine: &mut Engine) {
    pure("filter").register_into_engine(
        engine,
        |ctx: NativeCallContext<'_>, list: &mut Array, test: FnPtr| -> Hosted<Array> {
            let mut kept = Array::new();
            for (index, item) in list.iter_mut().enumerate() {
                if holds(&ctx, "filter", &test, (index, item))? {
                    kept.push(item.clone());
                }
            }
            Ok(kept)
        },
    );
    for (name, wanted) in [("some", true), ("all", false)] {
        pure(name).register_into_engine(
            engine,
            move |ctx: NativeCallContext<'_>, list: &mut Array, test: FnPtr| -> Hosted<bool> {
                for (index, item) in list.iter_mut().enumerate() {
                    if holds(&ctx, name, &test, (index, item))? == wanted {
                        return Ok(wanted);
                    }
                }
                Ok(!wanted)
            },
        );
    }
    // Both give back what is taken out.
    for (name, stays) in [("retain", true), ("drain", false)] {
        engine.register_fn(
            name,
            move |ctx: NativeCallContext<'_>, list: &mut Array, test: FnPtr| -> Hosted<Array> {
                let (mut kept, mut taken) = (Array::new(), Array::new());
                for (index, item) in list.iter_mut().enumerate() {
                    let stays = holds(&ctx, name, &test, (index, item))? == stays;
                    if stays { &mut kept } else { &mut taken }.push(item.clone());
                }
                *list = kept;
                Ok(taken)
            },
        );
    }
}

/// `find` and `index_of` with a test, from the first item on or from another.
fn register_searches(engine: &mut Engine) {
    let found = |ctx: &NativeCallContext<'_>,
                 name: &str,
                 list: &mut Array,
                 (test, start): (&FnPtr, INT)|
     -> Hosted<Option<usize>> {
        let start = place(list.len(), start);
        for (index, item) in list.iter_mut().enumerate().skip(start) {
            if holds(ctx, name, test, (index, item))? {
                return Ok(Some(index));
            }
        }
        Ok(None)
    };
    let item = |list: &Array, index: Option<usize>| {
        index
            .and_then(|index| list.get(index).cloned())
            .unwrap_or(Dynamic::UNIT)
    };
    let number = |index: Option<usize>| index.and_then(|it| INT::try_from(it).ok()).unwrap_or(-1);
    pure("find").register_into_engine(
        engine,
        move |ctx: NativeCallContext<'_>, list: &mut Array, test: FnPtr| -> Hosted<Dynamic> {
            let index = found(&ctx, "find", list, (&test, 0))?;
            Ok(item(list, index))
        },
    );
    pure("find").register_into_engine(
        engine,
        move |ctx: NativeCallContext<'_>, list: &mut Array, test: FnPtr, start: INT| {
            let index = found(&ctx, "find", list, (&test, start))?;
            Hosted::Ok(item(list, index))
        },
    );
    pure("index_of").register_into_engine(
        engine,
        move |ctx: NativeCallContext<'_>, list: &mut Array, test: FnPtr| {
            found(&ctx, "index_of", list, (&test, 0)).map(number)
        },
    );
    pure("index_of").register_into_engine(
        engine,
        move |ctx: NativeCallContext<'_>, list: &mut Array, test: FnPtr, start: INT| {
            found(&ctx, "index_of", list, (&test, start)).map(number)
        },
    );
}

/// An index from the beginning of a list; a negative one counts from its end.
fn place(length: usize, index: INT) -> usize {
    let distance = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
    if index < 0 {
        length.saturating_sub(distance)
    } else {
        distance
    }
}
