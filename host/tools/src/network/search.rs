//! `web-search`: asks the search provider that the operator configured.

use llmspell_base::host_memory::weigh;
use llmspell_base::{Code, Failure};
use llmspell_capability_tool::HostTool;
use llmspell_policy::Right;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::engines::{Engine, Engines};
use super::tool::{RunNetwork, text};
use crate::answer::{Found, input, raised};
use crate::standard::schema;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WebSearch {
    /// What to search for.
    input: String,
    /// Which of the operator's providers, where there are several: tavily, brave, serpapi, serper, duckduckgo or searxng.
    #[serde(default)]
    provider: Option<String>,
    /// Results at most (10 if it is not given).
    #[serde(default)]
    #[schemars(range(min = 1, max = 50))]
    max_results: Option<usize>,
}

const NAME: &str = "web-search";
const LONGEST: usize = 2 << 10;

/// The tool, with the operator's providers.
pub fn tool(engines: Engines) -> HostTool {
    let description = "Searches the web by a provider that the operator configured: titles, addresses and extracts.";
    HostTool::new(NAME, description, schema::<WebSearch>(), move |call| {
        let engines = engines.clone();
        async move {
            let input: WebSearch = input(NAME, call.arguments)?;
            let network = RunNetwork::of(call.context).map_err(raised)?;
            let found = search(&engines, input, &network).await;
            network.answer("search", found)
        }
    })
    .category("web")
    .aliases(["web-searcher", "web-search-tool"])
    .parameter_aliases([
        ("query", "input"),
        ("q", "input"),
        ("limit", "max_results"),
        ("count", "max_results"),
        ("engine", "provider"),
    ])
    .within([Right::NETWORK])
    .standard()
}

async fn search(engines: &Engines, input: WebSearch, network: &RunNetwork) -> Result<Found, Failure> {
    let query = input.input.trim();
    if query.is_empty() || query.len() > LONGEST {
        return Err(Failure::invalid(format!("'input' is what to search for, in 1 to {LONGEST} bytes")));
    }
    let engine: &Engine = engines.find(input.provider.as_deref())?;
    let most = input.max_results.unwrap_or(10);
    let asked = engine.request(query, most)?;
    let answer = network.fetch_as(asked.shown, asked.sent, asked.body).await?;
    let (status, said) = (answer.response.status, text(&answer));
    let name = engine.name();
    match status {
        200..=299 => {}
        401 | 403 => {
            return Err(Failure::new(
                Code::Auth,
                format!("{name} answered {status}: its key is missing or was refused"),
            ));
        }
        429 => {
            return Err(Failure::new(
                Code::RateLimited,
                format!("{name} answered 429: it takes no more requests for now"),
            ));
        }
        _ => return Err(Failure::new(Code::Network, format!("{name} answered {status} {}", answer.response.reason))),
    }
    if engine.answers_json() {
        network.cx.bound_text(&said)?;
    }
    let (engine, bytes) = (engine.clone(), weigh(&said).max(said.len().saturating_mul(4)));
    let mut results = network.read(bytes, move |reading| engine.results(&said, reading)).await?;
    results.truncate(most);
    let lines: Vec<String> = results
        .iter()
        .map(|one| {
            let field = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default();
            format!("{}\n{}\n{}", field("title"), field("url"), field("snippet"))
        })
        .collect();
    let result = json!({ "query": query, "provider": name, "count": results.len(), "results": results });
    Ok(Found { result, text: Some(lines.join("\n\n")) })
}
