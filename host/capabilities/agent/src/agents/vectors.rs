//! Embeddings and reranking.

use llmspell_api::agent as api;
use llmspell_api::rag::EmbedArgs;
use serde_json::json;

use super::Agents;
use super::charge::{BudgetChain, ModelCharge};
use super::model_call::cost;
use super::of_model;
use llmspell_base::Failure;
use llmspell_base::fields::Fields;
use llmspell_base::host_memory::HostMemory;
use llmspell_kernel::{CallContext, Result};
use llmspell_models::{Embed, Embedded, ModelName, Purpose, Rerank, Reranked, Unserved, Usage};
use llmspell_policy::{Permission, Right};

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

    pub(crate) async fn embed(self, embed: Embed, cx: CallContext) -> Result {
        let (began, model) = (self.clock.elapsed(), embed.model.model.clone());
        let embedded = self.vectors("agent.embed", embed, &cx).await?;
        Ok(json!(api::Embeddings {
            embeddings: embedded.vectors,
            model,
            provider: embedded.provider,
            usage: embedded.usage.show(),
            duration_ms: (self.clock.elapsed() - began) / 1_000_000,
        }))
    }

    async fn vectors(&self, name: &'static str, mut embed: Embed, cx: &CallContext) -> Result<Embedded> {
        (embed.reply_bytes, embed.memory) = (cx.limits().reply_bytes, cx.memory().clone());
        let models = &self.models.models;
        let charge = self.charge(name, &embed.model, embed.texts.iter().collect(), cx).await?;
        self.settle(models.embed(embed).await, |embedded| &embedded.usage, charge, cx).await
    }

    /// The full name, "provider/model", of a model that is not the run's own: one for vectors, or for reranking.
    pub fn model_name(&self, model: &str) -> Result<String> {
        Ok(self.models.models.resolve(None, Some(model))?.to_string())
    }

    /// Vectors of texts for other work of the host: permitted, paid and recorded as what the guest asks for.
    pub async fn call_embed(
        &self,
        model: &str,
        texts: Vec<String>,
        dimensions: Option<usize>,
        purpose: Purpose,
        cx: &CallContext,
    ) -> Result<Embedded> {
        let name = self.models.models.resolve(None, Some(model))?;
        let shown = Some(name.to_string());
        let arguments = || json!(EmbedArgs { model, texts: texts.len() as u64 });
        let call = cx.call("rag.embed", arguments).needs(of_model(&shown));
        let call = call.content(cx.asks().then(|| json!(texts))).begin().await?;
        let (tenant, memory) = (self.tenant.clone(), HostMemory::default());
        let embed = Embed { model: name, texts, dimensions, purpose, tenant, reply_bytes: 0, memory };
        let answer = self.vectors("rag.embed", embed, cx).await;
        call.settle_value(answer.as_ref().map(|embedded| json!(embedded.usage.show())).map_err(Clone::clone))?;
        answer
    }

    /// The order of documents for other work of the host, as [`Agents::call_embed`].
    pub async fn call_rerank(
        &self,
        model: &str,
        query: &str,
        documents: Vec<String>,
        cx: &CallContext,
    ) -> Result<Vec<(usize, f64)>> {
        let name = self.models.models.resolve(None, Some(model))?;
        let shown = Some(name.to_string());
        let arguments = || json!(EmbedArgs { model, texts: documents.len() as u64 });
        let content = cx.asks().then(|| json!({ "query": query, "documents": documents }));
        let call = cx.call("rag.rerank", arguments).needs(of_model(&shown)).content(content).begin().await?;
        let rerank = Rerank {
            model: name,
            query: query.into(),
            documents,
            top: None,
            tenant: self.tenant.clone(),
            memory: cx.memory().clone(),
        };
        let answer = self.order("rag.rerank", rerank, cx).await;
        call.settle_value(answer.as_ref().map(|order| json!(order.usage.show())).map_err(Clone::clone))?;
        Ok(answer?.results)
    }

    /// Reserves nothing if nothing is limited.
    async fn charge(
        &self,
        call: &'static str,
        model: &ModelName,
        texts: Vec<&String>,
        cx: &CallContext,
    ) -> Result<Option<ModelCharge>> {
        let budgets = BudgetChain { cx, account: self.account.as_ref() };
        if !budgets.is_bounded() && !cx.asks() {
            return Ok(None);
        }
        let name = model.to_string();
        let (permission, asked) = (Permission::of(Right::MODEL, &name), json!({ "input": texts, "model": name }));
        let estimate = self.models.models.estimate_reading(model, texts).await;
        cx.approve_cost(call, &permission, cost(estimate), || asked).await?;
        if !budgets.is_bounded() {
            return Ok(None);
        }
        Ok(Some(budgets.reserve(model, estimate).await?))
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

    async fn order(&self, name: &'static str, rerank: Rerank, cx: &CallContext) -> Result<Reranked> {
        // The query is read with each document.
        let texts = rerank.documents.iter().flat_map(|document| [&rerank.query, document]).collect();
        let charge = self.charge(name, &rerank.model, texts, cx).await?;
        let reranked = self.models.models.rerank(rerank).await.map_err(Unserved::from);
        self.settle(reranked, |reranked| &reranked.usage, charge, cx).await
    }

    pub(crate) async fn rerank(self, mut rerank: Rerank, cx: CallContext) -> Result {
        rerank.memory = cx.memory().clone();
        let (began, model, documents) = (self.clock.elapsed(), rerank.model.model.clone(), rerank.documents.clone());
        let reranked = self.order("agent.rerank", rerank, &cx).await?;
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
