//! Runs cases: each is one more record among the others, and is assessed like them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analysis::test_cases::Suite;
use crate::analysis::test_cases::case::{Case, Expectation};
use crate::analysis::test_cases::parse::id_of;
use crate::assess::assessment::{Assessment, RulebookAssessment};
use crate::assess::result_types::{Finding, JurisdictionAssessment};
use crate::assess::snapshot::{Criteria, Snapshot};
use crate::assess::{Explored, Options};
use crate::base::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::base::parallel;
use crate::base::source::Span;
use crate::model::fact::{Date, Value};
use crate::model::jurisdiction::{
    Jurisdiction, Jurisdictions, Record, Role, check_references, reference_facts,
};
use crate::model::rulebook::RulebookId;
use crate::model::typed_indexes::PlaceIndex;
use crate::tree::{FactRef, Owner};

/// Which cases to run.
#[derive(Clone, Debug, Default)]
pub struct TestOptions {
    /// Only cases whose file or name contains this; `None` for all.
    pub filter: Option<String>,
    /// The ids of the rulebooks whose cases to run; all if empty.
    pub rulebooks: Vec<String>,
    /// Whether to keep what [`coverage`](crate::test_cases::coverage) needs.
    pub coverage: bool,
}

/// The results of a run of cases.
#[derive(Debug, Default)]
pub struct TestRun {
    /// One for each case, in order of files and places.
    pub results: Vec<CaseResult>,
    /// How many cases the filter left out.
    pub left_out: usize,
    /// The diagnostics about cases, or about the selection of them.
    pub diagnostics: Vec<Diagnostic>,
    /// The assessments behind the results, if coverage is wanted.
    pub(crate) assessments: Vec<RulebookAssessment>,
}

/// The result of one case.
#[derive(Clone, Debug)]
pub struct CaseResult {
    /// The case.
    pub case: Case,
    /// What is not as expected; empty if the case passed.
    pub mismatches: Vec<CaseMismatch>,
}

/// One thing that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseMismatch {
    /// What differs: `hold`, `reason of hold`, `determination`.
    pub what: String,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// More on what was found: its reasons, or what is missing; `None` if there is no more.
    pub because: Option<String>,
    /// The place of the expectation.
    pub span: Span,
}

impl CaseResult {
    /// Whether everything is as expected.
    pub fn passed(&self) -> bool {
        self.mismatches.is_empty()
    }
}

impl TestRun {
    /// How many cases failed.
    pub fn failed(&self) -> usize {
        self.results
            .iter()
            .filter(|result| !result.passed())
            .count()
    }
}

/// A group of cases that one assessment can answer: an as-of date, and the number of the only case
/// in it if that has other records than the files.
type CaseGroup = (Option<Date>, Option<usize>);

/// Cases by group, each with its number.
type CaseGroups<'a> = BTreeMap<CaseGroup, Vec<(usize, &'a Case)>>;

/// Parameters and their values, as a case sets them.
type Parameters = Vec<(String, String)>;

/// Runs the cases of a suite.
pub fn run(snapshot: &Snapshot, suite: &Suite, options: &TestOptions) -> TestRun {
    let mut run = TestRun {
        diagnostics: suite.diagnostics.clone(),
        ..TestRun::default()
    };
    let chosen: Vec<(usize, &Case)> = suite
        .cases
        .iter()
        .enumerate()
        .filter(|(_, case)| is_chosen(case, options))
        .collect();
    run.left_out = suite.cases.len() - chosen.len();
    // What a rulebook file has wrong is said there, and may be why there is no case.
    let explained = snapshot.rulebooks().any(|one| !one.unread.is_empty());
    if chosen.is_empty() && suite.diagnostics.is_empty() && !explained {
        run.diagnostics.push(nothing(snapshot, suite, options));
    }
    let mut results: BTreeMap<usize, CaseResult> = BTreeMap::new();
    for (rulebook, families) in families(&chosen) {
        let mut all = snapshot.rulebooks.iter();
        let Some(criteria) = all.find(|one| one.rulebook.id == rulebook) else {
            continue;
        };
        let first = Family {
            criteria,
            scripts: snapshot.scripts,
            before: None,
            coverage: options.coverage,
        };
        let mut families = families.into_iter();
        // The others reuse the trees of its scripts, except where parameters differ.
        let (mut found, before) = families
            .next()
            .map(|(parameters, groups)| first.run(&parameters, groups))
            .unwrap_or_default();
        let others = Family {
            before: before.as_ref(),
            ..first
        };
        let run_one = |(parameters, groups): (Parameters, CaseGroups<'_>)| {
            let (mut ran, last) = others.run(&parameters, groups);
            ran.keep(last, options.coverage);
            ran
        };
        for ran in parallel::map(families.collect(), run_one) {
            found.add(ran);
        }
        found.keep(before, options.coverage);
        results.extend(found.results);
        run.diagnostics.extend(found.diagnostics);
        run.assessments.extend(found.assessments);
    }
    run.results = results.into_values().collect();
    crate::base::diagnostic::sort(&mut run.diagnostics);
    run
}

/// Cases by rulebook and by parameters, in the groups that one assessment can answer.
fn families<'a>(
    chosen: &[(usize, &'a Case)],
) -> BTreeMap<RulebookId, BTreeMap<Parameters, CaseGroups<'a>>> {
    let mut found: BTreeMap<RulebookId, BTreeMap<Parameters, CaseGroups<'a>>> = BTreeMap::new();
    for (number, case) in chosen {
        let of_rulebook = found.entry(case.rulebook.clone()).or_default();
        // Other records than in the files are so for one case alone.
        let group = (case.as_of, (!case.with.is_empty()).then_some(*number));
        let groups = of_rulebook.entry(case.parameters.clone()).or_default();
        groups.entry(group).or_default().push((*number, *case));
    }
    found
}

/// The results of a family of cases.
#[derive(Default)]
struct Ran {
    /// By number of the case.
    results: Vec<(usize, CaseResult)>,
    diagnostics: Vec<Diagnostic>,
    assessments: Vec<RulebookAssessment>,
}

impl Ran {
    fn add(&mut self, other: Self) {
        self.results.extend(other.results);
        self.diagnostics.extend(other.diagnostics);
        self.assessments.extend(other.assessments);
    }

    /// Keeps an assessment that no other will reuse, if coverage needs it.
    fn keep(&mut self, assessment: Option<Assessment>, coverage: bool) {
        let needed = assessment.filter(|_| coverage);
        self.assessments
            .extend(needed.into_iter().flat_map(|one| one.rulebooks));
    }
}

/// Cases of one rulebook with the same parameters.
#[derive(Clone, Copy)]
struct Family<'a> {
    criteria: &'a Arc<Criteria>,
    /// The number of scripts in all.
    scripts: usize,
    /// An assessment of another family, to reuse.
    before: Option<&'a Assessment>,
    coverage: bool,
}

impl Family<'_> {
    /// Runs the cases. A script that reads the same as in an earlier group, or in the other family,
    /// is not explored again. Also gives the last assessment.
    fn run(
        self,
        parameters: &[(String, String)],
        groups: CaseGroups<'_>,
    ) -> (Ran, Option<Assessment>) {
        let mut ran = Ran::default();
        let mut earlier: Option<Assessment> = None;
        for ((as_of, _), cases) in groups {
            let Some(assessment) = assess_group(
                (self.criteria, self.scripts),
                (as_of, parameters),
                &cases,
                earlier.as_ref().or(self.before),
                &mut ran.diagnostics,
            ) else {
                continue;
            };
            ran.keep(earlier.replace(assessment), self.coverage);
            let assessed = earlier.iter().flat_map(|one| &one.rulebooks);
            for assessed in assessed {
                for (number, case) in &cases {
                    let before = ran.diagnostics.len();
                    let mismatches = mismatches(assessed, *number, case, &mut ran.diagnostics);
                    // A case with a mistake has no result: it could pass for the wrong reason.
                    if ran.diagnostics.len() == before {
                        let case = (*case).clone();
                        ran.results.push((*number, CaseResult { case, mismatches }));
                    }
                }
            }
        }
        (ran, earlier)
    }
}

/// What of a case is not as expected.
fn mismatches(
    assessed: &RulebookAssessment,
    number: usize,
    case: &Case,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<CaseMismatch> {
    let place = assessed
        .place(id_of(number).as_str())
        .expect("each case is a record that was selected");
    let mut mismatches = Vec::new();
    for expected in &case.expected {
        let (what, span) = (&expected.what, &expected.span);
        if !is_plainly_so(assessed, place, what) {
            let one = assessed.at(place);
            compare(assessed, one, what, span, &mut mismatches, diagnostics);
        }
    }
    mismatches
}

/// Whether an expectation is met, without computing reasons.
fn is_plainly_so(assessed: &RulebookAssessment, place: PlaceIndex, expected: &Expectation) -> bool {
    match expected {
        Expectation::Finding(id, status) => {
            let condition = assessed.condition(id.as_str());
            condition.is_some_and(|condition| assessed.status(place, condition) == *status)
        }
        Expectation::Determination(kind) => assessed.kind(place) == *kind,
        Expectation::Reason(..) | Expectation::Missing(..) | Expectation::Unknown(_) => false,
    }
}

fn is_chosen(case: &Case, options: &TestOptions) -> bool {
    let named = options.rulebooks.is_empty()
        || options
            .rulebooks
            .iter()
            .any(|id| id == case.rulebook.as_str());
    let holds = |filter: &String| {
        case.name.contains(filter.as_str()) || case.span.source().name().contains(filter.as_str())
    };
    named && options.filter.as_ref().is_none_or(holds)
}

fn nothing(snapshot: &Snapshot, suite: &Suite, options: &TestOptions) -> Diagnostic {
    if let (Some(filter), false) = (&options.filter, suite.cases.is_empty()) {
        let names = suite.cases.iter().map(|case| case.name.as_str());
        let message = format!("no case has `{filter}` in its name or in the name of its file");
        return Diagnostic::new(Code::UnknownSelection, message).help(did_you_mean(filter, names));
    }
    let id = snapshot.rulebooks().next().map_or_else(
        || "<rulebook>".to_owned(),
        |rulebook| rulebook.id.to_string(),
    );
    let message = "there is nothing to test: no case in the folder `tests`";
    let help = format!("put cases into `tests/{id}/`, in YAML or CSV");
    Diagnostic::in_file(Code::TestsNothing, &format!("tests/{id}"), message).help(help)
}

/// Assesses cases as records among the others. Results of scripts are taken from an earlier
/// assessment if they are equal.
fn assess_group(
    (criteria, scripts): (&Arc<Criteria>, usize),
    (as_of, parameters): (Option<Date>, &[(String, String)]),
    cases: &[(usize, &Case)],
    earlier: Option<&Assessment>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Assessment> {
    let records = referred(criteria, cases);
    let ids: Vec<String> = cases
        .iter()
        .map(|(number, _)| id_of(*number).to_string())
        .collect();
    let mut records: Vec<Record> = records.into_iter().map(Record::from).collect();
    records.extend(cases.iter().map(|(number, case)| {
        let mut record = case.record.clone();
        record.id = id_of(*number);
        record.role = Role::Assessed;
        record.into()
    }));
    let before = diagnostics.len();
    let records = check_references(
        &criteria.rulebook.schema,
        Jurisdictions::new(records),
        diagnostics,
    );
    // Errors in references of the record files themselves are reported elsewhere.
    let known = |diagnostic: &Diagnostic| {
        !diagnostic
            .file()
            .is_some_and(|file| file.starts_with("tests/"))
    };
    let all = diagnostics.split_off(before);
    diagnostics.extend(all.into_iter().filter(|diagnostic| !known(diagnostic)));
    let criteria = Criteria {
        // What is waived is so for real records; a case tests the criteria.
        waivers: Arc::default(),
        // A case is no part of a population: it states what it wants statistics to be.
        states_statistics: true,
        ..criteria.with_records(records.into())
    };
    let snapshot = Snapshot {
        rulebooks: vec![criteria.into()],
        scripts,
        diagnostics: Vec::new(),
    };
    let options = Options {
        jurisdictions: ids,
        as_of,
        parameters: parameters.to_vec(),
        ..Options::default()
    };
    let assessment = Explored::new(&snapshot, &options, earlier).assess(None);
    if assessment.rulebooks.is_empty() {
        diagnostics.extend(assessment.diagnostics);
        return None;
    }
    Some(assessment)
}

/// The records that cases can reach, with those of a case in place of those of the files.
fn referred(criteria: &Criteria, cases: &[(usize, &Case)]) -> Vec<Arc<Jurisdiction>> {
    let references = reference_facts(&criteria.rulebook.schema);
    let targets = |record: &Jurisdiction| -> Vec<Arc<str>> {
        let stated = references
            .iter()
            .flat_map(|fact| record.facts[*fact].iter().map(move |dated| (*fact, dated)));
        let named = stated.filter_map(|(fact, dated)| match &dated.value.value {
            Some(Value::Text(name)) => criteria.records.follow(fact, name),
            _ => None,
        });
        named
            .map(|record| criteria.records.id(record).into())
            .collect()
    };
    let mut found: BTreeMap<Arc<str>, Arc<Jurisdiction>> = BTreeMap::new();
    for other in cases.iter().flat_map(|(_, case)| &case.with) {
        found.insert(other.id.as_str().into(), Arc::clone(other));
    }
    let with = found.values().flat_map(|record| targets(record));
    let mut open: Vec<Arc<str>> = cases
        .iter()
        .flat_map(|(_, case)| targets(&case.record))
        .chain(with)
        .collect();
    while let Some(id) = open.pop() {
        let record = criteria
            .records
            .find(&id)
            .map(|index| criteria.records.get(index));
        if let Some(record) = record.filter(|_| !found.contains_key(&id)) {
            open.extend(targets(&record));
            found.insert(id, record);
        }
    }
    found.into_values().collect()
}

fn compare(
    assessed: &RulebookAssessment,
    one: &JurisdictionAssessment,
    expected: &Expectation,
    span: &Span,
    mismatches: &mut Vec<CaseMismatch>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut differ = |what: String, expected: String, found: String, because: Option<String>| {
        if expected != found {
            mismatches.push(CaseMismatch {
                what,
                expected,
                found,
                because,
                span: span.clone(),
            });
        }
    };
    let place = match expected {
        Expectation::Finding(id, _) | Expectation::Reason(id, _) | Expectation::Missing(id, _) => {
            let place = assessed.condition(id.as_str());
            if place.is_none() {
                let message = format!("the condition `{id}` is not in force on {}", assessed.as_of);
                let help = "give the case another `as_of:`, or leave the condition out".to_owned();
                diagnostics
                    .push(Diagnostic::at(Code::UnknownCondition, span.clone(), message).help(help));
                return;
            }
            place
        }
        _ => None,
    };
    let finding = place.map(|place| &one.findings[place]);
    match (expected, finding) {
        (Expectation::Finding(id, status), Some(finding)) => {
            differ(
                id.to_string(),
                status.to_string(),
                finding.status.to_string(),
                because(finding),
            );
        }
        (Expectation::Reason(id, reason), Some(finding)) => {
            if !finding.reasons.contains(reason) {
                let found = if finding.reasons.is_empty() {
                    "none".to_owned()
                } else {
                    finding.reasons.join("; or ")
                };
                differ(format!("reason of {id}"), reason.clone(), found, None);
            }
        }
        (Expectation::Missing(id, facts), Some(finding)) => {
            differ(
                format!("unknown facts of {id}"),
                listed(facts),
                listed(&names(&finding.missing)),
                None,
            );
        }
        (Expectation::Determination(kind), _) => {
            let determination = &one.determination;
            let because =
                (!determination.missing.is_empty()).then(|| listed(&names(&determination.missing)));
            let because = because.map(|facts| format!("decided by {facts}"));
            differ(
                "determination".to_owned(),
                kind.to_string(),
                determination.kind.to_string(),
                because,
            );
        }
        (Expectation::Unknown(facts), _) => {
            differ(
                "unknown facts".to_owned(),
                listed(facts),
                listed(&names(&one.determination.missing)),
                None,
            );
        }
        _ => unreachable!("a finding was looked up above"),
    }
}

fn because(finding: &Finding) -> Option<String> {
    if let Some(fault) = &finding.fault {
        return Some(fault.message.clone());
    }
    if !finding.missing.is_empty() {
        return Some(format!("depends on {}", listed(&names(&finding.missing))));
    }
    (!finding.reasons.is_empty()).then(|| finding.reasons.join("; or "))
}

/// Names of facts as cases write them.
pub(super) fn names(facts: &[FactRef]) -> Vec<String> {
    let one = |fact: &FactRef| match &fact.owner {
        Owner::Record(id) if !id.as_str().starts_with("case ") => format!("{id}: {}", fact.path),
        _ => fact.path.to_string(),
    };
    let mut names: Vec<_> = facts.iter().map(one).collect();
    names.sort();
    names
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
