//! `graph-builder`: graphs of nodes and edges, as JSON.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::standard::{Answer, Context, Problem, Standard, word};

mod analysis;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GraphBuilder {
    operation: Operation,
    /// What an earlier operation gave.
    graph: Option<Graph>,
    /// create_graph: whether edges have a direction; true if absent.
    directed: Option<bool>,
    /// add_node: its name.
    node_id: Option<String>,
    /// add_edge: the name of a node.
    from: Option<String>,
    /// add_edge: the name of a node.
    to: Option<String>,
    /// add_edge: 1 if absent.
    weight: Option<f64>,
    /// add_node, add_edge: what it is called.
    label: Option<String>,
    /// add_node, add_edge: whatever belongs to it.
    #[serde(default)]
    data: Map<String, Value>,
    /// import_json: a graph as JSON text, or as an object.
    input: Option<Value>,
}

#[derive(Deserialize, Serialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Operation {
    CreateGraph,
    AddNode,
    AddEdge,
    Analyze,
    ExportJson,
    ImportJson,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Graph {
    #[serde(default = "yes")]
    directed: bool,
    #[serde(default, deserialize_with = "list")]
    nodes: Vec<Node>,
    #[serde(default, deserialize_with = "list")]
    edges: Vec<Edge>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Node {
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    data: Map<String, Value>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Edge {
    from: String,
    to: String,
    #[serde(default = "one", serialize_with = "plain")]
    weight: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    data: Map<String, Value>,
}

const fn yes() -> bool {
    true
}

const fn one() -> f64 {
    1.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn plain<S: serde::Serializer>(weight: &f64, to: S) -> Result<S::Ok, S::Error> {
    crate::standard::number(*weight).serialize(to)
}

/// An empty list may come as an empty object, as Lua has it.
fn list<'de, D: serde::Deserializer<'de>, T: serde::de::DeserializeOwned>(from: D) -> Result<Vec<T>, D::Error> {
    let value = Value::deserialize(from)?;
    if value.as_object().is_some_and(Map::is_empty) {
        return Ok(Vec::new());
    }
    serde_json::from_value(value).map_err(serde::de::Error::custom)
}

const MOST_PARTS: usize = 100_000;

impl Standard for GraphBuilder {
    const NAME: &'static str = "graph-builder";
    const DESCRIPTION: &'static str = "Builds a graph of nodes and edges, step by step, and analyses it.";
    const CATEGORY: &'static str = "data";
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = &[
        ("op", "operation"),
        ("action", "operation"),
        ("id", "node_id"),
        ("source", "from"),
        ("target", "to"),
        ("json", "input"),
    ];

    fn operation(&self) -> String {
        word(self.operation)
    }

    fn run(mut self, _: &Context) -> Answer {
        let graph = self.graph.take();
        match self.operation {
            Operation::CreateGraph => {
                Ok(json!(Graph { directed: self.directed.unwrap_or(true), nodes: Vec::new(), edges: Vec::new() }))
            }
            Operation::ImportJson => {
                let graph: Graph = match self.input {
                    Some(Value::String(text)) => serde_json::from_str(&text),
                    Some(value) => serde_json::from_value(value),
                    None => return Err(Problem::missing("input", "the graph as JSON")),
                }
                .map_err(|error| Problem::invalid(format!("'input' is no graph: {error}")))?;
                Ok(json!(checked(graph)?))
            }
            operation => {
                let Some(graph) = graph else {
                    return Err(Problem::missing("graph", "what create_graph gave"));
                };
                let mut graph = checked(graph)?;
                match operation {
                    Operation::AddNode => self.add_node(&mut graph)?,
                    Operation::AddEdge => self.add_edge(&mut graph)?,
                    Operation::Analyze => return Ok(analysis::analyze(&graph)),
                    _ => return Ok(json!(graph).to_string().into()),
                }
                Ok(json!(graph))
            }
        }
    }
}

impl GraphBuilder {
    fn add_node(self, graph: &mut Graph) -> Result<(), Problem> {
        let Some(id) = self.node_id else { return Err(Problem::missing("node_id", "the node's name")) };
        if graph.nodes.iter().any(|node| node.id == id) {
            return Err(Problem::invalid(format!("there is a node '{}' already", short(&id))));
        }
        graph.nodes.push(Node { id, label: self.label, data: self.data });
        Ok(())
    }

    fn add_edge(self, graph: &mut Graph) -> Result<(), Problem> {
        let Some(from) = self.from else { return Err(Problem::missing("from", "the name of a node")) };
        let Some(to) = self.to else { return Err(Problem::missing("to", "the name of a node")) };
        graph.edges.push(Edge { from, to, weight: self.weight.unwrap_or(1.0), label: self.label, data: self.data });
        graph.edges.last().map_or(Ok(()), |edge| known(edge, |id| graph.nodes.iter().any(|node| node.id == id)))
    }
}

/// Names are there once, and edges lead from node to node.
fn checked(graph: Graph) -> Result<Graph, Problem> {
    if graph.nodes.len() + graph.edges.len() > MOST_PARTS {
        return Err(Problem::too_large(format!("a graph has at most {MOST_PARTS} nodes and edges")));
    }
    let mut names = std::collections::HashSet::new();
    for node in &graph.nodes {
        if !names.insert(node.id.as_str()) {
            return Err(Problem::invalid(format!("the graph has the node '{}' twice", short(&node.id))));
        }
    }
    graph.edges.iter().try_for_each(|edge| known(edge, |id| names.contains(id)))?;
    drop(names);
    Ok(graph)
}

fn known(edge: &Edge, is: impl Fn(&str) -> bool) -> Result<(), Problem> {
    match [&edge.from, &edge.to].into_iter().find(|id| !is(id)) {
        None => Ok(()),
        Some(id) => Err(Problem::invalid(format!("there is no node '{}'; add it first", short(id)))),
    }
}

fn short(id: &str) -> String {
    id.escape_debug().take(60).collect()
}
