//! What a run used so far: written down as it happens, so that it is known also of a run that is cut off.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::reply::CallMade;
use super::status::Spent;
use llmspell_models::Usage;

/// Shared by all who work on one run.
#[derive(Clone, Default)]
pub struct Tab(Arc<Mutex<Sheet>>);

#[derive(Default)]
struct Sheet {
    spent: Spent,
    calls: Vec<CallMade>,
}

/// As many calls stand in a reply; the number of all is in `spent`.
const MOST_CALLS: usize = 256;

impl Tab {
    /// A request, whether or not it was answered.
    pub fn turn(&self, usage: &Usage) {
        let mut sheet = self.lock();
        sheet.spent.turns += 1;
        sheet.spent.usage += usage;
    }

    /// One more tool call, if that is within the limit.
    pub fn begin_call(&self, most: Option<u64>) -> bool {
        let mut sheet = self.lock();
        if most.is_some_and(|most| sheet.spent.tool_calls as u64 >= most) {
            return false;
        }
        sheet.spent.tool_calls += 1;
        true
    }

    pub fn end_call(&self, call: CallMade) {
        let mut sheet = self.lock();
        if sheet.calls.len() < MOST_CALLS {
            sheet.calls.push(call);
        }
    }

    pub fn spent(&self) -> Spent {
        self.lock().spent.clone()
    }

    pub fn calls(&self) -> Vec<CallMade> {
        self.lock().calls.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Sheet> {
        // Sums and whole entries only.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
