//! Passages for agents.

use futures::FutureExt;
use futures::future::BoxFuture;
use serde_json::json;

use llmspell_api::agent::{Citation, KnowledgeSource};
use llmspell_api::rag::{Found, KnowledgeArgs};
use llmspell_base::{Code, Failure};
use llmspell_capability_agent::Knowledge;
use llmspell_kernel::{CallContext, Result};
use llmspell_policy::{Permission, Right};
use llmspell_retrieval::tokens;

use crate::rag::{Rag, check_name};
use crate::request;

/// A prompt may be longer than a query.
const QUESTION_CHARS: usize = 4_000;

impl Knowledge for Rag {
    fn passages<'a>(
        &'a self,
        source: &'a KnowledgeSource,
        question: &'a str,
        cx: &'a CallContext,
    ) -> BoxFuture<'a, Result<Vec<(Citation, String)>>> {
        async move { self.clone().find(source, question, cx).await }.boxed()
    }
}

impl Rag {
    async fn find(self, source: &KnowledgeSource, question: &str, cx: &CallContext) -> Result<Vec<(Citation, String)>> {
        check_name(&source.collection)?;
        let question: String = question.chars().take(QUESTION_CHARS).collect();
        let arguments =
            || json!(KnowledgeArgs { collection: &source.collection, query: &question, limit: source.limit });
        let call = cx.call("rag.knowledge", arguments);
        let call = call.needs(Permission::of(Right::COLLECTION, &source.collection)).begin().await?;
        let options = request::search(&json!({ "limit": source.limit }).to_string())?;
        let found = self.search(source.collection.clone(), question.clone(), options, cx.clone()).await;
        let found: Found = serde_json::from_value(call.settle_value(found)?)
            .map_err(|error| Failure::new(Code::Internal, error.to_string()))?;
        let (mut all, mut left) = (Vec::new(), source.max_tokens);
        for hit in found.results {
            let passage = if hit.heading.is_empty() { hit.text } else { format!("{}\n{}", hit.heading, hit.text) };
            let Some(rest) = left.checked_sub(tokens(&passage) as u64) else { break };
            left = rest;
            let citation = Citation {
                number: 0,
                collection: source.collection.clone(),
                id: hit.id,
                chunk: hit.chunk,
                start: hit.start,
                end: hit.end,
                source: hit.source,
                score: hit.score,
            };
            all.push((citation, passage));
        }
        Ok(all)
    }
}
