//! The command line: options, commands, exit codes. The only rooms for clap and anyhow.

mod ask;
mod assessment_options;
mod check;
mod command_groups_in_help;
mod common;
mod completions_and_man;
mod decision_table;
mod explain;
mod generate;
mod history;
mod impact;
mod lint;
mod new;
mod output;
mod outside_records;
mod phase_progress;
mod remedies;
mod replay;
mod report_formats;
mod schema;
mod sql;
mod statistics;
mod suggested_commands;
mod summary;
mod sweep;
mod test;
mod timeline;
mod timeout;
mod usage_advice;
mod watch;

pub use common::ExitStatus;

use std::time::Duration;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::face::cli::output::print_error;
use crate::render::clean_line;

/// Rules as code that a policy analyst can change while it runs.
///
/// Reads records of jurisdictions from `policies/` and criteria from `scripts/`, and says who is
/// eligible, who is not, who cannot be decided and on which missing fact.
#[derive(Debug, Parser)]
#[command(name = "rulebook", version, long_version = VERSIONS, about, long_about, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,

    /// End with an error, and exit code 2, when it takes longer than this
    #[arg(long, global = true, value_name = "SECONDS", value_parser = timeout::seconds)]
    timeout: Option<Duration>,
}

/// The version of the program, and that of the language (`docs/language.md`).
const VERSIONS: &str = concat!(env!("CARGO_PKG_VERSION"), "\nlanguage 1");

const EXIT_CODES: &str = "\
Exit codes:
  0  all good
  1  what was asked to fail: a determination or change that --fail-on names, a case, a result that
     moved, coverage below --min, a lint with --deny, a replay that differs
  2  the input is broken: a script, a record, a rulebook file, an option
  2 outranks 1. A run that checked nothing ends with 2.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Check every jurisdiction against every condition, and run the cases
    Check(check::CheckArguments),
    /// Say why a jurisdiction is eligible or not, test by test and fact by fact
    Explain(explain::ExplainArguments),
    /// Show a condition as a decision table, with the jurisdictions in each row
    Table(decision_table::TableArguments),
    /// Count the results, who fails one condition alone, and who is nearest to a threshold
    Summary(summary::SummaryArguments),
    /// Show what was calculated from all jurisdictions, by group
    Statistics(statistics::StatisticsArguments),
    /// Name the smallest changes that would make a jurisdiction eligible
    Remedies(remedies::RemediesArguments),
    /// Ask for the facts that can still change a result, the most decisive first
    Ask(ask::AskArguments),
    /// Compare two versions: who gains, who loses, and because of what
    Impact(impact::ImpactArguments),
    /// Follow the files: edit in any editor, save, and see the results change
    Watch(watch::WatchArguments),
    /// Run the cases in `tests/<rulebook>/`, and measure what they cover
    Test(test::TestArguments),
    /// Point at what is valid but likely a mistake
    Lint(lint::LintArguments),
    /// Move a parameter from one value to another: how many are eligible, and who changes where
    Sweep(sweep::SweepArguments),
    /// Name all days between two days on which a result changes, and why
    Timeline(timeline::TimelineArguments),
    /// Name the commits that changed a result, and because of which change
    History(history::HistoryArguments),
    /// Make up records that fit a rulebook, to try it on many
    Generate(generate::GenerateArguments),
    /// Make a small working rulebook to start from
    New(new::NewArguments),
    /// Write JSON Schemas, for completion and checks in an editor
    Schema(schema::SchemaArguments),
    /// Write the criteria as SQL, for an engine that holds the records
    Sql(sql::SqlArguments),
    /// Check again what evidence records, and say whether it is the same
    Replay(replay::ReplayArguments),
    /// Print completions for a shell
    Completions(completions_and_man::CompletionsArguments),
    /// Print the manual page, or write one for each command
    Man(completions_and_man::ManArguments),
}

/// The command line: commands, options, help.
fn program() -> clap::Command {
    command_groups_in_help::grouped(Arguments::command())
}

/// Runs the program with the arguments of the process and says how it is to end.
#[expect(clippy::disallowed_methods, reason = "the command line is read here")]
pub fn run() -> ExitStatus {
    let words: Vec<String> = std::env::args_os()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let parsed = program().try_get_matches();
    let arguments = match parsed.and_then(|found| Arguments::from_arg_matches(&found)) {
        Ok(arguments) => arguments,
        Err(error) => {
            let asked = !error.use_stderr();
            // A closed pipe is no reason to fail differently.
            let _ = error.print();
            if let Some(advice) = usage_advice::advice(words.get(1..).unwrap_or_default(), &error) {
                print_error(&format!("\nhelp: {}\n", clean_line(&advice)));
            }
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
        Command::Sql(sql) => sql::sql_command(sql),
        Command::Statistics(statistics) => statistics::statistics_command(statistics),
        Command::Summary(summary) => summary::summary_command(summary),
        Command::Timeline(timeline) => timeline::timeline_command(timeline),
        Command::History(history) => history::history_command(history),
        Command::Sweep(sweep) => sweep::sweep_command(sweep),
        Command::Table(table) => decision_table::table_command(table),
        Command::Test(test) => test::test_command(test),
        Command::Generate(arguments) => generate::generate(arguments),
        Command::New(new) => new::new_command(new),
        Command::Completions(completions) => {
            completions_and_man::completions(completions, program())
        }
        Command::Man(man) => completions_and_man::man(man, program()),
        Command::Watch(watch) => watch::watch(watch),
    }
}
