//! The imports of the interface `session`: each reads its arguments, passes the gate and calls the store.

use llmspell_base::Failure;
use llmspell_kernel::args::parse_or_text;
use llmspell_kernel::bindings::types;
use llmspell_kernel::operation::Operation;
use llmspell_kernel::{Capability, Import, ImportData, ImportOf, Linker, Options, Recordable, Run, RunState};
use llmspell_policy::{Permission, Right};
use llmspell_state::{MOST_ENTRIES, Store, missing_session};
use serde_json::{Value, json};
use wasmtime::component::Resource;

use crate::access::{Sessions, told};
use bindings::llmspell::spell::session;

mod change;
mod request;

use request::id_text;
pub(crate) use request::{object, tags};

mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/session@0.1.0; }",
        imports: { default: async | trappable },
        wasmtime_crate: llmspell_kernel::engine,
        with: {
            "llmspell:spell/types": llmspell_kernel::bindings::types,
            "llmspell:spell/operation": llmspell_kernel::bindings::operation,
        },
    });
}

/// The interface `session`.
pub struct SessionCapability {
    /// The store of all tenants.
    pub store: Store,
}

impl Capability for SessionCapability {
    type Instance = Sessions;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<Sessions>) -> wasmtime::Result<()> {
        session::add_to_linker::<_, ImportData<Sessions>>(linker, import)
    }

    /// Offers the run's [`Sessions`].
    fn prepare(&self, run: &mut Run, options: &Options) -> wasmtime::Result<Sessions> {
        let sessions = Sessions::new(self.store.clone(), run, options.session.clone());
        run.offer(sessions.clone());
        Ok(sessions)
    }
}

/// JSON text for the guest, and itself in the journal.
pub(crate) struct Json(pub String);

impl Json {
    /// Of a value, or null.
    pub fn of(value: impl serde::Serialize) -> Json {
        Json(json!(value).to_string())
    }
}

impl Recordable for Json {
    fn bytes(&self) -> usize {
        self.0.len()
    }
    fn record(&self) -> Value {
        parse_or_text(&self.0)
    }
}

type Answer<T> = wasmtime::Result<Result<T, types::Failure>>;

/// What is needed for what no session is named in.
const ALL: &str = "*";

fn of_session(id: &str) -> Permission<'_> {
    Permission::of(Right::SESSION, id)
}

impl session::Host for Import<'_, Sessions> {
    async fn create(&mut self, options: String, parent_call: Option<u64>) -> wasmtime::Result<Resource<Operation>> {
        let read = self.run.check_json(&options).and_then(|()| request::new(parse_or_text(&options)));
        let id = read.as_ref().ok().and_then(|new| new.id.clone()).unwrap_or_else(|| ALL.into());
        let call = self.call("session.create").json("options", &options).needs(of_session(&id)).parent(parent_call);
        call.start(|import, cx| Ok(import.own.clone().create(read?, cx)))
    }

    async fn get(&mut self, id: String) -> Answer<String> {
        let (sessions, cx) = (self.own.clone(), self.run.contexts(None)());
        let call = self.call("session.get").text("id", &id).needs(of_session(&id));
        let found = call.answer_when(async {
            id_text(&id)?;
            sessions.get(&id, &cx).await.map(Json::of)
        });
        Ok(found.await?.map(|Json(text)| text).map_err(Into::into))
    }

    async fn list(&mut self, query: String) -> Answer<String> {
        let read = self.run.check_json(&query).and_then(|()| request::query(&query));
        let (sessions, cx) = (self.own.clone(), self.run.contexts(None)());
        let grants = self.run.grants.clone();
        self.run.mark("state", "session.list", "");
        let call = self.call("session.list").json("query", &query);
        let found = call.answer_when(async {
            let query = read?;
            let mut after = query.after.clone();
            let (backend, tenant) = sessions.open(&cx).await?;
            loop {
                let mut page = backend.sessions(tenant, after, MOST_ENTRIES).await.map_err(told(&cx))?;
                // What is not granted is left out, also where a page ends: its id is not told.
                page.sessions.retain(|session| grants.allows(Right::SESSION, &session.id));
                if page.sessions.is_empty() && page.next.is_some() {
                    after = page.next;
                    tokio::task::yield_now().await;
                    continue;
                }
                page.next = page.next.and_then(|_| page.sessions.last().map(|last| last.id.clone()));
                return Ok(Json::of(query.pick(page)));
            }
        });
        Ok(found.await?.map(|Json(text)| text).map_err(Into::into))
    }

    async fn update(
        &mut self,
        id: String,
        options: String,
        parent_call: Option<u64>,
    ) -> wasmtime::Result<Resource<Operation>> {
        let read = id_text(&id).and_then(|()| self.run.check_json(&options));
        let read = read.and_then(|()| request::change(parse_or_text(&options)).map(|_| parse_or_text(&options)));
        let call = self.call("session.update").text("id", &id).json("options", &options);
        let call = call.needs(of_session(&id)).parent(parent_call);
        let id = id.clone();
        call.start(move |import, cx| Ok(import.own.clone().update(id, read?, cx)))
    }

    async fn turn(
        &mut self,
        id: String,
        to: String,
        parent_call: Option<u64>,
    ) -> wasmtime::Result<Resource<Operation>> {
        let read = id_text(&id).and_then(|()| request::turn(&to));
        let call = self.call("session.turn").text("id", &id).text("to", &to);
        let call = call.needs(of_session(&id)).parent(parent_call);
        let id = id.clone();
        call.start(move |import, cx| Ok(import.own.clone().turn(id, read?, cx)))
    }

    async fn delete(&mut self, id: String, parent_call: Option<u64>) -> wasmtime::Result<Resource<Operation>> {
        let read = id_text(&id);
        let call = self.call("session.delete").text("id", &id).needs(of_session(&id)).parent(parent_call);
        let id = id.clone();
        call.start(move |import, cx| {
            read?;
            Ok(import.own.clone().delete(id, cx))
        })
    }

    async fn current(&mut self) -> Answer<Option<String>> {
        let call = self.call("session.current");
        Ok(call.answer(|import| Ok(import.own.current()))?.map_err(Into::into))
    }

    async fn set_current(&mut self, id: Option<String>) -> Answer<()> {
        let (sessions, cx) = (self.own.clone(), self.run.contexts(None)());
        let call = self.call("session.set-current").optional_text("id", id.as_deref());
        let call = match &id {
            Some(id) => call.needs(of_session(id)),
            None => call,
        };
        let set = call.answer_when(async {
            if let Some(id) = &id {
                id_text(id)?;
                let found = sessions.get(id, &cx).await?;
                found.ok_or_else(|| Failure::from(&missing_session(id)))?;
            }
            sessions.set_current(id.clone());
            Ok(())
        });
        Ok(set.await?.map_err(Into::into))
    }
}
