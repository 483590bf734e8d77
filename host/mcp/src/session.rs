//! One conversation with a server, from its start to its end.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rmcp::RoleClient;
use rmcp::model::{
    CancelledNotification, CancelledNotificationParam, ClientRequest, ProtocolVersion, RequestId, ServerPeerInfo,
    ServerResult,
};
use rmcp::service::{
    ClientLifecycleMode, Peer, PeerRequestOptions, RunningService, ServiceError, serve_client_with_lifecycle,
};
use rmcp::transport::async_rw::AsyncRwTransport;
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::config::{Protocol, Server};
use crate::error::McpError;
use crate::exchange::Exchange;
use crate::fault::{clause, why};
use crate::flow::{Bounded, Flow};
use crate::peer::Client;
use crate::process::Process;
use crate::tail::Tail;

/// A server that was started, and that we speak with.
pub struct Session {
    server: Arc<Server>,
    peer: Peer<RoleClient>,
    pub flow: Arc<Flow>,
    end: CancellationToken,
    /// Set when its tools are others than those that were listed.
    pub changed: Arc<AtomicBool>,
    /// As many as may be under way beside those that are.
    pub calls: Arc<Semaphore>,
    /// When somebody asked last.
    used: Mutex<Instant>,
    /// Ends when the process has.
    supervision: Mutex<Option<JoinHandle<()>>>,
    /// Calls in a row that it was silent about.
    silent: AtomicU32,
}

/// Calls at once.
const MOST_CALLS: u32 = 128;
/// After so many calls without a line from it, a server hangs.
const MOST_SILENT: u32 = 3;
/// How long a call that somebody gave up must have waited to be one of them; at most half of the time that it had.
const PATIENCE: Duration = Duration::from_secs(5);
/// For a server to take what it is sent; at most as long as a call may take.
const SEND: Duration = Duration::from_secs(10);
/// For a remote server to hear that its session is over.
const GOODBYE: Duration = Duration::from_secs(2);
/// For an answer that came right before the end.
const LAST_WORD: Duration = Duration::from_millis(100);
/// Characters of what a server says of an error.
const LONGEST_MESSAGE: usize = 4 << 10;

impl Session {
    /// Starts the process, and agrees with it about a version. `tail` gets what it writes to standard error. `place` is taken
    /// until the process has ended.
    pub async fn start(
        server: &Arc<Server>,
        tail: Tail,
        place: Option<OwnedSemaphorePermit>,
    ) -> Result<Arc<Session>, McpError> {
        let failed = |why: String| McpError::Start { server: server.name.clone(), why };
        let end = CancellationToken::new();
        let flow = Flow::new(server.longest_message(), end.clone());
        let changed = Arc::new(AtomicBool::default());
        let (client, mode) = (Client { changed: changed.clone() }, lifecycle(server.protocol));
        let mut process = None;
        let begun = if let Some(remote) = &server.remote {
            let requests = remote.client().map_err(failed)?;
            let exchange = Exchange { client: requests, server: server.name.clone(), tail, flow: flow.clone() };
            let transport = remote.transport(exchange, server.longest_message()).map_err(failed)?;
            timeout(server.start_timeout, serve_client_with_lifecycle(client, transport, mode)).await
        } else {
            let (started, pipes) = Process::spawn(server, tail).map_err(|error| failed(error.to_string()))?;
            let started = process.insert(started);
            let output = Bounded::new(pipes.output, flow.clone());
            let transport = AsyncRwTransport::<RoleClient, _, _>::new(output, pipes.input);
            let transport = transport.with_max_line_length(server.longest_message());
            let begin = serve_client_with_lifecycle(client, transport, mode);
            tokio::select! {
                biased;
                begun = timeout(server.start_timeout, begin) => begun,
                how = started.ended() => return Err(failed(format!("it {how} before it said anything"))),
            }
        };
        let service = match begun {
            Err(_) => return Err(failed(format!("it said nothing within {} ms", server.start_timeout.as_millis()))),
            Ok(Err(error)) => {
                let how = match &mut process {
                    Some(process) => timeout(LAST_WORD, process.ended()).await.ok(),
                    None => None,
                };
                let how = how.map(|how| format!("it {how} before it said anything"));
                return Err(failed(how.unwrap_or_else(|| why(&error, &flow))));
            }
            Ok(Ok(service)) => service,
        };
        let peer = service.peer().clone();
        let version = peer.peer_info().map(|info| info.protocol_version.clone());
        if !version.as_ref().is_some_and(|version| speaks(version, server.protocol)) {
            let version = version.map(|version| version.to_string()).unwrap_or_default();
            let version: String = version.chars().take(40).collect();
            return Err(failed(format!(
                "it speaks version '{}' of the protocol, which is unknown here",
                version.escape_debug()
            )));
        }
        let supervision = tokio::spawn(supervise(service, process, flow.clone(), end.clone(), place));
        Ok(Arc::new(Session {
            server: server.clone(),
            peer,
            flow,
            end,
            changed,
            calls: Arc::new(Semaphore::new(MOST_CALLS as usize)),
            used: Mutex::new(Instant::now()),
            supervision: Mutex::new(Some(supervision)),
            silent: AtomicU32::default(),
        }))
    }

    /// What it said of itself.
    pub fn about(&self) -> Option<Arc<ServerPeerInfo>> {
        self.peer.peer_info()
    }

    /// Whether it can't be asked any more.
    pub fn is_over(&self) -> bool {
        self.end.is_cancelled()
    }

    /// Somebody asks, or is about to.
    pub fn touch(&self) {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Since when nobody has asked; `None` where somebody waits for an answer of it.
    pub fn at_rest_since(&self) -> Option<Instant> {
        let rests = self.calls.available_permits() == MOST_CALLS as usize;
        rests.then(|| *self.used.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Ends it; what is under way fails.
    pub fn stop(&self, why: &str) {
        self.flow.end(why);
    }

    /// Ends it, and waits until nothing of it runs.
    pub async fn close(&self) {
        self.stop("is not needed any more");
        let supervision = self.supervision.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(supervision) = supervision {
            let _ = supervision.await;
        }
    }

    /// Asks, and waits for the answer. Who stops waiting has the request cancelled.
    pub async fn ask(&self, request: ClientRequest, time: Duration) -> Result<Value, McpError> {
        let server = || self.server.name.clone();
        let ended = || McpError::Ended { server: server(), why: self.flow.why() };
        let mut unanswered = Unanswered {
            session: self,
            heard: self.flow.heard(),
            since: Instant::now(),
            patience: PATIENCE.min(time / 2),
            request: None,
            is_over: false,
        };
        let work = async {
            // It is never closed.
            let permit = self.calls.clone().acquire_owned().await.ok();
            self.flow.asked();
            self.touch();
            let handle = self.peer.send_cancellable_request(request, PeerRequestOptions::no_options()).await?;
            unanswered.request = Some((handle.id.clone(), permit));
            handle.await_response().await
        };
        let over = async {
            self.end.cancelled().await;
            tokio::time::sleep(LAST_WORD).await;
        };
        let answered = tokio::select! {
            biased;
            answered = timeout(time, work) => answered,
            () = over => return Err(ended()),
        };
        let Ok(answered) = answered else { return Err(McpError::Late { server: server(), time }) };
        unanswered.is_over = true;
        self.silent.store(0, Relaxed);
        let odd = |what: &str| McpError::Answer { server: server(), what: what.into() };
        match answered {
            Ok(ServerResult::CustomResult(result)) => Ok(result.0),
            Ok(ServerResult::InputRequiredResult(_)) => Err(odd("a question, which nobody answers here")),
            Ok(ServerResult::TaskAckResult(_)) => Err(odd("a result that can't be read")),
            Ok(result) => serde_json::to_value(result).map_err(|_| odd("a result that is no JSON")),
            Err(ServiceError::McpError(error)) => {
                let message = error.message.chars().take(LONGEST_MESSAGE).collect();
                Err(McpError::Refused { server: server(), code: error.code.0.into(), message })
            }
            Err(ServiceError::UnexpectedResponse) => Err(odd("a result that can't be read")),
            Err(ServiceError::TransportSend(error)) => {
                Err(McpError::Ended { server: server(), why: clause(error.error.as_ref()) })
            }
            Err(_) => {
                self.flow.end("closed the connection");
                Err(ended())
            }
        }
    }
}

/// The last one lets the process go.
impl Drop for Session {
    fn drop(&mut self) {
        self.flow.end("is not needed any more");
    }
}

/// A call until its answer is there. Dropped before that, the server is told to forget it.
struct Unanswered<'a> {
    session: &'a Session,
    /// Lines that had come when it began.
    heard: u64,
    since: Instant,
    patience: Duration,
    /// Once it is under way.
    request: Option<(RequestId, Option<OwnedSemaphorePermit>)>,
    is_over: bool,
}

impl Drop for Unanswered<'_> {
    fn drop(&mut self) {
        self.session.touch();
        if self.is_over {
            return;
        }
        let Session { flow, silent, .. } = self.session;
        let was_silent = flow.heard() == self.heard && self.since.elapsed() >= self.patience;
        if was_silent && silent.fetch_add(1, Relaxed) + 1 >= MOST_SILENT {
            flow.end("did not answer any more");
        }
        let (Some((id, permit)), Ok(runtime)) = (self.request.take(), tokio::runtime::Handle::try_current()) else {
            return;
        };
        let (peer, flow, end) = (self.session.peer.clone(), flow.clone(), self.session.end.clone());
        let time = SEND.min(self.session.server.timeout);
        let params = CancelledNotificationParam::new(Some(id), Some("nobody waits for it any more".into()));
        runtime.spawn(async move {
            // What is sent goes out in its order: as long as this does not, the request is still held here, and counts.
            let _permit = permit;
            let told = timeout(time, peer.send_notification(CancelledNotification::new(params).into()));
            tokio::select! {
                told = told => if told.is_err() { flow.end("does not take what it is sent") },
                () = end.cancelled() => {}
            }
        });
    }
}

/// Keeps the process until either end is over, and then ends both.
async fn supervise(
    service: RunningService<RoleClient, Client>,
    mut process: Option<Process>,
    flow: Arc<Flow>,
    end: CancellationToken,
    _place: Option<OwnedSemaphorePermit>,
) {
    let ended = async {
        match &mut process {
            Some(process) => process.ended().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = end.cancelled() => {}
        how = ended => {
            // What it wrote last may still be in the pipe.
            tokio::time::sleep(LAST_WORD).await;
            flow.end(how);
        }
    }
    // Its input is closed with that, or its session.
    let _ = timeout(GOODBYE, service.cancel()).await;
    if let Some(process) = process {
        process.end().await;
    }
}

fn lifecycle(protocol: Protocol) -> ClientLifecycleMode {
    let preferred_versions = vec![ProtocolVersion::LATEST];
    match protocol {
        Protocol::Legacy => ClientLifecycleMode::Initialize,
        Protocol::Modern => ClientLifecycleMode::Discover { preferred_versions },
        Protocol::Auto => ClientLifecycleMode::Auto {
            preferred_versions,
            legacy_version: Some(ProtocolVersion::LATEST_WITH_INITIALIZE),
        },
    }
}

/// A handshake never settles a version that has none.
fn speaks(version: &ProtocolVersion, protocol: Protocol) -> bool {
    let known = ProtocolVersion::KNOWN_VERSIONS.contains(version);
    known && (protocol != Protocol::Legacy || *version <= ProtocolVersion::LATEST_WITH_INITIALIZE)
}
