//! One execution: what became of its steps, the shared state, and how it goes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use llmspell_api::agent::Usage;
use llmspell_api::workflow::Status;

use crate::checkpoint::Checkpoint;
use crate::plan::{Plan, Shape};

mod course;
mod progress;
mod records;
mod state;

pub use course::{Course, Passage, StepState};
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
    /// Where it is kept how far it is, if it is.
    pub checkpoint: OnceLock<Arc<Checkpoint>>,
    /// When it began, by the run's clock.
    pub began: u64,
    /// Those that are being executed, by their numbers.
    scopes: Mutex<Scopes>,
}

#[derive(Default)]
struct Scopes {
    last: u64,
    all: BTreeMap<u64, Weak<Scope>>,
}

/// One workflow that is being executed: the outermost, or one within it.
pub struct Scope {
    pub plan: Arc<Plan>,
    pub input: Arc<Value>,
    pub records: Records,
    progress: Mutex<Progress>,
    /// Where the loop is that it lies within.
    pub outer: Option<Turn>,
    /// The place of the step that it is, such as "/5.2/0"; "" for the outermost.
    pub place: String,
    /// Its number within the execution: that of the outermost is 0.
    pub number: u64,
    missed: Missed,
}

/// Steps that were referred to and have no output.
#[derive(Default)]
struct Missed {
    told: Mutex<BTreeSet<usize>>,
    last: AtomicUsize,
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
    pub fn new(number: u64, state: Arc<State>, began: u64) -> Shared {
        Shared {
            id: format!("execution-{number}"),
            state,
            cancel: CancellationToken::new(),
            executed: AtomicU64::new(0),
            course: Course::default(),
            usage: Mutex::default(),
            checkpoint: OnceLock::new(),
            began,
            scopes: Mutex::default(),
        }
    }

    /// A workflow within another one begins.
    pub fn nest(&self, plan: Arc<Plan>, input: Arc<Value>, outer: Option<Turn>, place: String) -> Arc<Scope> {
        let mut scopes = self.scopes();
        scopes.last += 1;
        let number = scopes.last;
        scopes.all.retain(|_, scope| scope.strong_count() > 0);
        let scope = Arc::new(Scope { place, number, ..Scope::new(plan, input, outer) });
        scopes.all.insert(number, Arc::downgrade(&scope));
        scope
    }

    /// A workflow within another one that is being executed.
    pub fn nested(&self, number: u64) -> Option<Arc<Scope>> {
        self.scopes().all.get(&number)?.upgrade()
    }

    fn scopes(&self) -> MutexGuard<'_, Scopes> {
        // Whole entries only.
        self.scopes.lock().unwrap_or_else(PoisonError::into_inner)
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
        Scope {
            plan,
            input,
            records,
            progress: Mutex::default(),
            outer,
            place: String::new(),
            number: 0,
            missed: Missed::default(),
        }
    }

    /// A reference meets a step without an output.
    pub fn miss(&self, at: usize) {
        self.missed.last.store(at + 1, Relaxed);
    }

    /// The step that references met since, if that was not told before.
    pub fn take_missed(&self) -> Option<&str> {
        let at = self.missed.last.swap(0, Relaxed).checked_sub(1)?;
        let is_new = self.missed.told.lock().unwrap_or_else(PoisonError::into_inner).insert(at);
        self.plan.steps.get(at).filter(|_| is_new).map(|step| step.key.as_str())
    }

    /// The place of a step, in the iteration that the loop is in.
    pub fn at(&self, step: usize, turn: Option<&Turn>) -> String {
        match (&self.plan.shape, turn) {
            (Shape::Loop(_), Some(turn)) => self.in_turn(turn.index, step),
            _ => format!("{}/{step}", self.place),
        }
    }

    /// The place of a step in an iteration of this loop.
    pub fn in_turn(&self, index: u64, step: usize) -> String {
        format!("{}/{index}.{step}", self.place)
    }

    pub fn progress(&self) -> MutexGuard<'_, Progress> {
        // Counts and whole entries only.
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Execution {
    pub fn new(shared: Arc<Shared>) -> Execution {
        Execution { shared, scope: OnceLock::new(), status: Mutex::new(Status::Running) }
    }

    /// One of the workflows that are being executed: the outermost is 0.
    pub fn in_scope(&self, number: u64) -> Option<Arc<Scope>> {
        match number {
            0 => self.scope.get().cloned(),
            nested => self.shared.nested(nested),
        }
    }

    pub fn status(&self) -> Status {
        *self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn end(&self, status: Status) {
        *self.status.lock().unwrap_or_else(PoisonError::into_inner) = status;
    }
}
