//! What an agent looks up before it is run: passages that may answer what it is asked.

use futures::future::BoxFuture;
use llmspell_api::agent::{Citation, KnowledgeSource};
use serde_json::Value;

use llmspell_base::Failure;
use llmspell_base::fields::Fields;
use llmspell_kernel::{CallContext, Result};

/// Finds passages in collections of documents; offered to the run by the capability that has them.
pub trait Knowledge: Send + Sync {
    /// The passages of one collection that answer best, the best first, and where each is from.
    fn passages<'a>(
        &'a self,
        source: &'a KnowledgeSource,
        question: &'a str,
        cx: &'a CallContext,
    ) -> BoxFuture<'a, Result<Vec<(Citation, String)>>>;
}

const MOST_SOURCES: usize = 8;
const LIMIT: u64 = 5;
const TOKENS: u64 = 2_000;

/// The field `knowledge` of a definition: the name of a collection, an object, or a list of these.
pub fn read(fields: &mut Fields) -> Result<Vec<KnowledgeSource>> {
    let list = match fields.take("knowledge") {
        None => return Ok(Vec::new()),
        Some(Value::Array(list)) => list,
        Some(one) => vec![one],
    };
    if list.len() > MOST_SOURCES {
        return Err(Failure::invalid(format!("knowledge: at most {MOST_SOURCES} collections, not {}", list.len())));
    }
    list.into_iter().map(source).collect()
}

fn source(value: Value) -> Result<KnowledgeSource> {
    if let Value::String(collection) = value {
        return Ok(KnowledgeSource { collection, limit: LIMIT, max_tokens: TOKENS });
    }
    let mut fields = Fields::of("the knowledge", value)?;
    let collection = fields.text("collection")?;
    let source = KnowledgeSource {
        collection: collection.ok_or_else(|| Failure::invalid("the knowledge: 'collection' is missing"))?,
        limit: fields.whole("limit", 1..=100)?.unwrap_or(LIMIT),
        max_tokens: fields.whole("max_tokens", 1..=1_000_000)?.unwrap_or(TOKENS),
    };
    fields.end()?;
    Ok(source)
}
