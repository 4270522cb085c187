//! A name that nothing reads.

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::Code;
use crate::script::Program;

lint! {
    /// A value with a name decides nothing by itself. Most often the name was to stand in the test below.
    /// So it is with a value whose name a second `let` gives to another before anything reads it.
    /// A name that begins with `_` is left alone.
    ///
    /// Example: `let large = j.population >= 5000; true`
    UnusedName
}

impl Linter<'_> {
    /// Names of a script that nothing reads.
    pub(super) fn unused_names(&mut self, program: &Program) {
        for span in program.unused_names() {
            let message = format!("nothing reads `{}`", span.text());
            let help = "use it where it was to count, or delete the line: by itself it decides \
                        nothing";
            self.say(Code::UnusedName, span, message, help);
        }
    }
}
