//! A run that is under way here.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use llmspell_wasm::CancellationToken;
use tokio::sync::watch;

use crate::events::EventLog;
use crate::run::{Run, Status};

/// A run that is under way here.
pub struct LiveRun {
    pub id: String,
    pub tenant: String,
    pub events: Arc<EventLog>,
    pub cancel: CancellationToken,
    run: watch::Sender<Run>,
    is_drained: AtomicBool,
}

impl LiveRun {
    pub fn new(tenant: &str, run: Run, events: EventLog) -> LiveRun {
        LiveRun {
            id: run.id.clone(),
            tenant: tenant.into(),
            events: Arc::new(events),
            cancel: CancellationToken::new(),
            run: watch::Sender::new(run),
            is_drained: AtomicBool::new(false),
        }
    }

    /// As it is now.
    pub fn run(&self) -> Run {
        self.run.borrow().clone()
    }

    /// Changes what is told of it.
    pub fn change(&self, change: impl FnOnce(&mut Run)) {
        self.run.send_modify(change);
    }

    /// Cancels it, as the server ends.
    pub fn drain(&self) {
        self.is_drained.store(true, Ordering::Relaxed);
        self.cancel.cancel();
    }

    /// Whether that is why it was cancelled: nobody wanted it to end.
    pub fn is_drained(&self) -> bool {
        self.is_drained.load(Ordering::Relaxed)
    }

    /// Waits for its end.
    pub async fn ended(&self) -> Run {
        let mut run = self.run.subscribe();
        // The sender is our own: it is there as long as we wait.
        let _ = run.wait_for(|run| run.status == Status::Ended).await;
        self.run()
    }
}
