//! Estimates the most that a request can cost, before it is made.

use bpe_openai::{Tokenizer, cl100k_base, o200k_base};
use rig_core::catalog::Catalog;

use crate::message::Part;
use crate::model_name::ModelName;
use crate::models::Models;
use crate::request::Request;
use crate::settings::OUTPUT_TOKENS;
use crate::target::Target;
use llmspell_base::money::CostEstimate;
use llmspell_base::money::Price;
use llmspell_base::provider_kind::Kind;

/// What stands around each message and each tool, and around all of them: more than any API adds.
const AROUND_MESSAGE: u64 = 8;
const AROUND_TOOL: u64 = 32;
const AROUND_ALL: u64 = 16;

/// No API counts more for one: gpt-4o-mini takes 2,833 and 5,667 for each of up to eight tiles.
const IMAGE: u64 = 50_000;

/// Texts are counted in pieces, so that other tasks run in between; a cut counts one token more at most.
const PIECE: usize = 64 << 10;

impl Models {
    /// The most that a request can cost: with as much output as is asked for, or else as the model gives, or else a few
    /// pages.
    pub async fn estimate(&self, request: &Request) -> CostEstimate {
        let (name, run) = (&request.model, &request.run);
        let mut input_tokens = AROUND_ALL;
        for message in request.history.messages() {
            input_tokens += AROUND_MESSAGE;
            for part in &message.content {
                input_tokens += match part {
                    Part::Text(text) => self.count(name, text).await,
                    Part::Image(_) => IMAGE,
                };
            }
            for call in &message.tool_calls {
                let arguments = serde_json::to_string(&call.arguments).unwrap_or_default();
                input_tokens += AROUND_MESSAGE + self.count(name, &call.name).await;
                input_tokens += self.count(name, &arguments).await;
            }
        }
        for tool in run.tools.iter().filter(|tool| request.tools.contains(&tool.name)) {
            input_tokens += AROUND_TOOL + self.count(name, &tool.name).await;
            input_tokens += self.count(name, &tool.description).await;
            input_tokens += self.count(name, &tool.parameters.to_string()).await;
        }
        if let Some(schema) = &run.schema {
            // It is told twice where the provider can't hold the model to it.
            input_tokens += 2 * (AROUND_TOOL + self.count(name, &schema.to_string()).await);
        }
        let configured = || self.target(name).ok()?.provider()?.max_tokens_of(&name.model);
        let most = || self.most_output(name).unwrap_or(OUTPUT_TOKENS).min(OUTPUT_TOKENS);
        let output_tokens = request.settings.max_tokens.or_else(configured).unwrap_or_else(most);
        CostEstimate { input_tokens, output_tokens, price: self.price(name) }
    }

    /// The estimate for a request that only reads these texts, as for vectors.
    pub async fn estimate_reading(&self, name: &ModelName, texts: Vec<&String>) -> CostEstimate {
        let mut input_tokens = AROUND_ALL;
        for text in texts {
            input_tokens += AROUND_MESSAGE + self.count(name, text).await;
        }
        CostEstimate { input_tokens, output_tokens: 0, price: self.price(name) }
    }

    /// The tokens of each text, and whether the model's own tokenizer counted them; else each byte counts as one.
    pub async fn count_each(&self, name: &ModelName, texts: &[String]) -> (Vec<u64>, bool) {
        let mut tokens = Vec::with_capacity(texts.len());
        for text in texts {
            tokens.push(self.count(name, text).await);
        }
        (tokens, self.tokenizer(name).is_some())
    }

    /// Whether a text must have taken more output tokens than this. The vocabularies of other makers are alike, so that
    /// none needs fewer than half as many as this one.
    pub fn is_longer(&self, name: &ModelName, text: &str, tokens: u64) -> bool {
        let (tokenizer, most) = match self.tokenizer(name) {
            Some(tokenizer) => (tokenizer, tokens),
            None => (o200k_base(), tokens.saturating_mul(2)),
        };
        // A model may write a word in more pieces than it takes, never in fewer.
        tokenizer.count(text) as u64 > most
    }

    /// Counts tokens, never too few: where the model's tokenizer is not known, each byte counts as one.
    async fn count(&self, name: &ModelName, text: &str) -> u64 {
        let Some(tokenizer) = self.tokenizer(name) else { return text.len() as u64 };
        let (mut rest, mut tokens) = (text, 0);
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE));
            tokens += tokenizer.count(piece) as u64;
            rest = after;
            if !rest.is_empty() {
                tokio::task::yield_now().await;
            }
        }
        tokens
    }

    fn tokenizer(&self, name: &ModelName) -> Option<&'static Tokenizer> {
        let kind = match self.target(name).ok()? {
            Target::Provider(connection) => {
                let provider = connection.provider();
                provider.base_url.is_none().then_some(provider.kind)?
            }
            // A double stands in for the one that is named.
            Target::Double(_) => kind_of(name)?,
        };
        (kind == Kind::OpenAi).then(|| tokenizer_of(&name.model)).flatten()
    }

    /// As the operator says, or by the list prices. A double is charged as the provider that it stands in for: it costs nothing, but
    /// budgets can be tried with it.
    fn price(&self, name: &ModelName) -> Option<Price> {
        match self.target(name).ok()? {
            Target::Provider(connection) => {
                let provider = connection.provider();
                let listed = || match (provider.kind, &provider.base_url) {
                    (Kind::Ollama, _) => Some(Price { input: 0, output: 0 }),
                    // A server at another address need not have the maker's prices.
                    (_, Some(_)) => None,
                    (kind, None) => list_price(kind, &name.model),
                };
                provider.price_of(&name.model).or_else(listed)
            }
            Target::Double(_) => {
                let listed = kind_of(name).and_then(|kind| list_price(kind, &name.model));
                Some(listed.unwrap_or(Price { input: 0, output: 0 }))
            }
        }
    }

    fn most_output(&self, name: &ModelName) -> Option<u64> {
        let kind = match self.target(name).ok()? {
            Target::Provider(connection) => connection.provider().kind,
            Target::Double(_) => kind_of(name)?,
        };
        let spec = Catalog::builtin().resolve(&format!("{}/{}", kind.vendor(), name.model))?;
        spec.max_output_tokens.map(u64::from)
    }
}

fn kind_of(name: &ModelName) -> Option<Kind> {
    name.provider.parse().ok().or_else(|| Kind::of_model(&name.model))
}

fn list_price(kind: Kind, model: &str) -> Option<Price> {
    let pricing = Catalog::builtin().resolve(&format!("{}/{model}", kind.vendor()))?.pricing?;
    // From dollars for a million tokens.
    let nano = |dollars: f64| llmspell_base::money::NanoDollars::from_dollars(dollars).map(|nano| nano.0);
    Some(Price { input: nano(pricing.input)?, output: nano(pricing.output)? })
}

/// As in the table of OpenAI's tiktoken, `model.py`.
fn tokenizer_of(model: &str) -> Option<&'static Tokenizer> {
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| model.starts_with(prefix));
    if begins(&["gpt-4o", "chatgpt-4o", "gpt-4.1", "gpt-4.5", "gpt-5", "o1", "o3", "o4"]) {
        return Some(o200k_base());
    }
    begins(&["gpt-4", "gpt-3.5", "text-embedding-3", "text-embedding-ada-002"]).then(cl100k_base)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::run::Run;
    use crate::{History, Message, Provider, Settings};

    fn request(model: &str, text: &str) -> Request {
        let history = History::new(vec![Message::user(text)]).unwrap();
        let model = ModelName { provider: "openai".into(), model: model.into() };
        let run = Arc::new(Run::new(model.clone(), ""));
        Request { turn: 1, model, history, settings: Settings::default(), tools: Vec::new(), run, tools_ran: false }
    }

    #[tokio::test]
    async fn a_known_model_is_counted_by_its_own_tokenizer() {
        let models = Models::new(vec![Provider::new(Kind::OpenAi)], None, 1 << 20).unwrap();
        // Six tokens in both vocabularies, by tiktoken.
        let text = "The quick brown fox jumps.";
        for model in ["gpt-4o", "gpt-4"] {
            let want = models.estimate(&request(model, text)).await;
            assert_eq!(want.input_tokens, AROUND_ALL + AROUND_MESSAGE + 6, "{model}");
        }
        let want = models.estimate(&request("gpt-4o", text)).await;
        assert_eq!(
            (want.output_tokens, want.price),
            (8_192, Some(Price { input: 2_500_000_000, output: 10_000_000_000 }))
        );
        let long = "a ".repeat(PIECE);
        let counted = models.estimate(&request("gpt-4o", &long)).await.input_tokens;
        assert!((PIECE as u64..PIECE as u64 + 100).contains(&counted), "{counted}");
    }

    #[tokio::test]
    async fn an_unknown_model_counts_each_byte_and_has_no_price() {
        let compatible = Provider { base_url: Some("http://127.0.0.1:1/v1".into()), ..Provider::new(Kind::OpenAi) };
        let models = Models::new(vec![compatible.clone()], None, 1 << 20).unwrap();
        let want = models.estimate(&request("gpt-4o", "hello")).await;
        assert_eq!((want.input_tokens, want.price), (AROUND_ALL + AROUND_MESSAGE + 5, None));
        let price = Some(Price { input: 7, output: 9 });
        let models = Models::new(vec![Provider { price, ..compatible }], None, 1 << 20).unwrap();
        assert_eq!(models.estimate(&request("gpt-4o", "hello")).await.price, price);
    }

    #[test]
    fn only_what_must_be_longer_is_cut() {
        let models = Models::new(vec![Provider::new(Kind::OpenAi)], None, 1 << 20).unwrap();
        let known = ModelName { provider: "openai".into(), model: "gpt-4o".into() };
        let unknown = ModelName { provider: "openai".into(), model: "something".into() };
        let text = "word ".repeat(100);
        assert!(models.is_longer(&known, &text, 90) && !models.is_longer(&known, &text, 110));
        assert!(!models.is_longer(&unknown, &text, 60) && models.is_longer(&unknown, &text, 40));
    }
}
