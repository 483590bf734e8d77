//! Finds, opens and holds a store.

use std::hash::BuildHasher;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::Instant;

use crate::backend::{Backend, Progress};
use crate::backup::Backup;
use crate::embedded::Embedded;
use crate::error::StoreError;
use crate::open::{Attempt, attempt};
use crate::processes;
use crate::rebuild::{self, Rebuilt};
use crate::settings::Settings;

/// A store that is opened when it is first used, and then held: until the last clone is dropped.
///
/// ```
/// use llmspell_state::{Place, Settings, Store};
/// use serde_json::json;
///
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// let store = Store::new(Settings::new(Place::Memory));
/// let acme = store.tenant("acme");
/// acme.save("global", "visits", &json!(1)).await?;
/// assert_eq!(acme.load("global", "visits").await?, Some(json!(1)));
/// assert_eq!(store.tenant("other").load("global", "visits").await?, None);
/// # Ok::<(), llmspell_state::StoreError>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Store(Arc<Shared>);

struct Shared {
    settings: Settings,
    /// Tells this store from others that were opened at the same place.
    instance: u64,
    open: OnceCell<Embedded>,
}

/// How often it is tried anew.
const AGAIN: Duration = Duration::from_millis(50);

impl Store {
    /// Opens nothing yet.
    pub fn new(settings: Settings) -> Store {
        // Keyed at random, so that no two processes draw the same.
        let instance = std::collections::hash_map::RandomState::new().hash_one(std::process::id());
        Store(Arc::new(Shared { settings, instance, open: OnceCell::new() }))
    }

    /// What the holder of a lease is called in messages: the process and its work. No two stores that were opened have the
    /// same.
    pub fn holder(&self) -> String {
        processes::holder(&self.0.settings.owner, self.0.instance)
    }

    /// The settings that it was made with.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The store, if it is open.
    pub fn opened(&self) -> Option<&dyn Backend> {
        self.0.open.get().map(|open| open as &dyn Backend)
    }

    /// Opens it. Waits for another process that has it; `waiting` is called once with a line that names the process.
    pub async fn open(&self, waiting: impl FnOnce(&str)) -> Result<&dyn Backend, StoreError> {
        let opened = self.0.open.get_or_try_init(|| async { self.wait(waiting).await }).await?;
        Ok(opened)
    }

    async fn wait(&self, waiting: impl FnOnce(&str)) -> Result<Embedded, StoreError> {
        let instance = self.0.instance;
        self.until(waiting, move |own| match attempt(own, instance, false)? {
            Attempt::Open(open) => Ok(Ok(open)),
            Attempt::Busy(owner) => Ok(Err(owner)),
        })
        .await
    }

    /// Repeats `attempt` until no other process has the store; its inner error describes the process that has it.
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
        let instance = self.0.instance;
        let open = self
            .until(tell, move |own| match attempt(own, instance, true)? {
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
