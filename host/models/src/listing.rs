//! Lists providers and the models that are known of them.

use rig_core::catalog::{Catalog, ModelSpec};
use serde::Serialize;

use crate::models::{Models, Source};
use crate::provider::Provider;
use llmspell_base::provider_kind::Kind;

/// A provider as spells may know it: no key, and no address.
#[derive(Clone, Debug, Serialize)]
pub struct Listing {
    /// The provider's name.
    pub name: String,
    /// The kind's name, as [`Kind::name`] has it, or "double".
    pub kind: &'static str,
    /// Whether it has the key that it wants.
    pub available: bool,
    /// What its API offers.
    pub capabilities: Capabilities,
    /// The model that is asked where none is named.
    pub default_model: Option<String>,
    /// Of its default model, or the largest there is; unknown for servers of one's own.
    pub max_context_tokens: Option<u32>,
    /// The models in the built-in catalog; others can be asked as well.
    pub models: Vec<ModelInfo>,
}

/// What a provider's API offers; a single model may offer less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Capabilities {
    /// Replies in pieces.
    pub streaming: bool,
    /// Images in messages.
    pub images: bool,
    /// Tool calls.
    pub tools: bool,
    /// Answers by a JSON Schema.
    pub structured_output: bool,
    /// Embeddings.
    pub embeddings: bool,
    /// Reranking.
    pub rerank: bool,
}

/// What the built-in catalog knows of a model.
#[derive(Clone, Debug, Serialize)]
pub struct ModelInfo {
    /// The provider's own name for the model.
    pub id: String,
    /// The most input tokens; `None` where it is not known.
    pub context_tokens: Option<u32>,
    /// The most output tokens; `None` where it is not known.
    pub output_tokens: Option<u32>,
    /// Whether it reads images.
    pub images: bool,
    /// Whether it calls tools.
    pub tools: bool,
    /// Whether the provider holds it to a JSON Schema.
    pub structured_output: bool,
    /// Whether it reasons before it answers.
    pub reasoning: bool,
}

const ALL: Capabilities = Capabilities {
    streaming: true,
    images: true,
    tools: true,
    structured_output: true,
    embeddings: true,
    rerank: true,
};

impl Models {
    /// All providers by name; with a double, the double alone.
    pub fn listing(&self) -> Vec<Listing> {
        match &*self.source {
            Source::Double(double) => vec![Listing {
                name: double.name().into(),
                kind: "double",
                available: true,
                capabilities: ALL,
                default_model: None,
                max_context_tokens: None,
                models: Vec::new(),
            }],
            Source::Providers { connections, .. } => {
                connections.values().map(|connection| Listing::new(connection.provider())).collect()
            }
        }
    }
}

impl Listing {
    fn new(provider: &Provider) -> Listing {
        // What a compatible server or a local machine serves is not known.
        let is_known = provider.kind != Kind::Ollama && (provider.kind != Kind::OpenAi || provider.base_url.is_none());
        let vendor = provider.kind.vendor();
        let specs = Catalog::builtin().iter().filter(|spec| is_known && spec.provider.vendor() == vendor);
        let specs: Vec<&ModelSpec> = specs.filter(|spec| !spec.deprecated).collect();
        let default = provider.default_model.as_deref();
        let of_default = specs.iter().find(|spec| Some(spec.id.as_str()) == default);
        let largest = || specs.iter().filter_map(|spec| spec.context_window).max();
        let mut models: Vec<ModelInfo> = specs.iter().map(|spec| ModelInfo::new(spec)).collect();
        if let Some(default) = default.filter(|_| of_default.is_none()) {
            models.insert(0, ModelInfo::unknown(default));
        }
        Listing {
            name: provider.name.clone(),
            kind: provider.kind.name(),
            available: provider.is_available(),
            capabilities: Capabilities {
                images: provider.kind != Kind::DeepSeek,
                embeddings: provider.kind.embeds(),
                rerank: provider.kind.reranks(),
                ..ALL
            },
            default_model: provider.default_model.clone(),
            max_context_tokens: of_default.map_or_else(largest, |spec| spec.context_window),
            models,
        }
    }
}

impl ModelInfo {
    fn new(spec: &ModelSpec) -> ModelInfo {
        ModelInfo {
            id: spec.id.clone(),
            context_tokens: spec.context_window,
            output_tokens: spec.max_output_tokens,
            images: spec.input.image,
            tools: spec.tools,
            structured_output: spec.structured_output,
            reasoning: spec.reasoning.supported,
        }
    }

    fn unknown(id: &str) -> ModelInfo {
        ModelInfo {
            id: id.into(),
            context_tokens: None,
            output_tokens: None,
            images: true,
            tools: true,
            structured_output: true,
            reasoning: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;

    #[test]
    fn the_listing_knows_models_and_no_keys() {
        let mut openai = Provider::new(Kind::OpenAi);
        openai.key = Some(Secret::new("sk-canary-0123456789"));
        openai.default_model = Some("gpt-4o".into());
        let mut local = Provider { name: "local".into(), is_builtin: false, ..Provider::new(Kind::OpenAi) };
        local.base_url = Some("http://127.0.0.1:1/canary/v1".into());
        local.key_env = None;
        let providers = vec![openai, local, Provider::new(Kind::Cohere), Provider::new(Kind::Ollama)];
        let listing = Models::new(providers, None, 1 << 20).unwrap().listing();
        let shown = serde_json::to_string(&listing).unwrap();
        assert!(!shown.contains("canary"), "{shown}");
        let one = |name: &str| listing.iter().find(|one| one.name == name).unwrap();
        assert_eq!((one("openai").available, one("openai").max_context_tokens), (true, Some(128_000)));
        assert!(one("openai").models.iter().any(|model| model.id == "gpt-4o" && model.images && model.tools));
        assert!(one("local").available && one("local").models.is_empty() && !one("local").capabilities.rerank);
        assert!(!one("cohere").available && one("cohere").capabilities.rerank && one("ollama").available);
        assert_eq!(Models::offline().listing()[0].name, "offline-double");
    }
}
