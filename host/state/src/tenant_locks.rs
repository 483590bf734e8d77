//! Locks of tenants: how many long tasks of one tenant run at once, so that they take neither all threads nor all of the
//! disk.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, RwLock, RwLockWriteGuard, Semaphore, watch};

use crate::error::StoreError;

/// How many long tasks of one tenant run at once.
const AT_WORK: usize = 2;

/// The locks of all tenants that have long tasks, by the tenant's name.
#[derive(Default)]
pub struct TenantLocks(Mutex<HashMap<String, Arc<TenantLock>>>);

/// The locks of one tenant.
pub struct TenantLock {
    at_work: Arc<Semaphore>,
    /// Held while another generation is made: each is a whole copy.
    replacing: Arc<tokio::sync::Mutex<()>>,
    /// Shared by commits. A task that reads all as of one moment takes it alone where commits would never let it finish.
    pub writing: RwLock<()>,
}

/// What a long task does with what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    Read,
    Replace,
    /// With work on each entry, which may be long however little is there.
    Rewrite,
}

/// Permission for one long task, given back when it is dropped.
pub struct TaskPermit(
    #[expect(dead_code, reason = "held")] (Option<OwnedMutexGuard<()>>, OwnedSemaphorePermit, Arc<TenantLock>),
);

impl TenantLocks {
    /// The tenant's locks, for a long task.
    pub fn of(&self, tenant: &str) -> Arc<TenantLock> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, lock| Arc::strong_count(lock) > 1);
        all.entry(tenant.into()).or_insert_with(|| Arc::new(TenantLock::new())).clone()
    }

    /// The tenant's locks, for a commit: `None` where no long task holds or waits for one.
    pub fn known(&self, tenant: &str) -> Option<Arc<TenantLock>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(tenant).cloned()
    }
}

impl TenantLock {
    fn new() -> TenantLock {
        TenantLock { at_work: Arc::new(Semaphore::new(AT_WORK)), replacing: Arc::default(), writing: RwLock::new(()) }
    }

    /// Waits for permission to run.
    pub async fn take(self: Arc<TenantLock>, aim: Aim) -> Result<TaskPermit, StoreError> {
        // This one first: tasks that wait for it keep none from reading.
        let replacing = match aim {
            Aim::Replace | Aim::Rewrite => Some(self.replacing.clone().lock_owned().await),
            Aim::Read => None,
        };
        let at_work = self.at_work.clone().acquire_owned().await;
        let at_work = at_work.map_err(|error| StoreError::Internal(error.to_string()))?;
        // Held as long, or others would begin to count anew.
        Ok(TaskPermit((replacing, at_work, self)))
    }
}

/// The worker's end of a long task.
pub struct Task {
    pub lock: Arc<TenantLock>,
    /// Whether it runs on the caller's thread, which must not block.
    pub here: bool,
    gone: Arc<AtomicBool>,
    done: watch::Sender<u64>,
}

/// The caller's end of a task. When it is dropped, the task is cancelled.
pub struct Waiting {
    gone: Arc<AtomicBool>,
    pub heard: watch::Receiver<u64>,
}

impl Task {
    pub fn new(lock: Arc<TenantLock>) -> (Task, Waiting) {
        let gone = Arc::new(AtomicBool::new(false));
        let (done, heard) = watch::channel(0);
        (Task { lock, here: false, gone: gone.clone(), done }, Waiting { gone, heard })
    }

    /// Called before each entry: fails ("cancelled") when the caller no longer waits.
    pub fn go_on(&self) -> Result<(), StoreError> {
        if self.gone.load(Relaxed) { Err(StoreError::Cancelled) } else { Ok(()) }
    }

    /// Keeps the tenant's commits waiting; `None` where this thread may not wait itself.
    pub fn pause(&self) -> Option<RwLockWriteGuard<'_, ()>> {
        match self.here {
            true => self.lock.writing.try_write().ok(),
            false => Some(self.lock.writing.blocking_write()),
        }
    }

    /// Tells how many entries are done.
    pub fn tell(&self, count: u64) {
        self.done.send_replace(count);
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.gone.store(true, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::super::embedded::Embedded;
    use super::super::staged::Staged;
    use super::super::tenant_record::TenantRecord;
    use super::super::{Backend, Change, Condition, Lifetime, Place, Settings};
    use super::*;

    fn put(embedded: &Embedded, tenant: &str) -> Option<Result<(), StoreError>> {
        let (scope, key, value) = ("s".into(), "k".into(), "1".into());
        let put = Change::Put { scope, key, value, condition: Condition::Any, lifetime: Lifetime::Unlimited };
        embedded.commit(tenant, vec![put]).now_or_never().map(|done| done.map(drop))
    }

    #[test]
    fn reading_all_as_of_one_moment_holds_up_its_tenant_alone() {
        let embedded = Embedded::for_tests(&Settings::new(Place::Memory));
        let (task, _waiting) = Task::new(embedded.locks().of("t"));
        let read = std::sync::Mutex::new(Vec::new());
        let done = embedded.at_one_moment("t", &task, &|| {
            assert_eq!(put(&embedded, "other"), Some(Ok(())));
            read.lock().unwrap().push(put(&embedded, "t").is_some());
        });
        // It was written to until it had to wait.
        assert_eq!((done, read.into_inner().unwrap()), (Ok(()), vec![true, true, true, false]));
        assert_eq!(put(&embedded, "t"), Some(Ok(())));
    }

    #[test]
    fn a_task_disturbed_by_another_process_gives_up() {
        let embedded = Embedded::for_tests(&Settings::new(Place::Memory));
        let (task, _waiting) = Task::new(embedded.locks().of("t"));
        let read = std::sync::Mutex::new(0);
        let done = embedded.at_one_moment("t", &task, &|| {
            // Another process does not take these locks.
            let write = |staged: &mut Staged<'_>| {
                let version = staged.version()?;
                let tenant_record = staged.tenant_record("t")?;
                staged.set_tenant_record("t", &TenantRecord { changed: version, ..tenant_record });
                Ok(())
            };
            embedded.inner().queue.write(write).unwrap();
            *read.lock().unwrap() += 1;
        });
        assert!(matches!(done, Err(StoreError::Conflict { .. })), "{done:?}");
        assert_eq!(read.into_inner().unwrap(), 6);
    }

    #[test]
    fn of_a_tenant_one_replaces_and_two_work() {
        let locks = TenantLocks::default();
        let take = |tenant: &str, aim: Aim| locks.of(tenant).take(aim).now_or_never().map(Result::unwrap);
        let first = take("t", Aim::Replace).unwrap();
        assert!(take("t", Aim::Replace).is_none());
        let second = take("t", Aim::Read).unwrap();
        assert!(take("t", Aim::Read).is_none());
        assert!(take("other", Aim::Replace).is_some());
        drop((first, second));
        assert!(take("t", Aim::Replace).is_some());
    }
}
