//! What one commit removes at most, and how it goes about it.

use crate::error::StoreError;
use crate::keys;
use crate::record;
use crate::staged::Staged;
use crate::tenant_record::TenantRecord;

/// What one commit removes at most, as it holds up all others: chunks, and other keys.
pub struct Room {
    pub chunks: usize,
    pub keys: usize,
}

impl Default for Room {
    fn default() -> Room {
        Room { chunks: 64, keys: 256 }
    }
}

impl Room {
    pub fn is_used_up(&self) -> bool {
        self.chunks == 0 || self.keys < ARTIFACT_KEYS
    }
}

/// Keys that go with an artifact, at least.
pub const ARTIFACT_KEYS: usize = 4;
/// Damaged entries that are passed over in one commit.
const MOST_DAMAGED: usize = 1_000;
/// What is left under a prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    Nothing,
    /// What there was no room for.
    More,
    /// What can't be removed.
    Damaged,
}

type Remove<'a> = &'a mut dyn FnMut(&mut Staged<'_>, Vec<u8>) -> Result<(), StoreError>;

/// Removes what lies under a prefix, as long as there is room; each takes `cost` of it. What is damaged is passed over: it
/// keeps nothing else from going, and stays for those who look at the store.
pub fn clear(
    staged: &mut Staged<'_>,
    prefix: Vec<u8>,
    (room, cost): (&mut usize, usize),
    remove: Remove<'_>,
) -> Result<Left, StoreError> {
    let end = keys::after(prefix.clone());
    let (mut from, mut damaged) = (prefix, 0);
    loop {
        let found = staged.keys((&from, &end), (*room / cost).max(1))?;
        let Some(last) = found.last() else {
            return Ok(if damaged == 0 { Left::Nothing } else { Left::Damaged });
        };
        if *room < cost {
            return Ok(Left::More);
        }
        if damaged > MOST_DAMAGED {
            return Ok(Left::Damaged);
        }
        from = keys::next(last.clone());
        for key in found {
            match remove(staged, key) {
                Ok(()) => *room = room.saturating_sub(cost),
                Err(StoreError::Damaged { .. }) => damaged += 1,
                Err(other) => return Err(other),
            }
        }
    }
}

/// Makes the end of what has expired one that no clock takes back: a part of it is gone.
pub fn hide(staged: &mut Staged<'_>, tenant_record: &mut TenantRecord, key: Vec<u8>) -> Result<(), StoreError> {
    if staged.head(&key)?.is_none_or(|head| head.expires_at == record::LONG_GONE) {
        return Ok(());
    }
    let record = record::encode(keys::label(&key), staged.version()?, Some(record::LONG_GONE), "");
    staged.write(tenant_record, key, Some(record))
}
