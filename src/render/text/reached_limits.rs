//! What was cut short, in words: said wherever results are.

use std::collections::BTreeMap;

use crate::assess::assessment::RulebookAssessment;
use crate::assess::bulk_explanation::each_explained;
use crate::tree::Limit;

/// The most jurisdictions that a line names.
const MOST: usize = 20;

/// What gave up, and at which limit; jurisdictions that are alike on one line.
pub fn cut_short(assessed: &RulebookAssessment) -> Vec<String> {
    let mut alike: BTreeMap<(Limit, &str), Vec<&str>> = BTreeMap::new();
    for (place, one) in each_explained(assessed) {
        let determination = one.determination.cut_short;
        let determination = determination.map(|limit| (limit, "determination"));
        let findings = assessed.conditions.iter().zip(&one.findings);
        let findings = findings
            .filter_map(|(used, finding)| Some((finding.cut_short?, used.condition.id.as_str())));
        for what in findings.chain(determination) {
            let ids = alike.entry(what).or_default();
            ids.push(assessed.id(place));
        }
    }
    let line = |((limit, what), ids): ((Limit, &str), Vec<&str>)| {
        let more = match ids.len().saturating_sub(MOST) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let ids = ids[..ids.len().min(MOST)].join(", ");
        format!("{ids}{more}: {what}: {limit}")
    };
    alike.into_iter().map(line).collect()
}
