//! `url-analyzer`: the parts of an address.

use std::sync::Arc;

use llmspell_capability_tool::{HostTool, Invocation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use url::{Host, Url};

use crate::answer::raised;
use crate::network::{RunNetwork, metadata};
use crate::queries::Queries;
use crate::standard::{Answer, Context, Problem, Standard, present, run, tool_of, word};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UrlAnalyzer {
    /// The address.
    input: String,
    #[serde(default)]
    operation: Operation,
}

/// analyze: its parts. validate: only whether it is one. metadata: what its server says of it, which has to be granted.
#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Operation {
    #[default]
    Analyze,
    Validate,
    Metadata,
}

const LONGEST: usize = 64 << 10;

impl Standard for UrlAnalyzer {
    const NAME: &'static str = "url-analyzer";
    const DESCRIPTION: &'static str = "Takes a URL apart, checks it, or asks its server for metadata.";
    const CATEGORY: &'static str = "web";
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] =
        &[("url", "input"), ("text", "input"), ("op", "operation"), ("action", "operation")];

    fn operation(&self) -> String {
        word(self.operation)
    }

    fn run(self, _: &Context) -> Answer {
        if self.input.len() > LONGEST {
            return Err(Problem::too_large(format!("'input' has more than {} KiB", LONGEST >> 10)));
        }
        let url = match Url::parse(self.input.trim()) {
            Ok(url) => url,
            Err(error) => return Ok(json!({ "valid": false, "error": error.to_string() })),
        };
        Ok(match self.operation {
            Operation::Validate => json!({ "valid": true, "normalized": url.as_str() }),
            // What its server says is asked for by `tool`.
            Operation::Analyze | Operation::Metadata => analyze(&url),
        })
    }
}

/// The tool: what it asks the network for is a request of the run, which has to be granted.
pub fn tool(queries: &Arc<dyn Queries>) -> HostTool {
    let queries = queries.clone();
    let of_network =
        |call: &Invocation| call.arguments.get("operation").is_some_and(|operation| operation == "metadata");
    tool_of::<UrlAnalyzer, _>(move |call: Invocation| {
        let queries = queries.clone();
        async move {
            if !of_network(&call) {
                return run::<UrlAnalyzer>(call, queries).await;
            }
            let address = call.arguments.get("input").and_then(Value::as_str).unwrap_or_default().to_owned();
            let network = RunNetwork::of(call.context).map_err(raised)?;
            let found = metadata(&network, &address).await;
            network.answer("metadata", found.map(Into::into))
        }
    })
}

fn analyze(url: &Url) -> Value {
    let kind = url.host().map(|host| match host {
        Host::Domain(_) => "domain",
        Host::Ipv4(_) => "ipv4",
        Host::Ipv6(_) => "ipv6",
    });
    let user = Some(url.username()).filter(|name| !name.is_empty());
    let segments: Vec<&str> =
        url.path_segments().map(|all| all.filter(|one| !one.is_empty()).collect()).unwrap_or_default();
    present(json!({
        "valid": true, "normalized": url.as_str(), "scheme": url.scheme(), "host": url.host_str(), "host_type": kind,
        "port": url.port_or_known_default(), "path": url.path(), "path_segments": segments, "query": url.query(),
        "fragment": url.fragment(), "query_params": parameters(url), "username": user,
        "has_password": url.password().is_some(), "is_secure": matches!(url.scheme(), "https" | "wss"),
    }))
}

/// By name; one that is there several times has a list.
fn parameters(url: &Url) -> Map<String, Value> {
    let mut all = Map::new();
    for (name, value) in url.query_pairs() {
        let value = Value::String(value.into_owned());
        match all.get_mut(&*name) {
            None => drop(all.insert(name.into_owned(), value)),
            Some(Value::Array(several)) => several.push(value),
            Some(one) => *one = Value::Array(vec![one.take(), value]),
        }
    }
    all
}
