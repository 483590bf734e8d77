//! The state that the steps of a workflow share.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use llmspell_base::host_memory::{Held, HostMemory, weigh_parsed};
use llmspell_base::{Code, Failure};

use crate::interpolate::Found;

pub struct State(Mutex<Entries>);

struct Entries {
    values: BTreeMap<String, Arc<Value>>,
    held: Held,
    /// Keys that were set since it was asked last; `None` where nobody asks.
    changed: Option<BTreeSet<String>>,
}

const MOST_KEYS: usize = 10_000;
const KEY_BYTES: usize = 1_000;

impl State {
    pub fn new(memory: &HostMemory) -> Result<State, Failure> {
        Ok(State(Mutex::new(Entries { values: BTreeMap::new(), held: memory.take(0)?, changed: None })))
    }

    pub fn set(&self, key: String, value: Value) -> Result<(), Failure> {
        if key.len() > KEY_BYTES {
            return Err(Failure::new(Code::TooLarge, format!("a key of the state may have {KEY_BYTES} bytes")));
        }
        let mut entries = self.lock();
        let before = entries.values.get(&key).map(|value| weigh(&key, value));
        if before.is_none() && entries.values.len() >= MOST_KEYS {
            return Err(Failure::new(Code::TooLarge, format!("the state of a workflow may have {MOST_KEYS} keys")));
        }
        let bytes = entries.held.bytes() - before.unwrap_or(0) + weigh(&key, &value);
        entries.held.resize(bytes)?;
        if let Some(changed) = &mut entries.changed {
            changed.insert(key.clone());
        }
        entries.values.insert(key, Arc::new(value));
        Ok(())
    }

    /// What was set since this was asked last.
    pub fn take_changed(&self) -> Map<String, Value> {
        let mut entries = self.lock();
        let changed = entries.changed.as_mut().map(std::mem::take).unwrap_or_default();
        let value = |key: String| entries.values.get(&key).map(|value| (**value).clone()).map(|value| (key, value));
        changed.into_iter().filter_map(value).collect()
    }

    /// Puts these in the place of all that is there, and notes from then on what is set.
    pub fn replace(&self, values: impl IntoIterator<Item = (String, Value)>) -> Result<(), Failure> {
        {
            let mut entries = self.lock();
            entries.values.clear();
            entries.held.resize(0)?;
        }
        values.into_iter().try_for_each(|(key, value)| self.set(key, value))?;
        self.lock().changed = Some(BTreeSet::new());
        Ok(())
    }

    /// Sets what is not there yet.
    pub fn begin(&self, values: &Map<String, Value>) -> Result<(), Failure> {
        for (key, value) in values {
            if !self.has(key) {
                self.set(key.clone(), value.clone())?;
            }
        }
        Ok(())
    }

    pub fn has(&self, key: &str) -> bool {
        self.lock().values.contains_key(key)
    }

    pub fn get(&self, key: &str) -> Option<Arc<Value>> {
        self.lock().values.get(key).cloned()
    }

    /// What lies at "key.path".
    pub fn find<'a>(&self, path: &'a str) -> Option<Found<'a>> {
        let path = path.strip_prefix('.').unwrap_or(path);
        let (key, rest) = path.find('.').map_or((path, ""), |at| path.split_at(at));
        self.get(key).map(|value| Found::Value(value, rest))
    }

    pub fn show(&self) -> Value {
        let entries = self.lock();
        entries.values.iter().map(|(key, value)| (key.clone(), (**value).clone())).collect::<Map<_, _>>().into()
    }

    /// What showing it takes.
    pub fn weight(&self) -> usize {
        self.lock().held.bytes()
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        // A panic elsewhere leaves nothing half-done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn weigh(key: &str, value: &Value) -> usize {
    key.len() + weigh_parsed(value)
}
