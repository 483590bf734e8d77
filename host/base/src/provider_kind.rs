//! The kinds of provider that are known.

use std::str::FromStr;

/// The API that a provider speaks, and what is known of it without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// OpenAI, and with a base_url every server that is compatible with it.
    OpenAi,
    /// Anthropic's Messages API.
    Anthropic,
    /// Google's Gemini API.
    Gemini,
    /// A server for local models, by its own API.
    Ollama,
    /// Groq's Chat Completions.
    Groq,
    /// DeepSeek's Chat Completions.
    DeepSeek,
    /// Mistral's Chat Completions.
    Mistral,
    /// OpenRouter's Chat Completions.
    OpenRouter,
    /// Cohere's API: chat, embeddings and reranking.
    Cohere,
}

impl Kind {
    /// Every kind, in the order in which messages list them.
    pub const ALL: &[Kind] = &[
        Kind::OpenAi,
        Kind::Anthropic,
        Kind::Gemini,
        Kind::Ollama,
        Kind::Groq,
        Kind::DeepSeek,
        Kind::Mistral,
        Kind::OpenRouter,
        Kind::Cohere,
    ];

    /// What the configuration may say.
    pub const NAMES: &[&str] =
        &["openai", "anthropic", "gemini", "ollama", "groq", "deepseek", "mistral", "openrouter", "cohere"];

    /// The one of [`Kind::NAMES`] that this is. The provider that is there without being configured has it too.
    pub fn name(self) -> &'static str {
        match self {
            Kind::OpenAi => "openai",
            Kind::Anthropic => "anthropic",
            Kind::Gemini => "gemini",
            Kind::Ollama => "ollama",
            Kind::Groq => "groq",
            Kind::DeepSeek => "deepseek",
            Kind::Mistral => "mistral",
            Kind::OpenRouter => "openrouter",
            Kind::Cohere => "cohere",
        }
    }

    /// The variable that holds the key for the kind's own endpoint; `None` where none is needed.
    pub fn key_env(self) -> Option<&'static str> {
        match self {
            Kind::OpenAi => Some("OPENAI_API_KEY"),
            Kind::Anthropic => Some("ANTHROPIC_API_KEY"),
            Kind::Gemini => Some("GEMINI_API_KEY"),
            Kind::Ollama => None,
            Kind::Groq => Some("GROQ_API_KEY"),
            Kind::DeepSeek => Some("DEEPSEEK_API_KEY"),
            Kind::Mistral => Some("MISTRAL_API_KEY"),
            Kind::OpenRouter => Some("OPENROUTER_API_KEY"),
            Kind::Cohere => Some("COHERE_API_KEY"),
        }
    }

    /// Its name in Rig's catalog.
    pub fn vendor(self) -> &'static str {
        match self {
            Kind::Gemini => "gcp.gemini",
            kind => kind.name(),
        }
    }

    /// Whether its API has embeddings.
    pub fn embeds(self) -> bool {
        matches!(self, Kind::OpenAi | Kind::Gemini | Kind::Ollama | Kind::Mistral | Kind::OpenRouter | Kind::Cohere)
    }

    /// Whether its API has reranking.
    pub fn reranks(self) -> bool {
        self == Kind::Cohere
    }

    /// Whether it can be held to a JSON Schema while it has no tools.
    pub fn has_schemas(self) -> bool {
        self != Kind::DeepSeek
    }

    /// How the models of this kind are called, where that tells them from all others.
    fn prefixes(self) -> &'static [&'static str] {
        match self {
            Kind::OpenAi => &["gpt-", "chatgpt-", "o1", "o3", "o4", "text-embedding-3", "text-embedding-ada"],
            Kind::Anthropic => &["claude-"],
            Kind::Gemini => &["gemini-"],
            Kind::DeepSeek => &["deepseek-"],
            Kind::Mistral => &["mistral-", "ministral-", "magistral-", "codestral-", "devstral-", "pixtral-"],
            Kind::Cohere => &["command-", "embed-english-", "embed-multilingual-", "embed-v", "rerank-"],
            Kind::Ollama | Kind::Groq | Kind::OpenRouter => &[],
        }
    }

    /// Whose model a bare name is.
    pub fn of_model(model: &str) -> Option<Kind> {
        // "o1" and "o1-mini", but not "o1x"; "llama3:8b" belongs to no one provider.
        let begins = |prefix: &str| {
            let whole = prefix.len() > 2;
            model.strip_prefix(prefix).is_some_and(|rest| whole || rest.is_empty() || rest.starts_with('-'))
        };
        Kind::ALL.iter().copied().find(|kind| kind.prefixes().iter().any(|prefix| begins(prefix)))
    }

    /// The kind that people also call so.
    pub fn of_alias(name: &str) -> Option<Kind> {
        match name {
            "google" | "gcp.gemini" | "google-gemini" => Some(Kind::Gemini),
            _ => None,
        }
    }
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(text: &str) -> Result<Kind, ()> {
        let named = Kind::ALL.iter().copied().find(|kind| kind.name() == text);
        named.or_else(|| Kind::of_alias(text)).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_name_that_reads_back() {
        assert_eq!(Kind::NAMES.len(), Kind::ALL.len());
        for name in Kind::NAMES {
            assert_eq!(Kind::from_str(name).unwrap().name(), *name);
        }
        assert_eq!(Kind::from_str("google"), Ok(Kind::Gemini));
        assert!(Kind::from_str("opnai").is_err());
    }

    #[test]
    fn a_models_name_tells_its_maker() {
        for (model, kind) in [
            ("gpt-4", Some(Kind::OpenAi)),
            ("o1", Some(Kind::OpenAi)),
            ("o3-mini", Some(Kind::OpenAi)),
            ("o1x", None),
            ("chatgpt-4o-latest", Some(Kind::OpenAi)),
            ("text-embedding-3-small", Some(Kind::OpenAi)),
            ("claude-3-opus", Some(Kind::Anthropic)),
            ("gemini-2.5-pro", Some(Kind::Gemini)),
            ("command-r", Some(Kind::Cohere)),
            ("embed-v4.0", Some(Kind::Cohere)),
            ("llama3:8b", None),
            ("gpt", None),
        ] {
            assert_eq!(Kind::of_model(model), kind, "{model}");
        }
    }
}
