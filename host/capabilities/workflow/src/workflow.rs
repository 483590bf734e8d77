//! A workflow that a spell holds: its plan, its state, and its last execution.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use llmspell_api::workflow::{Outcome, Problem, Status};
use llmspell_base::host_memory::{Held, HostMemory};
use llmspell_base::{Code, Failure};
use llmspell_capability_agent::Agent;
use llmspell_kernel::{CallContext, Result};

use crate::diagram::{Format, Known, draw};
use crate::engine::{Broken, Ended, Engine, Services};
use crate::execution::{Execution, Scope, Shared, State, Tokens};
use crate::plan::Plan;
use crate::usage;

pub struct Workflow {
    plan: Arc<Plan>,
    agents: Vec<Arc<Agent>>,
    state: Arc<State>,
    last: Mutex<Option<Arc<Execution>>>,
    is_busy: AtomicBool,
    /// What its definition takes of the host's memory.
    _kept: Held,
}

/// An execution that is under way, until this is dropped.
struct Busy {
    workflow: Arc<Workflow>,
    execution: Arc<Execution>,
}

impl Workflow {
    pub fn new(plan: Plan, agents: Vec<Arc<Agent>>, memory: &HostMemory, kept: Held) -> Result<Workflow> {
        let state = Arc::new(State::new(memory)?);
        state.begin(&plan.state)?;
        let (last, is_busy) = (Mutex::default(), AtomicBool::new(false));
        Ok(Workflow { plan: Arc::new(plan), agents, state, last, is_busy, _kept: kept })
    }

    /// Executes it. What the execution before this one kept is given up.
    pub async fn execute(self: Arc<Self>, services: Services, number: u64, input: Value, cx: CallContext) -> Result {
        let busy = Busy::begin(&self, number)?;
        let execution = &busy.execution;
        let _held = cx.memory().hold(&input)?;
        tokio::select! {
            biased;
            () = execution.shared.cancel.cancelled() => {
                execution.end(Status::Cancelled);
                let failure = Failure::new(Code::Cancelled, format!("the workflow '{}' was cancelled", self.plan.name));
                Err(self.with_result(&services, &cx, execution, Broken::Whole(failure), Status::Cancelled))
            }
            result = self.run(&services, execution, input, &cx) => result.inspect_err(|_| execution.end(Status::Failed)),
        }
    }

    async fn run(&self, services: &Services, execution: &Execution, input: Value, cx: &CallContext) -> Result {
        let began = services.clock.elapsed();
        // Without steps of its own, for what is asked before there is a scope.
        let before = Scope::new(self.plan.clone(), Arc::default(), None);
        let tokens = Tokens::default();
        let (agents, shared) = (self.agents.as_slice(), &*execution.shared);
        let engine = |scope| Engine { services, cx, agents, shared, scope, tokens: &tokens, depth: 0 };
        let (scope, ended) = match engine(&before).hook_start(&self.plan, input).await? {
            Ok(input) => {
                let scope =
                    execution.scope.get_or_init(|| Arc::new(Scope::new(self.plan.clone(), Arc::new(input), None)));
                match engine(scope).run().await {
                    Ok(ended) => (&**scope, ended),
                    Err(Broken::Stop(failure)) => return Err(failure),
                    Err(broken) => return Err(self.with_result(services, cx, execution, broken, Status::Failed)),
                }
            }
            Err(output) => (&before, Ended { status: Status::Completed, output: Arc::new(output), error: None }),
        };
        let ended = engine(scope).hook_complete(ended).await?;
        execution.end(ended.status);
        let outcome = engine(scope).outcome(&ended, engine(scope).since(began))?;
        Ok(json!(outcome))
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
        let (agents, shared, tokens) = (self.agents.as_slice(), &*execution.shared, &Tokens::default());
        let engine = Engine { services, cx, agents, shared, scope, tokens, depth: 0 };
        let ended = Ended { status, output: Arc::default(), error: Some(problem) };
        match engine.outcome(&ended, 0) {
            Ok(outcome) => Failure { details: Some(json!(Outcome { success: false, ..outcome })), ..failure },
            // There is no room for it: the failure is what matters.
            Err(_) => failure,
        }
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

    /// Part of the last execution.
    pub fn look(&self, path: &str, memory: &HostMemory) -> Result<Option<Value>> {
        let (what, name) = path.split_once('.').map_or((path, None), |(what, name)| (what, Some(name)));
        if what == "state" {
            let _held = memory.take(self.state.weight())?;
            return Ok(match name {
                Some(key) => self.state.get(key).map(|value| (*value).clone()),
                None => Some(self.state.show()),
            });
        }
        let Some(execution) = self.last().clone() else { return Ok(None) };
        if what == "status" && name.is_none() {
            return Ok(Some(json!(execution.status())));
        }
        let Some(scope) = execution.scope.get() else { return Ok(None) };
        let (plan, records) = (&scope.plan, &scope.records);
        let _held = memory.take(if name.is_none() { records.weight() } else { 0 })?;
        let at = name.map(|name| plan.find(name, &(0..plan.steps.len())));
        Ok(match (what, at) {
            ("outputs", None) => Some(records.outputs(plan).into()),
            ("outputs", Some(Some(at))) => records.output(at).map(|output| (*output).clone()),
            ("steps", None) => Some(records.outcomes(plan).into()),
            ("steps", Some(Some(at))) => records.outcome(at).map(|outcome| json!(outcome)),
            _ => None,
        })
    }

    /// A drawing of the definition, with what became of its steps in the last execution.
    pub fn diagram(&self, format: Format) -> String {
        let last = self.last().clone();
        let shared = last.as_ref().map(|execution| &execution.shared);
        let known = Known {
            agent: &|at| self.agents.get(at).map(|agent| agent.name()),
            passage: &|step| shared?.course.passage(step.number),
            status: last.as_ref().map(|execution| execution.status()),
            tokens: shared.map_or(0, |shared| usage::tokens(&shared.usage())),
        };
        draw(&self.plan, &known, format)
    }

    fn last(&self) -> MutexGuard<'_, Option<Arc<Execution>>> {
        // One pointer.
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Busy {
    fn begin(workflow: &Arc<Workflow>, number: u64) -> Result<Busy> {
        if workflow.is_busy.swap(true, SeqCst) {
            let message = format!("the workflow '{}' is being executed: wait for that first", workflow.plan.name);
            return Err(Failure::new(Code::Closed, message));
        }
        let execution = Arc::new(Execution::new(Arc::new(Shared::new(number, workflow.state.clone()))));
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
