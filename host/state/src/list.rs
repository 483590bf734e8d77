//! The keys of a scope, page by page.

use std::ops::ControlFlow;

use crate::engine::{Read, Want};
use crate::error::StoreError;
use crate::keys::{self, Space};
use crate::record;

/// Which page is wanted.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// Only keys that begin so.
    pub prefix: String,
    /// Only keys behind this one, as the page before said in `next`.
    pub after: Option<String>,
    /// At most so many, and never more than [`MOST_ENTRIES`]; 0 stands for that.
    pub limit: usize,
    /// With the values: a page then also ends at 512 KiB, unless its first value is larger.
    pub values: bool,
}

/// A key of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The key.
    pub key: String,
    /// JSON text, where values were asked for.
    pub value: Option<String>,
    /// The version of its last change.
    pub version: u64,
    /// Milliseconds since 1970.
    pub expires_at: Option<u64>,
}

/// One page of a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// In the order of their bytes. There may be none, and others on the next page: where many have expired.
    pub entries: Vec<Listed>,
    /// Where the next page begins; `None` for the last one.
    pub next: Option<String>,
}

/// The most entries of one page.
pub const MOST_ENTRIES: usize = 1_000;

/// So many expired entries, not swept yet, are passed over at once.
const MOST_EXPIRED: usize = 1_000;

/// A page with values has less than this, unless its only value has more.
pub const PAGE_BYTES: usize = 512 << 10;

pub fn list(
    read: &dyn Read,
    (space, section): (&Space, u8),
    scope: &str,
    list: &List,
    now: u64,
) -> Result<Page, StoreError> {
    let limit = if list.limit == 0 { MOST_ENTRIES } else { list.limit.min(MOST_ENTRIES) };
    let start = space.scope(section, scope);
    let prefix = space.value_in(section, scope, &list.prefix);
    let end = keys::after(prefix.clone());
    let from = match &list.after {
        Some(after) => keys::next(space.value_in(section, scope, after)).max(prefix),
        None => prefix,
    };
    if from >= end {
        return Ok(Page::default());
    }
    let mut page = Page::default();
    let (mut bytes, mut more, mut expired) = (0, None, 0);
    let want = if list.values { Want::Whole } else { Want::Heads };
    read.scan((&from, &end), want, &mut |key, value, length| {
        let label = keys::label(key);
        let head = record::head(label, value, length)?;
        let key = key.get(start.len()..).and_then(|key| std::str::from_utf8(key).ok());
        let key = key.ok_or_else(|| record::garbled(label))?;
        if head.is_expired(now) {
            expired += 1;
            if expired == MOST_EXPIRED {
                more = Some(key.to_string());
                return Ok(ControlFlow::Break(()));
            }
            return Ok(ControlFlow::Continue(()));
        }
        bytes += key.len() + if list.values { value.len() } else { 0 };
        if page.entries.len() == limit || (bytes > PAGE_BYTES && !page.entries.is_empty()) {
            more = page.entries.last().map(|entry| entry.key.clone());
            return Ok(ControlFlow::Break(()));
        }
        let text = if list.values { Some(record::decode(label, value.to_vec())?.value) } else { None };
        page.entries.push(Listed { key: key.into(), value: text, version: head.version, expires_at: head.expiry() });
        Ok(ControlFlow::Continue(()))
    })?;
    page.next = more;
    Ok(page)
}

/// The scopes in which something is. Behind many expired entries, also those in which everything has expired.
pub fn scopes(
    read: &dyn Read,
    (space, section): (&Space, u8),
    after: Option<&str>,
    limit: usize,
    now: u64,
) -> Result<Vec<String>, StoreError> {
    let (mut from, end) = space.all(section);
    if let Some(after) = after {
        from = keys::after(space.scope(section, after));
    }
    let (mut found, mut expired) = (Vec::new(), 0);
    while found.len() < limit && from < end {
        // One step a scope: the scan stops at the first key that has not expired.
        let mut scope = None;
        read.scan((&from, &end), Want::Heads, &mut |key, value, length| {
            let label = keys::label(key);
            if expired < MOST_EXPIRED && record::head(label, value, length)?.is_expired(now) {
                expired += 1;
                return Ok(ControlFlow::Continue(()));
            }
            let name = keys::suffix(label).map(|(_, name, _)| name.to_string());
            scope = Some(name.ok_or_else(|| record::garbled(label))?);
            Ok(ControlFlow::Break(()))
        })?;
        let Some(scope) = scope else { break };
        from = keys::after(space.scope(section, &scope));
        found.push(scope);
    }
    Ok(found)
}
