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
pub(crate) fn stream(session: &str) -> String {
    format!("memory:{session}")
}

impl Memory {
    /// The session that is named, or else the current one, or else what belongs to none.
    pub fn session_or_global(&self, session: Option<&str>) -> String {
        self.sessions.session_or_global(session)
    }

    /// Adds entries, all or none, for work beside the guest: a call of its own at the gate.
    pub async fn keep(&self, session: &str, entries: Vec<NewEntry>, cx: &CallContext) -> Result<()> {
        let call = cx.call("memory.add", || json!({ "session": session, "entries": entries }));
        let call = call.needs(Permission::of(Right::SESSION, session)).begin().await?;
        let bounded = entries.into_iter().map(request::bounded).collect();
        call.settle(self.add(session, bounded, None, cx).await).map(drop)
    }

    /// The last entries of an agent, for work beside the guest: a call of its own at the gate.
    pub async fn last(&self, session: &str, agent: &str, limit: usize, cx: &CallContext) -> Result<Vec<Entry>> {
        let call =
            cx.call("memory.recall", || json!({ "session": session, "query": { "agent": agent, "limit": limit } }));
        let call = call.needs(Permission::of(Right::SESSION, session)).begin().await?;
        let found = self.recall(session, &request::Query::of_agent(agent, limit), cx).await;
        let count = found.as_ref().map(|found| found.entries.len() as u64).map_err(Clone::clone);
        call.settle(count)?;
        found.map(|found| found.entries)
    }

    async fn add(&self, session: &str, new: Vec<NewEntry>, through: Option<u64>, cx: &CallContext) -> Result<u64> {
        let (backend, tenant) = self.sessions.open(cx).await?;
        let bodies = new.iter().map(|entry| json!(entry).to_string()).collect();
        backend.remember(tenant, session, bodies, through).await.map_err(told(cx))
    }

    async fn recall(&self, session: &str, query: &request::Query, cx: &CallContext) -> Result<Recalled> {
        let (backend, tenant) = self.sessions.open(cx).await?;
        if session != llmspell_state::GLOBAL {
            let found = self.sessions.get(session, cx).await?;
            found.ok_or_else(|| llmspell_base::Failure::from(&llmspell_state::missing_session(session)))?;
        }
        search::recall(backend, tenant, &stream(session), query).await.map_err(told(cx))
    }

    async fn forget(&self, session: &str, through: u64, cx: &CallContext) -> Result<u64> {
        let (backend, tenant) = self.sessions.open(cx).await?;
        let mut gone = 0;
        loop {
            match backend.trim(tenant, &stream(session), through.saturating_add(1)).await.map_err(told(cx))? {
                0 => return Ok(gone),
                count => gone += count,
            }
        }
    }
}

type Answer<T> = wasmtime::Result<std::result::Result<T, types::Failure>>;

/// The memory, what its work knows of the run, and the session that a call is about.
fn beside(import: &Import<'_, Memory>, session: Option<&str>) -> (Memory, CallContext, String) {
    (import.own.clone(), import.run.contexts(None)(), import.own.session_or_global(session))
}

impl memory::Host for Import<'_, Memory> {
    async fn add(&mut self, session: Option<String>, entry: String) -> Answer<u64> {
        let (memory, cx, session) = beside(self, session.as_deref());
        let read = self.run.check_json(&entry).and_then(|()| request::entry(&entry, &session));
        let call = self.call("memory.add").text("session", &session).json("entry", &entry);
        let added = call
            .needs(Permission::of(Right::SESSION, &session))
            .answer_when(async { memory.add(&session, vec![read?], None, &cx).await });
        Ok(added.await?.map_err(Into::into))
    }

    async fn recall(&mut self, session: Option<String>, query: String) -> Answer<String> {
        let (memory, cx, session) = beside(self, session.as_deref());
        let read = self.run.check_json(&query).and_then(|()| request::query(&query, &session));
        let call = self.call("memory.recall").text("session", &session).json("query", &query);
        let found = call
            .needs(Permission::of(Right::SESSION, &session))
            .answer_when(async { memory.recall(&session, &read?, &cx).await.map(Json::of) });
        Ok(found.await?.map(|Json(text)| text).map_err(Into::into))
    }

    async fn consolidate(&mut self, session: Option<String>, through: u64, entry: String) -> Answer<u64> {
        let (memory, cx, session) = beside(self, session.as_deref());
        let read = self.run.check_json(&entry).and_then(|()| request::entry(&entry, &session));
        let call = self.call("memory.consolidate").text("session", &session).number("through", through);
        let added = call
            .json("entry", &entry)
            .needs(Permission::of(Right::SESSION, &session))
            .answer_when(async { memory.add(&session, vec![read?], Some(through), &cx).await });
        Ok(added.await?.map_err(Into::into))
    }

    async fn forget(&mut self, session: Option<String>, through: u64) -> Answer<u64> {
        let (memory, cx, session) = beside(self, session.as_deref());
        let call = self.call("memory.forget").text("session", &session).number("through", through);
        let gone = call
            .needs(Permission::of(Right::SESSION, &session))
            .answer_when(async { memory.forget(&session, through, &cx).await });
        Ok(gone.await?.map_err(Into::into))
    }
}
