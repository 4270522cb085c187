//! `rulebook watch`.

use std::fmt::Write;
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::UNIX_EPOCH;

use crate::analysis::impact::{Cases, Depth, differing_conditions};
use crate::analysis::published_results::compare;
use crate::assess::assessment::Assessment;
use crate::base::diagnostic::Diagnostic;
use crate::face::cli::assessment_options::Selection;
use crate::face::cli::common::{Common, ExitStatus};
use crate::face::cli::output::{Stream, print, standard_output, summary};
use crate::face::tui;
use crate::host::live::{Checks, Following, Live, Revision, Settings};
use crate::host::watch::Mode;
use crate::model::condition::ConditionId;
use crate::model::rulebook::RulebookId;
use crate::render::{self, Event, StaleFile};

#[derive(Debug, clap::Args)]
pub(super) struct WatchArguments {
    #[command(flatten)]
    common: Common,

    #[command(flatten)]
    selection: Selection,

    /// Write a block of lines for each save instead of drawing a screen
    #[arg(long)]
    plain: bool,

    /// How to show each save, when no screen is drawn
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<WatchFormat>,

    /// Go down to the facts behind derived facts, in the cases in which conditions differ
    #[arg(long)]
    expand: bool,

    /// Look at the files again and again, where the system does not tell of changes
    #[arg(long)]
    poll: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum WatchFormat {
    /// For people
    Text,
    /// One JSON object on one line for each save, for other programs
    Ndjson,
}

/// The most jurisdictions listed for one save.
const MOST_LINES: usize = 30;

pub(super) fn watch(arguments: &WatchArguments) -> anyhow::Result<ExitStatus> {
    let finding = if arguments.poll {
        Following::Polling
    } else {
        Following::Events
    };
    let settings = Settings {
        options: arguments.selection.options(),
        finding,
        listener: None,
    };
    let no_screen = !std::io::stdout().is_terminal() || is_dumb();
    let plain = arguments.plain || arguments.format.is_some() || no_screen;
    if plain || !std::io::stdin().is_terminal() {
        return lines(arguments, settings);
    }
    let colour = standard_output(arguments.common.color).colour;
    match tui::run(&arguments.common.root, settings, depth(arguments), colour)? {
        tui::ScreenEnd::Quit => Ok(ExitStatus::Good),
        tui::ScreenEnd::Signal => Ok(ExitStatus::Failed),
    }
}

fn depth(arguments: &WatchArguments) -> Depth {
    if arguments.expand {
        Depth::StatedFacts
    } else {
        Depth::DerivedFacts
    }
}

/// Whether the terminal can do no more than write lines.
#[expect(
    clippy::disallowed_methods,
    reason = "terminals tell of themselves in the environment"
)]
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// One block of lines for each revision, until the reader goes away.
fn lines(arguments: &WatchArguments, settings: Settings) -> anyhow::Result<ExitStatus> {
    let (listener, revisions) = channel();
    let _live = Live::start_with(
        &arguments.common.root,
        Settings {
            listener: Some(listener),
            ..settings
        },
    );
    let out = standard_output(arguments.common.color);
    let mut before: Option<Arc<Assessment>> = None;
    for revision in revisions {
        let checks = revision.checks();
        let text = match arguments.format {
            Some(WatchFormat::Ndjson) => line(&revision, &checks),
            _ => {
                let differing = before.as_deref().map(|before| {
                    differing_conditions(before, &revision.assessment, depth(arguments))
                });
                block(&revision, &differing.unwrap_or_default(), &checks, &out)
            }
        };
        before = Some(Arc::clone(&revision.assessment));
        if print(&text)?.is_gone() {
            return Ok(ExitStatus::Good);
        }
    }
    // Nobody follows the files any more.
    Ok(ExitStatus::Failed)
}

fn line(revision: &Revision, checks: &Checks) -> String {
    let stale = revision.stale.iter().map(|stale| StaleFile {
        file: &stale.file,
        since: stale
            .since
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs()),
        revision: stale.revision,
        because: &stale.because.message,
    });
    render::event(&Event {
        revision: revision.number,
        milliseconds: revision.took.as_secs_f64() * 1000.0,
        files: revision.files,
        changed: &revision.changed,
        stale: stale.collect(),
        polling: match &revision.mode {
            Mode::Events => None,
            Mode::Polling(why) => Some(why),
        },
        trouble: revision.trouble.as_deref(),
        assessment: &revision.assessment,
        delta: &revision.delta,
        tests: &checks.tests,
        drift: &checks.drift,
    })
}

fn block(
    revision: &Revision,
    differing: &[(RulebookId, ConditionId, Cases)],
    checks: &Checks,
    out: &Stream,
) -> String {
    let mut text = head(revision);
    if revision.number == 1 {
        for assessed in &revision.assessment.rulebooks {
            let _ = writeln!(
                text,
                "{}: {}",
                assessed.rulebook().id,
                tui::counts(assessed)
            );
        }
    } else {
        text.push_str(&render::delta(&revision.delta, MOST_LINES));
        if revision.delta.is_empty() && !revision.changed.is_empty() {
            text.push_str("no determination and no finding changed\n");
        }
    }
    for assessed in &revision.assessment.rulebooks {
        for compared in compare(assessed) {
            let line = format!(
                "{}: {}",
                assessed.rulebook().id,
                render::compared_summary(&compared)
            );
            let _ = writeln!(text, "{}", render::clean_line(&line));
        }
    }
    let several = revision.assessment.rulebooks.len() > 1;
    for (rulebook, id, cases) in differing {
        let of = if several {
            format!(" of {rulebook}")
        } else {
            String::new()
        };
        let _ = writeln!(text, "cases in which {id}{of} differs");
        let lines = render::case_lines(cases, "`--expand`");
        for case in lines.iter().take(MOST_LINES) {
            let _ = writeln!(text, "  {}", render::clean_line(case));
        }
        if lines.len() > MOST_LINES {
            let _ = writeln!(text, "  and {} more", lines.len() - MOST_LINES);
        }
    }
    text.push_str(&of_checks(checks));
    for stale in &revision.stale {
        let since = tui::clock(stale.since);
        let _ = writeln!(
            text,
            "{} is broken since {since}: its last good version is in force",
            render::clean_line(&stale.file)
        );
    }
    let diagnostics: Vec<Diagnostic> = (revision.assessment.diagnostics.iter())
        .chain(checks.diagnostics())
        .cloned()
        .collect();
    if !diagnostics.is_empty() {
        text.push_str(&render::diagnostics(&diagnostics, out.colour, out.width));
        text.push_str(summary(&diagnostics).trim_start());
    }
    text.push('\n');
    text
}

/// The cases that failed and the results that moved, and how many cases passed.
fn of_checks(checks: &Checks) -> String {
    let mut text = String::new();
    let failed = render::failed_cases(&checks.tests);
    for line in failed.lines().take(MOST_LINES) {
        let _ = writeln!(text, "{line}");
    }
    let more = failed.lines().count().saturating_sub(MOST_LINES);
    if more > 0 {
        let _ = writeln!(text, "and {more} more lines: see `rulebook test`");
    }
    let counted = [
        render::cases_passed(&checks.tests),
        render::moved(&checks.drift),
    ];
    for line in counted.into_iter().flatten() {
        let _ = writeln!(text, "{line}");
    }
    text + render::drift(&checks.drift, true).trim_start()
}

fn head(revision: &Revision) -> String {
    let mut head = format!("revision {}", revision.number);
    let written = match revision.changed.as_slice() {
        [] => write!(head, ": {} files", revision.files),
        [one] => write!(head, ": {}", render::clean_line(one)),
        many => {
            let (first, more) = (render::clean_line(&many[0]), many.len() - 1);
            let s = if more == 1 { "" } else { "s" };
            write!(head, ": {first} and {more} more file{s}")
        }
    };
    written.expect("a text takes any text");
    if revision.took.as_nanos() > 0 {
        let _ = write!(head, " ({:.1} ms)", revision.took.as_secs_f64() * 1000.0);
    }
    head.push('\n');
    if let Mode::Polling(why) = &revision.mode {
        let _ = writeln!(head, "looking at the files again and again: {why}");
    }
    if let Some(trouble) = &revision.trouble {
        let _ = writeln!(head, "waiting: {trouble}");
    }
    head
}
