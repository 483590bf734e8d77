//! Why there is no reply.

use serde_json::{Map, Value, json};

use super::text::clean;
use super::{ModelName, Provider, Usage};
use llmspell_base::nearest::nearest;
use llmspell_base::{Code, Failure};

#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error("{what}")]
    Invalid { what: String },
    /// A model's own name may hold a slash too, as "org/model" on a local server; then the provider must come first.
    #[error("there is no provider '{name}'{hint} (a model is written provider/model)")]
    NoProvider { name: String, hint: String },
    #[error("{provider} has no key: {remedy}")]
    NoKey { provider: String, remedy: String },
    #[error("{answer} ({remedy})")]
    KeyRefused { answer: Box<Answer>, remedy: String },
    #[error("{answer}{}", again(answer))]
    RateLimited { answer: Box<Answer> },
    #[error("{answer}")]
    NotFound { answer: Box<Answer> },
    #[error("{answer}")]
    Timeout { answer: Box<Answer> },
    #[error("{answer}")]
    TooLarge { answer: Box<Answer> },
    #[error("{answer}")]
    Failed { answer: Box<Answer> },
    #[error("{name} called tools on each of {max_turns} turns: raise max_turns, or tell the model when to stop")]
    TooManyTurns { name: ModelName, max_turns: usize, usage: Box<Usage> },
    /// What the caller of a run ended it with.
    #[error("{}", .0.message)]
    Stopped(Box<Failure>),
}

impl From<Failure> for ModelError {
    fn from(failure: Failure) -> ModelError {
        ModelError::Stopped(Box::new(failure))
    }
}

/// Who was asked, and what came back. `said` is a provider's text only after `text::clean`.
#[derive(Debug)]
pub struct Answer {
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

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.status {
            Some(status) => write!(f, "{} answered {status}: {}", self.name, self.said),
            None => write!(f, "{}: {}", self.name, self.said),
        }
    }
}

fn again(answer: &Answer) -> String {
    match answer.retry_after_seconds {
        Some(seconds) => format!(" (try again in {seconds} s)"),
        None => String::new(),
    }
}

impl ModelError {
    /// The code of the failure, as `wit/agent.wit` lists them.
    ///
    /// The caller of a run may have ended it with a code that is not the host's: that one stands in the failure alone.
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

    /// What is known of `provider`, `model`, `status`, `retry_after_seconds`, `request_id`, `attempts`, `max_turns` and
    /// `usage`, as an object.
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

    /// Whether nothing can have been paid for: nobody was asked, or they refused before they answered.
    pub fn is_free(&self) -> bool {
        match self {
            ModelError::Invalid { .. }
            | ModelError::NoProvider { .. }
            | ModelError::NoKey { .. }
            | ModelError::KeyRefused { .. }
            | ModelError::RateLimited { .. }
            | ModelError::NotFound { .. } => true,
            ModelError::Failed { answer } => answer.unsent || answer.status.is_some(),
            ModelError::Timeout { .. }
            | ModelError::TooLarge { .. }
            | ModelError::TooManyTurns { .. }
            | ModelError::Stopped(_) => false,
        }
    }

    /// The same error, of a request that was sent so often.
    pub(super) fn after(mut self, attempts: u32) -> ModelError {
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

    pub(super) fn invalid(what: String) -> ModelError {
        ModelError::Invalid { what }
    }

    pub(super) fn failed(name: &ModelName, said: String) -> ModelError {
        ModelError::Failed { answer: Answer::saying(name, said) }
    }

    pub(super) fn no_provider<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> ModelError {
        let hint = nearest(name, &known.collect::<Vec<_>>());
        ModelError::NoProvider { name: clean(name, None), hint }
    }

    pub(super) fn no_key(provider: &Provider) -> ModelError {
        ModelError::NoKey {
            provider: provider.name.clone(),
            remedy: match &provider.key_env {
                Some(variable) => format!("set {variable}"),
                None => "name a variable in its api_key_env".to_owned(),
            },
        }
    }

    pub(super) fn unsendable_key(provider: &Provider) -> ModelError {
        ModelError::NoKey {
            provider: provider.name.clone(),
            remedy: format!(
                "the text in {} is empty or holds spaces, line breaks or other signs that no key has",
                provider.key_env.as_deref().unwrap_or("its key")
            ),
        }
    }
}

impl Answer {
    pub(super) fn adding(mut self: Box<Answer>, more: &str) -> Box<Answer> {
        self.said.push_str(more);
        self
    }

    pub(super) fn saying(name: &ModelName, said: String) -> Box<Answer> {
        Box::new(Answer {
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
            // What somebody else ended a run with stays as it was.
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
