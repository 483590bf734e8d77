//! A commit in the making: it reads the store beneath its own changes.

use std::ops::ControlFlow;

use crate::artifact;
use crate::engine::{Batch, Each, Read, Want};
use crate::error::StoreError;
use crate::keys::{self, Space};
use crate::record::{self, Head};
use crate::session;
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

    /// Removes some of what has expired.
    pub fn sweep(&mut self, most: usize) -> Result<(), StoreError> {
        let (from, end) = keys::expired(self.now);
        for entry in self.keys((&from, &end), most)? {
            let key = keys::key_of_expiry(&entry).unwrap_or_default().to_vec();
            let Some((tenant, generation, _)) = keys::take_apart(&key) else {
                self.delete(entry);
                continue;
            };
            let tenant = tenant.to_string();
            let mut tenant_record = self.tenant_record(&tenant)?;
            if !self.head(&key)?.is_some_and(|head| head.is_expired(self.now)) {
                // The order of expiry has no checksum: it is the record that says when it ends.
                self.delete(entry);
                continue;
            }
            if tenant_record.generation == generation {
                let gone = self.expire(&mut tenant_record, &Space::new(&tenant, generation), key);
                self.set_tenant_record(&tenant, &tenant_record);
                match gone {
                    // The rest goes with the next commits.
                    Ok(false) => continue,
                    Ok(true) => {}
                    // It stays for those who look at the store; nobody's commits fail for it.
                    Err(StoreError::Damaged { .. }) => {}
                    Err(other) => return Err(other),
                }
            } else if self.get(&keys::unfinished(&tenant, generation))?.is_some() {
                // It goes with its generation, or else when that is in force.
                continue;
            }
            self.delete(entry);
        }
        Ok(())
    }

    /// The same for what lies under one key of a tenant: whether nothing is left of it.
    pub fn sweep_one(&mut self, tenant: &str, generation: u64, key: &[u8]) -> Result<bool, StoreError> {
        let mut tenant_record = self.tenant_record(tenant)?;
        let is_there = self.head(key)?.is_some_and(|head| head.is_expired(self.now));
        if tenant_record.generation != generation || !is_there {
            return Ok(true);
        }
        let gone = self.expire(&mut tenant_record, &Space::new(tenant, generation), key.to_vec())?;
        tenant_record.changed = self.version()?;
        self.set_tenant_record(tenant, &tenant_record);
        Ok(gone)
    }

    /// Removes what has expired, or a part of all that goes with it. Whether all of it is gone.
    fn expire(&mut self, tenant_record: &mut TenantRecord, space: &Space, key: Vec<u8>) -> Result<bool, StoreError> {
        match keys::suffix(keys::label(&key)) {
            Some((keys::ARTIFACTS, ..)) => artifact::remove(self, tenant_record, space, &key).map(|_| true),
            Some((keys::SESSIONS, id, _)) => {
                let id = id.to_owned();
                session::sweep(self, tenant_record, space, &id)
            }
            Some((keys::LOOSE, _, blob)) => {
                let blob = blob.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
                artifact::sweep(self, tenant_record, space, blob)
            }
            _ => self.write(tenant_record, key, None).map(|()| true),
        }
    }
}
