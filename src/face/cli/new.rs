//! `rulebook new`: a small working rulebook to start from. Its files are those of the folder `new`.

use std::path::Path;

use crate::assess::snapshot::Snapshot;
use crate::face::cli::common::{Common, ExitStatus};
use crate::face::cli::output::print;
use crate::host::disk;
use crate::model::fact::name_problem;

#[derive(Debug, clap::Args)]
pub(super) struct NewArguments {
    /// The name of the rulebook: the name of its folders
    #[arg(value_name = "NAME")]
    name: String,

    #[command(flatten)]
    common: Common,
}

/// Paths and texts. `NAME` in them is the name of the rulebook.
const FILES: [(&str, &str); 6] = [
    (
        "policies/NAME/rulebook.yaml",
        include_str!("new/rulebook.yaml"),
    ),
    (
        "policies/NAME/jurisdictions/springfield.yaml",
        include_str!("new/springfield.yaml"),
    ),
    (
        "policies/NAME/jurisdictions/shelbyville.yaml",
        include_str!("new/shelbyville.yaml"),
    ),
    (
        "scripts/NAME/population.rhai",
        include_str!("new/population.rhai"),
    ),
    (
        "scripts/NAME/applied.rhai",
        include_str!("new/applied.rhai"),
    ),
    ("tests/NAME/cases.yaml", include_str!("new/cases.yaml")),
];

/// The commands to try next, and what they show.
const NEXT: [(&str, &str); 5] = [
    ("check", "who is eligible, and why not"),
    (
        "explain shelbyville",
        "the tests and the facts behind a result",
    ),
    ("watch", "edit a file, save it, and see what changes"),
    (
        "test --coverage",
        "run the cases, and see what they leave out",
    ),
    ("schema --write", "completion and checks in your editor"),
];

#[expect(
    clippy::disallowed_methods,
    reason = "nothing that is there is touched"
)]
pub(super) fn new_command(arguments: &NewArguments) -> anyhow::Result<ExitStatus> {
    let (name, root) = (&arguments.name, &arguments.common.root);
    if let Some(problem) = name_problem(name) {
        anyhow::bail!("{}", problem.replace("in a script", "of a rulebook"));
    }
    // Nothing that is there is touched.
    for folder in ["policies", "scripts", "tests"] {
        let folder = format!("{folder}/{name}");
        if root.join(&folder).exists() {
            anyhow::bail!("`{folder}` is there already: choose another name, or remove it");
        }
    }
    for (path, text) in FILES {
        let path = path.replace("NAME", name);
        disk::write_inside(root, &path, &text.replace("NAME", name))?;
        print(&format!("Written: {path}\n"))?;
    }
    print(&format!("\nNow try\n{}", next(root, name)?))?;
    Ok(ExitStatus::Good)
}

/// The commands to try, with the options without which they would ask for something else.
fn next(root: &Path, name: &str) -> anyhow::Result<String> {
    let mut options = String::new();
    if root != Path::new(".") {
        options = format!(" --root {}", root.display());
    }
    if Snapshot::load(&disk::read(root)?).rulebooks().count() > 1 {
        options = format!("{options} --rulebook {name}");
    }
    let commands = NEXT.map(|(command, shows)| (format!("{command}{options}"), shows));
    let width = commands.iter().map(|(command, _)| command.len()).max();
    let width = width.unwrap_or_default();
    let line = |(command, shows)| format!("  rulebook {command:width$}  {shows}\n");
    Ok(commands.map(line).concat())
}
