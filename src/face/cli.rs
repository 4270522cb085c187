//! The command line: options, commands, exit codes. The only rooms for clap and anyhow.

mod ask;
mod check;
mod explain;
mod generate;
mod impact;
mod lint;
mod new;
mod phases;
mod records;
mod remedies;
mod replay;
mod schema;
mod selection;
mod shell;
mod statistics;
mod table;
mod test;
mod watch;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::assess::assessment::Assessment;
use crate::base::diagnostic::Diagnostic;
use crate::render::Colour;

/// The codes the program ends with. The higher outranks the lower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExitStatus {
    /// All good.
    Good = 0,
    /// A finding that the caller asked to fail on.
    Failed = 1,
    /// The input is broken.
    Broken = 2,
}

/// Rules as code that a policy analyst can change while it runs.
///
/// Reads records of jurisdictions from `policies/` and criteria from `scripts/`, and says who is
/// eligible, who is not, who cannot be decided and on which missing fact.
#[derive(Debug, Parser)]
#[command(name = "rulebook", version, about, long_about, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  all good
  1  what was asked to fail: a determination or change that --fail-on names, a case, a result that
     moved, coverage below --min, a lint with --deny, a replay that differs
  2  the input is broken: a script, a record, a rulebook file, an option
  2 outranks 1. A run that checked nothing ends with 2.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Assess every jurisdiction against every condition; run the cases, compare with accepted
    /// results
    Check(check::CheckArguments),
    /// Say why a jurisdiction came to what it came to, on which facts, and what would decide
    Explain(explain::ExplainArguments),
    /// Show a script as a decision table, and how many jurisdictions fall into each row
    Table(table::TableArguments),
    /// Say what was worked out from the whole population, by group
    Statistics(statistics::StatisticsArguments),
    /// Say which facts would have to change for a jurisdiction to be eligible
    Remedies(remedies::RemediesArguments),
    /// Ask for the facts that can still change a determination, the most decisive first
    Ask(ask::AskArguments),
    /// Compare two versions of the criteria and records: who gains, who loses, and in which cases
    Impact(impact::ImpactArguments),
    /// Follow the files: edit a script or a record in any editor and see the results change
    Watch(watch::WatchArguments),
    /// Run the cases in `tests/<rulebook>/`: what the criteria should say of small records
    Test(test::TestArguments),
    /// Say what is right and yet likely not meant: branches nobody reaches, facts nobody reads
    Lint(lint::LintArguments),
    /// Make up records that fit the fact schema of a rulebook, to try criteria on many
    Generate(generate::GenerateArguments),
    /// Make a small working rulebook to start from, with cases
    New(new::NewArguments),
    /// Print or write JSON Schemas of the files, for completion and checks in any editor
    Schema(schema::SchemaArguments),
    /// Assess again what evidence tells of, and say whether it is the same
    Replay(replay::ReplayArguments),
    /// Print completions for a shell
    Completions(shell::CompletionsArguments),
    /// Print the manual page, or write one for each command
    Man(shell::ManArguments),
}

/// Options that all commands have.
#[derive(Debug, clap::Args)]
struct Common {
    /// The folder that holds `policies` and `scripts`
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,

    /// When to use colours
    #[arg(long, value_enum, default_value_t = When::Auto)]
    color: When,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

/// Runs the program with the arguments of the process and says how it is to end.
pub fn run() -> ExitStatus {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let asked = !error.use_stderr();
            // A closed pipe is no reason to fail differently.
            let _ = error.print();
            return if asked {
                ExitStatus::Good
            } else {
                ExitStatus::Broken
            };
        }
    };
    let result = match &arguments.command {
        Command::Ask(ask) => ask::ask_command(ask),
        Command::Check(check) => check::check(check),
        Command::Explain(explain) => explain::explain_command(explain),
        Command::Impact(impact) => impact::impact_command(impact),
        Command::Remedies(remedies) => remedies::remedies_command(remedies),
        Command::Lint(lint) => lint::lint_command(lint),
        Command::Replay(replay) => replay::replay(replay),
        Command::Schema(schema) => schema::schema_command(schema),
        Command::Statistics(statistics) => statistics::statistics_command(statistics),
        Command::Table(table) => table::table_command(table),
        Command::Test(test) => test::test_command(test),
        Command::Generate(arguments) => generate::generate(arguments),
        Command::New(new) => new::new_command(new),
        Command::Completions(completions) => shell::completions(completions),
        Command::Man(man) => shell::man(man),
        Command::Watch(watch) => watch::watch(watch),
    };
    result.unwrap_or_else(|error| {
        print_error(&format!("error: {error:#}\n"));
        ExitStatus::Broken
    })
}

/// Colours and width of a stream.
struct Stream {
    colour: Colour,
    width: usize,
}

/// Whether a stream takes colours, and how wide it is: 100 columns when it is no terminal.
fn stream(
    when: When,
    choice: anstream::ColorChoice,
    size: Option<(terminal_size::Width, terminal_size::Height)>,
) -> Stream {
    let colour = match (when, choice) {
        (When::Always, _) => Colour::Always,
        (When::Never, _) | (When::Auto, anstream::ColorChoice::Never) => Colour::Never,
        (When::Auto, _) => Colour::Always,
    };
    let width = size.map_or(100, |(width, _)| usize::from(width.0));
    Stream {
        colour,
        width: width.max(40),
    }
}

fn standard_output(when: When) -> Stream {
    let out = std::io::stdout();
    stream(
        when,
        anstream::AutoStream::choice(&out),
        terminal_size::terminal_size_of(&out),
    )
}

fn standard_error(when: When) -> Stream {
    let error = std::io::stderr();
    stream(
        when,
        anstream::AutoStream::choice(&error),
        terminal_size::terminal_size_of(&error),
    )
}

/// Whether anybody reads what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    There,
    Gone,
}

impl Reader {
    fn is_gone(self) -> bool {
        self == Self::Gone
    }
}

/// Writes to standard output; a reader that has gone away is no mistake.
fn print(text: &str) -> anyhow::Result<Reader> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(Reader::Gone),
        Err(error) => Err(error.into()),
        Ok(()) => Ok(Reader::There),
    }
}

/// Shows what is wrong with the input, with a summary; set apart from a result that was shown.
fn show_diagnostics(assessment: &Assessment, when: When, after_a_result: bool) {
    show_problems(&assessment.diagnostics, when, after_a_result);
}

fn show_problems(problems: &[Diagnostic], when: When, after_a_result: bool) {
    if problems.is_empty() {
        return;
    }
    let error = standard_error(when);
    let shown = crate::render::diagnostics(problems, error.colour, error.width);
    let between = if after_a_result { "\n" } else { "" };
    print_error(&format!("{between}{shown}{}", check::summary(problems)));
}

fn print_error(text: &str) {
    use std::io::Write;
    // There is nowhere left to say that this failed.
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
