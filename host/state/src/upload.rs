//! A content on its way to the store: no more than one chunk of it is in memory.

use llmspell_api::artifact::Artifact;
use llmspell_base::hash::hex;
use sha2::{Digest, Sha256};

use crate::artifact::{CHUNK_BYTES, NewArtifact, NewContent, Uploaded};
use crate::backend::Backend;
use crate::error::StoreError;

/// A content that comes piece by piece.
pub struct Upload {
    number: u64,
    /// What is not a whole chunk yet.
    rest: Vec<u8>,
    chunks: u32,
    size: u64,
    most: u64,
    hash: Sha256,
    /// A chunk is on its way, or did not arrive: nothing that is added now would be the whole.
    failed: bool,
}

impl Upload {
    /// Begins one, of at most so many bytes.
    pub async fn begin(backend: &dyn Backend, tenant: &str, most: u64) -> Result<Upload, StoreError> {
        let number = backend.begin_upload(tenant).await?;
        Ok(Upload { number, rest: Vec::new(), chunks: 0, size: 0, most, hash: Sha256::new(), failed: false })
    }

    /// The number that the store gave it.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Adds to it: how many bytes it has then.
    pub async fn add(&mut self, backend: &dyn Backend, tenant: &str, mut piece: &[u8]) -> Result<u64, StoreError> {
        self.expect_whole()?;
        let (size, most) = (self.size.saturating_add(piece.len() as u64), self.most);
        if size > most {
            let what =
                format!("an artifact has at most {most} bytes (state.artifact_bytes in the configuration), not {size}");
            return Err(StoreError::TooLarge(what));
        }
        self.size = size;
        while !piece.is_empty() {
            let (part, rest) = piece.split_at(piece.len().min(CHUNK_BYTES - self.rest.len()));
            self.hash.update(part);
            self.rest.extend(part);
            piece = rest;
            if self.rest.len() == CHUNK_BYTES {
                self.send(backend, tenant).await?;
            }
        }
        Ok(size)
    }

    fn expect_whole(&self) -> Result<(), StoreError> {
        if !self.failed {
            return Ok(());
        }
        let what = "a piece of the artifact could not be stored before: give it up, and begin it anew".into();
        Err(StoreError::Conflict { what, current: None })
    }

    async fn send(&mut self, backend: &dyn Backend, tenant: &str) -> Result<(), StoreError> {
        let bytes = std::mem::take(&mut self.rest);
        // Before it is waited for: whoever waits may stop to.
        self.failed = true;
        backend.upload_chunk(tenant, self.number, self.chunks, bytes).await?;
        self.failed = false;
        self.chunks += 1;
        Ok(())
    }

    /// All of it, where it is less than a chunk: what it is can be told by that.
    pub fn whole(&self) -> Option<&[u8]> {
        (self.chunks == 0).then_some(&*self.rest)
    }

    /// Makes it an artifact.
    pub async fn finish(
        mut self,
        backend: &dyn Backend,
        tenant: &str,
        new: NewArtifact,
    ) -> Result<Artifact, StoreError> {
        self.expect_whole()?;
        if self.chunks == 0 || !self.rest.is_empty() {
            self.send(backend, tenant).await?;
        }
        let hash = hex(&self.hash.finalize());
        let uploaded = Uploaded { upload: self.number, chunks: self.chunks, size: self.size, hash };
        backend.keep_artifact(tenant, new, NewContent::Uploaded(uploaded)).await
    }

    /// Gives it up.
    pub async fn discard(self, backend: &dyn Backend, tenant: &str) -> Result<(), StoreError> {
        backend.discard_upload(tenant, self.number).await
    }
}
