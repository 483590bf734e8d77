//! One step: whether it runs, its attempts, and what is done about its failure.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use llmspell_api::journal::WorkflowStepArgs;
use llmspell_api::workflow::{Problem, Record, StepStatus};
use llmspell_base::{Code, Failure};
use llmspell_kernel::Result;
use llmspell_kernel::hook::{RetryPolicy, Rounds};

use super::watch::StepWatch;
use super::{Broken, Engine, ends_the_run, within};
use crate::execution::{Record as StepRecord, StepState, Turn};
use crate::names::View;
use crate::plan::{OnError, Step, Work};
use crate::usage;

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

/// Why an attempt has no output.
pub enum Unfinished {
    Failed(Failure),
    /// A workflow within it waits to be resumed.
    Paused,
}

/// All attempts of a step.
struct Attempts<'a> {
    /// Over all runs.
    count: u64,
    result: std::result::Result<Option<Value>, Unfinished>,
    /// If it began.
    watch: Option<StepWatch<'a>>,
}

impl From<Failure> for Unfinished {
    fn from(failure: Failure) -> Unfinished {
        Unfinished::Failed(failure)
    }
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
        let place = self.scope.at(at, turn);
        if let Some(end) = self.recorded_end(at, step, &place).map_err(Broken::Whole)? {
            return Ok(end);
        }
        if self.is_pausing() {
            return Err(Broken::Paused);
        }
        if self.is_over() {
            // It was dropped, with a branch that came too late: nothing is done any more.
            return Err(Broken::Whole(Failure::new(Code::Timeout, "it did not come to its end")));
        }
        // Each counts, also one that does not begin: so every loop ends.
        let (execution, workflow) = (self.shared.id.as_str(), self.scope.plan.name.as_str());
        let arguments = || json!(WorkflowStepArgs { execution, workflow, step: &step.key });
        let call = self.cx.call("workflow.step", arguments).begin().await.map_err(Broken::Stop)?;
        tokio::task::consume_budget().await;
        let began = self.services.clock.elapsed();
        let view = self.view(step.list.clone(), previous, turn);
        let spent = Mutex::default();
        let within = Engine { spent: &spent, ..*self };
        let mut attempts = within.attempts(step, &view, &place).await;
        let watch = attempts.watch.take();
        usage::add(&mut self.spent(), &within.spent());
        if let Err(Unfinished::Paused) = attempts.result {
            call.settle_value(Ok("paused".into())).map_err(Broken::Stop)?;
            return Err(Broken::Paused);
        }
        let end = self.end(at, step, &view, attempts, began).await?;
        let (state, word) = match &end {
            StepEnd::Output(_) => (StepState::Completed, "completed"),
            StepEnd::Skipped => (StepState::Skipped, "skipped"),
            StepEnd::Tolerated | StepEnd::GoTo(_) | StepEnd::Failed(..) => (StepState::Failed, "failed"),
        };
        within.tell_of_end(at, step, state, watch, began);
        let spent = spent.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.record_end(at, step, place, spent);
        call.settle_value(Ok(word.into())).map_err(Broken::Stop)?;
        Ok(end)
    }

    /// Tries until it goes well, or until nothing says that it is to be tried again.
    async fn attempts(&self, step: &'a Step, view: &View<'_>, place: &str) -> Attempts<'a> {
        let before = self.attempts_before(place);
        // A workflow goes on within itself: for it that is no further attempt.
        let earlier = if matches!(step.work, Work::Workflow { .. }) { before.saturating_sub(1) } else { before };
        // One that began in an earlier run was asked then.
        if let Some(when) = step.when.as_ref().filter(|_| before == 0) {
            match self.holds(when, *view, Some(&step.key)).await {
                Ok(true) => {}
                Ok(false) => return Attempts { count: 0, result: Ok(None), watch: None },
                Err(failure) => return Attempts { count: 0, result: Err(failure.into()), watch: None },
            }
        }
        self.shared.count_step();
        let watch = self.watch_step(step);
        let (mut tries, mut rounds) = (0, Rounds::of("the step"));
        let began = self.services.clock.elapsed();
        let (count, result) = loop {
            tries += 1;
            let count = earlier.saturating_add(tries);
            self.begin(step, place, count, tries > 1).await;
            let again = match self.attempt(step, view, place, count).await {
                Ok(Attempt::Output(output)) => break (count, Ok(Some(output))),
                Ok(Attempt::Skip) => break (count, Ok(None)),
                Ok(Attempt::Again(policy)) => policy,
                Err(Unfinished::Paused) => break (count, Err(Unfinished::Paused)),
                Err(Unfinished::Failed(failure)) if ends_the_run(&failure) => break (count, Err(failure.into())),
                Err(Unfinished::Failed(failure)) => {
                    let retry =
                        step.retry.as_ref().filter(|retry| tries < retry.most_attempts && retry.is_worth(&failure));
                    if let Some(retry) = retry {
                        watch.waits(retry, tries, &failure);
                        tokio::time::sleep(retry.delay(tries, &failure)).await;
                        watch.goes_on();
                        continue;
                    }
                    match self.hook_failed(step, failure, count, self.since(began)).await {
                        Ok(Attempt::Output(output)) => break (count, Ok(Some(output))),
                        Ok(Attempt::Skip) => break (count, Ok(None)),
                        Ok(Attempt::Again(policy)) => policy,
                        Err(failure) => break (count, Err(failure.into())),
                    }
                }
            };
            if let Err(failure) = rounds.retry(again).await {
                break (count, Err(failure.into()));
            }
        };
        Attempts { count, result, watch: Some(watch) }
    }

    /// An attempt begins: by then is kept what was over before, and that it begins.
    async fn begin(&self, step: &Step, place: &str, attempt: u64, anew: bool) {
        let Some(checkpoint) = self.checkpoint() else { return };
        if anew {
            checkpoint.recorded().forget_within(place);
        }
        let place = place.to_owned();
        self.record(|| Record::Begun { place, step: step.key.clone(), attempt, anew });
        checkpoint.durable().await;
        self.observe_checkpoint(checkpoint.id(), step, attempt).await;
    }

    /// One attempt, and what hooks before and after it make of it.
    async fn attempt(
        &self,
        step: &Step,
        view: &View<'_>,
        place: &str,
        count: u64,
    ) -> std::result::Result<Attempt, Unfinished> {
        let input = self.input(step, view)?;
        let input = match self.hook_step(step, input, count).await? {
            Ok(input) => input,
            Err(attempt) => return Ok(attempt),
        };
        let _held = self.cx.memory().hold(&input)?;
        let began = self.services.clock.elapsed();
        // A copy only where a hook will want it.
        let kept = self.wants_input().then(|| input.clone());
        let output = within(step.timeout, self.work(step, input, view.turn, place), || {
            let time = step.timeout.unwrap_or_default().as_millis();
            Failure::new(Code::Timeout, format!("it took longer than its timeout of {time} ms")).into()
        });
        let output = output.await?;
        Ok(self.hook_after_step(step, kept, output, count, self.since(began)).await?)
    }

    /// Writes down what became of it, and decides how the others go on.
    async fn end(
        &self,
        at: usize,
        step: &Step,
        view: &View<'_>,
        attempts: Attempts<'_>,
        began: u64,
    ) -> std::result::Result<StepEnd, Broken> {
        let Attempts { count, result, .. } = attempts;
        let failure = match result {
            Ok(None) => {
                self.scope.records.put(at, StepRecord { attempts: count, ..StepRecord::skipped() });
                return Ok(StepEnd::Skipped);
            }
            Ok(Some(output)) => match self.keep(at, step, output, None, count, began) {
                Ok(output) => return Ok(StepEnd::Output(output)),
                Err(failure) => failure,
            },
            Err(Unfinished::Failed(failure)) => failure,
            Err(Unfinished::Paused) => return Err(Broken::Paused),
        };
        if ends_the_run(&failure) {
            return Err(Broken::Stop(failure));
        }
        let problem = Problem { code: failure.code.to_string(), message: failure.message.clone(), step: None };
        self.announce_failed_step(step, &failure, self.since(began), count);
        if let OnError::Function(handler) = step.on_error {
            let context = view.context(Some(&step.key), Some(&problem), None);
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
        let record = StepRecord { status: StepStatus::Failed, output: None, error, duration_ms, attempts, _held: None };
        self.scope.records.put(at, record);
        step.failed_with(failure)
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
        let record = StepRecord { status, output: Some(output.clone()), error, duration_ms, attempts, _held };
        self.scope.records.put(at, record);
        self.scope.progress().any_completed = true;
        Ok(output)
    }
}

impl Step {
    /// Whether the others go on after its failure, whatever the strategy says.
    pub fn is_tolerant(&self) -> bool {
        self.optional || matches!(self.on_error, OnError::Continue | OnError::GoTo(_))
    }

    /// What its failure means for the others.
    pub fn failed_with(&self, failure: Failure) -> StepEnd {
        match self.on_error {
            OnError::GoTo(later) => StepEnd::GoTo(later),
            OnError::Continue => StepEnd::Tolerated,
            _ if self.optional => StepEnd::Tolerated,
            _ => StepEnd::Failed(self.key.clone(), failure),
        }
    }
}
