//! All servers that the operator names, and what runs of them for which tenant.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use futures::FutureExt;
use futures::future::BoxFuture;
use llmspell_base::Failure;
use llmspell_base::nearest::nearest;
use llmspell_capability_tool::{HostTool, Invocation, ToolFailure, ToolSet, ToolSource};
use rmcp::model::{CallToolRequest, CallToolRequestParams, ClientRequest, JsonObject};
use serde_json::Value;
use tokio::task::spawn_blocking;

use crate::config::Server;
use crate::content;
use crate::error::McpError;
use crate::listing::{Offer, list};
use crate::name;
use crate::session::Session;
use crate::slots::{MOST_RUNNING, Slots};
use crate::tail::Tail;

/// The servers of a configuration. Dropping it ends what runs of them.
#[derive(Clone, Default)]
pub struct Servers(Arc<All>);

#[derive(Default)]
struct All {
    servers: BTreeMap<String, Arc<Server>>,
    slots: Arc<Slots>,
}

/// A server that was started to see what it offers.
#[derive(Debug, Clone, Default)]
pub struct Tried {
    /// What it calls itself, with its version.
    pub name: String,
    /// The version of the protocol.
    pub protocol: String,
    /// The tools that spells may be granted: `SERVER.TOOL`, what models know it by, and what it says of itself.
    pub tools: Vec<(String, String, String)>,
    /// What of its list can't be used, and why.
    pub odd: Vec<String>,
}

/// A server that changes its list all the time is not asked all the time.
const AGAIN: Duration = Duration::from_secs(5);
/// A call's own deadline comes first.
const MARGIN: Duration = Duration::from_secs(5);

impl Servers {
    /// Nothing is started yet.
    pub fn new(servers: impl IntoIterator<Item = Server>) -> Servers {
        Servers::within(servers, MOST_RUNNING)
    }

    /// The same, of which no more than so many run at once, over all tenants.
    fn within(servers: impl IntoIterator<Item = Server>, most: usize) -> Servers {
        let servers = servers.into_iter().map(|server| (server.name.clone(), Arc::new(server))).collect();
        Servers(Arc::new(All { servers, slots: Arc::new(Slots::of(most)) }))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.servers.is_empty()
    }

    /// Those of the configuration, by name.
    pub fn all(&self) -> impl Iterator<Item = &Server> {
        self.0.servers.values().map(Arc::as_ref)
    }

    /// Ends all that run, and waits until nothing of them is left.
    pub async fn close(&self) {
        self.0.slots.close().await;
    }

    /// Starts a server and asks it what it offers. Beside an error, the last lines of its standard error.
    pub async fn check(&self, server: &str, tenant: &str) -> Result<Tried, (McpError, Vec<String>)> {
        let alone = |error| (error, Vec::new());
        let server = self.0.server(server).map_err(alone)?;
        let until = Instant::now() + server.start_timeout;
        let tail = Tail::default();
        let session = Session::start(&server, tail.clone(), None).await.map_err(|error| (error, tail.lines()))?;
        let listing = list(&session, &server, until).await;
        session.close().await;
        let listing = listing.map_err(|error| (error, tail.lines()))?;
        let (offers, mut odd) = (listing.offers, listing.odd);
        let (tools, shown) = self.0.tools(&server, tenant, offers).into_iter().unzip();
        let broken =
            || alone(McpError::Answer { server: server.name.clone(), what: "a list that can't be read".into() });
        let wrong = spawn_blocking(|| {
            let (set, wrong) = ToolSet::of(tools);
            wrong.into_iter().chain(set.unusable()).map(|error| error.to_string()).collect::<Vec<_>>()
        });
        odd.extend(wrong.await.map_err(|_| broken())?);
        let (mut name, mut protocol) = (String::new(), String::new());
        if let Some(about) = session.about() {
            let own = about.server_info.as_ref();
            name = own.map(|own| format!("{} {}", own.name, own.version)).unwrap_or_default();
            protocol = about.protocol_version.to_string();
        }
        Ok(Tried { name, protocol, tools: shown, odd })
    }
}

impl ToolSource for Servers {
    fn names(&self) -> Vec<String> {
        self.0.servers.keys().cloned().collect()
    }

    fn tools<'a>(&'a self, source: &'a str, tenant: &'a str) -> BoxFuture<'a, Result<Arc<ToolSet>, Failure>> {
        async move { Ok(self.0.set(source, tenant).await?) }.boxed()
    }
}

impl All {
    fn server(&self, name: &str) -> Result<Arc<Server>, McpError> {
        self.servers.get(name).cloned().ok_or_else(|| {
            let known: Vec<&str> = self.servers.keys().map(String::as_str).collect();
            let nearest = nearest(name, &known);
            let join = if nearest.ends_with('?') { "" } else { ";" };
            let hint = format!("{nearest}{join} [mcp.{name}] in the configuration would add it");
            McpError::Unknown { name: name.into(), hint }
        })
    }

    /// What a server offers now, asked once as long as it runs and says nothing else.
    async fn set(self: &Arc<All>, server: &str, tenant: &str) -> Result<Arc<ToolSet>, McpError> {
        let server = self.server(server)?;
        let slot = self.slots.slot(&server, tenant);
        let mut state = slot.0.lock().await;
        let until = Instant::now() + server.start_timeout;
        let session = self.slots.running(&server, &slot, &mut state).await?;
        // Kept in mind until it is listed again, also where this is cancelled meanwhile.
        if state.listed.is_none_or(|then| then.elapsed() >= AGAIN) && session.changed.swap(false, Relaxed) {
            state.tools = None;
        }
        if let Some(tools) = &state.tools {
            return Ok(tools.clone());
        }
        let listing = match list(&session, &server, until).await {
            Ok(listing) => listing,
            Err(error) => {
                state.failed();
                session.stop("could not list its tools");
                return Err(error);
            }
        };
        let mut odd = listing.odd;
        let tools = self.tools(&server, tenant, listing.offers).into_iter().map(|(tool, _)| tool).collect();
        // There may be a thousand of them, and large ones.
        let (set, wrong) = spawn_blocking(|| ToolSet::of(tools))
            .await
            .map_err(|_| McpError::Answer { server: server.name.clone(), what: "a list that can't be read".into() })?;
        odd.extend(wrong.iter().map(ToString::to_string));
        for what in &odd {
            tracing::warn!(server = server.name, "{what}");
        }
        let set = Arc::new(set);
        (state.tools, state.odd, state.listed) = (Some(set.clone()), odd, Some(Instant::now()));
        Ok(set)
    }

    /// Each offer as a tool, and its names and description.
    fn tools(
        self: &Arc<All>,
        server: &Arc<Server>,
        tenant: &str,
        mut offers: Vec<Offer>,
    ) -> Vec<(HostTool, (String, String, String))> {
        let mut taken = BTreeSet::new();
        // The operator's names come before those that a server may choose.
        offers.sort_by_key(|offer| server.renamed(&offer.name) == offer.name);
        let tool = |offer: Offer| {
            let renamed = server.renamed(&offer.name).to_owned();
            let (own, alias) =
                (format!("{}.{renamed}", server.name), name::of_model(&server.name, &renamed, &mut taken));
            let about = (own.clone(), alias.clone(), offer.description.clone());
            let (description, parameters) = (offer.description.clone(), offer.parameters.clone());
            let (all, server, tenant, offer) =
                (Arc::downgrade(self), server.clone(), tenant.to_owned(), Arc::new(offer));
            let time = server.timeout + MARGIN;
            let call = move |invocation: Invocation| {
                call(all.clone(), server.clone(), tenant.clone(), offer.clone(), invocation.arguments)
            };
            let tool = HostTool::new(own, description, parameters, call).aliases([alias]).category("mcp").of_mcp();
            (tool.time_limit(time), about)
        };
        offers.into_iter().map(tool).collect()
    }
}

/// One call of a tool. Its arguments fit its schema.
async fn call(
    all: Weak<All>,
    server: Arc<Server>,
    tenant: String,
    offer: Arc<Offer>,
    arguments: Value,
) -> Result<Value, ToolFailure> {
    let failed =
        |failure: Failure| ToolFailure { details: failure.details, ..ToolFailure::new(failure.code, failure.message) };
    let ended = || McpError::Ended { server: server.name.clone(), why: "has ended with the program".into() };
    let all = all.upgrade().ok_or_else(ended).map_err(|error| failed(error.into()))?;
    let slot = all.slots.slot(&server, &tenant);
    let session = {
        let mut state = slot.0.lock().await;
        all.slots.running(&server, &slot, &mut state).await.map_err(|error| failed(error.into()))?
    };
    let arguments: JsonObject = match arguments {
        Value::Object(arguments) => arguments,
        _ => JsonObject::new(),
    };
    let params = CallToolRequestParams::new(offer.name.clone()).with_arguments(arguments);
    let request = ClientRequest::CallToolRequest(CallToolRequest::new(params));
    let answer = session.ask(request, server.timeout).await.map_err(|error| failed(error.into()))?;
    content::value(&server, &offer, answer).await.map_err(failed)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
