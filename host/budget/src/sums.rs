//! The storage of accounts' sums.

use std::future::Future;
use std::pin::Pin;

/// The future of a call of [`Sums`].
pub type SumsFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, SumsError>> + Send + 'a>>;

/// Keeps sums by scope and key, for all runs and processes that share a store.
///
/// A sum that was never added to is 0. An acknowledged change outlives a crash wherever the store behind it promises so.
pub trait Sums: Send + Sync {
    /// The sums of these scopes and keys, in their order.
    fn read<'a>(&'a self, rows: Vec<(&'a str, &'a str)>) -> SumsFuture<'a, Vec<u64>>;

    /// Adds to all of them in one step, or to none; answers what each is then.
    fn add<'a>(&'a self, changes: Vec<Increment<'a>>) -> SumsFuture<'a, Vec<u64>>;
}

/// One change of a sum.
#[derive(Debug, Clone, Copy)]
pub struct Increment<'a> {
    /// "all", or "tenant:" and the tenant's name.
    pub scope: &'a str,
    /// What is counted and when, such as "tokens:2026-11-21" or "cost:2026-11".
    pub key: &'a str,
    /// Negative to take off.
    pub by: i64,
    /// When the sum may be forgotten, in milliseconds since 1970; at least 62 days after its last change by the clock of
    /// the store, so that no wrong clock ends it early.
    pub until: u64,
}

/// Why sums can't be kept: one line.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct SumsError(pub String);
