//! Caches which generation of a tenant's data is in force.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

/// The most tenants in the cache.
const MOST: usize = 1_000;

/// Generations by tenant, each with the number of replacements that there had been when it was looked up: after one more
/// replacement the entry is stale.
#[derive(Default)]
pub struct GenerationCache(RwLock<HashMap<String, (u64, u64)>>);

impl GenerationCache {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_looked_up_counts_until_the_next_replacement() {
        let known = GenerationCache::default();
        assert_eq!(known.get("t", 0), None);
        known.set("t", 3, 0);
        assert_eq!((known.get("t", 0), known.get("u", 0), known.get("t", 1)), (Some(3), None, None));
        // Looked up before a replacement, set after it.
        known.set("t", 3, 0);
        assert_eq!(known.get("t", 1), None);
        known.set("t", 4, 1);
        assert_eq!(known.get("t", 1), Some(4));
        for number in 0..2 * MOST {
            known.set(&number.to_string(), 1, 1);
        }
        assert!(known.0.read().unwrap().len() <= MOST);
    }
}
