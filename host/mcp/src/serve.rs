//! Our own end as a server: tools for a client at standard input and output, in both eras of the protocol.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use futures::future::BoxFuture;
use rmcp::RoleServer;
use rmcp::handler::server::ServerHandler;
use rmcp::model::{
    CacheScope, CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorCode, ErrorData,
    Implementation, JsonObject, ListToolsResult, PaginatedRequestParams, ProgressNotificationParam, ProgressToken,
    ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::{Peer, RequestContext, serve_server_with_ct};
use rmcp::transport::async_rw::AsyncRwTransport;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

/// A tool that is served.
#[derive(Debug, Clone)]
pub struct ServedTool {
    /// 1 to 64 letters, digits, `-` and `_`.
    pub name: String,
    /// What models choose by.
    pub description: String,
    /// A JSON Schema of an object.
    pub parameters: JsonObject,
    /// Whether a call changes nothing that outlives it.
    pub read_only: bool,
    /// Whether a call may reach other systems.
    pub open_world: bool,
}

/// What a call gives.
#[derive(Debug, Clone, Default)]
pub struct Answered {
    /// For people and models.
    pub texts: Vec<String>,
    /// An object for programs.
    pub structured: Option<JsonObject>,
    /// Whether the texts say why there is no result.
    pub is_error: bool,
}

/// Where a call tells how far it is. Nothing is sent to a client that did not ask for it.
#[derive(Clone)]
pub struct ProgressOf {
    peer: Peer<RoleServer>,
    token: Option<ProgressToken>,
    told: Arc<AtomicU32>,
}

/// What is served.
pub trait Serve: Send + Sync + 'static {
    /// The tools that there are now.
    fn tools(&self) -> Vec<ServedTool>;

    /// Calls one. `None`: there is no such tool. `cancel` is cancelled when nobody waits for the answer any more.
    fn call<'a>(
        &'a self,
        name: &'a str,
        arguments: JsonObject,
        progress: ProgressOf,
        cancel: CancellationToken,
    ) -> BoxFuture<'a, Option<Answered>>;
}

/// Bytes of a message that a client may send.
const LONGEST_LINE: usize = 16 << 20;
/// Clients of some SDKs close the connection at a message of 10 MiB, and a result may be there twice.
const MOST_BYTES: usize = 4 << 20;

impl ProgressOf {
    /// Tells of one more step.
    pub async fn tell(&self, message: String) {
        let Some(token) = self.token.clone() else { return };
        let step = self.told.fetch_add(1, Relaxed) + 1;
        let params = ProgressNotificationParam::new(token, step.into()).with_message(message);
        // A client that has gone is told nothing.
        let _ = self.peer.notify_progress(params).await;
    }
}

/// Serves until the client closes our input, or `cancel` is cancelled. What is under way then is cancelled.
pub async fn serve_stdio(serve: impl Serve, cancel: CancellationToken) -> Result<(), String> {
    let (input, output) = (tokio::io::stdin(), tokio::io::stdout());
    let transport = AsyncRwTransport::<RoleServer, _, _>::new(input, output).with_max_line_length(LONGEST_LINE);
    let handler = Handler { serve, calls: cancel.child_token() };
    let _over = handler.calls.clone().drop_guard();
    // A token of its own: it is cancelled at the end, whoever ended it.
    let service = match serve_server_with_ct(handler, transport, cancel.child_token()).await {
        Ok(service) => service,
        Err(_) if cancel.is_cancelled() => return Ok(()),
        Err(error) => return Err(format!("the client did not begin as the protocol has it: {error}")),
    };
    service.waiting().await.map(drop).map_err(|error| error.to_string())
}

struct Handler<S> {
    serve: S,
    /// All of them.
    calls: CancellationToken,
}

impl<S: Serve> ServerHandler for Handler<S> {
    fn get_info(&self) -> ServerConfig {
        let own = Implementation::new("llmspell-wasm", env!("CARGO_PKG_VERSION"));
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build()).with_server_info(own)
    }

    fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> impl Future<Output = Result<ListToolsResult, ErrorData>> + Send + '_ {
        let mut list = ListToolsResult::with_all_items(self.serve.tools().into_iter().map(shown).collect());
        // A tenant's are its own.
        list.cache_scope = Some(CacheScope::Private);
        std::future::ready(Ok(list))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let (peer, told) = (context.peer.clone(), Arc::default());
        let progress = ProgressOf { peer, token: context.meta.get_progress_token(), told };
        let cancel = context.ct.child_token();
        let _over = cancel.clone().drop_guard();
        let call = self.serve.call(&request.name, request.arguments.unwrap_or_default(), progress, cancel.clone());
        let stopped = async {
            self.calls.cancelled().await;
            cancel.cancel();
            std::future::pending::<()>().await;
        };
        let answered = tokio::select! {
            answered = call => answered,
            () = stopped => None,
        };
        match answered {
            Some(answered) => Ok(result(answered).into()),
            None => {
                let name: String = request.name.escape_debug().take(80).collect();
                Err(ErrorData::new(ErrorCode::INVALID_PARAMS, format!("there is no tool '{name}'"), None))
            }
        }
    }
}

fn shown(tool: ServedTool) -> Tool {
    let hints = ToolAnnotations::new().read_only(tool.read_only).open_world(tool.open_world);
    Tool::new(tool.name, tool.description, Arc::new(tool.parameters)).with_annotations(hints)
}

fn result(answered: Answered) -> CallToolResult {
    let structured = answered.structured.map(Value::Object);
    let bytes: usize = answered.texts.iter().map(String::len).sum();
    if bytes > MOST_BYTES {
        let why = format!("too-large: the result has {bytes} bytes, and a client is sent {MOST_BYTES}");
        return CallToolResult::error(vec![ContentBlock::text(why)]);
    }
    let content: Vec<ContentBlock> = answered.texts.into_iter().map(ContentBlock::text).collect();
    if answered.is_error {
        return CallToolResult::error(content);
    }
    let mut result = CallToolResult::success(content);
    result.structured_content = structured;
    result
}
