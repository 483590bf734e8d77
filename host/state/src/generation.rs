//! Replaces all that a tenant has, in one step, whatever its size.
//!
//! The new data is written beside the old, as another generation of it, in commits of a moderate size. One last commit
//! names the new generation in the tenant's record. What is not in force is removed afterwards; where that was cut
//! short, a note that was made at the beginning says what is left to remove.

use crate::error::StoreError;
use crate::inner::Inner;
use crate::keys::{self, Space};
use crate::record;
use crate::staged::Staged;
use crate::tenant_record::TenantRecord;

/// One commit of the writing.
const CHUNK_ENTRIES: usize = 500;
const CHUNK_BYTES: usize = 1 << 20;

/// There is one for each process that replaces something, or did so and was killed.
const MOST_NOTES: usize = 1_000;

/// How long a generation to which nothing is added any more is left alone by other processes.
const PATIENCE_MS: u64 = 10 * 60 * 1_000;

pub struct Builder<'a> {
    inner: &'a Inner,
    tenant: String,
    generation: u64,
    /// What it will be when it is in force.
    tenant_record: TenantRecord,
    chunk: Vec<(Vec<u8>, Vec<u8>)>,
    bytes: usize,
    fresh: bool,
}

impl<'a> Builder<'a> {
    pub fn begin(inner: &'a Inner, tenant: &str) -> Result<Builder<'a>, StoreError> {
        sweep(inner, false)?;
        let name = tenant.to_string();
        let generation = inner.queue.write(move |staged| {
            let mut tenant_record = staged.tenant_record(&name)?;
            tenant_record.begun = tenant_record.begun.max(tenant_record.generation) + 1;
            staged.set_tenant_record(&name, &tenant_record);
            note(staged, &name, tenant_record.begun, Note { until: staged.now.saturating_add(PATIENCE_MS), bytes: 0 });
            Ok(tenant_record.begun)
        })?;
        let tenant_record = TenantRecord { generation, ..TenantRecord::default() };
        Ok(Builder {
            inner,
            tenant: tenant.into(),
            generation,
            tenant_record,
            chunk: Vec::new(),
            bytes: 0,
            fresh: false,
        })
    }

    /// `suffix` is the key without tenant and generation. `fresh`: under a new version.
    pub fn add(&mut self, suffix: Vec<u8>, record: Vec<u8>, fresh: bool) -> Result<(), StoreError> {
        if fresh != self.fresh {
            self.write()?;
            self.fresh = fresh;
        }
        self.bytes += suffix.len() + record.len();
        self.tenant_record.add(&Space::new(&self.tenant, self.generation).at(&suffix), record.len() as u64);
        self.tenant_record.within(&TenantRecord::default(), &self.inner.queue.quota)?;
        self.chunk.push((suffix, record));
        if self.chunk.len() >= CHUNK_ENTRIES || self.bytes >= CHUNK_BYTES {
            self.write()?;
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), StoreError> {
        let (chunk, fresh) = (std::mem::take(&mut self.chunk), self.fresh);
        self.bytes = 0;
        if chunk.is_empty() {
            return Ok(());
        }
        let (tenant, generation, bytes) = (self.tenant.clone(), self.generation, self.tenant_record.bytes);
        self.inner.queue.write(move |staged| {
            still_noted(staged, &tenant, generation)?;
            if bytes.saturating_add(others(staged, &tenant, generation)?) > staged.quota.bytes {
                let what =
                    "what another process is replacing, or left behind, takes the room: try again in ten minutes";
                return Err(StoreError::Quota(format!("the tenant's part of the store is full: {what}")));
            }
            note(staged, &tenant, generation, Note { until: staged.now.saturating_add(PATIENCE_MS), bytes });
            let space = Space::new(&tenant, generation);
            for (suffix, record) in chunk {
                let record = if fresh { record::with_version(&suffix, record, staged.version()?)? } else { record };
                staged.write(&mut TenantRecord::default(), space.at(&suffix), Some(record))?;
            }
            Ok(())
        })
    }

    /// Puts it in the place of what was there. `unchanged`: only if the tenant's last commit is still this one.
    pub fn put_in_force(mut self, unchanged: Option<u64>) -> Result<(), StoreError> {
        self.write()?;
        let (tenant, generation, new) = (self.tenant.clone(), self.generation, self.tenant_record);
        let old = self.inner.queue.write(move |staged| {
            still_noted(staged, &tenant, generation)?;
            let before = staged.tenant_record(&tenant)?;
            if unchanged.is_some_and(|version| version != before.changed) {
                let what = "the tenant's state was changed meanwhile: nothing was replaced".into();
                return Err(StoreError::Conflict { what, current: Some(before.changed) });
            }
            let tenant_record = TenantRecord { begun: before.begun, changed: staged.version()?, ..new };
            staged.set_tenant_record(&tenant, &tenant_record);
            staged.replaces = true;
            staged.delete(keys::unfinished(&tenant, generation));
            note(staged, &tenant, before.generation, Note { until: GIVEN_UP, bytes: before.bytes });
            Ok(before.generation)
        });
        match old {
            Ok(old) => remove(self.inner, &self.tenant, old),
            Err(problem) => {
                if let StoreError::Conflict { .. } = problem {
                    self.drop_it()?;
                }
                Err(problem)
            }
        }
    }

    /// Gives up: removes what was written.
    pub fn drop_it(self) -> Result<(), StoreError> {
        remove(self.inner, &self.tenant, self.generation)
    }
}

/// The time of a note whose generation is being removed, in several commits: a builder that was still working on it finds
/// this, and does not put half of it in force.
const GIVEN_UP: u64 = 0;

/// The note about a generation that is not in force.
struct Note {
    /// From then on, in milliseconds since 1970, its builder is taken to be gone.
    until: u64,
    bytes: u64,
}

impl Note {
    /// One that reaches further than any reaches was made before the clock was set back, and would stand for as long.
    fn is_over(&self, now: u64) -> bool {
        self.until <= now || self.until > now.saturating_add(2 * PATIENCE_MS)
    }
}

fn note(staged: &mut Staged<'_>, tenant: &str, generation: u64, note: Note) {
    let key = keys::unfinished(tenant, generation);
    let sealed = record::seal(&key, [note.until, note.bytes].map(u64::to_be_bytes).concat());
    staged.put(key, sealed);
}

fn read_note(key: &[u8], sealed: &[u8]) -> Result<Note, StoreError> {
    match record::unseal(key, sealed)?.as_chunks::<8>() {
        ([until, bytes], []) => Ok(Note { until: u64::from_be_bytes(*until), bytes: u64::from_be_bytes(*bytes) }),
        _ => Err(record::damaged(&keys::told_key(key))),
    }
}

/// What the tenant's generations take that are neither this one nor in force: they lie on the disk as well.
fn others(staged: &Staged<'_>, tenant: &str, generation: u64) -> Result<u64, StoreError> {
    let (from, end) = (keys::unfinished(tenant, 0), keys::next(keys::unfinished(tenant, u64::MAX)));
    let mut bytes = 0u64;
    for key in staged.keys((&from, &end), MOST_NOTES)? {
        if keys::take_unfinished(&key).is_some_and(|(_, noted)| noted != generation) {
            let noted = staged.get(&key)?.map(|sealed| read_note(&key, &sealed)).transpose()?;
            bytes = bytes.saturating_add(noted.map_or(0, |note| note.bytes));
        }
    }
    Ok(bytes)
}

fn still_noted(staged: &Staged<'_>, tenant: &str, generation: u64) -> Result<(), StoreError> {
    let key = keys::unfinished(tenant, generation);
    let noted = staged.get(&key)?.map(|sealed| read_note(&key, &sealed)).transpose()?;
    let gone = || StoreError::Conflict { what: "it took too long: another process gave it up".into(), current: None };
    noted.filter(|note| note.until != GIVEN_UP).map(drop).ok_or_else(gone)
}

/// Removes a generation that is not in force, in commits of a moderate size.
fn remove(inner: &Inner, tenant: &str, generation: u64) -> Result<(), StoreError> {
    loop {
        let name = tenant.to_string();
        let more = inner.queue.write(move |staged| {
            if staged.tenant_record(&name)?.generation == generation {
                staged.delete(keys::unfinished(&name, generation));
                return Ok(false);
            }
            let (from, end) = Space::new(&name, generation).everything();
            let found = staged.keys((&from, &end), CHUNK_ENTRIES)?;
            let more = found.len() == CHUNK_ENTRIES;
            for key in found {
                staged.write(&mut TenantRecord::default(), key, None)?;
            }
            if !more {
                staged.delete(keys::unfinished(&name, generation));
            }
            Ok(more)
        })?;
        if !more {
            return Ok(());
        }
    }
}

/// Removes unfinished generations. `all`: also those whose builders may still be working, which can't be when a store that
/// takes one process was just opened.
pub fn sweep(inner: &Inner, all: bool) -> Result<(), StoreError> {
    let now = inner.now();
    let (from, end) = keys::all_unfinished();
    let mut left = Vec::new();
    inner.reader.scan((&from, &end), crate::engine::Want::Whole, &mut |key, value, _| {
        let note = read_note(key, value)?;
        if let Some((tenant, generation)) = keys::take_unfinished(key)
            && (all || note.is_over(now))
        {
            left.push((tenant.to_string(), generation));
        }
        Ok(std::ops::ControlFlow::Continue(()))
    })?;
    for (tenant, generation) in left {
        if give_up(inner, &tenant, generation, all)? {
            remove(inner, &tenant, generation)?;
        }
    }
    Ok(())
}

/// Marks a generation as given up, if its note, read again within a commit, still says that its builder is gone. Then the
/// builder can't put it in force from here on.
fn give_up(inner: &Inner, tenant: &str, generation: u64, all: bool) -> Result<bool, StoreError> {
    let name = tenant.to_string();
    inner.queue.write(move |staged| {
        let key = keys::unfinished(&name, generation);
        let Some(found) = staged.get(&key)?.map(|sealed| read_note(&key, &sealed)).transpose()? else {
            return Ok(false);
        };
        let is_over = all || found.is_over(staged.now);
        if is_over {
            note(staged, &name, generation, Note { until: GIVEN_UP, ..found });
        }
        Ok(is_over)
    })
}

/// A tenant with nothing.
pub fn clear(inner: &Inner, tenant: &str) -> Result<(), StoreError> {
    Builder::begin(inner, tenant)?.put_in_force(None)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::embedded::Embedded;
    use super::super::{Place, Settings};
    use super::*;
    use llmspell_base::clock::Clock;

    #[test]
    fn what_is_not_in_force_yet_counts() {
        let mut settings = Settings::new(Place::Memory);
        settings.quota.bytes = 100_000;
        let embedded = Embedded::for_tests(&settings);
        // As of two processes: in one of them the second would wait for the first.
        let [mut one, mut two] = [(); 2].map(|()| Builder::begin(embedded.inner(), "t").unwrap());
        let suffix = Space::new("t", 0).value("s", "k");
        let suffix = keys::label(&suffix);
        let record = record::encode(suffix, 0, None, &"1".repeat(60_000));
        one.add(suffix.to_vec(), record.clone(), true).unwrap();
        one.write().unwrap();
        two.add(suffix.to_vec(), record, true).unwrap();
        let full = two.write();
        assert!(matches!(full, Err(StoreError::Quota(_))), "{full:?}");
        two.drop_it().unwrap();
        one.put_in_force(None).unwrap();
        assert_eq!(embedded.inner().tenant_record("t").unwrap().keys, 1);
    }

    const BEGAN: Duration = Duration::from_secs(1_700_000_000);

    fn store() -> (Clock, Embedded) {
        let clock = Clock::starting_at(BEGAN);
        let settings = Settings { clock: clock.clone(), ..Settings::new(Place::Memory) };
        (clock, Embedded::for_tests(&settings))
    }

    fn value(number: usize) -> (Vec<u8>, Vec<u8>) {
        let key = Space::new("t", 0).value("s", &number.to_string());
        let suffix = keys::label(&key);
        (suffix.to_vec(), record::encode(suffix, 0, None, "1"))
    }

    /// A slow builder, or one whose clock was set, may still be working while another process removes its generation.
    #[test]
    fn no_half_of_what_was_given_up_comes_into_force() {
        let (clock, embedded) = store();
        let inner = embedded.inner();
        let mut one = Builder::begin(inner, "t").unwrap();
        for number in 0..2 * CHUNK_ENTRIES {
            let (suffix, record) = value(number);
            one.add(suffix, record, true).unwrap();
        }
        assert!(!give_up(inner, "t", one.generation, false).unwrap());
        clock.set(BEGAN + Duration::from_millis(2 * PATIENCE_MS));
        // The other is in the middle of it.
        assert!(give_up(inner, "t", one.generation, false).unwrap());
        let (suffix, record) = value(9_999);
        one.add(suffix, record, true).unwrap();
        let late = one.put_in_force(None);
        assert!(matches!(&late, Err(StoreError::Conflict { what, .. }) if what.contains("gave it up")), "{late:?}");
        sweep(inner, false).unwrap();
        assert_eq!(inner.tenant_record("t").unwrap().keys, 0);
    }

    #[test]
    fn a_clock_that_was_set_back_leaves_nothing_behind_for_long() {
        let (clock, embedded) = store();
        let inner = embedded.inner();
        let mut dead = Builder::begin(inner, "t").unwrap();
        let (suffix, record) = value(1);
        dead.add(suffix, record, true).unwrap();
        dead.write().unwrap();
        let is_noted = || inner.reader.get(&keys::unfinished("t", dead.generation)).unwrap().is_some();
        // By a little: it may still be working.
        clock.set(BEGAN - Duration::from_millis(PATIENCE_MS / 2));
        sweep(inner, false).unwrap();
        assert!(is_noted());
        clock.set(BEGAN - Duration::from_secs(86_400));
        sweep(inner, false).unwrap();
        assert!(!is_noted());
    }
}
