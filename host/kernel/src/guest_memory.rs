//! The guest's memory, held to its limit.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use wasmtime::ResourceLimiter;

use llmspell_base::Limit;

use crate::stop::Stop;

/// How often growth is refused before the run ends. The first refusals are errors of the language, so that a spell can
/// make do with less; one that swallows them and asks again is running away.
///
/// A refusal need not be an error: an interpreter may collect its garbage and go on. So the guests count for themselves,
/// three errors, and then ask until the run ends here. What they were refused they don't ask for again otherwise.
const REFUSALS: u32 = 16;

/// Table elements that a guest may have: our own need some hundreds.
const TABLE_ELEMENTS: usize = 100_000;

/// What the engine may set aside for the exceptions that a guest throws. It is not the guest's memory: a spell that has
/// used up its own must still be able to throw the error that says so.
const EXCEPTION_BYTES: usize = 4 << 20;

/// All memories of a run together.
#[derive(Debug)]
pub struct GuestMemory {
    limit: usize,
    /// Shared with the run, which tells spells of it.
    used: Arc<AtomicUsize>,
    refused: u32,
    /// How many calls the guest had made of the host when it last asked for memory in vain; `None` where it last got some.
    refused_at: Option<u64>,
    /// How many calls of the host the guest has made so far.
    calls: u64,
    /// The heap of exceptions, which the engine makes at the first throw: after the guest has started.
    exceptions: usize,
    started: bool,
}

impl GuestMemory {
    /// Of a run that may have `limit` bytes; `used` is shared with the run.
    pub fn new(limit: usize, used: Arc<AtomicUsize>) -> GuestMemory {
        GuestMemory { limit, used, refused: 0, refused_at: None, calls: 0, exceptions: 0, started: false }
    }

    /// From here on, a memory that is new is the engine's.
    pub fn start(&mut self) {
        self.started = true;
    }

    /// What comes next comes after so many calls of the host.
    pub fn after(&mut self, calls: u64) -> &mut GuestMemory {
        self.calls = calls;
        self
    }

    /// Whether a guest that has made so many calls of the host was last seen asking for memory in vain: what a C library
    /// can't allocate outside of any script's protection ends in a trap. One that has called since got over it.
    pub fn growth_refused(&self, calls: u64) -> bool {
        self.refused_at == Some(calls)
    }

    /// Bytes of linear memory. Memory never shrinks, so this is also the most there ever was.
    pub fn used(&self) -> usize {
        self.used.load(Relaxed)
    }
}

impl ResourceLimiter for GuestMemory {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        // The engine does not say which memory grows; the heap of exceptions is told by its size. Where both have the
        // same, they may be taken for each other, and then each still keeps to a limit.
        if self.started && current == self.exceptions && current != self.used() {
            let allowed = desired <= EXCEPTION_BYTES;
            self.exceptions = if allowed { desired } else { current };
            return Ok(allowed);
        }
        let wanted = self.used().saturating_add(desired.saturating_sub(current));
        self.refused_at = (wanted > self.limit).then_some(self.calls);
        if wanted <= self.limit {
            self.used.store(wanted, Relaxed);
            return Ok(true);
        }
        self.refused += 1;
        // A guest that does not fit at all has no language yet to raise an error in.
        if !self.started || self.refused >= REFUSALS {
            return Err(Stop::Spent(Limit::Memory).into());
        }
        Ok(false)
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= TABLE_ELEMENTS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grow(memory: &mut GuestMemory, current: usize, desired: usize) -> &'static str {
        match memory.memory_growing(current, desired, None) {
            Ok(true) => "granted",
            Ok(false) => "refused",
            Err(_) => "ended",
        }
    }

    #[test]
    fn one_refusal_too_many_ends_the_run() {
        let mut memory = GuestMemory::new(100, Arc::default());
        assert_eq!(grow(&mut memory, 0, 60), "granted");
        memory.start();
        for _ in 1..REFUSALS {
            assert_eq!(grow(&mut memory, 60, 101), "refused");
        }
        assert_eq!(grow(&mut memory, 60, 101), "ended");
        assert!(memory.growth_refused(0));
        assert_eq!((grow(&mut memory, 60, 100), memory.used()), ("granted", 100));
        assert!(!memory.growth_refused(0));
    }

    #[test]
    fn a_guest_that_calls_the_host_has_got_over_a_refusal() {
        let mut memory = GuestMemory::new(100, Arc::default());
        memory.start();
        assert_eq!(grow(memory.after(3), 0, 101), "refused");
        assert!(memory.growth_refused(3) && !memory.growth_refused(4));
    }

    #[test]
    fn a_full_guest_can_still_throw() {
        let mut memory = GuestMemory::new(100, Arc::default());
        grow(&mut memory, 0, 100);
        memory.start();
        assert_eq!(grow(&mut memory, 0, 65_536), "granted");
        assert_eq!(grow(&mut memory, 65_536, EXCEPTION_BYTES + 1), "refused");
        assert_eq!(memory.used(), 100);
    }

    #[test]
    fn a_guest_that_does_not_fit_ends_at_once() {
        assert_eq!(grow(&mut GuestMemory::new(100, Arc::default()), 0, 101), "ended");
    }
}
