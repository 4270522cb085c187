//! The command line: options, commands, exit codes. The only rooms for clap and anyhow.

mod ask;
mod check;
mod common;
mod explain;
mod formats;
mod generate;
mod impact;
mod lint;
mod new;
mod output;
mod phases;
mod records;
mod remedies;
mod replay;
mod schema;
mod selection;
mod shell;
mod statistics;
mod suggestions;
mod table;
mod test;
mod timeout;
mod watch;

pub use common::ExitStatus;

use std::time::Duration;

use clap::{CommandFactory, Parser, Subcommand};

use crate::face::cli::output::print_error;
use crate::render::clean_line;

/// Rules as code that a policy analyst can change while it runs.
///
/// Reads records of jurisdictions from `policies/` and criteria from `scripts/`, and says who is
/// eligible, who is not, who cannot be decided and on which missing fact.
#[derive(Debug, Parser)]
#[command(name = "rulebook", version, about, long_about, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,

    /// End with an error, and exit code 2, when it takes longer than this
    #[arg(long, global = true, value_name = "SECONDS", value_parser = timeout::seconds)]
    timeout: Option<Duration>,
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
    let result = timeout::within(arguments.timeout, move || run_command(&arguments.command));
    result.unwrap_or_else(|error| {
        // It may name what strangers named.
        print_error(&format!("{}\n", clean_line(&format!("error: {error:#}"))));
        ExitStatus::Broken
    })
}

fn run_command(command: &Command) -> anyhow::Result<ExitStatus> {
    match command {
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
        Command::Completions(completions) => shell::completions(completions, Arguments::command()),
        Command::Man(man) => shell::man(man, Arguments::command()),
        Command::Watch(watch) => watch::watch(watch),
    }
}
