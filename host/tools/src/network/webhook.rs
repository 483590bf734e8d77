//! `webhook-caller`: tells a server of something.

use llmspell_base::{Code, Failure};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::tool::{NetworkTool, RunNetwork, default_header, headers, request, text};
use crate::answer::Found;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookCaller {
    /// The address of the webhook.
    input: String,
    /// What it is told, as JSON.
    #[serde(default)]
    payload: Value,
    /// POST if it is not given.
    #[serde(default)]
    method: Option<String>,
    /// Names and values. `secret:NAME` in a value stands for a secret of the operator.
    #[serde(default)]
    headers: Map<String, Value>,
}

impl NetworkTool for WebhookCaller {
    const NAME: &'static str = "webhook-caller";
    const DESCRIPTION: &'static str =
        "Sends JSON to a webhook of a host that is granted. An answer other than 2xx is a failure.";
    const ALIASES: &'static [&'static str] = &["webhook"];
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] =
        &[("url", "input"), ("data", "payload"), ("body", "payload"), ("content", "payload")];

    fn operation(&self) -> String {
        "call".into()
    }

    async fn run(self, network: &RunNetwork) -> Result<Found, Failure> {
        let mut asked = request(&self.input);
        asked.method = Some(self.method.unwrap_or_else(|| "POST".into()));
        asked.headers = headers(&self.headers)?;
        default_header(&mut asked.headers, "content-type", "application/json");
        let answer = network.fetch(asked, Some(self.payload.to_string().into_bytes())).await?;
        let (status, body) = (answer.response.status, text(&answer));
        if !(200..300).contains(&status) {
            let said = body.escape_debug().take(200).collect::<String>();
            return Err(Failure::new(
                Code::Network,
                format!("the webhook answered {status} {}: {said}", answer.response.reason),
            ));
        }
        Ok(json!({ "status_code": status, "body": body, "url": answer.response.url }).into())
    }
}
