//! Those who watch how workflows go.

use llmspell_kernel::Stop;
use llmspell_kernel::recorder::{Recorder, RunEvent, StepMoment, WorkflowEvent, WorkflowMoment};
use llmspell_models::Redactor;

/// Hears how the workflows of a run go. Dropped when the run is over.
pub trait WorkflowWatcher: Send {
    /// Something happened to a workflow or one of its steps. Called while the run waits for it: it has to be quick.
    fn hear(&mut self, event: &WorkflowEvent<'_>);
}

/// The sink of the run's record that a watcher hears, without the keys of the providers: a spell may have been told one, and
/// names what it likes.
pub struct Watch {
    watcher: Box<dyn WorkflowWatcher>,
    redactor: Redactor,
}

impl Watch {
    /// A watcher that hears no key.
    pub fn new(watcher: Box<dyn WorkflowWatcher>, redactor: &Redactor) -> Watch {
        Watch { watcher, redactor: redactor.clone() }
    }

    fn clean(&self, text: &str) -> String {
        let mut text = text.to_owned();
        self.redactor.clean(&mut text);
        text
    }

    fn hear_cleaned(&mut self, event: &WorkflowEvent<'_>) {
        let workflow = self.clean(event.workflow);
        let WorkflowMoment::Step { name, what } = event.what else {
            return self.watcher.hear(&WorkflowEvent { workflow: &workflow, ..*event });
        };
        let name = self.clean(name);
        let code = match what {
            StepMoment::Waits { code, .. } | StepMoment::Failed { code, .. } => self.clean(code),
            _ => String::new(),
        };
        let what = match what {
            StepMoment::Waits { attempt, delay, .. } => StepMoment::Waits { attempt, code: &code, delay },
            StepMoment::Failed { used, .. } => StepMoment::Failed { code: &code, used },
            other => other,
        };
        let what = WorkflowMoment::Step { name: &name, what };
        self.watcher.hear(&WorkflowEvent { workflow: &workflow, what, ..*event });
    }
}

impl Recorder for Watch {
    fn watches_workflows(&self) -> bool {
        true
    }

    fn record(&mut self, event: &RunEvent<'_>) -> Result<(), Stop> {
        match event {
            RunEvent::Workflow(event) if self.redactor.is_idle() => self.watcher.hear(event),
            RunEvent::Workflow(event) => self.hear_cleaned(event),
            RunEvent::Decided { .. } | RunEvent::Approval { .. } | RunEvent::Completed(_) | RunEvent::Ended { .. } => {}
        }
        Ok(())
    }
}
