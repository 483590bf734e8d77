//! One execution: what became of its steps, the shared state, and how it goes.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use llmspell_api::agent::Usage;
use llmspell_api::workflow::Status;

use crate::plan::Plan;

mod course;
mod progress;
mod records;
mod state;

pub use course::{Course, Passage, StepState, Tokens};
pub use progress::Progress;
pub use records::{Record, Records};
pub use state::State;

/// What all workflows within one execution have in common.
pub struct Shared {
    /// "execution-" and a number.
    pub id: String,
    pub state: Arc<State>,
    pub cancel: CancellationToken,
    /// Steps that began.
    pub executed: AtomicU64,
    pub course: Course,
    usage: Mutex<Usage>,
}

/// One workflow that is being executed: the outermost, or one within it.
pub struct Scope {
    pub plan: Arc<Plan>,
    pub input: Arc<Value>,
    pub records: Records,
    progress: Mutex<Progress>,
    /// Where the loop is that it lies within.
    pub outer: Option<Turn>,
}

/// Where a loop is.
#[derive(Clone)]
pub struct Turn {
    /// From 0.
    pub index: u64,
    pub value: Arc<Value>,
    pub total: Option<u64>,
}

/// An execution as `look` sees it.
pub struct Execution {
    pub shared: Arc<Shared>,
    /// The outermost workflow, when hooks have let it begin.
    pub scope: OnceLock<Arc<Scope>>,
    status: Mutex<Status>,
}

impl Shared {
    pub fn new(number: u64, state: Arc<State>) -> Shared {
        Shared {
            id: format!("execution-{number}"),
            state,
            cancel: CancellationToken::new(),
            executed: AtomicU64::new(0),
            course: Course::default(),
            usage: Mutex::default(),
        }
    }

    pub fn usage(&self) -> MutexGuard<'_, Usage> {
        // Sums only.
        self.usage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn count_step(&self) {
        self.executed.fetch_add(1, Relaxed);
    }
}

impl Scope {
    pub fn new(plan: Arc<Plan>, input: Arc<Value>, outer: Option<Turn>) -> Scope {
        let records = Records::new(plan.steps.len());
        Scope { plan, input, records, progress: Mutex::default(), outer }
    }
}

impl Scope {
    pub fn progress(&self) -> MutexGuard<'_, Progress> {
        // Counts and whole entries only.
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Execution {
    pub fn new(shared: Arc<Shared>) -> Execution {
        Execution { shared, scope: OnceLock::new(), status: Mutex::new(Status::Running) }
    }

    pub fn status(&self) -> Status {
        *self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn end(&self, status: Status) {
        *self.status.lock().unwrap_or_else(PoisonError::into_inner) = status;
    }
}
