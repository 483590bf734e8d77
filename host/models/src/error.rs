//! Errors of models.

use serde_json::{Map, Value, json};

use crate::model_name::ModelName;
use crate::text::clean;
use crate::usage::Usage;
use llmspell_base::nearest::nearest;
use llmspell_base::{Code, Failure};

/// Why a model gave no reply. Displayed as one line with the remedy.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Code "invalid": the request makes no sense, or the provider can't do it.
    #[error("{what}")]
    Invalid {
        /// One line.
        what: String,
    },
    /// Code "not-found": no such provider. A model's own name may hold a slash too, as "org/model" on a local server; then
    /// the provider must come first.
    #[error("there is no provider '{name}'{hint} (a model is written provider/model)")]
    NoProvider {
        /// The name that was asked for.
        name: String,
        /// "; did you mean ...?", or a list of the known names.
        hint: String,
    },
    /// Code "auth": the provider has no API key, or one that can't be sent.
    #[error("{provider} has no key: {remedy}")]
    NoKey {
        /// The provider's name.
        provider: String,
        /// What the operator has to do.
        remedy: String,
    },
    /// Code "auth": the provider refused the key (401, 403).
    #[error("{answer} ({remedy})")]
    KeyRefused {
        /// What the provider answered.
        answer: Box<ProviderAnswer>,
        /// What the operator has to do.
        remedy: String,
    },
    /// Code "rate-limited": the provider refused for now (429).
    #[error("{answer}{}", again(answer))]
    RateLimited {
        /// What the provider answered.
        answer: Box<ProviderAnswer>,
    },
    /// Code "not-found": the provider has no such model (404).
    #[error("{answer}")]
    NotFound {
        /// What the provider answered.
        answer: Box<ProviderAnswer>,
    },
    /// Code "timeout": one of [`crate::Timeouts`] passed, or the provider says so (408, 504).
    #[error("{answer}")]
    Timeout {
        /// What was waited for.
        answer: Box<ProviderAnswer>,
    },
    /// Code "too-large": the reply exceeds a bound, or the prompt is longer than the model takes.
    #[error("{answer}")]
    TooLarge {
        /// Which bound.
        answer: Box<ProviderAnswer>,
    },
    /// Code "provider": any other failure of the provider or of the way to it.
    #[error("{answer}")]
    Failed {
        /// What failed.
        answer: Box<ProviderAnswer>,
    },
    /// Code "budget": the model called tools on every turn that it had.
    #[error("{name} called tools on each of {max_turns} turns: raise max_turns, or tell the model when to stop")]
    TooManyTurns {
        /// The model.
        name: ModelName,
        /// How many turns it had.
        max_turns: usize,
        /// The tokens and cost of all turns.
        usage: Box<Usage>,
    },
    /// The failure with which the sink of a stream ended the request, unchanged.
    #[error("{}", .0.message)]
    Stopped(Box<Failure>),
}

impl From<Failure> for ModelError {
    fn from(failure: Failure) -> ModelError {
        ModelError::Stopped(Box::new(failure))
    }
}

/// The model that was asked, and what came back. `said` holds a provider's text only after `text::clean`.
#[derive(Debug)]
pub struct ProviderAnswer {
    pub name: ModelName,
    pub status: Option<u16>,
    pub retry_after_seconds: Option<u64>,
    pub request_id: Option<String>,
    /// How often the provider was asked; 0 where it was not.
    pub attempts: u32,
    /// There was no connection to send it over.
    pub unsent: bool,
    pub said: String,
}

impl std::fmt::Display for ProviderAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.status {
            Some(status) => write!(f, "{} answered {status}: {}", self.name, self.said),
            None => write!(f, "{}: {}", self.name, self.said),
        }
    }
}

fn again(answer: &ProviderAnswer) -> String {
    match answer.retry_after_seconds {
        Some(seconds) => format!(" (try again in {seconds} s)"),
        None => String::new(),
    }
}

impl ModelError {
    /// The stable code, as `wit/agent.wit` lists them.
    ///
    /// For [`ModelError::Stopped`] with a code of the caller's own it is "cancelled": the failure itself holds that code.
    pub fn code(&self) -> Code {
        match self {
            ModelError::Invalid { .. } => Code::Invalid,
            ModelError::NoProvider { .. } | ModelError::NotFound { .. } => Code::NotFound,
            ModelError::NoKey { .. } | ModelError::KeyRefused { .. } => Code::Auth,
            ModelError::RateLimited { .. } => Code::RateLimited,
            ModelError::Timeout { .. } => Code::Timeout,
            ModelError::TooLarge { .. } => Code::TooLarge,
            ModelError::Failed { .. } => Code::Provider,
            ModelError::TooManyTurns { .. } => Code::Budget,
            ModelError::Stopped(failure) => Code::parse(&failure.code).unwrap_or(Code::Cancelled),
        }
    }

    /// An object with those of `provider`, `model`, `status`, `retry_after_seconds`, `request_id`, `attempts`, `max_turns`
    /// and `usage` that are known.
    pub fn details(&self) -> Value {
        let mut details = Map::new();
        match self {
            ModelError::Invalid { .. } => {}
            ModelError::NoProvider { name, .. } | ModelError::NoKey { provider: name, .. } => {
                details.insert("provider".into(), name.as_str().into());
            }
            ModelError::KeyRefused { answer, .. }
            | ModelError::RateLimited { answer }
            | ModelError::NotFound { answer }
            | ModelError::Timeout { answer }
            | ModelError::TooLarge { answer }
            | ModelError::Failed { answer } => {
                details.insert("provider".into(), answer.name.provider.as_str().into());
                details.insert("model".into(), answer.name.model.as_str().into());
                if let Some(status) = answer.status {
                    details.insert("status".into(), status.into());
                }
                if let Some(seconds) = answer.retry_after_seconds {
                    details.insert("retry_after_seconds".into(), seconds.into());
                }
                if let Some(id) = &answer.request_id {
                    details.insert("request_id".into(), id.as_str().into());
                }
                if answer.attempts > 0 {
                    details.insert("attempts".into(), answer.attempts.into());
                }
            }
            ModelError::TooManyTurns { name, max_turns, usage } => {
                details.insert("provider".into(), name.provider.as_str().into());
                details.insert("model".into(), name.model.as_str().into());
                details.insert("max_turns".into(), (*max_turns).into());
                details.insert("usage".into(), json!(usage.show()));
            }
            ModelError::Stopped(failure) => return failure.details.clone().unwrap_or_default(),
        }
        Value::Object(details)
    }

    /// Whether the request can't have cost anything: it was not sent, or it was refused before the model worked.
    pub fn is_free(&self) -> bool {
        match self {
            ModelError::Invalid { .. }
            | ModelError::NoProvider { .. }
            | ModelError::NoKey { .. }
            | ModelError::KeyRefused { .. }
            | ModelError::RateLimited { .. }
            | ModelError::NotFound { .. } => true,
            ModelError::Failed { answer } => answer.unsent || answer.status.is_some(),
            // The prompt was refused. A reply has no status here.
            ModelError::TooLarge { answer } => answer.status.is_some(),
            ModelError::Timeout { .. } | ModelError::TooManyTurns { .. } | ModelError::Stopped(_) => false,
        }
    }

    /// The same error, of a request that was sent so often.
    pub(crate) fn after(mut self, attempts: u32) -> ModelError {
        if let ModelError::KeyRefused { answer, .. }
        | ModelError::RateLimited { answer }
        | ModelError::NotFound { answer }
        | ModelError::Timeout { answer }
        | ModelError::TooLarge { answer }
        | ModelError::Failed { answer } = &mut self
        {
            answer.attempts = attempts;
        }
        self
    }

    pub(crate) fn invalid(what: String) -> ModelError {
        ModelError::Invalid { what }
    }

    pub(crate) fn failed(name: &ModelName, said: String) -> ModelError {
        ModelError::Failed { answer: ProviderAnswer::saying(name, said) }
    }

    pub(crate) fn no_provider<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> ModelError {
        let hint = nearest(name, &known.collect::<Vec<_>>());
        ModelError::NoProvider { name: clean(name, None), hint }
    }
}

impl ProviderAnswer {
    pub(crate) fn adding(mut self: Box<ProviderAnswer>, more: &str) -> Box<ProviderAnswer> {
        self.said.push_str(more);
        self
    }

    pub(crate) fn saying(name: &ModelName, said: String) -> Box<ProviderAnswer> {
        Box::new(ProviderAnswer {
            name: name.clone(),
            status: None,
            retry_after_seconds: None,
            request_id: None,
            attempts: 0,
            unsent: false,
            said,
        })
    }
}

impl From<&ModelError> for Failure {
    fn from(error: &ModelError) -> Failure {
        match error {
            // The failure of the caller stays as it was.
            ModelError::Stopped(failure) => (**failure).clone(),
            error => Failure { code: error.code().into(), message: error.to_string(), details: Some(error.details()) },
        }
    }
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Failure {
        Failure::from(&error)
    }
}
