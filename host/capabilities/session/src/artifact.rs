//! The imports of the interface `artifact`: each reads its arguments, passes the gate and calls the store.

use std::sync::Arc;

use llmspell_api::artifact::Artifact;
use llmspell_base::Failure;
use llmspell_capability_file::Files;
use llmspell_kernel::args::{Arg, parse_or_text};
use llmspell_kernel::bindings::types;
use llmspell_kernel::{CallContext, Capability, Import, ImportData, ImportOf, Linker, Options, Run, RunState};
use llmspell_policy::{Permission, Right};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::access::{Sessions, granted};
use crate::session::Json;
use bindings::llmspell::spell::artifact;
use reading::Readings;
use uploads::Uploads;

pub use request::check_session;
pub use work::mime_type;

mod files;
mod reading;
mod request;
mod uploads;
mod work;

mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/artifact@0.1.0; }",
        imports: { default: async | trappable },
        wasmtime_crate: llmspell_kernel::engine,
        with: { "llmspell:spell/types": llmspell_kernel::bindings::types },
    });
}

/// The interface `artifact`. Has to be prepared after the interfaces `session` and `file`.
pub struct ArtifactCapability;

/// The artifacts of the run's tenant.
#[derive(Clone)]
pub struct Artifacts {
    sessions: Sessions,
    files: Files,
    uploads: Arc<Mutex<Uploads>>,
    readings: Arc<Mutex<Readings>>,
}

impl Capability for ArtifactCapability {
    type Instance = Artifacts;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<Artifacts>) -> wasmtime::Result<()> {
        artifact::add_to_linker::<_, ImportData<Artifacts>>(linker, import)
    }

    fn prepare(&self, run: &mut Run, _: &Options) -> wasmtime::Result<Artifacts> {
        let (sessions, files): (Sessions, Files) = (run.offered()?, run.offered()?);
        let uploads = Arc::new(Mutex::new(Uploads::new(sessions.clone())));
        Ok(Artifacts { sessions, files, uploads, readings: Arc::default() })
    }
}

type Answer<T> = wasmtime::Result<Result<T, types::Failure>>;

/// The artifacts, what their work knows of the run, and the session that a call is about.
fn beside(import: &Import<'_, Artifacts>, session: Option<&str>) -> (Artifacts, CallContext, String) {
    (import.own.clone(), import.run.contexts(None)(), import.own.sessions.session_or_global(session))
}

/// The same where the reference may name the session.
fn referred(
    import: &Import<'_, Artifacts>,
    session: Option<&str>,
    reference: &str,
) -> (Artifacts, CallContext, String, Result<request::Reference, Failure>) {
    let read = import.run.check_json(reference).and_then(|()| request::reference(reference));
    let named = read.as_ref().ok().and_then(|read| read.session.clone());
    let (artifacts, cx, session) = beside(import, session.or(named.as_deref()));
    (artifacts, cx, session, read)
}

fn text(answer: Result<Json, Failure>) -> Result<String, types::Failure> {
    answer.map(|Json(text)| text).map_err(Into::into)
}

impl artifact::Host for Import<'_, Artifacts> {
    async fn store(&mut self, session: Option<String>, options: String, content: Vec<u8>) -> Answer<String> {
        let (artifacts, cx, session) = beside(self, session.as_deref());
        let read =
            self.run.check_json(&options).and_then(|()| request::options(parse_or_text(&options), &session, None));
        let call = self.call("artifact.store").text("session", &session).json("options", &options);
        let call = call.arg("content", Arg::Unrecorded(content.len()));
        let stored = call
            .needs(Permission::of(Right::ARTIFACT_WRITE, &session))
            .answer_when(async { artifacts.store(read?, content, &cx).await.map(Json::of) });
        Ok(text(stored.await?))
    }

    async fn begin(&mut self, session: Option<String>, options: String) -> Answer<u64> {
        let (artifacts, cx, session) = beside(self, session.as_deref());
        let read =
            self.run.check_json(&options).and_then(|()| request::options(parse_or_text(&options), &session, None));
        let call = self.call("artifact.begin").text("session", &session).json("options", &options);
        let begun = call
            .needs(Permission::of(Right::ARTIFACT_WRITE, &session))
            .answer_when(async { artifacts.begin(read?, &cx).await });
        Ok(begun.await?.map_err(Into::into))
    }

    async fn append(&mut self, upload: u64, content: Vec<u8>) -> Answer<u64> {
        let (artifacts, cx, _) = beside(self, None);
        let call = self.call("artifact.append").number("upload", upload);
        let call = call.arg("content", Arg::Unrecorded(content.len()));
        let added = call.answer_when(async { artifacts.append(upload, &content, &cx).await });
        Ok(added.await?.map_err(Into::into))
    }

    async fn finish(&mut self, upload: u64) -> Answer<String> {
        let (artifacts, cx, _) = beside(self, None);
        let call = self.call("artifact.finish").number("upload", upload);
        let kept = call.answer_when(async { artifacts.finish(upload, &cx).await.map(Json::of) });
        Ok(text(kept.await?))
    }

    async fn discard(&mut self, upload: u64) -> Answer<bool> {
        let (artifacts, cx, _) = beside(self, None);
        let call = self.call("artifact.discard").number("upload", upload);
        let gone = call.answer_when(async { artifacts.discard(upload, &cx).await });
        Ok(gone.await?.map_err(Into::into))
    }

    async fn find(&mut self, session: Option<String>, reference: String) -> Answer<String> {
        let (artifacts, cx, session, read) = referred(self, session.as_deref(), &reference);
        let call = self.call("artifact.find").text("session", &session).json("reference", &reference);
        let found = call
            .needs(Permission::of(Right::ARTIFACT_READ, &session))
            .answer_when(async { artifacts.find(&session, &read?, &cx).await.map(Json::of) });
        Ok(text(found.await?))
    }

    async fn read(&mut self, session: Option<String>, reference: String, offset: u64, most: u32) -> Answer<Vec<u8>> {
        let (artifacts, cx, session, read) = referred(self, session.as_deref(), &reference);
        let call = self.call("artifact.read").text("session", &session).json("reference", &reference);
        let call = call.number("offset", offset).arg("most", Arg::U32(most));
        let piece = call.needs(Permission::of(Right::ARTIFACT_READ, &session)).answer_when(async {
            let artifact = artifacts.expect(&session, &read?, &cx).await?;
            artifacts.read(artifact, offset, most, &cx).await
        });
        Ok(piece.await?.map(|piece| piece.bytes).map_err(Into::into))
    }

    async fn list(&mut self, query: String) -> Answer<String> {
        let read = self.run.check_json(&query).and_then(|()| request::query(&query));
        let named = read.as_ref().ok().and_then(|query| query.session.clone());
        let (artifacts, cx, session) = beside(self, named.as_deref());
        let call = self.call("artifact.list").json("query", &query);
        let found = call
            .needs(Permission::of(Right::ARTIFACT_READ, &session))
            .answer_when(async { artifacts.list(&session, read?, &cx).await.map(Json::of) });
        Ok(text(found.await?))
    }

    async fn delete(&mut self, session: Option<String>, reference: String) -> Answer<bool> {
        let (artifacts, cx, session, read) = referred(self, session.as_deref(), &reference);
        let call = self.call("artifact.delete").text("session", &session).json("reference", &reference);
        let deleted = call
            .needs(Permission::of(Right::ARTIFACT_WRITE, &session))
            .answer_when(async { artifacts.delete(&session, &read?, &cx).await });
        Ok(deleted.await?.map_err(Into::into))
    }

    async fn store_file(&mut self, session: Option<String>, path: String, options: String) -> Answer<String> {
        let (artifacts, cx, session) = beside(self, session.as_deref());
        let read = self.run.check_json(&options);
        let read = read.and_then(|()| request::options(parse_or_text(&options), &session, Some(&path)));
        let at = artifacts.files.locate(Right::READ, &path);
        let call = self.call("artifact.store-file").text("session", &session).text("path", &path);
        let call = call.json("options", &options).needs(at.permission());
        let stored = call.answer_when(async {
            granted(&cx, "artifact.store-file", Right::ARTIFACT_WRITE, &session)?;
            artifacts.store_file(&at, read?, &cx).await.map(Json::of)
        });
        Ok(text(stored.await?.map_err(|failure| at.told(failure))))
    }

    async fn get_to_file(&mut self, session: Option<String>, reference: String, path: String) -> Answer<String> {
        let (artifacts, cx, session, read) = referred(self, session.as_deref(), &reference);
        let at = artifacts.files.locate(Right::WRITE, &path);
        // What is read first: the run has taken it in before it goes to the file.
        let granted = granted(&cx, "artifact.get-to-file", Right::ARTIFACT_READ, &session);
        let call = self.call("artifact.get-to-file").text("session", &session).json("reference", &reference);
        let call = call.text("path", &path).needs(at.permission());
        let written = call.answer_when(async {
            granted?;
            let artifact = artifacts.expect(&session, &read?, &cx).await?;
            artifacts.get_to_file(&at, &artifact, &cx).await?;
            Ok(Json::of(artifact))
        });
        Ok(text(written.await?.map_err(|failure| at.told(failure))))
    }
}

/// Data of an event about an artifact.
fn about(artifact: &Artifact) -> Value {
    let Artifact { session_id, sequence, name, version, content_hash, size, .. } = artifact.clone();
    serde_json::json!(llmspell_api::artifact::ChangedEvent { session_id, sequence, name, version, content_hash, size })
}
