//! Contents that come from files and go to files, without passing the guest.

use std::io::{self, Read};

use llmspell_api::artifact::Artifact;
use llmspell_base::Failure;
use llmspell_capability_file::{FileError, Location};
use llmspell_kernel::{CallContext, Result};
use llmspell_state::{CHUNK_BYTES, Contents, NewArtifact};
use tokio::runtime::Handle;

use super::Artifacts;
use super::uploads::Begun;
use crate::access::{Sessions, told};

impl Artifacts {
    /// Stores what a file holds.
    pub async fn store_file(&self, at: &Location, new: NewArtifact, cx: &CallContext) -> Result<Artifact> {
        let mut upload = Some(Begun::begin(self, new, cx).await?);
        let (artifacts, place, context, handle) = (self.clone(), at.clone(), cx.clone(), Handle::current());
        let held = cx.memory().take(CHUNK_BYTES)?;
        let of = [at];
        let work = self.files.apart(cx, "artifact.store-file", (at.given(), &of), move |work| {
            let mut file = work.open(&place)?;
            let mut piece = vec![0; CHUNK_BYTES];
            let mut upload = upload.take().ok_or(FileError::Cancelled)?;
            let sent = loop {
                if let Err(problem) = work.check() {
                    break Err(problem);
                }
                let part = match file.read(&mut piece) {
                    Ok(read) => piece.get(..read).unwrap_or_default(),
                    Err(error) => break Err(error.into()),
                };
                if part.is_empty() {
                    break Ok(());
                }
                if let Err(failure) = handle.block_on(upload.add(&artifacts, part, &context)) {
                    break Err(FileError::from(failure));
                }
            };
            match sent {
                Ok(()) => Ok(upload),
                Err(problem) => {
                    // What stays expires.
                    drop(handle.block_on(upload.discard(&artifacts, &context)));
                    Err(problem)
                }
            }
        });
        let upload = work.await?;
        drop(held);
        upload.finish(self, cx).await
    }

    /// Writes a content to a file.
    pub async fn get_to_file(&self, at: &Location, artifact: &Artifact, cx: &CallContext) -> Result<u64> {
        let (backend, tenant) = self.sessions.open(cx).await?;
        let contents = Contents::open(backend, tenant, artifact.clone()).await.map_err(told(cx))?;
        let held = cx.memory().take(CHUNK_BYTES)?;
        let mut from = Stream {
            sessions: self.sessions.clone(),
            contents,
            cx: cx.clone(),
            handle: Handle::current(),
            chunk: Vec::new(),
            at: 0,
            failure: None,
        };
        let place = at.clone();
        let of = [at];
        let work = self.files.apart(cx, "artifact.get-to-file", (at.given(), &of), move |work| {
            let written = work.write(&place, &mut from);
            written.map_err(|problem| from.failure.map_or(problem, FileError::from))
        });
        let written = work.await?;
        drop(held);
        Ok(written)
    }
}

/// A content as a stream of bytes, which ends only where it has its hash.
struct Stream {
    sessions: Sessions,
    contents: Contents,
    cx: CallContext,
    handle: Handle,
    chunk: Vec<u8>,
    at: usize,
    /// Why it broke off.
    failure: Option<Failure>,
}

impl Stream {
    fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let Stream { sessions, contents, cx, handle, .. } = self;
        handle.block_on(async {
            let (backend, tenant) = sessions.open(cx).await?;
            contents.next(backend, tenant).await.map_err(told(cx))
        })
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.chunk.len() {
            match self.next() {
                Ok(Some(chunk)) => (self.chunk, self.at) = (chunk, 0),
                Ok(None) => return Ok(0),
                Err(failure) => {
                    let told = io::Error::other(failure.message.clone());
                    self.failure = Some(failure);
                    return Err(told);
                }
            }
        }
        let rest = self.chunk.get(self.at..).unwrap_or_default();
        let count = rest.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.at += count;
        Ok(count)
    }
}
