//! A condition's metadata, from the comment head of its script.
//!
//! The head is the leading run of `//!` lines: first the title, then `@source`, `@level`, `@from`,
//! `@until` and free text. The body is read in `script`.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of};
use crate::base::source::{Source, Span};
use crate::model::fact::{Date, Dated, FactType, correction, name_problem};
use crate::model::rulebook::Rulebook;

/// The id of a condition: the stem of its file's name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConditionId(Arc<str>);

/// Whether a condition is required.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It counts for the determination.
    Required,
    /// It is shown and does not count for the determination.
    Advisory,
}

/// One condition, as the head of its script describes it.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The id of the condition.
    pub id: ConditionId,
    /// The title; the id if the head gives none.
    pub title: String,
    /// The free text of the head; `None` if there is none.
    pub description: Option<String>,
    /// Keys of the rulebook's sources, in the order of the head.
    pub sources: Vec<String>,
    /// Whether it counts for the determination.
    pub level: Level,
    /// The script.
    pub source: Arc<Source>,
    pub(crate) in_force: Dated<()>,
}

impl ConditionId {
    /// An id from a text, which is not checked: file names are checked when they are read.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The id as a text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ConditionId {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt.write_str(&self.0)
    }
}

impl Condition {
    /// The first day on which it is in force; `None` if it always was.
    pub fn from(&self) -> Option<Date> {
        self.in_force.from
    }

    /// The last day on which it is in force; `None` if it has no end.
    pub fn until(&self) -> Option<Date> {
        self.in_force.to
    }

    /// Whether it is in force on a day.
    pub(crate) fn is_in_force(&self, day: Date) -> bool {
        self.in_force.holds(day)
    }
}

/// The condition of a script file, and everything wrong with its name and head.
pub(crate) fn parse(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Condition> {
    let file = source.name().rsplit('/').next().unwrap_or_default();
    let stem = file.trim_end_matches(".rhai");
    if let Some(problem) = name_problem(stem) {
        diagnostics.push(
            Diagnostic::in_file(Code::BadName, source.name(), problem)
                .help("rename the file, as in `hold_hours.rhai`".to_owned()),
        );
        return None;
    }
    let mut condition = Condition {
        id: ConditionId::new(stem),
        title: stem.to_owned(),
        description: None,
        sources: Vec::new(),
        level: Level::Required,
        source: Arc::clone(source),
        in_force: Dated::always(()),
    };
    let mut text = Vec::new();
    let mut once = BTreeSet::new();
    let lines: Vec<Span> = head(source).collect();
    let first_word = |line: &Span| line.text().split_whitespace().next().map(str::to_owned);
    let first_words: BTreeSet<String> = lines.iter().filter_map(first_word).collect();
    for (index, span) in lines.iter().enumerate() {
        let line = span.text();
        match line.strip_prefix('@') {
            Some(tag) => {
                let name = tag.split(char::is_whitespace).next().unwrap_or_default();
                if name != "source" && TAGS.contains(&name) && !once.insert(name.to_owned()) {
                    let message = format!("`@{name}` stands twice in this head");
                    let help = "keep the one that is meant".to_owned();
                    bad_tag(message, Some(help), span, diagnostics);
                }
                read_tag(&mut condition, rulebook, tag, span, diagnostics);
            }
            None => {
                let within = tag_within(line, &TAGS);
                if let Some(tag) = &within {
                    said_within(tag, span, diagnostics);
                }
                if index == 0 {
                    line.clone_into(&mut condition.title);
                }
                if index == 0 || within.is_some() {
                    continue;
                }
                // A line of the description may begin with such a word too.
                let tag = tag_without_sign(rulebook, line).filter(|_| text.is_empty());
                let known = |tag: &String| {
                    let name = tag.split(' ').next();
                    name.is_some_and(|name| first_words.contains(name))
                };
                if let Some(tag) = tag.filter(|tag| !known(tag)) {
                    let message = format!("`{line}` is a text: a tag of the head begins with `@`");
                    let help = format!("write `//! {tag}`");
                    bad_tag(message, Some(help), span, diagnostics);
                    continue;
                }
                text.push(line.to_owned());
            }
        }
    }
    if condition.title == stem || condition.title.is_empty() {
        stem.clone_into(&mut condition.title);
        let first = source.text().lines().next().map_or(0, str::len);
        diagnostics.push(
            Diagnostic::at(
                Code::MissingTitle,
                source.span(0..first),
                "this condition has no title",
            )
            .help("make the first line `//! What the condition asks, in a few words`".to_owned()),
        );
    }
    plain_tags(source, &TAGS, diagnostics);
    let text = text.join("\n").trim().to_owned();
    condition.description = (!text.is_empty()).then_some(text);
    if let (Some(from), Some(until)) = (condition.from(), condition.until())
        && until < from
    {
        let message = "the condition ends before it starts: `@until` is before `@from`";
        let line = head(source).find(|line| line.text().starts_with("@until"));
        let span = line.unwrap_or_else(|| source.span(0..0));
        let help = format!("write a day that is not before {from}, or exchange the two days");
        diagnostics.push(Diagnostic::at(Code::BadMetadata, span, message).help(help));
    }
    Some(condition)
}

/// Reports tags in plain comments and lines of the head below the script, as they are not read.
pub(crate) fn plain_tags(source: &Arc<Source>, tags: &[&str], diagnostics: &mut Vec<Diagnostic>) {
    let text = source.text();
    let mut returns = text.match_indices('\r').map(|(at, _)| at);
    let goes_on = |at: &usize| !text[at + 1..].is_empty() && !text[at + 1..].starts_with('\n');
    if let Some(alone) = returns.find(goes_on) {
        let message =
            "a line of this script ends with a carriage return alone, and the head is not read";
        let help = "save the file with line ends LF or CRLF".to_owned();
        let span = source.span(alone..alone + 1);
        return bad_tag(message.to_owned(), Some(help), &span, diagnostics);
    }
    let (mut offset, mut below) = (0, false);
    for line in source.text().split_inclusive('\n') {
        let start = offset + (line.len() - line.trim_start().len());
        offset += line.len();
        let line = line.trim();
        let remark = line
            .strip_prefix("//")
            .filter(|rest| !rest.starts_with('!'));
        let Some(remark) = remark else {
            let within = tag_within(line, tags).filter(|_| line.starts_with("/*"));
            if let Some(tag) = within.filter(|_| !below) {
                said_within(&tag, &source.span(start..start + line.len()), diagnostics);
            }
            // The first line of the script ends its head.
            if below && line.starts_with("//!") {
                let message = "this line of the head stands below the script".to_owned();
                let help = "move it to the top, or write `//` for a remark".to_owned();
                let span = source.span(start..start + line.len());
                return bad_tag(message, Some(help), &span, diagnostics);
            }
            below |= !line.is_empty() && !line.starts_with("//!");
            continue;
        };
        if below {
            continue;
        }
        let text = remark.trim_start_matches('/').trim();
        let tag = text
            .strip_prefix('@')
            .and_then(|tag| tag.split_whitespace().next());
        if tag.is_some_and(|tag| tags.contains(&tag)) {
            let span = source.span(start..start + line.len());
            bad_tag(
                format!("`{line}` is a remark: the head stands behind `//!`"),
                Some(format!("write `//! {text}`")),
                &span,
                diagnostics,
            );
        } else if let Some(tag) = tag_within(text, tags) {
            said_within(&tag, &source.span(start..start + line.len()), diagnostics);
        }
    }
}

/// A tag with its value within a text, where it is not read: `T, @level advisory`.
fn tag_within(line: &str, tags: &[&str]) -> Option<String> {
    let signs = line.match_indices(['@', '＠']);
    let read = |(at, sign): (usize, &str)| {
        let mut words = line[at + sign.len()..].split(|c: char| c.is_whitespace() || c == ':');
        let (name, value) = (words.next()?, words.find(|word| !word.is_empty())?);
        let value = value.trim_matches(|c: char| !c.is_alphanumeric());
        let is_one = match name {
            "level" => matches!(value, "required" | "advisory"),
            "from" | "until" => Date::parse(value).is_ok(),
            "source" | "type" | "unit" => true,
            _ => false,
        };
        (is_one && tags.contains(&name)).then(|| format!("@{name} {value}"))
    };
    signs.into_iter().find_map(read)
}

fn said_within(tag: &str, span: &Span, diagnostics: &mut Vec<Diagnostic>) {
    let name = tag.split(' ').next().unwrap_or_default();
    bad_tag(
        format!("`{name}` stands within a text, where nobody reads it"),
        Some(format!("write it on a line of its own: `//! {tag}`")),
        span,
        diagnostics,
    );
}

/// The text of each head line, trimmed, with its place.
pub(crate) fn head(source: &Arc<Source>) -> impl Iterator<Item = Span> {
    let mut offset = 0;
    let lines = source.text().split_inclusive('\n').map(move |line| {
        offset += line.len();
        (offset - line.len(), line)
    });
    let lines: Vec<_> = lines.collect();
    // An empty line, or a remark, does not end it: the script does.
    let is_head = |line: &str| line.is_empty() || line.starts_with("//");
    let lines = lines
        .into_iter()
        .take_while(move |(_, line)| is_head(line.trim()));
    lines.filter_map(|(start, line)| {
        let body = line.trim_start().strip_prefix("//!")?;
        let start = start + (line.len() - body.len()) + (body.len() - body.trim_start().len());
        Some(source.span(start..start + body.trim().len()))
    })
}

/// The tags of the head of a condition.
const TAGS: [&str; 4] = ["source", "level", "from", "until"];

/// The tag that a line of a head says without its sign: `level: advisory`, `from 2026-06-01`.
fn tag_without_sign(rulebook: &Rulebook, line: &str) -> Option<String> {
    if matches!(line, "advisory" | "advisory only" | "required") {
        return Some(format!("@level {}", line.trim_end_matches(" only")));
    }
    let said = ["valid ", "in force ", "effective ", "applies "];
    let line = said
        .iter()
        .find_map(|word| line.strip_prefix(word))
        .unwrap_or(line);
    let (name, value) = line.split_once([':', ' ', '='])?;
    let (name, value) = (name.trim().to_lowercase(), value.trim());
    let value = value.trim_start_matches([':', '=']).trim();
    let is_one = match name.as_str() {
        "level" => matches!(value, "required" | "advisory"),
        "from" | "until" => Date::parse(value).is_ok(),
        "source" => rulebook.sources.contains_key(value),
        _ => false,
    };
    is_one.then(|| format!("@{name} {value}"))
}

fn read_tag(
    condition: &mut Condition,
    rulebook: &Rulebook,
    tag: &str,
    span: &Span,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let (name, value) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let value = value.trim();
    let mut bad = |message: String, help: Option<String>| bad_tag(message, help, span, diagnostics);
    if let Some((first, other)) = value.split_once(" @")
        && TAGS.iter().any(|tag| other.starts_with(tag))
    {
        let help = format!(
            "write `//! @{name} {}`, and below it `//! @{}`",
            first.trim(),
            other.trim()
        );
        return bad("two tags stand on one line".to_owned(), Some(help));
    }
    match name {
        "source" => condition
            .sources
            .extend(source_keys(rulebook, value, span, diagnostics)),
        "level" => match value {
            "required" => condition.level = Level::Required,
            "advisory" => condition.level = Level::Advisory,
            _ => bad(
                format!("`@level` must be required or advisory, found `{value}`"),
                match value.to_lowercase().as_str() {
                    "optional" | "info" | "informational" | "recommended" | "warning" => {
                        Some("write `@level advisory`: it is shown and does not count".to_owned())
                    }
                    "mandatory" | "must" | "error" => Some("write `@level required`".to_owned()),
                    _ => did_you_mean(value, ["required", "advisory"]),
                },
            ),
        },
        "from" | "until" => match Date::parse(value) {
            Ok(date) if name == "from" => condition.in_force.from = Some(date),
            Ok(date) => condition.in_force.to = Some(date),
            Err(why) => bad(
                format!("`@{name}` must be a date, found `{value}`"),
                correction(&FactType::Date, value, false).or(Some(why)),
            ),
        },
        _ => no_such_tag(name, &TAGS, span, diagnostics),
    }
}

pub(crate) fn bad_tag(
    message: String,
    help: Option<String>,
    span: &Span,
    diagnostics: &mut Vec<Diagnostic>,
) {
    diagnostics.push(Diagnostic::at(Code::BadMetadata, span.clone(), message).help(help));
}

/// Reports a tag that a head does not have.
pub(crate) fn no_such_tag(
    name: &str,
    tags: &[&str],
    span: &Span,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let tags: Vec<String> = tags.iter().map(|tag| format!("@{tag}")).collect();
    let names = || tags.iter().map(String::as_str);
    let known = format!("the tags are {}", list_of(names()));
    let near = did_you_mean(&format!("@{name}"), names());
    bad_tag(
        format!("there is no tag `@{name}`"),
        near.or(Some(known)),
        span,
        diagnostics,
    );
}

/// The keys of a `@source` line; those that the rulebook does not have are reported.
pub(crate) fn source_keys(
    rulebook: &Rulebook,
    value: &str,
    span: &Span,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<String> {
    if value.is_empty() {
        bad_tag(
            "`@source` names no source".to_owned(),
            None,
            span,
            diagnostics,
        );
    }
    let keys: Vec<&str> = value
        .split(',')
        .map(str::trim)
        .filter(|key| !key.is_empty())
        .collect();
    for key in keys
        .iter()
        .filter(|key| !rulebook.sources.contains_key(**key))
    {
        let names = || rulebook.sources.keys().map(String::as_str);
        let known = format!("the rulebook's sources are {}", list_of(names()));
        let help = did_you_mean(key, names()).or(Some(known));
        bad_tag(
            format!("the rulebook has no source `{key}`"),
            help,
            span,
            diagnostics,
        );
    }
    keys.into_iter().map(str::to_owned).collect()
}
