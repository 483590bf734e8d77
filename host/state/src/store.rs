//! Finds, opens and holds a store.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::embedded::Embedded;
use super::open::{Attempt, attempt};
use super::place::{Disk, RealDisk};
use super::{Backend, Backup, Place, Progress, Rebuilt, StoreError, Tenant, rebuild};
use llmspell_base::clock::Clock;

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
    /// The default. Where it takes the memory of the process, less.
    pub fn of(place: &Place) -> Quota {
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
    /// Opens also a store that is known to have lost something, to read from it what can be read.
    pub salvage: bool,
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
            salvage: false,
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
/// # Ok::<(), llmspell_wasm::state::StoreError>(()) })?;
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
    pub async fn open(&self, waiting: impl FnOnce(&str)) -> Result<&dyn Backend, StoreError> {
        let opened = self.0.open.get_or_try_init(|| async { self.wait(waiting).await }).await?;
        Ok(opened)
    }

    async fn wait(&self, waiting: impl FnOnce(&str)) -> Result<Embedded, StoreError> {
        self.until(waiting, |own| match attempt(own, false)? {
            Attempt::Open(open) => Ok(Ok(open)),
            Attempt::Busy(owner) => Ok(Err(owner)),
        })
        .await
    }

    /// Tries until nobody else has the store. What is tried tells who has it.
    async fn until<T: Send + 'static>(
        &self,
        waiting: impl FnOnce(&str),
        attempt: impl Fn(&Settings) -> Result<Result<T, String>, StoreError> + Clone + Send + 'static,
    ) -> Result<T, StoreError> {
        let settings = &self.0.settings;
        let began = Instant::now();
        let mut waiting = Some(waiting);
        loop {
            let (own, attempt) = (settings.clone(), attempt.clone());
            let attempt = tokio::task::spawn_blocking(move || attempt(&own)).await;
            let owner = match attempt.map_err(|error| StoreError::Internal(error.to_string()))?? {
                Ok(done) => return Ok(done),
                Err(owner) => owner,
            };
            let patience = humantime::format_duration(settings.wait);
            if began.elapsed() >= settings.wait {
                return Err(StoreError::Busy {
                    store: settings.place.to_string(),
                    owner,
                    waited: patience.to_string(),
                });
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

    /// Sets a damaged store aside and puts the newest good backup of each tenant in its place. This store must not be
    /// open. Refuses one that is not damaged.
    pub async fn rebuild(&self, waiting: impl FnOnce(&str), progress: Progress<'_>) -> Result<Rebuilt, StoreError> {
        let mut waiting = Some(waiting);
        let mut tell = |line: &str| {
            if let Some(waiting) = waiting.take() {
                waiting(line);
            }
        };
        match self.wait(&mut tell).await {
            Err(StoreError::Damaged { .. }) => {}
            Err(other) => return Err(other),
            Ok(open) => match open.verify(&|_| ()).await {
                Ok(verified) if verified.problems.is_empty() => {
                    let what = "the store is not damaged: `state restore BACKUP` puts one tenant's backup back".into();
                    return Err(StoreError::Invalid(what));
                }
                Ok(_) | Err(StoreError::Damaged { .. }) => {}
                Err(other) => return Err(other),
            },
        }
        let settings = &self.0.settings;
        let tenants = rebuild::vault(settings)?.map(|vault| vault.tenants()).transpose()?.unwrap_or_default();
        if tenants.is_empty() {
            let what = format!(
                "the store {0} is damaged and has no backups: nothing was changed; `llmspell-wasm state export FILE \
                 --skip-damaged --store {0}` writes what can still be read of it",
                settings.place
            );
            return Err(StoreError::NotFound(what));
        }
        let aside = self.until(&mut tell, rebuild::set_aside).await?;
        let open = self
            .until(tell, |own| match attempt(own, true)? {
                Attempt::Open(open) => Ok(Ok(open)),
                Attempt::Busy(owner) => Ok(Err(owner)),
            })
            .await?;
        let mut rebuilt = Rebuilt { aside, tenants: Vec::new() };
        for tenant in tenants {
            let done = newest(&open, &tenant, progress).await?;
            rebuilt.tenants.push((tenant, done));
        }
        rebuild::end(settings)?;
        Ok(rebuilt)
    }
}

/// Restores the newest backup that is whole; the reason of the newest where none is.
async fn newest(open: &Embedded, tenant: &str, progress: Progress<'_>) -> Result<Result<Backup, String>, StoreError> {
    let mut why = None;
    for backup in open.backups(tenant).await? {
        match open.restore(tenant, &backup.id, progress).await {
            Ok(done) => return Ok(Ok(done)),
            Err(StoreError::Invalid(what)) => drop(why.get_or_insert(what)),
            Err(other) => return Err(other),
        }
    }
    Ok(Err(why.unwrap_or_else(|| "no backup can be read".into())))
}
