//! `rag.rebuild`: every document cut and embedded anew.

use llmspell_base::Failure;
use llmspell_kernel::{CallContext, Result};
use llmspell_policy::audit::block_in_place_if_multithreaded;
use llmspell_retrieval::split;
use llmspell_state::{List, StoreError};

use crate::answer;
use crate::error::{RagError, Tried};
use crate::ingest::{Prepared, fill};
use crate::rag::{CHANGES, Rag, commit, text};
use crate::record::{self, SETTINGS, Stored};
use crate::settings::{Settings, Wanted};
use crate::shard::{Changing, Shard};
use crate::vectors::full_name;

impl Rag {
    pub(crate) async fn rebuild(self, name: String, wanted: Wanted, cx: CallContext) -> Result {
        let failure = |problem: RagError| problem.failure(&cx);
        let wanted = full_name(wanted, &cx)?;
        let store = self.backend().await.map_err(failure)?;
        let shard = self.existing(&name).await.map_err(failure)?;
        let changing = shard.change(store).await.map_err(failure)?;
        let old = shard.now().settings.clone().ok_or_else(|| failure(RagError::Missing(name.clone())))?;
        let is_other = wanted.model.as_ref().is_some_and(|model| Some(model) != old.model.as_ref());
        let base = if is_other { Settings { dimensions: None, ..old.clone() } } else { old.clone() };
        let mut settings = Settings { generation: old.generation.wrapping_add(1), ..wanted.over(base)? };
        if settings.model.is_none() {
            settings.dimensions = None;
        }
        // What a rebuild that was broken off left behind.
        self.sweep(&shard, old.generation).await.map_err(failure)?;
        let ids: Vec<String> = shard.now().index.documents().map(|(document, _)| document.id.clone()).collect();
        let mut loaded = Vec::new();
        for id in ids {
            let mut one = self.prepare(&shard, &old, &settings, &id).await.map_err(failure)?;
            if settings.model.is_some() {
                fill(&mut settings, std::slice::from_mut(&mut one), &cx).await?;
            }
            let key = format!("{}{id}", record::documents(settings.generation));
            let put = record::put(shard.scope(), key, text(&one.stored)?);
            let version =
                store.commit(&self.tenant, vec![put]).await.map_err(|problem| failure(problem.into()))?.version;
            loaded.push(one.stored.load(id, version, &settings).map_err(|what| failure(RagError::Internal(what)))?);
        }
        let mark = finish(store, &changing, &settings).await.map_err(failure)?;
        changing.apply(mark, settings.clone(), Vec::new(), loaded).map_err(failure)?;
        drop(changing);
        self.sweep(&shard, settings.generation).await.map_err(failure)?;
        answer::collection(&shard, false)
    }

    async fn prepare(&self, shard: &Shard, old: &Settings, settings: &Settings, id: &str) -> Tried<Prepared> {
        let key = format!("{}{id}", record::documents(old.generation));
        let entry = self.backend().await?.get_internal(&self.tenant, shard.scope(), &key).await?;
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
    async fn sweep(&self, shard: &Shard, kept: u32) -> Tried<()> {
        let (store, kept) = (self.backend().await?, record::documents(kept));
        let mut after = None;
        loop {
            let list = List { prefix: "d".into(), after, limit: CHANGES, ..List::default() };
            let page = store.list_internal(&self.tenant, shard.scope(), list).await?;
            let old = page.entries.into_iter().filter(|entry| !entry.key.starts_with(&kept));
            let changes: Vec<_> = old.map(|entry| record::delete(shard.scope(), entry.key)).collect();
            if !changes.is_empty() {
                store.commit(&self.tenant, changes).await?;
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }
}

/// The new generation is in force from here on.
async fn finish(store: &dyn llmspell_state::Backend, changing: &Changing<'_>, settings: &Settings) -> Tried<u64> {
    let value = text(settings).map_err(|failure: Failure| RagError::Internal(failure.message))?;
    let put = record::put(changing.shard.scope(), SETTINGS.into(), value);
    commit(store, changing, vec![put]).await.map_err(|problem| match problem {
        StoreError::Conflict { .. } => RagError::Conflict(format!(
            "the collection '{}' was changed by another process while it was rebuilt: try again",
            changing.shard.name
        )),
        other => other.into(),
    })
}
