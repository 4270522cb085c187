//! The least and greatest that can come of calculating with days.

use crate::base::work_budget::spend;
use crate::model::fact::Date;
use crate::tree::exact_arithmetic::{Binary, Unary};

/// Units of work: a date is looked up in the calendar.
const COST: u64 = 4;

/// A day by its number; the nearest one of the calendar.
fn day(days: i64) -> Date {
    let (first, last) = (Date::first(), Date::last());
    Date::from_days(days.clamp(first.days(), last.days())).unwrap_or(last)
}

/// A part of days that lie between two, or the end of their months.
pub(super) fn part(part: Unary, low: i64, high: i64) -> (i64, i64) {
    spend(COST);
    let (low, high) = (day(low), day(high));
    let same_year = low.year() == high.year();
    match part {
        Unary::Year => (low.year(), high.year()),
        Unary::Month if same_year => (low.month(), high.month()),
        Unary::Month => (1, 12),
        Unary::FirstOfMonth => (low.first_of_month().days(), high.first_of_month().days()),
        Unary::LastOfMonth => (low.last_of_month().days(), high.last_of_month().days()),
        _ if same_year && low.month() == high.month() => (low.day(), high.day()),
        _ => (1, 31),
    }
}

/// The ends of a result, given both ends of each side. It grows with both sides, or grows with the
/// right one and falls with the left one. A day beyond the calendar is one day outside it.
pub(super) fn ends(operation: Binary, left: (i64, i64), right: (i64, i64)) -> (i64, i64) {
    let later = |from: i64, months: i64| match day(from).plus_months(months) {
        Some(day) => day.days(),
        None if months < 0 => Date::first().days() - 1,
        None => Date::last().days() + 1,
    };
    spend(COST);
    match operation {
        Binary::AddMonths => (later(left.0, right.0), later(left.1, right.1)),
        Binary::Age => {
            let age = |born: i64, on: i64| day(born).age_on(day(on));
            (age(left.1, right.0), age(left.0, right.1))
        }
        _ => {
            let months = |from: i64, to: i64| day(from).months_until(day(to));
            (months(left.1, right.0), months(left.0, right.1))
        }
    }
}
