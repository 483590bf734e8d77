//! What a run has used of its limits.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use llmspell_api::{Ledger, ModelUse};

/// Where work that goes on beside the guest writes what it used of models.
///
/// Written when a reply arrives, not when the spell looks at it: a spell that drops an operation has paid for it.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<Mutex<ModelUse>>);

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

    /// The use of models so far.
    pub fn read(&self) -> ModelUse {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, ModelUse> {
        // A sum can't be left half-written, so a panic elsewhere does not spoil it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
