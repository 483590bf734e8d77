//! Which of a module's children uses which: graphs, their cycles, and how they are drawn.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write;

use super::source::{Crate, ModulePath};

/// From a name to the names that it uses, each with one place where it does.
#[derive(Default)]
pub struct Graph {
    pub nodes: BTreeSet<String>,
    pub edges: BTreeMap<(String, String), String>,
}

/// The graph of each module that has children: its path, and which of these uses which.
///
/// What a module does with its own children, and these with it, is no edge. What lies below a child is the child's.
pub fn of_modules(unit: &Crate) -> BTreeMap<ModulePath, Graph> {
    let mut graphs: BTreeMap<ModulePath, Graph> = BTreeMap::new();
    for path in unit.modules.keys() {
        if let Some((name, parent)) = path.split_last() {
            graphs.entry(parent.to_vec()).or_default().nodes.insert(name.clone());
        }
    }
    for (from, module) in &unit.modules {
        let mut paths: Vec<_> = module.paths().into_iter().collect();
        // Of two places, the one is shown that says itself where it leads.
        paths.sort_by_key(|path| !matches!(path[0].as_str(), "crate" | "super"));
        for path in paths {
            for to in unit.resolve(from, &path) {
                let common = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
                let (Some(user), Some(used)) = (from.get(common), to.get(common)) else { continue };
                let place = format!("{} says {}", module.file.display(), path.join("::"));
                let graph = graphs.entry(to.iter().take(common).cloned().collect()).or_default();
                graph.edges.entry((user.clone(), used.clone())).or_insert(place);
            }
        }
    }
    graphs
}

impl Graph {
    /// What can be reached from a name by one edge or more.
    fn reach(&self, start: &str) -> BTreeSet<&str> {
        let (mut found, mut waiting) = (BTreeSet::new(), vec![start]);
        while let Some(name) = waiting.pop() {
            for (_, used) in self.edges.keys().filter(|(user, _)| user == name) {
                if found.insert(used.as_str()) {
                    waiting.push(used);
                }
            }
        }
        found
    }

    /// The groups of names that reach each other.
    pub fn knots(&self) -> Vec<BTreeSet<&str>> {
        let reach: BTreeMap<&str, BTreeSet<&str>> =
            self.nodes.iter().map(|name| (name.as_str(), self.reach(name))).collect();
        let mut knots: Vec<BTreeSet<&str>> = Vec::new();
        for (name, reached) in reach.iter().filter(|(name, reached)| reached.contains(*name)) {
            if knots.iter().any(|knot| knot.contains(name)) {
                continue;
            }
            knots.push(reached.iter().filter(|other| reach[*other].contains(name)).copied().collect());
        }
        knots
    }

    /// A shortest way from a name of the knot back to itself: each edge with its place, line by line.
    pub fn cycle(&self, knot: &BTreeSet<&str>) -> String {
        let ways = knot.iter().map(|start| self.way_back(start));
        let names = ways.min_by_key(Vec::len).unwrap_or_default();
        names.windows(2).fold(String::new(), |mut text, pair| {
            let place = &self.edges[&(pair[0].to_owned(), pair[1].to_owned())];
            let _ = writeln!(text, "    {} -> {}: {place}", pair[0], pair[1]);
            text
        })
    }

    fn way_back<'a>(&'a self, start: &'a str) -> Vec<&'a str> {
        let mut waiting = VecDeque::from([vec![start]]);
        let mut seen = BTreeSet::new();
        while let Some(way) = waiting.pop_front() {
            let last = way[way.len() - 1];
            for (_, used) in self.edges.keys().filter(|(user, _)| user == last) {
                let longer: Vec<&str> = way.iter().copied().chain([used.as_str()]).collect();
                if used == start {
                    return longer;
                }
                if seen.insert(used) {
                    waiting.push_back(longer);
                }
            }
        }
        panic!("{start} is in no cycle")
    }

    /// As Mermaid, without the arrows that follow from others.
    pub fn draw(&self) -> String {
        let reach: BTreeMap<&str, BTreeSet<&str>> =
            self.nodes.iter().map(|name| (name.as_str(), self.reach(name))).collect();
        let reaches = |from: &str, to: &str| reach[from].contains(to);
        let follows = |from: &str, to: &str| {
            let between = |name: &str| reaches(from, name) && reaches(name, to);
            let apart = |name: &str| !reaches(name, from) && !reaches(to, name);
            self.nodes.iter().any(|name| name != from && name != to && between(name) && apart(name))
        };
        // `end` and the like mean something to Mermaid.
        let id = |name: &str| format!("{}_", name.replace(['/', '-'], "_"));
        let mut text = String::from("```mermaid\nflowchart TD\n");
        for name in &self.nodes {
            let _ = writeln!(text, "  {}[{name}]", id(name));
        }
        for (from, to) in self.edges.keys().filter(|(from, to)| !follows(from, to)) {
            let _ = writeln!(text, "  {} --> {}", id(from), id(to));
        }
        text + "```\n"
    }
}
