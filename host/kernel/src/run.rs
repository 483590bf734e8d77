//! One run as its imports see it.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use llmspell_base::clock::Clock;
use llmspell_base::host_memory::{Held, HostMemory, weigh};
use llmspell_base::slots::{Slot, Slots};
use llmspell_base::{Code, Failure, Limits, value};
use llmspell_budget::{Allowance, Budget, BudgetOwner};
use llmspell_policy::{Grants, Permission, Right};
use tokio_util::sync::CancellationToken;
use wasmtime::component::ResourceTable;

use crate::approval::{Approvals, Approver};
use crate::context::{CallContext, Shared};
use crate::event::{Buses, Events, Reach};
use crate::gate::Gate;
use crate::hook::Hooks;
use crate::ledger::{Ledger, Meter};
use crate::listener::{Listener, SharedListener};
use crate::offers::Offers;
use crate::operation::{Channel, GuestCalls, ParentCall};
use crate::recorder::Recorders;
use crate::seam::Seam;
use crate::stop::Stop;
use crate::taint::Taint;

/// What a run is made of.
pub struct Setup {
    /// Everything the spell may use.
    pub grants: Arc<Grants>,
    /// The limits of the run.
    pub limits: Arc<Limits>,
    /// Whose run it is.
    pub tenant: String,
    /// The guest's language, such as "lua".
    pub language: String,
    /// The run's clock.
    pub clock: Clock,
    /// Gets the spell's output and log.
    pub listener: Box<dyn Listener>,
    /// The sinks of the run's record.
    pub recorders: Recorders,
    /// Who is asked for approvals. `None`: nobody can be.
    pub approver: Option<Arc<dyn Approver>>,
    /// Digests of calls that are approved, each for one call.
    pub approved: Vec<String>,
    /// Bytes of the guest's memory so far, as the engine counts them.
    pub memory_used: Arc<AtomicUsize>,
    /// Whether the run is recorded, or a replay.
    pub seam: Seam,
}

/// One run: its gate, and the services of the kernel that capabilities stand on.
pub struct Run {
    pub(crate) shared: Arc<Shared>,
    pub(crate) handles: Slots,
    /// Apart from the agents: whoever may have no more of those can still wait.
    open_operations: Slots,
    pub(crate) operations: Slots,
    pub(crate) opened: u64,
    agents: u64,
    /// The operation that delivered a step last; the next wait for several begins after it.
    pub(crate) last_served: u64,
    /// The handles that the guest holds.
    pub table: ResourceTable,
    /// The run's clock.
    pub clock: Clock,
    /// The run's way to its tenant's events.
    pub events: Events,
    /// The hooks that the spell registered.
    pub hooks: Hooks,
    /// The run's listener.
    pub listener: SharedListener,
    /// Everything the spell may use.
    pub grants: Arc<Grants>,
    memory_used: Arc<AtomicUsize>,
    seam: Seam,
    /// Of a prompt: what ends the waiting of its text.
    interrupt: Option<CancellationToken>,
    /// By the run's clock: when the prompt's text began.
    entry_began: u64,
}

impl Run {
    /// A run of its tenant on the buses of all tenants.
    pub fn new(setup: Setup, buses: &Buses) -> Run {
        let Setup {
            grants,
            limits,
            tenant,
            language,
            clock,
            listener,
            recorders,
            approver,
            approved,
            memory_used,
            seam,
        } = setup;
        let memory = HostMemory::new(limits.host_memory_bytes);
        let budget = Budget::new(BudgetOwner::Run, Allowance { tokens: limits.tokens, cost: limits.cost });
        let taint = Taint::default();
        let (sends, receives, marks) = (grants.clone(), grants.clone(), taint.marks());
        let reach = Reach {
            emit: Box::new(move |name| sends.allows(Right::EMIT, name) && marks.allow(&sends, "events")),
            subscribe: Box::new(move |name| receives.allows(Right::SUBSCRIBE, name)),
        };
        let recording = match &seam {
            Seam::Record(recording) => Some(recording.clone()),
            Seam::Off | Seam::Replay(_) => None,
        };
        let listener = SharedListener::recorded(listener, recording);
        if let Seam::Replay(player) = &seam {
            player.listen(listener.clone());
        }
        let events = Events::new(buses.of(&tenant), clock.clone(), &language, reach);
        let hooks = Hooks::new(&language, events.clone(), listener.clone());
        let mut table = ResourceTable::new();
        // Above the gate's own limits, which answer with a failure; lending an operation takes a place as well.
        table.set_max_capacity(limits.handles * 3);
        let watches_workflows = recorders.watches_workflows();
        let gate = Gate {
            grants: grants.clone(),
            limits: limits.clone(),
            ledger: Ledger::default(),
            recorders,
            denials: 0,
            store_problems: Vec::new(),
            taint,
            stop: None,
        };
        let approvals = Arc::new(Approvals::new(approver, approved));
        let calls = GuestCalls::new(limits.handler_time, memory.clone(), approvals.clone());
        let (handles, operations) = (Slots::new(limits.handles), Slots::new(limits.operations));
        let open_operations = Slots::new(limits.handles);
        let shared = Shared {
            gate: Mutex::new(gate),
            watches_workflows,
            limits,
            meter: Meter::default(),
            memory,
            budget,
            tenant: tenant.into(),
            calls,
            offers: Offers::default(),
            asks: grants.asks(),
            approvals,
            announce: {
                let events = events.clone();
                Box::new(move |name, cx, data| events.announce(name, cx, data))
            },
        };
        Run {
            shared: Arc::new(shared),
            handles,
            open_operations,
            operations,
            opened: 0,
            agents: 0,
            last_served: 0,
            table,
            clock,
            events,
            hooks,
            listener,
            grants,
            memory_used,
            seam,
            interrupt: None,
            entry_began: 0,
        }
    }

    /// A prompt's next text: limits but those on tokens, money and handles hold for it alone. Where `interrupt` is cancelled, what
    /// the guest waits for is cancelled, but for its subscriptions: the text gets a failure that it can act on.
    pub fn begin_entry(&mut self, interrupt: CancellationToken) {
        self.shared.gate().begin_entry();
        self.shared.meter.return_fuel(u64::MAX);
        self.entry_began = self.clock.elapsed();
        self.interrupt = Some(interrupt);
    }

    /// Nanoseconds since the run began, or the text of a prompt.
    pub fn elapsed(&self) -> u64 {
        self.clock.elapsed().saturating_sub(self.entry_began)
    }

    pub(crate) fn interrupt(&self) -> Option<CancellationToken> {
        self.interrupt.clone()
    }

    /// Offers something to capabilities that are prepared later, and to work beside the guest, by its type.
    pub fn offer<T: Clone + Send + Sync + 'static>(&mut self, offered: T) {
        self.shared.offers.put(offered);
    }

    /// What a capability that was prepared earlier offers. An error names what is missing.
    pub fn offered<T: Clone + Send + Sync + 'static>(&self) -> wasmtime::Result<T> {
        self.shared
            .offers
            .get::<T>()
            .ok_or_else(|| wasmtime::format_err!("no capability offers {}", std::any::type_name::<T>()))
    }

    pub(crate) fn seam(&self) -> &Seam {
        &self.seam
    }

    /// The context of work that the guest starts while it answers the parent call, and the work's channel to the guest.
    pub fn context(&self, operation: u64, parent_call: Option<u64>) -> (CallContext, Channel) {
        self.context_of(operation, self.shared.calls.parent(parent_call))
    }

    pub(crate) fn context_of(&self, operation: u64, parent: ParentCall) -> (CallContext, Channel) {
        let (guest, channel) = self.shared.calls.channel();
        (CallContext::new(self.shared.clone(), operation, guest, parent), channel)
    }

    /// A way to make contexts later, for what happens beside an operation.
    pub fn contexts(&self, parent_call: Option<u64>) -> impl Fn() -> CallContext + Send + Sync + 'static {
        let shared = self.shared.clone();
        move || {
            let (guest, _) = shared.calls.channel();
            CallContext::new(shared.clone(), 0, guest, shared.calls.parent(parent_call))
        }
    }

    /// How deep something is nested that the guest does while it answers the parent call.
    pub fn depth(&self, parent_call: Option<u64>) -> usize {
        self.shared.calls.parent(parent_call).depth
    }

    /// The tightest budget that pays for what the guest does while it answers the parent call.
    pub fn budget(&self, parent_call: Option<u64>) -> Budget {
        self.shared.calls.parent(parent_call).budget.unwrap_or_else(|| self.shared.budget.clone())
    }

    /// The tenant whose run it is.
    pub fn tenant(&self) -> &str {
        &self.shared.tenant
    }

    /// What work beside the guest has used.
    pub fn meter(&self) -> &Meter {
        &self.shared.meter
    }

    /// The limits of the run.
    pub fn limits(&self) -> &Arc<Limits> {
        &self.shared.limits
    }

    /// The host's memory that the run may take.
    pub fn memory(&self) -> &HostMemory {
        &self.shared.memory
    }

    /// Bytes of the guest's memory so far.
    pub fn memory_used(&self) -> usize {
        self.memory_used.load(Relaxed)
    }

    /// Raises the mark of something that the run takes in beside the names that its calls need, such as "events".
    pub fn mark(&self, source: &'static str, call: &'static str, name: &str) {
        self.shared.gate().taint.mark(source, call, name);
    }

    /// Raises all marks: the run goes on with what an earlier one has taken in.
    pub fn mark_all(&self, call: &'static str, name: &str) {
        self.shared.gate().taint.mark_all(call, name);
    }

    /// Decides something that is no call of its own, and has it recorded: `None` if it is granted, else why not.
    pub fn decide(&self, call: &'static str, permission: &Permission<'_>) -> Result<Option<Failure>, Stop> {
        self.shared.gate().decide(call, permission).map(Result::err)
    }

    /// Whether a spell could ask this model.
    pub fn grants_model(&self, name: &str) -> bool {
        self.grants.allows(Right::MODEL, name)
    }

    /// Whether a spell could send some request to this host and port.
    pub fn grants_host(&self, name: &str) -> bool {
        self.grants.allows(Right::NETWORK, name)
    }

    /// Whether a spell could ask some model of this provider.
    pub fn grants_some_model(&self, provider: &str) -> bool {
        self.grants.may_have(Right::MODEL, &format!("{provider}/*"))
    }

    /// Fails where background work has stopped the run meanwhile.
    pub(crate) fn check_stopped(&self) -> Result<(), Stop> {
        self.shared.gate().check_stopped()
    }

    /// Counts bytes that cross the boundary, either way.
    pub fn count_bytes(&self, bytes: usize) -> Result<(), Stop> {
        self.shared.gate().count_bytes(bytes)
    }

    /// Counts what the spell prints or logs.
    pub fn count_output(&self, bytes: usize) -> Result<(), Stop> {
        self.shared.gate().count_output(bytes)
    }

    /// Tells the operator something; it counts as output of the spell.
    pub fn notice(&self, message: &str) -> Result<(), Stop> {
        self.count_output(message.len())?;
        self.listener.notice(message).map_err(Stop::output)
    }

    /// Checks the size, the depth and the number of nodes of a value that the guest passed. It need not be valid JSON.
    pub fn check_json(&self, json: &str) -> Result<(), Failure> {
        value::check(json, self.limits())
    }

    /// Checks the size of a text that the guest passed.
    pub fn check_text(&self, text: &str) -> Result<(), Failure> {
        value::check_size(text, self.limits())
    }

    /// Charges values that the guest passed, as they weigh once parsed, to the run's host memory.
    pub fn hold<'a>(&self, values: impl IntoIterator<Item = &'a str>) -> Result<Held, Failure> {
        self.memory().take(values.into_iter().map(weigh).sum())
    }

    /// A place for one more agent or workflow, taken until it is dropped.
    pub fn handle_slot(&self) -> Result<Slot, Failure> {
        self.handles.take().ok_or_else(|| {
            let most = self.limits().handles;
            let hint = "drop some first: agents by their shutdown(), workflows by close()";
            Failure::new(Code::Handles, format!("{most} agents and workflows are open (--max-handles): {hint}"))
        })
    }

    /// A place for one more operation, taken until it is dropped.
    pub(crate) fn open_slot(&self) -> Result<Slot, Failure> {
        self.open_operations.take().ok_or_else(|| {
            let most = self.limits().handles;
            let message =
                format!("{most} operations are open (--max-handles): read streams to their end, or close them");
            Failure::new(Code::Handles, message)
        })
    }

    /// A place for one more operation at work, taken until its last step is delivered.
    pub(crate) fn take_operation_slot(&self) -> Result<Slot, Failure> {
        self.operations.take().ok_or_else(|| {
            let most = self.limits().operations;
            let message = format!(
                "{most} operations are unfinished (--max-operations): wait for some before you begin others, as by \
                 beginning {most} at a time"
            );
            Failure::new(Code::Handles, message)
        })
    }

    /// Refuses what is nested too deep: a tool that runs an agent that calls a tool ...
    pub fn check_nesting(&self, depth: usize) -> Result<(), Failure> {
        let most = self.limits().nesting;
        if depth < most {
            return Ok(());
        }
        Err(Failure::new(Code::Nesting, format!("calls of the spell's own functions are nested {most} deep already")))
    }

    /// The next operation's number in order of creation, from 1.
    pub(crate) fn number_operation(&mut self) -> u64 {
        self.opened += 1;
        self.opened
    }

    /// The next agent's number in order of creation, from 1.
    pub fn number_agent(&mut self) -> u64 {
        self.agents += 1;
        self.agents
    }

    /// How many agents and operations there is room for.
    pub fn free_slots(&self) -> (usize, usize) {
        (self.handles.free(), self.operations.free())
    }

    /// How many calls were denied.
    pub fn denials(&self) -> u64 {
        self.shared.gate().denials
    }

    /// What was wrong with the store, for the operator: codes and texts.
    pub fn store_problems(&self) -> Vec<(Code, String)> {
        self.shared.gate().store_problems.clone()
    }

    /// What was used so far, as far as the gate knows.
    pub fn ledger(&self) -> Ledger {
        Ledger { models: self.shared.meter.read(), ..self.shared.gate().ledger.clone() }
    }

    /// Closes the record with the word of the run's outcome and with all that the run used.
    pub fn end(&mut self, word: &str, ledger: &Ledger) -> Result<(), Stop> {
        // Work that is dropped from here on is over with the run.
        self.shared.gate().recorders.end(word, ledger)
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.shared.offers.clear();
    }
}
