//! Executions without a guest: steps are tools of the host.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use llmspell_base::clock::Clock;
use llmspell_base::{Failure, Limits};
use llmspell_capability_agent::AgentCapability;
use llmspell_capability_session::{MemoryCapability, SessionCapability};
use llmspell_capability_tool::{HostTool, HostTools, ToolCapability, ToolFailure};
use llmspell_kernel::event::Buses;
use llmspell_kernel::recorder::{Recorder, Recorders, RunEvent, StepMoment, WorkflowEvent, WorkflowMoment};
use llmspell_kernel::{CallContext, Capability, Options, Result, Run, Setup, Stop};
use llmspell_models::Models;
use llmspell_policy::Grants;
use llmspell_state::{Place, Settings, Store};

use crate::checkpoint::Site;
use crate::engine::Services;
use crate::plan::Plan;
use crate::workflow::{Request, Workflow};

mod checkpoints;
mod diagrams;
mod errors;
mod gate;
mod hostile;
mod patterns;
mod watched;

/// A run with tools: `echo` gives back its `value`; `fail` fails, with a `code`, so many `times` (for ever if absent);
/// `wait` takes `ms`; `meet` waits until so many `count` calls of it are under way; `cancel` cancels the workflow in its slot, and
/// `pause` pauses it; `mark` gives back its `value` and keeps it, and one call of it never ends.
struct Bench {
    run: Run,
    services: Services,
    calls: Arc<Calls>,
    told: Told,
}

/// What those who watch the run hear, the first thousand lines of it.
#[derive(Default, Clone)]
struct Told(Arc<Mutex<Vec<String>>>);

impl Recorder for Told {
    fn watches_workflows(&self) -> bool {
        true
    }

    fn record(&mut self, event: &RunEvent<'_>) -> std::result::Result<(), Stop> {
        let RunEvent::Workflow(WorkflowEvent { workflow, depth, what, .. }) = event else { return Ok(()) };
        let what = match what {
            WorkflowMoment::Began { steps } => format!("began, {steps}"),
            WorkflowMoment::Ended { status, used } => format!("{status}, {} ms", used.duration_ms),
            WorkflowMoment::Step { name, what } => match what {
                StepMoment::Began => format!("{name}: began"),
                StepMoment::Waits { attempt, code, delay } => format!("{name}: waits {attempt} {code} {delay:?}"),
                StepMoment::Completed(used) => format!("{name}: completed, {} ms", used.duration_ms),
                StepMoment::Failed { code, used } => format!("{name}: failed {code}, {} ms", used.duration_ms),
                StepMoment::Skipped => format!("{name}: skipped"),
                StepMoment::Recalled(_) => format!("{name}: recalled"),
                StepMoment::Stopped => format!("{name}: stopped"),
            },
        };
        let mut told = self.0.lock().unwrap();
        if told.len() < 1_000 {
            told.push(format!("{depth} {workflow}: {what}"));
        }
        Ok(())
    }
}

#[derive(Default)]
struct Calls {
    failed: AtomicUsize,
    under_way: AtomicUsize,
    most_under_way: AtomicUsize,
    begun: AtomicUsize,
    ended: AtomicUsize,
    /// For `cancel` and `pause`.
    workflow: Mutex<Option<Arc<Workflow>>>,
    /// What `mark` was called with.
    marks: Mutex<Vec<String>>,
    /// The call of `mark` that never ends, from 1; 0 is none.
    stop_at: AtomicUsize,
    marked: AtomicUsize,
    stopped: tokio::sync::Notify,
}

/// One more under way, until it is dropped.
struct UnderWay(Arc<Calls>);

impl UnderWay {
    fn begin(calls: &Arc<Calls>) -> UnderWay {
        calls.begun.fetch_add(1, SeqCst);
        let now = calls.under_way.fetch_add(1, SeqCst) + 1;
        calls.most_under_way.fetch_max(now, SeqCst);
        UnderWay(calls.clone())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, SeqCst);
    }
}

fn tools(calls: &Arc<Calls>) -> HostTools {
    let registry = HostTools::default();
    let object = || json!({ "type": "object" });
    let number = |arguments: &Value, name: &str| arguments[name].as_u64().unwrap_or(0);
    registry
        .register(HostTool::new(
            "echo",
            "",
            object(),
            |invocation| async move { Ok(invocation.arguments["value"].clone()) },
        ))
        .unwrap();
    let kept = calls.clone();
    registry
        .register(HostTool::new("fail", "", object(), move |invocation| {
            let calls = kept.clone();
            async move {
                let before = calls.failed.fetch_add(1, SeqCst);
                match invocation.arguments["times"].as_u64() {
                    Some(times) if before as u64 >= times => Ok(json!("mended")),
                    _ => Err(ToolFailure::new(invocation.arguments["code"].as_str().unwrap_or("tool"), "it broke")),
                }
            }
        }))
        .unwrap();
    let kept = calls.clone();
    registry
        .register(HostTool::new("wait", "", object(), move |invocation| {
            let calls = kept.clone();
            async move {
                let _under_way = UnderWay::begin(&calls);
                tokio::time::sleep(Duration::from_millis(number(&invocation.arguments, "ms"))).await;
                calls.ended.fetch_add(1, SeqCst);
                Ok(invocation.arguments["value"].clone())
            }
        }))
        .unwrap();
    let kept = calls.clone();
    registry
        .register(HostTool::new("meet", "", object(), move |invocation| {
            let calls = kept.clone();
            async move {
                let _under_way = UnderWay::begin(&calls);
                while calls.begun.load(SeqCst) < number(&invocation.arguments, "count") as usize {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                Ok(json!("met"))
            }
        }))
        .unwrap();
    let kept = calls.clone();
    registry
        .register(HostTool::new("cancel", "", object(), move |_| {
            let calls = kept.clone();
            async move { Ok(json!(calls.workflow.lock().unwrap().as_ref().map(|workflow| workflow.cancel()))) }
        }))
        .unwrap();
    let kept = calls.clone();
    registry
        .register(HostTool::new("pause", "", object(), move |_| {
            let calls = kept.clone();
            async move { Ok(json!(calls.workflow.lock().unwrap().as_ref().unwrap().pause().unwrap())) }
        }))
        .unwrap();
    let kept = calls.clone();
    registry
        .register(HostTool::new("mark", "", object(), move |invocation| {
            let calls = kept.clone();
            async move {
                if calls.marked.fetch_add(1, SeqCst) + 1 == calls.stop_at.load(SeqCst) {
                    calls.stopped.notify_one();
                    std::future::pending::<()>().await;
                }
                let value = invocation.arguments["value"].clone();
                calls.marks.lock().unwrap().push(value.to_string());
                Ok(value)
            }
        }))
        .unwrap();
    registry
}

impl Bench {
    fn new() -> Bench {
        Bench::within(Limits { tool_calls: u64::MAX, ..Limits::default() })
    }

    fn within(limits: Limits) -> Bench {
        Bench::with(limits, Grants::local(), Models::offline())
    }

    fn with(limits: Limits, grants: Grants, models: Models) -> Bench {
        Bench::on(Store::new(Settings::new(Place::Memory)), limits, grants, models)
    }

    /// With a store of others.
    fn on(store: Store, limits: Limits, grants: Grants, models: Models) -> Bench {
        let (mut recorders, told) = (Recorders::default(), Told::default());
        recorders.add(told.clone());
        let setup = Setup {
            grants: grants.into(),
            limits: limits.into(),
            tenant: "t".into(),
            language: "lua".into(),
            clock: Clock::system(),
            listener: Box::new(()),
            recorders,
            approver: None,
            approved: Vec::new(),
            memory_used: Arc::default(),
            seam: Default::default(),
        };
        let mut run = Run::new(setup, &Buses::default());
        let calls = Arc::default();
        let registry = Arc::new(tools(&calls));
        run.offer::<Option<llmspell_budget::Account>>(None);
        ToolCapability { registry, source: None }.prepare(&mut run, &Options::default()).unwrap();
        SessionCapability { store: store.clone() }.prepare(&mut run, &Options::default()).unwrap();
        MemoryCapability.prepare(&mut run, &Options::default()).unwrap();
        AgentCapability { models }.prepare(&mut run, &Options::default()).unwrap();
        let services = Services {
            agents: run.offered().unwrap(),
            tools: run.offered().unwrap(),
            hooks: run.hooks.clone(),
            events: run.events.clone(),
            clock: run.clock.clone(),
            site: Site { store, tenant: "t".into(), listener: run.listener.clone(), spell: None },
        };
        Bench { run, services, calls, told }
    }

    fn context(&self) -> CallContext {
        self.run.context(1, None).0
    }

    fn create(&self, definition: Value) -> Result<Arc<Workflow>> {
        let kept = self.run.memory().hold(&definition)?;
        let text = definition.to_string();
        let plan = Plan::create(definition, 0)?;
        Ok(Arc::new(Workflow::new(plan, text, Vec::new(), self.run.memory(), kept)?))
    }

    async fn execute(&self, definition: Value, input: Value) -> Result {
        self.create(definition)?.execute(self.services.clone(), plain(1, input), self.context()).await
    }

    /// With a checkpoint of this id.
    async fn keep(&self, id: &str, definition: Value, input: Value) -> Result {
        let request = Request { number: 1, input: Some(input), checkpoint: Some(id.into()) };
        self.create(definition)?.execute(self.services.clone(), request, self.context()).await
    }

    /// What is left of the host's memory.
    fn free(&self) -> usize {
        let (mut least, mut most) = (0, self.run.limits().host_memory_bytes);
        while least < most {
            let middle = least + (most - least).div_ceil(2);
            match self.run.memory().take(middle) {
                Ok(_) => least = middle,
                Err(_) => most = middle - 1,
            }
        }
        least
    }
}

/// Without a checkpoint.
fn plain(number: u64, input: Value) -> Request {
    Request { number, input: Some(input), checkpoint: None }
}

/// A definition of this pattern with other fields.
fn definition(pattern: &str, more: Value) -> Value {
    let mut definition = json!({ "name": "w", "pattern": pattern });
    definition.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    definition
}

fn echo(name: &str, value: impl Into<Value>) -> Value {
    json!({ "name": name, "tool": "echo", "input": { "value": value.into() } })
}

fn refused(definition: Value) -> String {
    Plan::create(definition, 0).map(drop).map_err(|failure: Failure| failure.message).unwrap_err()
}
