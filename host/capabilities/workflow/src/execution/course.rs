//! How the steps of an execution go: what diagrams show, and what those who watch the run are told.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Steps by their numbers, those of workflows within it included: no more than the definition has.
#[derive(Debug, Default)]
pub struct Course(Mutex<HashMap<usize, Passage>>);

/// How one step went, each time that it was its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passage {
    pub state: StepState,
    /// How often it was its turn.
    pub times: u64,
    /// All of them together.
    pub duration_ms: u64,
    /// All of them together.
    pub tokens: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    UnderWay,
    /// An attempt failed, and it waits for the next.
    Waiting,
    Completed,
    Failed,
    Skipped,
    /// It was under way, and was given up.
    Stopped,
}

impl Course {
    /// It is this step's turn, or it goes on.
    pub fn enter(&self, step: usize, state: StepState) {
        let mut steps = self.lock();
        let begins = Passage { state, times: 0, duration_ms: 0, tokens: 0 };
        let passage = steps.entry(step).or_insert(begins);
        // Another attempt is the same turn.
        passage.times +=
            u64::from(state == StepState::UnderWay && (passage.times == 0 || passage.state != StepState::Waiting));
        passage.state = state;
    }

    /// It is over.
    pub fn leave(&self, step: usize, state: StepState, duration_ms: u64, tokens: u64) {
        let mut steps = self.lock();
        let begins = Passage { state, times: 0, duration_ms: 0, tokens: 0 };
        let passage = steps.entry(step).or_insert(begins);
        passage.state = state;
        passage.duration_ms = passage.duration_ms.saturating_add(duration_ms);
        passage.tokens = passage.tokens.saturating_add(tokens);
    }

    /// It was over in an earlier run.
    pub fn recall(&self, step: usize, state: StepState, duration_ms: u64, tokens: u64) {
        self.enter(step, StepState::UnderWay);
        self.leave(step, state, duration_ms, tokens);
    }

    pub fn passage(&self, step: usize) -> Option<Passage> {
        self.lock().get(&step).copied()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<usize, Passage>> {
        // Whole entries only.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
