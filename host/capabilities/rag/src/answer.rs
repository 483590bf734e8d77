//! What a spell is told of collections and of what was found.

use std::sync::atomic::Ordering::Relaxed;

use serde_json::json;

use llmspell_api::rag as api;
use llmspell_base::{Code, Failure};
use llmspell_kernel::Result;
use llmspell_retrieval::{Explained, Hit, Index};

use crate::settings::Settings;
use crate::shard::Shard;

/// What is known of a collection that is there.
pub fn collection(shard: &Shard, created: bool) -> Result {
    let now = shard.now();
    let gone = || Failure::new(Code::NotFound, format!("the collection '{}' was removed meanwhile", shard.name));
    let settings = now.settings.as_ref().ok_or_else(gone)?;
    let (searches, nanoseconds) = (shard.searches.load(Relaxed), shard.nanoseconds.load(Relaxed));
    Ok(json!(api::Collection {
        collection: shard.name.clone(),
        created,
        search: settings.search.name().into(),
        model: settings.model.clone(),
        dimensions: settings.dimensions.map(|count| count as u64),
        metric: settings.metric.name().into(),
        chunking: chunking(settings),
        document_count: now.index.documents().count() as u64,
        chunk_count: now.index.count() as u64,
        text_bytes: now.index.documents().map(|(document, _)| document.bytes).sum(),
        index_bytes: now.index.bytes() as u64,
        searches,
        average_search_ms: (nanoseconds / searches.max(1)) as f64 / 1e6,
    }))
}

fn chunking(settings: &Settings) -> api::Chunking {
    api::Chunking {
        strategy: settings.strategy.name().into(),
        size: settings.size as u64,
        overlap: settings.overlap as u64,
        unit: settings.unit_name().into(),
    }
}

/// A chunk that was found, with all that an answer has to cite.
pub fn hit(index: &Index, hit: &Hit, explain: bool) -> Option<api::Hit> {
    let (document, number, chunk) = index.chunk(hit.chunk)?;
    Some(api::Hit {
        id: document.id.clone(),
        chunk: u64::from(number) + 1,
        text: chunk.text.clone(),
        heading: chunk.heading.clone(),
        start: chunk.range.start as u64,
        end: chunk.range.end as u64,
        source: document.source.clone(),
        metadata: document.metadata.clone(),
        score: rounded(hit.score),
        lexical_score: hit.lexical_score.map(rounded),
        similarity: hit.similarity.map(|similarity| rounded(f64::from(similarity))),
        rerank_score: None,
        ranks: explain.then(|| ranks(&hit.explained)),
    })
}

fn ranks(explained: &Explained) -> api::Ranks {
    let count = |rank: Option<usize>| rank.map(|rank| rank as u64);
    api::Ranks {
        lexical: count(explained.lexical_rank),
        semantic: count(explained.semantic_rank),
        context: count(explained.context_rank),
        share: explained.share.map(rounded),
        gated: explained.gated,
    }
}

/// Six digits: further ones say nothing.
fn rounded(score: f64) -> f64 {
    (score * 1e6).round() / 1e6
}
