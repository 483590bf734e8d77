//! Which store is opened and how, and how much a tenant may have in it.

use std::sync::Arc;
use std::time::Duration;

use crate::disk::{Disk, RealDisk};
use crate::place::Place;
use llmspell_base::clock::Clock;

/// How much a tenant may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Values, their keys and what is kept with them.
    pub bytes: u64,
    /// Values and items of streams.
    pub keys: u64,
    /// Backups that are kept at once.
    pub backups: u64,
    /// The bytes of one artifact.
    pub artifact_bytes: u64,
}

impl Default for Quota {
    fn default() -> Quota {
        Quota { bytes: 1 << 30, keys: 1_000_000, backups: 100, artifact_bytes: 1 << 30 }
    }
}

impl Quota {
    /// The default. Where it takes the memory of the process, less.
    pub fn of(place: &Place) -> Quota {
        match place {
            Place::Memory => Quota { bytes: 64 << 20, keys: 100_000, backups: 20, artifact_bytes: 1 << 30 },
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
    /// Where the store is, and of which kind.
    pub place: Place,
    /// How long to wait for another process that has it.
    pub wait: Duration,
    /// What this process is called in messages of others that wait for it, such as "run a.lua".
    pub owner: String,
    /// The clock by which values and leases expire.
    pub clock: Clock,
    /// How much each tenant may have.
    pub quota: Quota,
    /// Opens also a store that is known to have lost something, to read from it what can be read.
    pub salvage: bool,
    /// Syncs files and folders; tests count the calls.
    pub disk: Arc<dyn Disk>,
}

impl Settings {
    /// The default settings for a place: 10 s of waiting, the machine's clock, the default quota.
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
