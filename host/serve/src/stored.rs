//! What the server keeps in the store: values of the host's own, which no spell reaches.

use llmspell_wasm::state::{Change, Condition, Lifetime, List, Listed, Store, StoreError};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Stored spells, by name: their latest version.
pub const SPELLS: &str = "serve.spells";
/// All versions of stored spells, each spell's in a scope of its own whose name begins so.
pub const VERSIONS: &str = "serve.versions";
/// Runs, the latest first.
pub const RUNS: &str = "serve.runs";
/// Their events, as far as they were kept.
pub const EVENTS: &str = "serve.events";
/// Their records, in pieces.
pub const RECORDS: &str = "serve.records";
/// Idempotency keys, and the runs that they began.
pub const IDEMPOTENCY: &str = "serve.idempotency";

/// Sets a value.
pub fn put<T: Serialize>(
    scope: &str,
    key: &str,
    value: &T,
    condition: Condition,
    lifetime: Lifetime,
) -> Result<Change, StoreError> {
    let value = serde_json::to_string(value).map_err(|error| StoreError::Internal(error.to_string()))?;
    let (scope, key) = (scope.into(), key.into());
    Ok(Change::Internal(Box::new(Change::Put { scope, key, value, condition, lifetime })))
}

/// Deletes a value.
pub fn delete(scope: &str, key: &str, condition: Condition) -> Change {
    let (scope, key) = (scope.into(), key.into());
    Change::Internal(Box::new(Change::Delete { scope, key, condition }))
}

/// Deletes all values of a scope, 10,000 at most.
pub fn clear(scope: &str) -> Change {
    Change::Internal(Box::new(Change::Clear { scope: scope.into() }))
}

/// A value and its version.
pub async fn get<T: DeserializeOwned>(
    store: &Store,
    tenant: &str,
    scope: &str,
    key: &str,
) -> Result<Option<(T, u64)>, StoreError> {
    let entry = store.open(|_| ()).await?.get_internal(tenant, scope, key).await?;
    entry.map(|entry| Ok((read(&entry.value)?, entry.version))).transpose()
}

/// A page of values, and where the next one begins.
pub async fn page<T: DeserializeOwned>(
    store: &Store,
    tenant: &str,
    scope: &str,
    list: List,
) -> Result<(Vec<(String, T)>, Option<String>), StoreError> {
    let page = store.open(|_| ()).await?.list_internal(tenant, scope, List { values: true, ..list }).await?;
    let value = |Listed { key, value, .. }: Listed| Ok((key, read(&value.unwrap_or_default())?));
    Ok((page.entries.into_iter().map(value).collect::<Result<_, StoreError>>()?, page.next))
}

/// Every value whose key begins so.
pub async fn all<T: DeserializeOwned>(
    store: &Store,
    tenant: &str,
    scope: &str,
    prefix: &str,
) -> Result<Vec<(String, T)>, StoreError> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let list = List { prefix: prefix.into(), after, ..List::default() };
        let (values, next) = page(store, tenant, scope, list).await?;
        found.extend(values);
        match next {
            Some(next) => after = Some(next),
            None => return Ok(found),
        }
    }
}

/// Makes all changes or none.
pub async fn commit(store: &Store, tenant: &str, changes: Vec<Change>) -> Result<(), StoreError> {
    store.open(|_| ()).await?.commit(tenant, changes).await.map(drop)
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Internal(format!("a value of the server's own: {error}")))
}
