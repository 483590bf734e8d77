//! What can be told of a graph.

use std::collections::{HashMap, VecDeque};

use serde_json::{Value, json};

use super::Graph;
use crate::standard::{number, present};

#[expect(clippy::cast_precision_loss, reason = "a graph has fewer parts than a float has integers")]
pub fn analyze(graph: &Graph) -> Value {
    let place: HashMap<&str, usize> = graph.nodes.iter().enumerate().map(|(at, node)| (node.id.as_str(), at)).collect();
    let ends = |from: &str, to: &str| Some((*place.get(from)?, *place.get(to)?));
    let edges: Vec<(usize, usize)> = graph.edges.iter().filter_map(|edge| ends(&edge.from, &edge.to)).collect();
    let count = graph.nodes.len();
    let (mut incoming, mut outgoing, mut next) = (vec![0usize; count], vec![0usize; count], vec![Vec::new(); count]);
    for (from, to) in &edges {
        add(&mut outgoing, *from);
        add(&mut incoming, *to);
        if let Some(all) = next.get_mut(*from) {
            all.push(*to);
        }
    }
    let degree = |at: usize| incoming.get(at).unwrap_or(&0) + outgoing.get(at).unwrap_or(&0);
    let degrees: Vec<usize> = (0..count).map(degree).collect();
    let components = components(count, &edges);
    let order = order(&incoming, &next);
    // Without directions, more edges than a forest of so many trees has make a circle.
    let has_cycle = if graph.directed { order.len() < count } else { edges.len() + components > count };
    let pairs = count.saturating_mul(count.saturating_sub(1)) as f64;
    let density = if pairs > 0.0 { edges.len() as f64 * if graph.directed { 1.0 } else { 2.0 } / pairs } else { 0.0 };
    let average = if count > 0 { degrees.iter().sum::<usize>() as f64 / count as f64 } else { 0.0 };
    let name = |at: usize| graph.nodes.get(at).map(|node| node.id.as_str());
    let isolated: Vec<_> = (0..count).filter(|at| degree(*at) == 0).filter_map(name).collect();
    let order: Vec<_> = order.into_iter().filter_map(name).collect();
    present(json!({
        "node_count": count, "edge_count": edges.len(), "directed": graph.directed, "density": number(density),
        "average_degree": number(average),
        "max_degree": degrees.iter().max().unwrap_or(&0), "connected_components": components, "has_cycle": has_cycle,
        "isolated_nodes": isolated,
        "topological_order": if graph.directed && !has_cycle { json!(order) } else { Value::Null },
    }))
}

fn add(counts: &mut [usize], at: usize) {
    if let Some(count) = counts.get_mut(at) {
        *count += 1;
    }
}

/// Parts that hang together, whatever the directions.
fn components(count: usize, edges: &[(usize, usize)]) -> usize {
    let mut parent: Vec<usize> = (0..count).collect();
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while let Some(&above) = parent.get(at).filter(|above| **above != at) {
            let next = parent.get(above).copied().unwrap_or(above);
            if let Some(place) = parent.get_mut(at) {
                *place = next;
            }
            at = above;
        }
        at
    }
    let mut left = count;
    for (from, to) in edges {
        let (a, b) = (root(&mut parent, *from), root(&mut parent, *to));
        if a != b {
            left -= 1;
            if let Some(place) = parent.get_mut(a) {
                *place = b;
            }
        }
    }
    left
}

/// Nodes behind all that lead to them; those on a circle are missing.
fn order(incoming: &[usize], next: &[Vec<usize>]) -> Vec<usize> {
    let mut left = incoming.to_vec();
    let mut ready: VecDeque<usize> = (0..left.len()).filter(|at| incoming.get(*at) == Some(&0)).collect();
    let mut order = Vec::with_capacity(left.len());
    while let Some(at) = ready.pop_front() {
        order.push(at);
        for to in next.get(at).into_iter().flatten() {
            if let Some(count) = left.get_mut(*to) {
                *count -= 1;
                if *count == 0 {
                    ready.push_back(*to);
                }
            }
        }
    }
    order
}
