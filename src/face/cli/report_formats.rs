//! The formats of `check`: by their names, and how each is written.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::base::diagnostic;
use crate::face::cli::output::{When, standard_output};
use crate::render;
use crate::render::chosen_columns::Columns;
use crate::render::report::{self, Report};

/// A format, and the file to write; `None` for standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Output(pub(super) ReportFormat, pub(super) Option<String>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReportFormat {
    Table,
    Json,
    Ndjson,
    Csv,
    Markdown,
    JobSummary,
    Junit,
    Sarif,
    Github,
    Gitlab,
    Tap,
    Html,
}

const FORMATS: [(&str, ReportFormat); 12] = [
    ("table", ReportFormat::Table),
    ("json", ReportFormat::Json),
    ("ndjson", ReportFormat::Ndjson),
    ("csv", ReportFormat::Csv),
    ("markdown", ReportFormat::Markdown),
    ("job-summary", ReportFormat::JobSummary),
    ("junit", ReportFormat::Junit),
    ("sarif", ReportFormat::Sarif),
    ("github", ReportFormat::Github),
    ("gitlab", ReportFormat::Gitlab),
    ("tap", ReportFormat::Tap),
    ("html", ReportFormat::Html),
];

impl ReportFormat {
    /// Its name.
    pub(super) fn name(self) -> &'static str {
        let known = FORMATS.iter().find(|(_, format)| *format == self);
        known.map_or("", |(name, _)| name)
    }
}

/// A format from the text of an option.
pub(super) fn output(text: &str) -> Result<Output, String> {
    let (name, file) = text
        .split_once('=')
        .map_or((text, None), |(name, file)| (name, Some(file)));
    let names = || FORMATS.iter().map(|(name, _)| *name);
    let Some((_, format)) = FORMATS.iter().find(|(known, _)| *known == name) else {
        let near = diagnostic::did_you_mean(name, names());
        let known = format!("the formats are {}", diagnostic::list_of(names()));
        return Err(format!(
            "there is no format `{name}`: {}",
            near.unwrap_or(known)
        ));
    };
    match file {
        Some("") => Err(format!("a file is missing behind `{name}=`")),
        file => Ok(Output(*format, file.map(str::to_owned))),
    }
}

/// Writes a format, the large ones as they are made. A file has no colours and no width.
pub(super) fn write(
    format: ReportFormat,
    columns: Option<&Columns>,
    report: &Report<'_>,
    terminal: Option<When>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let assessment = report.assessment;
    let text = match (format, columns) {
        (ReportFormat::Csv, Some(columns)) => return columns.csv(assessment, out),
        (ReportFormat::Ndjson, Some(columns)) => return columns.ndjson(assessment, out),
        (ReportFormat::Csv, None) => return report::csv(report, out),
        (ReportFormat::Ndjson, None) => return render::ndjson(out, assessment, report.diagnostics),
        (ReportFormat::Json, _) => {
            let beside = (report.tests, report.drift);
            return render::write_check_json(out, assessment, beside, report.diagnostics);
        }
        (ReportFormat::Table, _) => {
            let (colour, width) = match terminal.map(standard_output) {
                Some(out) => (out.colour, out.width),
                None => (render::Colour::Never, 100),
            };
            let table = render::table(assessment, colour, width);
            format!("{table}{}", aside(report, false))
        }
        (ReportFormat::Markdown, _) => report::markdown(report),
        (ReportFormat::JobSummary, _) => report::job_summary(report),
        (ReportFormat::Junit, _) => report::junit(report),
        (ReportFormat::Sarif, _) => render::sarif(report),
        (ReportFormat::Github, _) => report::github(report),
        (ReportFormat::Gitlab, _) => render::gitlab(report),
        (ReportFormat::Tap, _) => report::tap(report),
        (ReportFormat::Html, _) => report::html(report),
    };
    out.write_all(text.as_bytes())
}

/// The results of cases and accepted results, below the table; at most one line if all is well.
pub(super) fn aside(report: &Report<'_>, quiet: bool) -> String {
    let mut text = String::new();
    if report.tests.failed() > 0 {
        let _ = write!(text, "\n{}", render::test_run(report.tests, false));
    } else if !report.tests.results.is_empty() && !quiet {
        let _ = writeln!(text, "{}", render::test_counts(report.tests));
    }
    format!("{text}{}", render::drift(report.drift, quiet))
}
