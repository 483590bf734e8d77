//! What those who watch the run are told of a workflow, and what is kept of its steps for diagrams.

use llmspell_api::workflow::{Done, Status, StepStatus};
use llmspell_base::Failure;
use llmspell_kernel::recorder::{StepMoment, Used, WorkflowEvent, WorkflowMoment};

use super::Engine;
use crate::execution::StepState;
use crate::plan::{Retry, Step};
use crate::usage;

/// A workflow that has begun. Dropped before its end, it was cancelled.
pub struct WorkflowWatch<'a> {
    engine: Engine<'a>,
    began: u64,
    status: Status,
}

/// A step that has begun. Dropped before its end, it was given up.
pub struct StepWatch<'a> {
    engine: Engine<'a>,
    step: &'a Step,
    began: u64,
    is_over: bool,
}

impl<'a> Engine<'a> {
    pub fn watch(self) -> WorkflowWatch<'a> {
        self.tell(WorkflowMoment::Began { steps: self.scope.plan.steps.len() });
        WorkflowWatch { engine: self, began: self.services.clock.elapsed(), status: Status::Cancelled }
    }

    pub fn watch_step(self, step: &'a Step) -> StepWatch<'a> {
        self.shared.course.enter(step.number, StepState::UnderWay);
        self.tell_of_step(step, StepMoment::Began);
        StepWatch { engine: self, step, began: self.services.clock.elapsed(), is_over: false }
    }

    /// Also of one that did not begin.
    pub fn tell_of_end(&self, at: usize, step: &'a Step, state: StepState, watch: Option<StepWatch<'a>>, began: u64) {
        watch.into_iter().for_each(|mut watch| watch.is_over = true);
        let used = self.used(began);
        self.shared.course.leave(step.number, state, used.duration_ms, used.tokens);
        let code = self.scope.records.error_code(at).unwrap_or_default();
        self.tell_of_step(
            step,
            match state {
                StepState::Completed => StepMoment::Completed(used),
                StepState::Failed => StepMoment::Failed { code: &code, used },
                _ => StepMoment::Skipped,
            },
        );
    }

    /// It was over in an earlier run.
    pub fn note_done(&self, step: &Step, done: &Done) {
        let state = match done.status {
            StepStatus::Completed => StepState::Completed,
            StepStatus::Failed => StepState::Failed,
            StepStatus::Skipped => StepState::Skipped,
        };
        let used = Used { duration_ms: done.duration_ms, tokens: usage::tokens(&done.usage) };
        self.shared.course.recall(step.number, state, used.duration_ms, used.tokens);
        self.tell_of_step(step, StepMoment::Recalled(used));
    }

    /// What it took since it began.
    fn used(&self, began: u64) -> Used {
        Used { duration_ms: self.since(began), tokens: usage::tokens(&self.spent()) }
    }

    fn tell_of_step(&self, step: &Step, what: StepMoment<'_>) {
        self.tell(WorkflowMoment::Step { name: &step.key, what });
    }

    fn tell(&self, what: WorkflowMoment<'_>) {
        let (execution, workflow) = (self.shared.id.as_str(), self.scope.plan.name.as_str());
        self.cx.tell_of_workflow(|| WorkflowEvent { execution, workflow, depth: self.depth, what });
    }
}

impl WorkflowWatch<'_> {
    pub fn end(mut self, status: Status) {
        self.status = status;
    }
}

impl Drop for WorkflowWatch<'_> {
    fn drop(&mut self) {
        let (status, used) = (self.status.word(), self.engine.used(self.began));
        self.engine.tell(WorkflowMoment::Ended { status, used });
    }
}

impl StepWatch<'_> {
    /// An attempt failed, and it waits for the next.
    pub fn waits(&self, retry: &Retry, attempt: u64, failure: &Failure) {
        self.engine.shared.course.enter(self.step.number, StepState::Waiting);
        let (code, delay) = (failure.code.as_ref(), retry.delay(attempt, failure));
        self.engine.tell_of_step(self.step, StepMoment::Waits { attempt, code, delay });
    }

    /// The next attempt begins.
    pub fn goes_on(&self) {
        self.engine.shared.course.enter(self.step.number, StepState::UnderWay);
        self.engine.tell_of_step(self.step, StepMoment::Began);
    }
}

impl Drop for StepWatch<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            let used = self.engine.used(self.began);
            self.engine.shared.course.leave(self.step.number, StepState::Stopped, used.duration_ms, used.tokens);
            self.engine.tell_of_step(self.step, StepMoment::Stopped);
        }
    }
}
