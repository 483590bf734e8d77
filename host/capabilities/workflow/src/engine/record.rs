//! Keeps in the checkpoint what comes about, and takes from it what earlier runs left.

use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::{Arc, MutexGuard, PoisonError};

use serde_json::Value;

use llmspell_api::agent::Usage;
use llmspell_api::workflow::{Done, Iterated, Keeps, Record as Written, StepStatus, Totals};
use llmspell_base::Failure;
use llmspell_kernel::Result;

use super::step::StepEnd;
use super::{Ended, Engine};
use crate::checkpoint::{Checkpoint, Turns};
use crate::execution::{Record, Turn};
use crate::plan::{Aggregation, Repeat, Step};

impl<'a> Engine<'a> {
    pub fn checkpoint(&self) -> Option<&'a Arc<Checkpoint>> {
        self.shared.checkpoint.get()
    }

    /// Whether the outermost workflow came to its end in an earlier run.
    pub fn is_over(&self) -> bool {
        self.checkpoint().is_some_and(|checkpoint| checkpoint.is_complete())
    }

    /// What the step that this is within has used of models.
    pub fn spent(&self) -> MutexGuard<'_, Usage> {
        // Sums only.
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sums over all runs, as they are now.
    pub fn totals(&self) -> Totals {
        let before = self.checkpoint().map_or(0, |checkpoint| checkpoint.before.duration_ms);
        Totals {
            usage: self.shared.usage().clone(),
            steps_executed: self.shared.executed.load(Relaxed),
            duration_ms: before.saturating_add(self.since(self.shared.began)),
        }
    }

    /// What it came to in an earlier run.
    pub fn recorded_result(&self) -> Option<Ended> {
        let checkpoint = self.checkpoint().filter(|checkpoint| checkpoint.is_complete())?;
        let recorded = checkpoint.recorded();
        let ended = &recorded.ended.as_ref()?.value;
        Some(Ended { status: ended.status, output: Arc::new(ended.output.clone()), error: ended.error.clone() })
    }

    /// Keeps something that came about, and what was set in the shared state before it.
    pub fn record(&self, record: impl FnOnce() -> Written) {
        let Some(checkpoint) = self.checkpoint().filter(|_| !self.is_over()) else { return };
        let changed = self.shared.state.take_changed();
        if !changed.is_empty() {
            checkpoint.record(&Written::State(changed), self.totals());
        }
        checkpoint.record(&record(), self.totals());
    }

    pub fn is_pausing(&self) -> bool {
        self.checkpoint().is_some_and(|checkpoint| checkpoint.pausing.load(SeqCst))
    }

    /// How often a step was tried in earlier runs.
    pub fn attempts_before(&self, place: &str) -> u64 {
        self.checkpoint().map_or(0, |checkpoint| checkpoint.recorded().attempts(place))
    }

    /// How a step ended in an earlier run. One whose failure ended the workflow, or a part of it, is tried again.
    pub fn recorded_end(&self, at: usize, step: &Step, place: &str) -> Result<Option<StepEnd>> {
        let Some(done) = self.checkpoint().and_then(|checkpoint| checkpoint.take_done(place)) else { return Ok(None) };
        let is_required = || {
            let branch = self.scope.plan.branches().iter().find(|branch| branch.steps == step.list);
            branch.is_none_or(|branch| branch.required)
        };
        if done.status == StepStatus::Failed && !step.is_tolerant() && !self.scope.plan.continues && is_required() {
            return Ok(None);
        }
        let (status, error) = (done.status, done.error.clone());
        self.note_done(step, &done);
        let output = self.restore(at, done)?;
        Ok(Some(match (status, output) {
            (StepStatus::Completed, Some(output)) => StepEnd::Output(output),
            (StepStatus::Failed, _) => {
                let (code, message) = error.map_or_else(Default::default, |error| (error.code, error.message));
                step.failed_with(Failure { code: code.into(), message, details: None })
            }
            _ => StepEnd::Skipped,
        }))
    }

    /// Puts what became of a step in its place.
    fn restore(&self, at: usize, done: Done) -> Result<Option<Arc<Value>>> {
        let Done { status, output, error, duration_ms, attempts, .. } = done;
        let output = (status == StepStatus::Completed).then(|| Arc::new(output.unwrap_or_default()));
        let mut _held = None;
        if let Some(output) = &output {
            self.cx.bound_reply(output, "the step's output in the checkpoint")?;
            self.scope.records.forget(at..at + 1);
            _held = Some(self.cx.memory().hold(output)?);
            self.scope.progress().any_completed = true;
        }
        self.scope.records.put(at, Record { status, output: output.clone(), error, duration_ms, attempts, _held });
        Ok(output)
    }

    /// Keeps how a step ended.
    pub fn record_end(&self, at: usize, step: &Step, place: String, usage: Usage) {
        self.record(|| {
            let outcome = self.scope.records.outcome(at);
            let (status, attempts) =
                outcome.as_ref().map_or((StepStatus::Skipped, 0), |outcome| (outcome.status, outcome.attempts));
            let duration_ms = outcome.as_ref().map_or(0, |outcome| outcome.duration_ms);
            let (output, error) = outcome.map_or((None, None), |outcome| (Some(outcome.output), outcome.error));
            let output = output.filter(|_| status == StepStatus::Completed);
            let step = step.key.clone();
            Written::Done(Box::new(Done { place, step, status, output, error, duration_ms, attempts, usage }))
        });
    }

    /// The input of a workflow that began in an earlier run.
    pub fn recorded_input(&self, place: &str) -> Option<Value> {
        self.checkpoint()?.recorded().take_scope(place)
    }

    pub fn record_input(&self, place: &str, input: &Value) {
        self.record(|| Written::Scope { place: place.into(), input: input.clone() });
    }

    /// Whether a branch's condition held in an earlier run.
    pub fn recorded_choice(&self, branch: usize) -> Option<bool> {
        self.checkpoint()?.recorded().holds(&self.scope.place, branch as u64)
    }

    pub fn record_choice(&self, branch: usize, holds: bool) {
        let (place, branch) = (self.scope.place.clone(), branch as u64);
        self.record(|| Written::Branch { place, branch, holds });
    }

    /// The list of a loop that began in an earlier run.
    pub fn recorded_items(&self) -> Option<Vec<Value>> {
        self.checkpoint()?.recorded().take_items(&self.scope.place)
    }

    pub fn record_items(&self, items: &[Value]) {
        self.record(|| Written::Items { place: self.scope.place.clone(), items: items.to_vec() });
    }

    /// Whether a step of this iteration began in an earlier run: then its condition held.
    pub fn has_begun(&self, index: u64) -> bool {
        let prefix = || format!("{}/{index}.", self.scope.place);
        self.checkpoint().is_some_and(|checkpoint| checkpoint.recorded().has_begun(&prefix()))
    }

    pub fn recorded_turns(&self) -> Option<Turns> {
        self.checkpoint()?.recorded().take_turns(&self.scope.place)
    }

    /// Puts what became of the steps in an iteration in its place.
    pub fn restore_turn(&self, index: u64, repeat: &Repeat) -> Result<()> {
        let Some(checkpoint) = self.checkpoint() else { return Ok(()) };
        for at in repeat.steps.clone() {
            let done = checkpoint.take_done(&self.scope.in_turn(index, at));
            done.map(|done| self.restore(at, done)).transpose()?;
        }
        Ok(())
    }

    pub fn record_turn(&self, turn: &Turn, output: &Value, aggregation: Aggregation) {
        self.record(|| {
            let progress = self.scope.progress();
            Written::Turn(Box::new(Iterated {
                place: self.scope.place.clone(),
                index: turn.index,
                output: output.clone(),
                keeps: match aggregation {
                    Aggregation::All => Keeps::All,
                    Aggregation::First(count) => Keeps::First(count as u64),
                    Aggregation::Last(count) => Keeps::Last(count as u64),
                    Aggregation::None => Keeps::None,
                },
                break_message: progress.break_message.clone(),
                error: progress.first_error.clone(),
                any_completed: progress.any_completed,
            }))
        });
    }
}
