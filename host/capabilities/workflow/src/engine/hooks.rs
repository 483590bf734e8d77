//! The hooks on workflows, and what they decide.

use std::sync::Arc;

use serde_json::{Value, json};

use llmspell_api::hook::{Failed, workflow as api};
use llmspell_api::workflow::Status;
use llmspell_base::Failure;
use llmspell_kernel::Result;
use llmspell_kernel::hook::{Decision, Point, Rounds, Stage};

use super::step::Attempt;
use super::{Broken, Ended, Engine};
use crate::plan::{Plan, Step};

const NO_TARGET: Option<&str> = Some(": a workflow's steps are what its definition says");
const START: Stage = Stage::of(&Point::BEFORE_WORKFLOW_START).without_redirect(NO_TARGET);
const BEFORE: Stage = Stage::of(&Point::BEFORE_WORKFLOW_STEP).without_redirect(NO_TARGET);
const AFTER: Stage = Stage::of(&Point::AFTER_WORKFLOW_STEP).without_redirect(NO_TARGET);
const ERROR: Stage = Stage::of(&Point::WORKFLOW_ERROR).without_redirect(NO_TARGET);
const COMPLETE: Stage =
    Stage::of(&Point::AFTER_WORKFLOW_COMPLETE).without_skip().without_redirect(NO_TARGET).without_retry();

impl Engine<'_> {
    /// Before a workflow begins: its input, or the output that it is to have without beginning.
    pub async fn hook_start(&self, plan: &Plan, input: Value) -> Result<std::result::Result<Value, Value>> {
        let hooks = &self.services.hooks;
        if !hooks.any(START.point(), &plan.name) {
            return Ok(Ok(input));
        }
        let mut rounds = Rounds::of("the workflow");
        loop {
            let more = || json!(api::StartContext { execution: &self.shared.id, pattern: plan.pattern() });
            match hooks.decide(self.cx, &START, &plan.name, input.clone(), more).await? {
                Decision::Continue(input) => {
                    self.cx.bound(&input, "the workflow's input")?;
                    return Ok(Ok(input));
                }
                Decision::Skip(_) => return Ok(Err(Value::Null)),
                Decision::Replace(output) => return Ok(Err(output)),
                Decision::Retry(policy) => rounds.retry(policy).await?,
                Decision::Redirect { .. } => return Err(not_allowed()),
            }
        }
    }

    /// Before an attempt: the step's input, or what it comes to without one.
    pub async fn hook_step(
        &self,
        step: &Step,
        input: Value,
        attempt: u64,
    ) -> Result<std::result::Result<Value, Attempt>> {
        let (hooks, name) = (&self.services.hooks, self.scope.plan.name.as_str());
        if !hooks.any(BEFORE.point(), name) {
            return Ok(Ok(input));
        }
        let (execution, kind) = (self.shared.id.as_str(), step.work.kind());
        let more = || json!(api::BeforeStepContext { execution, step: &step.key, kind, attempt });
        Ok(match hooks.decide(self.cx, &BEFORE, name, input, more).await? {
            Decision::Continue(input) => {
                self.cx.bound(&input, "the step's input")?;
                Ok(input)
            }
            Decision::Skip(_) => Err(Attempt::Skip),
            Decision::Replace(output) => Err(Attempt::Output(output)),
            Decision::Retry(policy) => Err(Attempt::Again(policy)),
            Decision::Redirect { .. } => return Err(not_allowed()),
        })
    }

    /// Whether a hook after a step is told of its input.
    pub fn wants_input(&self) -> bool {
        self.services.hooks.any(AFTER.point(), &self.scope.plan.name)
    }

    /// After an attempt that went well.
    pub async fn hook_after_step(
        &self,
        step: &Step,
        input: Option<Value>,
        output: Value,
        attempts: u64,
        duration_ms: u64,
    ) -> Result<Attempt> {
        let Some(input) = input else { return Ok(Attempt::Output(output)) };
        let (hooks, name) = (&self.services.hooks, self.scope.plan.name.as_str());
        let (execution, kind) = (self.shared.id.as_str(), step.work.kind());
        let more =
            || json!(api::AfterStepContext { execution, step: &step.key, kind, input: &input, duration_ms, attempts });
        Ok(match hooks.decide(self.cx, &AFTER, name, output, more).await? {
            Decision::Continue(output) | Decision::Replace(output) => Attempt::Output(output),
            Decision::Skip(_) => Attempt::Skip,
            Decision::Retry(policy) => Attempt::Again(policy),
            Decision::Redirect { .. } => return Err(not_allowed()),
        })
    }

    /// After the last attempt, which failed. Without a remedy it stays failed.
    pub async fn hook_failed(&self, step: &Step, failure: Failure, attempts: u64, duration_ms: u64) -> Result<Attempt> {
        let (hooks, name) = (&self.services.hooks, self.scope.plan.name.as_str());
        if !hooks.any(ERROR.point(), name) {
            return Err(failure);
        }
        let (execution, step, error) = (self.shared.id.as_str(), Some(step.key.as_str()), &failure);
        let more = || json!(api::ErrorContext { execution, step, error, duration_ms, attempts });
        match hooks.decide(self.cx, &ERROR, name, json!(Failed { error }), more).await? {
            Decision::Continue(_) => Err(failure),
            Decision::Skip(_) => Ok(Attempt::Skip),
            Decision::Replace(output) => Ok(Attempt::Output(output)),
            Decision::Retry(policy) => Ok(Attempt::Again(policy)),
            Decision::Redirect { .. } => Err(not_allowed()),
        }
    }

    /// Where the workflow itself failed: hooks are told, and change nothing.
    pub async fn observe_failed(&self, broken: &Broken, duration_ms: u64) {
        let Broken::Whole(error) = broken else { return };
        let (execution, name) = (self.shared.id.as_str(), self.scope.plan.name.as_str());
        let more = || json!(api::ErrorContext { execution, step: None, error, duration_ms, attempts: 0 });
        self.services.hooks.observe(self.cx, &Point::WORKFLOW_ERROR, name, || json!(Failed { error }), more).await;
    }

    /// All that came about is kept, and that the step begins: hooks are told, and change nothing.
    pub async fn observe_checkpoint(&self, checkpoint: &str, step: &Step, attempt: u64) {
        let (execution, name) = (self.shared.id.as_str(), self.scope.plan.name.as_str());
        let more = || json!(api::CheckpointContext { execution, checkpoint, step: &step.key, attempt });
        self.services.hooks.observe(self.cx, &Point::WORKFLOW_CHECKPOINT, name, || Value::Null, more).await;
    }

    /// From one step of a list to the next: hooks are told, and change nothing.
    pub async fn observe_transition(&self, from: usize, to: usize, previous: &Value) {
        let (execution, plan) = (self.shared.id.as_str(), &self.scope.plan);
        let name = |at: usize| plan.steps.get(at).map_or("", |step| step.key.as_str());
        let more = || json!(api::TransitionContext { execution, from: name(from), to: name(to) });
        let data = || previous.clone();
        self.services.hooks.observe(self.cx, &Point::WORKFLOW_STAGE_TRANSITION, &plan.name, data, more).await;
    }

    /// When it has come to its end: hooks may change its output.
    pub async fn hook_complete(&self, ended: Ended) -> Result<Ended> {
        let (hooks, name) = (&self.services.hooks, self.scope.plan.name.as_str());
        if !hooks.any(COMPLETE.point(), name) {
            return Ok(ended);
        }
        let more =
            || json!(api::CompleteContext { execution: &self.shared.id, success: ended.status == Status::Completed });
        match hooks.decide(self.cx, &COMPLETE, name, (*ended.output).clone(), more).await? {
            Decision::Continue(output) | Decision::Replace(output) => {
                self.cx.bound_reply(&output, "the workflow's output")?;
                Ok(Ended { output: Arc::new(output), ..ended })
            }
            _ => Err(not_allowed()),
        }
    }
}

fn not_allowed() -> Failure {
    Failure::new(llmspell_base::Code::Internal, "a verdict that no stage allows")
}
