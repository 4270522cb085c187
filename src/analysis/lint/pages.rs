//! A page for each lint: what it says, why, and what to do.

use crate::base::diagnostic::Code;

/// The page of a lint, by its code or its name.
pub fn page(name: &str) -> Option<String> {
    let code = Code::ALL
        .iter()
        .find(|code| code.as_str() == name || code.name() == name)?;
    let (why, example) = match code {
        Code::BadAllow => (
            "A line that allows what nobody says, or for no reason, hides what somebody will look \
             for later.",
            "//@ allow R303 everybody who applies is taken",
        ),
        Code::UnreachableBranch => (
            "Earlier tests have decided the answer, so one side of this test is never taken. Often \
             the numbers of the two tests are the wrong way round. Parameters that have choices \
             are tried with each of them; others are taken as they are.",
            "if j.h >= 24 { ... } else if j.h >= 48 { /* never */ }",
        ),
        Code::UnreachedOutcome => (
            "Nobody can ever get this reason.",
            "return met(\"a\"); not_met(\"b\") // never",
        ),
        Code::NeverFails => (
            "Whatever the facts are, the condition is met or does not apply. It decides nothing.",
            "j.h >= 0",
        ),
        Code::SameCondition => (
            "They have the same outcomes and reasons for every record. One may be a copy that was \
             never changed.",
            "scripts/x/a.rhai and scripts/x/b.rhai, both `j.a`",
        ),
        Code::UnreadFact => (
            "People collect it for nothing, or a script means it and says something else.",
            "#@ allow R305 shown in reports",
        ),
        Code::UnusedParameter => ("Changing it changes nothing.", "parameters: {unused: 1}"),
        Code::LiteralIsParameter => (
            "If it means the same, changing the parameter changes only half of the criteria. \
             Numbers up to two are left alone.",
            "j.hours >= 48 // where params.hold_hours is 48",
        ),
        Code::NoSource => (
            "Nobody can look up where it comes from. Only rulebooks that have sources are looked at.",
            "//! @source letter",
        ),
        Code::OldSource => (
            "It is older than `--stale-after` days on the as-of date, and may have been replaced. \
             All old sources of a rulebook are shown together.",
            "rulebook lint --stale-after 365",
        ),
        Code::FactWithoutSource => (
            "Nobody can look up who says so. All files of a rulebook are shown together. One \
             `source:` at the top of a record (in a sheet, a column `source`) is for all its facts; \
             one under `records:` in the rulebook file is for all records of a file. Only rulebooks \
             that have sources are looked at, and references need none.",
            "records: {municipalities.csv: {source: census}}",
        ),
        Code::ChangedMeaning => (
            "`to_float` does nothing any more. With `--divisions`, each division of whole numbers \
             is pointed at: it keeps its fraction, and once dropped it.",
            "j.seats / 2 // write div(j.seats, 2) where half a seat is none",
        ),
        Code::Placeholder => (
            "To a script, `N/A`, `-` or `TBD` is a text like any other: `!=` is true of it, and \
             nothing is missing. Write `unknown`, or name such words under `missing:` in the \
             rulebook file.",
            "office: N/A",
        ),
        Code::HiddenSign => (
            "It is a space of another kind, a sign without width, or an accent apart from its \
             letter. The text looks like another one and is not the same, so comparisons and \
             groups part what belongs together.",
            "district: Nord (a no-break space behind it)",
        ),
        Code::NoSuchId => (
            "The answer is the same for all. Most often the id is misspelt. Where the criteria are \
             for records from elsewhere, allow it.",
            "j.operator == \"marylnd\"",
        ),
        Code::NoRange => (
            "It may be set to any number, also to one that makes no sense. With a range, such a \
             slip is an error.",
            "parameters: {hold_hours: 48}",
        ),
        Code::NoReason => (
            "Whoever is refused does not learn why.",
            "if j.a { true } else { not_met(\"why\") }",
        ),
        _ => return None,
    };
    Some(shown(*code, why, example))
}

fn shown(code: Code, why: &str, example: &str) -> String {
    format!(
        "{} ({})\n\n{}\n\n{why}\n\nExample: {example}\n",
        code.as_str(),
        code.name(),
        code.summary()
    )
}
