//! What the operator says of one model of a provider.

use serde::Deserialize;

use llmspell_base::money::{NanoDollars, Price};

/// What is known of a model where no list has it, or instead of what a list says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelFacts {
    /// How many tokens a prompt and its answer may have together.
    pub context_tokens: Option<u32>,
    /// The output tokens that are asked for where a request does not say how many.
    pub max_tokens: Option<u64>,
    /// In place of the provider's price.
    pub price: Option<Price>,
}

/// One entry of `[providers.NAME.models]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawModelFacts {
    context_tokens: Option<u32>,
    max_tokens: Option<u64>,
    input_price: Option<String>,
    output_price: Option<String>,
}

/// As many as a spell may ask for.
const MOST_TOKENS: u64 = 10_000_000;

impl RawModelFacts {
    /// Checks the values. An error begins with the key.
    pub(crate) fn read(self) -> Result<ModelFacts, String> {
        let context_tokens = tokens("context_tokens", self.context_tokens.map(u64::from))?;
        Ok(ModelFacts {
            context_tokens: context_tokens.and_then(|tokens| u32::try_from(tokens).ok()),
            max_tokens: tokens("max_tokens", self.max_tokens)?,
            price: price(self.input_price, self.output_price)?,
        })
    }
}

/// A number of tokens that can be asked for.
pub(crate) fn tokens(name: &str, count: Option<u64>) -> Result<Option<u64>, String> {
    match count {
        Some(count) if !(1..=MOST_TOKENS).contains(&count) => {
            Err(format!("{name}: must be from 1 to {MOST_TOKENS}, not {count}"))
        }
        count => Ok(count),
    }
}

/// Dollars for a million tokens, as providers list them.
pub(crate) fn price(input: Option<String>, output: Option<String>) -> Result<Option<Price>, String> {
    let read = |name: &str, text: String| match text.parse::<NanoDollars>() {
        Ok(money) => Ok(money.0),
        Err(problem) => Err(format!("{name}: {problem} for a million tokens")),
    };
    match (input, output) {
        (None, None) => Ok(None),
        (Some(input), Some(output)) => {
            Ok(Some(Price { input: read("input_price", input)?, output: read("output_price", output)? }))
        }
        (Some(_), None) => Err("output_price is missing: it belongs to input_price".into()),
        (None, Some(_)) => Err("input_price is missing: it belongs to output_price".into()),
    }
}
