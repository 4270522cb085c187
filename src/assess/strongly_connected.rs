//! Which nodes of a graph lead to each other: its strongly connected components, by Kosaraju's
//! method (Sharir, 1981: one search puts nodes in order, another one over the turned edges gathers
//! them).

/// By node: the number of its component. Nodes with one number lead to each other.
pub(super) fn components(leads_to: &[Vec<usize>]) -> Vec<usize> {
    let count = leads_to.len();
    let mut order = Vec::with_capacity(count);
    let mut seen = vec![false; count];
    for start in 0..count {
        search(start, leads_to, &mut seen, &mut |node| order.push(node));
    }
    let mut turned = vec![Vec::new(); count];
    for (from, all) in leads_to.iter().enumerate() {
        for to in all {
            turned[*to].push(from);
        }
    }
    let mut component = vec![0; count];
    let mut seen = vec![false; count];
    for (number, start) in order.into_iter().rev().enumerate() {
        search(start, &turned, &mut seen, &mut |node| {
            component[node] = number;
        });
    }
    component
}

/// Calls `left` for each node that can be reached and was not seen before, after those behind it.
/// Uses a list as its stack, as a chain may be long.
fn search(start: usize, leads_to: &[Vec<usize>], seen: &mut [bool], left: &mut dyn FnMut(usize)) {
    if std::mem::replace(&mut seen[start], true) {
        return;
    }
    let mut open = vec![(start, leads_to[start].iter())];
    while let Some((node, rest)) = open.last_mut() {
        match rest.next() {
            Some(next) if seen[*next] => {}
            Some(next) => {
                seen[*next] = true;
                open.push((*next, leads_to[*next].iter()));
            }
            None => {
                left(*node);
                open.pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::components;

    #[test]
    fn those_that_lead_to_each_other_are_together() {
        // 0 and 1 lead to each other, and both to 2; 3 to itself; 4, 5 and 6 form a circle that
        // leads to 0.
        let graph = [
            vec![1],
            vec![0, 2],
            vec![],
            vec![3],
            vec![5],
            vec![6, 0],
            vec![4],
        ];
        let found = components(&graph);
        let together = |one: usize, other: usize| found[one] == found[other];
        assert!(together(0, 1) && together(4, 5) && together(5, 6));
        assert!(!together(1, 2) && !together(0, 3) && !together(0, 4) && !together(2, 3));
    }
}
