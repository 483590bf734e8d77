//! The indexes that this process has in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::shard::Shard;

/// Those of all tenants: each collection has its own. The least recently used go when there are too many bytes of them.
#[derive(Clone, Default)]
pub struct Shards(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    all: HashMap<(String, String), (Arc<Shard>, u64)>,
    clock: u64,
}

/// In all.
const MOST_BYTES: usize = 512 << 20;

impl Shards {
    /// The index of a tenant's collection, as empty as it was never looked at before.
    pub fn get(&self, tenant: &str, collection: &str) -> Arc<Shard> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.clock += 1;
        let now = held.clock;
        let entry = held.all.entry((tenant.into(), collection.into()));
        let (shard, used) = entry.or_insert_with(|| (Arc::new(Shard::new(tenant, collection)), now));
        *used = now;
        shard.clone()
    }

    /// Drops what was used longest ago and is not at work, as long as there are too many bytes.
    pub fn trim(&self) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut by_age: Vec<_> =
            held.all.iter().map(|(key, (shard, used))| (*used, shard.bytes(), key.clone())).collect();
        by_age.sort_unstable_by_key(|(used, ..)| *used);
        let mut bytes: usize = by_age.iter().map(|(_, bytes, _)| bytes + ENTRY_BYTES).sum();
        let mut dropped = Vec::new();
        for (_, own, key) in by_age {
            if bytes <= MOST_BYTES {
                break;
            }
            if held.all.get(&key).is_some_and(|(shard, _)| Arc::strong_count(shard) == 1) {
                dropped.extend(held.all.remove(&key));
                bytes -= own + ENTRY_BYTES;
            }
        }
        // Before the indexes are given back, which takes a while.
        drop(held);
    }

    /// Drops the index of a collection that is gone.
    pub fn forget(&self, tenant: &str, collection: &str) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.all.remove(&(tenant.to_string(), collection.to_string()));
    }
}

/// What one takes that holds nothing.
const ENTRY_BYTES: usize = 2_000;
