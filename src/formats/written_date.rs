//! Dates as people and spreadsheets write them.

use crate::formats::date::Date;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Advice for a text that is no date.
pub(crate) fn meant_day(text: &str) -> Option<String> {
    let (first, second) = days(text);
    let different = |other: &Date| first.as_ref() != Some(other);
    match (first, second.filter(different)) {
        (Some(day), Some(other)) => Some(format!(
            "write `{day}` if the day comes first, `{other}` if the month does"
        )),
        (Some(day), None) => Some(format!("write `{day}`")),
        (None, Some(day)) => Some(format!("write `{day}`")),
        (None, None) => None,
    }
}

/// Parses a day that was typed.
///
/// # Errors
/// Advice on what to write instead.
#[cfg(feature = "app")]
pub(crate) fn typed_day(text: &str) -> Result<Date, String> {
    Date::parse(text).map_err(|why| meant_day(text).unwrap_or(why))
}

/// The days that a text may mean: with the day before the month, and with the month before it.
fn days(text: &str) -> (Option<Date>, Option<Date>) {
    let text = text
        .split_once('T')
        .filter(|(day, _)| day.len() >= 8)
        .map_or(text, |(day, _)| day);
    let without_time = text.split_once(' ').filter(|(_, time)| time.contains(':'));
    let text = without_time.map_or(text, |(day, _)| day);
    let parts: Vec<&str> = text
        .split(|sign: char| !sign.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect();
    match parts.as_slice() {
        [one] if one.len() == 8 && number(one).is_some() => {
            (day(&one[..4], number(&one[4..6]), &one[6..]), None)
        }
        [one] if one.len() == 5 => (serial(one), None),
        [year, middle, last] if year.len() == 4 => (day(year, month(middle), last), None),
        [first, middle, year] if year.len() == 4 => (
            day(year, month(middle), first),
            day(year, month(first), middle),
        ),
        [first, middle, year] if year.len() == 2 && (text.contains('/') || named(middle)) => {
            let year = full_year(year);
            (
                day(&year, month(middle), first),
                day(&year, month(first), middle),
            )
        }
        _ => (None, None),
    }
}

fn named(month: &str) -> bool {
    number(month).is_none()
}

/// The year that spreadsheets take two digits for: up to 29 they are of this century.
fn full_year(digits: &str) -> String {
    let century = if digits < "30" { "20" } else { "19" };
    format!("{century}{digits}")
}

fn number(text: &str) -> Option<u32> {
    text.parse().ok()
}

/// A month by its number or its English name.
fn month(text: &str) -> Option<u32> {
    let lower = text.to_lowercase();
    let is_meant = |name: &&str| lower.len() > 2 && name.starts_with(&lower);
    let named = MONTHS.iter().position(is_meant);
    number(text).or_else(|| u32::try_from(named? + 1).ok())
}

fn day(year: &str, month: Option<u32>, day: &str) -> Option<Date> {
    let day = number(day.trim_end_matches(|sign: char| sign.is_ascii_alphabetic()))?;
    Date::parse(&format!("{year}-{:02}-{day:02}", month?)).ok()
}

/// A day by its number in spreadsheets: 1 is the last day of 1899.
fn serial(text: &str) -> Option<Date> {
    const DAY_0: i64 = -25_569;
    let days: i64 = text.parse().ok()?;
    (20_000..80_000)
        .contains(&days)
        .then(|| Date::from_days(DAY_0 + days))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_people_write_them_are_written_out() {
        for (text, written) in [
            ("31.12.2024", "2024-12-31"),
            ("12/31/2024", "2024-12-31"),
            ("2024/1/5", "2024-01-05"),
            ("20240229", "2024-02-29"),
            ("5 May 2024", "2024-05-05"),
            ("May 5th, 2024", "2024-05-05"),
            ("2024-12-31T00:00:00Z", "2024-12-31"),
            ("2024-12-31 08:30", "2024-12-31"),
            ("45657", "2024-12-31"),
            ("13-Feb-24", "2024-02-13"),
            ("1 Sept 31", "1931-09-01"),
            ("2/13/24", "2024-02-13"),
        ] {
            assert_eq!(
                meant_day(text),
                Some(format!("write `{written}`")),
                "{text}"
            );
        }
        assert_eq!(
            meant_day("03/04/2024").as_deref(),
            Some("write `2024-04-03` if the day comes first, `2024-03-04` if the month does")
        );
        for text in [
            "31.02.2024",
            "2024",
            "soon",
            "123456",
            "1.2.34",
            "1-Mayor-24",
        ] {
            assert_eq!(meant_day(text), None, "{text}");
        }
    }
}
