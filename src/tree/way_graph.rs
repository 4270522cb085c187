//! The ways that are still possible, as a graph of their answers.

use std::collections::BTreeMap;

use crate::tree::columns::bit;
use crate::tree::follow_meeting_paths_once::WayTo;
use crate::tree::possible_outcomes::Possible;
use crate::tree::predicate::Test;

/// The answers of paths, merged where they begin in the same way.
pub(crate) struct Nodes<'a>(pub(crate) Vec<WaysNode<'a>>);

#[derive(Default)]
pub(crate) struct WaysNode<'a> {
    /// The verdicts of paths that end here, as bits, and whether each such path is proven.
    pub(crate) ends: Vec<(u8, bool)>,
    /// The verdicts of all paths that come by here, as bits.
    pub(crate) below: u8,
    /// Tests asked here, and where a no and a yes lead.
    pub(crate) asked: Vec<(&'a Test, [Option<usize>; 2])>,
}

impl<'a> Nodes<'a> {
    pub(crate) fn of(paths: &'a [Possible]) -> Self {
        let mut nodes = Self(vec![WaysNode::default()]);
        let joined = paths.iter().filter_map(|path| path.joins);
        let mut joined: BTreeMap<WayTo, usize> = joined.map(|at| (at, 0)).collect();
        for (number, path) in paths.iter().enumerate() {
            let to = path.joins.map(|at| joined[&at]);
            let verdicts = to.map_or_else(|| bit(path.outcome.verdict), |to| nodes.0[to].below);
            let mut at = 0;
            nodes.0[0].below |= verdicts;
            for (depth, (test, answer)) in path.answers.iter().enumerate() {
                if let Some(here) = joined.get_mut(&(number, depth)) {
                    *here = at;
                }
                let last = to.filter(|_| depth + 1 == path.answers.len());
                at = nodes.below(at, test, *answer, last);
                if last.is_none() {
                    nodes.0[at].below |= verdicts;
                }
            }
            if to.is_none() {
                nodes.0[at].ends.push((verdicts, path.proven));
            }
        }
        nodes
    }

    /// The node that an answer leads to; `there` if that is given.
    fn below(&mut self, at: usize, test: &'a Test, answer: bool, there: Option<usize>) -> usize {
        let next = there.unwrap_or(self.0.len());
        let asked = &mut self.0[at].asked;
        let place = asked.iter().position(|(known, _)| *known == test);
        let place = place.unwrap_or_else(|| {
            asked.push((test, [None; 2]));
            asked.len() - 1
        });
        let known = &mut asked[place].1[usize::from(answer)];
        let to = *known.get_or_insert(next);
        if to == self.0.len() {
            self.0.push(WaysNode::default());
        }
        to
    }
}
