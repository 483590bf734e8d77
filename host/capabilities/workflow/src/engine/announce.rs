//! Events about workflows.

use serde_json::{Value, json};

use llmspell_api::workflow::{
    About, CompletedEvent, FailedEvent, StartedEvent, Status, StepCompletedEvent, StepFailedEvent,
};
use llmspell_base::Failure;

use super::{Broken, Ended, Engine};
use crate::plan::Step;

impl Engine<'_> {
    pub fn announce_started(&self) {
        let about = self.about();
        self.announce("started", || json!(StartedEvent { about, input: &self.scope.input }));
    }

    pub fn announce_completed(&self, ended: &Ended, duration_ms: u64) {
        let about = self.about();
        let (output, success) = (&*ended.output, ended.status == Status::Completed);
        self.announce("completed", || json!(CompletedEvent { about, output, success, duration_ms }));
    }

    pub fn announce_failed(&self, broken: &Broken, duration_ms: u64) {
        let about = self.about();
        self.announce("failed", || {
            let problem = broken.problem();
            let message =
                problem.step.map_or(problem.message.clone(), |step| format!("Step {step} failed: {}", problem.message));
            let error = &Failure { code: problem.code.into(), message, details: None };
            json!(FailedEvent { about, error, duration_ms })
        });
    }

    pub fn announce_step(&self, step: &Step, output: &Value, duration_ms: u64, attempts: u64) {
        let about = self.about();
        let step = step.key.as_str();
        self.announce("step_completed", || json!(StepCompletedEvent { about, step, output, duration_ms, attempts }));
    }

    pub fn announce_failed_step(&self, step: &Step, error: &Failure, duration_ms: u64, attempts: u64) {
        let about = self.about();
        let step = step.key.as_str();
        self.announce("step_failed", || json!(StepFailedEvent { about, step, error, duration_ms, attempts }));
    }

    fn about(&self) -> About<'_> {
        About { execution: &self.shared.id, workflow: &self.scope.plan.name }
    }

    fn announce(&self, what: &str, data: impl FnOnce() -> Value) {
        let events = &self.services.events;
        if events.is_heard() {
            // One segment, whatever its name is.
            let name = self.scope.plan.name.replace(['.', ':', '*'], "_");
            events.announce(&format!("workflow.{name}.{what}"), self.cx, data);
        }
    }
}
