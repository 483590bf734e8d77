//! Texts as vectors, and texts in order of relevance.

use serde_json::{Value, json};

use super::Agents;
use crate::failure::Failure;
use crate::gate::Inside;
use crate::services::fields::Fields;
use crate::services::model::{Embed, Purpose, Rerank, Usage};
use crate::services::operation::Result;

/// More is not asked of a model at once.
const MOST_TEXTS: usize = 10_000;

impl Agents {
    /// A request of `agent.embed`.
    pub fn embedding(&self, request: &str) -> Result<Embed> {
        let mut fields = Fields::parse("the request", request)?;
        let model = self.models.read(&mut fields)?;
        let texts = fields.texts("input", MOST_TEXTS)?;
        if texts.is_empty() {
            return Err(Failure::invalid("the request: 'input' must be a text or a list of texts"));
        }
        let dimensions = fields.whole("dimensions", 1..=8_192)?.map(|count| count as usize);
        let purpose = match fields.text("purpose")?.as_deref() {
            None | Some("document") => Purpose::Document,
            Some("query") => Purpose::Query,
            Some(other) => return Err(fields.wrong("purpose", "\"document\" or \"query\"", &other.into())),
        };
        fields.end()?;
        Ok(Embed { model, texts, dimensions, purpose, tenant: self.tenant.clone() })
    }

    pub async fn embed(self, embed: Embed, gate: Inside) -> Result {
        let (began, model) = (self.clock.elapsed(), embed.model.model.clone());
        let embedded = self.models.models.embed(embed).await.inspect_err(|_| pay(&gate, &Usage::default()))?;
        pay(&gate, &embedded.usage);
        Ok(json!({
            "embeddings": embedded.vectors, "model": model, "provider": embedded.provider,
            "usage": embedded.usage.show(), "duration_ms": (self.clock.elapsed() - began) / 1_000_000,
        }))
    }

    /// A request of `agent.rerank`.
    pub fn reranking(&self, request: &str) -> Result<Rerank> {
        let mut fields = Fields::parse("the request", request)?;
        let model = self.models.read(&mut fields)?;
        let query = fields.text("query")?;
        let query = query.ok_or_else(|| Failure::invalid("the request: 'query' must be a text"))?;
        let documents = fields.texts("documents", MOST_TEXTS)?;
        if documents.is_empty() {
            return Err(Failure::invalid("the request: 'documents' must be a list of texts"));
        }
        let top = fields.whole("top", 1..=MOST_TEXTS as u64)?.map(|top| top as usize);
        fields.end()?;
        Ok(Rerank { model, query, documents, top, tenant: self.tenant.clone() })
    }

    pub async fn rerank(self, rerank: Rerank, gate: Inside) -> Result {
        let (began, model, documents) = (self.clock.elapsed(), rerank.model.model.clone(), rerank.documents.clone());
        let reranked = self.models.models.rerank(rerank).await.inspect_err(|_| pay(&gate, &Usage::default()))?;
        pay(&gate, &reranked.usage);
        let results = reranked.results.iter();
        let results = results
            .map(|(index, score)| json!({ "index": index, "score": score, "document": documents.get(*index) }))
            .collect::<Vec<Value>>();
        Ok(json!({
            "results": results, "model": model, "provider": reranked.provider, "usage": reranked.usage.show(),
            "duration_ms": (self.clock.elapsed() - began) / 1_000_000,
        }))
    }
}

fn pay(gate: &Inside, usage: &Usage) {
    gate.meter().add(usage.input_tokens, usage.output_tokens, usage.cost.map(|cost| cost.0));
}
