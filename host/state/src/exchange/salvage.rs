//! Exports what can still be read of a damaged store.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use super::Exported;
use super::line;
use super::sheet::Sheet;
use crate::engine::{Read, Want};
use crate::error::StoreError;
use crate::keys::{self, Space};
use crate::record;
use crate::tenant_locks::Task;
use crate::tenant_record::TenantRecord;
use llmspell_base::toml_span::shown;

/// Exports every entry that is not damaged. `missing` lists only what left a trace.
pub fn salvage(read: &dyn Read, (tenant, now): (&str, u64), path: &Path, task: &Task) -> Result<Exported, StoreError> {
    let (mut missing, mut apart) = (Vec::new(), 0);
    let generation = in_force(read, tenant, &mut missing)?;
    let mut sheet = Sheet::begin(path, tenant, now, task)?;
    // Of each stream: its highest item, and whether its head was there.
    let mut streams: BTreeMap<String, (u64, bool)> = BTreeMap::new();
    let (mut from, end) = Space::new(tenant, generation).everything();
    loop {
        let mut last = None;
        let scanned = read.scan((&from, &end), Want::Whole, &mut |key, value, _| {
            last = Some(key.to_vec());
            let label = keys::label(key);
            if keys::is_bound_up(label) {
                apart += 1;
                return Ok(ControlFlow::Continue(()));
            }
            let written = match record::whole(label, value) {
                Ok(head) if head.is_expired(now) => return Ok(ControlFlow::Continue(())),
                Ok(_) => line::write(label, value.to_vec()),
                Err(problem) => Err(problem),
            };
            match damage(written, &mut missing)? {
                None => {}
                Some(line) => {
                    sheet.entry(&line)?;
                    follow(label, &mut streams);
                }
            }
            Ok(ControlFlow::Continue(()))
        });
        let Err(problem) = scanned else { break };
        let StoreError::Damaged { what, .. } = problem else { return Err(problem) };
        // Which entry it was, and on behind it.
        let begin = last.map_or(from, keys::next);
        let mut bad = None;
        let found = read.scan((&begin, &end), Want::Heads, &mut |key, _, _| {
            bad = Some(key.to_vec());
            Ok(ControlFlow::Break(()))
        });
        match (found, bad) {
            (Ok(()), Some(key)) => {
                missing.push(format!("{}: {what}", keys::told(keys::label(&key))));
                from = keys::next(key);
            }
            _ => {
                missing.push(format!("all that lies behind the {} entries before: {what}", sheet.entries()));
                break;
            }
        }
    }
    for (stream, (highest, _)) in streams.iter().filter(|(_, (_, has_head))| !has_head) {
        // Without one the items could not be imported; what stood behind the last that is there is lost.
        sheet.entry(&line::write_head(stream, *highest)?)?;
        missing.push(format!("how long the stream '{}' was: it ends with item {highest} now", shown(stream)));
    }
    if apart > 0 {
        missing.push(format!("sessions, artifacts and memory, which are no part of an export (entries: {apart})"));
    }
    Ok(Exported { entries: sheet.end()?, missing, apart })
}

fn follow(label: &[u8], streams: &mut BTreeMap<String, (u64, bool)>) {
    match keys::suffix(label) {
        Some((keys::ITEMS, stream, number)) => {
            let number = number.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
            let known = streams.entry(stream.into()).or_default();
            known.0 = known.0.max(number);
        }
        Some((keys::HEADS, stream, _)) => streams.entry(stream.into()).or_default().1 = true,
        _ => {}
    }
}

/// Keeps what is damaged in mind, and goes on.
fn damage<T>(result: Result<T, StoreError>, missing: &mut Vec<String>) -> Result<Option<T>, StoreError> {
    match result {
        Ok(done) => Ok(Some(done)),
        Err(StoreError::Damaged { what, .. }) => {
            missing.push(what);
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

/// The generation that the tenant's record names, or else the newest that is there and was not being built.
fn in_force(read: &dyn Read, tenant: &str, missing: &mut Vec<String>) -> Result<u64, StoreError> {
    let key = keys::tenant_record(tenant);
    let tenant_record = read.get(&key).and_then(|sealed| match sealed {
        None => Ok(None),
        Some(sealed) => TenantRecord::decode(&key, Some(&sealed)).map(Some),
    });
    if let Some(Some(tenant_record)) = damage(tenant_record, missing)? {
        return Ok(tenant_record.generation);
    }
    let mut newest = 0;
    let (mut from, end) = keys::generations(tenant);
    loop {
        let mut found = None;
        let scanned = read.scan((&from, &end), Want::Heads, &mut |key, _, _| {
            found = keys::take_apart(key).map(|(_, generation, _)| generation);
            Ok(ControlFlow::Break(()))
        });
        let Some(generation) = damage(scanned, missing)?.and(found) else { return Ok(newest) };
        if read.get(&keys::unfinished(tenant, generation)).is_ok_and(|note| note.is_none()) {
            newest = generation;
        }
        from = Space::new(tenant, generation).everything().1;
    }
}
