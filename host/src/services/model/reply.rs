//! What a model answered.

use std::fmt;

use rig_core::completion::{CompletionResponse, FinishReason};

use super::text::clean;
use super::{ModelError, ModelName, Secret};

#[derive(Clone, Debug)]
pub struct Reply {
    pub text: String,
    /// As asked. What the provider calls it is its own text, and would be untrusted.
    pub model: String,
    /// Who answered: the provider's name, or the double's.
    pub provider: String,
    /// "stop", "length", "content_filter", or the provider's own word.
    pub finish_reason: Option<String>,
    pub usage: Usage,
}

/// What the reply cost; `None` is "not reported", which is not zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    pub input_tokens: Option<u64>,
    pub output_tokens: Option<u64>,
    pub total_tokens: Option<u64>,
    pub cost: Option<NanoDollars>,
}

/// Money as a whole number, so that sums stay exact. Displayed in dollars: "0.00045".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NanoDollars(pub u64);

impl NanoDollars {
    /// To the nearest nano-dollar. A float holds amounts below four million dollars more finely than that, so what Rig
    /// computed from list prices is not changed. `None` for what is no price.
    fn from_dollars(dollars: f64) -> Option<NanoDollars> {
        let nano = (dollars * 1e9).round();
        // 2^53: above it floats skip whole numbers, and nobody pays nine million dollars for a reply.
        let is_price = (0.0..9_007_199_254_740_992.0).contains(&nano);
        is_price.then_some(NanoDollars(nano as u64))
    }
}

impl fmt::Display for NanoDollars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:09}", self.0 / 1_000_000_000, self.0 % 1_000_000_000);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl Reply {
    pub(super) fn from_rig(
        response: CompletionResponse,
        provider: &str,
        name: &ModelName,
        key: Option<&Secret>,
    ) -> Result<Reply, ModelError> {
        if let Some(said) = &response.error {
            return Err(ModelError::failed(name, clean(said, key)));
        }
        // No tools were offered, so nothing could run the call; the text beside it is not the answer.
        if let Some(call) = response.tool_calls().next() {
            let tool = clean(call.function.name.as_ref(), key);
            return Err(ModelError::failed(
                name,
                format!("the model called the tool '{tool}', but it was offered no tools"),
            ));
        }
        let text = response.text();
        // Rig reads a content of a wrong type as none. Only these reasons explain an answer without text.
        let explained = response.finish_reason().is_some_and(|reason| reason.truncated_output());
        if text.is_empty() && !explained {
            return Err(ModelError::failed(name, "the reply holds no text".to_owned()));
        }
        let text = match key.filter(|key| key.is_unmistakable()) {
            Some(key) => key.remove_from(&text),
            None => text,
        };
        Ok(Reply {
            text,
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
            usage: Usage {
                input_tokens: believable(response.usage.input_tokens),
                output_tokens: believable(response.usage.output_tokens),
                total_tokens: believable(response.usage.total_tokens),
                cost: response.usage.cost.and_then(|cost| NanoDollars::from_dollars(cost.total)),
            },
        })
    }
}

/// A count that no request can have says nothing: it is taken as not reported, before it meets a ledger.
fn believable(tokens: Option<u64>) -> Option<u64> {
    tokens.filter(|tokens| *tokens <= u64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_become_whole_nano_dollars() {
        let nano = |dollars| NanoDollars::from_dollars(dollars).map(|nano| nano.0);
        assert_eq!(nano(0.1 + 0.2), Some(300_000_000));
        assert_eq!(nano(0.000_45), Some(450_000));
        assert_eq!(nano(0.0), Some(0));
        for no_price in [-0.01, f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(nano(no_price), None);
        }
    }

    #[test]
    fn a_cost_is_shown_as_decimal_dollars() {
        let shown = |nano| NanoDollars(nano).to_string();
        assert_eq!(shown(450_000), "0.00045");
        assert_eq!(shown(0), "0");
        assert_eq!(shown(20_000_000_000), "20");
        assert_eq!(shown(u64::MAX), "18446744073.709551615");
    }
}
