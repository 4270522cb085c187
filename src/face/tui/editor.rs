//! The command that opens a file at a line in the editor of whoever sits here.

use std::path::Path;
use std::process::Command;

/// The command for an editor as `$VISUAL` or `$EDITOR` names it; none when it names nothing.
pub(super) fn command(editor: &str, file: &Path, line: usize) -> Option<Command> {
    let mut words = editor.split_whitespace();
    let program = words.next()?;
    let mut command = Command::new(program);
    command.args(words);
    let stem = Path::new(program)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn words(editor: &str) -> Vec<String> {
        let command = command(editor, Path::new("a b.rhai"), 7).unwrap();
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        words
            .map(|word| word.to_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn each_editor_is_told_the_line_in_its_own_way() {
        assert_eq!(
            words("/usr/bin/vim -n"),
            ["/usr/bin/vim", "-n", "+7", "a b.rhai"]
        );
        assert_eq!(
            words("code --wait"),
            ["code", "--wait", "--goto", "a b.rhai:7"]
        );
        assert_eq!(words("gedit"), ["gedit", "a b.rhai"]);
        assert!(command("  ", Path::new("a"), 1).is_none());
    }
}
