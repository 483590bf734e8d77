//! What a store keeps about a tenant: its counts and its generation, changed with every commit.

use crate::error::StoreError;
use crate::keys;
use crate::record;
use crate::settings::Quota;

/// How much one tenant keeps, and which generation of its data is in force.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TenantRecord {
    /// Which generation of its data is the one in force.
    pub generation: u64,
    /// The last generation that was begun.
    pub begun: u64,
    pub keys: u64,
    pub bytes: u64,
    /// The version of its last commit.
    pub changed: u64,
}

impl TenantRecord {
    pub fn encode(&self, key: &[u8]) -> Vec<u8> {
        let numbers = [self.generation, self.begun, self.keys, self.bytes, self.changed];
        record::seal(key, numbers.map(u64::to_be_bytes).concat())
    }

    /// The record as it lies under this key; a tenant without one has nothing.
    pub fn decode(key: &[u8], sealed: Option<&[u8]>) -> Result<TenantRecord, StoreError> {
        let Some(sealed) = sealed else { return Ok(TenantRecord::default()) };
        let bytes = record::unseal(key, sealed)?;
        let mut numbers = bytes.chunks_exact(8).map(|chunk| chunk.try_into().map(u64::from_be_bytes));
        let garbled = || record::damaged(&keys::told_key(key));
        let mut next = || numbers.next().and_then(Result::ok).ok_or_else(garbled);
        Ok(TenantRecord { generation: next()?, begun: next()?, keys: next()?, bytes: next()?, changed: next()? })
    }

    pub fn add(&mut self, key: &[u8], record: u64) {
        self.keys = self.keys.saturating_add(1);
        self.bytes = self.bytes.saturating_add(key.len() as u64).saturating_add(record);
    }

    pub fn remove(&mut self, key: &[u8], record: u64) {
        self.keys = self.keys.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(key.len() as u64).saturating_sub(record);
    }

    /// Refuses to grow over what a tenant may have; shrinking is always allowed.
    pub fn within(&self, before: &TenantRecord, quota: &Quota) -> Result<(), StoreError> {
        let full = |what: String| Err(StoreError::Quota(format!("the tenant's part of the store is full: {what}")));
        if self.keys > quota.keys && self.keys > before.keys {
            return full(format!("{} keys are allowed (state.tenant_keys in the configuration)", quota.keys));
        }
        if self.bytes > quota.bytes && self.bytes > before.bytes {
            return full(format!("{} bytes are allowed (state.tenant_bytes in the configuration)", quota.bytes));
        }
        Ok(())
    }
}
