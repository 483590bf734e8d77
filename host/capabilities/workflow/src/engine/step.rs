//! One step: whether it runs, its attempts, and what is done about its failure.

use std::sync::Arc;

use serde_json::{Value, json};

use llmspell_api::journal::WorkflowStepArgs;
use llmspell_api::workflow::{Problem, StepStatus};
use llmspell_base::{Code, Failure};
use llmspell_kernel::Result;
use llmspell_kernel::hook::{RetryPolicy, Rounds};

use super::watch::StepWatch;
use super::{Broken, Engine, ends_the_run, within};
use crate::execution::{Record, Tokens, Turn};
use crate::names::View;
use crate::plan::{OnError, Step};

/// How a step ended.
pub enum StepEnd {
    Output(Arc<Value>),
    Skipped,
    /// It failed, and the others go on.
    Tolerated,
    /// It failed, and this one comes next.
    GoTo(usize),
    /// With its name in the workflow.
    Failed(String, Failure),
}

/// What one attempt came to, or what hooks made of it.
pub enum Attempt {
    Output(Value),
    Skip,
    Again(RetryPolicy),
}

/// All attempts of a step.
struct Attempts<'a> {
    count: u64,
    result: Result<Option<Value>>,
    /// If it began.
    watch: Option<StepWatch<'a>>,
}

impl<'a> Engine<'a> {
    /// A step, whose list is that of the plan. Only what ends the run is an error.
    pub async fn step(
        &self,
        at: usize,
        previous: &Arc<Value>,
        turn: Option<&Turn>,
    ) -> std::result::Result<StepEnd, Broken> {
        let Some(step) = self.scope.plan.steps.get(at) else {
            return Err(Broken::Whole(Failure::new(Code::Internal, "a step that is not in the plan")));
        };
        // Each counts, also one that does not begin: so every loop ends.
        let (execution, workflow) = (self.shared.id.as_str(), self.scope.plan.name.as_str());
        let arguments = || json!(WorkflowStepArgs { execution, workflow, step: &step.key });
        let call = self.cx.call("workflow.step", arguments).begin().map_err(Broken::Stop)?;
        tokio::task::consume_budget().await;
        let began = self.services.clock.elapsed();
        let view = self.view(step.list.clone(), previous, turn);
        let tokens = Tokens::within(self.tokens);
        let engine = Engine { tokens: &tokens, ..*self };
        let mut attempts = engine.attempts(step, &view).await;
        let watch = attempts.watch.take();
        let end = engine.end(at, step, &view, attempts, began).await?;
        engine.tell_of_end(at, step, &end, watch, began);
        let word = match &end {
            StepEnd::Output(_) => "completed",
            StepEnd::Skipped => "skipped",
            StepEnd::Tolerated | StepEnd::GoTo(_) | StepEnd::Failed(..) => "failed",
        };
        call.settle_value(Ok(word.into())).map_err(Broken::Stop)?;
        Ok(end)
    }

    /// Tries until it goes well, or until nothing says that it is to be tried again.
    async fn attempts(&self, step: &'a Step, view: &View<'_>) -> Attempts<'a> {
        match &step.when {
            None => {}
            Some(when) => match self.holds(when, *view, Some(&step.key)).await {
                Ok(true) => {}
                Ok(false) => return Attempts { count: 0, result: Ok(None), watch: None },
                Err(failure) => return Attempts { count: 0, result: Err(failure), watch: None },
            },
        }
        self.shared.count_step();
        let watch = self.watch_step(step);
        let (mut count, mut rounds) = (0, Rounds::of("the step"));
        let began = self.services.clock.elapsed();
        let result = loop {
            count += 1;
            let again = match self.attempt(step, view, count).await {
                Ok(Attempt::Output(output)) => break Ok(Some(output)),
                Ok(Attempt::Skip) => break Ok(None),
                Ok(Attempt::Again(policy)) => policy,
                Err(failure) if ends_the_run(&failure) => break Err(failure),
                Err(failure) => {
                    let retry =
                        step.retry.as_ref().filter(|retry| count < retry.most_attempts && retry.is_worth(&failure));
                    if let Some(retry) = retry {
                        watch.waits(retry, count, &failure);
                        tokio::time::sleep(retry.delay(count, &failure)).await;
                        watch.goes_on();
                        continue;
                    }
                    match self.hook_failed(step, failure, count, self.since(began)).await {
                        Ok(Attempt::Output(output)) => break Ok(Some(output)),
                        Ok(Attempt::Skip) => break Ok(None),
                        Ok(Attempt::Again(policy)) => policy,
                        Err(failure) => break Err(failure),
                    }
                }
            };
            if let Err(failure) = rounds.retry(again).await {
                break Err(failure);
            }
        };
        Attempts { count, result, watch: Some(watch) }
    }

    /// One attempt, and what hooks before and after it make of it.
    async fn attempt(&self, step: &'a Step, view: &View<'_>, count: u64) -> Result<Attempt> {
        let input = self.input(step, view)?;
        let input = match self.hook_step(step, input, count).await? {
            Ok(input) => input,
            Err(attempt) => return Ok(attempt),
        };
        let _held = self.cx.memory().hold(&input)?;
        let began = self.services.clock.elapsed();
        // A copy only where a hook will want it.
        let kept = self.wants_input().then(|| input.clone());
        let output = within(step.timeout, self.work(step, input, view.turn), || {
            let time = step.timeout.unwrap_or_default().as_millis();
            Failure::new(Code::Timeout, format!("it took longer than its timeout of {time} ms"))
        });
        let output = output.await?;
        self.hook_after_step(step, kept, output, count, self.since(began)).await
    }

    /// Writes down what became of it, and decides how the others go on.
    async fn end(
        &self,
        at: usize,
        step: &'a Step,
        view: &View<'_>,
        attempts: Attempts<'_>,
        began: u64,
    ) -> std::result::Result<StepEnd, Broken> {
        let Attempts { count, result, .. } = attempts;
        let failure = match result {
            Ok(None) => {
                self.scope.records.put(at, Record { attempts: count, ..Record::skipped() });
                return Ok(StepEnd::Skipped);
            }
            Ok(Some(output)) => match self.keep(at, step, output, None, count, began) {
                Ok(output) => return Ok(StepEnd::Output(output)),
                Err(failure) => failure,
            },
            Err(failure) => failure,
        };
        if ends_the_run(&failure) {
            return Err(Broken::Stop(failure));
        }
        let problem = Problem { code: failure.code.to_string(), message: failure.message.clone(), step: None };
        self.announce_failed_step(step, &failure, self.since(began), count);
        if let OnError::Function(handler) = step.on_error {
            let context = view.context(Some(&step.key), Some(&problem));
            let answer = self.cx.call_function(handler, context).await;
            let kept = answer.and_then(|answer| self.keep(at, step, answer, Some(problem.clone()), count, began));
            match kept {
                Ok(output) => return Ok(StepEnd::Output(output)),
                // What the handler raises is the failure from here on.
                Err(failure) => return Ok(self.failed(at, step, failure, count, began)),
            }
        }
        Ok(self.failed(at, step, failure, count, began))
    }

    fn failed(&self, at: usize, step: &Step, failure: Failure, attempts: u64, began: u64) -> StepEnd {
        let error = Some(Problem { code: failure.code.to_string(), message: failure.message.clone(), step: None });
        let duration_ms = self.since(began);
        let record = Record { status: StepStatus::Failed, output: None, error, duration_ms, attempts, _held: None };
        self.scope.records.put(at, record);
        match step.on_error {
            OnError::GoTo(later) => StepEnd::GoTo(later),
            OnError::Continue => StepEnd::Tolerated,
            _ if step.optional => StepEnd::Tolerated,
            _ => StepEnd::Failed(step.key.clone(), failure),
        }
    }

    fn keep(
        &self,
        at: usize,
        step: &Step,
        output: Value,
        error: Option<Problem>,
        attempts: u64,
        began: u64,
    ) -> Result<Arc<Value>> {
        self.cx.bound_reply(&output, "the step's output")?;
        // What was there before makes room first: a loop has only one of each.
        self.scope.records.forget(at..at + 1);
        let _held = Some(self.cx.memory().hold(&output)?);
        let (output, duration_ms) = (Arc::new(output), self.since(began));
        self.announce_step(step, &output, duration_ms, attempts);
        let status = StepStatus::Completed;
        let record = Record { status, output: Some(output.clone()), error, duration_ms, attempts, _held };
        self.scope.records.put(at, record);
        self.scope.progress().any_completed = true;
        Ok(output)
    }
}
