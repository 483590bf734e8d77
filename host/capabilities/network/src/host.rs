//! The imports of the interface `network`: each reads its arguments, passes the gate and calls `Network`.

use std::sync::Arc;

use llmspell_kernel::args::Arg;
use llmspell_kernel::bindings::types;
use llmspell_kernel::operation::Operation;
use llmspell_kernel::{Capability, Import, ImportData, ImportOf, Linker, Options, Recordable, Run, RunState};
use llmspell_models::Redactor;
use llmspell_policy::{Permission, Right};
use serde_json::{Value, json};
use wasmtime::component::Resource;

use crate::client::Client;
use crate::config::Settings;
use crate::network::Network;
use crate::request::Request;
use crate::secrets::Secrets;
use bindings::llmspell::spell::network;

mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/network@0.1.0; }",
        imports: { default: async | trappable },
        wasmtime_crate: llmspell_kernel::engine,
        with: {
            "llmspell:spell/types": llmspell_kernel::bindings::types,
            "llmspell:spell/operation": llmspell_kernel::bindings::operation,
        },
    });
}

/// The interface `network`.
pub struct NetworkCapability {
    client: Arc<Client>,
    redactor: Redactor,
}

impl NetworkCapability {
    /// One client for all runs. The redactor takes the secrets out of what comes back, and whatever else it knows.
    pub fn new(settings: Settings, secrets: Secrets, redactor: Redactor) -> NetworkCapability {
        NetworkCapability { client: Arc::new(Client::new(settings, secrets)), redactor }
    }
}

impl Capability for NetworkCapability {
    type Instance = Network;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<Network>) -> wasmtime::Result<()> {
        network::add_to_linker::<_, ImportData<Network>>(linker, import)
    }

    /// Offers the run's [`Network`].
    fn prepare(&self, run: &mut Run, _: &Options) -> wasmtime::Result<Network> {
        let network = Network::new(self.client.clone(), run.grants.clone(), self.redactor.clone());
        run.offer(network.clone());
        Ok(network)
    }
}

/// Bytes of a body: the record has their number.
struct Taken(Vec<u8>);

impl Recordable for Taken {
    fn bytes(&self) -> usize {
        self.0.len()
    }
    fn record(&self) -> Value {
        json!({ "bytes": self.0.len() })
    }
}

impl network::Host for Import<'_, Network> {
    async fn request(
        &mut self,
        request: String,
        body: Option<Vec<u8>>,
        parent_call: Option<u64>,
    ) -> wasmtime::Result<Resource<Operation>> {
        let bytes = body.as_ref().map_or(0, Vec::len);
        let read = self.run.check_json(&request).and_then(|()| Request::read(&request, body.clone()));
        let asked =
            read.as_ref().ok().map(|read| (read.host().to_owned(), read.method.clone(), read.url.path().to_owned()));
        let permission = asked.as_ref().map_or(Permission::NOTHING, |(host, method, path)| {
            Permission::of(Right::NETWORK, host).of_request(method.as_str(), path)
        });
        // Whoever is asked sees what is sent.
        let asks = self.run.contexts(parent_call)().needs_approval("network.request", &permission, None);
        let body = body.as_deref().filter(|_| asks).map_or(Arg::Unrecorded(bytes), Arg::Content);
        let call = self.call("network.request").json("request", &request).arg("body", body).parent(parent_call);
        call.needs(permission).charge_json_memory().start(|import, cx| {
            let (network, request) = (import.own.clone(), read?);
            Ok(async move { network.request(request, &cx).await.map(|response| json!(response)) })
        })
    }

    async fn receive(
        &mut self,
        body: u64,
        whole: bool,
        parent_call: Option<u64>,
    ) -> wasmtime::Result<Resource<Operation>> {
        let call = self.call("network.receive").arg("body", Arg::Handle(body)).flag("whole", whole).parent(parent_call);
        call.start(|import, cx| {
            let network = import.own.clone();
            Ok(async move { network.receive(body, whole, &cx).await.map(|bytes| json!(bytes)) })
        })
    }

    async fn take(&mut self, body: u64) -> wasmtime::Result<Result<Vec<u8>, types::Failure>> {
        let call = self.call("network.take").arg("body", Arg::Handle(body));
        let taken = call.answer(|import| import.own.take(body).map(Taken))?;
        Ok(taken.map(|Taken(bytes)| bytes).map_err(Into::into))
    }

    async fn release(&mut self, body: u64) -> wasmtime::Result<()> {
        let call = self.call("network.release").arg("body", Arg::Handle(body));
        let _ = call.answer(|import| {
            import.own.release(body);
            Ok(())
        })?;
        Ok(())
    }
}
