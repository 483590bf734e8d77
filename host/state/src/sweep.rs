//! Removes what has expired, and what goes with it: a session's artifacts, an artifact's content.

use crate::artifact;
use crate::error::StoreError;
use crate::keys::{self, Space};
use crate::removal::{ARTIFACT_KEYS, Left, Room, clear, hide};
use crate::session;
use crate::staged::Staged;
use crate::tenant_record::TenantRecord;

/// Notes of loose blobs that are looked at in one commit.
const MOST_LOOSE: usize = 1_000;

/// Removes some of what has expired.
pub fn sweep(staged: &mut Staged<'_>, most: usize) -> Result<(), StoreError> {
    let (from, end) = keys::expired(staged.now);
    let mut room = Room::default();
    for entry in staged.keys((&from, &end), most)? {
        if room.is_used_up() {
            break;
        }
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
            let gone = expire(staged, &mut tenant_record, &Space::new(&tenant, generation), key, &mut room);
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

/// The same for what lies under one key of a tenant: whether nothing is left of it that can be removed.
pub fn sweep_one(staged: &mut Staged<'_>, tenant: &str, generation: u64, key: &[u8]) -> Result<bool, StoreError> {
    one(staged, tenant, generation, key, &mut Room::default())
}

fn one(
    staged: &mut Staged<'_>,
    tenant: &str,
    generation: u64,
    key: &[u8],
    room: &mut Room,
) -> Result<bool, StoreError> {
    let mut tenant_record = staged.tenant_record(tenant)?;
    let is_there = staged.head(key)?.is_some_and(|head| head.is_expired(staged.now));
    if tenant_record.generation != generation || !is_there {
        return Ok(true);
    }
    let gone = expire(staged, &mut tenant_record, &Space::new(tenant, generation), key.to_vec(), room)?;
    tenant_record.changed = staged.version()?;
    staged.set_tenant_record(tenant, &tenant_record);
    Ok(gone)
}

/// Removes what has expired, or a part of all that goes with it. Whether nothing is left that can be removed.
fn expire(
    staged: &mut Staged<'_>,
    tenant_record: &mut TenantRecord,
    space: &Space,
    key: Vec<u8>,
    room: &mut Room,
) -> Result<bool, StoreError> {
    match keys::suffix(keys::label(&key)) {
        Some((keys::ARTIFACTS, ..)) => {
            room.keys = room.keys.saturating_sub(ARTIFACT_KEYS);
            artifact::remove(staged, tenant_record, space, &key).map(|_| true)
        }
        Some((keys::SESSIONS, id, _)) => {
            let id = id.to_owned();
            session_of(staged, tenant_record, space, &id, room)
        }
        Some((keys::LOOSE, _, blob)) => {
            let blob = blob.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
            artifact::remove_loose(staged, tenant_record, space, blob, room)
        }
        _ => {
            room.keys = room.keys.saturating_sub(1);
            staged.write(tenant_record, key, None).map(|()| true)
        }
    }
}

/// Removes a part of what is left of a session that has expired. Whether that is done: where something is damaged it stays,
/// and with it the session's entry, so that no other session gets it.
fn session_of(
    staged: &mut Staged<'_>,
    tenant_record: &mut TenantRecord,
    space: &Space,
    id: &str,
    room: &mut Room,
) -> Result<bool, StoreError> {
    let mut remove =
        |staged: &mut Staged<'_>, key: Vec<u8>| artifact::remove(staged, tenant_record, space, &key).map(drop);
    let artifacts = clear(staged, space.artifacts(id), (&mut room.keys, ARTIFACT_KEYS), &mut remove)?;
    let mut left = vec![artifacts];
    let stream = session::memory(id);
    let mut remove = |staged: &mut Staged<'_>, key: Vec<u8>| staged.write(tenant_record, key, None);
    for prefix in [
        space.scope(keys::VALUES, &session::scope(id)),
        space.stream(&stream),
        space.head(&stream),
        space.artifact_count(id),
    ] {
        if !left.contains(&Left::More) {
            left.push(clear(staged, prefix, (&mut room.keys, 1), &mut remove)?);
        }
    }
    if left.iter().all(|left| *left == Left::Nothing) {
        return staged.write(tenant_record, space.session(id), None).map(|()| true);
    }
    hide(staged, tenant_record, space.session(id))?;
    Ok(!left.contains(&Left::More))
}

/// Removes a part of the blobs of a tenant whose notes have expired. Whether nothing is left of them that can be removed.
pub fn sweep_loose(staged: &mut Staged<'_>, tenant: &str) -> Result<bool, StoreError> {
    let generation = staged.tenant_record(tenant)?.generation;
    let (from, end) = Space::new(tenant, generation).all(keys::LOOSE);
    let mut room = Room::default();
    for key in staged.keys((&from, &end), MOST_LOOSE)? {
        if room.is_used_up() {
            return Ok(false);
        }
        match one(staged, tenant, generation, &key, &mut room) {
            Ok(false) => return Ok(false),
            Ok(true) | Err(StoreError::Damaged { .. }) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(true)
}
