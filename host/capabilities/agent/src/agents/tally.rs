//! What a run used so far: written down as it happens, so that it is known also of a run that is cut off.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::status::Spent;
use llmspell_api::agent::ToolCallEnd;
use llmspell_models::Usage;

/// Shared by everything that works on one run.
#[derive(Clone, Default)]
pub struct UsageTally(Arc<Mutex<Tally>>);

#[derive(Default)]
struct Tally {
    spent: Spent,
    calls: Vec<ToolCallEnd>,
}

/// As many calls stand in a reply; the number of all is in `spent`.
const MOST_CALLS: usize = 256;

impl UsageTally {
    /// A request, whether or not it was answered.
    pub fn turn(&self, usage: &Usage) {
        let mut tally = self.lock();
        tally.spent.turns += 1;
        tally.spent.usage += usage;
    }

    /// One more tool call, if that is within the limit.
    pub fn begin_call(&self, most: Option<u64>) -> bool {
        let mut tally = self.lock();
        if most.is_some_and(|most| tally.spent.tool_calls as u64 >= most) {
            return false;
        }
        tally.spent.tool_calls += 1;
        true
    }

    pub fn end_call(&self, call: ToolCallEnd) {
        let mut tally = self.lock();
        if tally.calls.len() < MOST_CALLS {
            tally.calls.push(call);
        }
    }

    pub fn spent(&self) -> Spent {
        self.lock().spent.clone()
    }

    pub fn calls(&self) -> Vec<ToolCallEnd> {
        self.lock().calls.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Tally> {
        // Sums and whole entries only.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
