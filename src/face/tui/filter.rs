//! The filter of the screen: its words, and which jurisdictions match.
//!
//! A jurisdiction must match all words. A plain word is looked for in ids, names and texts of
//! facts; one with an operator compares: `hold=not_met`, `county="St. Kent"`, `population>=10000`,
//! `determination=eligible`. An unknown value only matches `=unknown`.

use crate::assess::assessment::{RulebookAssessment, RulebookDelta};
use crate::assess::result_types::{DeterminationKind, Status};
use crate::base::diagnostic::did_you_mean;
use crate::model::fact::{Column, FactType, Value, read_typed};
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::PlaceIndex;
use crate::model::typed_indexes::RecordIndex;

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Is,
    IsNot,
    Below,
    AtMost,
    Above,
    AtLeast,
}

/// The signs, the longer ones first.
const SIGNS: [(&str, Sign); 6] = [
    ("!=", Sign::IsNot),
    ("<=", Sign::AtMost),
    (">=", Sign::AtLeast),
    ("=", Sign::Is),
    ("<", Sign::Below),
    (">", Sign::Above),
];

/// The column of determinations, as a filter names it.
pub(super) const DETERMINATION: &str = "determination";

const UNKNOWN: &str = "unknown";

/// One word of a filter, as it is asked of each jurisdiction.
enum WantedWord<'a> {
    /// Stands in the id, the name, or a text of a fact.
    Text(String, Vec<Marked<'a>>),
    /// The determination is, or is not.
    Kind(DeterminationKind, bool),
    /// A finding is, or is not.
    Finding(ConditionIndex, Status, bool),
    /// A finding changed, or did not.
    Changed(&'a str, bool),
    /// A fact is known, or is not.
    Known(FactIndex, bool),
    /// A fact beside a value.
    Fact(FactIndex, Sign, Value),
    /// The text of a fact, ignoring case.
    Choice(FactIndex, String, bool),
}

/// A column of texts, and which of them contain a word.
struct Marked<'a> {
    column: &'a Column,
    marks: Vec<bool>,
}

/// The words of a filter as they are asked of a rulebook.
pub(super) struct Filter<'a> {
    assessed: &'a RulebookAssessment,
    delta: Option<&'a RulebookDelta>,
    wanted: Vec<WantedWord<'a>>,
}

impl<'a> Filter<'a> {
    /// The words of a text; an error in words if one of them names something that does not exist.
    pub(super) fn new(
        assessed: &'a RulebookAssessment,
        delta: Option<&'a RulebookDelta>,
        text: &str,
    ) -> Result<Self, String> {
        let words = split(text);
        let wanted = words.iter().map(|word| wanted(assessed, word));
        Ok(Self {
            assessed,
            delta,
            wanted: wanted.collect::<Result<_, _>>()?,
        })
    }

    /// Whether the jurisdiction at a place is let through.
    pub(super) fn lets(&self, place: PlaceIndex) -> bool {
        self.wanted.iter().all(|wanted| self.holds(wanted, place))
    }

    fn holds(&self, wanted: &WantedWord<'_>, place: PlaceIndex) -> bool {
        let assessed = self.assessed;
        let record = assessed.record_of(place);
        let value = |slot: FactIndex| assessed.basis.facts.value(record, slot);
        match wanted {
            WantedWord::Text(word, columns) => {
                assessed.id(place).to_lowercase().contains(word.as_str())
                    || assessed.name(place).to_lowercase().contains(word.as_str())
                    || assessed.kind(place).to_string() == *word
                    || columns.iter().any(|marked| marked.holds(record))
            }
            WantedWord::Kind(kind, is) => (assessed.kind(place) == *kind) == *is,
            WantedWord::Finding(condition, status, is) => {
                (assessed.status(place, *condition) == *status) == *is
            }
            WantedWord::Changed(condition, is) => {
                let delta = self
                    .delta
                    .and_then(|delta| delta.jurisdiction(assessed.id(place)));
                let mut findings = delta.iter().flat_map(|delta| &delta.findings);
                findings.any(|finding| finding.condition.as_str() == *condition) == *is
            }
            WantedWord::Known(slot, is) => value(*slot).is_some() == *is,
            WantedWord::Fact(slot, sign, wanted) => value(*slot).is_some_and(|value| match sign {
                Sign::Is => value == *wanted,
                Sign::IsNot => value != *wanted,
                Sign::Below => value < *wanted,
                Sign::AtMost => value <= *wanted,
                Sign::Above => value > *wanted,
                Sign::AtLeast => value >= *wanted,
            }),
            WantedWord::Choice(slot, wanted, is) => value(*slot)
                .is_some_and(|value| (value.to_string().to_lowercase() == *wanted) == *is),
        }
    }
}

impl Marked<'_> {
    fn holds(&self, record: RecordIndex) -> bool {
        let number = match self.column {
            Column::Few(codes, _) => usize::from(codes[record]),
            Column::Texts(numbers, _) => usize::try_from(numbers[record]).unwrap_or(usize::MAX),
            _ => return false,
        };
        self.marks.get(number).copied().unwrap_or(false)
    }
}

/// The words of a text; a text in quotation marks is one word.
pub(super) fn split(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for sign in text.chars() {
        match sign {
            '"' => is_quoted = !is_quoted,
            sign if sign.is_whitespace() && !is_quoted => words.push(String::new()),
            sign => words.last_mut().expect("there is one").push(sign),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A word that asks for a value: `county="St. Kent"`.
pub(super) fn term(name: &str, value: &str) -> String {
    let value = value.replace('"', "");
    if value.contains(char::is_whitespace) || value.is_empty() {
        format!("{name}=\"{value}\"")
    } else {
        format!("{name}={value}")
    }
}

fn wanted<'a>(assessed: &'a RulebookAssessment, word: &str) -> Result<WantedWord<'a>, String> {
    let Some(at) = word.find(['!', '=', '<', '>']).filter(|at| *at > 0) else {
        return Ok(in_texts(assessed, word));
    };
    let (name, rest) = word.split_at(at);
    let Some((sign, value)) = SIGNS
        .iter()
        .find_map(|(text, sign)| Some((*sign, rest.strip_prefix(text)?)))
    else {
        return Ok(in_texts(assessed, word));
    };
    let is = match sign {
        Sign::Is => Some(true),
        Sign::IsNot => Some(false),
        _ => None,
    };
    let found = assessed.condition(name);
    if let Some(condition) = found {
        let is = is.ok_or_else(|| format!("`{name}` is a condition: write `=` or `!=`"))?;
        let id = assessed.conditions[condition].condition.id.as_str();
        return match status(value) {
            Some(status) => Ok(WantedWord::Finding(condition, status, is)),
            None if value == "changed" => Ok(WantedWord::Changed(id, is)),
            None => Err(format!(
                "`{name}` is met, not_met, n/a, unknown, fault or changed"
            )),
        };
    }
    if name == DETERMINATION {
        let kind = DeterminationKind::ALL
            .into_iter()
            .find(|kind| kind.to_string() == value);
        return match (kind, is) {
            (Some(kind), Some(is)) => Ok(WantedWord::Kind(kind, is)),
            _ => Err("a determination is eligible, ineligible, undetermined or fault".to_owned()),
        };
    }
    of_fact(assessed, name, sign, value)
}

fn of_fact<'a>(
    assessed: &'a RulebookAssessment,
    name: &str,
    sign: Sign,
    value: &str,
) -> Result<WantedWord<'a>, String> {
    let schema = &assessed.basis.bindings.schema;
    let Some(slot) = schema.slot(name) else {
        let conditions = assessed.conditions.iter();
        let names = conditions.map(|used| used.condition.id.as_str());
        let names: Vec<&str> = names.chain(schema.paths()).collect();
        let near = did_you_mean(name, names).map_or_else(String::new, |near| format!(", {near}"));
        return Err(format!("there is no condition or fact `{name}`{near}"));
    };
    let fact = &schema.facts()[slot];
    match (sign, value, &fact.ty) {
        (Sign::Is, UNKNOWN, _) => Ok(WantedWord::Known(slot, false)),
        (Sign::IsNot, UNKNOWN, _) => Ok(WantedWord::Known(slot, true)),
        (Sign::Is, _, ty) if is_text(ty) => {
            Ok(WantedWord::Choice(slot, value.to_lowercase(), true))
        }
        (Sign::IsNot, _, ty) if is_text(ty) => {
            Ok(WantedWord::Choice(slot, value.to_lowercase(), false))
        }
        (_, _, FactType::List(_)) => Err(format!("`{name}` is a list, and is not compared")),
        _ => match read_typed(&fact.ty, value) {
            Ok(value) => Ok(WantedWord::Fact(slot, sign, value)),
            Err(why) => Err(format!("`{name}`: {why}")),
        },
    }
}

fn is_text(ty: &FactType) -> bool {
    matches!(
        ty,
        FactType::Text | FactType::Choice(_) | FactType::Jurisdiction
    )
}

fn status(word: &str) -> Option<Status> {
    Some(match word {
        "met" => Status::Met,
        "not_met" | "unmet" => Status::NotMet,
        "n/a" | "not_applicable" => Status::NotApplicable,
        UNKNOWN => Status::Unknown,
        "fault" => Status::Fault,
        _ => return None,
    })
}

/// A status as a filter names it.
pub(super) fn status_in_filter(status: Status) -> &'static str {
    match status {
        Status::Met => "met",
        Status::NotMet => "not_met",
        Status::NotApplicable => "n/a",
        Status::Unknown => UNKNOWN,
        Status::Fault => "fault",
    }
}

/// A word anywhere in texts: each different text is looked at once.
fn in_texts<'a>(assessed: &'a RulebookAssessment, word: &str) -> WantedWord<'a> {
    let word = word.to_lowercase();
    let facts = &assessed.basis.facts;
    let schema = &assessed.basis.bindings.schema;
    let texts = FactIndex::each(schema.facts()).filter(|(_, fact)| is_text(&fact.ty));
    let columns = texts.filter_map(|(slot, _)| facts.column(slot));
    let stands = |text: &str| text.to_lowercase().contains(&word);
    let marked = columns.map(|column| {
        let marks = match column {
            Column::Few(_, values) => values
                .iter()
                .map(|value| matches!(value, Value::Text(text) if stands(text)))
                .collect(),
            Column::Texts(_, texts) => texts.list().iter().map(|text| stands(text)).collect(),
            _ => Vec::new(),
        };
        Marked { column, marks }
    });
    let marked = marked.filter(|marked| marked.marks.contains(&true));
    let marked = marked.collect();
    WantedWord::Text(word, marked)
}
