//! What the tools for the network have in common: the run's network, by calls that pass the gate.

use std::future::Future;

use llmspell_api::network as api;
use llmspell_base::Failure;
use llmspell_capability_network::{Answer, Network, Request};
use llmspell_capability_tool::{HostTool, Invocation, ToolFailure};
use llmspell_kernel::{CallContext, args};
use llmspell_policy::Right;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::answer::{Found, answer, input, raised};
use crate::standard::schema;

/// A tool. The type itself is its input; its documentation is told to models.
pub trait NetworkTool: DeserializeOwned + JsonSchema + Send + 'static {
    const NAME: &'static str;
    const DESCRIPTION: &'static str;
    /// Other names that it is known by.
    const ALIASES: &'static [&'static str] = &[];
    /// Other names of its parameters, each with the one that it stands for.
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = &[];

    /// The operation that was asked for, as results name it.
    fn operation(&self) -> String;

    /// Does the work.
    fn run(self, network: &RunNetwork) -> impl Future<Output = Result<Found, Failure>> + Send;
}

/// The tool, as the host registers it.
pub fn tool<Input: NetworkTool>() -> HostTool {
    HostTool::new(Input::NAME, Input::DESCRIPTION, schema::<Input>(), call::<Input>)
        .category("web")
        .aliases(Input::ALIASES.iter().copied())
        .parameter_aliases(Input::PARAMETER_ALIASES.iter().copied())
        .within([Right::NETWORK])
        .standard()
}

async fn call<Input: NetworkTool>(invocation: Invocation) -> Result<Value, ToolFailure> {
    let Invocation { arguments, context, .. } = invocation;
    let input: Input = input(Input::NAME, arguments)?;
    let operation = input.operation();
    let network = RunNetwork::of(context).map_err(raised)?;
    let found = input.run(&network).await;
    network.answer(&operation, found)
}

/// The network of the run that the tool is called in.
pub struct RunNetwork {
    pub network: Network,
    pub cx: CallContext,
}

impl RunNetwork {
    /// That of this run.
    pub fn of(cx: CallContext) -> Result<RunNetwork, Failure> {
        Ok(RunNetwork { network: cx.offered::<Network>()?, cx })
    }

    /// The one shape of results, without secrets: what was decoded of a response may have hidden one until then.
    pub fn answer(&self, operation: &str, found: Result<Found, Failure>) -> Result<Value, ToolFailure> {
        let found = found.map_err(|failure| self.network.clean_failure(failure));
        let mut answer = answer(operation, found)?;
        self.network.clean(&mut answer);
        Ok(answer)
    }

    /// Makes a call that needs this request, and reads the whole response.
    pub async fn fetch(&self, asked: api::Request, body: Option<Vec<u8>>) -> Result<Answer, Failure> {
        let request = Request::of(asked.clone(), body.clone())?;
        self.send(asked, request, body).await
    }

    /// The same of a request that is `shown` in the record without what nobody may see. Nothing in its address refers to a secret.
    pub async fn fetch_as(
        &self,
        shown: api::Request,
        sent: api::Request,
        body: Option<Vec<u8>>,
    ) -> Result<Answer, Failure> {
        let request = Request::of(sent, body.clone())?.of_found_address();
        self.send(shown, request, body).await
    }

    /// Asks for an address that a server named.
    pub async fn get_found(&self, url: &str) -> Result<Answer, Failure> {
        let asked = request(url);
        let found = Request::of(asked.clone(), None)?.of_found_address();
        self.send(asked, found, None).await
    }

    async fn send(&self, shown: api::Request, request: Request, body: Option<Vec<u8>>) -> Result<Answer, Failure> {
        let record = json!({ "request": shown, "body": body.as_ref().map_or(0, Vec::len) });
        let content = body.as_deref().filter(|_| self.cx.asks()).map(args::content);
        let call = self.cx.call("network.request", || record).needs(request.permission()).content(content);
        let call = call.begin().await?;
        let fetched = self.network.fetch(request.clone(), &self.cx).await;
        let settled =
            fetched.as_ref().map(|answer| json!({ "status": answer.response.status, "bytes": answer.body.len() }));
        call.settle_value(settled.map_err(Clone::clone))?;
        fetched
    }

    /// Asks for an address.
    pub async fn get(&self, url: &str) -> Result<Answer, Failure> {
        self.fetch(request(url), None).await
    }
}

/// A request by GET.
pub fn request(url: &str) -> api::Request {
    api::Request { url: url.trim().into(), method: None, headers: Vec::new(), redirect: None, timeout_ms: None }
}

/// Names and values, as a spell or a model writes them.
pub fn headers(given: &Map<String, Value>) -> Result<Vec<(String, String)>, Failure> {
    let one = |(name, value): (&String, &Value)| match value {
        Value::String(text) => Ok((name.clone(), text.clone())),
        Value::Number(_) | Value::Bool(_) => Ok((name.clone(), value.to_string())),
        _ => Err(Failure::invalid(format!(
            "the header '{}' must be a text",
            name.escape_debug().take(80).collect::<String>()
        ))),
    };
    given.iter().map(one).collect()
}

/// A header, where the caller has not written it.
pub fn default_header(headers: &mut Vec<(String, String)>, name: &str, value: &str) {
    if !headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
        headers.push((name.into(), value.into()));
    }
}

/// The text of a response, in the characters that its headers name.
pub fn text(answer: &Answer) -> String {
    let kind = header(answer, "content-type").unwrap_or_default();
    let named = kind
        .split(';')
        .filter_map(|part| part.trim().split_once('='))
        .find(|(name, _)| name.eq_ignore_ascii_case("charset"));
    let encoding = named.and_then(|(_, label)| encoding_rs::Encoding::for_label(label.trim_matches('"').as_bytes()));
    encoding.unwrap_or(encoding_rs::UTF_8).decode(&answer.body).0.into_owned()
}

/// The first header of this name.
pub fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.response.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}
