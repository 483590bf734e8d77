//! Accounts for the host's memory that a run occupies: parsed JSON takes many times its text.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use serde_json::Value;

use crate::{Code, Failure};

/// What each array, object and scalar takes beside its text, whatever it is: an object of one entry takes most.
const NODE_BYTES: usize = 400;

/// One run's budget of host memory. Clones share it.
#[derive(Debug, Clone)]
pub struct HostMemory {
    taken: Arc<AtomicUsize>,
    most: usize,
}

/// A part of it that is taken, until this is dropped.
#[must_use = "it is given back where it is dropped"]
#[derive(Debug)]
pub struct Held {
    memory: HostMemory,
    bytes: usize,
}

impl HostMemory {
    /// Memory of `most` bytes, all of them free.
    pub fn new(most: usize) -> HostMemory {
        HostMemory { taken: Arc::default(), most }
    }

    /// Takes so many bytes. Fails, as "handles", where they are not left.
    pub fn take(&self, bytes: usize) -> Result<Held, Failure> {
        let fitting = |taken: usize| taken.checked_add(bytes).filter(|all| *all <= self.most);
        match self.taken.fetch_update(Relaxed, Relaxed, fitting) {
            Ok(_) => Ok(Held { memory: self.clone(), bytes }),
            Err(taken) => Err(Failure::new(
                Code::Handles,
                format!(
                    "this takes {bytes} bytes of the host's memory, and {taken} of the {} that a run may take are \
                     taken: wait for operations or drop some agents or tools first",
                    self.most
                ),
            )),
        }
    }

    /// Takes what this value weighs.
    pub fn hold(&self, value: &Value) -> Result<Held, Failure> {
        self.take(weigh_parsed(value))
    }
}

impl Default for HostMemory {
    /// Without a bound: for work that is not a spell's.
    fn default() -> HostMemory {
        HostMemory::new(usize::MAX)
    }
}

impl Held {
    /// Takes more, to be given back together.
    pub fn grow(&mut self, bytes: usize) -> Result<(), Failure> {
        let mut more = self.memory.take(bytes)?;
        self.bytes = self.bytes.saturating_add(std::mem::take(&mut more.bytes));
        Ok(())
    }

    /// Takes so much in all from now on; where that is not left, all stays as it was.
    pub fn resize(&mut self, bytes: usize) -> Result<(), Failure> {
        if let Some(more) = bytes.checked_sub(self.bytes) {
            return self.grow(more);
        }
        self.memory.taken.fetch_sub(self.bytes - bytes, Relaxed);
        self.bytes = bytes;
        Ok(())
    }

    /// How many bytes are held.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.memory.taken.fetch_sub(self.bytes, Relaxed);
    }
}

/// The least bytes that a value takes in memory, from its JSON text: counted, not parsed.
pub fn weigh(json: &str) -> usize {
    let nodes = crate::value::Scan::of(json, usize::MAX, usize::MAX).nodes;
    json.len().saturating_add(nodes.saturating_mul(NODE_BYTES))
}

/// The same of one that is parsed. No deeper than a parser makes them.
pub fn weigh_parsed(value: &Value) -> usize {
    NODE_BYTES
        + match value {
            Value::String(text) => text.len(),
            Value::Array(items) => items.iter().map(weigh_parsed).sum(),
            Value::Object(map) => weigh_entries(map),
            _ => 0,
        }
}

/// The same of the entries of an object.
pub fn weigh_entries(map: &serde_json::Map<String, Value>) -> usize {
    map.iter().map(|(key, value)| key.len() + weigh_parsed(value)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_dropped_is_free_again_and_what_grew_goes_together() {
        let memory = HostMemory::new(1_000);
        let mut held = memory.take(600).unwrap();
        assert_eq!(memory.take(500).unwrap_err().code, "handles");
        held.grow(400).unwrap();
        assert!(held.grow(1).is_err() && held.resize(1_001).is_err() && memory.take(usize::MAX).is_err());
        held.resize(300).unwrap();
        assert!(memory.take(701).is_err() && memory.take(700).is_ok());
        drop(held);
        assert!(memory.take(1_000).is_ok());
    }

    #[test]
    fn a_value_weighs_by_its_nodes_as_text_and_parsed() {
        let value = json!({ "a": vec![json!({ "": 0 }); 1_000] });
        for weight in [weigh(&value.to_string()), weigh_parsed(&value)] {
            assert!((800_000..820_000).contains(&weight), "{weight}");
        }
        assert!(weigh_parsed(&json!("x".repeat(1_000))) < 2_000);
    }
}
