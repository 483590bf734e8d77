//! The JSON of the interface `rag`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The settings of a collection, as a spell asks for them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Settings {
    /// "provider/model" for vectors; absent: words alone.
    pub model: Option<String>,
    /// How long its vectors are; absent: as the model likes best.
    pub dimensions: Option<u64>,
    /// "cosine", "dot" or "euclidean".
    pub metric: Option<String>,
    /// What searches go by that do not say: "hybrid", "lexical" or "semantic".
    pub search: Option<String>,
    /// How documents are cut.
    pub chunking: Option<Chunking>,
}

/// How documents are cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Chunking {
    /// "semantic", "text", "markdown" or "code".
    pub strategy: String,
    /// The most of a chunk.
    pub size: u64,
    /// The most that a chunk repeats of the one before.
    pub overlap: u64,
    /// "tokens" or "characters".
    pub unit: String,
}

/// What is known of a collection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Collection {
    /// Its name.
    pub collection: String,
    /// Whether this call made it.
    pub created: bool,
    /// What searches go by that do not say.
    pub search: String,
    /// Null for one that has words alone.
    pub model: Option<String>,
    /// Null as long as it has no vectors.
    pub dimensions: Option<u64>,
    /// How vectors are compared.
    pub metric: String,
    /// How documents are cut.
    pub chunking: Chunking,
    /// How many documents there are.
    pub document_count: u64,
    /// How many chunks they come to.
    pub chunk_count: u64,
    /// The size of their texts.
    pub text_bytes: u64,
    /// About what the index takes in memory.
    pub index_bytes: u64,
    /// How many searches this process made in it.
    pub searches: u64,
    /// How long these took, by the run's clock.
    pub average_search_ms: f64,
}

/// A document to be ingested: `text` or `file`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// Unique in its collection.
    pub id: Option<String>,
    /// All of it.
    pub text: Option<String>,
    /// The path of a file with it.
    pub file: Option<String>,
    /// "text", "markdown", "html", "csv", "code" or "docx"; absent: by the file's name.
    pub format: Option<String>,
    /// Where it is from, for citations.
    pub source: Option<String>,
    /// What filters are about.
    pub metadata: Option<Map<String, Value>>,
}

/// How far an ingestion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Progress {
    /// How many are done.
    pub documents: u64,
    /// Of so many.
    pub of: u64,
}

/// The result of `ingest`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ingested {
    /// Its name.
    pub collection: String,
    /// What searches go by that do not say.
    pub search: String,
    /// How many were given.
    pub documents: u64,
    /// How many of them are new.
    pub added: u64,
    /// How many took the place of another text or other metadata.
    pub replaced: u64,
    /// How many were there already, as they are.
    pub unchanged: u64,
    /// Of those that were added or replaced.
    pub chunks: u64,
    /// How many vectors a model was asked for.
    pub vectors: u64,
    /// What it counted, as far as it told.
    pub tokens: u64,
    /// One for each document, in order.
    pub ids: Vec<String>,
}

/// The options of `search`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SearchOptions {
    /// The most results.
    pub limit: Option<u64>,
    /// "hybrid", "lexical" or "semantic".
    pub search: Option<String>,
    /// Conditions on metadata.
    pub filter: Option<Map<String, Value>>,
    /// The least similarity.
    pub threshold: Option<f64>,
    /// From 0 to 1.
    pub diversity: Option<f64>,
    /// "provider/model" of a model that orders results anew.
    pub rerank: Option<String>,
    /// What was said before.
    pub turns: Option<Vec<String>>,
    /// How much the turns count.
    pub boost: Option<f64>,
    /// Whether each result tells its ranks.
    pub explain: Option<bool>,
}

/// The result of `search`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Found {
    /// Its name.
    pub collection: String,
    /// What the search went by.
    pub search: String,
    /// How many results there are.
    pub total: u64,
    /// The best first.
    pub results: Vec<Hit>,
    /// What was not done as it was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub notes: Vec<String>,
}

/// A chunk that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Hit {
    /// The document's.
    pub id: String,
    /// Its number in the document, from 1.
    pub chunk: u64,
    /// As it stands in the document.
    pub text: String,
    /// The headings that it stands under.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub heading: String,
    /// The first byte of it in the document's text, from 0.
    pub start: u64,
    /// The first byte behind it.
    pub end: u64,
    /// Where the document is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The document's.
    pub metadata: Map<String, Value>,
    /// To be compared within one answer only.
    pub score: f64,
    /// By words (BM25).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lexical_score: Option<f64>,
    /// By vectors, as the collection's metric has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub similarity: Option<f64>,
    /// By the reranking model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rerank_score: Option<f64>,
    /// Where `explain` asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ranks: Option<Ranks>,
}

/// How a result came to its place. Ranks count from 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ranks {
    /// Among those found by words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lexical: Option<u64>,
    /// Among those found by vectors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub semantic: Option<u64>,
    /// Among those found by the turns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<u64>,
    /// The part of the query's words, weighed by how rare they are, that stands in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// Whether words found it, and too few of them to count.
    pub gated: bool,
}

/// Which documents are deleted: one of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Which {
    /// Their ids.
    pub ids: Option<Vec<String>>,
    /// Conditions on metadata.
    pub filter: Option<Map<String, Value>>,
}

/// The result of `delete`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deleted {
    /// How many documents.
    pub deleted: u64,
    /// Ids of documents that there are not.
    pub missing: Vec<String>,
}

/// The result of `remove`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Removed {
    /// How many collections.
    pub collections: u64,
    /// How many documents they had.
    pub documents: u64,
}

/// The arguments of `rag.knowledge`: an agent looks up passages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KnowledgeArgs<'a> {
    /// Its name.
    pub collection: &'a str,
    /// What the agent is asked.
    pub query: &'a str,
    /// The most results.
    pub limit: u64,
}

/// The arguments of `rag.embed`: texts of a collection become vectors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EmbedArgs<'a> {
    /// "provider/model".
    pub model: &'a str,
    /// How many.
    pub texts: u64,
}
