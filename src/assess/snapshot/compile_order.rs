//! The order in which conditions are compiled: each after those whose findings it reads.

/// An order of the conditions, and the circles that have none.
#[derive(Debug, Default, PartialEq)]
pub(super) struct CompileOrder {
    /// Conditions on no circle, each with the length of the longest chain of conditions below it.
    pub(super) turns: Vec<(usize, usize)>,
    /// Circles, each as the way from one condition back to itself, reported once.
    pub(super) circles: Vec<Vec<usize>>,
}

impl CompileOrder {
    /// `reads`: by condition, the conditions it reads.
    pub(super) fn new(reads: &[Vec<usize>]) -> Self {
        let mut readers: Vec<Vec<usize>> = vec![Vec::new(); reads.len()];
        for (reader, read) in reads.iter().enumerate() {
            for one in read {
                readers[*one].push(reader);
            }
        }
        let mut waits: Vec<usize> = reads.iter().map(Vec::len).collect();
        let mut depth = vec![0; reads.len()];
        let free = (0..reads.len()).filter(|one| waits[*one] == 0);
        let mut turns: Vec<(usize, usize)> = free.map(|one| (one, 0)).collect();
        let mut next = 0;
        while let Some(&(one, deep)) = turns.get(next) {
            next += 1;
            for reader in &readers[one] {
                depth[*reader] = depth[*reader].max(deep + 1);
                waits[*reader] -= 1;
                if waits[*reader] == 0 {
                    turns.push((*reader, depth[*reader]));
                }
            }
        }
        Self {
            turns,
            circles: circles(reads, &waits),
        }
    }
}

/// Each node that waits reads another one that waits, so the way from it ends in a circle.
fn circles(reads: &[Vec<usize>], waits: &[usize]) -> Vec<Vec<usize>> {
    let mut circles = Vec::new();
    let mut seen = vec![false; reads.len()];
    for start in (0..reads.len()).filter(|one| waits[*one] > 0) {
        let (mut way, mut at) = (Vec::new(), start);
        while !seen[at] {
            seen[at] = true;
            way.push(at);
            let next = reads[at].iter().find(|one| waits[**one] > 0);
            at = *next.expect("one that waits reads one that waits");
        }
        if let Some(from) = way.iter().position(|one| *one == at) {
            let mut circle = way.split_off(from);
            let first = (0..circle.len()).min_by_key(|place| circle[*place]);
            circle.rotate_left(first.unwrap_or_default());
            circles.push(circle);
        }
    }
    circles
}

#[cfg(test)]
mod tests {
    use super::CompileOrder;

    #[test]
    fn each_comes_after_what_it_reads_and_circles_have_no_turn() {
        let order = CompileOrder::new(&[vec![1, 2], vec![2], vec![]]);
        assert_eq!(order.turns, [(2, 0), (1, 1), (0, 2)]);
        assert_eq!(order.circles, Vec::<Vec<usize>>::new());
        // Three in a circle, one that reads them, one by itself, one that reads itself.
        let order = CompileOrder::new(&[vec![1], vec![2], vec![0], vec![0, 4], vec![], vec![5]]);
        assert_eq!(order.turns, [(4, 0)]);
        assert_eq!(order.circles, [vec![0, 1, 2], vec![5]]);
    }
}
