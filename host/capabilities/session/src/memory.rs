//! The imports of the interface `memory`, and what other capabilities remember.

use llmspell_api::memory::{Entry, NewEntry, Recalled};
use llmspell_kernel::bindings::types;
use llmspell_kernel::{CallContext, Capability, Import, ImportData, ImportOf, Linker, Options, Result, Run, RunState};
use llmspell_policy::{Permission, Right};
use serde_json::json;

use crate::access::{Sessions, told};
use crate::session::Json;
use bindings::llmspell::spell::memory;

mod request;
mod search;

mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/memory@0.1.0; }",
        imports: { default: async | trappable },
        wasmtime_crate: llmspell_kernel::engine,
        with: { "llmspell:spell/types": llmspell_kernel::bindings::types },
    });
}

/// The interface `memory`. Has to be prepared after the interface `session`.
pub struct MemoryCapability;

/// What the run's tenant remembers. Other capabilities get it by `Run::offered`.
#[derive(Clone)]
pub struct Memory {
    sessions: Sessions,
}

impl Capability for MemoryCapability {
    type Instance = Memory;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<Memory>) -> wasmtime::Result<()> {
        memory::add_to_linker::<_, ImportData<Memory>>(linker, import)
    }

    /// Offers the run's [`Memory`].
    fn prepare(&self, run: &mut Run, _: &Options) -> wasmtime::Result<Memory> {
        let memory = Memory { sessions: run.offered()? };
        run.offer(memory.clone());
        Ok(memory)
    }
}

/// The stream of a session's memory.
pub(crate) fn stream(shelf: &str) -> String {
    format!("memory:{shelf}")
}

impl Memory {
    /// The session that is named, or else the current one, or else what belongs to none.
    pub fn shelf(&self, session: Option<&str>) -> String {
        self.sessions.shelf(session)
    }

    /// Adds entries, all or none, for work beside the guest: a call of its own at the gate.
    pub async fn keep(&self, shelf: &str, entries: Vec<NewEntry>, cx: &CallContext) -> Result<()> {
        let call = cx.call("memory.add", || json!({ "session": shelf, "entries": entries }));
        let call = call.needs(Permission::of(Right::SESSION, shelf)).begin().await?;
        let bounded = entries.into_iter().map(request::bounded).collect();
        call.settle(self.add(shelf, bounded, None, cx).await).map(drop)
    }

    /// The last entries of an agent, for work beside the guest: a call of its own at the gate.
    pub async fn last(&self, shelf: &str, agent: &str, limit: usize, cx: &CallContext) -> Result<Vec<Entry>> {
        let call =
            cx.call("memory.recall", || json!({ "session": shelf, "query": { "agent": agent, "limit": limit } }));
        let call = call.needs(Permission::of(Right::SESSION, shelf)).begin().await?;
        let found = self.recall(shelf, &request::Query::of_agent(agent, limit), cx).await;
        let count = found.as_ref().map(|found| found.entries.len() as u64).map_err(Clone::clone);
        call.settle(count)?;
        found.map(|found| found.entries)
    }

    async fn add(&self, shelf: &str, new: Vec<NewEntry>, through: Option<u64>, cx: &CallContext) -> Result<u64> {
        let (backend, tenant) = self.sessions.open(cx).await?;
        let bodies = new.iter().map(|entry| json!(entry).to_string()).collect();
        backend.remember(tenant, shelf, bodies, through).await.map_err(told(cx))
    }

    async fn recall(&self, shelf: &str, query: &request::Query, cx: &CallContext) -> Result<Recalled> {
        let (backend, tenant) = self.sessions.open(cx).await?;
        if shelf != llmspell_state::GLOBAL {
            let found = self.sessions.get(shelf, cx).await?;
            found.ok_or_else(|| llmspell_base::Failure::from(&llmspell_state::missing_session(shelf)))?;
        }
        search::recall(backend, tenant, &stream(shelf), query).await.map_err(told(cx))
    }

    async fn forget(&self, shelf: &str, through: u64, cx: &CallContext) -> Result<u64> {
        let (backend, tenant) = self.sessions.open(cx).await?;
        let mut gone = 0;
        loop {
            match backend.trim(tenant, &stream(shelf), through.saturating_add(1)).await.map_err(told(cx))? {
                0 => return Ok(gone),
                count => gone += count,
            }
        }
    }
}

type Answer<T> = wasmtime::Result<std::result::Result<T, types::Failure>>;

/// The memory, what its work knows of the run, and the session that a call is about.
fn beside(import: &Import<'_, Memory>, session: Option<&str>) -> (Memory, CallContext, String) {
    (import.own.clone(), import.run.contexts(None)(), import.own.shelf(session))
}

impl memory::Host for Import<'_, Memory> {
    async fn add(&mut self, session: Option<String>, entry: String) -> Answer<u64> {
        let (memory, cx, shelf) = beside(self, session.as_deref());
        let read = self.run.check_json(&entry).and_then(|()| request::entry(&entry, &shelf));
        let call = self.call("memory.add").text("session", &shelf).json("entry", &entry);
        let added = call
            .needs(Permission::of(Right::SESSION, &shelf))
            .answer_when(async { memory.add(&shelf, vec![read?], None, &cx).await });
        Ok(added.await?.map_err(Into::into))
    }

    async fn recall(&mut self, session: Option<String>, query: String) -> Answer<String> {
        let (memory, cx, shelf) = beside(self, session.as_deref());
        let read = self.run.check_json(&query).and_then(|()| request::query(&query, &shelf));
        let call = self.call("memory.recall").text("session", &shelf).json("query", &query);
        let found = call
            .needs(Permission::of(Right::SESSION, &shelf))
            .answer_when(async { memory.recall(&shelf, &read?, &cx).await.map(Json::of) });
        Ok(found.await?.map(|Json(text)| text).map_err(Into::into))
    }

    async fn condense(&mut self, session: Option<String>, through: u64, entry: String) -> Answer<u64> {
        let (memory, cx, shelf) = beside(self, session.as_deref());
        let read = self.run.check_json(&entry).and_then(|()| request::entry(&entry, &shelf));
        let call = self.call("memory.condense").text("session", &shelf).number("through", through);
        let added = call
            .json("entry", &entry)
            .needs(Permission::of(Right::SESSION, &shelf))
            .answer_when(async { memory.add(&shelf, vec![read?], Some(through), &cx).await });
        Ok(added.await?.map_err(Into::into))
    }

    async fn forget(&mut self, session: Option<String>, through: u64) -> Answer<u64> {
        let (memory, cx, shelf) = beside(self, session.as_deref());
        let call = self.call("memory.forget").text("session", &shelf).number("through", through);
        let gone = call
            .needs(Permission::of(Right::SESSION, &shelf))
            .answer_when(async { memory.forget(&shelf, through, &cx).await });
        Ok(gone.await?.map_err(Into::into))
    }
}
