//! Bounds how many requests are under way at once, for each tenant and each provider.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Requests of one tenant at once, whatever the provider.
const TENANT_REQUESTS: usize = 16;

/// The queues of all tenants that have requests under way or waiting.
#[derive(Clone)]
pub(crate) struct Tenants {
    most: usize,
    slots: Arc<Mutex<HashMap<String, Weak<Semaphore>>>>,
}

impl Default for Tenants {
    fn default() -> Tenants {
        Tenants::new(None)
    }
}

/// Permission for one request, given back when it is dropped.
pub(crate) struct RequestPermit {
    _tenant: OwnedSemaphorePermit,
    _provider: Option<OwnedSemaphorePermit>,
}

impl RequestPermit {
    pub(crate) fn new(tenant: OwnedSemaphorePermit, provider: Option<OwnedSemaphorePermit>) -> RequestPermit {
        RequestPermit { _tenant: tenant, _provider: provider }
    }
}

impl Tenants {
    /// With at most so many requests of one tenant at once; `None` is the default, 16.
    pub(crate) fn new(most: Option<usize>) -> Tenants {
        let most = most.unwrap_or(TENANT_REQUESTS).clamp(1, Semaphore::MAX_PERMITS);
        Tenants { most, slots: Arc::default() }
    }

    pub(crate) fn of(&self, tenant: &str) -> Arc<Semaphore> {
        let mut all = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slots) = all.get(tenant).and_then(Weak::upgrade) {
            return slots;
        }
        // Idle tenants are removed, so that their names don't pile up.
        all.retain(|_, slots| slots.strong_count() > 0);
        let slots = Arc::new(Semaphore::new(self.most));
        all.insert(tenant.to_owned(), Arc::downgrade(&slots));
        slots
    }
}
