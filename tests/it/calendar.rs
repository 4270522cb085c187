//! The calendar for the interpreter without us, in the plainest way: by counting.

use rhai::Engine;

use crate::laws::Day;

fn leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 to the first of January of a year.
fn first_of(year: i64) -> i64 {
    let length = |year| 365 + i64::from(leap(year));
    if year >= 1970 {
        (1970..year).map(length).sum()
    } else {
        -(year..1970).map(length).sum::<i64>()
    }
}

/// Year, month and day.
fn parts(day: Day) -> (i64, i64, i64) {
    let mut year = 1970 + day.0 / 365;
    while first_of(year) > day.0 {
        year -= 1;
    }
    let (mut month, mut rest) = (1, day.0 - first_of(year));
    while rest >= days_of(year, month) {
        rest -= days_of(year, month);
        month += 1;
    }
    (year, month, rest + 1)
}

fn day((year, month, day): (i64, i64, i64)) -> Day {
    let before: i64 = (1..month).map(|month| days_of(year, month)).sum();
    Day(first_of(year) + before + day - 1)
}

fn add_months(from: Day, months: i64) -> Day {
    let (year, month, date) = parts(from);
    let all = year * 12 + month - 1 + months;
    let (year, month) = (all.div_euclid(12), all.rem_euclid(12) + 1);
    day((year, month, date.min(days_of(year, month))))
}

fn months_between(from: Day, to: Day) -> i64 {
    let mut months = 0;
    while add_months(from, months).0 > to.0 {
        months -= 1;
    }
    while add_months(from, months + 1).0 <= to.0 {
        months += 1;
    }
    months
}

fn age(born: Day, on: Day) -> i64 {
    let ((year, month, day), (at, in_month, on_day)) = (parts(born), parts(on));
    at - year - i64::from((in_month, on_day) < (month, day))
}

/// Puts the calendar into an interpreter.
pub(crate) fn register(engine: &mut Engine) {
    engine.register_fn("year", |day: Day| parts(day).0);
    engine.register_fn("month", |day: Day| parts(day).1);
    engine.register_fn("day", |day: Day| parts(day).2);
    engine.register_fn("first_of_month", |day: Day| Day(day.0 - parts(day).2 + 1));
    engine.register_fn("last_of_month", |from: Day| {
        let (year, month, _) = parts(from);
        day((year, month, days_of(year, month)))
    });
    engine.register_fn("add_months", add_months);
    engine.register_fn("add_years", |day: Day, years: i64| {
        add_months(day, years * 12)
    });
    engine.register_fn("months_between", months_between);
    engine.register_fn("years_between", |from: Day, to: Day| {
        months_between(from, to).div_euclid(12)
    });
    engine.register_fn("age", age);
}
