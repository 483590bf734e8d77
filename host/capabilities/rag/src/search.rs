//! `rag.search`.

use serde_json::json;

use llmspell_api::rag as api;
use llmspell_base::Failure;
use llmspell_capability_agent::Agents;
use llmspell_kernel::{CallContext, Result};
use llmspell_models::Purpose;
use llmspell_policy::audit::block_in_place_if_multithreaded;
use llmspell_retrieval::{Context, Mode, Query};

use crate::answer;
use crate::error::RagError;
use crate::rag::{ATTEMPTS, Rag, bounded, busy};
use crate::request::{Rerank, Search};
use crate::settings::Settings;
use crate::shard::Shard;
use crate::vectors::embed;

/// So many are looked at by a model that orders them anew.
const RERANKED: usize = 50;

impl Rag {
    pub(crate) async fn search(self, name: String, text: String, search: Search, cx: CallContext) -> Result {
        let began = self.clock.elapsed();
        let shard = self.existing(&name).await.map_err(|problem| problem.failure(&cx))?;
        let (mut results, mode, mut notes) = self.results(&shard, &text, &search, &cx).await?;
        match &search.rerank {
            Rerank::No => {}
            Rerank::Unnamed => notes.push("the results are not reranked: `rerank` names no model".into()),
            Rerank::By(model) => results = rerank(model, &text, results, &cx).await?,
        }
        results.truncate(search.limit);
        shard.count_search(self.clock.elapsed().saturating_sub(began));
        let (search, total) = (mode.name().into(), results.len() as u64);
        bounded(json!(api::Found { collection: name, search, total, results, notes }), &cx)
    }

    /// A rebuild may end while a model makes the query's vector, which then fits the old index alone.
    async fn results(
        &self,
        shard: &Shard,
        text: &str,
        search: &Search,
        cx: &CallContext,
    ) -> Result<(Vec<api::Hit>, Mode, Vec<String>)> {
        for _ in 0..ATTEMPTS {
            let gone = || RagError::Missing(shard.name.clone()).failure(cx);
            let settings = shard.now().settings.clone().ok_or_else(gone)?;
            let mut notes = Vec::new();
            let mode = mode(&settings, search, &mut notes)?;
            let query = self.query(&settings, text.into(), mode, search, cx).await?;
            if let Some(results) = look(shard, &settings, &query, search.explain) {
                return Ok((results, mode, notes));
            }
        }
        Err(busy(&shard.name).failure(cx))
    }

    async fn query(
        &self,
        settings: &Settings,
        text: String,
        mode: Mode,
        search: &Search,
        cx: &CallContext,
    ) -> Result<Query> {
        let context = Some(search.turns.join("\n\n")).filter(|turns| !turns.trim().is_empty() && search.boost > 1.0);
        let mut vectors = Vec::new();
        if mode != Mode::Lexical {
            let texts: Vec<String> = [Some(text.clone()), context.clone()].into_iter().flatten().collect();
            vectors = embed(settings, &texts, Purpose::Query, cx).await?.vectors;
        }
        let mut vectors = vectors.into_iter();
        let most = if search.rerank == Rerank::No { search.limit } else { search.limit.max(RERANKED) };
        Ok(Query {
            vector: vectors.next(),
            context: context.map(|text| Context { text, vector: vectors.next(), weight: search.boost - 1.0 }),
            text,
            mode,
            most,
            filter: search.filter.clone(),
            threshold: search.threshold,
            diversity: search.diversity,
        })
    }
}

/// By what is searched. What can't be done as it was asked for is noted, or refused.
fn mode(settings: &Settings, search: &Search, notes: &mut Vec<String>) -> Result<Mode> {
    let wanted = search.mode.unwrap_or(settings.search);
    let mode = match (wanted, &settings.model) {
        (Mode::Semantic, None) => {
            return Err(Failure::invalid(
                "a semantic search needs vectors, and this collection has words alone: RAG.rebuild gives it a model",
            ));
        }
        (Mode::Hybrid, None) => {
            notes.push("words alone are compared: this collection has no model for vectors".into());
            Mode::Lexical
        }
        (mode, _) => mode,
    };
    if mode == Mode::Lexical && search.threshold.is_some() {
        notes.push("the threshold has no effect: it is one of similarity, and words alone are compared".into());
    }
    Ok(mode)
}

/// `None`: the index is another one now than that of these settings.
fn look(shard: &Shard, settings: &Settings, query: &Query, explain: bool) -> Option<Vec<api::Hit>> {
    block_in_place_if_multithreaded(|| {
        let now = shard.now();
        let is_same = |own: &Settings| own.generation == settings.generation && own.model == settings.model;
        now.settings.as_ref().filter(|own| is_same(own))?;
        let hits = now.index.search(query);
        Some(hits.iter().filter_map(|hit| answer::hit(&now.index, hit, explain)).collect())
    })
}

async fn rerank(model: &str, query: &str, results: Vec<api::Hit>, cx: &CallContext) -> Result<Vec<api::Hit>> {
    if results.is_empty() {
        return Ok(results);
    }
    let texts = results.iter().map(|hit| hit.text.clone()).collect();
    let order = cx.offered::<Agents>()?.call_rerank(model, query, texts, cx).await?;
    let of = |(place, score): (usize, f64)| Some(api::Hit { rerank_score: Some(score), ..results.get(place)?.clone() });
    Ok(order.into_iter().filter_map(of).collect())
}
