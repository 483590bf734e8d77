//! Which generation of a tenant's data is in force, as far as it was looked up already.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

/// So many tenants are known at a time.
const MOST: usize = 1_000;

/// Each with the number of replacements that there had been when it was looked up: after one more it does not count.
#[derive(Default)]
pub struct Known(RwLock<HashMap<String, (u64, u64)>>);

impl Known {
    pub fn get(&self, tenant: &str, replaced: u64) -> Option<u64> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(tenant).filter(|(_, then)| *then == replaced).map(|(generation, _)| *generation)
    }

    /// `replaced`: as it was before the generation was looked up.
    pub fn set(&self, tenant: &str, generation: u64, replaced: u64) {
        if self.get(tenant, replaced) == Some(generation) {
            return;
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(tenant.into(), (generation, replaced));
    }
}
