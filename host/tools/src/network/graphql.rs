//! `graphql-query`: a query of a GraphQL server.

use llmspell_base::host_memory::weigh;
use llmspell_base::{Code, Failure};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::tool::{NetworkTool, RunNetwork, default_header, headers, request, text};
use crate::answer::Found;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GraphqlQuery {
    /// The address of the server.
    input: String,
    /// The query or mutation.
    query: String,
    /// Its variables, by their names.
    #[serde(default)]
    variables: Map<String, Value>,
    /// Which operation of the query, where there are several.
    #[serde(default)]
    operation_name: Option<String>,
    /// Names and values. `secret:NAME` in a value stands for a secret of the operator.
    #[serde(default)]
    headers: Map<String, Value>,
}

impl NetworkTool for GraphqlQuery {
    const NAME: &'static str = "graphql-query";
    const DESCRIPTION: &'static str =
        "Sends a query to a GraphQL server of a host that is granted. Errors without data are a failure.";
    const ALIASES: &'static [&'static str] = &["graphql"];
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = &[("url", "input"), ("endpoint", "input")];

    fn operation(&self) -> String {
        "query".into()
    }

    async fn run(self, network: &RunNetwork) -> Result<Found, Failure> {
        let mut asked = request(&self.input);
        asked.method = Some("POST".into());
        asked.headers = headers(&self.headers)?;
        default_header(&mut asked.headers, "content-type", "application/json");
        default_header(&mut asked.headers, "accept", "application/graphql-response+json, application/json");
        let mut body = json!({ "query": self.query, "variables": self.variables });
        if let (Some(name), Some(map)) = (self.operation_name, body.as_object_mut()) {
            map.insert("operationName".into(), name.into());
        }
        let answer = network.fetch(asked, Some(body.to_string().into_bytes())).await?;
        let status = answer.response.status;
        let said = text(&answer);
        network.cx.bound_text(&said)?;
        let _held = network.cx.memory().take(weigh(&said))?;
        let said: Value = serde_json::from_str(&said).unwrap_or_default();
        let errors = said.get("errors").and_then(Value::as_array).filter(|errors| !errors.is_empty());
        let data = said.get("data").filter(|data| !data.is_null());
        match (data, errors) {
            (None, Some(errors)) => {
                let first =
                    errors.first().and_then(|error| error.get("message")).and_then(Value::as_str).unwrap_or_default();
                let shown = first.escape_debug().take(200).collect::<String>();
                Err(Failure {
                    details: Some(json!({ "errors": errors })),
                    ..Failure::new(Code::Tool, format!("the server refused the query: {shown}"))
                })
            }
            (None, None) => {
                let message = format!("the server answered {status} {} without data", answer.response.reason);
                Err(Failure::new(Code::Network, message))
            }
            (Some(data), errors) => {
                Ok(json!({ "data": data, "errors": errors.cloned().unwrap_or_default(), "status_code": status }).into())
            }
        }
    }
}
