//! The guest's memory, held to its limit.

use wasmtime::ResourceLimiter;

use super::outcome::Limit;
use crate::gate::Stop;

/// How often growth is refused before the run ends. The first refusals are errors of the language, so that a spell
/// can make do with less; one that swallows them and asks again is running away.
const REFUSALS: u32 = 3;

/// Table elements that a guest may have: our own need some hundreds.
const TABLE_ELEMENTS: usize = 100_000;

/// All memories of a run together.
#[derive(Debug)]
pub struct Memory {
    limit: usize,
    used: usize,
    refused: u32,
}

impl Memory {
    pub fn new(limit: usize) -> Memory {
        Memory { limit, used: 0, refused: 0 }
    }

    /// Bytes of linear memory. Memory never shrinks, so this is also the most there ever was.
    pub fn used(&self) -> usize {
        self.used
    }
}

impl ResourceLimiter for Memory {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let wanted = self.used.saturating_add(desired.saturating_sub(current));
        if wanted <= self.limit {
            self.used = wanted;
            return Ok(true);
        }
        self.refused += 1;
        // A guest that does not fit at all has no language yet to raise an error in.
        if current == 0 || self.refused >= REFUSALS {
            return Err(Stop::Spent(Limit::Memory).into());
        }
        Ok(false)
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= TABLE_ELEMENTS)
    }
}
