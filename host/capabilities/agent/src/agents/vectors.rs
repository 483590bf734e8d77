//! Embeddings and reranking.

use llmspell_api::agent as api;
use serde_json::json;

use super::Agents;
use super::charge::{BudgetChain, ModelCharge};
use llmspell_base::Failure;
use llmspell_base::fields::Fields;
use llmspell_base::host_memory::HostMemory;
use llmspell_kernel::{CallContext, Result};
use llmspell_models::{Embed, ModelName, Purpose, Rerank, Unserved, Usage};

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
        let (tenant, memory) = (self.tenant.clone(), HostMemory::default());
        Ok(Embed { model, texts, dimensions, purpose, tenant, reply_bytes: 0, memory })
    }

    /// A request of `agent.count-tokens`.
    pub fn counting(&self, request: &str) -> Result<(ModelName, Vec<String>)> {
        const MOST: usize = 1_000;
        let mut fields = Fields::parse("the request", request)?;
        let model = self.models.read(&mut fields)?;
        let texts = fields.texts("texts", MOST)?;
        fields.end()?;
        Ok((model, texts))
    }

    pub(crate) async fn count(&self, model: &ModelName, texts: &[String]) -> api::Counted {
        let (tokens, exact) = self.models.models.count_each(model, texts).await;
        api::Counted { tokens, exact }
    }

    pub(crate) async fn embed(self, mut embed: Embed, cx: CallContext) -> Result {
        (embed.reply_bytes, embed.memory) = (cx.limits().reply_bytes, cx.memory().clone());
        let models = &self.models.models;
        let charge = self.charge(&embed.model, embed.texts.iter().collect(), &cx).await?;
        let (began, model) = (self.clock.elapsed(), embed.model.model.clone());
        let embedded = self.settle(models.embed(embed).await, |embedded| &embedded.usage, charge, &cx).await?;
        Ok(json!(api::Embeddings {
            embeddings: embedded.vectors,
            model,
            provider: embedded.provider,
            usage: embedded.usage.show(),
            duration_ms: (self.clock.elapsed() - began) / 1_000_000,
        }))
    }

    /// Reserves nothing if nothing is limited.
    async fn charge(&self, model: &ModelName, texts: Vec<&String>, cx: &CallContext) -> Result<Option<ModelCharge>> {
        let budgets = BudgetChain { cx, account: self.account.as_ref() };
        if !budgets.is_bounded() {
            return Ok(None);
        }
        let cost = self.models.models.estimate_reading(model, texts).await;
        Ok(Some(budgets.reserve(model, cost).await?))
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
        let (tenant, memory) = (self.tenant.clone(), HostMemory::default());
        Ok(Rerank { model, query, documents, top, tenant, memory })
    }

    pub(crate) async fn rerank(self, mut rerank: Rerank, cx: CallContext) -> Result {
        rerank.memory = cx.memory().clone();
        let models = &self.models.models;
        // The query is read with each document.
        let texts = rerank.documents.iter().flat_map(|document| [&rerank.query, document]).collect();
        let charge = self.charge(&rerank.model, texts, &cx).await?;
        let (began, model, documents) = (self.clock.elapsed(), rerank.model.model.clone(), rerank.documents.clone());
        let reranked = models.rerank(rerank).await.map_err(Unserved::from);
        let reranked = self.settle(reranked, |reranked| &reranked.usage, charge, &cx).await?;
        let ranked = |(index, score)| api::Ranked { index, score, document: documents.get(index).cloned() };
        Ok(json!(api::Ranking {
            usage: reranked.usage.show(),
            results: reranked.results.into_iter().map(ranked).collect(),
            model,
            provider: reranked.provider,
            duration_ms: (self.clock.elapsed() - began) / 1_000_000,
        }))
    }
    /// Settles the reservation, and counts the call.
    async fn settle<T>(
        &self,
        answer: std::result::Result<T, Unserved>,
        usage: impl FnOnce(&T) -> &Usage,
        charge: Option<ModelCharge>,
        cx: &CallContext,
    ) -> Result<T> {
        let unknown = Usage::default();
        let paid = match &answer {
            Ok(answer) => Some(usage(answer)),
            Err(failed) => failed.paid.as_ref(),
        };
        match (charge, paid) {
            (Some(charge), None) => charge.free().await,
            (Some(charge), Some(usage)) => self.pay(charge, usage, cx).await,
            (None, _) => {}
        }
        let usage = paid.unwrap_or(&unknown);
        cx.meter().add(usage.input_tokens, usage.output_tokens, usage.cost.map(|cost| cost.0));
        Ok(answer.map_err(|failed| failed.error)?)
    }
}
