//! Circles in a graph.

use std::collections::{BTreeMap, BTreeSet};

type Edges = BTreeMap<String, BTreeSet<String>>;

/// The groups of nodes from each of which every other one of the group can be reached.
pub(super) fn groups(edges: &Edges) -> Vec<Vec<String>> {
    let reachable: Edges = edges
        .keys()
        .map(|node| (node.clone(), reachable(node, edges)))
        .collect();
    let is_mutual = |a: &String, b: &String| {
        let reaches = |from, to| reachable.get(from).is_some_and(|all| all.contains(to));
        reaches(a, b) && reaches(b, a)
    };
    let mut groups: Vec<Vec<String>> = Vec::new();
    for node in edges.keys().filter(|node| is_mutual(node, node)) {
        let known = groups.iter_mut().find(|group| {
            let first = group.first();
            first.is_some_and(|first| is_mutual(first, node))
        });
        match known {
            Some(group) => group.push(node.clone()),
            None => groups.push(vec![node.clone()]),
        }
    }
    groups
}

/// What can be reached from a node, in one step or more.
fn reachable(from: &str, edges: &Edges) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut left = vec![from];
    while let Some(node) = left.pop() {
        for next in edges.get(node).into_iter().flatten() {
            if found.insert(next.clone()) {
                left.push(next);
            }
        }
    }
    found
}
