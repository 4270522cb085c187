//! A test that always has the same answer where it stands.

use crate::analysis::lint::linter::Linter;
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::Code;
use crate::script::Unreached;

lint! {
    /// Earlier tests have decided the answer, so one side of this test is never taken. Often the
    /// numbers of the two tests are the wrong way round. Parameters that have choices are tried
    /// with each of them; others are taken as they are.
    ///
    /// Example: `if j.h >= 24 { ... } else if j.h >= 48 { /* never */ }`
    UnreachableBranch
}

impl Linter<'_> {
    pub(super) fn unreachable_branches(&mut self, found: &Unreached) {
        for (span, written, answer) in &found.one_sided {
            let answer = if *answer { "yes" } else { "no" };
            let message = format!("`{written}` is always {answer} here");
            let help =
                "earlier tests have decided it: leave it out, or look whether they are right";
            self.say(Code::UnreachableBranch, span.clone(), message, help);
        }
    }
}
