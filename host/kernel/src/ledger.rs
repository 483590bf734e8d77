//! What a run has used of its limits.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use llmspell_api::{Ledger, ModelUse};

/// Where work that goes on beside the guest writes what it used of models, and of fuel in other sandboxes.
///
/// Written when a reply arrives, not when the spell looks at it: a spell that drops an operation has paid for it.
#[derive(Debug, Clone, Default)]
pub struct Meter {
    models: Arc<Mutex<ModelUse>>,
    fuel: Arc<AtomicU64>,
}

impl Meter {
    /// Adds one call. `None` tokens: the provider did not say.
    pub fn add(&self, input_tokens: Option<u64>, output_tokens: Option<u64>, cost_nano_dollars: Option<u64>) {
        let mut used = self.lock();
        used.model_calls += 1;
        if input_tokens.is_none() && output_tokens.is_none() {
            used.unmetered_calls += 1;
        }
        used.input_tokens = used.input_tokens.saturating_add(input_tokens.unwrap_or(0));
        used.output_tokens = used.output_tokens.saturating_add(output_tokens.unwrap_or(0));
        used.cost_nano_dollars = used.cost_nano_dollars.saturating_add(cost_nano_dollars.unwrap_or(0));
    }

    /// Reserves fuel for work in a sandbox beside the guest: at most `most`, and no more than is left of `limit` for all such
    /// work of the run. What it does not use, [`Meter::return_fuel`] takes back.
    pub fn reserve_fuel(&self, most: u64, limit: u64) -> u64 {
        let mut reserved = 0;
        let reserve = |used: u64| {
            reserved = most.min(limit.saturating_sub(used));
            Some(used.saturating_add(reserved))
        };
        let _ = self.fuel.fetch_update(Ordering::SeqCst, Ordering::SeqCst, reserve);
        reserved
    }

    /// Takes back what was reserved and not used.
    pub fn return_fuel(&self, unused: u64) {
        let _ = self.fuel.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |used| Some(used.saturating_sub(unused)));
    }

    /// Fuel that work beside the guest has used, or holds reserved.
    pub fn fuel(&self) -> u64 {
        self.fuel.load(Ordering::SeqCst)
    }

    /// The use of models so far.
    pub fn read(&self) -> ModelUse {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, ModelUse> {
        // A sum can't be left half-written, so a panic elsewhere does not spoil it.
        self.models.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fuel_beside_the_guest_is_bounded_for_the_whole_run() {
        let meter = Meter::default();
        assert_eq!((meter.reserve_fuel(60, 100), meter.reserve_fuel(60, 100), meter.reserve_fuel(1, 100)), (60, 40, 0));
        meter.return_fuel(30);
        assert_eq!((meter.fuel(), meter.reserve_fuel(u64::MAX, 100)), (70, 30));
    }
}
