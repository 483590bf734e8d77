//! The uploads of one run.

use std::collections::BTreeMap;

use llmspell_api::artifact::Artifact;
use llmspell_base::host_memory::Held;
use llmspell_base::{Code, Failure};
use llmspell_kernel::{CallContext, Result};
use llmspell_policy::Right;
use llmspell_state::{CHUNK_BYTES, NewArtifact, Upload};
use tokio::runtime::Handle;

use super::Artifacts;
use super::work::mime_type;
use crate::access::{Sessions, granted, told};

/// The open uploads of one run. Those that are open when it ends are given up.
pub struct Uploads {
    open: BTreeMap<u64, Begun>,
    begun: u64,
    sessions: Sessions,
}

impl Uploads {
    pub fn new(sessions: Sessions) -> Uploads {
        Uploads { open: BTreeMap::new(), begun: 0, sessions }
    }
}

impl Drop for Uploads {
    fn drop(&mut self) {
        let numbers: Vec<u64> = self.open.values().map(|begun| begun.upload.number()).collect();
        // Where nothing runs any more, what is in the store of them expires.
        let Some(handle) = Handle::try_current().ok().filter(|_| !numbers.is_empty()) else { return };
        let sessions = self.sessions.clone();
        handle.spawn(async move {
            let Ok((backend, tenant)) = sessions.backend().await else { return };
            for number in numbers {
                drop(backend.discard_upload(tenant, number).await);
            }
        });
    }
}

/// An artifact whose content is on its way, with its part of the host's memory.
pub struct Begun {
    new: NewArtifact,
    upload: Upload,
    _held: Held,
}

/// Uploads that a run has open at once.
const MOST_OPEN: usize = 16;

impl Begun {
    /// Begins one in the store.
    pub async fn begin(artifacts: &Artifacts, new: NewArtifact, cx: &CallContext) -> Result<Begun> {
        let held = cx.memory().take(CHUNK_BYTES)?;
        let (backend, tenant) = artifacts.sessions.open(cx).await?;
        // A session that takes nothing says so before anything is sent.
        backend.expect_open(tenant, &new.session).await.map_err(told(cx))?;
        let upload = Upload::begin(backend, tenant, artifacts.sessions.most_bytes()).await.map_err(told(cx))?;
        Ok(Begun { new, upload, _held: held })
    }

    /// Adds to it: how many bytes it has then.
    pub async fn add(&mut self, artifacts: &Artifacts, piece: &[u8], cx: &CallContext) -> Result<u64> {
        let (backend, tenant) = artifacts.sessions.open(cx).await?;
        self.upload.add(backend, tenant, piece).await.map_err(told(cx))
    }

    /// Makes it an artifact. Where that fails it is given up.
    pub async fn finish(self, artifacts: &Artifacts, cx: &CallContext) -> Result<Artifact> {
        let Begun { mut new, upload, .. } = self;
        if new.mime_type.is_empty() {
            new.mime_type = mime_type(&new.name, upload.whole());
        }
        let number = upload.number();
        let (backend, tenant) = artifacts.sessions.open(cx).await?;
        match upload.finish(backend, tenant, new).await {
            Ok(kept) => {
                artifacts.tell("artifact.stored", &kept, cx);
                Ok(kept)
            }
            Err(problem) => {
                // What stays of it expires; the spell is told why it was not stored.
                drop(backend.discard_upload(tenant, number).await);
                Err(told(cx)(problem))
            }
        }
    }

    /// Gives it up.
    pub async fn discard(self, artifacts: &Artifacts, cx: &CallContext) -> Result<()> {
        let (backend, tenant) = artifacts.sessions.open(cx).await?;
        self.upload.discard(backend, tenant).await.map_err(told(cx))
    }
}

impl Artifacts {
    /// Begins an upload: its number in this run.
    pub async fn begin(&self, new: NewArtifact, cx: &CallContext) -> Result<u64> {
        let mut uploads = self.uploads.lock().await;
        if uploads.open.len() >= MOST_OPEN {
            let message = format!("{MOST_OPEN} artifacts are being written: close some, or cancel them");
            return Err(Failure::new(Code::Handles, message));
        }
        let begun = Begun::begin(self, new, cx).await?;
        uploads.begun += 1;
        let number = uploads.begun;
        uploads.open.insert(number, begun);
        Ok(number)
    }

    /// Adds to an upload. One that can't be gone on with stays open: it can only be given up.
    pub async fn append(&self, number: u64, piece: &[u8], cx: &CallContext) -> Result<u64> {
        let _held = cx.memory().take(piece.len())?;
        let mut uploads = self.uploads.lock().await;
        let begun = uploads.open.get_mut(&number).ok_or_else(|| missing(number))?;
        // The run may have taken in something since it was begun.
        granted(cx, "artifact.append", Right::ARTIFACT_WRITE, &begun.new.session)?;
        begun.add(self, piece, cx).await
    }

    /// Makes an upload an artifact.
    pub async fn finish(&self, number: u64, cx: &CallContext) -> Result<Artifact> {
        let mut uploads = self.uploads.lock().await;
        let begun = uploads.open.get(&number).ok_or_else(|| missing(number))?;
        granted(cx, "artifact.finish", Right::ARTIFACT_WRITE, &begun.new.session)?;
        let begun = uploads.open.remove(&number).ok_or_else(|| missing(number))?;
        drop(uploads);
        begun.finish(self, cx).await
    }

    /// Gives an upload up: whether there was one.
    pub async fn discard(&self, number: u64, cx: &CallContext) -> Result<bool> {
        let begun = self.uploads.lock().await.open.remove(&number);
        match begun {
            Some(begun) => begun.discard(self, cx).await.map(|()| true),
            None => Ok(false),
        }
    }
}

fn missing(number: u64) -> Failure {
    let message = format!("there is no open upload {number}: it was finished or given up");
    Failure::new(Code::NotFound, message)
}
