//! What a model answered.

use llmspell_api::agent as api;
use rig_core::completion::{CompletionResponse, FinishReason, Usage as RigUsage};

use super::text::clean;
use super::{ModelName, Secret};
use llmspell_base::money::NanoDollars;

#[derive(Clone, Debug)]
pub struct Reply {
    pub text: String,
    /// What the model showed of its thoughts.
    pub reasoning: Option<String>,
    /// As asked. What the provider calls it is its own text, and would be untrusted.
    pub model: String,
    /// Who answered: the provider's name, or the double's.
    pub provider: String,
    /// "stop", "length", "tool_calls", "content_filter", or the provider's own word.
    pub finish_reason: Option<String>,
    pub usage: Usage,
    pub request_id: Option<String>,
}

/// What replies cost; `None` is "not reported", which is not zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    pub input_tokens: Option<u64>,
    pub output_tokens: Option<u64>,
    pub total_tokens: Option<u64>,
    /// Those of the input that the provider had kept from before.
    pub cached_input_tokens: Option<u64>,
    /// Those of the output that were thoughts.
    pub reasoning_tokens: Option<u64>,
    pub cost: Option<NanoDollars>,
}

impl Usage {
    /// Every request has some input, so that 0 says nothing, as does a count that no request can have. The cost was
    /// computed from the counts, and is no better than they.
    pub(super) fn from_rig(usage: &RigUsage) -> Usage {
        let input_tokens = believable(usage.input_tokens).filter(|count| *count > 0);
        let output_tokens = believable(usage.output_tokens);
        let counted = |usage: Option<u64>| usage.is_none_or(|count| believable(Some(count)).is_some());
        let cost = usage
            .cost
            .filter(|_| counted(usage.output_tokens) && (input_tokens.is_some() || usage.input_tokens.is_none()));
        Usage {
            input_tokens,
            output_tokens,
            total_tokens: believable(usage.total_tokens).filter(|total| *total > 0),
            cached_input_tokens: believable(usage.cached_input_tokens),
            reasoning_tokens: believable(usage.reasoning_tokens),
            cost: cost.and_then(|cost| NanoDollars::from_dollars(cost.total)),
        }
    }

    /// Of what nobody was asked.
    pub(super) fn nothing() -> Usage {
        Usage { input_tokens: Some(0), output_tokens: Some(0), total_tokens: Some(0), ..Usage::default() }
    }

    /// What is known.
    pub fn show(&self) -> api::Usage {
        api::Usage {
            input_tokens: self.input_tokens,
            output_tokens: self.output_tokens,
            total_tokens: self.total_tokens,
            cached_input_tokens: self.cached_input_tokens,
            reasoning_tokens: self.reasoning_tokens,
            cost: self.cost.map(|cost| cost.to_string()),
        }
    }

    fn is_reported(&self) -> bool {
        *self != Usage::default()
    }
}

/// A reply that reports nothing adds nothing. But the cost of two replies is known only if that of each is.
impl std::ops::AddAssign<&Usage> for Usage {
    fn add_assign(&mut self, other: &Usage) {
        let add = |a: Option<u64>, b: Option<u64>| match (a, b) {
            (None, None) => None,
            (a, b) => Some(a.unwrap_or(0).saturating_add(b.unwrap_or(0))),
        };
        self.cost = match (self.cost, other.cost) {
            (Some(a), Some(b)) => Some(NanoDollars(a.0.saturating_add(b.0))),
            (cost, None) | (None, cost) if !self.is_reported() || !other.is_reported() => cost,
            _ => None,
        };
        self.input_tokens = add(self.input_tokens, other.input_tokens);
        self.output_tokens = add(self.output_tokens, other.output_tokens);
        self.total_tokens = add(self.total_tokens, other.total_tokens);
        self.cached_input_tokens = add(self.cached_input_tokens, other.cached_input_tokens);
        self.reasoning_tokens = add(self.reasoning_tokens, other.reasoning_tokens);
    }
}

impl Reply {
    pub(super) fn from_rig(
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

/// A count that no request can have says nothing: it is taken as not reported, before it meets a ledger.
fn believable(tokens: Option<u64>) -> Option<u64> {
    tokens.filter(|tokens| *tokens <= u64::from(u32::MAX))
}
