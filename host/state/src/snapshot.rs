//! Makes backups of a tenant as of one moment, and puts them back.

use std::io::Read;

use crate::backup::{self, Backup, Reader};
use crate::error::StoreError;
use crate::generation::Builder;
use crate::inner::Inner;
use crate::keys;
use crate::record;
use crate::tenant_locks::Task;

/// Keeps a copy of all that the tenant has, as of one moment.
pub fn take(inner: &Inner, tenant: &str, description: &str, task: &Task) -> Result<Backup, StoreError> {
    let kept = inner.vault.list(tenant)?;
    if kept.len() as u64 >= inner.queue.quota.backups {
        let most = inner.queue.quota.backups;
        return Err(StoreError::Quota(format!("{most} backups are kept already: delete some first")));
    }
    if kept.iter().map(|backup| backup.bytes).sum::<u64>() > inner.queue.quota.backup_bytes() {
        return Err(StoreError::Quota("the backups that are kept take too much room: delete some first".into()));
    }
    let now = inner.now();
    // Also where several are made at the same time, or the clock was set back.
    let taken = |id: &String| kept.iter().any(|backup| backup.id == *id) || inner.vault.file(tenant, id).is_ok();
    let name = |n: u64| if n == 0 { format!("backup-{now}") } else { format!("backup-{now}-{n}") };
    let id = (0..).map(name).find(|id| !taken(id)).unwrap_or_default();
    let description = description.into();
    let about = Backup { id, created_at: now, description, tenant: tenant.into(), keys: 0, bytes: 0 };
    inner.at_one_moment(
        tenant,
        task,
        &|read, tenant_record| {
            inner.vault.keep(&about, &mut |to| backup::pour(read, &about, tenant_record, now, to, task))
        },
        // It may be the half of a commit.
        &|| inner.vault.delete(tenant, &about.id).map(drop),
    )
}

/// Puts what a backup holds in the place of all that the tenant has. `open` is called twice: to check it, then to read it.
pub fn restore(
    inner: &Inner,
    tenant: &str,
    name: &str,
    open: &dyn Fn() -> Result<Box<dyn std::io::Read>, StoreError>,
    task: &Task,
) -> Result<Backup, StoreError> {
    let about = backup::check(&mut *open()?, name, task)?;
    let mut builder = Builder::begin(inner, tenant)?;
    match refill(&mut *open()?, name, &mut builder, task) {
        Ok(()) => builder.put_in_force(None)?,
        Err(problem) => {
            builder.drop_it()?;
            return Err(problem);
        }
    }
    Ok(about)
}

/// Puts the entries of a backup that was checked into a new generation.
fn refill(from: &mut dyn Read, name: &str, into: &mut Builder<'_>, task: &Task) -> Result<(), StoreError> {
    let mut reader = Reader::begin(from, name)?;
    let mut count = 0;
    while let Some((suffix, record)) = reader.entry()? {
        task.go_on()?;
        let section = keys::suffix(&suffix).map(|(section, ..)| section).filter(|section| keys::is_section(*section));
        let readable = match section {
            None => false,
            Some(keys::CHUNKS) => record::whole(&suffix, &record).is_ok(),
            Some(_) => record::decode(&suffix, record.clone()).is_ok(),
        };
        if !readable {
            return Err(StoreError::Invalid(format!(
                "the backup {name} holds entries that no store writes: it was changed"
            )));
        }
        // Whoever was uploading has gone on, or is gone: what came until then is never a whole.
        let record = match section {
            Some(keys::LOOSE) => record::encode(&suffix, 0, Some(record::LONG_GONE), ""),
            _ => record,
        };
        into.add(suffix, record, true)?;
        count += 1;
        if count % 256 == 0 {
            task.tell(count);
        }
    }
    task.tell(count);
    Ok(())
}
