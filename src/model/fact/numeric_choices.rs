//! Choices that are numbers: `choices: [0.5, 1.50, 10]`.
//!
//! They are numbers if all are written as such and no two are equal: `01` is a code, and `1.1`
//! beside `1.10` are names. A record may then write the number in another way.

use std::sync::Arc;

use crate::model::fact::{Number, plain_number};

/// The numbers that choices are, in their order.
pub(crate) fn choice_numbers(choices: &[Arc<str>]) -> Option<Vec<Number>> {
    let mut numbers: Vec<Number> = Vec::with_capacity(choices.len());
    for choice in choices {
        let number = choice.parse().ok().filter(|_| is_decimal(choice))?;
        if numbers.contains(&number) {
            return None;
        }
        numbers.push(number);
    }
    Some(numbers)
}

/// The index of the choice that a record states: the same text, or the same number.
pub(crate) fn find_choice(choices: &[Arc<str>], text: &str) -> Option<usize> {
    let same = choices.iter().position(|choice| **choice == *text);
    same.or_else(|| {
        let number = plain_number(text).and_then(Number::of_binary)?;
        find_number(choices, &number)
    })
}

/// The place of a number among choices that are numbers.
pub(crate) fn find_number(choices: &[Arc<str>], number: &Number) -> Option<usize> {
    let numbers = choice_numbers(choices)?;
    numbers.iter().position(|choice| choice == number)
}

/// Whether a text is a number as people write it: digits, and maybe a point before more of them.
fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|one| one.is_ascii_digit());
    let padded = whole.len() > 1 && whole.starts_with('0');
    are_digits(whole) && are_digits(decimals) && !padded
}
