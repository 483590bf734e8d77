//! From a name to a Rig model.

use std::sync::{Arc, OnceLock};

use rig_agent::run::OutputMode;
use rig_core::completion::{CompletionRequest, ProviderCapabilities};
use rig_core::driver::DynModel;
use rig_core::operation::Completion;
use rig_core::providers::openai::wire::{Auth, Dialect, OPENAI};
use rig_core::providers::openai::{OpenAIConfig, Route};
use serde_json::{Map, Value};
use tokio::sync::Semaphore;

use super::double::{COMPOSES, Double};
use super::http::Http;
use super::{Kind, ModelError, ModelName, Provider, Secret};

/// Whoever answers.
pub(super) enum Target<'a> {
    Provider(&'a Connection),
    Double(&'a Double),
}

/// A model, ready for one request.
pub(super) struct Asked {
    pub(super) model: DynModel<Completion>,
}

impl Asked {
    /// How often the provider was asked so far.
    pub(super) fn attempts(&self) -> u32 {
        1
    }
}

impl Target<'_> {
    pub(super) fn ask(&self, name: &ModelName, request: &mut CompletionRequest) -> Result<Asked, ModelError> {
        let model = match self {
            Target::Provider(connection) => connection.model(name, request)?,
            Target::Double(double) => double.model(&name.model),
        };
        Ok(Asked { model })
    }

    pub(super) fn provider(&self) -> Option<&Provider> {
        match self {
            Target::Provider(connection) => Some(&connection.provider),
            Target::Double(_) => None,
        }
    }

    pub(super) fn key(&self) -> Option<&Secret> {
        self.provider()?.key.as_ref()
    }

    /// The name under which replies are shown.
    pub(super) fn answerer(&self) -> &str {
        match self {
            Target::Provider(connection) => &connection.provider.name,
            Target::Double(double) => double.name(),
        }
    }

    pub(super) fn capabilities(&self) -> ProviderCapabilities {
        match self {
            Target::Provider(_) => ProviderCapabilities::new(),
            Target::Double(_) => COMPOSES,
        }
    }

    /// How a schema is kept to.
    pub(super) fn output_mode(&self, _no_tools: bool) -> OutputMode {
        OutputMode::Auto
    }
}

/// A provider and its HTTP client.
pub(super) struct Connection {
    provider: Provider,
    reply_bytes: usize,
    /// Made at the first request: reading the system's certificates takes milliseconds that most runs can save.
    http: OnceLock<Result<Http, String>>,
    slots: Arc<Semaphore>,
}

impl Connection {
    pub(super) fn new(provider: Provider, reply_bytes: usize) -> Result<Connection, ModelError> {
        let slots = Arc::new(Semaphore::new(32));
        Ok(Connection { provider: provider.check()?, reply_bytes, http: OnceLock::new(), slots })
    }

    pub(super) fn provider(&self) -> &Provider {
        &self.provider
    }

    pub(super) fn slots(&self) -> Arc<Semaphore> {
        self.slots.clone()
    }

    /// The model, and the request made to fit its endpoint.
    pub(super) fn model(
        &self,
        name: &ModelName,
        request: &mut CompletionRequest,
    ) -> Result<DynModel<Completion>, ModelError> {
        let key = self.provider.key.as_ref();
        if key.is_some_and(|key| !key.is_sendable()) {
            return Err(ModelError::unsendable_key(&self.provider));
        }
        // A provider's own endpoint always wants a key. A server of one's own often has none, but where the operator
        // names a variable for it, asking without would hide that the variable is not set.
        let wants_key = self.provider.base_url.is_none() || self.provider.key_env.is_some();
        if key.is_none() && wants_key {
            return Err(ModelError::no_key(&self.provider));
        }
        let http = self
            .http
            .get_or_init(|| Http::new(&self.provider, self.reply_bytes))
            .clone()
            .map_err(|why| ModelError::failed(name, why))?;
        Ok(match self.provider.kind {
            Kind::OpenAi => openai(&self.provider, request).connect(http).completion(&name.model),
        }
        .erase())
    }
}

fn openai(provider: &Provider, request: &mut CompletionRequest) -> OpenAIConfig {
    let key = provider.key.as_ref().map_or("", Secret::expose);
    match &provider.base_url {
        Some(url) => {
            plain_options(request);
            OpenAIConfig::with_key(&compatible(), key).with_base_url(url)
        }
        // Rig asks OpenAI by the Responses API, which has no `stop` and no `seed`; Chat Completions has both.
        None if request.options.seed.is_some() || !request.options.stop.is_empty() => {
            OpenAIConfig::new(key).with_route(Route::Chat)
        }
        None => OpenAIConfig::new(key),
    }
}

/// What other servers make of OpenAI's API: they all speak Chat Completions, few the Responses API, and some have no
/// key. Under a name of its own, so that Rig does not apply OpenAI's prices and rules to a local model named "gpt-4".
fn compatible() -> Dialect {
    let mut dialect = OPENAI;
    dialect.name = "openai-compatible";
    dialect.quirks.completion_route = Route::Chat;
    dialect.quirks.auth = Auth::OptionalBearer;
    dialect
}

/// Rig sends these only to servers that it knows by name. Compatible ones take them as OpenAI names them, or refuse
/// them themselves.
fn plain_options(request: &mut CompletionRequest) {
    let options = std::mem::take(&mut request.options);
    let mut fields = Map::new();
    if let Some(top_p) = options.top_p {
        fields.insert("top_p".to_owned(), top_p.into());
    }
    if let Some(seed) = options.seed {
        fields.insert("seed".to_owned(), seed.into());
    }
    if !options.stop.is_empty() {
        fields.insert("stop".to_owned(), options.stop.into());
    }
    if !fields.is_empty() {
        request.additional_params = Some(Value::Object(fields));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_picks_the_api_that_has_it() {
        let provider = super::super::tests::provider("openai", None, None);
        let route = |mut request| openai(&provider, &mut request).completion_route();
        let request = CompletionRequest::new("hi").top_p(0.5);
        assert_eq!(route(request.clone()), Route::Responses);
        assert_eq!(route(request.clone().seed(1)), Route::Chat);
        assert_eq!(route(request.stop(["END"])), Route::Chat);
    }
}
