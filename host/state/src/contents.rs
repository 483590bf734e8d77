//! Contents as they are read: what is said of them, each chunk and all of it together are compared with what was put there.

use llmspell_api::artifact::Artifact;
use llmspell_base::hash::hex;
use llmspell_base::toml_span::shown;
use sha2::{Digest, Sha256};

use crate::artifact::{CHUNK_BYTES, Content};
use crate::backend::Backend;
use crate::error::StoreError;
use crate::record;

/// An artifact's content, chunk by chunk from its beginning to its end.
pub struct Contents {
    artifact: Artifact,
    content: Content,
    number: u32,
    hash: Sha256,
}

impl Contents {
    /// Where it lies. Fails where it was deleted, or where what is said of it is not what is said of the artifact.
    pub async fn open(backend: &dyn Backend, tenant: &str, artifact: Artifact) -> Result<Contents, StoreError> {
        let found = backend.content(tenant, &artifact.content_hash).await?;
        let content = found.ok_or_else(|| gone(&artifact))?;
        let chunks = content.size.div_ceil(CHUNK_BYTES as u64).max(1);
        if content.size != artifact.size || u64::from(content.chunks) != chunks {
            return Err(damaged(&artifact));
        }
        Ok(Contents { artifact, content, number: 0, hash: Sha256::new() })
    }

    /// The number under which its chunks lie.
    pub fn blob(&self) -> u64 {
        self.content.blob
    }

    /// In bytes.
    pub fn size(&self) -> u64 {
        self.content.size
    }

    /// One chunk, as long as it has to be.
    pub async fn chunk(&self, backend: &dyn Backend, tenant: &str, number: u32) -> Result<Vec<u8>, StoreError> {
        let found = backend.chunk(tenant, self.content.blob, number).await?;
        let bytes = found.ok_or_else(|| gone(&self.artifact))?;
        let begin = u64::from(number) * CHUNK_BYTES as u64;
        let wanted = self.content.size.saturating_sub(begin).min(CHUNK_BYTES as u64);
        if bytes.len() as u64 == wanted { Ok(bytes) } else { Err(self.damaged()) }
    }

    /// The next chunk; `None` at the end, where all of it had the content's hash.
    pub async fn next(&mut self, backend: &dyn Backend, tenant: &str) -> Result<Option<Vec<u8>>, StoreError> {
        if self.number == self.content.chunks {
            return if self.has_hash(&self.hash) { Ok(None) } else { Err(self.damaged()) };
        }
        let bytes = self.chunk(backend, tenant, self.number).await?;
        self.number += 1;
        self.hash.update(&bytes);
        Ok(Some(bytes))
    }

    /// Whether this is the hash of all of it.
    pub fn has_hash(&self, hash: &Sha256) -> bool {
        hex(&hash.clone().finalize()) == self.artifact.content_hash
    }

    /// The error where it is not what was put there.
    pub fn damaged(&self) -> StoreError {
        damaged(&self.artifact)
    }
}

fn damaged(artifact: &Artifact) -> StoreError {
    let StoreError::Damaged { what, .. } = record::damaged(&format!("the content {}", shown(&artifact.content_hash)))
    else {
        return StoreError::Internal("an error of another kind".into());
    };
    let advice = "`llmspell-wasm state verify` says what else is".into();
    StoreError::Damaged { store: "that holds it".into(), what, advice }
}

fn gone(artifact: &Artifact) -> StoreError {
    StoreError::NotFound(format!("the artifact '{}' was deleted meanwhile", shown(&artifact.name)))
}
