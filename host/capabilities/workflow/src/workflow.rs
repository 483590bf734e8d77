//! A workflow that a spell holds: its plan, its state, and its last execution.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};

use llmspell_api::workflow::{Outcome, Problem, Record, Status};
use llmspell_base::host_memory::{Held, HostMemory, weigh};
use llmspell_base::{Code, Failure};
use llmspell_capability_agent::Agent;
use llmspell_kernel::{CallContext, Result};

use crate::checkpoint::{Executed, Interruption, Opened, comparable};
use crate::engine::{Broken, Ended, Engine, Services};
use crate::execution::{Execution, Scope, Shared, State};
use crate::plan::Plan;

mod look;

pub struct Workflow {
    plan: Arc<Plan>,
    agents: Vec<Arc<Agent>>,
    state: Arc<State>,
    last: Mutex<Option<Arc<Execution>>>,
    is_busy: AtomicBool,
    /// As it was given.
    definition: String,
    /// What its definition takes of the host's memory.
    _kept: Held,
}

/// What is to be executed.
pub struct Request {
    /// Of the run's executions, from 1.
    pub number: u64,
    /// `None`: the one that its checkpoint was begun with.
    pub input: Option<Value>,
    /// The id that it is kept under.
    pub checkpoint: Option<String>,
}

/// An execution that is under way, until this is dropped.
struct Busy {
    workflow: Arc<Workflow>,
    execution: Arc<Execution>,
}

impl Workflow {
    pub fn new(
        plan: Plan,
        definition: String,
        agents: Vec<Arc<Agent>>,
        memory: &HostMemory,
        kept: Held,
    ) -> Result<Workflow> {
        let state = Arc::new(State::new(memory)?);
        state.begin(&plan.state)?;
        let (last, is_busy) = (Mutex::default(), AtomicBool::new(false));
        Ok(Workflow { plan: Arc::new(plan), agents, state, last, is_busy, definition, _kept: kept })
    }

    /// Executes it. What the execution before this one kept is given up.
    pub async fn execute(self: Arc<Self>, services: Services, request: Request, cx: CallContext) -> Result {
        let busy = Busy::begin(&self, request.number, services.clock.elapsed())?;
        let execution = &busy.execution;
        let _held = request.input.as_ref().map(|input| cx.memory().hold(input)).transpose()?;
        let (name, mut opened) = (&self.plan.name, None);
        tokio::select! {
            biased;
            () = execution.shared.cancel.cancelled() => {
                execution.end(Status::Cancelled);
                let failure = Failure::new(Code::Cancelled, format!("the workflow '{name}' was cancelled"));
                let (before, spent) = (Scope::new(self.plan.clone(), Arc::default(), None), Mutex::default());
                let (agents, shared, scope) = (&*self.agents, &execution.shared, &before);
                let engine = Engine { services: &services, cx: &cx, agents, shared, scope, spent: &spent, depth: 0 };
                self.close(engine, &Ended { status: Status::Cancelled, ..Ended::default() }).await?;
                Err(self.with_result(&services, &cx, execution, Broken::Whole(failure), Status::Cancelled))
            }
            result = self.run(&services, execution, request, &mut opened, &cx) => result.inspect_err(|_| execution.end(Status::Failed)),
        }
    }

    async fn run(
        &self,
        services: &Services,
        execution: &Execution,
        request: Request,
        opened: &mut Option<Opened>,
        cx: &CallContext,
    ) -> Result {
        let Request { checkpoint, input, .. } = request;
        let Some(id) = checkpoint else {
            return self.go(services, execution, input.unwrap_or_default(), cx).await;
        };
        let checkpoint = &opened.insert(self.take_up(services, execution, &id, input, cx).await?).0;
        let input = checkpoint.recorded().started.as_ref().map(|started| started.value.input.clone());
        tokio::select! {
            biased;
            result = self.go(services, execution, input.unwrap_or_default(), cx) => result,
            interruption = checkpoint.write(cx) => match interruption {
                Interruption::Failed(failure) => {
                    let broken = Broken::Whole(failure);
                    Err(self.with_result(services, cx, execution, broken, Status::Failed))
                }
                Interruption::Cancelled => {
                    execution.shared.cancel.cancel();
                    // What waits for that ends this.
                    std::future::pending().await
                }
            },
        }
    }

    /// Takes the checkpoint, and goes back to where it is.
    async fn take_up(
        &self,
        services: &Services,
        execution: &Execution,
        id: &str,
        input: Option<Value>,
        cx: &CallContext,
    ) -> Result<Opened> {
        let (shared, weight) = (&execution.shared, weigh(&self.definition));
        let _held = cx.memory().take(2 * weight + 2 * self.state.weight())?;
        let definition = serde_json::from_str(&self.definition);
        let definition = definition.map_err(|error| Failure::new(Code::Internal, error.to_string()))?;
        let definition = comparable(definition, &self.agents);
        let state = match self.state.show() {
            Value::Object(state) => state,
            _ => Map::new(),
        };
        let opened = services.site.open(Executed { id, definition, input, state }, cx).await?;
        let checkpoint = &opened.0;
        let recorded = std::mem::take(&mut checkpoint.recorded().state);
        self.state.replace(recorded.into_iter().map(|(key, kept)| (key, kept.value)))?;
        *shared.usage() = checkpoint.before.usage.clone();
        shared.executed.store(checkpoint.before.steps_executed, Relaxed);
        // Nothing else sets it.
        let _ = shared.checkpoint.set(checkpoint.clone());
        Ok(opened)
    }

    /// From its beginning, or from where its checkpoint is, to its end.
    async fn go(&self, services: &Services, execution: &Execution, input: Value, cx: &CallContext) -> Result {
        // Without steps of its own, for what is asked before there is a scope.
        let (before, spent) = (Scope::new(self.plan.clone(), Arc::default(), None), Mutex::default());
        let (agents, shared) = (&*self.agents, &*execution.shared);
        let engine = |scope| Engine { services, cx, agents, shared, scope, spent: &spent, depth: 0 };
        let first = engine(&before);
        let begun = match first.recorded_input("") {
            Some(input) => Ok(input),
            // Hooks gave its output.
            None if first.is_over() => Err(Value::Null),
            None => first.hook_start(&self.plan, input).await?,
        };
        let (scope, ended) = match begun {
            Ok(input) => {
                first.record_input("", &input);
                let scope =
                    execution.scope.get_or_init(|| Arc::new(Scope::new(self.plan.clone(), Arc::new(input), None)));
                match engine(scope).run().await {
                    Ok(ended) => (&**scope, ended),
                    // What it came to is recorded.
                    Err(_) if first.is_over() => (&**scope, Ended::default()),
                    Err(Broken::Stop(failure)) => return Err(failure),
                    Err(Broken::Paused) => (&**scope, Ended { status: Status::Paused, ..Ended::default() }),
                    Err(broken) => {
                        let ended = Ended { status: Status::Failed, error: Some(broken.problem()), ..Ended::default() };
                        self.close(first, &ended).await?;
                        return Err(self.with_result(services, cx, execution, broken, Status::Failed));
                    }
                }
            }
            Err(output) => (&before, Ended { output: Arc::new(output), ..Ended::default() }),
        };
        let ended = match first.recorded_result() {
            Some(ended) => ended,
            None if ended.status == Status::Paused => ended,
            None => engine(scope).hook_complete(ended).await?,
        };
        self.close(first, &ended).await?;
        execution.end(ended.status);
        Ok(json!(engine(scope).outcome(&ended)?))
    }

    /// Keeps how it ended, and gives the checkpoint back.
    async fn close(&self, engine: Engine<'_>, ended: &Ended) -> Result<()> {
        let Some(checkpoint) = engine.checkpoint() else { return Ok(()) };
        let Ended { status, output, error } = ended;
        engine.record(|| Record::Ended { status: *status, output: (**output).clone(), error: error.clone() });
        checkpoint.close(engine.cx).await
    }

    /// The failure of an execution, with what there is of a result as its details.
    fn with_result(
        &self,
        services: &Services,
        cx: &CallContext,
        execution: &Execution,
        broken: Broken,
        status: Status,
    ) -> Failure {
        let problem: Problem = broken.problem();
        let failure = broken.failure();
        let Some(scope) = execution.scope.get() else { return failure };
        let (agents, shared, spent) = (&*self.agents, &*execution.shared, &Mutex::default());
        let engine = Engine { services, cx, agents, shared, scope, spent, depth: 0 };
        let ended = Ended { status, output: Arc::default(), error: Some(problem) };
        match engine.outcome(&ended) {
            Ok(outcome) => Failure { details: Some(json!(Outcome { success: false, ..outcome })), ..failure },
            // There is no room for it: the failure is what matters.
            Err(_) => failure,
        }
    }

    /// Has the execution under way stop before its next step. Whether there is one; fails where it has no checkpoint.
    pub fn pause(&self) -> Result<bool> {
        let last = self.last().clone().filter(|_| self.is_busy.load(SeqCst));
        let Some(execution) = last else { return Ok(false) };
        let Some(checkpoint) = execution.shared.checkpoint.get() else {
            let message =
                format!("the workflow '{}' is executed without a checkpoint: it can't be paused", self.plan.name);
            return Err(Failure::invalid(message));
        };
        checkpoint.pausing.store(true, SeqCst);
        Ok(true)
    }

    /// Stops the execution under way. Whether there is one.
    pub fn cancel(&self) -> bool {
        let is_busy = self.is_busy.load(SeqCst);
        if is_busy && let Some(execution) = &*self.last() {
            execution.shared.cancel.cancel();
        }
        is_busy
    }

    pub fn set_state(&self, key: &str, value: Value) -> Result<()> {
        self.state.set(key.to_owned(), value)
    }

    fn last(&self) -> MutexGuard<'_, Option<Arc<Execution>>> {
        // One pointer.
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Busy {
    fn begin(workflow: &Arc<Workflow>, number: u64, now: u64) -> Result<Busy> {
        if workflow.is_busy.swap(true, SeqCst) {
            let message = format!("the workflow '{}' is being executed: wait for that first", workflow.plan.name);
            return Err(Failure::new(Code::Closed, message));
        }
        let execution = Arc::new(Execution::new(Arc::new(Shared::new(number, workflow.state.clone(), now))));
        *workflow.last() = Some(execution.clone());
        Ok(Busy { workflow: workflow.clone(), execution })
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if self.execution.status() == Status::Running {
            // Its operation was dropped.
            self.execution.end(Status::Cancelled);
        }
        self.workflow.is_busy.store(false, SeqCst);
    }
}
