//! How many requests may be under way at once: of a tenant, and at a provider.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connect::Target;
use super::{ModelError, ModelName, Models};

/// Requests of one tenant at once, whatever the provider.
const TENANT_REQUESTS: usize = 16;

/// Those who have requests under way or waiting.
#[derive(Clone)]
pub(super) struct Tenants {
    most: usize,
    slots: Arc<Mutex<HashMap<String, Weak<Semaphore>>>>,
}

impl Default for Tenants {
    fn default() -> Tenants {
        Tenants { most: TENANT_REQUESTS, slots: Arc::default() }
    }
}

/// Given back when it is dropped.
pub(super) struct Place {
    _tenant: OwnedSemaphorePermit,
    _provider: Option<OwnedSemaphorePermit>,
}

impl Tenants {
    fn of(&self, tenant: &str) -> Arc<Semaphore> {
        let mut all = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slots) = all.get(tenant).and_then(Weak::upgrade) {
            return slots;
        }
        // Whoever waits for nothing is forgotten, so that names of tenants don't pile up.
        all.retain(|_, slots| slots.strong_count() > 0);
        let slots = Arc::new(Semaphore::new(self.most));
        all.insert(tenant.to_owned(), Arc::downgrade(&slots));
        slots
    }
}

impl Models {
    /// With so many requests of one tenant at once, whatever the provider; `None` is the default.
    pub fn with_tenant_requests(mut self, most: Option<usize>) -> Models {
        let most = most.unwrap_or(TENANT_REQUESTS).clamp(1, Semaphore::MAX_PERMITS);
        self.tenants = Tenants { most, ..Tenants::default() };
        self
    }

    /// Waits for a place, first among the tenant's requests: one tenant's crowd does not stand in the provider's queue.
    /// Dropping the future leaves the queue.
    pub(super) async fn place(&self, name: &ModelName, tenant: &str) -> Result<Place, ModelError> {
        let closed = |_| ModelError::failed(name, "its queue is closed".into());
        let _tenant = self.tenants.of(tenant).acquire_owned().await.map_err(closed)?;
        let _provider = match self.target(name)? {
            Target::Provider(connection) => Some(connection.slots().acquire_owned().await.map_err(closed)?),
            Target::Double(_) => None,
        };
        Ok(Place { _tenant, _provider })
    }
}
