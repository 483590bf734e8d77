//! `rag.rebuild`: every document cut and embedded anew.

use llmspell_kernel::{CallContext, Result};
use llmspell_policy::audit::block_in_place_if_multithreaded;
use llmspell_retrieval::split;
use llmspell_state::{Backend, List, StoreError};

use crate::answer;
use crate::error::{RagError, Tried};
use crate::ingest::{BATCH_BYTES, BATCH_DOCUMENTS, Prepared, USUAL_DIMENSIONS, bounds, fill, index_bytes};
use crate::rag::{CHANGES, Rag, text};
use crate::record::{self, SETTINGS, Stored};
use crate::settings::{Settings, Wanted};
use crate::shard::Changing;
use crate::vectors::full_name;

/// The work on one collection.
struct Rebuild<'a> {
    rag: &'a Rag,
    changing: Changing<'a>,
    old: Settings,
    settings: Settings,
    /// The version of the claim on the new generation.
    claim: u64,
    chunks: usize,
    bytes: usize,
    cx: &'a CallContext,
}

impl Rag {
    pub(crate) async fn rebuild(self, name: String, wanted: Wanted, cx: CallContext) -> Result {
        let failure = |problem: RagError| problem.failure(&cx);
        let wanted = full_name(wanted, &cx)?;
        let store = self.backend().await.map_err(failure)?;
        let shard = self.existing(&name).await.map_err(failure)?;
        let mut changing = shard.change(store).await.map_err(failure)?;
        let old = shard.now().settings.clone().ok_or_else(|| failure(RagError::Missing(name.clone())))?;
        let settings = wanted.over(old.before_rebuild(wanted.model.as_deref()))?;
        let (generation, claim) = claim(store, &mut changing, &old).await.map_err(failure)?;
        let settings = Settings { generation, ..settings };
        let (chunks, bytes) = (0, 0);
        let mut rebuild = Rebuild { rag: &self, changing, old, settings, claim, chunks, bytes, cx: &cx };
        rebuild.all().await?;
        drop(rebuild);
        self.shards.trim();
        answer::collection(&shard, false)
    }
}

impl Rebuild<'_> {
    async fn all(&mut self) -> Result<()> {
        let failure = |problem: RagError| problem.failure(self.cx);
        let (store, shard) = (self.rag.backend().await.map_err(failure)?, self.changing.shard);
        // What a rebuild that was broken off left behind.
        self.sweep(self.old.generation).await.map_err(failure)?;
        let ids: Vec<String> = shard.now().index.documents().map(|(document, _)| document.id.clone()).collect();
        let (mut batch, mut bytes) = (Vec::new(), 0);
        for id in ids {
            let one = self.prepare(&id).await.map_err(|problem| problem.failure(self.cx))?;
            bytes += one.bytes();
            batch.push(one);
            if bytes >= BATCH_BYTES || batch.len() >= BATCH_DOCUMENTS {
                self.write(std::mem::take(&mut batch)).await?;
                bytes = 0;
            }
        }
        self.write(batch).await?;
        let failure = |problem: RagError| problem.failure(self.cx);
        let value = text(&self.settings)?;
        let put = record::put(shard.scope(), SETTINGS.into(), value);
        let changes = vec![record::still_claimed(shard.scope(), self.claim), put];
        self.changing.commit(store, changes).await.map_err(|problem| failure(self.interrupted(problem)))?;
        self.changing.reread(store).await.map_err(failure)?;
        match self.sweep(self.settings.generation).await {
            // The next rebuild has begun, and sweeps for itself.
            Ok(()) | Err(RagError::Conflict(_)) => Ok(()),
            Err(problem) => Err(failure(problem)),
        }
    }

    /// As long as all of it is within a collection's bounds.
    async fn write(&mut self, mut batch: Vec<Prepared>) -> Result<()> {
        let (shard, settings) = (self.changing.shard, &self.settings);
        let numbers = if settings.model.is_some() { settings.dimensions.unwrap_or(USUAL_DIMENSIONS) } else { 0 };
        let chunks: usize = batch.iter().map(|one| one.chunks.len()).sum();
        let texts: usize = batch.iter().map(Prepared::bytes).sum();
        let _held = self.cx.memory().take(4 * texts + chunks * numbers * 16)?;
        self.chunks += chunks;
        self.bytes += index_bytes(&batch, numbers);
        bounds(&shard.name, self.chunks, self.bytes).map_err(|problem| problem.failure(self.cx))?;
        if self.settings.model.is_some() {
            fill(&mut self.settings, &mut batch, self.cx).await?;
        }
        let failure = |problem: RagError| problem.failure(self.cx);
        let store = self.rag.backend().await.map_err(failure)?;
        let prefix = record::documents(self.settings.generation);
        for one in batch {
            one.check_size()?;
            let put = record::put(shard.scope(), format!("{prefix}{}", one.id), text(&one.stored)?);
            let changes = vec![record::still_claimed(shard.scope(), self.claim), put];
            store.commit(shard.tenant(), changes).await.map_err(|problem| failure(self.interrupted(problem)))?;
        }
        Ok(())
    }

    async fn prepare(&self, id: &str) -> Tried<Prepared> {
        let (shard, settings) = (self.changing.shard, &self.settings);
        let key = format!("{}{id}", record::documents(self.old.generation));
        let entry = self.rag.backend().await?.get_internal(shard.tenant(), shard.scope(), &key).await?;
        let broken = |what: &str| RagError::Broken(shard.name.clone(), what.into());
        let entry = entry.ok_or_else(|| RagError::Conflict("a document was removed meanwhile: try again".into()))?;
        let stored: Stored = serde_json::from_str(&entry.value).map_err(|error| broken(&error.to_string()))?;
        let format = settings.format(stored.format.into());
        let chunks = block_in_place_if_multithreaded(|| split(&stored.text, format, settings.chunking()));
        let chunks = chunks.map_err(|what| RagError::TooLarge(format!("the document '{id}': {what}")))?;
        let places = chunks.iter().map(|chunk| (chunk.heading.clone(), chunk.range.start, chunk.range.end)).collect();
        let vectors = chunks.iter().map(|_| None).collect();
        let stored = Stored { chunks: places, vectors: String::new(), ..stored };
        Ok(Prepared { id: id.into(), stored, chunks, vectors, is_new: false })
    }

    /// Deletes the documents of all generations but this one.
    async fn sweep(&self, kept: u32) -> Tried<()> {
        let (store, shard, kept) = (self.rag.backend().await?, self.changing.shard, record::documents(kept));
        let mut after = None;
        loop {
            let list = List { prefix: "d".into(), after, limit: CHANGES, ..List::default() };
            let page = store.list_internal(shard.tenant(), shard.scope(), list).await?;
            let old = page.entries.into_iter().filter(|entry| !entry.key.starts_with(&kept));
            let mut changes: Vec<_> = old.map(|entry| record::delete(shard.scope(), entry.key)).collect();
            if !changes.is_empty() {
                changes.insert(0, record::still_claimed(shard.scope(), self.claim));
                store.commit(shard.tenant(), changes).await.map_err(|problem| self.interrupted(problem))?;
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    fn interrupted(&self, problem: StoreError) -> RagError {
        interrupted(&self.changing.shard.name, problem)
    }
}

fn interrupted(name: &str, problem: StoreError) -> RagError {
    match problem {
        StoreError::Conflict { .. } => RagError::Conflict(format!(
            "the collection '{name}' was changed by another process while it was rebuilt: try again"
        )),
        other => other.into(),
    }
}

/// A number for the new generation that no other rebuild has or had, and the version of the claim. Whatever a rebuild writes
/// and sweeps is on the condition that nobody claimed another one since.
async fn claim(store: &dyn Backend, changing: &mut Changing<'_>, old: &Settings) -> Tried<(u32, u64)> {
    let shard = changing.shard;
    let last = store.get_internal(shard.tenant(), shard.scope(), record::CLAIM).await?;
    let last = last.and_then(|entry| serde_json::from_str::<u32>(&entry.value).ok()).unwrap_or_default();
    let generation = last.max(old.generation).checked_add(1);
    let used_up =
        || RagError::Invalid(format!("the collection '{}' was rebuilt too often: make a new one", shard.name));
    let generation = generation.ok_or_else(used_up)?;
    let put = record::put(shard.scope(), record::CLAIM.into(), generation.to_string());
    let before = changing.before();
    let version = changing.commit(store, vec![put]).await.map_err(|problem| interrupted(&shard.name, problem))?;
    changing.apply((before, version), old.clone(), Vec::new(), Vec::new()).await?;
    Ok((generation, version))
}
