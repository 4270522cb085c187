//! A page for each lint: what it says, why, and what to do.

use crate::base::diagnostic::Code;

/// The page of a lint, by its code or its name.
pub fn page(name: &str) -> Option<String> {
    let code = Code::ALL
        .iter()
        .find(|code| code.as_str() == name || code.name() == name)?;
    let (why, example) = match code {
        Code::BadAllow => (
            "A line that allows a lint must name one that exists, give a reason, and be needed. \
             Otherwise it hides \
             what somebody will look for later.",
            "//@ allow R303 everybody who applies is taken",
        ),
        Code::UnreachableBranch => (
            "Earlier tests have decided the answer, so one side of this test is never taken. Often \
             the numbers of the \
             two tests are the wrong way round. Parameters that have choices are tried with each \
             of them; others are \
             taken as they are.",
            "if j.h >= 24 { ... } else if j.h >= 48 { /* never */ }",
        ),
        Code::UnreachedOutcome => (
            "No path of the script comes to this outcome, so nobody can ever be told this reason.",
            "return met(\"a\"); not_met(\"b\") // never",
        ),
        Code::NeverFails => (
            "Whatever the facts are, the condition is met or does not apply. It decides nothing.",
            "j.h >= 0",
        ),
        Code::SameCondition => (
            "Two conditions come to the same with the same reasons. One of them may be a copy that \
             was never changed.",
            "scripts/x/a.rhai and scripts/x/b.rhai, both `j.a`",
        ),
        Code::UnreadFact => (
            "The schema declares a fact that no script names, or there is a derived fact or a \
             statistic that none reads. People collect it for nothing, or a script means it and \
             says something else.",
            "#@ allow R305 shown in reports",
        ),
        Code::UnusedParameter => (
            "The rulebook declares a parameter that no script reads. Changing it changes nothing.",
            "parameters: {unused: 1}",
        ),
        Code::LiteralIsParameter => (
            "A number in the script is also the value of a parameter. If it means the same, \
             changing the parameter \
             changes only half of the criteria. Numbers up to two are left alone.",
            "j.hours >= 48 // where params.hold_hours is 48",
        ),
        Code::NoSource => (
            "The condition does not say where it comes from. Only rulebooks that have sources are \
             asked.",
            "//! @source letter",
        ),
        Code::OldSource => (
            "The source is older than `--stale-after` days on the as-of date. It may have been \
             replaced.",
            "rulebook lint --stale-after 365",
        ),
        Code::FactWithoutSource => (
            "Records state facts and do not say who says so. Told once for each file. One `source:` \
             at the top of a record (in a sheet, a column `source`) stands for all its facts, one \
             under `records:` in the rulebook file for all records of a file. Only rulebooks that \
             have sources are asked, and references are not.",
            "records: {municipalities.csv: {source: census}}",
        ),
        Code::ChangedMeaning => (
            "Numbers are exact fractions. `to_float` does nothing any more. With `--divisions`, each \
             division of whole numbers is pointed at: it keeps its fraction, and once dropped it.",
            "j.seats / 2 // write div(j.seats, 2) where half a seat is none",
        ),
        Code::Placeholder => (
            "A record states `N/A`, `-`, `TBD` or the like as a text. To a script that is a text as \
             any other, so `!=` is true of it and nothing is missing. `unknown` says that nobody \
             knows; `missing:` in the rulebook file says which words mean that.",
            "office: N/A",
        ),
        Code::HiddenSign => (
            "A text of a record, a script or the schema has a space that is none, a sign without \
             width, or an accent apart from its letter. It looks like another text and is not the same, so comparisons and groups part \
             what belongs together.",
            "district: Nord (a no-break space behind it)",
        ),
        Code::NoSuchId => (
            "A script compares an id or a reference with a text, and no record has that id: the \
             answer is the same for all. Most often the id is misspelt. Where the criteria are \
             for records from elsewhere, allow it.",
            "j.operator == \"marylnd\"",
        ),
        Code::NoRange => (
            "A parameter that is a number may be set to any number, also to one that makes no \
             sense. With a range a slip is told, and what can be is known.",
            "parameters: {hold_hours: 48}",
        ),
        Code::NoReason => (
            "The condition can be not met without a reason, so whoever is refused is not told why.",
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
