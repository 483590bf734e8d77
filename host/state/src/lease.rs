//! Leases: one holder at a time, with fencing tokens that only grow.

use crate::engine::Read;
use crate::entry::{Entry, MOST_MILLISECONDS};
use crate::error::StoreError;
use crate::keys;
use crate::record;
use crate::staged::Staged;
use llmspell_base::toml_span::shown;

/// A lease that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Higher than that of every lease before it: work under an older lease can be told by it.
    pub token: u64,
    /// As the holder named itself.
    pub owner: String,
    /// Milliseconds since 1970.
    pub expires_at: u64,
}

impl Lease {
    fn of(entry: Entry) -> Lease {
        Lease { token: entry.version, owner: entry.value, expires_at: entry.expires_at.unwrap_or_default() }
    }
}

fn current(staged: &Staged<'_>, tenant: &str, name: &str) -> Result<Option<Lease>, StoreError> {
    let key = keys::lease(tenant, name);
    let lease = staged.get(&key)?.map(|record| record::decode(&key, record).map(Lease::of)).transpose()?;
    Ok(lease.filter(|lease| lease.expires_at > staged.now))
}

/// The lease as it is held now.
pub fn holder(read: &dyn Read, tenant: &str, name: &str, now: u64) -> Result<Option<Lease>, StoreError> {
    let key = keys::lease(tenant, name);
    let lease = read.get(&key)?.map(|record| record::decode(&key, record).map(Lease::of)).transpose()?;
    Ok(lease.filter(|lease| lease.expires_at > now))
}

fn keep(staged: &mut Staged<'_>, tenant: &str, name: &str, lease: Lease) -> Lease {
    let key = keys::lease(tenant, name);
    let record = record::encode(&key, lease.token, Some(lease.expires_at), &lease.owner);
    staged.put(key, record);
    lease
}

fn until(staged: &Staged<'_>, milliseconds: u64) -> u64 {
    staged.now.saturating_add(milliseconds.clamp(1, MOST_MILLISECONDS))
}

pub fn take(
    staged: &mut Staged<'_>,
    tenant: &str,
    name: &str,
    owner: &str,
    milliseconds: u64,
) -> Result<Lease, StoreError> {
    if let Some(lease) = current(staged, tenant, name)? {
        let what = format!("the lease '{}' is held by {}", shown(name), shown(&lease.owner));
        return Err(StoreError::Conflict { what, current: Some(lease.token) });
    }
    let lease = Lease { token: staged.version()?, owner: owner.into(), expires_at: until(staged, milliseconds) };
    Ok(keep(staged, tenant, name, lease))
}

pub fn held(staged: &Staged<'_>, tenant: &str, name: &str, token: u64) -> Result<Lease, StoreError> {
    let lease = current(staged, tenant, name)?;
    let other = lease.as_ref().map(|lease| lease.token);
    lease.filter(|lease| lease.token == token).ok_or_else(|| StoreError::Conflict {
        what: format!("the lease '{}' is not held under token {token} any more", shown(name)),
        current: other,
    })
}

pub fn renew(
    staged: &mut Staged<'_>,
    tenant: &str,
    name: &str,
    token: u64,
    milliseconds: u64,
) -> Result<Lease, StoreError> {
    let lease = held(staged, tenant, name, token)?;
    let lease = Lease { expires_at: until(staged, milliseconds), ..lease };
    Ok(keep(staged, tenant, name, lease))
}

pub fn release(staged: &mut Staged<'_>, tenant: &str, name: &str, token: u64) -> Result<bool, StoreError> {
    match held(staged, tenant, name, token) {
        Ok(_) => {
            staged.delete(keys::lease(tenant, name));
            Ok(true)
        }
        Err(StoreError::Conflict { .. }) => Ok(false),
        Err(other) => Err(other),
    }
}
