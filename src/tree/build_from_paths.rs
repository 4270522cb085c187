//! Builds a tree from the paths that an exploration found, each part once.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use crate::base::source::Span;
use crate::tree::predicate::Test;
use crate::tree::search_limits::Limits;
use crate::tree::single_fact_tests::{PartTests, TreeParts};
use crate::tree::{Asked, Outcome, Path, Tree, TreeNode};

impl Tree {
    /// The reduced tree of all paths, which come in the order of a depth-first walk, yes before no.
    pub(crate) fn build(paths: &[Path], limits: Limits) -> Self {
        let joined = paths.iter().filter_map(|path| path.joins);
        let mut builder = Builder {
            joined: joined.map(|place| (place, usize::MAX)).collect(),
            ..Builder::default()
        };
        let root = builder.node(paths, 0..paths.len(), 0);
        let mut tree = Self {
            nodes: builder.nodes,
            asked: builder.asked,
            outcomes: builder.outcomes,
            root,
            limits,
            paths: 0,
            parts: None,
        };
        tree.paths = tree.count_paths();
        let tests = tree.asked.iter().map(|asked| &asked.test);
        let branches = tree.nodes.iter().map(|node| match *node {
            TreeNode::Leaf(_) => None,
            TreeNode::Branch { asked, yes, no } => Some((asked, [no, yes])),
        });
        tree.parts = TreeParts::of(tests, branches, limits).map(Arc::new);
        tree
    }
}

/// Whether the tests of some paths are about one fact each.
pub(crate) fn ask_about_single_facts(paths: &[Path], limits: Limits) -> bool {
    let mut tests: BTreeSet<&Test> = BTreeSet::new();
    let mut before: &[(Asked, bool)] = &[];
    for path in paths {
        // Up to where it branches off, it equals the path before it.
        let both = path.answers.iter().zip(before);
        let alike = both.take_while(|((_, one), (_, other))| one == other);
        let fresh = &path.answers[alike.count()..];
        tests.extend(fresh.iter().map(|(asked, _)| &asked.test));
        before = &path.answers;
    }
    PartTests::of(tests.into_iter(), limits).is_some()
}

/// Builds nodes bottom-up, one of each kind.
#[derive(Default)]
struct Builder {
    nodes: Vec<TreeNode>,
    asked: Vec<Asked>,
    outcomes: Vec<Arc<Outcome>>,
    known: BTreeMap<TreeNode, usize>,
    known_tests: BTreeMap<(Test, Span), usize>,
    /// The nodes where paths continue like others, by the first path there and its answers so far.
    joined: BTreeMap<(usize, usize), usize>,
}

impl Builder {
    /// The node of some paths, which agree on their first `depth` answers.
    fn node(&mut self, paths: &[Path], some: Range<usize>, depth: usize) -> usize {
        let node = self.made(paths, some.clone(), depth);
        if let Some(place) = self.joined.get_mut(&(some.start, depth)) {
            *place = node;
        }
        node
    }

    fn made(&mut self, paths: &[Path], some: Range<usize>, depth: usize) -> usize {
        let first = &paths[some.start];
        let Some((asked, _)) = first.answers.get(depth) else {
            return match first.joins {
                Some(place) => self.joined[&place],
                None => {
                    let leaf = TreeNode::Leaf(self.outcome(&first.outcome));
                    self.intern(leaf)
                }
            };
        };
        let yes = paths[some.clone()].partition_point(|path| path.answers[depth].1);
        let split = some.start + yes;
        // No record can take the other side.
        if split == some.start || split == some.end {
            return self.node(paths, some, depth + 1);
        }
        let yes = self.node(paths, some.start..split, depth + 1);
        let no = self.node(paths, split..some.end, depth + 1);
        if yes == no {
            return yes;
        }
        let key = (asked.test.clone(), asked.span.clone());
        let next = self.asked.len();
        let index = *self.known_tests.entry(key).or_insert(next);
        if index == next {
            self.asked.push(asked.clone());
        }
        self.intern(TreeNode::Branch {
            asked: index,
            yes,
            no,
        })
    }

    fn outcome(&mut self, outcome: &Outcome) -> usize {
        self.outcomes
            .iter()
            .position(|known| **known == *outcome)
            .unwrap_or_else(|| {
                self.outcomes.push(Arc::new(outcome.clone()));
                self.outcomes.len() - 1
            })
    }

    fn intern(&mut self, node: TreeNode) -> usize {
        let next = self.nodes.len();
        let index = *self.known.entry(node).or_insert(next);
        if index == next {
            self.nodes.push(node);
        }
        index
    }
}
