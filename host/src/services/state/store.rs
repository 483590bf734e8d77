//! Finds, opens and holds a store.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::embedded::Embedded;
use super::open::{Attempt, attempt};
use super::place::{Disk, RealDisk};
use super::{Backend, Place, Problem, Tenant};
use crate::services::clock::Clock;

/// How much a tenant may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Values, their keys and what is kept with them.
    pub bytes: u64,
    pub keys: u64,
    pub backups: u64,
}

impl Default for Quota {
    fn default() -> Quota {
        Quota { bytes: 1 << 30, keys: 1_000_000, backups: 100 }
    }
}

impl Quota {
    /// Where it takes the memory of the process, less.
    fn of(place: &Place) -> Quota {
        match place {
            Place::Memory => Quota { bytes: 64 << 20, keys: 100_000, backups: 20 },
            Place::Sled(_) | Place::Sqlite(_) => Quota::default(),
        }
    }

    /// What all backups of a tenant may take.
    pub fn backup_bytes(&self) -> u64 {
        self.bytes.saturating_mul(4)
    }
}

/// Which store, and how it is opened.
#[derive(Clone)]
pub struct Settings {
    pub place: Place,
    /// How long to wait for another process that has it.
    pub wait: Duration,
    /// What others are told who wait for us, such as "run a.lua".
    pub owner: String,
    /// By which values expire.
    pub clock: Clock,
    pub quota: Quota,
    /// What waits for the disk; tests count it.
    pub disk: Arc<dyn Disk>,
}

impl Settings {
    pub fn new(place: Place) -> Settings {
        Settings {
            quota: Quota::of(&place),
            place,
            wait: Duration::from_secs(10),
            owner: "llmspell-wasm".into(),
            clock: Clock::system(),
            disk: Arc::new(RealDisk),
        }
    }
}

/// A store that is opened when it is first used, and then held: until the last clone is dropped.
///
/// ```
/// use llmspell_wasm::state::{Place, Settings, Store};
/// use serde_json::json;
///
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// let store = Store::new(Settings::new(Place::Memory));
/// let acme = store.tenant("acme");
/// acme.save("global", "visits", &json!(1)).await?;
/// assert_eq!(acme.load("global", "visits").await?, Some(json!(1)));
/// assert_eq!(store.tenant("other").load("global", "visits").await?, None);
/// # Ok::<(), llmspell_wasm::state::Problem>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Store(Arc<Shared>);

struct Shared {
    settings: Settings,
    open: OnceCell<Embedded>,
}

/// How often it is tried anew.
const AGAIN: Duration = Duration::from_millis(50);

impl Store {
    /// Opens nothing yet.
    pub fn new(settings: Settings) -> Store {
        Store(Arc::new(Shared { settings, open: OnceCell::new() }))
    }

    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// One tenant's part of it.
    pub fn tenant(&self, name: impl Into<String>) -> Tenant {
        Tenant::new(self.clone(), name.into())
    }

    /// The store, if it is open.
    pub fn opened(&self) -> Option<&dyn Backend> {
        self.0.open.get().map(|open| open as &dyn Backend)
    }

    /// Opens it. Waits for another process that has it; `waiting` is told once whom for, in one line.
    pub async fn open(&self, waiting: impl FnOnce(&str)) -> Result<&dyn Backend, Problem> {
        let opened = self.0.open.get_or_try_init(|| async { self.wait(waiting).await }).await?;
        Ok(opened)
    }

    async fn wait(&self, waiting: impl FnOnce(&str)) -> Result<Embedded, Problem> {
        let settings = &self.0.settings;
        let began = Instant::now();
        let mut waiting = Some(waiting);
        loop {
            let own = settings.clone();
            let attempt = tokio::task::spawn_blocking(move || attempt(&own)).await;
            let owner = match attempt.map_err(|error| Problem::Internal(error.to_string()))?? {
                Attempt::Open(open) => return Ok(open),
                Attempt::Busy(owner) => owner,
            };
            let patience = humantime::format_duration(settings.wait);
            if began.elapsed() >= settings.wait {
                return Err(Problem::Busy { store: settings.place.to_string(), owner, waited: patience.to_string() });
            }
            if let Some(waiting) = waiting.take() {
                waiting(&format!(
                    "the store {} is in use by {owner}: waiting for it, up to {patience} (--store-wait)",
                    settings.place
                ));
            }
            tokio::time::sleep(AGAIN.min(settings.wait)).await;
        }
    }
}
