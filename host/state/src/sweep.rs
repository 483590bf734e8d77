//! Removes what has expired, and what goes with it: a session's artifacts, an artifact's content.

use crate::artifact;
use crate::error::StoreError;
use crate::keys::{self, Space};
use crate::session;
use crate::staged::Staged;
use crate::tenant_record::TenantRecord;

/// Of what belongs to a session, so much is removed in one commit; and so many artifacts.
const STEP: usize = 256;
const ARTIFACTS: usize = 64;
/// Notes of loose blobs that are looked at in one commit.
const MOST_LOOSE: usize = 1_000;

/// Removes some of what has expired.
pub fn sweep(staged: &mut Staged<'_>, most: usize) -> Result<(), StoreError> {
    let (from, end) = keys::expired(staged.now);
    for entry in staged.keys((&from, &end), most)? {
        let key = keys::key_of_expiry(&entry).unwrap_or_default().to_vec();
        let Some((tenant, generation, _)) = keys::take_apart(&key) else {
            staged.delete(entry);
            continue;
        };
        let tenant = tenant.to_string();
        let mut tenant_record = staged.tenant_record(&tenant)?;
        if !staged.head(&key)?.is_some_and(|head| head.is_expired(staged.now)) {
            // The order of expiry has no checksum: it is the record that says when it ends.
            staged.delete(entry);
            continue;
        }
        if tenant_record.generation == generation {
            let gone = expire(staged, &mut tenant_record, &Space::new(&tenant, generation), key);
            staged.set_tenant_record(&tenant, &tenant_record);
            match gone {
                // The rest goes with the next commits.
                Ok(false) => continue,
                Ok(true) => {}
                // It stays for those who look at the store; nobody's commits fail for it.
                Err(StoreError::Damaged { .. }) => {}
                Err(other) => return Err(other),
            }
        } else if staged.get(&keys::unfinished(&tenant, generation))?.is_some() {
            // It goes with its generation, or else when that is in force.
            continue;
        }
        staged.delete(entry);
    }
    Ok(())
}

/// The same for what lies under one key of a tenant: whether nothing is left of it.
pub fn sweep_one(staged: &mut Staged<'_>, tenant: &str, generation: u64, key: &[u8]) -> Result<bool, StoreError> {
    let mut tenant_record = staged.tenant_record(tenant)?;
    let is_there = staged.head(key)?.is_some_and(|head| head.is_expired(staged.now));
    if tenant_record.generation != generation || !is_there {
        return Ok(true);
    }
    let gone = expire(staged, &mut tenant_record, &Space::new(tenant, generation), key.to_vec())?;
    tenant_record.changed = staged.version()?;
    staged.set_tenant_record(tenant, &tenant_record);
    Ok(gone)
}

/// Removes what has expired, or a part of all that goes with it. Whether all of it is gone.
fn expire(
    staged: &mut Staged<'_>,
    tenant_record: &mut TenantRecord,
    space: &Space,
    key: Vec<u8>,
) -> Result<bool, StoreError> {
    match keys::suffix(keys::label(&key)) {
        Some((keys::ARTIFACTS, ..)) => artifact::remove(staged, tenant_record, space, &key).map(|_| true),
        Some((keys::SESSIONS, id, _)) => {
            let id = id.to_owned();
            session_of(staged, tenant_record, space, &id)
        }
        Some((keys::LOOSE, _, blob)) => {
            let blob = blob.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
            artifact::sweep(staged, tenant_record, space, blob)
        }
        _ => staged.write(tenant_record, key, None).map(|()| true),
    }
}

/// Removes a part of what is left of a session that has expired. Whether all of it is gone.
fn session_of(
    staged: &mut Staged<'_>,
    tenant_record: &mut TenantRecord,
    space: &Space,
    id: &str,
) -> Result<bool, StoreError> {
    let mut left = STEP;
    let from = space.artifacts(id);
    for key in staged.keys((&from, &keys::after(from.clone())), left.min(ARTIFACTS))? {
        artifact::remove(staged, tenant_record, space, &key)?;
        left -= 1;
    }
    let stream = session::memory(id);
    for from in [space.scope(keys::VALUES, &session::scope(id)), space.stream(&stream), space.shelf(id)] {
        for key in staged.keys((&from, &keys::after(from.clone())), left)? {
            staged.write(tenant_record, key, None)?;
            left -= 1;
        }
    }
    if left == 0 || !staged.keys((&from, &keys::after(from.clone())), 1)?.is_empty() {
        return Ok(false);
    }
    staged.write(tenant_record, space.head(&stream), None)?;
    staged.write(tenant_record, space.session(id), None)?;
    Ok(true)
}

/// Removes a part of the blobs of a tenant whose notes have expired. Whether all of it is gone.
pub fn sweep_loose(staged: &mut Staged<'_>, tenant: &str) -> Result<bool, StoreError> {
    let generation = staged.tenant_record(tenant)?.generation;
    let (from, end) = Space::new(tenant, generation).all(keys::LOOSE);
    for key in staged.keys((&from, &end), MOST_LOOSE)? {
        if !sweep_one(staged, tenant, generation, &key)? {
            return Ok(false);
        }
    }
    Ok(true)
}
