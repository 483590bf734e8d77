//! Which store is opened and how, and how much a tenant may have in it.

use std::sync::Arc;
use std::time::Duration;

use crate::place::{Disk, Place, RealDisk};
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
