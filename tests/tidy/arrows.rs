//! Rules about which crate uses which.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use super::{manifests, read, root};

/// From what knows nothing of the others to what knows all: a crate uses only those of earlier layers.
const LAYERS: &[&[&str]] = &[
    &["api"],
    &["base"],
    &["budget", "models", "policy", "record", "recovery", "retrieval", "script-api", "state"],
    &["kernel"],
    &[
        "capabilities/agent",
        "capabilities/core",
        "capabilities/file",
        "capabilities/network",
        "capabilities/rag",
        "capabilities/session",
        "capabilities/state",
        "capabilities/tool",
        "capabilities/wasi",
        "capabilities/workflow",
    ],
    &["tools"],
    &["runtime"],
    &["cli", "testkit"],
];

/// Arrows within a layer: an agent offers the spell's tools to its model; vectors come from models that agents ask; steps of a workflow
/// are agents and tools; artifacts come from files, and their failures are those of state; WASI's clocks and
/// randomness are our own.
const WITHIN: &[(&str, &str)] = &[
    ("capabilities/agent", "capabilities/session"),
    ("capabilities/agent", "capabilities/tool"),
    ("capabilities/rag", "capabilities/agent"),
    ("capabilities/rag", "capabilities/file"),
    ("capabilities/session", "capabilities/file"),
    ("capabilities/session", "capabilities/state"),
    ("capabilities/wasi", "capabilities/core"),
    ("capabilities/workflow", "capabilities/agent"),
    ("capabilities/workflow", "capabilities/tool"),
];

/// What only some crates may use: the beginning of its name, and the beginnings of theirs.
const ONLY: &[(&str, &[&str])] =
    &[("rig-", &["models"]), ("wasmtime", &["kernel", "capabilities/", "runtime"]), ("clap", &["cli"])];

const SECTIONS: [&str; 2] = ["dependencies", "build-dependencies"];

/// The names in these sections of a manifest, also in those for one target only.
fn dependencies(manifest: &toml::Table, sections: &[&str]) -> BTreeSet<String> {
    let targets = manifest.get("target").and_then(toml::Value::as_table).into_iter().flat_map(|all| all.values());
    let tables = targets.filter_map(toml::Value::as_table).chain([manifest]);
    let lists = tables.flat_map(|table| sections.iter().filter_map(|section| table.get(*section)?.as_table()));
    lists
        .flatten()
        .map(|(name, wanted)| wanted.get("package").and_then(toml::Value::as_str).unwrap_or(name).to_owned())
        .collect()
}

/// The crates below host/ by their folders, and which uses which.
pub fn graph() -> Graph {
    let manifests = manifests();
    let name = |manifest: &toml::Table| manifest["package"]["name"].as_str().unwrap().to_owned();
    let folders: BTreeMap<String, &String> =
        manifests.iter().map(|(folder, manifest)| (name(manifest), folder)).collect();
    let mut graph = Graph::default();
    for (folder, manifest) in &manifests {
        graph.nodes.insert(folder.clone());
        for used in dependencies(manifest, &SECTIONS).iter().filter_map(|used| folders.get(used)) {
            graph.edges.insert((folder.clone(), (*used).clone()), format!("host/{folder}/Cargo.toml"));
        }
    }
    graph
}

#[test]
fn crates_use_those_of_earlier_layers_only() {
    let layer = |name: &str| {
        let layer = LAYERS.iter().position(|layer| layer.contains(&name));
        layer.unwrap_or_else(|| panic!("host/{name} is in no layer: say in tests/tidy/arrows.rs where it belongs"))
    };
    let graph = graph();
    assert_eq!(graph.nodes.len(), LAYERS.iter().map(|layer| layer.len()).sum::<usize>(), "{:?}", graph.nodes);
    let up =
        |(from, to): &&(String, String)| layer(to) >= layer(from) && !WITHIN.contains(&(from.as_str(), to.as_str()));
    let wrong: Vec<_> = graph.edges.keys().filter(up).map(|(from, to)| format!("{from} -> {to}")).collect();
    assert!(graph.edges.len() > 20 && wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn rig_the_engine_and_clap_are_known_where_they_belong() {
    let all = [SECTIONS.as_slice(), &["dev-dependencies"]].concat();
    let mut wrong = Vec::new();
    let mut met = BTreeSet::new();
    for (folder, manifest) in manifests() {
        for name in dependencies(&manifest, &all) {
            let Some((begin, allowed)) = ONLY.iter().find(|(begin, _)| name.starts_with(begin)) else { continue };
            met.insert(begin);
            if !allowed.iter().any(|allowed| folder.starts_with(allowed)) {
                wrong.push(format!("host/{folder}: {name}"));
            }
        }
    }
    for folder in ["xtask", "bench"] {
        let manifest: toml::Table = read(&root().join(folder).join("Cargo.toml")).parse().unwrap();
        wrong.extend(dependencies(&manifest, &all).into_iter().filter(|name| name.starts_with("rig-")));
    }
    assert!(met.len() == ONLY.len() && wrong.is_empty(), "{wrong:#?}");
}
