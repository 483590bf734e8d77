//! A model's answer.

use rig_core::completion::{CompletionResponse, FinishReason};

use crate::model_name::ModelName;
use crate::secret::Secret;
use crate::text::clean;
use crate::usage::Usage;

/// A model's last answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The answer; JSON text where a schema was asked for. The API key is redacted.
    pub text: String,
    /// What the model showed of its thoughts.
    pub reasoning: Option<String>,
    /// As asked. What the provider calls it is its own text, and would be untrusted.
    pub model: String,
    /// The name of the provider or double that answered.
    pub provider: String,
    /// "stop", "length", "tool_calls", "content_filter", or the provider's own word.
    pub finish_reason: Option<String>,
    /// The tokens and cost; of the whole run where it is a run's reply.
    pub usage: Usage,
    /// The provider's id of the request, where it gave one.
    pub request_id: Option<String>,
}

impl Reply {
    pub(crate) fn from_rig(
        response: &CompletionResponse,
        provider: &str,
        name: &ModelName,
        key: Option<&Secret>,
    ) -> Reply {
        let without_key = |text: String| match key.filter(|key| key.is_unmistakable()) {
            Some(key) => key.remove_from(&text),
            None => text,
        };
        let text = without_key(response.text());
        let mut usage = Usage::from_rig(&response.usage);
        if !text.is_empty() {
            usage.output_tokens = usage.output_tokens.filter(|count| *count > 0);
        }
        Reply {
            text,
            reasoning: Some(without_key(response.reasoning())).filter(|text| !text.is_empty()),
            model: name.model.clone(),
            provider: provider.to_owned(),
            finish_reason: response.finish_reason().map(|reason| match reason {
                FinishReason::Stop => "stop".to_owned(),
                FinishReason::Length => "length".to_owned(),
                FinishReason::ToolCalls => "tool_calls".to_owned(),
                FinishReason::ContentFilter => "content_filter".to_owned(),
                FinishReason::Other(word) => clean(&word, key),
                other => clean(&format!("{other:?}"), key),
            }),
            usage,
            request_id: response.provider_request_id.as_deref().map(|id| clean(id, key)),
        }
    }
}
