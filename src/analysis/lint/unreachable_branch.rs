//! A test that always has the same answer where it stands.

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::Code;
use crate::base::source::Span;
use crate::script::Unreached;

lint! {
    /// Earlier tests, or the range of its facts, have decided the answer, so one side of this test
    /// is never taken. Often the numbers of two tests are the wrong way round, or a share of 1 is
    /// compared with a number in percent. Parameters that have choices are tried
    /// with each of them; others are taken as they are.
    ///
    /// Example: `if j.h >= 24 { ... } else if j.h >= 48 { /* never */ }`
    UnreachableBranch
}

impl Linter<'_> {
    pub(super) fn unreachable_branches(&mut self, found: &Unreached) {
        for one in &found.one_sided {
            let answer = if one.answer { "yes" } else { "no" };
            let message = format!("`{}` is always {answer} here", one.written);
            let help = if one.by_range {
                "what the fact can be decides it: look whether the number is right, and the \
                 `range:` in the rulebook file"
            } else {
                "earlier tests have decided it: leave it out, or look whether they are right"
            };
            let other = other_sign(&one.span, one.answer).filter(|_| !one.by_range);
            let help = other.unwrap_or_else(|| help.to_owned());
            self.say(Code::UnreachableBranch, one.span.clone(), message, &help);
        }
    }
}

/// `j.kind == "a" && j.kind == "b"`, and `!=` with `||`: what to write for the sign between them.
fn other_sign(span: &Span, answer: bool) -> Option<String> {
    let before = span.source().text()[..span.range().start].trim_end();
    // The test said twice has the other answer, and no sign makes it say more.
    let (rest, compares, sign) = if answer {
        (before.strip_suffix("||")?, " != ", "&&")
    } else {
        (before.strip_suffix("&&")?, " == ", "||")
    };
    let (fact, _) = span.text().split_once(compares)?;
    let earlier = rest.rsplit(['&', '|', '(', '{', ';', '\n']).next()?.trim();
    let earlier = earlier.strip_prefix("if ").unwrap_or(earlier);
    let (same, _) = earlier.split_once(compares)?;
    (same.trim() == fact.trim() && fact.starts_with("j.")).then(|| {
        let never = if sign == "||" {
            "is never both"
        } else {
            "always differs from one of the two"
        };
        format!("`{fact}` {never}: write `{sign}` before this one")
    })
}
