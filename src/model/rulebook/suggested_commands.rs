//! Commands that the author of a rulebook suggests to a newcomer.
//!
//! They are shown to be copied into a shell, so they are plain words of one command of the program.

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of};
use crate::formats::yaml::{YamlNode, one_or_many, shorten, text_of};

/// The commands that may be suggested: those that read and change nothing.
const COMMANDS: [&str; 11] = [
    "ask",
    "check",
    "explain",
    "generate",
    "impact",
    "lint",
    "remedies",
    "statistics",
    "table",
    "test",
    "watch",
];

/// The longest that is shown, in bytes.
const MOST: usize = 200;

pub(super) fn read_suggestions(
    node: Option<&YamlNode>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let nodes = node.map(one_or_many).unwrap_or_default();
    let mut read = |node: &YamlNode| {
        let text = text_of(node, "try", diagnostics)?;
        let text = text.trim();
        let text = text.strip_prefix("rulebook ").unwrap_or(text).to_owned();
        let Some((message, help)) = problem(&text) else {
            return Some(text);
        };
        let told = Diagnostic::at(Code::WrongValue, node.span.clone(), message);
        diagnostics.push(told.help(help));
        None
    };
    nodes.iter().filter_map(&mut read).collect()
}

/// The error in a suggestion, and advice.
fn problem(text: &str) -> Option<(String, String)> {
    let plain = |c: char| c.is_alphanumeric() || " -_=.,:/@+".contains(c);
    let name = text.split(' ').next().unwrap_or_default();
    let example = "write it as `check --set reading=letter`".to_owned();
    if !text.chars().all(plain) || text.len() > MOST {
        let message = format!("`{}` is not plain words of one command", shorten(text));
        Some((message, example))
    } else if COMMANDS.contains(&name) {
        None
    } else {
        let all = format!("the commands are {}", list_of(COMMANDS));
        let message = format!("there is no command `{name}` to suggest");
        Some((message, did_you_mean(name, COMMANDS).unwrap_or(all)))
    }
}
