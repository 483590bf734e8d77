//! A commit in the making: it reads the store beneath its own changes.

use std::ops::ControlFlow;

use crate::engine::{Batch, Each, Read, Want};
use crate::error::StoreError;
use crate::keys;
use crate::record::{self, Head};
use crate::settings::Quota;
use crate::tenant_record::TenantRecord;

pub struct Staged<'a> {
    base: &'a dyn Read,
    batch: Batch,
    /// Milliseconds since 1970.
    pub now: u64,
    pub quota: &'a Quota,
    version: Option<u64>,
    /// Whether it puts another generation in force.
    pub replaces: bool,
}

impl<'a> Staged<'a> {
    pub fn new(base: &'a dyn Read, now: u64, quota: &'a Quota) -> Staged<'a> {
        Staged { base, batch: Batch::new(), now, quota, version: None, replaces: false }
    }

    /// All changes, to be made at once.
    pub fn into_batch(self) -> Batch {
        self.batch
    }

    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self.batch.get(key) {
            Some(changed) => Ok(changed.clone()),
            None => self.base.get(key),
        }
    }

    /// Without reading the text.
    pub fn head(&self, key: &[u8]) -> Result<Option<Head>, StoreError> {
        let found = match self.batch.get(key) {
            Some(changed) => changed.as_ref().map(|value| (value.clone(), value.len() as u64)),
            None => self.base.peek(key)?,
        };
        found.map(|(bytes, length)| record::head(keys::label(key), &bytes, length)).transpose()
    }

    pub fn put(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.batch.insert(key, Some(value));
    }

    pub fn delete(&mut self, key: Vec<u8>) {
        self.batch.insert(key, None);
    }

    /// The version of this commit, drawn when it is first asked for.
    pub fn version(&mut self) -> Result<u64, StoreError> {
        if let Some(version) = self.version {
            return Ok(version);
        }
        let key = keys::version();
        let last = self.get(&key)?.map_or(Ok(0), |sealed| record::unseal_number(&key, &sealed))?;
        let version = last + 1;
        let sealed = record::seal(&key, version.to_be_bytes().to_vec());
        self.put(key, sealed);
        self.version = Some(version);
        Ok(version)
    }

    pub fn tenant_record(&self, tenant: &str) -> Result<TenantRecord, StoreError> {
        let key = keys::tenant_record(tenant);
        TenantRecord::decode(&key, self.get(&key)?.as_deref())
    }

    pub fn set_tenant_record(&mut self, tenant: &str, tenant_record: &TenantRecord) {
        let key = keys::tenant_record(tenant);
        let sealed = tenant_record.encode(&key);
        self.put(key, sealed);
    }

    /// Ends a commit of one tenant: refuses what is more than it may have.
    pub fn commit_tenant(
        &mut self,
        tenant: &str,
        before: &TenantRecord,
        mut after: TenantRecord,
    ) -> Result<(), StoreError> {
        after.within(before, self.quota)?;
        after.changed = self.version()?;
        self.set_tenant_record(tenant, &after);
        Ok(())
    }

    /// Puts or deletes a record, with what the tenant's record and the order of expiry say of it.
    pub fn write(
        &mut self,
        tenant_record: &mut TenantRecord,
        key: Vec<u8>,
        new: Option<Vec<u8>>,
    ) -> Result<(), StoreError> {
        if let Some(old) = self.head(&key)? {
            tenant_record.remove(&key, old.length);
            if let Some(at) = old.expiry() {
                self.delete(keys::expiry(at, &key));
            }
        }
        let Some(record) = new else {
            self.delete(key);
            return Ok(());
        };
        let head = record::head(keys::label(&key), &record, record.len() as u64)?;
        tenant_record.add(&key, head.length);
        if let Some(at) = head.expiry() {
            self.put(keys::expiry(at, &key), Vec::new());
        }
        self.put(key, record);
        Ok(())
    }

    /// The keys in this range, at most `most`, what was changed taken into account.
    pub fn keys(&self, (from, end): (&[u8], &[u8]), most: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        let changed = self.batch.range(from.to_vec()..end.to_vec());
        let mut found: std::collections::BTreeSet<Vec<u8>> = std::collections::BTreeSet::new();
        let removed = changed.clone().filter(|(_, value)| value.is_none()).count();
        let mut each = |key: &[u8], _: &[u8], _: u64| {
            found.insert(key.to_vec());
            Ok(if found.len() < most.saturating_add(removed) {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            })
        };
        self.base.scan((from, end), Want::Heads, &mut each as Each<'_>)?;
        for (key, value) in changed {
            match value {
                Some(_) => drop(found.insert(key.clone())),
                None => drop(found.remove(key)),
            }
        }
        Ok(found.into_iter().take(most).collect())
    }
}
