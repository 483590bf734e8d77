//! The gate for work that goes on beside the guest: a model's tool call, a hook that fires.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::core::Core;
use super::journal::Journal;
use super::ledger::{Ledger, Meter};
use super::memory::HostMemory;
use super::purse::{Allowance, Kind, Promise, Purse, Short, Want, Whose};
use super::{Answer, Call, Pass, Stop, value};
use crate::audit::aside;
use crate::failure::Failure;
use crate::grants::Grants;
use crate::runtime::limits::Limits;
use crate::services::state::Problem;

/// An admitted call whose work goes on.
#[must_use = "it has to be settled"]
pub struct Begun<'a> {
    gate: &'a Inside,
    pass: Option<Pass>,
}

impl Begun<'_> {
    /// As [`Inside::settle`]. What goes to other work in the host is no traffic with the guest: only the journal has it.
    pub fn settle(mut self, answer: Result<Value, Failure>) -> Result<Value, Failure> {
        match self.pass.take() {
            Some(pass) => self.gate.settle(pass, answer.map(Passed)).map(|Passed(value)| value),
            None => answer,
        }
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        if let Some(pass) = self.pass.take() {
            let cancelled = Failure::new("cancelled", "the operation was cancelled meanwhile");
            let _ = self.gate.settle::<()>(pass, Err(cancelled));
        }
    }
}

/// A value that stays in the host.
struct Passed(Value);

impl Answer for Passed {
    fn bytes(&self) -> usize {
        0
    }
    fn record(&self) -> Value {
        self.0.clone()
    }
}

/// The same grants, budgets and journal as the imports pass; its lines name the operation.
///
/// A budget that is spent here can't end the run on the spot. The work gets a failure, code "budget", and has to end;
/// the guest's next call of the host ends the run.
#[derive(Clone)]
pub struct Inside {
    pub(super) core: Arc<Mutex<Core>>,
    pub(super) limits: Arc<Limits>,
    pub(super) meter: Meter,
    pub(super) memory: HostMemory,
    pub(super) purse: Purse,
    pub(super) operation: u64,
}

impl Inside {
    pub(super) fn new(grants: Arc<Grants>, limits: Arc<Limits>, journal: Journal) -> Inside {
        let core = Core {
            grants,
            limits: limits.clone(),
            ledger: Ledger::default(),
            journal,
            denials: 0,
            store: Vec::new(),
            audit: None,
            stop: None,
        };
        let purse = Purse::new(Whose::Run, Allowance { tokens: limits.tokens, cost: limits.cost });
        let memory = HostMemory::new(limits.host_memory_bytes);
        Inside { core: Arc::new(Mutex::new(core)), limits, meter: Meter::default(), memory, purse, operation: 0 }
    }

    /// As [`super::Gate::admit`].
    pub fn admit(&self, call: Call<'_, impl FnOnce() -> Value>) -> Result<Pass, Failure> {
        let mut core = self.core();
        let admitted = core.admit(call, Some(self.operation));
        self.or_end(&mut core, admitted)
    }

    /// As [`super::Gate::settle`].
    pub fn settle<T: Answer>(&self, pass: Pass, answer: Result<T, Failure>) -> Result<T, Failure> {
        let mut core = self.core();
        let settled = core.settle(pass, answer);
        self.or_end(&mut core, settled)
    }

    /// Counts what the host logs about the spell's own functions.
    pub fn print(&self, bytes: usize) -> Result<(), Failure> {
        let mut core = self.core();
        let printed = core.print(bytes).map(Ok);
        self.or_end(&mut core, printed)
    }

    /// Ends the run at the guest's next call of the host.
    pub fn stop(&self, stop: Stop) {
        self.core().stop.get_or_insert(stop);
    }

    /// What a spell is told of a problem with the store; the rest is kept for the operator. A bug of ours ends the run.
    pub fn store_problem(&self, problem: &Problem) -> Failure {
        let mut core = self.core();
        if problem.is_of_the_store() && !core.store.iter().any(|(code, _)| *code == problem.code()) {
            core.store.push((problem.code(), problem.to_string()));
        }
        if let Problem::Internal(_) = problem {
            core.stop.get_or_insert(Stop::Host(problem.to_string()));
        }
        Failure::from(problem)
    }

    /// The operation whose work passes here, numbered from 1.
    pub fn operation(&self) -> u64 {
        self.operation
    }

    /// Where the use of models is written down.
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    /// The host's memory that the run may take.
    pub fn memory(&self) -> &HostMemory {
        &self.memory
    }

    /// The run's tokens and money.
    pub fn purse(&self) -> &Purse {
        &self.purse
    }

    /// Sets aside what a call of a model may come to; where nothing is limited, nothing is. What does not fit into the
    /// run's budget ends the run; what does not fit into an agent's, or not while other calls are under way, is a failure.
    pub async fn promise(&self, purse: &Purse, want: Want) -> Result<Promise, Failure> {
        purse.promise(want).await.map_err(|short| self.short(short))
    }

    /// What the spell is told of it; the run may end with it.
    pub fn short(&self, short: Short) -> Failure {
        self.shortage(short, short.to_string())
    }

    /// The same, where there is more to say than that a call does not fit.
    pub fn shortage(&self, short: Short, message: String) -> Failure {
        let failure = Failure { details: Some(short.show()), ..Failure::new("budget", message) };
        match short.ends_the_run() {
            true => self.exhausted(short.kind, failure),
            false => failure,
        }
    }

    /// Ends the run for this reason.
    pub fn exhausted(&self, kind: Kind, failure: Failure) -> Failure {
        self.stop(Stop::Budget { limit: kind.limit(), failure: Box::new(failure.clone()) });
        failure
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Counts one call of a tool. Over the run's limit, the run ends.
    pub fn count_tool_call(&self) -> Result<(), Failure> {
        let mut core = self.core();
        let counted = core.count_tool_call().map(Ok);
        self.or_end(&mut core, counted)
    }

    /// Refuses a value that is larger than one value may be; `what` names it.
    pub fn bound(&self, value: &Value, what: &str) -> Result<(), Failure> {
        value::check_parsed(value, self.limits.value_bytes, &self.limits, what)
    }

    /// The same for a reply of a model or a tool.
    pub fn bound_reply(&self, value: &Value, what: &str) -> Result<(), Failure> {
        value::check_parsed(value, self.limits.reply_bytes, &self.limits, what)
    }

    /// Refuses a text that somebody else than the guest wrote, before it is parsed: for its depth and its nodes.
    pub fn bound_text(&self, json: &str) -> Result<(), Failure> {
        value::check_parts(json, &self.limits)
    }

    /// A call whose work may be dropped before it is settled: then it is settled as cancelled.
    pub fn begin(&self, pass: Pass) -> Begun<'_> {
        Begun { gate: self, pass: Some(pass) }
    }

    fn or_end<T>(&self, core: &mut Core, answer: Result<Result<T, Failure>, Stop>) -> Result<T, Failure> {
        match answer {
            Ok(answer) => answer,
            Err(stop) => {
                let failure = Failure::new("budget", stop.to_string());
                core.stop.get_or_insert(stop);
                Err(failure)
            }
        }
    }

    pub(super) fn core(&self) -> MutexGuard<'_, Core> {
        // Sums and whole lines only: a panic elsewhere leaves nothing half-done.
        // Whoever has it may wait for the audit's file, and others want this thread.
        let core = self.core.try_lock().or_else(|_| aside(|| self.core.lock()));
        core.unwrap_or_else(PoisonError::into_inner)
    }
}
