//! Admission: bounds how many spells run at once, in all and for one tenant, and their memory together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// The places for runs. A run that finds none waits; those that wait are served in the order in which they came.
pub struct Admission {
    places: Arc<Semaphore>,
    /// In units of [`PAGE`].
    memory: Arc<Semaphore>,
    pages: u32,
    tenant_runs: usize,
    tenants: Mutex<HashMap<String, Weak<Semaphore>>>,
}

/// Room for one run, until it is dropped.
pub struct RunPermit {
    _tenant: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
    _memory: OwnedSemaphorePermit,
}

/// As wasm counts memory.
const PAGE: u64 = 64 << 10;

impl Admission {
    /// `memory`: bytes of all guests together.
    pub fn new(instances: u32, tenant_runs: u32, memory: u64) -> Admission {
        let pages = u32::try_from(memory / PAGE).unwrap_or(u32::MAX).max(1);
        Admission {
            places: Arc::new(Semaphore::new(instances as usize)),
            memory: Arc::new(Semaphore::new(pages as usize)),
            pages,
            tenant_runs: tenant_runs as usize,
            tenants: Mutex::default(),
        }
    }

    /// A tenant's own limit comes first, so that its queue is its own. A run that may have more memory than there is for
    /// all has to have it alone.
    pub async fn admit(&self, tenant: &str, memory: u64) -> Result<RunPermit, AcquireError> {
        let tenant = self.tenant(tenant).acquire_owned().await?;
        let place = self.places.clone().acquire_owned().await?;
        let pages = u32::try_from(memory.div_ceil(PAGE)).unwrap_or(u32::MAX).min(self.pages);
        let memory = self.memory.clone().acquire_many_owned(pages).await?;
        Ok(RunPermit { _tenant: tenant, _place: place, _memory: memory })
    }

    fn tenant(&self, name: &str) -> Arc<Semaphore> {
        // Whole entries only, so a panic elsewhere leaves nothing half-done.
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = tenants.get(name).and_then(Weak::upgrade) {
            return known;
        }
        if tenants.len() >= 64 && tenants.len().is_power_of_two() {
            tenants.retain(|_, tenant| tenant.strong_count() > 0);
        }
        let new = Arc::new(Semaphore::new(self.tenant_runs));
        tenants.insert(name.into(), Arc::downgrade(&new));
        new
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn enters(admission: &Admission, tenant: &str, memory: u64) -> Option<RunPermit> {
        admission.admit(tenant, memory).now_or_never().map(Result::unwrap)
    }

    #[test]
    fn a_tenant_at_its_limit_keeps_no_other_tenant_out() {
        let admission = Admission::new(3, 2, 1 << 30);
        let _first = enters(&admission, "a", 1).unwrap();
        let second = enters(&admission, "a", 1).unwrap();
        assert!(enters(&admission, "a", 1).is_none());
        let other = enters(&admission, "b", 1).unwrap();
        assert!(enters(&admission, "b", 1).is_none(), "all places are taken");
        drop((second, other));
        assert!(enters(&admission, "a", 1).is_some());
    }

    #[test]
    fn guests_together_have_so_much_memory_and_no_more() {
        let admission = Admission::new(10, 10, 100 << 20);
        let _first = enters(&admission, "a", 64 << 20).unwrap();
        assert!(enters(&admission, "b", 64 << 20).is_none());
        let small = enters(&admission, "b", 36 << 20).unwrap();
        drop((_first, small));
        assert!(enters(&admission, "c", 1 << 40).is_some(), "more than there is: alone");
    }

    #[test]
    fn tenants_that_are_gone_are_forgotten() {
        let admission = Admission::new(1, 1, 1 << 20);
        (0..1_000).for_each(|number| drop(enters(&admission, &number.to_string(), 1)));
        assert!(admission.tenants.lock().unwrap().len() <= 512);
    }
}
