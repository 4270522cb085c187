//! Statistics: values calculated from a whole population, by group or for each jurisdiction.
//!
//! A pure calculation over columns. Sums are exact, and everything else follows an order that only
//! the facts determine, so results are the same to the last bit however the work is divided.

mod calculate;
mod column_numbers;
mod exact_sum;
mod grouping;
mod inputs;
mod members;
mod non_member_values;
mod radix_sort;
mod rank;

pub(crate) use calculate::measure;
pub(crate) use grouping::Grouping;
pub(crate) use inputs::{InputColumns, StatisticInputs};
pub(crate) use non_member_values::{KeptColumns, Standing};

use std::fmt::Write;
use std::sync::Arc;

use crate::model::fact::{Column, Value};
use crate::model::rulebook::UnknownInputs;

/// The results of one statistic.
#[derive(Clone, Debug)]
pub(crate) struct Measurement {
    pub(crate) groups: Arc<Grouping>,
    /// The result of each group.
    pub(crate) found: Vec<GroupFound>,
    /// The value of each record.
    pub(crate) column: Arc<Column>,
    /// How many jurisdictions could not be put into a group, because a fact that forms groups is
    /// unknown.
    pub(crate) ungrouped: usize,
}

/// The result of a statistic for one group.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupFound {
    /// The value; `None` if it is unknown, or differs within the group.
    pub value: Option<Value>,
    /// How many members it was calculated from.
    pub members: usize,
    /// How many were left out because an input is unknown, or could not be calculated.
    pub left_out: usize,
    /// For how many of the members an input was assumed.
    pub assumed: usize,
    /// Whether members were rounded to 34 digits before they were added: fractions that have no
    /// common denominator of less than 2,000 digits.
    pub rounded: bool,
}

impl GroupFound {
    /// The number of members with remarks on them: `20 members, an input assumed for 3`.
    pub fn members_in_words(&self, unknown: &UnknownInputs) -> String {
        let s = if self.members == 1 { "" } else { "s" };
        let mut text = format!("{} member{s}", self.members);
        if self.left_out > 0 {
            let left_out = self.left_out;
            let _ = write!(text, ", {left_out} left out because an input is not known");
        }
        if self.assumed > 0 {
            let value = match unknown {
                UnknownInputs::Assumed(value) => format!(" as {value}"),
                _ => String::new(),
            };
            let _ = write!(text, ", an input assumed{value} for {}", self.assumed);
        }
        if self.rounded {
            text.push_str(", each rounded at the 34th digit");
        }
        text
    }
}
