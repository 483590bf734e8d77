//! Which setting helps.

use super::Need;
use crate::error::ModelError;
use crate::provider::{Api, Provider};
use llmspell_base::provider_kind::Kind;

pub(super) const NO_SCHEMA: &str = "the model was told the schema, and does not follow it: the server may not know \
    response_format, or the model is too small; spells with a schema ask once more, then fail";

/// What would help against an error; `None` where its message says all there is to say.
pub(super) fn advice(need: Need, error: &ModelError, provider: &Provider) -> Option<String> {
    let compatible = provider.kind == Kind::OpenAi && provider.base_url.is_some();
    let has_version = provider.base_url.as_deref().is_some_and(|url| url.trim_end_matches('/').ends_with("/v1"));
    Some(match (need, error) {
        (Need::ModelList, ModelError::Failed { .. } | ModelError::NotFound { .. }) => {
            "spells do not need the list; if the completion fails as well, look at base_url".into()
        }
        (_, ModelError::KeyRefused { .. }) => match &provider.key_env {
            Some(variable) => format!("set {variable} to a key of this provider, or api_key_env to another variable"),
            None => "set api_key_env to the variable that holds the key".into(),
        },
        (_, ModelError::NotFound { .. }) => "name a model of the list with --model, and set default_model to it".into(),
        (_, ModelError::TooLarge { .. }) => {
            "the server's context is too small even for this: start it with more".into()
        }
        (_, ModelError::RateLimited { .. }) => {
            "wait, or set attempts and longest_retry_wait so that requests do".into()
        }
        (Need::Stream, _) => "stream = false: replies are then asked for whole".into(),
        (_, ModelError::Timeout { .. }) => "a higher first_byte_timeout or timeout, if the model is only slow".into(),
        (Need::Completion, ModelError::Failed { answer }) if answer.status == Some(404) && compatible => {
            match (has_version, provider.api) {
                (false, _) => "base_url usually ends in /v1".into(),
                (true, Some(Api::Responses)) => "api = \"chat\": few servers have the Responses API".into(),
                (true, _) => "api = \"responses\", if the server has only the Responses API".into(),
            }
        }
        (Need::Completion, ModelError::Failed { answer }) if answer.unsent => "is the server up at base_url?".into(),
        (Need::Completion, ModelError::Failed { answer }) if answer.said.contains("max_tokens") => {
            "set max_tokens to what the server gives".into()
        }
        (Need::ToolCall, _) => {
            "spells must do without tools here, or the server needs another setting: llama.cpp's --jinja, vLLM's \
             --enable-auto-tool-choice and --tool-call-parser"
                .into()
        }
        (Need::StructuredAnswer, _) => NO_SCHEMA.into(),
        _ => return None,
    })
}
