//! `rag.ingest`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use llmspell_api::rag as api;
use llmspell_base::{Code, Failure};
use llmspell_kernel::{CallContext, Result};
use llmspell_models::Purpose;
use llmspell_policy::audit::block_in_place_if_multithreaded;
use llmspell_policy::{Permission, Right};
use llmspell_retrieval::{Chunk, split};
use llmspell_state::StoreError;

use crate::error::{RagError, Tried};
use crate::extract::{Extracted, extract};
use crate::rag::{ATTEMPTS, Rag, bounded, busy, text};
use crate::record::{self, SETTINGS, Stored};
use crate::request::{Content, Given};
use crate::settings::{Settings, Wanted};
use crate::shard::{MOST_BYTES, Shard, too_large};
use crate::vectors::embed;

/// A collection's share of the tenant's store, which has its own bounds.
const MOST_DOCUMENTS: usize = 20_000;
const MOST_CHUNKS: usize = 100_000;

/// A document with its vectors, as it lies in the store; a commit takes little more.
const RECORD_BYTES: usize = 15 << 20;

/// A commit has so much text or so many documents. What comes in between is not lost when something fails.
pub const BATCH_BYTES: usize = 1 << 20;
pub const BATCH_DOCUMENTS: usize = 64;

/// Of vectors whose length is not known yet.
pub const USUAL_DIMENSIONS: usize = 1_536;

/// A document that is ready to be written, but for vectors.
pub struct Prepared {
    pub id: String,
    pub stored: Stored,
    pub chunks: Vec<Chunk>,
    /// Those that a chunk of the same words had before.
    pub vectors: Vec<Option<Vec<f32>>>,
    pub is_new: bool,
}

impl Prepared {
    /// Of its text, or of its chunks where these are more: overlaps repeat some of it.
    pub fn bytes(&self) -> usize {
        let chunks: usize = self.chunks.iter().map(|chunk| chunk.text.len() + chunk.heading.len()).sum();
        chunks.max(self.stored.text.len())
    }

    /// Of its record, if it is not too large.
    pub fn check_size(&self) -> Result<usize> {
        let size = self.stored.text.len() + self.stored.vectors.len();
        if size <= RECORD_BYTES {
            return Ok(size);
        }
        let what = format!("the document '{}' takes {size} bytes with its vectors", self.id);
        Err(Failure::new(Code::TooLarge, format!("{what}; at most {RECORD_BYTES} are allowed: divide it")))
    }
}

/// The work on one collection.
struct Ingestion<'a> {
    rag: &'a Rag,
    shard: Arc<Shard>,
    settings: Settings,
    cx: &'a CallContext,
    done: api::Ingested,
    /// The hashes of the documents of this call, by id.
    seen: HashMap<String, String>,
}

impl Rag {
    pub(crate) async fn ingest(self, name: String, given: Vec<Given>, wanted: Wanted, cx: CallContext) -> Result {
        let (_, shard, settings) = self.ensure(&name, &wanted, &cx).await?;
        let done = api::Ingested {
            collection: name,
            search: settings.search.name().into(),
            documents: given.len() as u64,
            added: 0,
            replaced: 0,
            unchanged: 0,
            chunks: 0,
            vectors: 0,
            tokens: 0,
            ids: Vec::new(),
        };
        let mut ingestion = Ingestion { rag: &self, shard, settings, cx: &cx, done, seen: HashMap::new() };
        match ingestion.all(given).await {
            Ok(()) => bounded(json!(ingestion.done), &cx),
            Err(failure) => {
                let done = ingestion.done.added + ingestion.done.replaced + ingestion.done.unchanged;
                let mut details = failure.details.clone().unwrap_or_else(|| json!({}));
                if let Some(details) = details.as_object_mut() {
                    details.insert("done".into(), done.into());
                }
                Err(Failure { details: Some(details), ..failure })
            }
        }
    }
}

impl Ingestion<'_> {
    async fn all(&mut self, given: Vec<Given>) -> Result<()> {
        let (mut batch, mut bytes, of) = (Vec::new(), 0, given.len());
        for (number, one) in given.into_iter().enumerate() {
            let extracted = extract(number + 1, &one, self.cx).await?;
            let Some(prepared) = self.prepare(number + 1, one, extracted)? else { continue };
            bytes += prepared.bytes();
            batch.push(prepared);
            if bytes >= BATCH_BYTES || batch.len() >= BATCH_DOCUMENTS || number + 1 == of {
                self.write(std::mem::take(&mut batch)).await?;
                bytes = 0;
                self.cx.chunk(json!(api::Progress { documents: number as u64 + 1, of: of as u64 })).await?;
            }
        }
        if batch.is_empty() { Ok(()) } else { self.write(batch).await }
    }

    /// `None`: it is there already, as it is.
    fn prepare(&mut self, number: usize, given: Given, extracted: Extracted) -> Result<Option<Prepared>> {
        let Extracted { text, format } = extracted;
        let source = given.source.or_else(|| match &given.content {
            Content::File(path) => Some(path.clone()),
            Content::Text(_) => None,
        });
        let hash = hash(&text, &format!("{format:?}"), source.as_deref(), &given.metadata);
        let own = || format!("doc-{}", hash.get(..16).unwrap_or_default());
        let id = given.id.unwrap_or_else(|| match given.content {
            Content::File(path) => path,
            Content::Text(_) => own(),
        });
        self.done.ids.push(id.clone());
        match self.seen.insert(id.clone(), hash.clone()) {
            Some(before) if before == hash => {
                self.done.unchanged += 1;
                return Ok(None);
            }
            Some(_) => {
                return Err(Failure::invalid(format!("document {number}: another one above it has the same id")));
            }
            None => {}
        }
        let old = self.shard.now().index.document(&id).map(|old| old.hash.clone());
        if old.as_ref() == Some(&hash) {
            self.done.unchanged += 1;
            return Ok(None);
        }
        let is_new = old.is_none();
        let chunks =
            block_in_place_if_multithreaded(|| split(&text, self.settings.format(format), self.settings.chunking()));
        let chunks = chunks.map_err(|what| Failure::new(Code::TooLarge, format!("document {number}: {what}")))?;
        let now = self.shard.now();
        let known: HashMap<String, &[f32]> =
            now.index.chunks_of(&id).filter_map(|(chunk, vector)| Some((chunk.indexed(), vector?))).collect();
        let vectors = chunks.iter().map(|chunk| known.get(&chunk.indexed()).map(|vector| vector.to_vec())).collect();
        drop(known);
        drop(now);
        let places = chunks.iter().map(|chunk| (chunk.heading.clone(), chunk.range.start, chunk.range.end)).collect();
        let (format, metadata) = (format.into(), given.metadata);
        let stored = Stored { hash, format, source, metadata, text, chunks: places, vectors: String::new() };
        Ok(Some(Prepared { id, stored, chunks, vectors, is_new }))
    }

    /// Asks for vectors that are missing, and writes.
    async fn write(&mut self, mut batch: Vec<Prepared>) -> Result<()> {
        let chunks: usize = batch.iter().map(|one| one.chunks.len()).sum();
        // As numbers, and as the text that the store is given.
        let numbers =
            if self.settings.model.is_some() { self.settings.dimensions.unwrap_or(USUAL_DIMENSIONS) } else { 0 };
        let texts: usize = batch.iter().map(Prepared::bytes).sum();
        let _held = self.cx.memory().take(4 * texts + chunks * numbers * 16)?;
        if self.settings.model.is_some() {
            let (asked, tokens) = fill(&mut self.settings, &mut batch, self.cx).await?;
            self.done.vectors += asked;
            self.done.tokens += tokens;
        }
        let mut group = Vec::new();
        let mut bytes = 0;
        for one in batch {
            let size = one.check_size()?;
            if bytes + size > RECORD_BYTES {
                self.commit(std::mem::take(&mut group)).await?;
                bytes = 0;
            }
            bytes += size;
            group.push(one);
        }
        self.commit(group).await
    }

    async fn commit(&mut self, group: Vec<Prepared>) -> Result<()> {
        // Files may have been read since it began.
        if let Some(denied) = self.cx.decide("rag.ingest", &Permission::of(Right::COLLECTION, &self.done.collection))? {
            return Err(denied);
        }
        let failure = |problem: RagError| problem.failure(self.cx);
        let store = self.rag.backend().await.map_err(failure)?;
        let mut records = Vec::new();
        for one in &group {
            records.push((one.id.clone(), text(&one.stored)?));
        }
        for _ in 0..ATTEMPTS {
            let shard = self.shard.clone();
            let mut changing = shard.change(store).await.map_err(failure)?;
            let settings = self.still(&shard)?;
            self.room(&shard, &group)?;
            let prefix = record::documents(settings.generation);
            let put =
                |(id, value): &(String, String)| record::put(shard.scope(), format!("{prefix}{id}"), value.clone());
            let mut changes: Vec<_> = records.iter().map(put).collect();
            if shard.now().settings.as_ref() != Some(&settings) {
                changes.push(record::put(shard.scope(), SETTINGS.into(), text(&settings)?));
            }
            let before = changing.before();
            match changing.commit(store, changes).await {
                Ok(mark) => {
                    for one in &group {
                        *(if one.is_new { &mut self.done.added } else { &mut self.done.replaced }) += 1;
                        self.done.chunks += one.chunks.len() as u64;
                    }
                    let loaded = group
                        .into_iter()
                        .map(|one| one.stored.load(one.id, mark, &settings))
                        .collect::<std::result::Result<_, _>>();
                    let loaded = loaded.map_err(RagError::Internal).map_err(failure)?;
                    changing.apply((before, mark), settings, Vec::new(), loaded).await.map_err(failure)?;
                    drop(changing);
                    self.rag.shards.trim();
                    return Ok(());
                }
                Err(StoreError::Conflict { .. }) => {}
                Err(problem) => return Err(RagError::from(problem).failure(self.cx)),
            }
        }
        Err(busy(&self.shard.name).failure(self.cx))
    }

    /// The settings to write under; fails where they are others than the documents were prepared for.
    fn still(&self, shard: &Shard) -> Result<Settings> {
        let now = shard.now();
        let wanted = |own: &&Settings| {
            let dimensions = own.dimensions.or(self.settings.dimensions);
            let mine = self.settings.dimensions.or(own.dimensions);
            let with = |settings: &Settings| Settings { dimensions: None, ..settings.clone() };
            dimensions == mine && with(own) == with(&self.settings)
        };
        if let Some(own) = now.settings.as_ref().filter(wanted) {
            let dimensions = own.dimensions.or(self.settings.dimensions);
            return Ok(Settings { dimensions, ..own.clone() });
        }
        let what = format!("the collection '{}' was removed or made anew meanwhile: ingest again", shard.name);
        Err(Failure::new(Code::Conflict, what))
    }

    fn room(&self, shard: &Shard, group: &[Prepared]) -> Result<()> {
        let now = shard.now();
        let more: usize = group.iter().map(|one| one.chunks.len()).sum();
        let numbers = now.index.dimensions().or(now.settings.as_ref().and_then(|own| own.dimensions));
        let bytes = now.index.bytes() + index_bytes(group, numbers.unwrap_or_default());
        bounds(&shard.name, now.index.count() + more, bytes).map_err(|problem| problem.failure(self.cx))?;
        let fresh = group.iter().filter(|one| now.index.document(&one.id).is_none()).count();
        let documents = now.index.documents().count() + fresh;
        within(&shard.name, documents, MOST_DOCUMENTS, "documents").map_err(|problem| problem.failure(self.cx))
    }
}

/// About what these take in an index: words as much as the text, and each vector lies there exactly and coarsely.
pub fn index_bytes(group: &[Prepared], numbers: usize) -> usize {
    let bytes = |one: &Prepared| 2 * one.bytes() + one.chunks.len() * (numbers * 5 + 120) + 1_000;
    group.iter().map(bytes).sum()
}

/// A collection's, besides its documents.
pub fn bounds(name: &str, chunks: usize, bytes: usize) -> Tried<()> {
    if bytes > MOST_BYTES {
        return Err(too_large(name, bytes));
    }
    within(name, chunks, MOST_CHUNKS, "chunks")
}

fn within(name: &str, count: usize, most: usize, what: &str) -> Tried<()> {
    if count <= most {
        return Ok(());
    }
    Err(RagError::Quota(format!("the collection '{name}' would have {count} {what}; at most {most} are allowed")))
}

/// Asks for the vectors that are missing: how many, and the tokens that were counted.
pub async fn fill(settings: &mut Settings, batch: &mut [Prepared], cx: &CallContext) -> Result<(u64, u64)> {
    let mut texts = Vec::new();
    for one in batch.iter() {
        let missing = one.chunks.iter().zip(&one.vectors).filter(|(_, vector)| vector.is_none());
        texts.extend(missing.map(|(chunk, _)| chunk.indexed()));
    }
    let made = embed(settings, &texts, Purpose::Document, cx).await?;
    settings.dimensions = settings.dimensions.or(made.vectors.first().map(Vec::len));
    let (count, mut fresh) = (made.vectors.len() as u64, made.vectors.into_iter());
    for one in batch {
        let old = std::mem::take(&mut one.vectors);
        let all: Vec<Vec<f32>> = old.into_iter().filter_map(|vector| vector.or_else(|| fresh.next())).collect();
        one.stored.set_vectors(&all);
    }
    Ok((count, made.tokens))
}

/// Languages keep the fields of an object in orders of their own.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let ordered: BTreeMap<&String, Value> = map.iter().map(|(name, value)| (name, sorted(value))).collect();
            Value::Object(ordered.into_iter().map(|(name, value)| (name.clone(), value)).collect())
        }
        Value::Array(list) => list.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

/// Of all that makes a document what it is.
fn hash(text: &str, format: &str, source: Option<&str>, metadata: &Map<String, Value>) -> String {
    let mut hash = Sha256::new();
    for part in [format, source.unwrap_or_default(), &sorted(&Value::Object(metadata.clone())).to_string(), text] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    llmspell_base::hash::hex(&hash.finalize())
}
