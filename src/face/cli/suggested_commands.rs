//! The commands that the authors of a rulebook suggest to try next.

use std::path::Path;

use crate::assess::assessment::Assessment;
use crate::render;

/// The commands that the authors suggest to try next, below all else.
pub(super) fn suggestions(root: &Path, assessment: &Assessment) -> String {
    let root = root.display().to_string();
    let root = if root == "." {
        String::new()
    } else {
        format!(" --root {root}")
    };
    let rulebooks = assessment
        .rulebooks
        .iter()
        .map(|assessed| assessed.rulebook());
    let lines: Vec<_> = rulebooks
        .flat_map(|rulebook| &rulebook.suggestions)
        .map(|line| {
            format!(
                "  rulebook {}\n",
                render::clean_line(&format!("{line}{root}"))
            )
        })
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    format!("\nTry next\n{}", lines.concat())
}
