//! What belongs to one request, however often it is sent.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use llmspell_base::host_memory::{Held, HostMemory};

use super::Fault;
use crate::apart::Apart;

/// A request: how often it was sent, and what its reply takes of the run's memory until Rig has read it.
pub struct OneRequest {
    attempts: AtomicU32,
    memory: HostMemory,
    held: Mutex<Option<Held>>,
    pub apart: Apart,
}

impl Default for OneRequest {
    fn default() -> OneRequest {
        OneRequest::new(&HostMemory::default())
    }
}

impl OneRequest {
    pub fn new(memory: &HostMemory) -> OneRequest {
        let memory = memory.clone();
        OneRequest { attempts: AtomicU32::new(0), memory, held: Mutex::default(), apart: Apart::default() }
    }

    /// Counts one more.
    pub fn attempt(&self) {
        self.attempts.fetch_add(1, Relaxed);
    }

    pub fn attempts(&self) -> u32 {
        self.attempts.load(Relaxed)
    }

    /// Takes so much memory in all from now on.
    pub fn hold(&self, bytes: usize) -> Result<(), Fault> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *held {
            Some(held) => held.resize(bytes).map_err(Fault::NoMemory),
            None => {
                *held = Some(self.memory.take(bytes).map_err(Fault::NoMemory)?);
                Ok(())
            }
        }
    }
}
