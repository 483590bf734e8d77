//! The one gate that every import passes: is it granted, is there budget, write it down; then the service; then settle.
//!
//! An import calls [`Gate::admit`] before it does anything, and gives what its service answered to [`Gate::settle`].
//! So audit and budgets hold for every interface, also for the next one.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::audit;
use crate::failure::Failure;
use crate::grants::Grants;
use crate::policy::Right;
use crate::runtime::limits::Limits;
use crate::runtime::outcome::{Ending, Limit};
use crate::services::hook::Pattern;
use crate::services::state::Problem;

mod core;
mod inside;
pub mod journal;
pub mod ledger;
pub mod memory;
pub mod purse;
pub mod slots;
pub mod value;

pub use inside::Inside;
use journal::{Entry, Journal};
use ledger::Ledger;
use memory::{Held, HostMemory};
use purse::Purse;
use slots::{Slot, Slots};

/// Ends the run: nothing in the guest can catch it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Stop {
    #[error("a budget of the run is spent: {}", Ending::Spent(*.0).word())]
    Spent(Limit),
    /// A budget of tokens or of money does not suffice for what a model was to be asked.
    #[error("{}", .failure.message)]
    Budget { limit: Limit, failure: Box<Failure> },
    /// The spell asked for its end, with this exit code.
    #[error("exit {0}")]
    Exit(u8),
    #[error("{0}")]
    Cancelled(String),
    /// The guest broke the contract in a way that no script can.
    #[error("the guest broke its contract: {0}")]
    Guest(String),
    #[error("{0}")]
    Host(String),
}

/// What a call has to be granted.
#[derive(Debug, Clone, Copy)]
pub enum Need<'a> {
    Nothing,
    /// "provider/model".
    Model(&'a str),
    /// The name of a tool of the host program.
    Tool(&'a str),
    /// Files of the spell's own folder.
    Modules,
    /// A scope of the tenant's state.
    State(&'a str),
    /// Each of these.
    States(&'a [String]),
    /// The name of an environment variable.
    Variable(&'a str),
    /// An event that is to reach other runs of the tenant, by its type.
    Emit(&'a str),
    /// An event that comes from another run of the tenant, by its type.
    Subscribe(&'a str),
    /// Every point that a hook is registered for.
    Hook(&'a Pattern),
}

impl Need<'_> {
    /// For records: the section of a policy that it is about, and the names. `None` where policies have no say.
    pub fn record(&self) -> Option<(&'static str, Vec<String>)> {
        let (right, names) = match self {
            Need::Nothing | Need::Modules => return None,
            Need::Model(name) => (Right::Model, vec![name.to_string()]),
            Need::Tool(name) => (Right::Tool, vec![name.to_string()]),
            Need::State(scope) => (Right::State, vec![scope.to_string()]),
            Need::States(scopes) => (Right::State, scopes.to_vec()),
            Need::Variable(name) => (Right::Variable, vec![name.to_string()]),
            Need::Emit(name) => (Right::Emit, vec![name.to_string()]),
            Need::Subscribe(name) => (Right::Subscribe, vec![name.to_string()]),
            Need::Hook(pattern) => (Right::Hook, pattern.points()),
        };
        Some((right.section(), names))
    }
}

/// A call of an import, before it is admitted.
pub struct Call<'a, Arguments> {
    /// "interface.function".
    pub name: &'static str,
    pub need: Need<'a>,
    /// How many bytes the guest passed.
    pub bytes: usize,
    /// For the journal; called only where one is kept.
    pub arguments: Arguments,
}

/// An admitted call, not yet settled.
#[must_use = "an admitted call has to be settled"]
#[derive(Debug)]
pub struct Pass(Option<Entry>);

/// What a service answered, as the gate sees it.
pub trait Answer {
    /// How many bytes go to the guest.
    fn bytes(&self) -> usize;
    /// For the journal.
    fn record(&self) -> Value;
}

/// One run's grants, budgets and journal, as its imports pass it.
pub struct Gate {
    inside: Inside,
    handles: Slots,
    operations: Slots,
    opened: u64,
    agents: u64,
}

impl Gate {
    pub fn new(grants: impl Into<Arc<Grants>>, limits: Arc<Limits>, journal: Journal) -> Gate {
        let (handles, operations) = (Slots::new(limits.handles), Slots::new(limits.operations));
        Gate { inside: Inside::new(grants.into(), limits, journal), handles, operations, opened: 0, agents: 0 }
    }

    /// Has every decision written there from now on.
    pub fn audited(self, audit: Option<audit::Run>) -> Gate {
        self.inside.core().audit = audit;
        self
    }

    /// Decides something that is no call of its own, and has it written down: `None` if it is granted, else why not.
    pub fn decide(&mut self, call: &'static str, need: Need<'_>) -> Result<Option<Failure>, Stop> {
        self.inside.core().decide(call, need).map(Result::err)
    }

    /// Counts the call and checks that it is granted. `Err` ends the run, `Ok(Err)` is for the spell.
    pub fn admit(&mut self, call: Call<'_, impl FnOnce() -> Value>) -> Result<Result<Pass, Failure>, Stop> {
        self.inside.core().admit(call, None)
    }

    /// Whether work beside the guest has ended the run meanwhile.
    pub fn go_on(&self) -> Result<(), Stop> {
        self.inside.core().go_on()
    }

    /// Counts and records what the service answered, and hands it on.
    pub fn settle<T: Answer>(&mut self, pass: Pass, answer: Result<T, Failure>) -> Result<Result<T, Failure>, Stop> {
        self.inside.core().settle(pass, answer)
    }

    /// Whether a spell could ask this model.
    pub fn grants_model(&self, name: &str) -> bool {
        self.inside.core().grants.check(Need::Model(name)).is_ok()
    }

    /// Whether a spell could ask some model of this provider.
    pub fn grants_some_model(&self, provider: &str) -> bool {
        self.inside.core().grants.may_have(Right::Model, &format!("{provider}/*"))
    }

    /// Counts bytes that cross the boundary, either way.
    pub fn carry(&mut self, bytes: usize) -> Result<(), Stop> {
        self.inside.core().carry(bytes)
    }

    /// Counts what the spell prints or logs.
    pub fn print(&mut self, bytes: usize) -> Result<(), Stop> {
        self.inside.core().print(bytes)
    }

    /// Checks the size, the depth and the number of nodes of a value that the guest passed. It need not be valid JSON.
    pub fn value(&self, json: &str) -> Result<(), Failure> {
        value::check(json, &self.inside.limits)
    }

    /// Checks the size of a text that the guest passed.
    pub fn text(&self, text: &str) -> Result<(), Failure> {
        value::check_size(text, &self.inside.limits)
    }

    /// Takes what values that the guest passed weigh, once parsed, of the run's memory in the host.
    pub fn hold(&self, values: &[&str]) -> Result<Held, Failure> {
        self.memory().take(values.iter().map(|json| memory::weigh(json)).sum())
    }

    /// The host's memory that the run may take.
    pub fn memory(&self) -> &HostMemory {
        &self.inside.memory
    }

    /// How many bytes one value may have.
    pub fn value_bytes(&self) -> usize {
        self.inside.limits.value_bytes
    }

    /// How much the host may answer at once.
    pub fn reply_bytes(&self) -> usize {
        self.inside.limits.reply_bytes
    }

    /// A place for one more agent or operation, taken until it is dropped.
    pub fn handle(&self) -> Result<Slot, Failure> {
        self.handles.take().ok_or_else(|| {
            let message = format!("{} agents and operations are open: drop some first", self.inside.limits.handles);
            Failure::new("handles", message)
        })
    }

    /// A place for one more operation at work, taken until its last step is delivered.
    pub fn work(&self) -> Result<Slot, Failure> {
        self.operations.take().ok_or_else(|| {
            let message = format!("{} operations are unfinished: wait for some first", self.inside.limits.operations);
            Failure::new("handles", message)
        })
    }

    /// Refuses what is nested too deep: a tool that runs an agent that calls a tool ...
    pub fn nest(&self, depth: usize) -> Result<(), Failure> {
        let most = self.inside.limits.nesting;
        if depth < most {
            return Ok(());
        }
        Err(Failure::new("nesting", format!("calls of the spell's own functions are nested {most} deep already")))
    }

    /// The next operation's number in order of creation, from 1.
    pub fn number_operation(&mut self) -> u64 {
        self.opened += 1;
        self.opened
    }

    /// The next agent's number in order of creation, from 1.
    pub fn number_agent(&mut self) -> u64 {
        self.agents += 1;
        self.agents
    }

    /// The same gate for the work of an operation.
    pub fn inside(&self, operation: u64) -> Inside {
        Inside { operation, ..self.inside.clone() }
    }

    /// Closes the journal with the word of the run's outcome and with all that the run used.
    pub fn end(&mut self, word: &str, ledger: &Ledger) -> Result<(), Stop> {
        let mut core = self.inside.core();
        let entry = core.journal.begin("run.end", None, Need::Nothing, || json!({}));
        core.journal.end(entry, || json!({ "ended": word }), || json!(ledger))?;
        if let Some(audit) = &mut core.audit {
            audit.end(word)?;
        }
        // Work that is dropped from here on is over with the run.
        core.journal.close();
        Ok(())
    }

    pub fn limits(&self) -> &Limits {
        &self.inside.limits
    }

    /// The run's tokens and money.
    pub fn purse(&self) -> &Purse {
        &self.inside.purse
    }

    /// How many handles and operations there is room for.
    pub fn free_slots(&self) -> (usize, usize) {
        (self.handles.free(), self.operations.free())
    }

    /// How many calls were denied.
    pub fn denials(&self) -> u64 {
        self.inside.core().denials
    }

    /// What was wrong with the store, for the operator: codes and texts.
    pub fn store_problems(&self) -> Vec<(&'static str, String)> {
        self.inside.core().store.clone()
    }

    /// As [`Inside::store_problem`].
    pub fn store_problem(&self, problem: &Problem) -> Failure {
        self.inside.store_problem(problem)
    }

    /// What was used so far, as far as the gate knows.
    pub fn ledger(&self) -> Ledger {
        Ledger { models: self.inside.meter.read(), ..self.inside.core().ledger.clone() }
    }
}

impl From<audit::AuditError> for Stop {
    /// A decision that can't be recorded must not go unseen.
    fn from(error: audit::AuditError) -> Stop {
        Stop::Host(error.to_string())
    }
}

impl From<std::io::Error> for Stop {
    /// Only the journal is written here: a call that can't be recorded must not go unseen.
    fn from(error: std::io::Error) -> Stop {
        Stop::Host(format!("the journal can't be written: {error}"))
    }
}

impl Answer for () {
    fn bytes(&self) -> usize {
        0
    }
    fn record(&self) -> Value {
        Value::Null
    }
}

impl Answer for bool {
    fn bytes(&self) -> usize {
        1
    }
    fn record(&self) -> Value {
        (*self).into()
    }
}

impl Answer for u64 {
    fn bytes(&self) -> usize {
        8
    }
    fn record(&self) -> Value {
        (*self).into()
    }
}

impl<T: Answer> Answer for Option<T> {
    fn bytes(&self) -> usize {
        self.as_ref().map_or(0, T::bytes)
    }
    fn record(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::record)
    }
}

impl Answer for String {
    fn bytes(&self) -> usize {
        self.len()
    }
    fn record(&self) -> Value {
        self.as_str().into()
    }
}

impl Answer for Vec<String> {
    fn bytes(&self) -> usize {
        self.iter().map(String::len).sum()
    }
    fn record(&self) -> Value {
        self.clone().into()
    }
}

impl Answer for Vec<u8> {
    fn bytes(&self) -> usize {
        self.len()
    }
    fn record(&self) -> Value {
        self.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
    }
}
