//! Verifies everything that a store holds.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use crate::artifact;
use crate::backup;
use crate::engine::{Read, Want};
use crate::error::StoreError;
use crate::inner::Inner;
use crate::keys;
use crate::record;
use crate::tenant_locks::Task;
use crate::tenant_record::TenantRecord;
use llmspell_base::toml_span::shown;

/// The result of verifying a store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many tenants have data.
    pub tenants: u64,
    /// Values and items of streams, of all tenants.
    pub keys: u64,
    /// Their size, keys included.
    pub bytes: u64,
    /// How many backups were checked.
    pub backups: u64,
    /// One line each; empty for a store in which all is well.
    pub problems: Vec<String>,
    /// What can be done about them.
    pub advice: String,
}

/// The most problems that are listed.
const MOST_PROBLEMS: usize = 100;

pub fn tenants(read: &dyn Read, range: (&[u8], &[u8]), limit: usize) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    if limit == 0 {
        return Ok(found);
    }
    read.scan(range, Want::Whole, &mut |key, _, _| {
        found.push(keys::tenant_of_record(key).ok_or_else(|| record::garbled(key))?.to_string());
        Ok(if found.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    Ok(found)
}

/// Verifies the store, while no process can write to it.
pub fn verify(inner: &Inner, task: &Task) -> Result<Verified, StoreError> {
    inner.queue.hold(|writer| {
        let mut seen = Verified::default();
        let mut tenant_records = BTreeMap::new();
        let looked = writer.check().and_then(|wrong| {
            seen.problems = wrong;
            writer.begin()?;
            let looked = look(&*writer, &mut seen, &mut tenant_records, task);
            writer.discard();
            looked
        });
        match looked {
            Err(StoreError::Damaged { what, .. }) => seen.problems.push(what),
            other => other?,
        }
        for tenant in tenant_records.keys() {
            for kept in inner.vault.list(tenant)? {
                seen.backups += 1;
                let open = inner.vault.open(tenant, &kept.id);
                if let Err(problem) = open.and_then(|mut file| backup::check(&mut *file, &kept.id, task)) {
                    seen.problems.push(format!("a backup of tenant '{}': {problem}", shown(tenant)));
                }
            }
        }
        seen.problems.truncate(MOST_PROBLEMS);
        if !seen.problems.is_empty() {
            seen.advice = inner.advice();
        }
        Ok(seen)
    })
}

/// What is wrong, for a line of its own.
fn what(problem: StoreError) -> String {
    match problem {
        StoreError::Damaged { what, .. } => what,
        other => other.to_string(),
    }
}

fn look(
    read: &dyn Read,
    seen: &mut Verified,
    tenant_records: &mut BTreeMap<String, TenantRecord>,
    task: &Task,
) -> Result<(), StoreError> {
    let problems = &mut seen.problems;
    let mut say = |what: String| {
        if problems.len() < MOST_PROBLEMS {
            problems.push(what);
        }
    };
    let key = keys::version();
    let last = read.get(&key)?.map_or(Ok(0), |sealed| record::unseal_number(&key, &sealed));
    let last = last.unwrap_or_else(|problem| {
        say(what(problem));
        u64::MAX
    });
    let (from, end) = keys::tenant_records(None);
    read.scan((&from, &end), Want::Whole, &mut |key, value, _| {
        match (keys::tenant_of_record(key), TenantRecord::decode(key, Some(value))) {
            (Some(tenant), Ok(tenant_record)) => drop(tenant_records.insert(tenant.to_string(), tenant_record)),
            (None, _) => say(what(record::garbled(key))),
            (_, Err(problem)) => say(what(problem)),
        }
        Ok(ControlFlow::Continue(()))
    })?;
    let (from, end) = keys::leases();
    read.scan((&from, &end), Want::Whole, &mut |key, value, _| {
        record::whole(key, value).err().into_iter().for_each(|problem| say(what(problem)));
        Ok(ControlFlow::Continue(()))
    })?;
    let mut counted: BTreeMap<String, TenantRecord> = BTreeMap::new();
    let mut artifacts: BTreeMap<String, artifact::Check> = BTreeMap::new();
    let (from, end) = keys::data();
    let mut done = 0;
    read.scan((&from, &end), Want::Whole, &mut |key, value, length| {
        task.go_on()?;
        done += 1;
        if done % 256 == 0 {
            task.tell(done);
        }
        let Some((tenant, generation, suffix)) = keys::take_apart(key) else {
            say("a key is garbled".into());
            return Ok(ControlFlow::Continue(()));
        };
        if tenant_records.get(tenant).is_none_or(|tenant_record| tenant_record.generation != generation) {
            // Being built, or not removed yet.
            return Ok(ControlFlow::Continue(()));
        }
        let is_bytes = suffix.first() == Some(&keys::CHUNKS);
        let version = match is_bytes {
            true => record::whole(suffix, value).map(|head| head.version),
            false => record::decode(suffix, value.to_vec()).map(|entry| entry.version),
        };
        if version.is_ok() && keys::is_bound_up(suffix) {
            artifacts.entry(tenant.into()).or_default().see(suffix, value);
        }
        match version {
            Ok(version) if version > last => {
                say(format!("tenant '{}': {} has a version that was never given", shown(tenant), keys::told(suffix)));
            }
            Ok(_) => {}
            Err(problem) => say(format!("tenant '{}': {}", shown(tenant), what(problem))),
        }
        counted.entry(tenant.into()).or_default().add(key, length);
        Ok(ControlFlow::Continue(()))
    })?;
    for (tenant, check) in artifacts {
        check.problems().into_iter().for_each(|what| say(format!("tenant '{}': {what}", shown(&tenant))));
    }
    for (tenant, tenant_record) in &*tenant_records {
        let found = counted.remove(tenant).unwrap_or_default();
        if (found.keys, found.bytes) != (tenant_record.keys, tenant_record.bytes) {
            say(format!(
                "tenant '{}': it has {} keys and {} bytes, but {} and {} were counted",
                shown(tenant),
                tenant_record.keys,
                tenant_record.bytes,
                found.keys,
                found.bytes
            ));
        }
        seen.keys += found.keys;
        seen.bytes += found.bytes;
    }
    seen.tenants = tenant_records.len() as u64;
    task.tell(done);
    Ok(())
}
