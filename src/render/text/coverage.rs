//! Coverage for a person, and as LCOV for viewers that know it.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::analysis::test_cases::{ConditionCoverage, Coverage};
use crate::render::escape::clean_line;
use crate::render::text_or_markdown_page::{Emphasis, Page};

/// The parts of scripts that were reached, and those that were not.
pub fn coverage(coverage: &Coverage, style: Emphasis) -> String {
    let mut page = Page::new(style);
    let (reached, all) = coverage.reached();
    page.heading(
        1,
        &format!(
            "Coverage: {reached} of {all} branches and outcomes, {:.1} %",
            coverage.percent()
        ),
    );
    for condition in &coverage.conditions {
        let (reached, all) = condition.reached();
        page.item(&format!(
            "{} ({}): {reached} of {all}",
            page.code(condition.id.as_str()),
            condition.file
        ));
        for line in gaps(condition) {
            page.detail(&line);
        }
    }
    if !coverage.never_varied.is_empty() {
        page.heading(2, "Parameters that have one value in all cases");
        for (rulebook, name) in &coverage.never_varied {
            page.item(&format!("{} of {rulebook}", page.code(name)));
        }
    }
    page.finish()
}

/// The parts that no case reached.
fn gaps(condition: &ConditionCoverage) -> Vec<String> {
    let mut lines = Vec::new();
    if condition.not_tabular {
        lines.push("a tree cannot hold it: only what was reached is known".to_owned());
    }
    for branch in condition.branches.iter().filter(|branch| branch.hits == 0) {
        let answer = if branch.answer { "yes" } else { "no" };
        lines.push(format!(
            "line {}, {}: never {answer}",
            branch.span.position().line,
            branch.test
        ));
    }
    for (status, _) in condition.outcomes.iter().filter(|(_, hits)| *hits == 0) {
        lines.push(format!("never {status}"));
    }
    for boundary in &condition.boundaries {
        let untried: Vec<_> = boundary
            .values
            .iter()
            .filter(|(_, tried)| !tried)
            .map(|(value, _)| value.to_string())
            .collect();
        if !untried.is_empty() {
            let line = boundary.span.position().line;
            lines.push(format!(
                "line {line}, {}: not tried at {}",
                boundary.test,
                untried.join(" and ")
            ));
        }
    }
    lines
}

/// By line: for each test its hits for yes and no.
type Lines = BTreeMap<usize, Vec<(bool, usize)>>;

/// LCOV: lines with tests, and each test's two branches.
pub fn coverage_lcov(coverage: &Coverage) -> String {
    let mut files: BTreeMap<&str, Lines> = BTreeMap::new();
    for branch in coverage
        .conditions
        .iter()
        .flat_map(|condition| &condition.branches)
    {
        let lines = files.entry(branch.span.source().name()).or_default();
        lines
            .entry(branch.span.position().line)
            .or_default()
            .push((branch.answer, branch.hits));
    }
    let mut out = String::new();
    for (file, lines) in files {
        let _ = writeln!(out, "TN:\nSF:{}", clean_line(file));
        let (mut found, mut hit) = (0, 0);
        for (line, branches) in &lines {
            let reached = branches.iter().any(|(_, hits)| *hits > 0);
            for (number, (_, hits)) in branches.iter().enumerate() {
                let taken = if reached {
                    hits.to_string()
                } else {
                    "-".to_owned()
                };
                let _ = writeln!(out, "BRDA:{line},{},{},{taken}", number / 2, number % 2);
                found += 1;
                hit += usize::from(*hits > 0);
            }
        }
        let _ = writeln!(out, "BRF:{found}\nBRH:{hit}");
        for (line, branches) in &lines {
            let _ = writeln!(
                out,
                "DA:{line},{}",
                branches.iter().map(|(_, hits)| hits).sum::<usize>()
            );
        }
        let lines_hit = lines
            .values()
            .filter(|branches| branches.iter().any(|(_, hits)| *hits > 0))
            .count();
        let _ = writeln!(out, "LF:{}\nLH:{lines_hit}\nend_of_record", lines.len());
    }
    out
}
