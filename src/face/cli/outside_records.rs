//! `rulebook check --records`: records from outside the folder. Lines of JSON are answered line by
//! line, in their order and as they come, once for each programme; other files are read as a whole.

mod record_line_reader;

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::assess::request_evaluator::{Answer, Evaluator, RequestText};
use crate::assess::result_types::DeterminationKind;
use crate::assess::snapshot::Snapshot;
use crate::assess::{Among, Ids, Options};
use crate::base::data_limits::{DataLimits, grouped};
use crate::base::diagnostic::Diagnostic;
use crate::base::parallel;
use crate::base::source::Source;
use crate::base::write_pace::WritePace;
use crate::face::cli::common::ExitStatus;
use crate::face::cli::output::{When, print, show_problems};
use crate::face::cli::outside_records::record_line_reader::{RecordLine, RecordLines, Seen};
use crate::host::disk;
use crate::render;
use crate::render::chosen_columns::AnswerRows;

/// What records from outside the folder may be.
#[derive(Debug, clap::Args)]
pub(super) struct Outside {
    /// Among whom the records of `--records` are, where something is calculated from a population:
    /// lines of JSON from standard input always stand beside those of the folder
    #[arg(
        long,
        value_enum,
        value_name = "WHOM",
        default_value = "themselves",
        requires = "records"
    )]
    among: AmongWhom,

    /// Which ids the records of `--records` may have: new ones, or any; one with the id of a record
    /// of the folder then stands in its place
    #[arg(
        long,
        value_enum,
        value_name = "WHICH",
        default_value = "new",
        requires = "records"
    )]
    ids: WhichIds,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum AmongWhom {
    Themselves,
    Folder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum WhichIds {
    New,
    Any,
}

impl Outside {
    /// The population for records of a file; for standard input that of the folder.
    pub(super) fn among(&self, file: &Path) -> Among {
        match self.among {
            _ if file == Path::new("-") => Among::Folder,
            AmongWhom::Themselves => Among::Themselves,
            AmongWhom::Folder => Among::Folder,
        }
    }

    pub(super) fn ids(&self) -> Ids {
        match self.ids {
            WhichIds::New => Ids::New,
            WhichIds::Any => Ids::Any,
        }
    }

    /// Whether a file is answered line by line: not where its lines are a population together.
    pub(super) fn by_lines(
        &self,
        file: &Path,
        snapshot: &Snapshot,
        options: &Options,
    ) -> anyhow::Result<bool> {
        if self.among(file) == Among::Folder {
            return Ok(true);
        }
        let names = rulebooks(snapshot, options)?;
        let mut criteria = names.iter().filter_map(|name| snapshot.criteria(name));
        Ok(criteria.all(|criteria| criteria.wide.statistics.is_empty()))
    }
}

/// The rulebooks that records are for: one, or programmes over one base.
pub(super) fn rulebooks(snapshot: &Snapshot, options: &Options) -> anyhow::Result<Vec<String>> {
    let ids: Vec<_> = snapshot
        .rulebooks()
        .map(|rulebook| rulebook.id.to_string())
        .collect();
    anyhow::ensure!(!ids.is_empty(), "there is no rulebook to assess records by");
    if let Some(unknown) = options.rulebooks.iter().find(|one| !ids.contains(one)) {
        anyhow::bail!(
            "there is no rulebook `{unknown}`: there is {}",
            ids.join(", ")
        );
    }
    let mut chosen = ids.clone();
    chosen.retain(|id| options.rulebooks.is_empty() || options.rulebooks.contains(id));
    anyhow::ensure!(
        snapshot.over_one_base(&chosen).is_some(),
        "these rulebooks have records of their own: say by which to judge: \
         `--rulebook` with one of {}, or with programmes over one base",
        ids.join(", ")
    );
    Ok(chosen)
}

/// Whether a file is answered line by line.
pub(super) fn is_lines(file: &Path) -> bool {
    file == Path::new("-")
        || file
            .extension()
            .is_some_and(|extension| extension == "ndjson")
}

/// A file read as a whole.
#[expect(clippy::disallowed_methods, reason = "a file that somebody named")]
pub(super) fn read(file: &Path) -> anyhow::Result<Arc<Source>> {
    let limits = DataLimits::default();
    let mut bytes = Vec::new();
    let read = if file == Path::new("-") {
        let input = std::io::stdin().lock();
        input.take(limits.file_bytes + 1).read_to_end(&mut bytes)
    } else {
        let opened = std::fs::File::open(file);
        opened.and_then(|file| file.take(limits.file_bytes + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| anyhow::anyhow!("`{}` cannot be read: {error}", file.display()))?;
    let name = if file == Path::new("-") {
        "standard-input.ndjson".to_owned()
    } else {
        file.display().to_string()
    };
    let bytes = disk::text_of(&name, bytes, &limits).map_err(|problem| {
        let help = problem
            .help
            .map_or_else(String::new, |help| format!(": {help}"));
        anyhow::anyhow!("`{name}`: {}{help}", problem.message)
    })?;
    if bytes.len() as u64 > limits.file_bytes {
        let most = grouped(limits.file_bytes);
        anyhow::bail!(
            "`{name}` is larger than the limit of {most} bytes: split it, or have lines answered"
        );
    }
    let text =
        String::from_utf8(bytes).map_err(|_| anyhow::anyhow!("`{name}` is not UTF-8 text"))?;
    Ok(Source::new(name, text))
}

/// The results of all lines.
#[derive(Default)]
struct RecordTally {
    kinds: BTreeSet<DeterminationKind>,
    answered: usize,
    broken: bool,
}

impl RecordTally {
    fn note(&mut self, answered: &Answered) {
        self.kinds.extend(&answered.kinds);
        self.answered += 1;
        self.broken |= answered.broken;
    }

    fn status(&self, fail_on: &dyn Fn(DeterminationKind) -> bool) -> ExitStatus {
        let fault = self.kinds.contains(&DeterminationKind::Fault);
        if self.broken || self.answered == 0 || fault {
            ExitStatus::Broken
        } else if self.kinds.iter().any(|kind| fail_on(*kind)) {
            ExitStatus::Failed
        } else {
            ExitStatus::Good
        }
    }
}

/// The answer to a line, by each programme.
#[derive(Default)]
struct Answered {
    id: Option<String>,
    /// The determinations; empty for a line that could not be read.
    kinds: Vec<DeterminationKind>,
    broken: bool,
    text: String,
    /// Its problems, if the text does not contain them.
    problems: Vec<Diagnostic>,
}

/// The form of answers.
#[derive(Clone, Copy)]
pub(super) enum AnswerForm<'n> {
    /// All details, as JSON.
    Whole,
    /// These columns, as CSV or as JSON.
    Csv(&'n [String]),
    Ndjson(&'n [String]),
}

/// Answers each line by a line, as they come: each by itself, beside the records of the folder.
pub(super) fn answer(
    snapshot: &Snapshot,
    (options, ids): (&Options, Ids),
    file: &Path,
    (shape, when): (AnswerForm<'_>, When),
    fail_on: &dyn Fn(DeterminationKind) -> bool,
) -> anyhow::Result<ExitStatus> {
    let options = Options {
        rulebooks: rulebooks(snapshot, options)?,
        ..options.clone()
    };
    let evaluators = match Evaluator::each(snapshot, &options, ids) {
        Ok(evaluators) => evaluators,
        Err(error) => {
            show_problems(error.diagnostics(), when, false);
            return Ok(ExitStatus::Broken);
        }
    };
    show_problems(evaluators[0].diagnostics(), when, false);
    let rows = match shape {
        AnswerForm::Whole => None,
        AnswerForm::Csv(names) => Some(AnswerRows::csv(names, &evaluators)),
        AnswerForm::Ndjson(names) => Some(AnswerRows::ndjson(names, &evaluators)),
    };
    let rows = rows.transpose().map_err(anyhow::Error::msg)?;
    let (input, name) = open(file)?;
    let mut stream = RecordStream {
        evaluators: &evaluators,
        rows: rows.as_ref(),
        when,
        name,
        seen: (ids == Ids::New).then(Seen::default),
        tally: RecordTally::default(),
        pace: WritePace::new(),
    };
    stream.run(RecordLines::new(input))?;
    Ok(stream.tally.status(fail_on))
}

/// The input, and its name in messages.
#[expect(clippy::disallowed_methods, reason = "a file that somebody named")]
fn open(file: &Path) -> anyhow::Result<(Box<dyn Read>, String)> {
    if file == Path::new("-") {
        let name = "standard-input.ndjson".to_owned();
        return Ok((Box::new(std::io::stdin().lock()), name));
    }
    let opened = std::fs::File::open(file)
        .map_err(|error| anyhow::anyhow!("`{}` cannot be read: {error}", file.display()))?;
    Ok((Box::new(opened), file.display().to_string()))
}

struct RecordStream<'e> {
    /// The evaluators of the programmes, in their order.
    evaluators: &'e [Evaluator],
    /// The chosen columns; `None` for all details.
    rows: Option<&'e AnswerRows>,
    when: When,
    name: String,
    /// The ids so far, where none may come twice.
    seen: Option<Seen>,
    tally: RecordTally,
    pace: WritePace,
}

impl RecordStream<'_> {
    fn run(&mut self, mut lines: RecordLines) -> anyhow::Result<()> {
        if let Some(rows) = self.rows
            && print(&rows.head())?.is_gone()
        {
            return Ok(());
        }
        while let Some(block) = lines.next()? {
            let listed: Vec<RecordLine<'_>> = block.lines().collect();
            let mut left = listed.as_slice();
            while !left.is_empty() {
                let (some, others) = left.split_at(self.pace.of(left.len()));
                left = others;
                if !self.answer(some)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Answers some lines; returns false if the reader is gone.
    fn answer(&mut self, listed: &[RecordLine<'_>]) -> anyhow::Result<bool> {
        // A few are not worth another thread, as somebody may wait for them.
        let answers: Vec<Answered> = if listed.len() < 16 {
            listed.iter().map(|line| self.one(line)).collect()
        } else {
            let parts = listed.chunks(64).collect();
            let part = |part: &[RecordLine<'_>]| part.iter().map(|line| self.one(line)).collect();
            let parts: Vec<Vec<Answered>> = parallel::map(parts, part);
            parts.into_iter().flatten().collect()
        };
        let (mut out, mut problems) = (String::new(), Vec::new());
        for (line, answered) in listed.iter().zip(answers) {
            let answered = self.once(line, answered);
            self.tally.note(&answered);
            out.push_str(&answered.text);
            problems.extend(answered.problems);
        }
        if !problems.is_empty() {
            show_problems(&problems, self.when, false);
        }
        self.pace.wrote(listed.len(), out.len());
        Ok(!print(&out)?.is_gone())
    }

    fn place<'a>(&'a self, line: &RecordLine<'a>, text: &'a str) -> RequestText<'a> {
        RequestText {
            text,
            name: &self.name,
            before: line.number - 1,
            only: false,
        }
    }

    fn one(&self, line: &RecordLine<'_>) -> Answered {
        self.by_each(|evaluator| match line.text {
            Ok(text) => evaluator.assess_text(self.place(line, text)),
            Err(problem) => evaluator.refuse(line.problem(&self.name, problem)),
        })
    }

    /// The answers of all programmes, one below the other.
    fn by_each<'a>(&'a self, answer: impl Fn(&'a Evaluator) -> Answer<'a>) -> Answered {
        let mut all = Answered::default();
        for evaluator in self.evaluators {
            let answer = answer(evaluator);
            if all.id.is_none() {
                all.id = answer.determination().and(answer.id()).map(str::to_owned);
            }
            all.kinds.extend(answer.determination());
            all.broken |= answer.is_broken();
            match self.rows {
                Some(rows) => {
                    all.text += &rows.row(evaluator, &answer);
                    // Programmes over one base say the same of a record.
                    let told = answer.diagnostics().iter();
                    let new: Vec<_> = told.filter(|one| !all.problems.contains(one)).collect();
                    all.problems.extend(new.into_iter().cloned());
                }
                None => all.text += &render::answer_line(evaluator, &answer),
            }
        }
        all
    }

    /// Refuses a line whose id came before.
    fn once(&mut self, line: &RecordLine<'_>, answered: Answered) -> Answered {
        let (Some(seen), Some(id)) = (&mut self.seen, &answered.id) else {
            return answered;
        };
        match (seen.earlier(id, line.number), line.text) {
            (Some(earlier), Ok(text)) => {
                self.by_each(|evaluator| evaluator.refuse_again(self.place(line, text), earlier))
            }
            _ => answered,
        }
    }
}
