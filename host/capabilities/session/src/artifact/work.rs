//! What is done with artifacts, behind the gate.

use llmspell_api::artifact::{Artifact, Page};
use llmspell_base::{Code, Failure};
use llmspell_kernel::{CallContext, Result};
use llmspell_state::{NewArtifact, NewContent, WHOLE_BYTES, missing_artifact};

use super::request::{Query, Reference, check_session};
use super::{Artifacts, about};
use crate::access::told;

impl Artifacts {
    /// Stores all of a content at once.
    pub async fn store(&self, mut new: NewArtifact, content: Vec<u8>, cx: &CallContext) -> Result<Artifact> {
        let most = self.sessions.most_bytes().min(WHOLE_BYTES as u64);
        if content.len() as u64 > most {
            let message = format!(
                "an artifact of {} bytes is too large to be stored at once: {most} bytes can be, and more in pieces \
                 (Artifact.writer) or from a file (Artifact.store_file)",
                content.len()
            );
            return Err(Failure::new(Code::TooLarge, message));
        }
        if new.mime_type.is_empty() {
            new.mime_type = mime_type(&new.name, Some(&content));
        }
        let held = cx.memory().take(content.len())?;
        let content = NewContent::Whole(content);
        let (backend, tenant) = self.sessions.open(cx).await?;
        let kept = backend.keep_artifact(tenant, new, content).await.map_err(told(cx))?;
        drop(held);
        self.tell("artifact.stored", &kept, cx);
        Ok(kept)
    }

    /// The artifact that is meant; `None` where there is none.
    pub async fn find(&self, session: &str, reference: &Reference, cx: &CallContext) -> Result<Option<Artifact>> {
        check_session(session)?;
        let which = reference.which.clone();
        let (backend, tenant) = self.sessions.open(cx).await?;
        let found = backend.artifact(tenant, session, which).await.map_err(told(cx))?;
        Ok(found.filter(|found| reference.hash.as_ref().is_none_or(|hash| *hash == found.content_hash)))
    }

    /// The same where it has to be there.
    pub async fn expect(&self, session: &str, reference: &Reference, cx: &CallContext) -> Result<Artifact> {
        let missing = || Failure::from(&missing_artifact(session, &reference.which));
        self.find(session, reference, cx).await?.ok_or_else(missing)
    }

    /// A page of those that fit.
    pub async fn list(&self, session: &str, query: Query, cx: &CallContext) -> Result<Page> {
        let list = query.list(session);
        let (backend, tenant) = self.sessions.open(cx).await?;
        let page = backend.artifacts(tenant, list).await.map_err(told(cx))?;
        Ok(query.pick(page))
    }

    /// Deletes it: whether there was one.
    pub async fn delete(&self, session: &str, reference: &Reference, cx: &CallContext) -> Result<bool> {
        let Some(found) = self.find(session, reference, cx).await? else { return Ok(false) };
        let (backend, tenant) = self.sessions.open(cx).await?;
        let deleted = backend.delete_artifact(tenant, session, found.sequence).await.map_err(told(cx))?;
        if deleted {
            self.tell("artifact.deleted", &found, cx);
        }
        Ok(deleted)
    }

    pub(super) fn tell(&self, event: &str, artifact: &Artifact, cx: &CallContext) {
        self.sessions.events.announce(event, cx, || about(artifact));
    }
}

/// Where nobody says what it is: by the name's extension, or else whether it is text.
pub fn mime_type(name: &str, content: Option<&[u8]>) -> String {
    let by_name = mime_guess::from_path(name).first_raw();
    let is_text = content.is_some_and(|content| std::str::from_utf8(content).is_ok());
    by_name.unwrap_or(if is_text { "text/plain" } else { "application/octet-stream" }).into()
}
