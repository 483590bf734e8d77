//! The sums of tenants' budgets, kept in the store.

use llmspell_budget::{Increment, Sums, SumsError, SumsFuture};
use llmspell_state::{Change, Lifetime, Store, StoreError};

/// The tenant of the store that holds the sums. No spell runs for it: see [`crate::Runtime`].
pub const TENANT: &str = "~budgets";

/// How long a sum is kept at least after its last change, in milliseconds by the store's clock: a run's clock may be
/// another one.
const KEPT: u64 = 62 * 86_400_000;

/// Sums as values of the store.
pub struct StoreSums(pub Store);

impl Sums for StoreSums {
    fn read<'a>(&'a self, rows: Vec<(&'a str, &'a str)>) -> SumsFuture<'a, Vec<u64>> {
        Box::pin(async move {
            let store = self.0.open(|_| ()).await.map_err(failed)?;
            let mut sums = Vec::with_capacity(rows.len());
            for (scope, key) in rows {
                let entry = store.get(TENANT, scope, key).await.map_err(failed)?;
                sums.push(entry.and_then(|entry| entry.value.parse().ok()).unwrap_or(0));
            }
            Ok(sums)
        })
    }

    fn add<'a>(&'a self, changes: Vec<Increment<'a>>) -> SumsFuture<'a, Vec<u64>> {
        Box::pin(async move {
            let soonest = self.0.settings().clock.now() / 1_000_000 + KEPT;
            let change = |one: &Increment<'_>| Change::Increment {
                scope: one.scope.into(),
                key: one.key.into(),
                by: one.by.into(),
                lifetime: Lifetime::Until(one.until.max(soonest)),
            };
            let store = self.0.open(|_| ()).await.map_err(failed)?;
            let made = store.commit(TENANT, changes.iter().map(change).collect()).await.map_err(failed)?;
            let sum = |value: &Option<String>| value.as_deref().and_then(|text| text.parse().ok()).unwrap_or(u64::MAX);
            Ok(made.changed.iter().map(|changed| sum(&changed.value)).collect())
        })
    }
}

fn failed(problem: StoreError) -> SumsError {
    SumsError(problem.to_string())
}

#[cfg(test)]
mod tests;
