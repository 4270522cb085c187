//! `rulebook check --records`: records from outside the folder. Lines of JSON are answered line by
//! line, in their order and as they come; other files are read as a whole.

use std::collections::{BTreeSet, HashSet};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::assess::assessment::{Assessment, RulebookAssessment};
use crate::assess::snapshot::{Line, Snapshot, read_lines};
use crate::assess::verdict::DeterminationKind;
use crate::assess::{Options, assess, assess_after};
use crate::base::diagnostic::Diagnostic;
use crate::base::parallel;
use crate::base::source::Source;
use crate::face::cli::common::ExitStatus;
use crate::face::cli::output::{When, print, show_problems};
use crate::host::disk;
use crate::model::jurisdiction::{Held, Record};
use crate::render;

/// How much is read at once.
const CHUNK: usize = 1 << 20;

/// The longest line that is taken, in bytes: an endless one must not use up all memory.
const MOST_OF_A_LINE: usize = 16 << 20;

/// The one rulebook that records are for.
pub(super) fn rulebook(snapshot: &Snapshot, options: &Options) -> anyhow::Result<String> {
    let ids: Vec<_> = snapshot
        .rulebooks()
        .map(|rulebook| rulebook.id.to_string())
        .collect();
    match (options.rulebooks.as_slice(), ids.as_slice()) {
        ([one], _) if ids.contains(one) => Ok(one.clone()),
        ([one], _) => anyhow::bail!("there is no rulebook `{one}`: there is {}", ids.join(", ")),
        ([], [one]) => Ok(one.clone()),
        (_, []) => anyhow::bail!("there is no rulebook to assess records by"),
        _ => anyhow::bail!(
            "say by which rulebook to assess the records: `--rulebook` with one of {}",
            ids.join(", ")
        ),
    }
}

/// Whether a file is answered line by line.
pub(super) fn is_lines(file: &Path) -> bool {
    file == Path::new("-")
        || file
            .extension()
            .is_some_and(|extension| extension == "ndjson")
}

/// A file read as a whole.
#[expect(
    clippy::disallowed_methods,
    reason = "this is what reads a file from outside the folder"
)]
pub(super) fn read(file: &Path) -> anyhow::Result<Arc<Source>> {
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        bytes
    } else {
        std::fs::read(file)
            .map_err(|error| anyhow::anyhow!("`{}` cannot be read: {error}", file.display()))?
    };
    let name = if file == Path::new("-") {
        "standard-input.ndjson".to_owned()
    } else {
        file.display().to_string()
    };
    let bytes = disk::text_of(&name, bytes).map_err(|problem| {
        let help = problem
            .help
            .map_or_else(String::new, |help| format!(": {help}"));
        anyhow::anyhow!("`{name}`: {}{help}", problem.message)
    })?;
    let text =
        String::from_utf8(bytes).map_err(|_| anyhow::anyhow!("`{name}` is not UTF-8 text"))?;
    Ok(Source::new(name, text))
}

/// What came of all lines.
#[derive(Default)]
struct Tally {
    kinds: BTreeSet<DeterminationKind>,
    answered: usize,
    broken: bool,
}

/// Answers each line by a line, as they come.
pub(super) fn answer(
    snapshot: &Snapshot,
    options: &Options,
    file: &Path,
    when: When,
    fail_on: &dyn Fn(DeterminationKind) -> bool,
) -> anyhow::Result<ExitStatus> {
    let name = rulebook(snapshot, options)?;
    let criteria = Arc::clone(snapshot.criteria(&name).expect("it is one of the snapshot"));
    let options = Options {
        rulebooks: vec![name],
        ..options.clone()
    };
    // The scripts are explored once; what is wrong with the rulebook is told once.
    let mut nothing = Vec::new();
    let mut earlier = assess(
        &snapshot.with_list(&criteria, Held::default(), &mut nothing),
        &options,
    );
    show_problems(&earlier.diagnostics, when, false);
    if earlier.has_errors() {
        return Ok(ExitStatus::Broken);
    }
    let quiet = Snapshot {
        rulebooks: snapshot.rulebooks.clone(),
        diagnostics: Vec::new(),
    };
    let mut input: Box<dyn Read> = if file == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        let open = std::fs::File::open(file);
        Box::new(
            open.map_err(|error| anyhow::anyhow!("`{}` cannot be read: {error}", file.display()))?,
        )
    };
    let shown = if file == Path::new("-") {
        "standard-input.ndjson".to_owned()
    } else {
        file.display().to_string()
    };
    let (mut waiting, mut lines, mut tally) = (Vec::new(), 0, Tally::default());
    // What is worked out from all records is known when the last of them is.
    let together = !criteria.wide.statistics.is_empty();
    loop {
        let start = waiting.len();
        waiting.resize(start + CHUNK, 0);
        let count = input.read(&mut waiting[start..])?;
        waiting.truncate(start + count);
        // What is at hand is answered at once: somebody may wait for it.
        let end = match waiting.iter().rposition(|byte| *byte == b'\n') {
            _ if count == 0 => waiting.len(),
            _ if together => continue,
            Some(last) => last + 1,
            None if waiting.len() > MOST_OF_A_LINE => {
                anyhow::bail!(
                    "the line behind line {lines} is longer than the limit of {MOST_OF_A_LINE} \
                     bytes"
                )
            }
            None => continue,
        };
        let rest = waiting.split_off(end);
        let text = String::from_utf8(std::mem::replace(&mut waiting, rest));
        let Ok(text) = text else {
            anyhow::bail!("the records are not UTF-8 text, behind line {lines}")
        };
        let next = lines + text.matches('\n').count();
        let source = Source::behind(shown.as_str(), text, lines);
        lines = next;
        let (found, beside) = read_lines(&criteria, &source);
        show_problems(&beside, when, true);
        tally.broken |= beside.iter().any(Diagnostic::is_error);
        let batches = batches(found);
        if together && batches.len() > 1 {
            anyhow::bail!(
                "an id stands in two lines, and the statistics of the rulebook count each record \
                 once"
            );
        }
        for batch in batches {
            let (out, assessment) =
                answers(&quiet, &criteria, &options, &earlier, batch, &mut tally);
            earlier = assessment;
            if print(&out)?.is_gone() {
                return Ok(ExitStatus::Good);
            }
        }
        if count == 0 {
            break;
        }
    }
    Ok(match tally {
        Tally { broken: true, .. } | Tally { answered: 0, .. } => ExitStatus::Broken,
        Tally { ref kinds, .. } if kinds.contains(&DeterminationKind::Fault) => ExitStatus::Broken,
        Tally { ref kinds, .. } if kinds.iter().any(|kind| fail_on(*kind)) => ExitStatus::Failed,
        Tally { .. } => ExitStatus::Good,
    })
}

/// Lines in groups of which none has an id twice: each line is a record of its own.
fn batches(lines: Vec<Line>) -> Vec<Vec<Line>> {
    let mut batches = vec![Vec::new()];
    let mut ids: HashSet<String> = HashSet::new();
    for line in lines {
        if let Line::Record(record) = &line
            && !ids.insert(record.id().to_owned())
        {
            batches.push(Vec::new());
            ids = HashSet::from([record.id().to_owned()]);
        }
        batches.last_mut().expect("there is one").push(line);
    }
    batches
}

fn answers(
    snapshot: &Snapshot,
    criteria: &crate::assess::snapshot::Criteria,
    options: &Options,
    earlier: &Assessment,
    batch: Vec<Line>,
    tally: &mut Tally,
) -> (String, Assessment) {
    let records: Vec<Record> = batch
        .iter()
        .filter_map(|line| match line {
            Line::Record(record) => Some(record.clone()),
            Line::Problems(_) => None,
        })
        .collect();
    let mut diagnostics = Vec::new();
    let assessment = assess_after(
        &snapshot.with_list(criteria, records.into(), &mut diagnostics),
        options,
        earlier,
    );
    tally.broken |= diagnostics.iter().any(Diagnostic::is_error);
    let assessed = assessment.rulebooks.first();
    let place = |record: &Record| {
        assessed.and_then(|assessed| Some((assessed, assessed.place(record.id())?)))
    };
    let line = |line: Line| match line {
        Line::Record(record) => {
            place(&record).map_or_else(String::new, |(assessed, place)| one(assessed, place))
        }
        Line::Problems(problems) => render::problem_lines(&problems),
    };
    for kind in assessed
        .map(|assessed| DeterminationKind::ALL.map(|kind| (kind, assessed.count(kind))))
        .into_iter()
        .flatten()
    {
        if kind.1 > 0 {
            tally.kinds.insert(kind.0);
        }
    }
    tally.answered += assessed.map_or(0, RulebookAssessment::len);
    tally.broken |= batch.iter().any(|line| matches!(line, Line::Problems(_)));
    let out = parallel::map(batch, line).concat();
    (out, assessment)
}

fn one(assessed: &RulebookAssessment, place: usize) -> String {
    render::ndjson_line(assessed, assessed.at(place))
}
