//! A store to try things on.

use std::path::PathBuf;
use std::time::Duration;

use llmspell_base::clock::Clock;
use llmspell_state::{Backend, Change, Committed, Condition, Lifetime, List, Place, Settings, Store, StoreError};
use serde_json::Value;
use tempfile::TempDir;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Memory,
    Sled,
    Sqlite,
}

/// The same tests for every kind of store. Time is paused, and goes on only where a test lets it.
macro_rules! on_every_store {
    ($($test:ident),* $(,)?) => {
        mod memory { $(#[test] fn $test() { crate::harness::paused(async { super::$test(crate::harness::Harness::new(crate::harness::Kind::Memory)).await }); })* }
        mod sled { $(#[test] fn $test() { crate::harness::paused(async { super::$test(crate::harness::Harness::new(crate::harness::Kind::Sled)).await }); })* }
        mod sqlite { $(#[test] fn $test() { crate::harness::paused(async { super::$test(crate::harness::Harness::new(crate::harness::Kind::Sqlite)).await }); })* }
    };
}
pub(crate) use on_every_store;

/// The store has to be made within `test`, where its clock begins as time stands still.
pub fn paused(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap().block_on(test);
}

/// A folder, and the store in it.
pub struct Harness {
    pub folder: TempDir,
    pub kind: Kind,
    pub settings: Settings,
    store: Store,
}

/// When the clock of every test begins, in milliseconds since 1970.
pub const BEGAN: u64 = 1_700_000_000_000;

impl Harness {
    pub fn new(kind: Kind) -> Harness {
        Harness::with(kind, |_| ())
    }

    pub fn with(kind: Kind, change: impl FnOnce(&mut Settings)) -> Harness {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::new(place(kind, folder.path().join("store")));
        settings.clock = Clock::starting_at(Duration::from_millis(BEGAN));
        change(&mut settings);
        Harness { folder, kind, store: impatient(&settings), settings }
    }

    /// A process that another test is just starting holds a copy of the lock for a moment: that takes real time here, where waiting
    /// by the paused clock would change what the test sees.
    pub async fn backend(&self) -> &dyn Backend {
        for _ in 0..5_000 {
            match self.store.open(|_| ()).await {
                Err(StoreError::Busy { .. }) => std::thread::sleep(Duration::from_millis(2)),
                opened => return opened.unwrap(),
            }
        }
        panic!("the store is still in use after 10 s");
    }

    /// As if the process had ended and another began; what is in memory stays.
    pub fn reopen(&mut self) {
        if self.kind != Kind::Memory {
            self.store = impatient(&self.settings);
        }
    }

    pub async fn put(&self, tenant: &str, scope: &str, key: &str, value: &str) -> u64 {
        self.commit(tenant, vec![put(scope, key, value)]).await.unwrap().version
    }

    pub async fn commit(&self, tenant: &str, changes: Vec<Change>) -> Result<Committed, StoreError> {
        self.backend().await.commit(tenant, changes).await
    }

    pub async fn get(&self, tenant: &str, scope: &str, key: &str) -> Option<String> {
        self.backend().await.get(tenant, scope, key).await.unwrap().map(|entry| entry.value)
    }

    /// All keys of a scope, with their values.
    pub async fn all(&self, tenant: &str, scope: &str) -> Vec<(String, String)> {
        let (mut found, mut list) = (Vec::new(), List { values: true, ..List::default() });
        loop {
            let page = self.backend().await.list(tenant, scope, list.clone()).await.unwrap();
            found.extend(page.entries.into_iter().map(|entry| (entry.key, entry.value.unwrap())));
            match page.next {
                Some(next) => list.after = Some(next),
                None => return found,
            }
        }
    }

    pub async fn well(&self) {
        let verified = self.backend().await.verify(&|_| ()).await.unwrap();
        assert!(verified.problems.is_empty(), "{:#?}", verified.problems);
    }
}

/// A store that does not wait for a process which has it.
fn impatient(settings: &Settings) -> Store {
    Store::new(Settings { wait: Duration::ZERO, ..settings.clone() })
}

pub fn place(kind: Kind, path: PathBuf) -> Place {
    match kind {
        Kind::Memory => Place::Memory,
        Kind::Sled => Place::Sled(path),
        Kind::Sqlite => Place::Sqlite(path.with_extension("db")),
    }
}

pub fn put(scope: &str, key: &str, value: &str) -> Change {
    Change::Put {
        scope: scope.into(),
        key: key.into(),
        value: value.into(),
        condition: Condition::Any,
        lifetime: Lifetime::Unlimited,
    }
}

pub fn add(scope: &str, key: &str, by: i64) -> Change {
    Change::Increment { scope: scope.into(), key: key.into(), by: by.into(), lifetime: Lifetime::Kept }
}

pub fn delete(scope: &str, key: &str) -> Change {
    Change::Delete { scope: scope.into(), key: key.into(), condition: Condition::Any }
}

/// A text as JSON.
pub fn text(text: &str) -> String {
    Value::from(text).to_string()
}

/// Numbers that are the same in every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// Below `most`.
    pub fn below(&mut self, most: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % most
    }

    pub fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }
}
