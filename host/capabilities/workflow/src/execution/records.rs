//! What became of the steps of one workflow.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};

use llmspell_api::workflow::{Problem, StepOutcome, StepStatus};
use llmspell_base::host_memory::{Held, weigh_parsed};

use crate::plan::Plan;

/// By the steps' places in the plan.
pub struct Records(Mutex<Vec<Option<Record>>>);

/// What became of a step.
#[derive(Debug)]
pub struct Record {
    pub status: StepStatus,
    pub output: Option<Arc<Value>>,
    pub error: Option<Problem>,
    pub duration_ms: u64,
    pub attempts: u64,
    /// What its output takes of the host's memory.
    pub _held: Option<Held>,
}

impl Records {
    pub fn new(steps: usize) -> Records {
        Records(Mutex::new(std::iter::repeat_with(|| None).take(steps).collect()))
    }

    pub fn put(&self, at: usize, record: Record) {
        if let Some(place) = self.lock().get_mut(at) {
            *place = Some(record);
        }
    }

    /// Forgets what became of some steps, which begin anew.
    pub fn forget(&self, steps: Range<usize>) {
        self.lock().get_mut(steps).into_iter().flatten().for_each(|record| *record = None);
    }

    pub fn output(&self, at: usize) -> Option<Arc<Value>> {
        self.lock().get(at)?.as_ref()?.output.clone()
    }

    pub fn status(&self, at: usize) -> Option<StepStatus> {
        Some(self.lock().get(at)?.as_ref()?.status)
    }

    pub fn error_code(&self, at: usize) -> Option<String> {
        Some(self.lock().get(at)?.as_ref()?.error.as_ref()?.code.clone())
    }

    /// What showing all of it takes.
    pub fn weight(&self) -> usize {
        let weigh = |record: &Record| 1_000 + record.output.as_deref().map_or(0, weigh_parsed);
        self.lock().iter().flatten().map(weigh).sum()
    }

    /// Outputs by the steps' names.
    pub fn outputs(&self, plan: &Plan) -> Map<String, Value> {
        let records = self.lock();
        let all = plan.steps.iter().zip(records.iter());
        let output = |(step, record): (&crate::plan::Step, &Option<Record>)| {
            let output = record.as_ref()?.output.as_deref()?.clone();
            Some((step.key.clone(), output))
        };
        all.filter_map(output).collect()
    }

    /// What became of steps, by their names.
    pub fn outcomes(&self, plan: &Plan) -> Map<String, Value> {
        let records = self.lock();
        let all = plan.steps.iter().zip(records.iter());
        all.filter_map(|(step, record)| Some((step.key.clone(), json!(record.as_ref()?.show())))).collect()
    }

    pub fn outcome(&self, at: usize) -> Option<StepOutcome> {
        self.lock().get(at)?.as_ref().map(Record::show)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Option<Record>>> {
        // Whole entries only.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Record {
    pub fn skipped() -> Record {
        Record { status: StepStatus::Skipped, output: None, error: None, duration_ms: 0, attempts: 0, _held: None }
    }

    fn show(&self) -> StepOutcome {
        StepOutcome {
            status: self.status,
            output: self.output.as_deref().cloned().unwrap_or_default(),
            error: self.error.clone(),
            duration_ms: self.duration_ms,
            attempts: self.attempts,
        }
    }
}
