//! One tenant's part of a store, for the host that a spell runs in.

use serde_json::Value;

use crate::backend::Backend;
use crate::change::{Change, Condition, Lifetime};
use crate::error::StoreError;
use crate::list::List;
use crate::store::Store;

/// One tenant's part of a store. A value that a spell saves can be loaded here at once, and the other way round.
#[derive(Clone)]
pub struct Tenant {
    store: Store,
    name: String,
}

impl Store {
    /// One tenant's part of it.
    pub fn tenant(&self, name: impl Into<String>) -> Tenant {
        Tenant::new(self.clone(), name.into())
    }
}

impl Tenant {
    fn new(store: Store, name: String) -> Tenant {
        Tenant { store, name }
    }

    /// The tenant's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The store that it is a part of.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The open store and the tenant's name, for all that [`Backend`] can do.
    pub async fn backend(&self) -> Result<(&dyn Backend, &str), StoreError> {
        Ok((self.store.open(|_| ()).await?, &self.name))
    }

    /// Saves a value without a limit of time. Returns its version.
    pub async fn save(&self, scope: &str, key: &str, value: &Value) -> Result<u64, StoreError> {
        let (scope, key, value) = (scope.to_string(), key.to_string(), value.to_string());
        let put = Change::Put { scope, key, value, condition: Condition::Any, lifetime: Lifetime::Unlimited };
        self.commit(vec![put]).await
    }

    /// The value under a key; `None` where there is none or it has expired.
    pub async fn load(&self, scope: &str, key: &str) -> Result<Option<Value>, StoreError> {
        let (backend, tenant) = self.backend().await?;
        let entry = backend.get(tenant, scope, key).await?;
        let read = |text: &str| serde_json::from_str(text).map_err(|error| StoreError::Internal(error.to_string()));
        entry.map(|entry| read(&entry.value)).transpose()
    }

    /// Whether it was there.
    pub async fn delete(&self, scope: &str, key: &str) -> Result<bool, StoreError> {
        let delete = Change::Delete { scope: scope.into(), key: key.into(), condition: Condition::Any };
        Ok(self.commit(vec![delete]).await? != 0)
    }

    /// All changes or none. Gives the version that they have; 0 where nothing changed.
    pub async fn commit(&self, changes: Vec<Change>) -> Result<u64, StoreError> {
        let (backend, tenant) = self.backend().await?;
        Ok(backend.commit(tenant, changes).await?.version)
    }

    /// Every key of a scope, in the order of their bytes.
    pub async fn keys(&self, scope: &str) -> Result<Vec<String>, StoreError> {
        let (backend, tenant) = self.backend().await?;
        let mut keys = Vec::new();
        let mut list = List::default();
        loop {
            let page = backend.list(tenant, scope, list.clone()).await?;
            keys.extend(page.entries.into_iter().map(|entry| entry.key));
            match page.next {
                Some(next) => list.after = Some(next),
                None => return Ok(keys),
            }
        }
    }
}
