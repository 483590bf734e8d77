//! Export of all that a tenant has as lines of JSON, for other programs and other stores; and import, all or nothing.

use std::collections::HashSet;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::engine::{Read, Want};
use crate::error::StoreError;
use crate::generation::Builder;
use crate::inner::Inner;
use crate::keys::{self, Space};
use crate::record;
use crate::tenant_locks::Task;
use crate::tenant_record::TenantRecord;

mod file;
mod line;
mod salvage;
mod sheet;

use file::Lines;
pub use salvage::salvage;
use sheet::Sheet;

/// What an import does with data that the tenant already has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Nothing is imported where a key is there already.
    Refuse,
    /// Such a key is left as it is.
    Keep,
    /// Such a key gets the imported value. A stream is replaced as a whole.
    Overwrite,
    /// Everything that the tenant has goes, whether it is in the file or not.
    Replace,
}

/// The result of an import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// Entries of the file that are in the store now.
    pub imported: u64,
    /// Entries of the file that were left out, as the tenant had them.
    pub kept: u64,
    /// Entries that the tenant had and that are gone or overwritten.
    pub replaced: u64,
}

/// How often an import begins anew where the tenant goes on writing.
const ATTEMPTS: u32 = 5;

/// What an export does with damaged entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// The export fails.
    Refuse,
    /// They are left out and listed in [`Exported::missing`].
    LeaveOut,
}

/// The result of an export.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    /// How many lines with entries were written.
    pub entries: u64,
    /// What could not be read, one line each.
    pub missing: Vec<String>,
    /// Entries of sessions, artifacts and memory, which are no part of an export.
    pub apart: u64,
}

/// Writes `path` anew, synced.
pub fn export(
    read: &dyn Read,
    (tenant, generation, now): (&str, u64, u64),
    path: &Path,
    task: &Task,
) -> Result<Exported, StoreError> {
    let mut sheet = Sheet::begin(path, tenant, now, task)?;
    let (from, end) = Space::new(tenant, generation).everything();
    let mut apart = 0;
    read.scan((&from, &end), Want::Whole, &mut |key, value, _| {
        task.go_on()?;
        let label = keys::label(key);
        // Artifacts and sessions have commands of their own. What has expired is not kept.
        if keys::is_bound_up(label) {
            apart += 1;
        } else if !record::whole(label, value)?.is_expired(now) {
            sheet.entry(&line::write(label, value.to_vec())?)?;
        }
        Ok(std::ops::ControlFlow::Continue(()))
    })?;
    Ok(Exported { entries: sheet.end()?, missing: Vec::new(), apart })
}

/// What is in a file, without what it says: 16 bytes an entry.
struct Content {
    /// Values, streams and schemas; a stream counts as one, whatever it holds.
    units: HashSet<[u8; 16]>,
    fingerprint: String,
}

/// A value or a schema is its own unit, all of a stream is one.
fn unit(suffix: &[u8]) -> [u8; 16] {
    match keys::suffix(suffix) {
        Some((keys::ITEMS | keys::HEADS, name, _)) => short(&[&[keys::HEADS], name.as_bytes()].concat()),
        _ => short(suffix),
    }
}

fn short(bytes: &[u8]) -> [u8; 16] {
    Sha256::digest(bytes).first_chunk().copied().unwrap_or_default()
}

/// Reads a file from its head to its end: nothing is begun with one that is wrong somewhere.
fn check(path: &Path, most: u64, task: &Task) -> Result<Content, StoreError> {
    let mut lines = Lines::open(path)?;
    let (mut seen, mut units) = (HashSet::new(), HashSet::new());
    while let Some((suffix, _)) = lines.entry()? {
        task.go_on()?;
        if !seen.insert(short(&suffix)) {
            return Err(lines.wrong("the same entry stands further above"));
        }
        if seen.len() as u64 > most {
            let what =
                format!("a tenant may have {most} keys (state.tenant_keys in the configuration), and more follow");
            return Err(lines.wrong(&what));
        }
        units.insert(unit(&suffix));
    }
    Ok(Content { units, fingerprint: lines.fingerprint() })
}

/// Puts what a file holds into what the tenant has.
pub fn import(
    inner: &Inner,
    tenant: &str,
    path: &Path,
    existing: Existing,
    task: &Task,
) -> Result<Imported, StoreError> {
    keys::check(tenant, "", "")?;
    let content = check(path, inner.queue.quota.keys, task)?;
    let mut attempt = 0;
    loop {
        attempt += 1;
        let tenant_record = inner.tenant_record(tenant)?;
        let mut builder = Builder::begin(inner, tenant)?;
        match fill(inner, (tenant, &tenant_record), path, existing, &content, &mut builder, task) {
            Err(problem) => {
                builder.drop_it()?;
                return Err(problem);
            }
            Ok(done) => match builder.put_in_force(Some(tenant_record.changed)) {
                Err(StoreError::Conflict { current: Some(_), .. }) if attempt < ATTEMPTS => {}
                other => return other.map(|()| done),
            },
        }
    }
}

fn fill(
    inner: &Inner,
    (tenant, tenant_record): (&str, &TenantRecord),
    path: &Path,
    existing: Existing,
    content: &Content,
    builder: &mut Builder<'_>,
    task: &Task,
) -> Result<Imported, StoreError> {
    let mut done = Imported::default();
    let mut kept = HashSet::new();
    let (space, now) = (Space::new(tenant, tenant_record.generation), inner.now());
    let (from, end) = space.everything();
    inner.reader.scan((&from, &end), Want::Whole, &mut |key, value, _| {
        task.go_on()?;
        let suffix = keys::label(key);
        if keys::is_bound_up(suffix) {
            // No part of a file: they stay as they are.
            builder.add(suffix.to_vec(), value.to_vec(), false)?;
            return Ok(std::ops::ControlFlow::Continue(()));
        }
        let named = unit(suffix);
        let both = content.units.contains(&named);
        if record::whole(suffix, value)?.is_expired(now) {
            return Ok(std::ops::ControlFlow::Continue(()));
        }
        match existing {
            Existing::Refuse if both => return Err(StoreError::Conflict { what: taken(suffix), current: None }),
            Existing::Overwrite if both => done.replaced += 1,
            Existing::Replace => done.replaced += 1,
            _ => {
                if both {
                    kept.insert(named);
                }
                builder.add(suffix.to_vec(), value.to_vec(), false)?;
            }
        }
        Ok(std::ops::ControlFlow::Continue(()))
    })?;
    let mut lines = Lines::open(path)?;
    while let Some((suffix, record)) = lines.entry()? {
        task.go_on()?;
        if kept.contains(&unit(&suffix)) {
            done.kept += 1;
            continue;
        }
        builder.add(suffix, record, true)?;
        done.imported += 1;
        if done.imported % 256 == 0 {
            task.tell(done.imported);
        }
    }
    if lines.fingerprint() != content.fingerprint {
        return Err(lines.wrong("the file was changed while it was read"));
    }
    task.tell(done.imported);
    Ok(done)
}

fn taken(suffix: &[u8]) -> String {
    use llmspell_base::toml_span::shown;
    let what = match keys::suffix(suffix) {
        Some((keys::VALUES, scope, key)) => {
            format!("the key '{}' of scope '{}'", shown(&String::from_utf8_lossy(key)), shown(scope))
        }
        Some((keys::INTERNAL, scope, _)) => format!("what the host keeps in '{}'", shown(scope)),
        Some((keys::SCHEMAS, scope, _)) => format!("a recorded version of scope '{}'", shown(scope)),
        Some((_, stream, _)) => format!("the stream '{}'", shown(stream)),
        None => "an entry".into(),
    };
    format!(
        "{what} is there already; nothing was imported (--existing keep, overwrite or replace says what to do then)"
    )
}
