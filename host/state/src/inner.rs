//! An open store: what every operation on it works with.

use crate::advice;
use crate::backup::Vault;
use crate::commit_queue::CommitQueue;
use crate::engine::Read;
use crate::entry::Entry;
use crate::error::StoreError;
use crate::generation_cache::GenerationCache;
use crate::keys::{self, Space};
use crate::lock::Lock;
use crate::processes::Processes;
use crate::record;
use crate::tenant_locks::{Task, TenantLocks};
use crate::tenant_record::TenantRecord;

/// The parts of an open store.
pub struct Inner {
    /// As `--store` names it.
    pub name: String,
    pub reader: Box<dyn Read + Send + Sync>,
    pub queue: CommitQueue,
    pub vault: Vault,
    pub waits: bool,
    pub salvaging: bool,
    pub locks: TenantLocks,
    /// Whether no other process writes.
    pub exclusive: bool,
    pub generations: GenerationCache,
    pub processes: Processes,
    pub _lock: Option<Lock>,
}

/// How often all is read anew because the tenant wrote meanwhile: so often while it may, and as often while it waits.
const ATTEMPTS: u32 = 3;

/// In memory, a copy of so much is made where it is asked for.
const SMALL_BYTES: u64 = 64 << 10;

impl Inner {
    /// Completes an error that leaves the store, with its name and with advice.
    pub fn at(&self) -> impl Fn(StoreError) -> StoreError + '_ {
        advice::at(&self.name, &self.vault, self.salvaging)
    }

    pub fn advice(&self) -> String {
        advice::advice(&self.name, &self.vault, self.salvaging)
    }

    /// Whether the tenant's data is copied in no time: then runs on a store in memory take the same steps each time, whatever
    /// the machine's load.
    pub fn is_small(&self, tenant: &str) -> bool {
        !self.waits && self.tenant_record(tenant).is_ok_and(|tenant_record| tenant_record.bytes <= SMALL_BYTES)
    }

    /// Milliseconds since 1970.
    pub fn now(&self) -> u64 {
        self.queue.now()
    }

    pub fn tenant_record(&self, tenant: &str) -> Result<TenantRecord, StoreError> {
        let key = keys::tenant_record(tenant);
        TenantRecord::decode(&key, self.reader.get(&key)?.as_deref())
    }

    /// Reads a tenant's data; anew where it was replaced in the middle.
    pub fn read<T>(&self, tenant: &str, read: impl Fn(&Space) -> Result<T, StoreError>) -> Result<T, StoreError> {
        loop {
            let generation = self.tenant_record(tenant)?.generation;
            let found = read(&Space::new(tenant, generation));
            if self.tenant_record(tenant)?.generation == generation {
                return found;
            }
        }
    }

    pub fn get(&self, tenant: &str, section: u8, scope: &str, key: &str) -> Result<Option<Entry>, StoreError> {
        let replaced = self.queue.replaced();
        let mut generation = match self.generations.get(tenant, replaced) {
            Some(generation) => generation,
            None => self.generation(tenant, replaced)?,
        };
        let (at, found) = loop {
            let at = Space::new(tenant, generation).value_in(section, scope, key);
            let (found, now) = if self.exclusive {
                let found = self.reader.get(&at)?;
                if found.is_some() {
                    // What is there was there. What is not may have been replaced, all at once, since we looked where.
                    break (at, found);
                }
                (found, self.generation(tenant, replaced)?)
            } else {
                // Another process may replace it: then as of one moment.
                let tenant_record = keys::tenant_record(tenant);
                let (found, sealed) = self.reader.get_both(&at, &tenant_record)?;
                let now = TenantRecord::decode(&tenant_record, sealed.as_deref())?.generation;
                self.generations.set(tenant, now, replaced);
                (found, now)
            };
            if now == generation {
                break (at, found);
            }
            generation = now;
        };
        let entry = found.map(|record| record::decode(keys::label(&at), record)).transpose()?;
        let now = self.now();
        Ok(entry.filter(|entry| entry.expires_at.is_none_or(|at| at > now)))
    }

    fn generation(&self, tenant: &str, replaced: u64) -> Result<u64, StoreError> {
        let generation = self.tenant_record(tenant)?.generation;
        self.generations.set(tenant, generation, replaced);
        Ok(generation)
    }

    /// Reads all that a tenant has as of one moment: repeats `read`, after `again`, while the tenant wrote meanwhile. The
    /// later attempts make this tenant's commits wait, but no other tenant's, nor another process's.
    pub fn at_one_moment<T>(
        &self,
        tenant: &str,
        task: &Task,
        read: &dyn Fn(&dyn Read, &TenantRecord) -> Result<T, StoreError>,
        again: &dyn Fn() -> Result<(), StoreError>,
    ) -> Result<T, StoreError> {
        let mut paused = None;
        for attempt in 0..2 * ATTEMPTS {
            if attempt == ATTEMPTS {
                paused = task.pause();
            }
            let tenant_record = self.tenant_record(tenant)?;
            let done = read(&*self.reader, &tenant_record)?;
            if self.tenant_record(tenant)? == tenant_record {
                return Ok(done);
            }
            again()?;
        }
        drop(paused);
        let what = "the tenant's state is written to all the time, by another process: try again later";
        Err(StoreError::Conflict { what: what.into(), current: None })
    }
}
