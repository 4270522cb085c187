//! Advice for common mistakes on the command line: words that fit no option.

use clap::error::{ContextKind, ContextValue};

/// Advice for a wrong command line; `words` is the command line without the program.
pub(super) fn advice(words: &[String], error: &clap::Error) -> Option<String> {
    let named = |kind| match error.get(kind) {
        Some(ContextValue::String(word)) => Some(word.as_str()),
        _ => None,
    };
    if let Some(help) = words.iter().find_map(|word| dashed(word)) {
        return Some(help);
    }
    if let Some(command) = named(ContextKind::InvalidSubcommand) {
        let meant = match command {
            "why" | "reason" | "reasons" => "explain",
            "validate" | "verify" | "run" | "eval" | "evaluate" | "assess" | "build" => "check",
            "init" | "create" | "add" => "new",
            "diff" | "compare" => "impact",
            "tests" | "coverage" => "test",
            "rules" | "tree" => "table",
            _ => return None,
        };
        return Some(format!("write `{meant}`"));
    }
    let unexpected = named(ContextKind::InvalidArg)?;
    // `-set`, whose first letter is read as an option.
    let is_begun = |word: &&String| {
        let rest = word.strip_prefix(unexpected).unwrap_or_default();
        let letters = |c: char| c.is_ascii_lowercase() || c == '-' || c == '_';
        unexpected.len() == 2
            && rest.len() > 1
            && rest
                .split('=')
                .next()
                .is_some_and(|rest| rest.chars().all(letters))
    };
    if let Some(word) = words.iter().find(is_begun) {
        return Some(format!(
            "write `-{word}`: two hyphens stand before the name of an option"
        ));
    }
    let at = words.iter().position(|word| word == unexpected)?;
    if unexpected == "--date" || unexpected == "--as_of" {
        return Some("the day to check for is `--as-of`".to_owned());
    }
    if unexpected.starts_with('-') {
        return None;
    }
    // `--set least 30000`
    if let [.., option, name] = &words[..at]
        && option.starts_with("--")
        && option.contains("set")
        && name.find('=').is_none_or(|at| at + 1 == name.len())
    {
        // Blanks around the sign make it words of their own.
        let value = match unexpected.strip_prefix('=') {
            Some("") => words.get(at + 1)?,
            Some(value) => value,
            None => unexpected,
        };
        let name = name.trim_end_matches('=');
        return Some(format!("write `{option} {name}={value}`, without blanks"));
    }
    let command = words.first()?;
    let given: Vec<&str> = words[1..]
        .iter()
        .map(String::as_str)
        .take_while(|word| !word.starts_with('-'))
        .collect();
    match (command.as_str(), given.as_slice()) {
        ("timeline", [jurisdiction, from, to]) => Some(format!(
            "write `timeline {jurisdiction} --from {from} --to {to}`"
        )),
        ("sweep", [parameter, from, to]) => Some(format!("write `sweep {parameter}={from}..{to}`")),
        ("check" | "watch" | "summary" | "lint" | "test", [path])
            if rulebook_of(path).is_some() =>
        {
            let name = rulebook_of(path)?;
            Some(format!(
                "for one rulebook write `rulebook {command} --rulebook {name}`"
            ))
        }
        (_, [folder]) if folder.contains(['/', '\\', '.']) => {
            Some(format!("the root folder is given by `--root {folder}`"))
        }
        ("check" | "summary" | "watch" | "statistics", [jurisdiction]) => Some(format!(
            "for one jurisdiction write `rulebook explain {jurisdiction}`, for one condition \
             `rulebook table {jurisdiction}`"
        )),
        ("new", [_, _, ..]) => Some(format!(
            "a name is one word: write `new {}`",
            given.join("_").to_lowercase()
        )),
        _ => None,
    }
}

/// `—set`, which a program for letters has made of two hyphens.
fn dashed(word: &str) -> Option<String> {
    let sign = word.chars().next()?;
    let name = word.strip_prefix(['—', '–', '−', '‐', '‑'])?;
    let name = name.trim_start_matches('-');
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase());
    is_name.then(|| {
        format!("write `--{name}`: two hyphens stand before an option, and `{sign}` is a dash")
    })
}

/// The rulebook whose file or folder a path names: `grants` of `policies/grants/rulebook.yaml`.
fn rulebook_of(path: &str) -> Option<&str> {
    let mut parts = path.split(['/', '\\']);
    let mut folder = parts.find(|part| !matches!(*part, "." | ""))?;
    if folder == "scripts" || folder == "policies" || folder == "tests" {
        folder = parts.next()?;
        return (!folder.is_empty() && !folder.contains('.')).then_some(folder);
    }
    None
}
