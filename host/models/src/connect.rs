//! A provider's connection, and a Rig model over it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rig_core::completion::{CompletionRequest, ProviderCapabilities, Reasoning};
use rig_core::driver::DynModel;
use rig_core::operation::Completion;
use rig_core::providers::anthropic::{ANTHROPIC, AnthropicConfig};
use rig_core::providers::cohere::CohereConfig;
use rig_core::providers::gemini::GeminiConfig;
use rig_core::providers::ollama::OllamaConfig;
use rig_core::providers::openai::wire::{Auth, DEEPSEEK, Dialect, GROQ, MISTRAL, OPENAI, OPENROUTER};
use rig_core::providers::openai::{OpenAIConfig, Route};
use serde_json::{Map, Value, json};
use tokio::sync::Semaphore;

use crate::apart::Apart;
use crate::double::Double;
use crate::error::ModelError;
use crate::http::Http;
use crate::model_name::ModelName;
use crate::provider::{Api, Provider};
use crate::settings::{OUTPUT_TOKENS, Settings};
use llmspell_base::host_memory::HostMemory;
use llmspell_base::integers::LongIntegers;
use llmspell_base::provider_kind::Kind;

/// A model, ready for one request.
pub(crate) struct Asked {
    pub(crate) model: DynModel<Completion>,
    http: Option<Http>,
    /// Of the replies so far.
    pub(crate) long_integers: LongIntegers,
    /// Of another server that speaks OpenAI's language: by which of its APIs.
    compatible: Option<Api>,
    /// The tokens of a reply where the request sets no limit: as the operator says, or where its API wants one that Rig does
    /// not know.
    reply_tokens: Option<u64>,
}

impl Asked {
    pub(crate) fn double(double: &Double, name: &ModelName) -> Asked {
        let long_integers = LongIntegers::default();
        let model = double.model(&name.model, &long_integers);
        Asked { model, http: None, long_integers, compatible: None, reply_tokens: None }
    }

    /// How often the provider was asked so far.
    pub(crate) fn attempts(&self) -> u32 {
        self.http.as_ref().map_or(1, Http::attempts)
    }

    /// Tells when reading its reply takes long.
    pub(crate) fn apart(&self) -> Apart {
        self.http.as_ref().map(|http| http.apart().clone()).unwrap_or_default()
    }

    pub(crate) fn capabilities(&self) -> ProviderCapabilities {
        self.model.capabilities().completion
    }

    /// Makes the request fit its endpoint. Refuses ("invalid") a setting that it has not.
    pub(crate) fn fit(&self, name: &ModelName, request: &mut CompletionRequest) -> Result<(), ModelError> {
        request.max_tokens = request.max_tokens.or(self.reply_tokens);
        match self.compatible {
            Some(api) => plain_options(api, request).map_err(|what| ModelError::invalid(format!("{name}: {what}"))),
            None => Ok(()),
        }
    }
}

/// A provider and its HTTP client.
pub(crate) struct Connection {
    provider: Provider,
    reply_bytes: usize,
    /// Made at the first request: reading the system's certificates takes milliseconds that most runs can save.
    http: OnceLock<Result<Http, String>>,
    slots: Arc<Semaphore>,
}

/// What Rig gets in place of a key: the HTTP client puts the real one in.
const NO_KEY: &str = "";

impl Connection {
    pub(crate) fn new(provider: Provider, reply_bytes: usize) -> Result<Connection, ModelError> {
        let slots = Arc::new(Semaphore::new(provider.requests.clamp(1, Semaphore::MAX_PERMITS)));
        Ok(Connection { provider: provider.check()?, reply_bytes, http: OnceLock::new(), slots })
    }

    pub(crate) fn provider(&self) -> &Provider {
        &self.provider
    }

    pub(crate) fn slots(&self) -> Arc<Semaphore> {
        self.slots.clone()
    }

    /// The client, for one request. Refuses where asking would be in vain.
    pub(crate) fn http(
        &self,
        name: &ModelName,
        schema: Option<&Value>,
        memory: &HostMemory,
    ) -> Result<Http, ModelError> {
        if let Some(why) = &self.provider.unusable {
            return Err(ModelError::invalid(why.clone()));
        }
        let key = self.provider.key.as_ref();
        if key.is_some_and(|key| !key.is_sendable()) {
            return Err(self.provider.unsendable_key());
        }
        if key.is_none() && self.provider.wants_key() {
            return Err(self.provider.no_key());
        }
        let http = self.http.get_or_init(|| Http::new(&self.provider, self.reply_bytes));
        let one = |http: &Http| http.for_one_request(schema, memory);
        http.as_ref().map(one).map_err(|why| ModelError::failed(name, why.clone()))
    }

    /// The model, for a request with these settings and this schema of the answer.
    pub(crate) fn ask(
        &self,
        name: &ModelName,
        settings: &Settings,
        schema: Option<&Value>,
        memory: &HostMemory,
    ) -> Result<Asked, ModelError> {
        let (provider, http, model) = (&self.provider, self.http(name, schema, memory)?, name.model.as_str());
        let url = provider.base_url.as_deref();
        let client = http.clone();
        let model = match provider.kind {
            Kind::Anthropic => anthropic(url).connect(client).completion(model).erase(),
            Kind::Gemini => gemini(url).connect(client).completion(model).erase(),
            Kind::Ollama => ollama(url).connect(client).native_completion(model).erase(),
            Kind::Cohere => cohere(url).connect(client).completion(model).erase(),
            _ => openai(provider, settings).connect(client).completion(model).erase(),
        };
        let compatible = is_compatible(provider).then_some(provider.api.unwrap_or(Api::Chat));
        let is_unknown = || ANTHROPIC.default_max_tokens(&name.model).is_none();
        let needed = || (provider.kind == Kind::Anthropic && is_unknown()).then_some(OUTPUT_TOKENS);
        let reply_tokens = provider.max_tokens_of(&name.model).or_else(needed);
        let long_integers = http.long_integers().clone();
        Ok(Asked { model, http: Some(http), long_integers, compatible, reply_tokens })
    }
}

/// The connection of a provider; "not-found" with the nearest name where there is none.
pub(crate) fn find<'a>(
    connections: &'a BTreeMap<String, Connection>,
    name: &str,
) -> Result<&'a Connection, ModelError> {
    connections.get(name).ok_or_else(|| ModelError::no_provider(name, connections.keys().map(String::as_str)))
}

/// Whether it is another server that speaks OpenAI's language.
fn is_compatible(provider: &Provider) -> bool {
    provider.kind == Kind::OpenAi && provider.base_url.is_some()
}

pub(crate) fn anthropic(url: Option<&str>) -> AnthropicConfig {
    let config = AnthropicConfig::new(NO_KEY);
    url.map_or(config.clone(), |url| config.with_base_url(url))
}

pub(crate) fn gemini(url: Option<&str>) -> GeminiConfig {
    let config = GeminiConfig::new(NO_KEY);
    url.map_or(config.clone(), |url| config.with_base_url(url))
}

pub(crate) fn ollama(url: Option<&str>) -> OllamaConfig {
    let config = OllamaConfig::new();
    url.map_or(config.clone(), |url| config.with_base_url(url))
}

pub(crate) fn cohere(url: Option<&str>) -> CohereConfig {
    let config = CohereConfig::new(NO_KEY);
    url.map_or(config.clone(), |url| config.with_base_url(url))
}

/// Of OpenAI and of all that speak its language.
pub(crate) fn openai(provider: &Provider, settings: &Settings) -> OpenAIConfig {
    let dialect = match provider.kind {
        Kind::Groq => GROQ,
        Kind::DeepSeek => DEEPSEEK,
        Kind::Mistral => MISTRAL,
        Kind::OpenRouter => OPENROUTER,
        _ if is_compatible(provider) => compatible(),
        _ => OPENAI,
    };
    let mut config = OpenAIConfig::with_key(&dialect, NO_KEY);
    if let Some(url) = &provider.base_url {
        config = config.with_base_url(url);
    }
    match provider.api {
        Some(Api::Responses) => config.with_route(Route::Responses),
        Some(Api::Chat) => config.with_route(Route::Chat),
        // Rig asks OpenAI by the Responses API, which has no `stop` and no `seed`; Chat Completions has both.
        None if settings.seed.is_some() || !settings.stop.is_empty() => config.with_route(Route::Chat),
        None => config,
    }
}

/// What other servers make of OpenAI's API: they all speak Chat Completions, few the Responses API, and some have no
/// key. Under a name of its own, so that Rig does not apply OpenAI's prices and rules to a local model named "gpt-4".
fn compatible() -> Dialect {
    let mut dialect = OPENAI;
    dialect.name = "openai-compatible";
    dialect.quirks.completion_route = Route::Chat;
    dialect.quirks.auth = Auth::OptionalBearer;
    // Not all of them count.
    dialect.quirks.embedding.requires_usage = false;
    dialect
}

/// Rig sends these only to servers that it knows by name. Compatible ones take them as OpenAI names them, or refuse
/// them themselves.
fn plain_options(api: Api, request: &mut CompletionRequest) -> Result<(), String> {
    let options = std::mem::take(&mut request.options);
    let mut fields = Map::new();
    if let Some(top_p) = options.top_p {
        fields.insert("top_p".to_owned(), top_p.into());
    }
    let effort = match options.reasoning {
        None => None,
        Some(Reasoning::Off) => Some("none"),
        Some(Reasoning::Effort(effort)) => Some(effort.as_str()),
        Some(_) => return Err("this API has no budget for reasoning, only words from minimal to high".to_owned()),
    };
    if api == Api::Responses && (options.seed.is_some() || !options.stop.is_empty()) {
        return Err("the Responses API has neither seed nor stop; api = \"chat\" has both".to_owned());
    }
    match (api, effort) {
        (_, None) => {}
        (Api::Chat, Some(effort)) => drop(fields.insert("reasoning_effort".to_owned(), effort.into())),
        (Api::Responses, Some(effort)) => drop(fields.insert("reasoning".to_owned(), json!({ "effort": effort }))),
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
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    #[test]
    fn a_setting_picks_the_api_that_has_it() {
        let route = |api, settings: Settings| {
            openai(&Provider { api, ..Provider::new(Kind::OpenAi) }, &settings).completion_route()
        };
        let plain = Settings { top_p: Some(0.5), ..Settings::default() };
        assert_eq!(route(None, plain.clone()), Route::Responses);
        assert_eq!(route(Some(Api::Chat), plain.clone()), Route::Chat);
        assert_eq!(route(None, Settings { seed: Some(1), ..plain.clone() }), Route::Chat);
        assert_eq!(route(None, Settings { stop: vec!["END".into()], ..plain }), Route::Chat);
    }

    #[test]
    fn rig_never_has_a_key() {
        for kind in Kind::ALL {
            let mut provider = Provider::new(*kind);
            provider.key = Some(Secret::new("sk-canary-0123456789"));
            let shown = format!(
                "{:?} {:?} {:?} {:?} {:?}",
                openai(&provider, &Settings::default()).api_key.expose(),
                anthropic(None).api_key.expose(),
                gemini(None).api_key.expose(),
                ollama(None).api_key.expose(),
                cohere(None).api_key.expose(),
            );
            assert!(!shown.contains("canary"), "{shown}");
        }
    }
}
