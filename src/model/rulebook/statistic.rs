//! A statistic: a number calculated from the whole population, read by scripts as `stats.<name>`.
//!
//! A statistic has a kind, the facts it is calculated from, and a rule for members with an unknown
//! input. With `by` there is one value for each group, and a jurisdiction reads that of its own.

use std::sync::Arc;

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of};
use crate::base::source::Span;
use crate::formats::yaml::{Entry, NodeKind, Section, YamlNode, one_or_many, text_of};
use crate::model::fact::{FactType, Number, Value, name_problem, plain_number};
use crate::model::rulebook::schema::read_decimals;

/// One statistic, as the rulebook declares it.
#[derive(Clone, Debug, PartialEq)]
pub struct Statistic {
    /// The name of the statistic.
    pub name: Arc<str>,
    /// What is calculated.
    pub kind: StatisticKind,
    /// The fact it is about; `None` for a count.
    pub of: Option<StatisticInput>,
    /// For a ratio: the fact whose sum is the divisor; otherwise `None`.
    pub over: Option<StatisticInput>,
    /// For a cumulative share: the fact that orders jurisdictions; otherwise `None`.
    pub along: Option<StatisticInput>,
    /// The boolean fact that members must have; `None` if all records are members.
    pub filter: Option<StatisticInput>,
    /// The facts that form groups; empty for one group.
    pub by: Vec<StatisticInput>,
    /// The order of a rank or a cumulative share.
    pub order: Order,
    /// How a rank or a cumulative share treats equal members.
    pub ties: Ties,
    /// How members with an unknown input are treated.
    pub unknown: UnknownInputs,
    /// The unit, such as `euros`; `None` if there is none.
    pub unit: Option<String>,
    /// The number of decimals it is shown with; `None` for all.
    pub decimals: Option<u8>,
    /// What it means; `None` if the rulebook does not say.
    pub description: Option<String>,
    /// The place where it is declared.
    pub span: Span,
}

/// A fact, derived or stated, that a statistic is calculated from.
#[derive(Clone, Debug, PartialEq)]
pub struct StatisticInput {
    /// The path of the fact.
    pub path: Arc<str>,
    /// The place where the rulebook names it.
    pub span: Span,
}

/// The kind of a statistic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StatisticKind {
    /// The number of members.
    Count,
    /// The sum of a number.
    Sum,
    /// The sum of a number, divided by the number of members.
    Mean,
    /// The sum of a number, divided by the sum of another.
    Ratio,
    /// The least number.
    Min,
    /// The greatest number.
    Max,
    /// The number in the middle; of two, the number halfway between them.
    Median,
    /// The number below which a percentage of the members lie, from 0 to 100: at
    /// `p / 100 * (n - 1)` members from the least, interpolated linearly (Hyndman and Fan 1996,
    /// definition 7).
    Percentile(f64),
    /// The share of members for which a boolean is true, from 0 to 1.
    Share,
    /// The rank of a jurisdiction among the members, from 1.
    Rank,
    /// The share of a sum that a jurisdiction has together with all before it in order, from 0 to
    /// 1.
    CumulativeShare,
}

/// The order of a rank or a cumulative share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The least is first.
    Ascending,
    /// The greatest is first.
    Descending,
}

/// How equal members are ranked.
#[derive(Clone, Debug, PartialEq)]
pub enum Ties {
    /// They share the better rank, and the next rank is as if they did not: 1, 2, 2, 4.
    Shared,
    /// These facts order them. Those that are equal in all of them share a rank.
    Broken(Vec<(StatisticInput, Order)>),
}

/// How members with an unknown input are treated.
#[derive(Clone, Debug, PartialEq)]
pub enum UnknownInputs {
    /// They are left out and counted.
    LeftOut,
    /// The statistic of their group is unknown.
    MakesUnknown,
    /// This value is assumed for the fact it is about.
    Assumed(Value),
}

/// The kinds by name, with the keys each needs and those it may have.
const KINDS: [(&str, &[&str], &[&str]); 11] = [
    ("count", &[], &[]),
    ("sum", &["of"], &[]),
    ("mean", &["of"], &[]),
    ("ratio", &["of", "over"], &[]),
    ("min", &["of"], &[]),
    ("max", &["of"], &[]),
    ("median", &["of"], &[]),
    ("percentile", &["of", "p"], &[]),
    ("share", &["of"], &[]),
    ("rank", &["of"], &["order", "ties"]),
    ("cumulative share", &["of", "along"], &["order", "ties"]),
];

const KEYS: [&str; 13] = [
    "statistic",
    "of",
    "over",
    "along",
    "p",
    "where",
    "by",
    "order",
    "ties",
    "unknown",
    "unit",
    "decimals",
    "description",
];

/// The keys that only some kinds have.
const OF_SOME: [&str; 6] = ["of", "over", "along", "p", "order", "ties"];

impl StatisticKind {
    /// Its name in a rulebook file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Sum => "sum",
            Self::Mean => "mean",
            Self::Ratio => "ratio",
            Self::Min => "min",
            Self::Max => "max",
            Self::Median => "median",
            Self::Percentile(_) => "percentile",
            Self::Share => "share",
            Self::Rank => "rank",
            Self::CumulativeShare => "cumulative share",
        }
    }

    /// Whether its value differs within a group.
    pub fn is_own(self) -> bool {
        matches!(self, Self::Rank | Self::CumulativeShare)
    }
}

impl Statistic {
    /// Whether it is calculated in the same way as another, wherever both are declared.
    pub(crate) fn reads_as(&self, other: &Self) -> bool {
        let inputs = |one: &Self| -> Vec<Option<Arc<str>>> {
            let single = [&one.of, &one.over, &one.along, &one.filter].map(Option::as_ref);
            single
                .into_iter()
                .chain(one.by.iter().map(Some))
                .map(|input| input.map(|input| input.path.clone()))
                .collect()
        };
        let ties = |one: &Self| match &one.ties {
            Ties::Shared => None,
            Ties::Broken(by) => Some(
                by.iter()
                    .map(|(input, order)| (input.path.clone(), *order))
                    .collect::<Vec<_>>(),
            ),
        };
        self.name == other.name
            && self.kind == other.kind
            && inputs(self) == inputs(other)
            && (self.order, ties(self)) == (other.order, ties(other))
            && self.unknown == other.unknown
            && (&self.unit, self.decimals) == (&other.unit, other.decimals)
            && self.description == other.description
    }
}

/// In words: "mean of income".
impl std::fmt::Display for Statistic {
    fn fmt(&self, fmt: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let StatisticKind::Percentile(p) = self.kind {
            write!(fmt, "percentile {p}")?;
        } else {
            fmt.write_str(self.kind.name())?;
        }
        for (word, input) in [
            ("of", &self.of),
            ("over", &self.over),
            ("along", &self.along),
        ] {
            if let Some(input) = input {
                write!(fmt, " {word} {}", input.path)?;
            }
        }
        if self.kind.is_own() && self.order == Order::Descending {
            fmt.write_str(", the greatest first")?;
        }
        let ordered = self.kind.is_own();
        if ordered && self.order == Order::Ascending {
            fmt.write_str(", the least first")?;
        }
        if let Some(filter) = &self.filter {
            write!(
                fmt,
                "{} where {}",
                if ordered { "," } else { "" },
                filter.path
            )?;
        }
        Ok(())
    }
}

/// The statistics of a rulebook file.
pub(super) fn read_statistics(
    entries: &[Entry],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Arc<Statistic>> {
    entries
        .iter()
        .filter_map(|entry| read_statistic(entry, diagnostics))
        .map(Arc::new)
        .collect()
}

fn read_statistic(entry: &Entry, diagnostics: &mut Vec<Diagnostic>) -> Option<Statistic> {
    if let Some(problem) = name_problem(&entry.key) {
        diagnostics.push(Diagnostic::at(
            Code::BadName,
            entry.key_span.clone(),
            problem,
        ));
        return None;
    }
    let section = Section::new(&entry.value, "a statistic", &KEYS, diagnostics)?;
    let kind = read_kind(&section, diagnostics)?;
    let input = |key: &str, diagnostics: &mut Vec<Diagnostic>| {
        section
            .get(key)
            .and_then(|node| read_input(node, key, diagnostics))
    };
    Some(Statistic {
        name: entry.key.as_str().into(),
        of: input("of", diagnostics),
        over: input("over", diagnostics),
        along: input("along", diagnostics),
        filter: input("where", diagnostics),
        by: section
            .get("by")
            .map(|node| read_inputs(node, "by", diagnostics))
            .unwrap_or_default(),
        order: read_order(&section, diagnostics),
        ties: read_ties(&section, diagnostics),
        unknown: read_unknown(&section, kind, diagnostics),
        unit: section.text("unit", diagnostics),
        decimals: read_decimals(&section, &FactType::Number, diagnostics),
        description: section.text("description", diagnostics),
        span: entry.key_span.clone(),
        kind,
    })
}

fn wrong(
    node: &YamlNode,
    message: String,
    help: impl Into<Option<String>>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    diagnostics.push(Diagnostic::at(Code::WrongValue, node.span.clone(), message).help(help));
}

fn read_kind(section: &Section<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<StatisticKind> {
    let names = || KINDS.iter().map(|(name, ..)| *name);
    let Some(node) = section.get("statistic") else {
        // A key by another name is reported.
        if ["type", "kind", "function", "measure"]
            .iter()
            .any(|key| section.get(key).is_some())
        {
            return None;
        }
        let help = format!("add `statistic:` with one of {}", list_of(names()));
        let message = "a statistic must say what it is";
        diagnostics
            .push(Diagnostic::at(Code::MissingKey, section.span().clone(), message).help(help));
        return None;
    };
    let name = text_of(node, "statistic", diagnostics)?;
    let Some((_, needed, allowed)) = KINDS.iter().find(|(known, ..)| *known == name) else {
        let known = format!("the statistics are {}", list_of(names()));
        let meant = elsewhere(&name).map(|name| format!("write `{name}`"));
        let help = meant
            .or_else(|| did_you_mean(&name, names()))
            .unwrap_or(known);
        wrong(
            node,
            format!("there is no statistic `{name}`"),
            help,
            diagnostics,
        );
        return None;
    };
    let before = diagnostics.len();
    for key in needed.iter().filter(|key| section.get(key).is_none()) {
        let message = format!("a {name} needs `{key}`");
        let help = match *key {
            "p" => {
                "add `p: 90` for the number below which nine tenths of the members lie".to_owned()
            }
            "along" => "add `along:` with the fact that puts the members in order".to_owned(),
            "over" => "add `over:` with the fact whose sum divides the other".to_owned(),
            key => format!("add `{key}:` with the fact it is calculated from"),
        };
        diagnostics
            .push(Diagnostic::at(Code::MissingKey, section.span().clone(), message).help(help));
    }
    for key in OF_SOME
        .iter()
        .filter(|key| !needed.contains(key) && !allowed.contains(key))
    {
        if let Some(entry) = section.entry(key) {
            let message = format!("a {name} has no `{key}`");
            diagnostics.push(
                Diagnostic::at(Code::UnknownKey, entry.key_span.clone(), message)
                    .help("remove it".to_owned()),
            );
        }
    }
    let kind = match name.as_str() {
        "count" => StatisticKind::Count,
        "sum" => StatisticKind::Sum,
        "mean" => StatisticKind::Mean,
        "ratio" => StatisticKind::Ratio,
        "min" => StatisticKind::Min,
        "max" => StatisticKind::Max,
        "median" => StatisticKind::Median,
        "percentile" => StatisticKind::Percentile(read_percent(section, diagnostics)?),
        "share" => StatisticKind::Share,
        "rank" => StatisticKind::Rank,
        _ => StatisticKind::CumulativeShare,
    };
    (diagnostics.len() == before).then_some(kind)
}

/// The statistic that has another name in other tools.
fn elsewhere(name: &str) -> Option<&'static str> {
    Some(match name.to_lowercase().as_str() {
        "avg" | "average" => "mean",
        "total" => "sum",
        "number" | "n" | "countif" => "count",
        "minimum" | "least" => "min",
        "maximum" | "greatest" => "max",
        "quantile" | "quartile" => "percentile",
        "proportion" | "percentage" => "share",
        "ranking" => "rank",
        _ => return None,
    })
}

fn read_percent(section: &Section<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<f64> {
    let node = section.get("p")?;
    let percent = node
        .text()
        .and_then(plain_number)
        .filter(|p| (0.0..=100.0).contains(p));
    if percent.is_none() {
        let help =
            "write `p: 90` for the number below which nine tenths of the members lie".to_owned();
        wrong(
            node,
            format!(
                "`p` must be a number from 0 to 100, found {}",
                node.describe()
            ),
            help,
            diagnostics,
        );
    }
    let Some(share) = percent.filter(|p| *p > 0.0 && *p < 1.0) else {
        return percent;
    };
    let message = format!("`p` is counted from 0 to 100, found `{share}`, which is less than 1");
    let percent = Number::of_binary(share).map(|share| share.times(&Number::from(100)));
    let help = percent.map(|percent| format!("write `{percent}`"));
    wrong(node, message, help, diagnostics);
    None
}

fn read_input(
    node: &YamlNode,
    key: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<StatisticInput> {
    let path = text_of(node, key, diagnostics)?;
    Some(StatisticInput {
        path: path.into(),
        span: node.span.clone(),
    })
}

fn read_inputs(
    node: &YamlNode,
    key: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<StatisticInput> {
    one_or_many(node)
        .iter()
        .filter_map(|node| read_input(node, key, diagnostics))
        .collect()
}

fn read_order(section: &Section<'_>, diagnostics: &mut Vec<Diagnostic>) -> Order {
    let Some(node) = section.get("order") else {
        return Order::Ascending;
    };
    match node.text() {
        Some("ascending") => Order::Ascending,
        Some("descending") => Order::Descending,
        _ => {
            let help = "write `ascending` (the least comes first) or `descending`".to_owned();
            wrong(
                node,
                format!("there is no order {}", node.describe()),
                help,
                diagnostics,
            );
            Order::Ascending
        }
    }
}

fn read_ties(section: &Section<'_>, diagnostics: &mut Vec<Diagnostic>) -> Ties {
    let Some(node) = section.get("ties") else {
        return Ties::Shared;
    };
    if node.text() == Some("shared") {
        return Ties::Shared;
    }
    let by = read_inputs(node, "ties", diagnostics)
        .into_iter()
        .map(|input| match input.path.strip_prefix('-') {
            Some(path) => (
                StatisticInput {
                    path: path.trim().into(),
                    ..input
                },
                Order::Descending,
            ),
            None => (input, Order::Ascending),
        });
    Ties::Broken(by.collect())
}

fn read_unknown(
    section: &Section<'_>,
    kind: StatisticKind,
    diagnostics: &mut Vec<Diagnostic>,
) -> UnknownInputs {
    let Some(node) = section.get("unknown") else {
        return UnknownInputs::LeftOut;
    };
    let help = "write `left out`, `makes unknown`, or `{assume: 0}`".to_owned();
    match (&node.kind, node.text()) {
        (_, Some("left out")) => return UnknownInputs::LeftOut,
        (_, Some("makes unknown")) => return UnknownInputs::MakesUnknown,
        (NodeKind::Mapping(_), _) => {}
        _ => {
            let message = format!("an unknown input cannot be treated as {}", node.describe());
            wrong(node, message, help, diagnostics);
            return UnknownInputs::LeftOut;
        }
    }
    let section = Section::new(node, "an assumption", &["assume"], diagnostics);
    let Some(value) = section.and_then(|section| section.get("assume")) else {
        return UnknownInputs::LeftOut;
    };
    let read = value.text().and_then(|text| match (kind, text) {
        (StatisticKind::Count, _) => None,
        (StatisticKind::Share, "true") => Some(Value::Boolean(true)),
        (StatisticKind::Share, "false") => Some(Value::Boolean(false)),
        (StatisticKind::Share, _) => None,
        (_, text) => plain_number(text)
            .and_then(Number::of_binary)
            .map(Value::Number),
    });
    read.map_or_else(
        || {
            let message = format!("a {} cannot assume {}", kind.name(), value.describe());
            wrong(value, message, None, diagnostics);
            UnknownInputs::LeftOut
        },
        UnknownInputs::Assumed,
    )
}
