//! The help of the program: its commands in groups, by purpose.

use std::fmt::Write;

use clap::Command;
use clap::builder::StyledStr;

/// Purposes, and the commands for each. Every command is in one group.
const GROUPS: [(&str, &[&str]); 5] = [
    ("Start", &["new", "check", "watch"]),
    (
        "Understand a result",
        &[
            "explain",
            "ask",
            "remedies",
            "table",
            "summary",
            "statistics",
        ],
    ),
    (
        "Change and test criteria",
        &["test", "lint", "impact", "sweep", "timeline", "history"],
    ),
    ("Keep and repeat", &["replay", "sql", "generate"]),
    ("Set up", &["schema", "completions", "man", "help"]),
];

/// The command line with its commands in groups.
pub(super) fn grouped(mut command: Command) -> Command {
    command.build();
    let mut template = StyledStr::new();
    let head = *command.get_styles().get_header();
    let _ = write!(
        template,
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n"
    );
    for (group, names) in GROUPS {
        let _ = write!(template, "\n{head}{group}:{head:#}\n");
        for name in names {
            let about = command.find_subcommand(name).and_then(Command::get_about);
            let about = about.cloned().unwrap_or_default();
            let literal = command.get_styles().get_literal();
            let _ = writeln!(template, "  {literal}{name:11}{literal:#}  {about}");
        }
    }
    let _ = write!(
        template,
        "\n{head}Options:{head:#}\n{{options}}{{after-help}}"
    );
    command.help_template(template)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_in_one_group() {
        let mut command = crate::face::cli::program();
        command.build();
        let mut commands: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        let mut grouped: Vec<&str> = GROUPS
            .iter()
            .flat_map(|(_, names)| *names)
            .copied()
            .collect();
        commands.sort_unstable();
        grouped.sort_unstable();
        assert_eq!(commands, grouped);
    }
}
