//! Lists providers and the models that are known of them.

use llmspell_api::agent::{Capabilities, Model, Provider as Listing};
use rig_core::catalog::{Catalog, ModelSpec};

use crate::models::{Models, Source};
use crate::provider::Provider;
use llmspell_base::provider_kind::Kind;

const ALL: Capabilities = Capabilities {
    streaming: true,
    images: true,
    tools: true,
    structured_output: true,
    embeddings: true,
    rerank: true,
};

impl Models {
    /// All providers by name, none of them marked as the default; with a double, the double alone.
    pub fn listing(&self) -> Vec<Listing> {
        match &*self.source {
            Source::Double(double) => vec![Listing {
                name: double.name().into(),
                kind: "double".into(),
                available: true,
                capabilities: ALL,
                default_model: None,
                max_context_tokens: None,
                models: Vec::new(),
                default: false,
            }],
            Source::Providers { connections, .. } => {
                connections.values().map(|connection| listed(connection.provider())).collect()
            }
        }
    }
}

fn listed(provider: &Provider) -> Listing {
    // What a compatible server or a local machine serves is not known.
    let is_known = provider.kind != Kind::Ollama && (provider.kind != Kind::OpenAi || provider.base_url.is_none());
    let vendor = provider.kind.vendor();
    let specs = Catalog::builtin().iter().filter(|spec| is_known && spec.provider.vendor() == vendor);
    let specs: Vec<&ModelSpec> = specs.filter(|spec| !spec.deprecated).collect();
    // First what the operator names, the default before all.
    let default = provider.default_model.as_deref();
    let mut named: Vec<&str> = default.into_iter().collect();
    named.extend(provider.models.keys().map(String::as_str).filter(|id| Some(*id) != default));
    named.retain(|id| specs.iter().all(|spec| spec.id != **id));
    let mut models: Vec<Model> = named.into_iter().map(unknown).chain(specs.iter().map(|spec| known(spec))).collect();
    for model in &mut models {
        let configured = provider.models.get(&model.id).and_then(|facts| facts.context_tokens);
        model.context_tokens = configured.or(model.context_tokens);
    }
    let of_default = models.iter().find(|model| Some(model.id.as_str()) == default);
    let largest = models.iter().filter_map(|model| model.context_tokens).max();
    let max_context_tokens = of_default.map_or(largest, |model| model.context_tokens);
    Listing {
        name: provider.name.clone(),
        kind: provider.kind.name().into(),
        available: provider.is_available(),
        capabilities: Capabilities {
            images: provider.kind != Kind::DeepSeek,
            embeddings: provider.kind.embeds(),
            rerank: provider.kind.reranks(),
            ..ALL
        },
        default_model: provider.default_model.clone(),
        max_context_tokens,
        models,
        default: false,
    }
}

fn known(spec: &ModelSpec) -> Model {
    Model {
        id: spec.id.clone(),
        context_tokens: spec.context_window,
        output_tokens: spec.max_output_tokens,
        images: spec.input.image,
        tools: spec.tools,
        structured_output: spec.structured_output,
        reasoning: spec.reasoning.supported,
    }
}

fn unknown(id: &str) -> Model {
    Model {
        id: id.into(),
        context_tokens: None,
        output_tokens: None,
        images: true,
        tools: true,
        structured_output: true,
        reasoning: false,
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
        let facts = crate::ModelFacts { context_tokens: Some(32_768), ..crate::ModelFacts::default() };
        local.models = [("tiny".into(), facts)].into();
        let providers = vec![openai, local, Provider::new(Kind::Cohere), Provider::new(Kind::Ollama)];
        let listing = Models::new(providers, None, 1 << 20).unwrap().listing();
        let shown = serde_json::to_string(&listing).unwrap();
        assert!(!shown.contains("canary"), "{shown}");
        let one = |name: &str| listing.iter().find(|one| one.name == name).unwrap();
        assert_eq!((one("openai").available, one("openai").max_context_tokens), (true, Some(128_000)));
        assert!(one("openai").models.iter().any(|model| model.id == "gpt-4o" && model.images && model.tools));
        assert!(one("local").available && !one("local").capabilities.rerank);
        let tiny = &one("local").models[0];
        assert_eq!(
            (tiny.id.as_str(), tiny.context_tokens, one("local").max_context_tokens),
            ("tiny", Some(32_768), Some(32_768))
        );
        assert!(!one("cohere").available && one("cohere").capabilities.rerank && one("ollama").available);
        assert_eq!(Models::offline().listing()[0].name, "offline-double");
    }
}
