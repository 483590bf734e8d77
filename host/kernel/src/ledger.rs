//! What a run has used of its budgets.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;

/// What a run has used.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Ledger {
    pub fuel: u64,
    /// The most that the guest's memory ever was.
    pub memory_bytes: usize,
    #[serde(rename = "wall_time_ms", serialize_with = "milliseconds")]
    pub wall_time: Duration,
    pub output_bytes: u64,
    pub host_calls: u64,
    pub host_bytes: u64,
    /// By spells and by models, of tools of the spell and of the host.
    pub tool_calls: u64,
    #[serde(flatten)]
    pub models: ModelUse,
}

fn milliseconds<S: serde::Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((time.as_secs_f64() * 1e6).round() / 1e3)
}

/// What a run has used of models.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ModelUse {
    pub model_calls: u64,
    /// As far as the providers reported it.
    pub input_tokens: u64,
    pub output_tokens: u64,
    /// Calls whose provider reported no tokens.
    pub unmetered_calls: u64,
    /// Billionths of a US dollar, for the calls whose price is known.
    pub cost_nano_dollars: u64,
}

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

    pub fn read(&self) -> ModelUse {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, ModelUse> {
        // A sum can't be left half-written, so a panic elsewhere does not spoil it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
