//! What the commands have in common: options, and how they end.

use std::path::PathBuf;

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

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum When {
    Auto,
    Always,
    Never,
}
