//! Which ends a record can reach, and the findings and determination that follow.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::analysis::export_logic::{
    Decided, ELIGIBLE, Export, ExportedWays, FAULT, INELIGIBLE, SOUND, WayStep, WayStop,
};
use crate::model::typed_indexes::ConditionIndex;
use crate::render::sql::boolean_clauses::{Clause, SelectColumns};
use crate::render::sql::calculation::{Calculating, Ends};
use crate::render::sql::fact_condition::cell;
use crate::render::sql::literal;
use crate::render::sql::options::SqlOptions;
use crate::render::sql::quote::{Quoting, quoted};
use crate::render::sql::validated_columns::SqlColumns;
use crate::tree::{Tree, Verdict};

/// The columns of the result, and the SELECTs they need.
#[derive(Debug)]
pub(super) struct SqlResults {
    pub(super) turns: Vec<Vec<(String, String)>>,
    /// Names, and their expressions; the id comes before them.
    pub(super) columns: Vec<(String, String)>,
    /// The condition that takes most of the text; `None` for the decision.
    pub(super) longest: Option<ConditionIndex>,
}

/// The verdicts as `check` writes them.
const FINDINGS: [(Verdict, &str); 4] = [
    (Verdict::Met, "met"),
    (Verdict::NotMet, "not met"),
    (Verdict::NotApplicable, "not applicable"),
    (Verdict::Fault, "fault"),
];

/// A step that is used so often has a name.
const OFTEN: usize = 4;

/// `turns` numbers the names that it gives.
pub(super) fn results(
    export: &Export<'_>,
    columns: &SqlColumns,
    options: &SqlOptions,
    turns: SelectColumns,
) -> SqlResults {
    let mut writing = Writing::new(options, columns, turns);
    writing.uses = uses(export);
    let mut found = Vec::new();
    let mut lengths = Vec::new();
    for (place, one) in ConditionIndex::each(&export.conditions) {
        let before = writing.turns.length();
        let ends = writing.ends(&one.decided.ways);
        let finding = writing.finding(one.tree, &ends);
        if !one.waived.is_empty() {
            let waived = writing.waiver(&one.waived);
            writing.waived.insert(place, waived);
        }
        let id = one.used.condition.id.as_str();
        found.push((id.to_owned(), writing.case(&finding, "unknown")));
        if options.rows {
            found.push((format!("{id}_row"), row(&ends)));
        }
        if options.missing {
            found.push((format!("{id}_missing"), writing.missing(&one.decided)));
        }
        lengths.push((writing.turns.length() - before, Some(place)));
    }
    let before = writing.turns.length();
    let mut columns = vec![(
        "determination".to_owned(),
        writing.determination(&export.decision),
    )];
    if options.missing {
        columns.push(("missing".to_owned(), writing.missing(&export.decision)));
    }
    lengths.push((writing.turns.length() - before, None));
    columns.extend(found);
    columns.push(("problems".to_owned(), "_problems".to_owned()));
    SqlResults {
        turns: writing.turns.columns,
        columns,
        longest: lengths.into_iter().max().and_then(|(_, place)| place),
    }
}

/// The number of times that each step is taken.
fn uses(export: &Export<'_>) -> BTreeMap<WayStep, usize> {
    let decided = export.conditions.iter().map(|one| &one.decided);
    let mut uses = BTreeMap::new();
    for decided in decided.chain([&export.decision]) {
        let missing = decided.missing.iter().map(|(_, ways)| ways);
        for step in missing.chain([&decided.ways]).flat_map(ExportedWays::steps) {
            *uses.entry(step.clone()).or_insert(0) += 1;
        }
    }
    uses
}

pub(super) struct Writing<'a> {
    pub(super) options: &'a SqlOptions,
    pub(super) columns: &'a SqlColumns,
    pub(super) turns: SelectColumns,
    /// By condition: when its finding would be waived, and when not.
    waived: BTreeMap<ConditionIndex, [Clause; 2]>,
    uses: BTreeMap<WayStep, usize>,
    steps: BTreeMap<WayStep, Clause>,
}

impl<'a> Writing<'a> {
    pub(super) fn new(
        options: &'a SqlOptions,
        columns: &'a SqlColumns,
        turns: SelectColumns,
    ) -> Self {
        Self {
            options,
            columns,
            turns,
            waived: BTreeMap::new(),
            uses: BTreeMap::new(),
            steps: BTreeMap::new(),
        }
    }

    pub(super) fn calculating(&mut self) -> Calculating<'_> {
        Calculating {
            dialect: self.options.dialect,
            columns: self.columns,
            turns: &mut self.turns,
            ends: Ends::new(),
        }
    }

    /// For each end, when a record can reach it.
    pub(super) fn ends(&mut self, ways: &ExportedWays) -> BTreeMap<usize, Clause> {
        let mut ends = BTreeMap::new();
        let Some(start) = ways.stops.len().checked_sub(1) else {
            return ends;
        };
        let mut into: Vec<Vec<Clause>> = vec![Vec::new(); ways.stops.len()];
        into[start].push(Clause::always());
        // Children come before their parents, so in this order all ways to a place are known here.
        for place in (0..=start).rev() {
            let here = Clause::any(std::mem::take(&mut into[place]));
            match &ways.stops[place] {
                WayStop::End(outcome) => {
                    ends.insert(*outcome, self.turns.short(here, 2));
                }
                WayStop::On(onward) => {
                    let here = self.turns.short(here, onward.len());
                    for (steps, to) in onward {
                        let steps = steps.iter().map(|step| self.step(step));
                        let steps: Vec<Clause> = steps.collect();
                        into[*to].push(Clause::all(std::iter::once(here.clone()).chain(steps)));
                    }
                }
            }
        }
        ends
    }

    fn step(&mut self, step: &WayStep) -> Clause {
        if let Some(known) = self.steps.get(step) {
            return known.clone();
        }
        let clause = match step {
            WayStep::Stated(fact, stated) => {
                let column = self.columns.of(fact);
                let not = if *stated { "NOT " } else { "" };
                Clause::single(format!("{column} IS {not}NULL"))
            }
            WayStep::Within(fact, domain) => {
                let column = self.columns.of(fact);
                let missing = Clause::single(format!("{column} IS NULL"));
                let cell = cell(self.options.dialect, column, fact, domain);
                Clause::any([missing, cell])
            }
            WayStep::Waived(condition, waived) => {
                let [is, is_not] = self.waived[condition].clone();
                if *waived { is } else { is_not }
            }
            WayStep::Answered(test, answer) => {
                // A test that cannot be calculated can have any answer.
                let can_be = self.calculating().can_be(test, *answer);
                can_be.unwrap_or_else(|_| Clause::always())
            }
        };
        let often = self.uses.get(step).is_some_and(|uses| *uses >= OFTEN);
        let clause = if often {
            self.turns.short(clause, OFTEN)
        } else {
            clause
        };
        self.steps.insert(step.clone(), clause.clone());
        clause
    }

    /// When each verdict can be.
    fn finding(
        &mut self,
        tree: &Tree,
        ends: &BTreeMap<usize, Clause>,
    ) -> Vec<(&'static str, Clause)> {
        let mut finding = Vec::new();
        for (verdict, name) in FINDINGS {
            let of = |outcome: &usize| tree.outcome(*outcome).verdict == verdict;
            let ends = ends.iter().filter(|(outcome, _)| of(outcome));
            let can = Clause::any(ends.map(|(_, clause)| clause.clone()));
            finding.push((name, self.turns.short(can, 2)));
        }
        finding.retain(|(_, can)| !can.is_never());
        finding
    }

    /// When a finding would be excused, and when not.
    fn waiver(&mut self, ids: &[std::sync::Arc<str>]) -> [Clause; 2] {
        let dialect = self.options.dialect;
        let ids = ids.iter().map(|id| literal::text(dialect, id));
        let named = Clause::single(format!(
            "{} IN ({})",
            quoted(dialect, Quoting::Name, "id"),
            ids.collect::<Vec<_>>().join(", ")
        ));
        let waived = self.turns.name(named);
        [waived.clone(), waived.not()]
    }

    /// The one kind that is possible, in words; `open` if several are.
    fn case(&self, kinds: &[(&'static str, Clause)], open: &str) -> String {
        let text = |text: &str| literal::text(self.options.dialect, text);
        if let [(name, _)] = kinds {
            return text(name);
        }
        let mut cases = String::from("CASE");
        for (name, _) in kinds {
            let only = only(kinds, name);
            if !only.is_never() {
                let _ = write!(cases, " WHEN {} THEN {}", only.text, text(name));
            }
        }
        if cases == "CASE" {
            return text(open);
        }
        cases + format!(" ELSE {} END", text(open)).as_str()
    }

    fn determination(&mut self, decision: &Decided) -> String {
        let ends = self.ends(&decision.ways);
        let mut can = |bit: usize| {
            let ends = ends.iter().filter(|(kinds, _)| **kinds & bit != 0);
            let can = Clause::any(ends.map(|(_, clause)| clause.clone()));
            self.turns.short(can, 2)
        };
        let sound = can(SOUND);
        let mut kinds = vec![
            ("eligible", can(ELIGIBLE)),
            ("ineligible", can(INELIGIBLE)),
            ("fault", can(FAULT)),
        ];
        kinds.retain(|(_, can)| !can.is_never());
        let all_sound = ends.keys().all(|kinds| kinds & SOUND != 0);
        let case = self.case(&kinds, "undetermined");
        if all_sound || sound.is_always() {
            return case;
        }
        // A determination that is open only because of a fault is a fault.
        let text = |text: &str| literal::text(self.options.dialect, text);
        let (open, fault) = (text("undetermined"), text("fault"));
        let end = format!("ELSE {open} END");
        match case.strip_suffix(&end) {
            Some(cases) => format!("{cases}WHEN {} THEN {open} ELSE {fault} END", sound.text),
            None => case,
        }
    }
}

/// When a kind can be and no other can.
fn only(kinds: &[(&str, Clause)], name: &str) -> Clause {
    let others = kinds.iter().filter(|(other, _)| *other != name);
    Clause::any(others.map(|(_, can)| can.clone())).not()
}

/// The number of the one outcome that a record can have; NULL if there are several.
fn row(ends: &BTreeMap<usize, Clause>) -> String {
    if let [outcome] = ends.keys().collect::<Vec<_>>().as_slice() {
        return (*outcome + 1).to_string();
    }
    let counted = ends
        .values()
        .map(|can| format!("CASE WHEN {} THEN 1 ELSE 0 END", can.text));
    let counted: Vec<String> = counted.collect();
    let numbers = ends
        .iter()
        .map(|(outcome, can)| format!("WHEN {} THEN {}", can.text, outcome + 1));
    let numbers: Vec<String> = numbers.collect();
    format!(
        "CASE WHEN {} = 1 THEN CASE {} END END",
        counted.join(" + "),
        numbers.join(" ")
    )
}
