//! A decision that counts conditions, as a tree over findings.

use crate::assess::assessment::RulebookAssessment;
use crate::assess::{VERDICTS, findings_schema};
use crate::model::fact::Value;
use crate::model::rulebook::Decision;
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::FactIndex;
use crate::tree::{
    Asked, Comparison, Expression, FactRef, Outcome, Owner, Path, Test, Tree, Verdict,
};

/// The most paths of such a tree in a table.
const MOST_PATHS: usize = 500;

/// The tree; an error if it has too many paths for a reader.
pub(crate) fn tree(
    assessed: &RulebookAssessment,
    decision: &Decision,
    required: &[ConditionIndex],
) -> Option<Tree> {
    let wanted = match decision {
        Decision::All => Verdict::NotMet,
        Decision::Any | Decision::AtLeast(_) | Decision::Script => Verdict::Met,
    };
    let schema = findings_schema(
        required
            .iter()
            .map(|index| &assessed.conditions[*index].condition.id),
    );
    let tests = FactIndex::first(schema.facts().len()).map(|slot| {
        let finding = FactRef::of(Owner::Finding, slot, &schema);
        let name = VERDICTS
            .iter()
            .find(|(verdict, _)| *verdict == wanted)
            .map_or("", |(_, name)| name);
        let value = Expression::Constant(Value::Text(name.into())).into();
        let test = Test::compare(Expression::Fact(finding).into(), Comparison::Equal, value);
        Asked {
            test,
            span: assessed.rulebook().span.clone(),
        }
    });
    let mut counting = RowCounting {
        decision,
        tests: tests.collect(),
        paths: Vec::new(),
    };
    counting.go(&mut Vec::new(), 0);
    (counting.paths.len() <= MOST_PATHS)
        .then(|| Tree::build(&counting.paths, assessed.basis.bindings.limits))
}

struct RowCounting<'a> {
    decision: &'a Decision,
    tests: Vec<Asked>,
    paths: Vec<Path>,
}

impl RowCounting<'_> {
    /// Adds the paths with the answers so far, of which `count` are yes.
    fn go(&mut self, answers: &mut Vec<(Asked, bool)>, count: usize) {
        let open = self.tests.len() - answers.len();
        // What is counted is what the decision looks at: those met, or those not met.
        let counts = (count, count + open);
        if let Some(eligible) = self.decision.by_counts(counts, counts) {
            let verdict = if eligible {
                Verdict::Met
            } else {
                Verdict::NotMet
            };
            let outcome = Outcome {
                verdict,
                reason: None,
                fault: None,
                value: None,
                total: None,
            };
            self.paths.push(Path {
                answers: answers.clone(),
                assumed: Vec::new(),
                outcome,
                proven: true,
                joins: None,
                numbers: Vec::new(),
            });
            return;
        }
        for answer in [true, false] {
            if self.paths.len() > MOST_PATHS {
                return;
            }
            answers.push((self.tests[answers.len()].clone(), answer));
            self.go(answers, count + usize::from(answer));
            answers.pop();
        }
    }
}
