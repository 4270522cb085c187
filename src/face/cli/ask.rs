//! `rulebook ask`: an interview, or the list of its questions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::io::{BufRead, IsTerminal};
use std::sync::Arc;

use crate::analysis::questions::{Question, questions};
use crate::assess::assessment::{Assessment, RulebookAssessment};
use crate::assess::result_types::{DeterminationKind, JurisdictionAssessment};
use crate::assess::snapshot::Snapshot;
use crate::assess::{Options, SetFact, assess_after};
use crate::base::source::Source;
use crate::face::cli::assessment_options::ReadingOptions;
use crate::face::cli::common::{Assessed, Common, ExitStatus, Format};
use crate::face::cli::output::{print, show_diagnostics};
use crate::host::disk;
use crate::model::fact::FactType;
use crate::model::jurisdiction::{NewFact, with_fact};
use crate::render::{self};

#[derive(Debug, clap::Args)]
pub(super) struct AskArguments {
    /// The id of the jurisdiction
    #[arg(value_name = "JURISDICTION")]
    jurisdiction: String,

    /// Print the questions in their order and ask nothing
    #[arg(long)]
    list: bool,

    /// Write the answers into the record without asking first
    #[arg(long, conflicts_with = "list")]
    write: bool,

    /// The source of the answers: a key of the rulebook's sources, or an address; written beside
    /// them
    #[arg(long, value_name = "KEY", conflicts_with = "list")]
    source: Option<String>,

    #[command(flatten)]
    common: Common,

    #[command(flatten)]
    reading: ReadingOptions,

    /// How to show the list
    #[arg(long, value_enum, default_value_t = Format::Text, requires = "list")]
    format: Format,
}

pub(super) fn ask_command(arguments: &AskArguments) -> anyhow::Result<ExitStatus> {
    let options = arguments
        .reading
        .options(std::slice::from_ref(&arguments.jurisdiction));
    let Assessed {
        snapshot,
        assessment,
        ..
    } = arguments.common.assess(&options)?;
    let found: Vec<_> = assessment
        .rulebooks
        .iter()
        .filter_map(|assessed| Some((assessed, assessed.jurisdiction(&arguments.jurisdiction)?)))
        .collect();
    if arguments.list {
        for (assessed, one) in &found {
            print(&listed(arguments, &assessment, assessed, one))?;
        }
    }
    let any = !found.is_empty();
    if !arguments.list && any && !assessment.has_errors() {
        if found.len() > 1 {
            anyhow::bail!(
                "`{}` stands in several rulebooks: choose one with `--rulebook`",
                arguments.jurisdiction
            );
        }
        check_source(arguments, found[0].0)?;
        return interview(arguments, &snapshot, options, assessment);
    }
    show_diagnostics(&assessment, arguments.common.color, any);
    Ok(ExitStatus::good_if(any && !assessment.has_errors()))
}

fn listed(
    arguments: &AskArguments,
    assessment: &Assessment,
    assessed: &RulebookAssessment,
    one: &JurisdictionAssessment,
) -> String {
    let questions = questions(assessed, one);
    match arguments.common.style(arguments.format) {
        Some(style) => render::questions(assessed, one, &questions, style),
        None => render::questions_json(assessed, one, &questions, &assessment.diagnostics),
    }
}

fn check_source(arguments: &AskArguments, assessed: &RulebookAssessment) -> anyhow::Result<()> {
    let Some(key) = &arguments.source else {
        return Ok(());
    };
    let sources = &assessed.rulebook().sources;
    if sources.contains_key(key) || key.starts_with("https://") || key.starts_with("http://") {
        return Ok(());
    }
    let names = || sources.keys().map(String::as_str);
    let known = format!(
        "the rulebook's sources are {}",
        crate::base::diagnostic::list_of(names())
    );
    anyhow::bail!(
        "there is no source `{key}`: {}",
        crate::base::diagnostic::did_you_mean(key, names()).unwrap_or(known)
    )
}

/// The meaning of a typed line.
enum Typed {
    Answer(String),
    Unknown,
    Stop,
}

fn interview(
    arguments: &AskArguments,
    snapshot: &Snapshot,
    mut options: Options,
    mut assessment: Assessment,
) -> anyhow::Result<ExitStatus> {
    let id = &arguments.jurisdiction;
    let mut answers: Vec<SetFact> = Vec::new();
    let mut skipped: BTreeSet<(String, String)> = BTreeSet::new();
    let before = options.facts.len();
    let mut lines = std::io::stdin().lock().lines();
    if let Some((assessed, one)) = find(&assessment, id) {
        let kind = one.determination.kind;
        print(&format!(
            "{}: {} is {kind}, as of {}.\n",
            assessed.rulebook().title,
            one.jurisdiction.name,
            assessed.as_of
        ))?;
    }
    print("Answer each question, or type `unknown`; an empty line ends the interview.\n")?;
    let mut left = left_to_ask(&assessment, id);
    loop {
        let open = |question: &&Question| !skipped.contains(&key_of(question));
        let Some(question) = left.iter().find(open) else {
            break;
        };
        if let Some((_, one)) = find(&assessment, id) {
            print(&asked(one, question, left.iter().filter(open).count()))?;
        }
        let Some(line) = lines.next().transpose()? else {
            break;
        };
        match typed(&line, &question.fact.schema.ty) {
            Typed::Stop => break,
            Typed::Unknown => {
                skipped.insert(key_of(question));
            }
            Typed::Answer(value) => {
                let path = question.fact.path.to_string();
                answers.push(SetFact {
                    jurisdiction: question.jurisdiction.to_string(),
                    path,
                    value,
                });
                options.facts.truncate(before);
                options.facts.extend(answers.iter().cloned());
                let after = assess_after(snapshot, &options, &assessment);
                if find(&after, id).is_some() {
                    left = left_to_ask(&after, id);
                    assessment = after;
                } else {
                    print(&format!("  {}\n", wrong_answer(&after)))?;
                    answers.pop();
                }
            }
        }
    }
    let (assessed, one) = find(&assessment, id).expect("all answers so far were right");
    print(&ended(one))?;
    offer(arguments, assessed, &answers, &mut lines)
}

fn left_to_ask(assessment: &Assessment, id: &str) -> Vec<Question> {
    find(assessment, id).map_or_else(Vec::new, |(assessed, one)| questions(assessed, one))
}

/// The jurisdiction in the rulebook that has it; `None` if an answer was wrong.
fn find<'a>(
    assessment: &'a Assessment,
    id: &str,
) -> Option<(&'a RulebookAssessment, &'a JurisdictionAssessment)> {
    assessment
        .rulebooks
        .iter()
        .find_map(|assessed| Some((assessed, assessed.jurisdiction(id)?)))
}

fn key_of(question: &Question) -> (String, String) {
    (
        question.jurisdiction.to_string(),
        question.fact.path.to_string(),
    )
}

fn wrong_answer(assessment: &Assessment) -> String {
    let last = assessment
        .diagnostics
        .iter()
        .find(|diagnostic| diagnostic.is_error());
    last.map_or_else(
        || "this cannot be an answer".to_owned(),
        |diagnostic| {
            let help = diagnostic
                .help
                .as_ref()
                .map(|help| format!(" ({help})"))
                .unwrap_or_default();
            format!("{}{help}", diagnostic.message)
        },
    )
}

fn asked(one: &JurisdictionAssessment, question: &Question, left: usize) -> String {
    let left = if left == 1 {
        String::new()
    } else {
        format!(" ({left} facts can still matter)")
    };
    let mut text = format!("\n{}{left}\n", question.text());
    for line in render::question_details(one, question) {
        let _ = writeln!(text, "    {line}");
    }
    text + "> "
}

/// The meaning of a typed line for a type.
fn typed(line: &str, ty: &FactType) -> Typed {
    let line = line.trim();
    match (line.to_lowercase().as_str(), ty) {
        ("", _) => Typed::Stop,
        ("unknown" | "?", _) => Typed::Unknown,
        ("yes" | "y" | "true", FactType::Boolean) => Typed::Answer("true".to_owned()),
        ("no" | "n" | "false", FactType::Boolean) => Typed::Answer("false".to_owned()),
        _ => Typed::Answer(line.to_owned()),
    }
}

fn ended(one: &JurisdictionAssessment) -> String {
    let determination = &one.determination;
    let mut text = format!("\n{} is {}.\n", one.jurisdiction.name, determination.kind);
    if determination.kind == DeterminationKind::Undetermined {
        let missing: Vec<_> = determination
            .missing
            .iter()
            .map(ToString::to_string)
            .collect();
        let _ = writeln!(text, "    Still open: {}", missing.join(", "));
    }
    text
}

/// Offers to write the answers into the records.
fn offer(
    arguments: &AskArguments,
    assessed: &RulebookAssessment,
    answers: &[SetFact],
    lines: &mut impl Iterator<Item = std::io::Result<String>>,
) -> anyhow::Result<ExitStatus> {
    if answers.is_empty() {
        return Ok(ExitStatus::Good);
    }
    let files = answers
        .iter()
        .filter_map(|answer| file_of(assessed, answer));
    let files: BTreeSet<String> = files.map(|file| file.name().to_owned()).collect();
    let files = files.into_iter().collect::<Vec<_>>().join(", ");
    let count = answers.len();
    let s = if count == 1 { "" } else { "s" };
    if !arguments.write {
        if !std::io::stdin().is_terminal() {
            print(&format!(
                "\nNothing was written; `--write` writes {count} answer{s} into {files}.\n"
            ))?;
            return Ok(ExitStatus::Good);
        }
        print(&format!(
            "\nWrite {count} answer{s} into {files}? (yes or no)\n> "
        ))?;
        let line = lines.next().transpose()?.unwrap_or_default();
        if !matches!(line.trim().to_lowercase().as_str(), "yes" | "y") {
            print("Nothing was written.\n")?;
            return Ok(ExitStatus::Good);
        }
    }
    write(arguments, assessed, answers)
}

/// The file of the record that an answer is about, as it was read.
fn file_of(assessed: &RulebookAssessment, answer: &SetFact) -> Option<Arc<Source>> {
    let records = assessed.records();
    Some(Arc::clone(
        records
            .get(records.find(&answer.jurisdiction)?)
            .span
            .source(),
    ))
}

fn write(
    arguments: &AskArguments,
    assessed: &RulebookAssessment,
    answers: &[SetFact],
) -> anyhow::Result<ExitStatus> {
    let mut texts: BTreeMap<String, (Arc<Source>, Arc<Source>)> = BTreeMap::new();
    let mut failed = false;
    for answer in answers {
        let Some(file) = file_of(assessed, answer) else {
            continue;
        };
        let (_, now) = texts
            .entry(file.name().to_owned())
            .or_insert_with(|| (Arc::clone(&file), Arc::clone(&file)));
        let jurisdiction =
            crate::model::jurisdiction::JurisdictionId::new(answer.jurisdiction.as_str());
        let records = assessed.records();
        let record = records.get(
            records
                .find(&answer.jurisdiction)
                .expect("it was asked about"),
        );
        let slot = assessed.rulebook().schema.slot(&answer.path);
        let value = slot
            .and_then(|slot| record.facts[slot].first())
            .and_then(|dated| dated.value.value.clone());
        let Some(value) = value else { continue };
        let fact = NewFact {
            jurisdiction,
            path: answer.path.clone(),
            value,
            source: arguments.source.clone(),
        };
        match with_fact(assessed.rulebook(), now, &fact, assessed.as_of) {
            Ok(text) => *now = Source::new(now.name(), text),
            Err(why) => {
                failed = true;
                print(&format!(
                    "{}.{} = {}: not written, {why}\n",
                    answer.jurisdiction, answer.path, answer.value
                ))?;
            }
        }
    }
    for (name, (before, after)) in texts {
        if before.text() != after.text() {
            disk::rewrite(&arguments.common.root, &name, before.text(), after.text())?;
            print(&format!("Written into {name}.\n"))?;
        }
    }
    Ok(if failed {
        ExitStatus::Broken
    } else {
        ExitStatus::Good
    })
}
