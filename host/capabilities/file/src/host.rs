//! The imports of the interface `file`: each reads its arguments, passes the gate and calls `Files`.

use llmspell_kernel::args::Arg;
use llmspell_kernel::bindings::types;
use llmspell_kernel::{
    CallContext, Capability, Import, ImportData, ImportOf, Linker, Options, Recordable, Run, RunState,
};
use llmspell_policy::Right;
use serde_json::Value;

use crate::files::Files;
use crate::list::Page;
use crate::location::Location;
use bindings::llmspell::spell::file;

mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/file@0.1.0; }",
        imports: { default: async | trappable },
        wasmtime_crate: llmspell_kernel::engine,
        with: { "llmspell:spell/types": llmspell_kernel::bindings::types },
    });
}

/// The interface `file`.
pub struct FileCapability;

impl Capability for FileCapability {
    type Instance = Files;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<Files>) -> wasmtime::Result<()> {
        file::add_to_linker::<_, ImportData<Files>>(linker, import)
    }

    /// Offers the run's [`Files`].
    fn prepare(&self, run: &mut Run, _: &Options) -> wasmtime::Result<Files> {
        let files = Files::open(&run.grants)?;
        run.offer(files.clone());
        Ok(files)
    }
}

/// An answer that is JSON.
struct Told(Value);

impl Recordable for Told {
    fn bytes(&self) -> usize {
        self.0.to_string().len()
    }
    fn record(&self) -> Value {
        self.0.clone()
    }
}

type Answer<T> = wasmtime::Result<Result<T, types::Failure>>;

impl file::Host for Import<'_, Files> {
    async fn covers(&mut self, path: String, to_write: bool) -> wasmtime::Result<bool> {
        let call = self.call("file.covers").text("path", &path).flag("to_write", to_write);
        let right = if to_write { Right::WRITE } else { Right::READ };
        let covers = call.answer(|import| Ok(import.own.covers(right, &path)))?;
        Ok(covers.unwrap_or_default())
    }

    async fn read(&mut self, path: String) -> Answer<Vec<u8>> {
        let (files, cx) = beside(self);
        let at = files.locate(Right::READ, &path);
        let call = self.call("file.read").text("path", &path).needs(at.permission());
        let read = call.answer_when(files.read(&at, &cx)).await?;
        Ok(read.map(|contents| contents.bytes).map_err(|failure| at.told(failure).into()))
    }

    async fn write(&mut self, path: String, data: Vec<u8>) -> Answer<()> {
        let (files, cx) = beside(self);
        let at = files.locate(Right::WRITE, &path);
        let asked = asked(&cx, "file.write", &at, &data);
        let call = self.call("file.write").text("path", &path).arg("data", content(&asked, &data));
        let written = call.needs(at.permission()).answer_when(files.write(&at, data, &cx));
        Ok(written.await?.map(drop).map_err(|failure| at.told(failure).into()))
    }

    async fn append(&mut self, path: String, data: Vec<u8>) -> Answer<()> {
        let (files, cx) = beside(self);
        let at = files.locate(Right::WRITE, &path);
        let asked = asked(&cx, "file.append", &at, &data);
        let call = self.call("file.append").text("path", &path).arg("data", content(&asked, &data));
        let appended = call.needs(at.permission()).answer_when(files.append(&at, data, &cx));
        Ok(appended.await?.map(drop).map_err(|failure| at.told(failure).into()))
    }

    async fn metadata(&mut self, path: String) -> Answer<String> {
        let (files, cx) = beside(self);
        let at = files.locate(Right::READ, &path);
        let call = self.call("file.metadata").text("path", &path).needs(at.permission());
        let told = call.answer_when(async { files.metadata(&at, &cx).await.map(Told) }).await?;
        Ok(told.map(|Told(value)| value.to_string()).map_err(|failure| at.told(failure).into()))
    }

    async fn list(&mut self, path: String, after: Option<String>, most: u32) -> Answer<String> {
        let (files, cx) = beside(self);
        let at = files.locate(Right::READ, &path);
        let call = self.call("file.list").text("path", &path).optional_text("after", after.as_deref());
        let call = call.arg("most", Arg::U32(most)).needs(at.permission());
        let page = Page { after: after.clone(), most: usize::try_from(most).unwrap_or(Page::MOST) };
        let told = call.answer_when(async { files.list(&at, page, &cx).await.map(Told) }).await?;
        Ok(told.map(|Told(value)| value.to_string()).map_err(|failure| at.told(failure).into()))
    }

    async fn make_folder(&mut self, path: String) -> Answer<bool> {
        let (files, cx) = beside(self);
        let at = files.locate(Right::WRITE, &path);
        let call = self.call("file.make-folder").text("path", &path).needs(at.permission());
        Ok(call.answer_when(files.make_folder(&at, &cx)).await?.map_err(|failure| at.told(failure).into()))
    }

    async fn remove(&mut self, path: String, all: bool) -> Answer<()> {
        let (files, cx) = beside(self);
        let at = files.locate(Right::WRITE, &path);
        let call = self.call("file.remove").text("path", &path).flag("all", all).needs(at.permission());
        Ok(call.answer_when(files.remove(&at, all, &cx)).await?.map_err(|failure| at.told(failure).into()))
    }

    async fn rename(&mut self, source: String, target: String) -> Answer<()> {
        let (files, cx) = beside(self);
        let (from, to) = (files.locate(Right::WRITE, &source), files.locate(Right::WRITE, &target));
        let call = self.call("file.rename").text("source", &source).text("target", &target);
        let renamed = call.needs(from.and(&to)).answer_when(files.rename(&from, &to, &cx)).await?;
        Ok(renamed.map_err(|failure| to.told(from.told(failure)).into()))
    }

    async fn copy(&mut self, source: String, target: String) -> Answer<u64> {
        let (files, cx) = beside(self);
        let (from, to) = (files.locate(Right::READ, &source), files.locate(Right::WRITE, &target));
        let call = self.call("file.copy").text("source", &source).text("target", &target);
        let copied = call.needs(to.permission()).answer_when(files.copy(&from, &to, &cx)).await?;
        Ok(copied.map_err(|failure| to.told(from.told(failure)).into()))
    }
}

/// A copy of what is written, where somebody is to be asked about it.
fn asked(cx: &CallContext, call: &'static str, at: &Location, data: &[u8]) -> Option<Vec<u8>> {
    cx.needs_approval(call, &at.permission(), None).then(|| data.to_vec())
}

fn content<'a>(asked: &'a Option<Vec<u8>>, data: &[u8]) -> Arg<'a> {
    asked.as_ref().map_or(Arg::Unrecorded(data.len()), |bytes| Arg::Content(bytes))
}

/// The files, and what their work knows of the run.
fn beside(import: &Import<'_, Files>) -> (Files, CallContext) {
    (import.own.clone(), import.run.contexts(None)())
}
