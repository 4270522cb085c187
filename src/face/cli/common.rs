//! The parts that all commands share: options, common first steps, and exit codes.

use std::path::{Path, PathBuf};

use crate::assess::assessment::Assessment;
use crate::assess::snapshot::Snapshot;
use crate::assess::{Options, assess};
use crate::face::cli::output::{When, standard_output};
use crate::host::disk;
use crate::model::input_files::Files;
use crate::render::Emphasis;

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

/// Options that all commands have.
#[derive(Debug, clap::Args)]
pub(crate) struct Common {
    /// The folder that holds `policies` and `scripts`
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) root: PathBuf,

    /// When to use colours
    #[arg(long, value_enum, default_value_t = When::Auto)]
    pub(super) color: When,
}

/// How to show a result, to a person or to a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    Text,
    Markdown,
    Json,
}

/// How to show what is for people, for other programs, and for sheets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum SheetFormat {
    Text,
    Markdown,
    Csv,
    Json,
}

/// How to show what is for people, for other programs, for sheets, and as a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum PictureFormat {
    Text,
    Markdown,
    Csv,
    Json,
    /// A picture
    Svg,
    /// A page with the picture, and the same in words
    Html,
}

/// The files of a root, and their assessment.
pub(super) struct Assessed {
    pub(super) files: Files,
    pub(super) snapshot: Snapshot,
    pub(super) assessment: Assessment,
}

/// A path from the root of the system, without links.
#[expect(clippy::disallowed_methods, reason = "a path that somebody gave")]
fn whole(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The working directory, as a path from the root of the system.
pub(super) fn here() -> String {
    whole(Path::new(".")).to_string_lossy().replace('\\', "/")
}

impl ExitStatus {
    /// Good when all is as it should be, and otherwise broken.
    pub(super) fn good_if(fine: bool) -> Self {
        if fine { Self::Good } else { Self::Broken }
    }
}

impl Common {
    /// The root as a path from the working directory, ending in `/`: nothing where it is that one.
    /// As it was given, where it lies elsewhere.
    pub(super) fn base(&self) -> String {
        let (root, here) = (whole(&self.root), whole(Path::new(".")));
        let base = root.strip_prefix(&here).unwrap_or(&self.root);
        let base = base.to_string_lossy().replace('\\', "/");
        match base.trim_end_matches('/') {
            "" | "." => String::new(),
            base => format!("{base}/"),
        }
    }

    /// Reads the root and assesses its rulebooks.
    pub(super) fn assess(&self, options: &Options) -> anyhow::Result<Assessed> {
        let files = disk::read(&self.root)?;
        let snapshot = Snapshot::load(&files);
        let assessment = assess(&snapshot, options);
        Ok(Assessed {
            files,
            snapshot,
            assessment,
        })
    }

    /// The layout of text on standard output.
    pub(super) fn plain(&self) -> Emphasis {
        Emphasis::Plain(standard_output(self.color).width)
    }

    /// The layout of a text format on standard output; `None` for formats that programs read.
    pub(super) fn style(&self, format: Format) -> Option<Emphasis> {
        match format {
            Format::Text => Some(self.plain()),
            Format::Markdown => Some(Emphasis::Markdown),
            Format::Json => None,
        }
    }
}
