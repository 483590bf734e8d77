//! A store in memory, which ends with the process: for tests, and where nothing is to be kept.

use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow};
use std::sync::{Arc, PoisonError, RwLock};

use crate::engine::{Batch, Each, Engine, Read, Want, Writer};
use crate::error::StoreError;
use crate::record::HEAD_BYTES;

#[derive(Clone, Default)]
struct Memory(Arc<RwLock<BTreeMap<Vec<u8>, Vec<u8>>>>);

pub fn open() -> Engine {
    let memory = Memory::default();
    Engine { reader: Box::new(memory.clone()), writer: Box::new(memory), waits: false, exclusive: true }
}

/// A scan copies so many entries at once and holds the lock only meanwhile. It begins with few: most end at the first.
const AT_ONCE: usize = 256;
const AT_FIRST: usize = 4;

impl Read for Memory {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned())
    }

    fn scan(&self, (from, end): (&[u8], &[u8]), want: Want, each: Each<'_>) -> Result<(), StoreError> {
        let mut from = Bound::Included(from.to_vec());
        let mut count = AT_FIRST;
        loop {
            let some: Vec<(Vec<u8>, Vec<u8>, u64)> = {
                let map = self.0.read().unwrap_or_else(PoisonError::into_inner);
                let range = match &from {
                    Bound::Included(key) | Bound::Excluded(key) if key.as_slice() >= end => return Ok(()),
                    _ => map.range((from.clone(), Bound::Excluded(end.to_vec()))),
                };
                let cut = |value: &Vec<u8>| match want {
                    Want::Whole => value.clone(),
                    Want::Heads => value.get(..HEAD_BYTES).unwrap_or(value).to_vec(),
                };
                range.take(count).map(|(key, value)| (key.clone(), cut(value), value.len() as u64)).collect()
            };
            for (key, value, length) in &some {
                if let ControlFlow::Break(()) = each(key, value, *length)? {
                    return Ok(());
                }
            }
            count = AT_ONCE.min(count * 4);
            match some.into_iter().next_back() {
                Some((last, ..)) => from = Bound::Excluded(last),
                None => return Ok(()),
            }
        }
    }
}

impl Writer for Memory {
    fn begin(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn apply(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let mut map = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for (key, value) in batch {
            match value {
                Some(value) => drop(map.insert(key.clone(), value.clone())),
                None => drop(map.remove(key)),
            }
        }
        Ok(())
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn discard(&mut self) {}
}
