//! Contents as they are read, piece by piece, and compared with their hash.

use std::collections::VecDeque;

use llmspell_api::artifact::Artifact;
use llmspell_base::host_memory::Held;
use llmspell_kernel::{CallContext, Recordable, Result};
use llmspell_state::{CHUNK_BYTES, Contents, StoreError};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Artifacts;
use crate::access::told;

/// How far contents were read from their beginning on, without a gap.
#[derive(Default)]
pub struct Readings(VecDeque<Reading>);

struct Reading {
    blob: u64,
    offset: u64,
    hash: Sha256,
}

/// So many contents can be read by turns.
const MOST: usize = 16;

/// A part of a content, in the run's share of the host's memory.
pub struct Piece {
    /// The bytes.
    pub bytes: Vec<u8>,
    _held: Held,
}

impl Recordable for Piece {
    fn bytes(&self) -> usize {
        self.bytes.len()
    }
    fn record(&self) -> Value {
        json!({ "bytes": self.bytes.len() })
    }
}

impl Readings {
    /// Takes in what was read, and compares the hash where that was the last of it.
    fn go_on(&mut self, contents: &Contents, offset: u64, bytes: &[u8]) -> std::result::Result<(), StoreError> {
        let place = self.0.iter().position(|reading| (reading.blob, reading.offset) == (contents.blob(), offset));
        let mut reading = match place.and_then(|place| self.0.remove(place)) {
            Some(reading) => reading,
            None if offset == 0 => Reading { blob: contents.blob(), offset, hash: Sha256::new() },
            None => return Ok(()),
        };
        reading.hash.update(bytes);
        reading.offset += bytes.len() as u64;
        if reading.offset < contents.size() {
            self.0.push_back(reading);
            if self.0.len() > MOST {
                self.0.pop_front();
            }
            return Ok(());
        }
        if contents.has_hash(&reading.hash) { Ok(()) } else { Err(contents.damaged()) }
    }
}

impl Artifacts {
    /// A part of a content.
    pub async fn read(&self, artifact: Artifact, offset: u64, most: u32, cx: &CallContext) -> Result<Piece> {
        let (backend, tenant) = self.sessions.open(cx).await?;
        let contents = Contents::open(backend, tenant, artifact).await.map_err(told(cx))?;
        let most = (most as usize).min(cx.limits().reply_bytes);
        let wanted = usize::try_from(contents.size().saturating_sub(offset)).unwrap_or(usize::MAX).min(most);
        let held = cx.memory().take(wanted.saturating_add(CHUNK_BYTES))?;
        let mut bytes = Vec::with_capacity(wanted);
        while bytes.len() < wanted {
            let at = offset + bytes.len() as u64;
            // A content has no more chunks than that.
            let number = u32::try_from(at / CHUNK_BYTES as u64).unwrap_or(u32::MAX);
            let chunk = contents.chunk(backend, tenant, number).await.map_err(told(cx))?;
            let rest = chunk.get((at % CHUNK_BYTES as u64) as usize..).unwrap_or_default();
            bytes.extend(rest.iter().take(wanted - bytes.len()));
        }
        if wanted > 0 || contents.size() == 0 {
            self.readings.lock().await.go_on(&contents, offset, &bytes).map_err(told(cx))?;
        }
        Ok(Piece { bytes, _held: held })
    }
}
