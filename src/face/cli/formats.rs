//! The formats of `check`, by their names.

use crate::base::diagnostic;

/// A format, and the file to write; none for standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Output(pub(super) Format, pub(super) Option<String>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
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

const FORMATS: [(&str, Format); 12] = [
    ("table", Format::Table),
    ("json", Format::Json),
    ("ndjson", Format::Ndjson),
    ("csv", Format::Csv),
    ("markdown", Format::Markdown),
    ("job-summary", Format::JobSummary),
    ("junit", Format::Junit),
    ("sarif", Format::Sarif),
    ("github", Format::Github),
    ("gitlab", Format::Gitlab),
    ("tap", Format::Tap),
    ("html", Format::Html),
];

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
