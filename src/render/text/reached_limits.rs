//! Searches that were cut short, as text beside the results.

use std::collections::BTreeMap;

use crate::assess::assessment::RulebookAssessment;
use crate::assess::bulk_explanation::each_explained;
use crate::assess::result_types::JurisdictionAssessment;
use crate::tree::Limit;

/// The most jurisdictions that a line names.
const MOST: usize = 20;

/// The searches that gave up, and their limits; similar jurisdictions on one line.
pub fn cut_short(assessed: &RulebookAssessment) -> Vec<String> {
    let mut reached = ReachedLimits::default();
    for (_, one) in each_explained(assessed) {
        reached.add(assessed, &one);
    }
    reached.lines()
}

/// By limit and search: the first jurisdictions, and their number.
#[derive(Default)]
pub(crate) struct ReachedLimits<'a>(BTreeMap<(Limit, &'a str), (Vec<String>, usize)>);

impl<'a> ReachedLimits<'a> {
    /// Takes in a jurisdiction.
    pub(crate) fn add(&mut self, assessed: &'a RulebookAssessment, one: &JurisdictionAssessment) {
        let determination = one.determination.cut_short;
        let determination = determination.map(|limit| (limit, "determination"));
        let findings = assessed.conditions.iter().zip(&one.findings);
        let findings = findings
            .filter_map(|(used, finding)| Some((finding.cut_short?, used.condition.id.as_str())));
        for what in findings.chain(determination) {
            let (ids, count) = self.0.entry(what).or_default();
            if ids.len() < MOST {
                ids.push(one.jurisdiction.id.to_string());
            }
            *count += 1;
        }
    }

    /// A line for each.
    pub(crate) fn lines(self) -> Vec<String> {
        let line = |((limit, what), (ids, count)): ((Limit, &str), (Vec<String>, usize))| {
            let more = match count - ids.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!("{}{more}: {what}: {limit}", ids.join(", "))
        };
        self.0.into_iter().map(line).collect()
    }
}
