//! Streams: lists that grow at one end and are trimmed at the other.

use std::ops::ControlFlow;

use crate::engine::{Read, Want};
use crate::error::StoreError;
use crate::keys::{self, Space};
use crate::record;
use crate::staged::Staged;

/// An item of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// From 1, without a gap, but for what was trimmed.
    pub number: u64,
    /// Milliseconds since 1970, by the store's clock.
    pub at: u64,
    /// JSON text.
    pub body: String,
}

const MOST_TRIMMED: usize = 1_000;
const MOST_READ: usize = 1_000;

/// The number of the last item so far.
fn head(staged: &Staged<'_>, space: &Space, stream: &str) -> Result<u64, StoreError> {
    let key = space.head(stream);
    let label = keys::label(&key);
    let record = staged.get(&key)?.map(|record| record::decode(label, record)).transpose()?;
    record.map_or(Ok(0), |entry| entry.value.parse().map_err(|_| record::garbled(label)))
}

/// The same as it can be read.
pub fn last(read: &dyn Read, space: &Space, stream: &str) -> Result<u64, StoreError> {
    let key = space.head(stream);
    let label = keys::label(&key);
    let record = read.get(&key)?.map(|record| record::decode(label, record)).transpose()?;
    record.map_or(Ok(0), |entry| entry.value.parse().map_err(|_| record::garbled(label)))
}

pub fn append(
    staged: &mut Staged<'_>,
    tenant: &str,
    stream: &str,
    body: &str,
    expected: Option<u64>,
) -> Result<u64, StoreError> {
    let before = staged.tenant_record(tenant)?;
    let space = Space::new(tenant, before.generation);
    let last = head(staged, &space, stream)?;
    if let Some(expected) = expected
        && expected != last
    {
        let what = format!("the stream's last item has number {last}, not {expected}: another writer added to it");
        return Err(StoreError::Conflict { what, current: Some(last) });
    }
    let mut tenant_record = before;
    let (number, version) = (last + 1, staged.version()?);
    // An item is "time:body".
    let text = format!("{}:{body}", staged.now);
    for (key, text) in [(space.item(stream, number), text), (space.head(stream), number.to_string())] {
        let record = record::encode(keys::label(&key), version, None, &text);
        staged.write(&mut tenant_record, key, Some(record))?;
    }
    tenant_record.within(&before, staged.quota)?;
    tenant_record.changed = version;
    staged.set_tenant_record(tenant, &tenant_record);
    Ok(number)
}

pub fn read(read: &dyn Read, space: &Space, stream: &str, from: u64, limit: usize) -> Result<Vec<Item>, StoreError> {
    let limit = limit.min(MOST_READ);
    let (start, end) = (space.item(stream, from), keys::after(space.stream(stream)));
    let mut items = Vec::new();
    if limit == 0 {
        return Ok(items);
    }
    read.scan((&start, &end), Want::Whole, &mut |key, value, _| {
        let label = keys::label(key);
        let garbled = || record::garbled(label);
        let number = key.last_chunk::<8>().map(|bytes| u64::from_be_bytes(*bytes)).ok_or_else(garbled)?;
        let text = record::decode(label, value.to_vec())?.value;
        let (at, body) = text.split_once(':').ok_or_else(garbled)?;
        items.push(Item { number, at: at.parse().map_err(|_| garbled())?, body: body.into() });
        Ok(if items.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    Ok(items)
}

pub fn trim(staged: &mut Staged<'_>, tenant: &str, stream: &str, below: u64) -> Result<u64, StoreError> {
    let mut tenant_record = staged.tenant_record(tenant)?;
    let space = Space::new(tenant, tenant_record.generation);
    let (start, end) = (space.item(stream, 0), space.item(stream, below));
    let found = staged.keys((&start, &end), MOST_TRIMMED)?;
    let count = found.len() as u64;
    if count == 0 {
        return Ok(0);
    }
    for key in found {
        staged.write(&mut tenant_record, key, None)?;
    }
    tenant_record.changed = staged.version()?;
    staged.set_tenant_record(tenant, &tenant_record);
    Ok(count)
}

/// The names of the streams that have had an item, after this one.
pub fn names(read: &dyn Read, space: &Space, after: Option<&str>, limit: usize) -> Result<Vec<String>, StoreError> {
    let (mut from, end) = space.all(keys::HEADS);
    if let Some(after) = after {
        from = keys::next(space.head(after));
    }
    let mut names = Vec::new();
    if limit == 0 {
        return Ok(names);
    }
    read.scan((&from, &end), Want::Heads, &mut |key, _, _| {
        let label = keys::label(key);
        let (_, name, _) = keys::suffix(label).ok_or_else(|| record::garbled(label))?;
        names.push(name.to_owned());
        Ok(if names.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    Ok(names)
}

/// Removes a stream without items: whether there was one. Its numbers begin anew.
pub fn forget(staged: &mut Staged<'_>, tenant: &str, stream: &str) -> Result<bool, StoreError> {
    let mut tenant_record = staged.tenant_record(tenant)?;
    let space = Space::new(tenant, tenant_record.generation);
    let (start, end) = (space.item(stream, 0), keys::after(space.stream(stream)));
    if !staged.keys((&start, &end), 1)?.is_empty() {
        let what = format!("the stream '{}' has items: trim it first", llmspell_base::toml_span::shown(stream));
        return Err(StoreError::Conflict { what, current: Some(head(staged, &space, stream)?) });
    }
    let key = space.head(stream);
    if staged.head(&key)?.is_none() {
        return Ok(false);
    }
    staged.write(&mut tenant_record, key, None)?;
    tenant_record.changed = staged.version()?;
    staged.set_tenant_record(tenant, &tenant_record);
    Ok(true)
}
