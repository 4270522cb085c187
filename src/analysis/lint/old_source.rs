//! A source that is older than asked for; all of a rulebook file together.

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::{self, Code, Diagnostic};
use crate::model::fact::Date;

lint! {
    /// It is older than `--stale-after` days on the as-of date, and may have been replaced. All
    /// old sources of a rulebook are shown together.
    ///
    /// Example: `rulebook lint --stale-after 365`
    OldSource
}

impl Linter<'_> {
    pub(super) fn old_sources(&mut self) {
        let assessed = self.assessed;
        let Some(days) = self.options.stale_after else {
            return;
        };
        for (key, source) in assessed.rulebook().sources.iter() {
            let age = source
                .date
                .map(|date: Date| assessed.as_of.days() - date.days());
            if let Some(age) = age.filter(|age| *age > days) {
                let message = format!("the source `{key}` is {age} days old on {}", assessed.as_of);
                if let Some(span) = assessed.rulebook().source_spans.get(key) {
                    self.say(
                        Code::OldSource,
                        span.clone(),
                        message,
                        "look whether it still holds",
                    );
                }
            }
        }
    }
}

/// Old sources as one problem for each rulebook file, at the first of them.
pub(super) fn old_together(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let (mut old, mut kept): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|one| one.code == Code::OldSource);
    diagnostic::sort(&mut old);
    for of_file in old.chunk_by(|a, b| a.file() == b.file()) {
        let (first, others) = (of_file[0].clone(), &of_file[1..]);
        let message = match others.len() {
            0 => first.message.clone(),
            1 => format!("{}, and so is one more", first.message),
            more => format!("{}, and so are {more} more", first.message),
        };
        let together = Diagnostic { message, ..first };
        let others = others
            .iter()
            .filter_map(|one| Some((one.span()?.clone(), &one.message)));
        kept.push(others.fold(together, |all, (span, message)| all.related(span, message)));
    }
    kept
}
