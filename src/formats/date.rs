//! Days of the calendar, and values that hold from one day to another.

use std::fmt;

/// A day of the calendar, without time or time zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

impl Date {
    /// Reads a day in the form `2017-08-03`.
    ///
    /// # Errors
    /// When it is not such a day; the text says what is wrong, for a message.
    pub fn parse(text: &str) -> Result<Self, String> {
        let shape = text.len() == 10
            && text.bytes().enumerate().all(|(index, byte)| match index {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !shape {
            return Err("expected a date such as 2017-08-03".to_owned());
        }
        text.parse()
            .map(Self)
            .map_err(|_| "there is no such day in the calendar".to_owned())
    }

    /// Days since 1970-01-01, negative before it.
    pub fn days(self) -> i64 {
        self.0.duration_since(epoch()).as_secs() / SECONDS
    }

    /// The day that many days after 1970-01-01; `None` outside the calendar.
    pub fn from_days(days: i64) -> Option<Self> {
        let time = jiff::SignedDuration::from_secs(days.checked_mul(SECONDS)?);
        epoch().checked_add(time).ok().map(Self)
    }

    /// The year.
    pub(crate) fn year(self) -> i64 {
        self.0.year().into()
    }

    /// The month, from 1.
    pub(crate) fn month(self) -> i64 {
        self.0.month().into()
    }

    /// The day of the month, from 1.
    pub(crate) fn day(self) -> i64 {
        self.0.day().into()
    }

    /// The first day of its month.
    pub(crate) fn first_of_month(self) -> Self {
        Self(self.0.first_of_month())
    }

    /// The last day of its month.
    pub(crate) fn last_of_month(self) -> Self {
        Self(self.0.last_of_month())
    }

    /// The day this many months later, or the last day of the month if it is shorter; `None`
    /// outside the calendar. This is the rule of Regulation (EEC, Euratom) No 1182/71, Article
    /// 3(2)(c), for periods expressed in months or years.
    pub(crate) fn plus_months(self, months: i64) -> Option<Self> {
        let all = (self.year() * 12 + self.month() - 1).checked_add(months)?;
        let (year, month) = (all.div_euclid(12), all.rem_euclid(12) + 1);
        let year = i16::try_from(year).ok()?;
        let first = jiff::civil::Date::new(year, i8::try_from(month).ok()?, 1).ok()?;
        let day = self.0.day().min(first.days_in_month());
        jiff::civil::Date::new(year, first.month(), day)
            .ok()
            .map(Self)
    }

    /// The number of whole months until another day: the most that can be added to this day without
    /// passing that one.
    pub(crate) fn months_until(self, other: Self) -> i64 {
        let months = (other.year() - self.year()) * 12 + other.month() - self.month();
        let reached = self.plus_months(months).is_some_and(|day| day <= other);
        months - i64::from(!reached)
    }

    /// The age on a day of somebody born on this day. It rises on each day with the same month and
    /// day; for the 29th of February, on the first of March in a year without one.
    pub(crate) fn age_on(self, other: Self) -> i64 {
        let birthday = (self.0.month(), self.0.day());
        let had = (other.0.month(), other.0.day()) >= birthday;
        other.year() - self.year() - i64::from(!had)
    }

    /// The earliest day that can be written.
    pub(crate) fn first_written() -> Self {
        Self(jiff::civil::Date::constant(0, 1, 1))
    }

    /// The first day of the calendar.
    pub(crate) fn first() -> Self {
        Self(jiff::civil::Date::MIN)
    }

    /// The last day of the calendar.
    pub(crate) fn last() -> Self {
        Self(jiff::civil::Date::MAX)
    }
}

/// Seconds in a day.
const SECONDS: i64 = 86_400;

fn epoch() -> jiff::civil::Date {
    jiff::civil::date(1970, 1, 1)
}

impl fmt::Display for Date {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(fmt)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(fmt)
    }
}

/// A value and the days on which it holds, both ends included.
#[derive(Clone, Debug)]
pub(crate) struct Dated<T> {
    pub(crate) from: Option<Date>,
    pub(crate) to: Option<Date>,
    pub(crate) value: T,
}

impl<T> Dated<T> {
    /// A value that always holds.
    pub(crate) fn always(value: T) -> Self {
        Self {
            from: None,
            to: None,
            value,
        }
    }

    /// Whether it holds on a day.
    pub(crate) fn holds(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// Whether both hold on some day.
    pub(crate) fn overlaps<U>(&self, other: &Dated<U>) -> bool {
        let before = |to: Option<Date>, from: Option<Date>| matches!((to, from), (Some(to), Some(from)) if to < from);
        !before(self.to, other.from) && !before(other.to, self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_inverse() {
        for text in [
            "1970-01-01",
            "2017-08-03",
            "0001-01-01",
            "9999-12-31",
            "1600-02-29",
        ] {
            let date = Date::parse(text).expect("a date");
            assert_eq!(Date::from_days(date.days()), Some(date));
            assert_eq!(date.to_string(), text);
        }
        let day = |text: &str| Date::parse(text).expect("a date");
        let later = |text: &str, months| day(text).plus_months(months).map(|day| day.to_string());
        assert_eq!(later("2025-11-30", 3).as_deref(), Some("2026-02-28"));
        assert_eq!(later("2024-02-29", 12).as_deref(), Some("2025-02-28"));
        assert_eq!(later("2024-03-31", -1).as_deref(), Some("2024-02-29"));
        assert_eq!(later("9999-12-31", 1), None);
        for (from, to, months, age) in [
            ("2008-02-29", "2026-02-28", 216, 17),
            ("2008-02-29", "2026-03-01", 216, 18),
            ("2008-02-29", "2024-02-28", 191, 15),
            ("2008-02-29", "2024-02-29", 192, 16),
            ("2020-01-31", "2020-02-29", 1, 0),
            ("2020-01-31", "2020-02-28", 0, 0),
            ("2020-05-10", "2020-05-09", -1, -1),
            ("0001-01-01", "9999-12-31", 119_987, 9998),
        ] {
            assert_eq!(day(from).months_until(day(to)), months, "{from} {to}");
            assert_eq!(day(from).age_on(day(to)), age, "{from} {to}");
        }
        assert!(Date::parse("2024-02-30").is_err() && Date::parse("2024-2-3").is_err());
    }
}
