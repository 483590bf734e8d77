//! The imports of the interface `rag`: each reads its arguments, passes the gate and starts the work.

use std::sync::Arc;

use llmspell_base::Failure;
use llmspell_capability_agent::Knowledge;
use llmspell_kernel::operation::Operation;
use llmspell_kernel::{Capability, Import, ImportData, ImportOf, Linker, Options, Run, RunState};
use llmspell_policy::{Permission, Right};
use llmspell_state::Store;
use wasmtime::component::Resource;

use crate::rag::{Rag, check_name};
use crate::request;
use crate::shards::Shards;
use bindings::llmspell::spell::rag;

mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/rag@0.1.0; }",
        imports: { default: async | trappable },
        wasmtime_crate: llmspell_kernel::engine,
        with: {
            "llmspell:spell/types": llmspell_kernel::bindings::types,
            "llmspell:spell/operation": llmspell_kernel::bindings::operation,
        },
    });
}

/// The interface `rag`.
pub struct RagCapability {
    /// The store of all tenants.
    pub store: Store,
    /// The indexes of all tenants.
    pub shards: Shards,
}

impl Capability for RagCapability {
    type Instance = Rag;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<Rag>) -> wasmtime::Result<()> {
        rag::add_to_linker::<_, ImportData<Rag>>(linker, import)
    }

    /// Its work needs the run's agents and files. Offers passages to agents.
    fn prepare(&self, run: &mut Run, _: &Options) -> wasmtime::Result<Rag> {
        let rag = Rag {
            store: self.store.clone(),
            shards: self.shards.clone(),
            tenant: run.tenant().into(),
            listener: run.listener.clone(),
            clock: run.clock.clone(),
        };
        run.offer::<Arc<dyn Knowledge>>(Arc::new(rag.clone()));
        Ok(rag)
    }
}

type Started = wasmtime::Result<Resource<Operation>>;

impl rag::Host for Import<'_, Rag> {
    async fn create(&mut self, collection: String, settings: String, parent_call: Option<u64>) -> Started {
        let call = self.call("rag.create").text("collection", &collection).json("settings", &settings);
        call.needs(of_collection(&collection)).parent(parent_call).start(|import, cx| {
            check_name(&collection)?;
            Ok(import.own.clone().create(collection.clone(), read(import, &settings, request::settings)?, cx))
        })
    }

    async fn ingest(
        &mut self,
        collection: String,
        documents: String,
        settings: String,
        parent_call: Option<u64>,
    ) -> Started {
        let call = self.call("rag.ingest").text("collection", &collection).json("documents", &documents);
        let call = call.json("settings", &settings).needs(of_collection(&collection)).parent(parent_call);
        call.charge_json_memory().start(|import, cx| {
            check_name(&collection)?;
            Ok(import.own.clone().ingest(
                collection.clone(),
                read(import, &documents, request::documents)?,
                read(import, &settings, request::settings)?,
                cx,
            ))
        })
    }

    async fn search(
        &mut self,
        collection: String,
        query: String,
        options: String,
        parent_call: Option<u64>,
    ) -> Started {
        let call = self.call("rag.search").text("collection", &collection).text("query", &query);
        let call = call.json("options", &options).needs(of_collection(&collection)).parent(parent_call);
        call.charge_json_memory().start(|import, cx| {
            check_name(&collection)?;
            request::query(&query)?;
            Ok(import.own.clone().search(
                collection.clone(),
                query.clone(),
                read(import, &options, request::search)?,
                cx,
            ))
        })
    }

    async fn delete(&mut self, collection: String, which: String, parent_call: Option<u64>) -> Started {
        let call = self.call("rag.delete").text("collection", &collection).json("which", &which);
        call.needs(of_collection(&collection)).parent(parent_call).charge_json_memory().start(|import, cx| {
            check_name(&collection)?;
            Ok(import.own.clone().delete(collection.clone(), read(import, &which, request::which)?, cx))
        })
    }

    async fn stats(&mut self, collection: String, parent_call: Option<u64>) -> Started {
        let call = self.call("rag.stats").text("collection", &collection).needs(of_collection(&collection));
        call.parent(parent_call).start(|import, cx| {
            check_name(&collection)?;
            Ok(import.own.clone().stats(collection.clone(), cx))
        })
    }

    async fn list(&mut self, prefix: String, parent_call: Option<u64>) -> Started {
        self.run.mark("state", "rag.list", &prefix);
        let call = self.call("rag.list").text("prefix", &prefix).parent(parent_call);
        call.start(|import, cx| Ok(import.own.clone().list(prefix.clone(), cx)))
    }

    async fn remove(&mut self, collection: String, below: bool, parent_call: Option<u64>) -> Started {
        let call = self.call("rag.remove").text("collection", &collection).flag("below", below);
        call.needs(of_collection(&collection)).parent(parent_call).start(|import, cx| {
            check_name(&collection)?;
            Ok(import.own.clone().remove(collection.clone(), below, cx))
        })
    }

    async fn rebuild(&mut self, collection: String, settings: String, parent_call: Option<u64>) -> Started {
        let call = self.call("rag.rebuild").text("collection", &collection).json("settings", &settings);
        call.needs(of_collection(&collection)).parent(parent_call).start(|import, cx| {
            check_name(&collection)?;
            Ok(import.own.clone().rebuild(collection.clone(), read(import, &settings, request::settings)?, cx))
        })
    }
}

fn of_collection(collection: &str) -> Permission<'_> {
    Permission::of(Right::COLLECTION, collection)
}

/// Of a call that was admitted: what it holds as JSON.
fn read<T>(import: &Import<'_, Rag>, json: &str, read: fn(&str) -> Result<T, Failure>) -> Result<T, Failure> {
    import.run.check_json(json)?;
    read(json)
}
