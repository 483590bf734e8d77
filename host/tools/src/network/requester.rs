//! `http-requester`: one request to a host that is granted.

use llmspell_api::network::Redirect;
use llmspell_base::host_memory::weigh;
use llmspell_base::{Code, Failure};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::tool::{NetworkTool, RunNetwork, default_header, header, headers, request, text};
use crate::answer::Found;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HttpRequester {
    /// The address, of http or https.
    input: String,
    /// GET if it is not given.
    #[serde(default)]
    method: Option<String>,
    /// Names and values. `secret:NAME` in a value stands for a secret of the operator.
    #[serde(default)]
    headers: Map<String, Value>,
    /// A text, or anything else to be sent as JSON.
    #[serde(default)]
    body: Option<Value>,
    /// {"type": "bearer", "token": …}, {"type": "basic", "username": …, "password": …}, {"type": "api_key", "key": …, "header":
    /// "X-API-Key"}, or `secret:NAME`.
    #[serde(default)]
    auth: Option<Auth>,
    /// How often it is tried again where the server fails (500 to 504, 429) or can't be reached.
    #[serde(default)]
    #[schemars(range(max = 5))]
    retry: Option<u32>,
    /// Whether redirects are followed.
    #[serde(default = "yes")]
    follow_redirects: bool,
    /// How long it may take.
    #[serde(default)]
    timeout_ms: Option<u64>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum Auth {
    Secret(String),
    Named(Named),
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum Named {
    Bearer {
        token: String,
    },
    Basic {
        username: String,
        password: String,
    },
    ApiKey {
        key: String,
        #[serde(default)]
        header: Option<String>,
    },
}

impl NetworkTool for HttpRequester {
    const NAME: &'static str = "http-requester";
    const DESCRIPTION: &'static str = "Sends an HTTP request to a host that is granted, and gives the response.";
    const ALIASES: &'static [&'static str] = &["http-request", "http_get", "network_caller"];
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] =
        &[("url", "input"), ("data", "body"), ("retries", "retry")];

    fn operation(&self) -> String {
        self.method.as_deref().unwrap_or("GET").to_ascii_uppercase()
    }

    async fn run(self, network: &RunNetwork) -> Result<Found, Failure> {
        let mut asked = request(&self.input);
        asked.method = self.method.clone();
        asked.redirect = (!self.follow_redirects).then_some(Redirect::Manual);
        asked.timeout_ms = self.timeout_ms;
        asked.headers = headers(&self.headers)?;
        if let Some((name, value)) = self.auth.as_ref().map(Auth::header).transpose()? {
            if asked.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(&name)) {
                return Err(Failure::invalid(format!(
                    "'auth' and 'headers' both say what '{name}' is: give one of them"
                )));
            }
            asked.headers.push((name, value));
        }
        let body = match self.body {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.into_bytes()),
            Some(other) => {
                default_header(&mut asked.headers, "content-type", "application/json");
                Some(other.to_string().into_bytes())
            }
        };
        let mut left = self.retry.unwrap_or(0);
        loop {
            let answer = network.fetch(asked.clone(), body.clone()).await;
            let again = match &answer {
                Ok(answer) => matches!(answer.response.status, 429 | 500 | 502 | 503 | 504),
                Err(failure) => failure.is(Code::Network) || failure.is(Code::Timeout),
            };
            if again && left > 0 {
                left -= 1;
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            let answer = answer?;
            let (text, response) = (text(&answer), &answer.response);
            let mut named = Map::new();
            for (name, value) in &response.headers {
                let known = named.entry(name.clone()).or_insert_with(|| Value::String(String::new()));
                let before = known.as_str().unwrap_or_default();
                *known = if before.is_empty() { value.as_str().into() } else { format!("{before}, {value}").into() };
            }
            let mut result = json!({
                "status_code": response.status, "ok": (200..300).contains(&response.status), "reason": response.reason,
                "headers": named, "body": text, "url": response.url, "redirected": response.redirected,
            });
            let is_json = header(&answer, "content-type")
                .is_some_and(|kind| kind.split(';').next().unwrap_or_default().trim().ends_with("json"));
            let _held = match is_json {
                true => {
                    network.cx.bound_text(&text)?;
                    Some(network.cx.memory().take(weigh(&text))?)
                }
                false => None,
            };
            if let (true, Ok(parsed), Some(map)) =
                (is_json, serde_json::from_str::<Value>(&text), result.as_object_mut())
            {
                map.insert("json".into(), parsed);
            }
            return Ok(Found { result, text: Some(text) });
        }
    }
}

/// Between two attempts.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(500);

impl Auth {
    fn header(&self) -> Result<(String, String), Failure> {
        use base64::Engine;
        Ok(match self {
            Auth::Secret(reference) => ("authorization".into(), reference.clone()),
            Auth::Named(Named::Bearer { token }) => ("authorization".into(), format!("Bearer {token}")),
            Auth::Named(Named::Basic { username, password }) => {
                if username.contains("secret:") || password.contains("secret:") {
                    return Err(Failure::invalid(
                        "'secret:' can't stand in a name or password: the operator keeps NAME:PASSWORD as one secret with \
                         as = \"basic\", and 'auth' is that secret, as \"secret:NAME\"",
                    ));
                }
                let pair = base64::engine::general_purpose::STANDARD.encode(format!("{username}:{password}"));
                ("authorization".into(), format!("Basic {pair}"))
            }
            Auth::Named(Named::ApiKey { key, header }) => {
                (header.clone().unwrap_or_else(|| "x-api-key".into()), key.clone())
            }
        })
    }
}
