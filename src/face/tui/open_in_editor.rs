//! The command that opens a file at a line in the user's editor.

use std::path::Path;
use std::process::Command;

/// The command for an editor as in `$VISUAL` or `$EDITOR`; `None` if that is empty.
#[expect(clippy::disallowed_methods, reason = "the program of an editor")]
pub(super) fn command(editor: &str, file: &Path, line: usize) -> Option<Command> {
    let mut words = words(editor, &|path| path.is_file()).into_iter();
    let program = words.next()?;
    let mut command = Command::new(&program);
    command.args(words);
    let stem = Path::new(&program)
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    match stem {
        "code" | "codium" | "cursor" => {
            command
                .arg("--goto")
                .arg(format!("{}:{line}", file.display()));
        }
        "subl" | "hx" | "helix" | "zed" => {
            command.arg(format!("{}:{line}", file.display()));
        }
        "vi" | "vim" | "nvim" | "nano" | "emacs" | "emacsclient" | "kak" | "micro" | "joe"
        | "mg" | "ne" | "jed" => {
            command.arg(format!("+{line}")).arg(file);
        }
        _ => {
            command.arg(file);
        }
    }
    Some(command)
}

/// The program and its arguments. A path with spaces may be in quotation marks or use backslashes,
/// as in a shell; or be written as it is, if there is such a file.
fn words(editor: &str, is_file: &dyn Fn(&Path) -> bool) -> Vec<String> {
    let editor = editor.trim();
    let ends = editor.match_indices(' ').map(|(at, _)| at);
    let ends = ends.chain([editor.len()]);
    let is_program = |end: &usize| {
        let program = &editor[..*end];
        program.contains([' ', '/', '\\']) && is_file(Path::new(program))
    };
    match ends.filter(is_program).last() {
        Some(end) => std::iter::once(editor[..end].to_owned())
            .chain(divided(&editor[end..]))
            .collect(),
        None => divided(editor),
    }
}

/// The words of a text, split as a shell does it; nothing of it is run.
fn divided(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut quote, mut inside) = (None, false);
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        if quote.is_none() && sign.is_whitespace() {
            inside = false;
            continue;
        }
        if !std::mem::replace(&mut inside, true) {
            words.push(String::new());
        }
        // If backslashes separate folders, they are no escape characters.
        let escaped = sign == '\\' && cfg!(unix) && quote != Some('\'');
        let word = words.last_mut();
        match sign {
            _ if quote == Some(sign) => quote = None,
            '"' | '\'' if quote.is_none() => quote = Some(sign),
            _ => {
                let sign = if escaped { signs.next() } else { Some(sign) };
                word.into_iter()
                    .zip(sign)
                    .for_each(|(word, sign)| word.push(sign));
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(editor: &str) -> Vec<String> {
        let command = command(editor, Path::new("a b.rhai"), 7).unwrap();
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        words
            .map(|word| word.to_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn each_editor_is_told_the_line_in_its_own_way() {
        assert_eq!(
            said("/usr/bin/vim -n"),
            ["/usr/bin/vim", "-n", "+7", "a b.rhai"]
        );
        assert_eq!(
            said("code --wait"),
            ["code", "--wait", "--goto", "a b.rhai:7"]
        );
        assert_eq!(said("gedit"), ["gedit", "a b.rhai"]);
        assert!(command("  ", Path::new("a"), 1).is_none());
        assert_eq!(
            said("'/opt/my tools/vim' -n"),
            ["/opt/my tools/vim", "-n", "+7", "a b.rhai"]
        );
    }

    #[test]
    fn a_path_with_spaces_is_one_word() {
        let there =
            |path: &Path| path == Path::new("/opt/my tools/bin/ed") || path == Path::new("/opt/my");
        for (editor, expected) in [
            ("/opt/my tools/bin/ed", &["/opt/my tools/bin/ed"][..]),
            (
                "/opt/my tools/bin/ed -w  -x",
                &["/opt/my tools/bin/ed", "-w", "-x"],
            ),
            ("\"/opt/my tools/ed\" -w", &["/opt/my tools/ed", "-w"]),
            ("'/opt/my tools/ed'", &["/opt/my tools/ed"]),
            ("/opt/my -w", &["/opt/my", "-w"]),
            (
                "ed 'a \"b' \"c 'd\" e''f ''",
                &["ed", "a \"b", "c 'd", "ef", ""],
            ),
            ("  ed\t-w ", &["ed", "-w"]),
            ("ed 'a b", &["ed", "a b"]),
            ("", &[]),
        ] {
            assert_eq!(words(editor, &there), expected, "{editor}");
        }
        if cfg!(unix) {
            assert_eq!(words("/opt/a\\ b/ed -w", &|_| false), ["/opt/a b/ed", "-w"]);
        }
    }
}
