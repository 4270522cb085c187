//! Advice on an unknown name in a script that the rulebook file has: as a fact, a parameter, a
//! choice.

use crate::base::diagnostic::{Code, Diagnostic};
use crate::model::fact::{FactType, Schema};
use crate::model::rulebook::Rulebook;
use crate::script::has_word;

/// Adds advice to errors about names that do not exist, if they have none yet. `is_record`: whether
/// a file of records has this name.
pub(super) fn advise(
    diagnostics: &mut [Diagnostic],
    known: Option<(&Rulebook, &Schema)>,
    is_record: &dyn Fn(&str) -> bool,
) {
    for told in diagnostics {
        if let Some(fact) = known.and_then(|(_, schema)| no_condition(told, schema)) {
            told.help = Some(format!("write `j.{fact}`: it is a fact, and no condition"));
        }
        if told.code != Code::UndefinedName {
            continue;
        }
        if let Some(meant) = known.and_then(|known| without_hyphens(told, known)) {
            told.help = Some(meant);
        }
        if told.help.is_some() {
            continue;
        }
        let Some(name) = told.span().map(|span| span.text().to_owned()) else {
            continue;
        };
        if let Some(begun) = counted(told, &name) {
            told.help = Some(begun);
            continue;
        }
        let through = known.and_then(|(_, schema)| through(told, &name, schema));
        let found = known.and_then(|(rulebook, schema)| meant(&name, rulebook, schema));
        let record = of_record(told, &name).filter(|_| is_record(&name));
        let found = record.or(through).or(found);
        told.help = Some(found.unwrap_or_else(|| {
            format!(
                "write `\"{name}\"`, in quotation marks, if it is a text, `j.{name}` if it is a fact, \
                 and `params.{name}` if it is a parameter"
            )
        }));
    }
}

/// The fact whose name was used as a condition's; `None` for other errors.
fn no_condition<'a>(told: &'a Diagnostic, schema: &Schema) -> Option<&'a str> {
    let rest = told.message.strip_prefix("there is no condition `")?;
    let name = rest.strip_suffix('`')?;
    (told.code == Code::ScriptUnknownFact && schema.slot(name).is_some()).then_some(name)
}

/// `count += 1`, where nothing has that name yet.
fn counted(told: &Diagnostic, name: &str) -> Option<String> {
    let text = told.span()?.source().text();
    let signs = [" +=", "+=", " -=", "-="];
    let adds = signs
        .iter()
        .any(|sign| has_word(text, &format!("{name}{sign}")));
    adds.then(|| format!("write `let {name} = 0;` on a line above, to begin with"))
}

/// `j.debt-ratio`, where there is a fact `debt_ratio`.
fn without_hyphens(told: &Diagnostic, (rulebook, schema): (&Rulebook, &Schema)) -> Option<String> {
    let span = told.span()?;
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let (text, range) = (span.source().text(), span.range());
    let before = text[..range.start].trim_end_matches(part).len();
    let rest = &text[before..];
    let written = &rest[..rest.find(|c| !part(c)).unwrap_or(rest.len())];
    if !text[..range.start].ends_with('-') {
        return None;
    }
    let meant = written.replace('-', "_");
    let is_parameter = |name: &str| rulebook.parameters.iter().any(|one| &*one.name == name);
    let meant = match meant.split_once('.')? {
        ("j", path) if schema.slot(path).is_some() => meant,
        ("j" | "params", name) if is_parameter(name) => format!("params.{name}"),
        _ => return None,
    };
    Some(format!("write `{meant}`: no name has a `-` in it"))
}

/// `hull.population`, where `hull` is the id of a record.
fn of_record(told: &Diagnostic, name: &str) -> Option<String> {
    let span = told.span()?;
    let below = span.source().text()[span.range().end..].strip_prefix('.')?;
    let end = below.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let fact = &below[..end.unwrap_or(below.len())];
    Some(format!(
        "`{name}` is a record, and a script is about the one at hand: write `j.{fact}`; another \
         record is reached by a fact of `type: jurisdiction`, as in `j.seat.{fact}`"
    ))
}

/// `county.population`, where `county` or `population` is a fact.
fn through(told: &Diagnostic, name: &str, schema: &Schema) -> Option<String> {
    let span = told.span()?;
    let rest = span.source().text()[span.range().end..].strip_prefix('.')?;
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let below = &rest[..rest.find(|c| !part(c)).unwrap_or(rest.len())];
    let fact = |path: &str| schema.slot(path).map(|slot| &schema.facts()[slot]);
    let leads = fact(name).is_some_and(|fact| fact.ty == FactType::Jurisdiction);
    let path = format!("{name}.{below}");
    if leads || fact(&path).is_some() {
        Some(format!("write `j.{path}`"))
    } else {
        fact(below).map(|_| format!("write `j.{below}`"))
    }
}

fn meant(name: &str, rulebook: &Rulebook, schema: &Schema) -> Option<String> {
    let below = format!(".{name}");
    let is_choice = |ty: &FactType| match ty {
        FactType::Choice(choices) => choices.iter().any(|choice| **choice == *name),
        _ => false,
    };
    let mut paths = schema.paths().filter(|path| path.ends_with(&below));
    let written = if schema.slot(name).is_some() {
        format!("j.{name}")
    } else if rulebook
        .parameters
        .iter()
        .any(|one| one.name.as_ref() == name)
    {
        format!("params.{name}")
    } else if schema.facts().iter().any(|fact| is_choice(&fact.ty)) {
        format!("\"{name}\"")
    } else {
        match (paths.next()?, paths.next()) {
            (path, None) if path.starts_with("stats.") => path.to_owned(),
            (path, None) => format!("j.{path}"),
            _ => return None,
        }
    };
    Some(format!("write `{written}`"))
}
