//! What runs of the servers for which tenant: each is started when it is needed, and again when it has ended; of all, only so
//! many run at once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use llmspell_capability_tool::ToolSet;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::sleep;

use crate::config::Server;
use crate::error::McpError;
use crate::session::Session;
use crate::tail::Tail;

/// All that runs.
pub struct Slots {
    /// By server and tenant; of a server that is shared, the tenant is "".
    all: Mutex<BTreeMap<(String, String), Arc<Slot>>>,
    /// Places for those that run. Each is a process, or connections.
    free: Arc<Semaphore>,
    most: usize,
}

/// One server for one tenant, whether it runs or not.
#[derive(Default)]
pub struct Slot(pub tokio::sync::Mutex<State>);

/// What is known of it.
#[derive(Default)]
pub struct State {
    pub session: Option<Arc<Session>>,
    began: Option<Instant>,
    /// What the session offers; `None` where that has to be asked.
    pub tools: Option<Arc<ToolSet>>,
    pub odd: Vec<String>,
    /// When it was asked last.
    pub listed: Option<Instant>,
    /// In a row.
    failures: u32,
    not_before: Option<Instant>,
}

/// Where nothing else is said.
pub const MOST_RUNNING: usize = 64;
/// Somebody may be about to ask one that has only just been asked for.
const SETTLED: Duration = Duration::from_secs(1);
/// Others may take the place that was made.
const TRIES: usize = 3;
/// A wait that a call takes, rather than to fail.
const SHORT_WAIT: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// One that ran so long is started again at once.
const STEADY: Duration = Duration::from_secs(60);

impl Default for Slots {
    fn default() -> Slots {
        Slots::of(MOST_RUNNING)
    }
}

impl Slots {
    /// For no more than so many servers at once.
    pub fn of(most: usize) -> Slots {
        Slots { all: Mutex::default(), free: Arc::new(Semaphore::new(most)), most }
    }

    pub fn lock(&self) -> MutexGuard<'_, BTreeMap<(String, String), Arc<Slot>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn slot(&self, server: &Server, tenant: &str) -> Arc<Slot> {
        let tenant = if server.share { "" } else { tenant };
        let key = (server.name.clone(), tenant.to_owned());
        if let Some(slot) = self.lock().get(&key) {
            return slot.clone();
        }
        // One more: those of tenants that have gone are not kept for ever.
        self.sweep();
        self.lock().entry(key).or_default().clone()
    }

    /// Ends all that run, and waits until nothing of them is left.
    pub async fn close(&self) {
        let slots = std::mem::take(&mut *self.lock());
        let end = async |slot: Arc<Slot>| {
            if let Some(session) = slot.0.lock().await.session.take() {
                session.close().await;
            }
        };
        futures::future::join_all(slots.into_values().map(end)).await;
    }

    /// Forgets the slots that nobody holds and that say nothing any more.
    pub fn sweep(&self) {
        let now = Instant::now();
        // Nobody else can get at one meanwhile: that takes the lock on all of them.
        self.lock()
            .retain(|_, slot| Arc::strong_count(slot) > 1 || slot.0.try_lock().is_ok_and(|state| state.matters(now)));
    }

    /// The session, started where there is none.
    pub async fn running(
        self: &Arc<Slots>,
        server: &Arc<Server>,
        slot: &Arc<Slot>,
        state: &mut State,
    ) -> Result<Arc<Session>, McpError> {
        if let Some(session) = state.session.take() {
            if !session.is_over() {
                // Under the lock on the slot: whoever looks for one that rests sees that it is asked for.
                session.touch();
                state.session = Some(session.clone());
                return Ok(session);
            }
            state.tools = None;
            if state.began.is_some_and(|began| began.elapsed() >= STEADY) {
                (state.failures, state.not_before) = (0, None);
            } else {
                state.failed();
            }
        }
        let wait = state.not_before.map(|then| then.saturating_duration_since(Instant::now())).unwrap_or_default();
        if wait > SHORT_WAIT {
            let seconds = wait.as_secs() + 1;
            return Err(McpError::Backoff { server: server.name.clone(), seconds });
        }
        sleep(wait).await;
        let tail = Tail::default();
        let place = self.place(server).await?;
        let session = Session::start(server, tail.clone(), Some(place)).await.inspect_err(|error| {
            tracing::warn!(server = server.name, last_words = tail.lines().join("; "), "{error}");
            state.failed();
        })?;
        tokio::spawn(let_go(Arc::downgrade(self), Arc::downgrade(slot), Arc::downgrade(&session), server.idle));
        (state.session, state.began) = (Some(session.clone()), Some(Instant::now()));
        Ok(session)
    }

    /// A place for one more: where there is none, the one that rests longest has to go. It is taken until the server's process
    /// has ended.
    async fn place(&self, server: &Server) -> Result<OwnedSemaphorePermit, McpError> {
        for _ in 0..TRIES {
            if let Ok(place) = self.free.clone().try_acquire_owned() {
                return Ok(place);
            }
            let Some(session) = self.longest_at_rest() else { break };
            session.close().await;
        }
        let most = self.most;
        let why =
            format!("{most} servers run, which is as many as may at once, and none of them rests: try again later");
        Err(McpError::Start { server: server.name.clone(), why })
    }

    /// Taken out of its slot.
    fn longest_at_rest(&self) -> Option<Arc<Session>> {
        let slots = self.lock();
        let states = slots.values().filter_map(|slot| slot.0.try_lock().ok());
        let at_rest = states.filter_map(|state| Some((state.session.as_ref()?.at_rest_since()?, state)));
        let at_rest = at_rest.filter(|(since, _)| since.elapsed() >= SETTLED);
        let (_, mut state) = at_rest.min_by_key(|(since, _)| *since)?;
        state.tools = None;
        state.session.take()
    }
}

impl State {
    /// Whether something would be lost with it: a server that runs, or how often one failed of late.
    fn matters(&self, now: Instant) -> bool {
        self.session.as_ref().is_some_and(|session| !session.is_over())
            || self.not_before.is_some_and(|then| now < then + LONGEST_WAIT)
    }

    /// Twice as long each time, from half a second on.
    pub fn failed(&mut self) {
        let wait = Duration::from_millis(500).saturating_mul(1 << self.failures.min(10)).min(LONGEST_WAIT);
        self.failures = self.failures.saturating_add(1);
        self.not_before = Some(Instant::now() + wait);
    }
}

/// Ends a session that nobody has used for a while, and forgets its slot.
async fn let_go(slots: Weak<Slots>, slot: Weak<Slot>, session: Weak<Session>, idle: Duration) {
    while !has_gone(&slot, &session, idle).await {}
    if let Some(slots) = slots.upgrade() {
        slots.sweep();
    }
}

async fn has_gone(slot: &Weak<Slot>, session: &Weak<Session>, idle: Duration) -> bool {
    sleep(idle).await;
    let (Some(slot), Some(session)) = (slot.upgrade(), session.upgrade()) else { return true };
    if session.is_over() {
        return true;
    }
    let mut state = slot.0.lock().await;
    let is_same = state.session.as_ref().is_some_and(|known| Arc::ptr_eq(known, &session));
    let rests = session.at_rest_since().is_some_and(|since| since.elapsed() >= idle);
    if is_same && rests {
        // It is started again when it is needed: what it offers then may be something else.
        (state.session, state.tools) = (None, None);
        session.stop("was not needed any more");
    }
    is_same && rests
}
