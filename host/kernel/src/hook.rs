//! Hooks: functions of the spell that are asked before and after what the host does for it. This file is their registry.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::json;

use crate::event::Events;
use crate::listener::SharedListener;
use crate::operation::Result;
use llmspell_base::{Code, Failure};

mod answer;
mod entry;
mod fire;
mod stage;
#[cfg(test)]
mod tests;

pub use answer::Answer;
use entry::{Entry, Filter};
pub use llmspell_base::hook_pattern::Pattern;
pub use llmspell_base::hook_point::Point;
pub use stage::{Decision, HookOutcome, RetryPolicy, Rounds, Stage};

/// The hooks of one run.
#[derive(Clone)]
pub struct Hooks(Arc<Registry>);

struct Registry {
    /// In the order in which they are asked: by priority, then by age.
    entries: Mutex<Entries>,
    /// How many there are: without any, asking costs nothing.
    count: AtomicUsize,
    language: String,
    events: Events,
    listener: SharedListener,
}

#[derive(Default)]
struct Entries {
    all: Vec<Arc<Entry>>,
    last: u64,
}

const MOST_HOOKS: usize = 256;

impl Hooks {
    /// The run's listener.
    pub fn listener(&self) -> &SharedListener {
        &self.0.listener
    }

    /// A registry without hooks, for a run in this language.
    pub fn new(language: &str, events: Events, listener: SharedListener) -> Hooks {
        let (entries, count) = (Mutex::default(), AtomicUsize::new(0));
        Hooks(Arc::new(Registry { entries, count, language: language.into(), events, listener }))
    }

    /// Registers a hook. Returns its id, from 1, and its point in canonical words.
    pub fn register(&self, point: &str, handler: u64, options: &str) -> Result<(u64, String)> {
        let mut entries = self.entries();
        if entries.all.len() >= MOST_HOOKS {
            let message = format!("{MOST_HOOKS} hooks are registered: unregister some first");
            return Err(Failure::new(Code::Handles, message));
        }
        let entry = Entry::parse(entries.last + 1, point, handler, options)?;
        entries.last += 1;
        let (id, canonical) = (entry.id, entry.pattern.text().to_string());
        let place = entries.all.partition_point(|other| other.priority >= entry.priority);
        entries.all.insert(place, Arc::new(entry));
        self.0.count.store(entries.all.len(), Relaxed);
        Ok((id, canonical))
    }

    /// Removes a hook. Returns whether there was one.
    pub fn unregister(&self, id: u64) -> bool {
        let mut entries = self.entries();
        let Some(place) = entries.all.iter().position(|entry| entry.id == id) else { return false };
        entries.all.remove(place).gone.store(true, Relaxed);
        self.0.count.store(entries.all.len(), Relaxed);
        true
    }

    /// Turns a hook on or off; one that is off is not called. Returns whether there is one.
    pub fn set_enabled(&self, id: u64, enabled: bool) -> bool {
        let entries = self.entries();
        let found = entries.all.iter().find(|entry| entry.id == id);
        found.inspect(|entry| entry.enabled.store(enabled, Relaxed)).is_some()
    }

    /// The hooks that a filter finds, in the order in which they are called.
    pub fn list(&self, filter: &str) -> Result {
        let filter = Filter::parse(filter)?;
        let (entries, language) = (self.entries(), &self.0.language);
        Ok(entries
            .all
            .iter()
            .filter(|entry| filter.finds(entry, language))
            .map(|entry| json!(entry.view(language)))
            .collect())
    }

    /// Whether a hook would be asked. Costs nothing where there is none at all.
    pub fn any(&self, point: &Point, component: &str) -> bool {
        self.0.count.load(Relaxed) > 0
            && self.entries().all.iter().any(|entry| entry.is_on() && entry.pattern.matches(point, component))
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
