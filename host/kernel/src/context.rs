//! What the work of a call knows of its run.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use llmspell_api::approval::{AnsweredEvent, AskedEvent};
use llmspell_base::host_memory::HostMemory;
use llmspell_base::{Code, Failure, Limits, value};
use llmspell_budget::{Budget, BudgetKind, FittedEstimate, InsufficientBudget, Reservation};
use llmspell_policy::audit::block_in_place_if_multithreaded;
use llmspell_policy::{Cost, Grants, Permission};
use serde_json::{Value, json};

use crate::approval::{Approvals, Decided, Question};
use crate::gate::{AdmittedCall, Gate, Recordable, Request};
use crate::ledger::Meter;
use crate::offers::Offers;
use crate::operation::{GuestCalls, GuestChannel, ParentCall, Result};
use crate::recorder::{RunEvent, WorkflowEvent};
use crate::stop::Stop;

/// Tells of something by an event of this name; what makes its data is called only where somebody listens.
pub(crate) type Announce = Box<dyn Fn(&'static str, &CallContext, &dyn Fn() -> Value) + Send + Sync>;

/// What all calls of one run share.
pub(crate) struct Shared {
    pub gate: Mutex<Gate>,
    /// Whether anyone wants to hear of workflows.
    pub watches_workflows: bool,
    pub limits: Arc<Limits>,
    pub meter: Meter,
    pub memory: HostMemory,
    /// The run's tokens and money.
    pub budget: Budget,
    pub tenant: Arc<str>,
    pub calls: GuestCalls,
    pub offers: Offers,
    pub approvals: Arc<Approvals>,
    /// Whether any policy wants a yes to anything.
    pub asks: bool,
    /// Tells the run's events of questions that somebody is asked.
    pub announce: Announce,
}

/// The run, the operation and the parent call that some work beside the guest is done for.
///
/// Passed to every service, which has no other way to its run: to the gate, the limits, the budget, the host's memory, the
/// record, and the functions of the spell.
///
/// A limit that is spent here can't end the run on the spot. The work gets a failure, code "budget", and has to end; the
/// guest's next call of the host ends the run.
#[derive(Clone)]
pub struct CallContext {
    pub(crate) shared: Arc<Shared>,
    operation: u64,
    guest: GuestChannel,
    parent: ParentCall,
}

/// A call of work beside the guest, before it is admitted.
pub struct WorkCall<'a, Arguments> {
    context: &'a CallContext,
    name: &'static str,
    permission: Permission<'a>,
    bytes: usize,
    arguments: Arguments,
    content: Option<Value>,
    cost: Option<Cost>,
    asks: bool,
}

/// An admitted call whose work goes on. Dropped unsettled, it is settled as cancelled.
#[must_use = "an admitted call has to be settled"]
pub struct OpenCall {
    shared: Arc<Shared>,
    name: &'static str,
    admitted: Option<AdmittedCall>,
}

/// A value kept in the host: recorded, not counted as traffic.
struct Uncounted(Value);

impl CallContext {
    pub(crate) fn new(shared: Arc<Shared>, operation: u64, guest: GuestChannel, parent: ParentCall) -> CallContext {
        CallContext { shared, operation, guest, parent }
    }

    /// A call on its way to the gate; `arguments` are for the record, and called only where one is kept.
    pub fn call<Arguments: FnOnce() -> Value>(
        &self,
        name: &'static str,
        arguments: Arguments,
    ) -> WorkCall<'_, Arguments> {
        let permission = Permission::NOTHING;
        WorkCall { context: self, name, permission, bytes: 0, arguments, content: None, cost: None, asks: true }
    }

    /// The operation whose work this is, from 1 in order of creation.
    pub fn operation(&self) -> u64 {
        self.operation
    }

    /// Whose run it is.
    pub fn tenant(&self) -> &str {
        &self.shared.tenant
    }

    /// Everything the spell may use. Asked where a call is not yet known; what is used passes [`CallContext::call`].
    pub fn grants(&self) -> Arc<Grants> {
        self.gate().grants.clone()
    }

    /// What a capability offers to the run, by its type: how work beside the guest reaches a service of another one.
    pub fn offered<T: Clone + Send + Sync + 'static>(&self) -> Result<T> {
        let missing = || Failure::new(Code::Internal, format!("no capability offers {}", std::any::type_name::<T>()));
        self.shared.offers.get::<T>().ok_or_else(missing)
    }

    /// The limits of the run.
    pub fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    /// Where the use of models is written down.
    pub fn meter(&self) -> &Meter {
        &self.shared.meter
    }

    /// The host's memory that the run may take.
    pub fn memory(&self) -> &HostMemory {
        &self.shared.memory
    }

    /// The tightest budget that this work is done for, within that of the run.
    pub fn budget(&self) -> &Budget {
        self.parent.budget.as_ref().unwrap_or(&self.shared.budget)
    }

    /// The same context, paying from this budget from here on.
    pub fn with_budget(mut self, budget: Budget) -> CallContext {
        self.parent.budget = Some(budget);
        self
    }

    /// Reserves what a model call may cost. What does not fit into the run's budget ends the run; what does not fit into an
    /// agent's, or not while other calls are under way, is a failure.
    pub async fn reserve(&self, estimate: impl Into<FittedEstimate>) -> Result<Reservation> {
        self.budget().reserve(estimate.into()).await.map_err(|insufficient| self.insufficient(insufficient))
    }

    /// What the spell is told of an insufficient budget; the run may end with it.
    pub fn insufficient(&self, insufficient: InsufficientBudget) -> Failure {
        self.insufficient_with(insufficient, insufficient.to_string())
    }

    /// The same, where there is more to say than that a call does not fit.
    pub fn insufficient_with(&self, insufficient: InsufficientBudget, message: String) -> Failure {
        let failure = Failure { details: Some(json!(insufficient.show())), ..Failure::new(Code::Budget, message) };
        match insufficient.ends_the_run() {
            true => self.exhausted(insufficient.kind, failure),
            false => failure,
        }
    }

    /// Checks a permission outside of a call, and audits the decision. `None`: it is granted; else the denial.
    pub fn decide(&self, call: &'static str, permission: &Permission<'_>) -> Result<Option<Failure>> {
        let mut gate = self.gate();
        let decided = gate.decide(call, permission).map(|granted| Ok(granted.err()));
        stop_run_on_error(&mut gate, decided)
    }

    /// Whether a call would need somebody's yes: then what it writes, and what it costs, has to be told of.
    pub fn needs_approval(&self, name: &'static str, permission: &Permission<'_>, cost: Option<Cost>) -> bool {
        self.gate().needs_approval(name, permission, cost).is_some()
    }

    /// Whether a policy may want a yes to what something costs.
    pub fn asks(&self) -> bool {
        self.shared.asks
    }

    /// Asks for the yes that a call needs. `None`: it needs none. Waits for the person without using fuel; others of the run wait
    /// for their turn.
    pub(crate) async fn question(&self, question: Question) -> (Decided, Question) {
        let (about, shared) = (&question, &self.shared);
        let asking = || {
            let data = || json!(AskedEvent { call: about.call, names: &about.names, digest: &about.digest });
            (shared.announce)("approval.asked", self, &data);
        };
        let decided = shared.approvals.decide(about, asking).await;
        (shared.announce)("approval.answered", self, &|| {
            let (approved, by) = (decided.approved, decided.by.word());
            json!(AnsweredEvent { call: about.call, names: &about.names, digest: &about.digest, approved, by })
        });
        (decided, question)
    }

    /// Records what was decided about a call that was admitted before, as a call of its own. A denial is the failure.
    pub(crate) fn approved(&self, decided: &Decided, question: &Question) -> Result<()> {
        let arguments = || json!({ "call": question.call, "digest": question.digest });
        let approval = Some((decided.clone(), question.clone()));
        self.admit("approval.ask", &Permission::NOTHING, 0, approval, true, arguments)?.settle(Ok(()))
    }

    /// Asks for a yes to what a call costs, where that is known only after it was admitted.
    pub async fn approve_cost(
        &self,
        name: &'static str,
        permission: &Permission<'_>,
        cost: Cost,
        arguments: impl FnOnce() -> Value,
    ) -> Result<()> {
        // A question about the name alone was put when the call was admitted.
        let because = {
            let gate = self.gate();
            let named = gate.needs_approval_late(permission, None).is_some();
            gate.needs_approval_late(permission, Some(cost)).filter(|_| !named)
        };
        let Some(because) = because else { return Ok(()) };
        let arguments = arguments();
        let _held = self.memory().hold(&arguments)?;
        let question = Question::new(name, permission, arguments, Some(cost), because, self.tenant());
        let (decided, question) = self.question(question).await;
        self.approved(&decided, &question)
    }

    /// Does work that may take so long, not counting the time in which somebody is asked for an approval. `None`: it took longer.
    pub async fn within<T>(&self, time: Duration, work: impl Future<Output = T>) -> Option<T> {
        self.shared.approvals.within(time, work).await
    }

    /// Ends the run for this reason.
    pub fn exhausted(&self, kind: BudgetKind, failure: Failure) -> Failure {
        self.stop(Stop::Budget { limit: kind.limit(), failure: Box::new(failure.clone()) });
        failure
    }

    /// Ends the run at the guest's next call of the host.
    pub fn stop(&self, stop: Stop) {
        self.gate().stop.get_or_insert(stop);
    }

    /// Keeps what is wrong with the store itself, for the operator: the first of each code.
    pub fn store_problem(&self, code: Code, text: String) {
        self.shared.store_problem(code, text);
    }

    /// Counts what the host logs about the spell's own functions.
    pub fn count_output(&self, bytes: usize) -> Result<()> {
        let mut gate = self.gate();
        let counted = gate.count_output(bytes).map(Ok);
        stop_run_on_error(&mut gate, counted)
    }

    /// Counts bytes that are about to be written to a file. Fails, as "too-large", where they do not fit the run's limit.
    pub fn count_written(&self, bytes: u64) -> Result<()> {
        self.gate().count_written(bytes)
    }

    /// Counts one call of a tool. Over the run's limit, the run ends.
    pub fn count_tool_call(&self) -> Result<()> {
        let mut gate = self.gate();
        let counted = gate.count_tool_call().map(Ok);
        stop_run_on_error(&mut gate, counted)
    }

    /// Refuses a value that is larger than one value may be; `what` names it.
    pub fn bound(&self, value: &Value, what: &str) -> Result<()> {
        value::check_parsed(value, self.limits().value_bytes, self.limits(), what)
    }

    /// The same for a reply of a model or a tool.
    pub fn bound_reply(&self, value: &Value, what: &str) -> Result<()> {
        value::check_parsed(value, self.limits().reply_bytes, self.limits(), what)
    }

    /// Refuses an untrusted JSON text that is too deep or has too many nodes, before it is parsed.
    pub fn bound_text(&self, json: &str) -> Result<()> {
        value::check_parts(json, self.limits())
    }

    /// Tells those who watch the run how a workflow goes; where nobody does, `event` is not called. Where it can't be
    /// recorded, the run ends at its next call.
    pub fn tell_of_workflow<'e>(&self, event: impl FnOnce() -> WorkflowEvent<'e>) {
        if self.shared.watches_workflows {
            let mut gate = self.gate();
            if let Err(stop) = gate.recorders.record(&RunEvent::Workflow(event())) {
                gate.stop.get_or_insert(stop);
            }
        }
    }

    /// Streams a piece of text to the spell. Waits while many pieces are unread.
    ///
    /// Fails, as "cancelled", when the spell has dropped the operation.
    pub async fn text(&self, text: impl Into<String>) -> Result<()> {
        self.guest.text(text.into()).await
    }

    /// Streams anything else. Waits and fails as [`CallContext::text`] does.
    pub async fn chunk(&self, value: Value) -> Result<()> {
        self.guest.chunk(value).await
    }

    /// Has the spell run its function number `handler`, and waits for the answer.
    ///
    /// Fails with what the function raised, or with "timeout" (it took longer than a handler may, from the moment that
    /// the spell was given the call) or "cancelled" (the spell gave the operation up).
    pub async fn call_function(&self, handler: u64, arguments: Value) -> Result {
        self.guest.call(handler, arguments, self.parent.deeper()).await
    }

    /// As [`CallContext::call_function`]; what the function starts knows that it is done for this hook.
    pub async fn call_hook(&self, hook: u64, handler: u64, arguments: Value) -> Result {
        self.guest.call(handler, arguments, self.parent.deeper().within_hook(hook)).await
    }

    /// The same context, where a function of the spell gets at most this time, and no more than it gets anyway.
    pub fn limited_to(&self, time: Duration) -> CallContext {
        CallContext { guest: self.guest.limited_to(time), ..self.clone() }
    }

    /// The same context, with this nesting depth: that of an event is the depth at which it was emitted.
    pub fn at_depth(&self, depth: usize) -> CallContext {
        CallContext { parent: ParentCall { depth, ..self.parent.clone() }, ..self.clone() }
    }

    /// How many calls of the spell's functions this work lies within.
    pub fn depth(&self) -> usize {
        self.parent.depth
    }

    /// Whether this work is done for a call of this hook, directly or through nested calls.
    pub fn is_within_hook(&self, hook: u64) -> bool {
        self.parent.is_within_hook(hook)
    }

    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.shared.gate()
    }
}

impl<'a, Arguments: FnOnce() -> Value> WorkCall<'a, Arguments> {
    /// What it has to be granted.
    pub fn needs(self, permission: Permission<'a>) -> WorkCall<'a, Arguments> {
        WorkCall { permission, ..self }
    }

    /// Bytes that it counts as, where it stands for a call of the guest.
    pub fn bytes(self, bytes: usize) -> WorkCall<'a, Arguments> {
        WorkCall { bytes, ..self }
    }

    /// What its arguments leave out in the record, such as the text of a file: who is asked for an approval sees it.
    pub fn content(self, content: Option<Value>) -> WorkCall<'a, Arguments> {
        WorkCall { content, ..self }
    }

    /// What it may cost.
    pub fn costs(self, cost: Option<Cost>) -> WorkCall<'a, Arguments> {
        WorkCall { cost, ..self }
    }

    /// Somebody is asked only by [`OpenCall::approve`], which has to be called before anything is done: for calls whose arguments
    /// may still change.
    pub fn asks_later(self) -> WorkCall<'a, Arguments> {
        WorkCall { asks: false, ..self }
    }

    /// Passes the gate; waits for somebody's yes, where a policy wants one. A denial is the failure that it answers.
    pub async fn begin(self) -> Result<OpenCall> {
        let WorkCall { context, name, permission, bytes, arguments, content, cost, asks } = self;
        let because = if asks { context.gate().needs_approval(name, &permission, cost) } else { None };
        let Some(because) = because else { return context.admit(name, &permission, bytes, None, asks, arguments) };
        let recorded = arguments();
        let mut whole = recorded.clone();
        if let (Some(content), Some(map)) = (content, whole.as_object_mut()) {
            map.insert("content".into(), content);
        }
        let _held = context.memory().hold(&whole)?;
        let question = Question::new(name, &permission, whole, cost, because, context.tenant());
        let approval = context.question(question).await;
        context.admit(name, &permission, bytes, Some(approval), asks, || recorded)
    }
}

impl CallContext {
    fn admit(
        &self,
        name: &'static str,
        permission: &Permission<'_>,
        bytes: usize,
        approval: Option<(Decided, Question)>,
        begins_now: bool,
        arguments: impl FnOnce() -> Value,
    ) -> Result<OpenCall> {
        let mut gate = self.gate();
        let operation = Some(self.operation);
        let admitted =
            gate.admit(Request { name, permission, bytes, operation, approval, begins_late: !begins_now, arguments });
        let admitted = stop_run_on_error(&mut gate, admitted)?;
        drop(gate);
        Ok(OpenCall { shared: self.shared.clone(), name, admitted: Some(admitted) })
    }
}

impl OpenCall {
    /// Asks for somebody's yes to the call as it is now, where a policy wants one. The failure is for [`OpenCall::settle`].
    pub async fn approve(
        &mut self,
        cx: &CallContext,
        permission: &Permission<'_>,
        cost: Option<Cost>,
        arguments: impl FnOnce() -> Value,
    ) -> Result<()> {
        // What was taken in since it was admitted may bar it: before somebody is asked, and after.
        let because = self.shared.gate().needs_approval_late(permission, cost);
        let Some(because) = because else { return self.begin_late(permission) };
        self.shared.gate().taint_check(self.name, permission)?;
        let arguments = arguments();
        let _held = cx.memory().hold(&arguments)?;
        let question = Question::new(self.name, permission, arguments, cost, because, cx.tenant());
        let (decided, question) = cx.question(question).await;
        let Some(admitted) = &mut self.admitted else { return Ok(()) };
        let mut gate = self.shared.gate();
        let approved = gate.record_approval(admitted, &decided, &question);
        stop_run_on_error(&mut gate, approved)?;
        drop(gate);
        self.begin_late(permission)
    }

    fn begin_late(&self, permission: &Permission<'_>) -> Result<()> {
        let mut gate = self.shared.gate();
        let begun = gate.begin_late(self.name, permission);
        stop_run_on_error(&mut gate, begun)
    }

    /// Counts and records the answer, and hands it on. A limit that is spent by it is the failure instead.
    pub fn settle<T: Recordable>(mut self, answer: Result<T>) -> Result<T> {
        match self.admitted.take() {
            Some(admitted) => settle(&self.shared, admitted, answer),
            None => answer,
        }
    }

    /// The same for a value that goes to other work in the host: it is recorded and not counted as traffic with the guest.
    pub fn settle_value(self, answer: Result<Value>) -> Result<Value> {
        self.settle(answer.map(Uncounted)).map(|Uncounted(value)| value)
    }
}

impl Drop for OpenCall {
    fn drop(&mut self) {
        if let Some(admitted) = self.admitted.take() {
            let cancelled = Failure::new(Code::Cancelled, "the operation was cancelled meanwhile");
            let _ = settle::<()>(&self.shared, admitted, Err(cancelled));
        }
    }
}

fn settle<T: Recordable>(shared: &Shared, admitted: AdmittedCall, answer: Result<T>) -> Result<T> {
    let mut gate = shared.gate();
    let settled = gate.settle(admitted, answer);
    stop_run_on_error(&mut gate, settled)
}

/// For background work: where the run has to end, sets the stop that ends it at the guest's next call, and answers with a
/// failure.
fn stop_run_on_error<T>(gate: &mut Gate, answer: std::result::Result<Result<T>, Stop>) -> Result<T> {
    match answer {
        Ok(answer) => answer,
        Err(stop) => {
            let failure = Failure::new(Code::Budget, stop.to_string());
            gate.stop.get_or_insert(stop);
            Err(failure)
        }
    }
}

impl Shared {
    pub fn gate(&self) -> MutexGuard<'_, Gate> {
        // Sums and whole lines only: a panic elsewhere leaves nothing half-done.
        // Its holder may wait for the audit's file, and others want this thread.
        let gate = self.gate.try_lock().or_else(|_| block_in_place_if_multithreaded(|| self.gate.lock()));
        gate.unwrap_or_else(PoisonError::into_inner)
    }

    pub fn store_problem(&self, code: Code, text: String) {
        let mut gate = self.gate();
        if !gate.store_problems.iter().any(|(known, _)| *known == code) {
            gate.store_problems.push((code, text));
        }
    }
}

impl Recordable for Uncounted {
    fn bytes(&self) -> usize {
        0
    }
    fn record(&self) -> Value {
        self.0.clone()
    }
}
