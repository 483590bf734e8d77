//! Chunks, before an artifact has them and after the last one had them.

use super::{CHUNK_BYTES, Content, NewContent, Uploaded};
use crate::error::StoreError;
use crate::keys::{self, Space};
use crate::record;
use crate::removal::{Left, Room, clear, hide};
use crate::staged::Staged;
use crate::tenant_record::TenantRecord;

/// How long an upload to which nothing is added any more is left alone.
const PATIENCE_MS: u64 = 10 * 60 * 1_000;

/// Notes that no artifact has this blob; what is left of it is removed from now on.
pub fn loosen(
    staged: &mut Staged<'_>,
    tenant_record: &mut TenantRecord,
    space: &Space,
    blob: u64,
) -> Result<(), StoreError> {
    super::put_text(staged, tenant_record, space.loose(blob), Some(record::LONG_GONE), "")
}

/// Notes that so many chunks of an upload have come, and that it goes on.
fn note(
    staged: &mut Staged<'_>,
    tenant_record: &mut TenantRecord,
    space: &Space,
    upload: u64,
    chunks: u32,
) -> Result<(), StoreError> {
    let until = staged.now.saturating_add(PATIENCE_MS);
    super::put_text(staged, tenant_record, space.loose(upload), Some(until), &chunks.to_string())
}

/// A number under which nothing lies. A backup of another store may have brought numbers that this one has not given yet.
fn free(staged: &mut Staged<'_>, space: &Space) -> Result<u64, StoreError> {
    let mut blob = staged.version()?;
    while staged.head(&space.chunk(blob, 0))?.is_some() || staged.head(&space.loose(blob))?.is_some() {
        blob += 1;
    }
    Ok(blob)
}

/// Begins an upload: its number.
pub fn begin(staged: &mut Staged<'_>, tenant: &str) -> Result<u64, StoreError> {
    let before = staged.tenant_record(tenant)?;
    let space = Space::new(tenant, before.generation);
    let mut tenant_record = before;
    let blob = free(staged, &space)?;
    note(staged, &mut tenant_record, &space, blob, 0)?;
    staged.commit_tenant(tenant, &before, tenant_record)?;
    Ok(blob)
}

fn is_over() -> StoreError {
    let what = "the upload is over: it took too long, or all that the tenant has was replaced meanwhile; begin it anew";
    StoreError::Conflict { what: what.into(), current: None }
}

/// Fails where the upload does not go on, or has not got so many chunks so far.
fn expect_chunks(staged: &Staged<'_>, space: &Space, upload: u64, chunks: u32) -> Result<(), StoreError> {
    let key = space.loose(upload);
    if staged.head(&key)?.is_none_or(|head| head.is_expired(staged.now)) {
        return Err(is_over());
    }
    let come = super::number(staged, &key)?;
    if come == u64::from(chunks) {
        return Ok(());
    }
    let what = format!("{come} pieces of the upload have come, and not {chunks}: begin it anew");
    Err(StoreError::Conflict { what, current: None })
}

fn put_chunk(
    staged: &mut Staged<'_>,
    tenant_record: &mut TenantRecord,
    key: Vec<u8>,
    bytes: &[u8],
) -> Result<(), StoreError> {
    let record = record::encode_bytes(keys::label(&key), staged.version()?, None, bytes);
    staged.write(tenant_record, key, Some(record))
}

/// Adds a chunk to an upload.
pub fn chunk(staged: &mut Staged<'_>, tenant: &str, upload: u64, number: u32, bytes: &[u8]) -> Result<(), StoreError> {
    let before = staged.tenant_record(tenant)?;
    let space = Space::new(tenant, before.generation);
    let mut tenant_record = before;
    expect_chunks(staged, &space, upload, number)?;
    put_chunk(staged, &mut tenant_record, space.chunk(upload, number), bytes)?;
    note(staged, &mut tenant_record, &space, upload, number.saturating_add(1))?;
    staged.commit_tenant(tenant, &before, tenant_record)
}

/// Gives an upload up.
pub fn discard(staged: &mut Staged<'_>, tenant: &str, upload: u64) -> Result<(), StoreError> {
    let before = staged.tenant_record(tenant)?;
    let space = Space::new(tenant, before.generation);
    let mut tenant_record = before;
    if staged.head(&space.loose(upload))?.is_some() {
        loosen(staged, &mut tenant_record, &space, upload)?;
        staged.commit_tenant(tenant, &before, tenant_record)?;
    }
    Ok(())
}

/// The content that a new artifact has: the one that is there already, or the new chunks.
pub fn adopt(
    staged: &mut Staged<'_>,
    tenant_record: &mut TenantRecord,
    space: &Space,
    new: &NewContent,
    found: Option<Content>,
) -> Result<Content, StoreError> {
    if let NewContent::Uploaded(Uploaded { upload, chunks, .. }) = new {
        expect_chunks(staged, space, *upload, *chunks)?;
    }
    if let Some(content) = found {
        if let NewContent::Uploaded(Uploaded { upload, .. }) = new {
            loosen(staged, tenant_record, space, *upload)?;
        }
        return Ok(Content { references: content.references.saturating_add(1), ..content });
    }
    match new {
        NewContent::Uploaded(Uploaded { upload, chunks, size, .. }) => {
            staged.write(tenant_record, space.loose(*upload), None)?;
            Ok(Content { blob: *upload, size: *size, chunks: *chunks, references: 1 })
        }
        NewContent::Whole(bytes) => {
            let blob = free(staged, space)?;
            let pieces: Vec<&[u8]> = if bytes.is_empty() { vec![&[]] } else { bytes.chunks(CHUNK_BYTES).collect() };
            let mut chunks = 0;
            for piece in pieces {
                put_chunk(staged, tenant_record, space.chunk(blob, chunks), piece)?;
                chunks += 1;
            }
            Ok(Content { blob, size: bytes.len() as u64, chunks, references: 1 })
        }
    }
}

/// Removes a part of a blob whose note has expired. Whether that is done: what is damaged of it stays, with its note.
pub fn remove_loose(
    staged: &mut Staged<'_>,
    tenant_record: &mut TenantRecord,
    space: &Space,
    blob: u64,
    room: &mut Room,
) -> Result<bool, StoreError> {
    let mut remove = |staged: &mut Staged<'_>, key: Vec<u8>| staged.write(tenant_record, key, None);
    let left = clear(staged, space.chunks(blob), (&mut room.chunks, 1), &mut remove)?;
    if left == Left::Nothing {
        staged.write(tenant_record, space.loose(blob), None)?;
    } else {
        hide(staged, tenant_record, space.loose(blob))?;
    }
    Ok(left != Left::More)
}
