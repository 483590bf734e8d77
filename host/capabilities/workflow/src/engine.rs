//! Goes from step to step. All of an execution is one task, also where steps are under way at the same time: where it is
//! dropped, everything stops.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use serde_json::Value;

use llmspell_api::agent::Usage;
use llmspell_api::workflow::{Outcome, Problem, Status, Totals};
use llmspell_base::clock::Clock;
use llmspell_base::{Code, Failure};
use llmspell_capability_agent::{Agent, Agents};
use llmspell_capability_tool::Tools;
use llmspell_kernel::event::Events;
use llmspell_kernel::hook::Hooks;
use llmspell_kernel::{CallContext, Result};

use crate::checkpoint::Site;
use crate::execution::{Scope, Shared, Turn};
use crate::names::View;
use crate::plan::{Plan, Shape};

mod announce;
mod conditional;
mod conditions;
mod dag;
mod hooks;
mod parallel;
mod record;
mod repeat;
mod sequence;
mod step;
mod watch;
mod work;

/// The services that steps are done by.
#[derive(Clone)]
pub struct Services {
    pub agents: Agents,
    pub tools: Tools,
    pub hooks: Hooks,
    pub events: Events,
    pub clock: Clock,
    pub site: Site,
}

/// One workflow at work.
#[derive(Clone, Copy)]
pub struct Engine<'a> {
    pub services: &'a Services,
    pub cx: &'a CallContext,
    /// Those that steps name by number.
    pub agents: &'a [Arc<Agent>],
    pub shared: &'a Shared,
    pub scope: &'a Scope,
    /// What the step that this is within has used of models.
    pub spent: &'a Mutex<Usage>,
    /// How many workflows it lies within.
    pub depth: usize,
}

/// Why steps did not come to their end.
#[derive(Debug)]
pub enum Broken {
    /// The run ends: nothing is to be done about it.
    Stop(Failure),
    /// This step failed.
    Step(String, Failure),
    /// The workflow itself failed.
    Whole(Failure),
    /// It waits to be resumed.
    Paused,
}

/// The last output, or why there is none.
pub type Flow = std::result::Result<Arc<Value>, Broken>;

/// How a workflow ended.
pub struct Ended {
    pub status: Status,
    pub output: Arc<Value>,
    pub error: Option<Problem>,
}

impl Default for Ended {
    /// Well, without an output.
    fn default() -> Ended {
        Ended { status: Status::Completed, output: Arc::default(), error: None }
    }
}

impl<'a> Engine<'a> {
    fn plan(&self) -> &'a Plan {
        &self.scope.plan
    }

    /// The workflow of this scope, from its beginning to its end.
    pub fn run(self) -> BoxFuture<'a, std::result::Result<Ended, Broken>> {
        // Boxed, because a step may be a workflow.
        Box::pin(async move {
            if self.is_over() {
                // All that follows is what it came to.
                return Ok(self.ended(self.shape().await?));
            }
            self.announce_started();
            let watch = self.watch();
            let began = self.services.clock.elapsed();
            let plan = self.plan();
            let flow = within(plan.timeout, self.shape(), || {
                let time = plan.timeout.unwrap_or_default().as_millis();
                Broken::Whole(Failure::new(
                    Code::Timeout,
                    format!("the workflow took longer than its timeout of {time} ms"),
                ))
            });
            let ended = match flow.await {
                Ok(output) => self.ended(output),
                Err(Broken::Paused) => {
                    watch.end(Status::Paused);
                    return Err(Broken::Paused);
                }
                Err(broken) => {
                    watch.end(Status::Failed);
                    self.announce_failed(&broken, self.since(began));
                    self.observe_failed(&broken, self.since(began)).await;
                    return Err(broken);
                }
            };
            watch.end(ended.status);
            self.announce_completed(&ended, self.since(began));
            Ok(ended)
        })
    }

    async fn shape(self) -> Flow {
        let (plan, input) = (self.plan(), self.scope.input.clone());
        match &plan.shape {
            Shape::Sequential(list) => self.sequence(list.clone(), input, self.scope.outer.as_ref()).await,
            Shape::Parallel { branches, concurrency, merge } => self.parallel(branches, *concurrency, *merge).await,
            Shape::Conditional { branches, otherwise, all_matching } => {
                self.conditional(branches, otherwise.clone(), *all_matching).await
            }
            Shape::Loop(repeat) => self.repeat(repeat).await,
            Shape::Dag(graph) => self.dag(graph).await,
        }
    }

    fn ended(&self, output: Arc<Value>) -> Ended {
        let progress = self.scope.progress();
        let status = match (&progress.first_error, progress.any_completed) {
            (None, _) => Status::Completed,
            (Some(_), true) => Status::PartiallyCompleted,
            (Some(_), false) => Status::Failed,
        };
        Ended { status, output, error: progress.first_error.clone() }
    }

    /// What a step of this list sees, or a condition.
    fn view<'v>(&self, list: std::ops::Range<usize>, previous: &'v Arc<Value>, turn: Option<&'v Turn>) -> View<'v>
    where
        'a: 'v,
    {
        View { shared: self.shared, scope: self.scope, list: (list.start, list.end), previous, turn }
    }

    /// The result of an execution.
    pub fn outcome(&self, ended: &Ended) -> Result<Outcome> {
        let (records, plan) = (&self.scope.records, self.plan());
        let progress = self.scope.progress();
        // It is there as values, and then as a text.
        let _held = self.cx.memory().take(2 * records.weight() + progress.weight())?;
        let Totals { usage, steps_executed, duration_ms } = self.totals();
        Ok(Outcome {
            success: ended.status == Status::Completed,
            status: ended.status,
            text: text_of(&ended.output),
            output: (*ended.output).clone(),
            outputs: records.outputs(plan),
            steps: records.outcomes(plan),
            data: progress.show(steps_executed, &ended.output),
            error: ended.error.clone(),
            usage,
            duration_ms,
            execution_id: self.shared.id.clone(),
        })
    }

    /// Milliseconds since a time of the clock.
    pub fn since(&self, began: u64) -> u64 {
        (self.services.clock.elapsed() - began) / 1_000_000
    }
}

impl Broken {
    /// What the spell is told.
    pub fn problem(&self) -> Problem {
        let (step, failure) = match self {
            Broken::Step(step, failure) => (Some(step.clone()), failure),
            Broken::Stop(failure) | Broken::Whole(failure) => (None, failure),
            Broken::Paused => {
                return Problem { code: Code::Cancelled.word().into(), message: PAUSED.into(), step: None };
            }
        };
        Problem { code: failure.code.to_string(), message: failure.message.clone(), step }
    }

    /// What it fails with.
    pub fn failure(self) -> Failure {
        match self {
            Broken::Step(step, failure) => {
                let message = format!("Step {step} failed: {}", failure.message);
                Failure { message, ..failure }
            }
            Broken::Stop(failure) | Broken::Whole(failure) => failure,
            Broken::Paused => Failure::new(Code::Cancelled, PAUSED),
        }
    }
}

const PAUSED: &str = "the workflow was paused";

/// Whether the run ends with this failure: what a run may use is used up. A failure with details is that of an agent's own
/// budget.
pub fn ends_the_run(failure: &Failure) -> bool {
    failure.is(Code::Budget) && failure.details.is_none()
}

/// Some work, within a time if there is one.
async fn within<T, E>(
    time: Option<Duration>,
    work: impl Future<Output = std::result::Result<T, E>>,
    late: impl FnOnce() -> E,
) -> std::result::Result<T, E> {
    match time {
        None => work.await,
        Some(time) => tokio::time::timeout(time, work).await.unwrap_or_else(|_| Err(late())),
    }
}

/// A value as a text: null as nothing, a text as it is, others as JSON.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
