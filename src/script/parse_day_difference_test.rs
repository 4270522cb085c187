//! Finds differences of two dates that are compared with a number, to judge whether days were
//! meant.

use crate::script::scan::scan;
use crate::script::slip::Words;

/// The parts of `later - earlier >= 5`: both days, and the comparison with the number, which is at
/// most 130 if it is a literal.
pub(crate) fn days_between(test: &str) -> Option<[String; 3]> {
    const MOST: u32 = 130;
    const LONGEST: usize = 400;
    if test.len() > LONGEST {
        return None;
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let tokens = scan(test);
    let words = Words::new(test, &tokens);
    let outside = |at: &usize| words.bracket(*at).is_none();
    let all = || (0..tokens.len()).filter(outside);
    let turned = [
        ("<", ">"),
        ("<=", ">="),
        (">", "<"),
        (">=", "<="),
        ("==", "=="),
        ("!=", "!="),
    ];
    let sign = all().find(|at| turned.iter().any(|(sign, _)| words.is(*at, sign)))?;
    let minus = all().find(|at| words.is(*at, "-"))?;
    let last = tokens.len() - 1;
    let before = sign.checked_sub(1)?;
    let (from, to, number, sign) = if minus < sign {
        (0, before, (sign + 1, last), words.at(sign))
    } else {
        let other = turned.iter().find(|(it, _)| words.is(sign, it))?.1;
        (sign + 1, last, (0, before), other)
    };
    let text = words.text(number.0, number.1);
    let small = || {
        let number = text.parse::<u32>();
        number.is_ok_and(|number| (1..=MOST).contains(&number))
    };
    let is_parameter = text.starts_with("params.") && text.chars().all(plain);
    let alone = (minus + 1..=to).all(|at| !words.is(at, "-") && !words.is(at, "+"));
    let counts = minus > from && minus < to && alone && (small() || is_parameter);
    let later = words.text(from, minus.checked_sub(1)?);
    let earlier = words.text(minus + 1, to);
    let rest = format!(" {sign} {text}");
    // `year(j.founded)` is not a day.
    let is_day = |text: &str| {
        let of_days = !text.contains("year") && !text.contains("month");
        text.starts_with("date(") || text.chars().all(plain) && of_days
    };
    let counts = counts && is_day(later) && is_day(earlier);
    counts.then(|| [later.to_owned(), earlier.to_owned(), rest])
}
