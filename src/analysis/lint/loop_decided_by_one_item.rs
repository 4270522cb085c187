//! A loop over which one item alone decides.

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::Code;
use crate::script::{OneItem, Program, one_item_loops};

lint! {
    /// `return` ends the whole script. Where each way through a loop has one, the loop looks at the first
    /// item and at no other. Where each turn gives a name a new value that does not rest on the old one,
    /// what the last item says is left. A loop with `while` that ends in its first turn is no loop.
    ///
    /// Example: `for tag in j.tags { if tag == "port" { return true; } else { return false; } }`
    OneItemAlone
}

impl Linter<'_> {
    /// Loops over which one item alone decides.
    pub(super) fn one_item_alone(&mut self, program: &Program) {
        for (span, item) in one_item_loops(program) {
            let (message, help) = match item {
                OneItem::First => (
                    "this loop ends in its first turn, whatever the item is: no other item counts"
                        .to_owned(),
                    "keep the `return` for which one item is enough, within an `if`, and put the other \
                     one behind the loop"
                        .to_owned(),
                ),
                OneItem::Last(name) => (
                    format!("each turn gives `{name}` a new value: the last item alone counts"),
                    format!(
                        "write `{name} = {name} || ...` if one item is enough, `{name} = {name} && ...` \
                         if all have to, `{name} += ...` to add up"
                    ),
                ),
            };
            self.say(Code::OneItemAlone, span, message, &help);
        }
    }
}
