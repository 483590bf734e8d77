//! Tokens and money that requests took.

use llmspell_api::agent as api;
use rig_core::completion::Usage as RigUsage;

use llmspell_base::money::NanoDollars;

/// Tokens and cost of one or more replies; `None` is "not reported", which is not zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the input, cached ones included.
    pub input_tokens: Option<u64>,
    /// Tokens of the output, reasoning included.
    pub output_tokens: Option<u64>,
    /// Input and output together, as the provider reports it.
    pub total_tokens: Option<u64>,
    /// Those of the input that the provider had kept from before.
    pub cached_input_tokens: Option<u64>,
    /// Those of the output that were thoughts.
    pub reasoning_tokens: Option<u64>,
    /// The cost by the operator's prices, or as the provider reports it.
    pub cost: Option<NanoDollars>,
}

impl Usage {
    /// Every request has some input, so that 0 says nothing, as does a count that no request can have. The cost was
    /// computed from the counts, and is no better than they.
    pub(crate) fn from_rig(usage: &RigUsage) -> Usage {
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

    /// The usage of a reply for which no model was asked: zero.
    pub(crate) fn nothing() -> Usage {
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

/// A count that no request can have says nothing: it is taken as not reported, before it meets a ledger.
fn believable(tokens: Option<u64>) -> Option<u64> {
    tokens.filter(|tokens| *tokens <= u64::from(u32::MAX))
}
