//! Checkpoints: how far an execution is, kept in the tenant's store under an id, so that another run can go on with it.
//!
//! A checkpoint is a stream of the tenant's, to which a run adds what comes about; spells have no way to streams. Nothing that
//! a run does waits for it, but the beginning of a step: by then is written what was over before, and that the step begins.
//! All that comes about at once is one item.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt;
use serde_json::{Map, Value};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, MissedTickBehavior};

use llmspell_api::workflow::{Ask, Done, Record, SpellFile, Status, Totals};
use llmspell_base::{Code, Failure};
use llmspell_kernel::listener::SharedListener;
use llmspell_kernel::{CallContext, Result, Stop};
use llmspell_state::{Backend, Lease, Store, StoreError};

mod catalogue;
mod definition;
mod lease;
mod load;
mod recorded;
mod tail;

pub use catalogue::{AskedFor, Checkpoints};
pub use definition::comparable;
pub use load::check_id;
pub use recorded::{Recorded, Turns};
use tail::{Added, Pending, Tail};

/// Where checkpoints of one run are kept.
#[derive(Clone)]
pub struct Site {
    pub store: Store,
    pub tenant: Arc<str>,
    /// Is told which process the store is waited for.
    pub listener: SharedListener,
    /// What runs the spell again.
    pub spell: Option<SpellFile>,
}

/// What is executed, for a checkpoint.
pub struct Executed<'a> {
    pub id: &'a str,
    /// As [`comparable`] makes it.
    pub definition: Value,
    /// `None`: the one that it was begun with.
    pub input: Option<Value>,
    /// The shared state, where it begins now.
    pub state: Map<String, Value>,
}

/// A checkpoint that this run has.
pub struct Checkpoint {
    id: String,
    site: Site,
    /// The token of its lease.
    lease: AtomicU64,
    /// What earlier runs left, taken bit by bit.
    recorded: Mutex<Recorded>,
    pub before: Totals,
    pending: Mutex<Pending>,
    wake: Notify,
    written: watch::Sender<u64>,
    tail: tokio::sync::Mutex<Tail>,
    pub pausing: AtomicBool,
    is_closed: AtomicBool,
}

/// Gives the checkpoint back where it is dropped, with what can still be written.
pub struct Opened(pub Arc<Checkpoint>);

/// What a checkpoint's writer ends with.
pub enum Interruption {
    Failed(Failure),
    Cancelled,
}

impl Site {
    async fn backend(&self) -> std::result::Result<&dyn Backend, StoreError> {
        // Where the listener fails, the next output of the spell ends the run.
        self.store.open(|line| drop(self.listener.notice(line))).await
    }
}

pub fn stream(id: &str) -> String {
    format!("checkpoint:{id}")
}

impl Checkpoint {
    pub fn recorded(&self) -> MutexGuard<'_, Recorded> {
        // Whole entries only.
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    /// The end of a step in an earlier run.
    pub fn take_done(&self, place: &str) -> Option<Done> {
        self.recorded().take_done(place)
    }

    /// Hands over what came about, to be written soon.
    pub fn record(&self, record: &Record, totals: Totals) {
        self.pending().push(record, totals);
        self.wake.notify_one();
    }

    /// Waits until all that came about so far is written. Where it can't be, [`Checkpoint::write`] ends everything.
    pub async fn durable(&self) {
        let count = self.pending().count;
        let _ = self.written.subscribe().wait_for(|written| *written >= count).await;
    }

    /// Writes what comes about, and keeps the lease, until something keeps it from that. Polled after the work: then all that
    /// came about in one go is one item.
    pub async fn write(&self, cx: &CallContext) -> Interruption {
        let mut renewal = tokio::time::interval_at(Instant::now() + lease::RENEWED, lease::RENEWED);
        renewal.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let done = tokio::select! {
                biased;
                () = self.wake.notified() => self.flush().await,
                _ = renewal.tick() => self.renew().await,
            };
            match done {
                Ok(None) => {}
                Ok(Some(interruption)) => return interruption,
                Err(problem) => return Interruption::Failed(failed(cx, &problem)),
            }
        }
    }

    async fn renew(&self) -> std::result::Result<Option<Interruption>, StoreError> {
        let backend = self.site.backend().await?;
        match lease::renew(backend, &self.site, &self.id, self.lease.load(SeqCst)).await {
            Ok(Lease { token, .. }) => self.lease.store(token, SeqCst),
            Err(StoreError::Conflict { .. }) => return Ok(Some(self.lost())),
            Err(other) => return Err(other),
        }
        // Also where nothing comes about for long, somebody may ask for something.
        let added = self.tail.lock().await.look(backend, (&self.site.tenant, &stream(&self.id))).await?;
        Ok(self.heed(added))
    }

    async fn flush(&self) -> std::result::Result<Option<Interruption>, StoreError> {
        let backend = self.site.backend().await?;
        let stream = stream(&self.id);
        let mut tail = self.tail.lock().await;
        loop {
            let added = tail.add(backend, (&self.site.tenant, &stream), |item| item(&mut self.pending())).await?;
            if matches!(added, Added::Nothing) {
                return Ok(None);
            }
            if let Some(interruption) = self.heed(added) {
                return Ok(Some(interruption));
            }
        }
    }

    fn heed(&self, added: Added) -> Option<Interruption> {
        match added {
            Added::Nothing => None,
            Added::Written(count) => {
                self.written.send_replace(count);
                None
            }
            Added::Asked(Ask::Pause) => {
                self.pausing.store(true, SeqCst);
                None
            }
            Added::Asked(Ask::Cancel) => Some(Interruption::Cancelled),
            Added::Lost => Some(self.lost()),
        }
    }

    fn lost(&self) -> Interruption {
        let message =
            format!("the checkpoint '{}' was taken over by another run, or removed: nothing goes on here", self.id);
        Interruption::Failed(Failure::new(Code::Conflict, message))
    }

    /// Writes what is left; then another run may have it. What keeps it from being written is the failure.
    pub async fn close(&self, cx: &CallContext) -> Result<()> {
        match self.give_back().await {
            Ok(Some(Interruption::Failed(failure))) => Err(failure),
            Ok(_) => Ok(()),
            Err(problem) => Err(failed(cx, &problem)),
        }
    }

    async fn give_back(&self) -> std::result::Result<Option<Interruption>, StoreError> {
        self.is_closed.store(true, SeqCst);
        // A request to cancel comes too late for what is over.
        let mut flushed = self.flush().await;
        while let Ok(Some(Interruption::Cancelled)) = flushed {
            flushed = self.flush().await;
        }
        let backend = self.site.backend().await?;
        backend.release(&self.site.tenant, &lease::name(&self.id), self.lease.load(SeqCst)).await?;
        flushed
    }

    /// Whether the execution came to its end in an earlier run.
    pub fn is_complete(&self) -> bool {
        let is_end = |status| matches!(status, Status::Completed | Status::PartiallyCompleted);
        self.recorded().ended.as_ref().is_some_and(|ended| is_end(ended.value.status))
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        // The run was ended in the middle. There is nobody to tell what becomes of it: the lease ends by itself.
        // A store in memory answers at once, so that runs on it are the same each time.
        if !self.0.is_closed.load(SeqCst)
            && self.0.give_back().now_or_never().is_none()
            && let Ok(tokio) = tokio::runtime::Handle::try_current()
        {
            let checkpoint = self.0.clone();
            tokio.spawn(async move { drop(checkpoint.give_back().await) });
        }
    }
}

/// What the spell is told of a problem with the store. What is wrong with the store itself is kept for the operator, and a bug
/// of the host ends the run.
pub fn failed(cx: &CallContext, problem: &StoreError) -> Failure {
    if problem.is_of_the_store() {
        cx.store_problem(problem.code(), problem.to_string());
    }
    if let StoreError::Internal(_) = problem {
        cx.stop(Stop::Host(problem.to_string()));
    }
    Failure::from(problem)
}
