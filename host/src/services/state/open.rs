//! From a place to a store that is open.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::backup::Vault;
use super::embedded::Embedded;
use super::lock::{self, Lock};
use super::place::{Disk, Folder, network};
use super::{Place, Problem, Settings, memory, sled, sqlite};

/// What came of one attempt.
pub enum Attempt {
    Open(Embedded),
    /// Somebody else has it: pid, spell, since when.
    Busy(String),
}

/// Tries once, and waits for nobody.
pub fn attempt(settings: &Settings) -> Result<Attempt, Problem> {
    let name = settings.place.to_string();
    let (engine, vault, lock) = match &settings.place {
        Place::Memory => (memory::open(), Vault::memory(), None),
        Place::Sled(path) => {
            let folder = prepare(path, &settings.disk, &name)?;
            let lock = match take(&folder, settings, &name)? {
                Ok(lock) => lock,
                Err(owner) => return Ok(Attempt::Busy(owner)),
            };
            let engine = match sled::open(&folder) {
                Err(Problem::Busy { owner, .. }) => return Ok(Attempt::Busy(owner)),
                other => other?,
            };
            (engine, Vault::folder(&folder, "backups"), Some(lock))
        }
        Place::Sqlite(file) => {
            let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let folder = prepare(parent, &settings.disk, &name)?;
            let mut backups = file.file_name().unwrap_or_default().to_os_string();
            backups.push(".backups");
            (sqlite::open(file, &name, settings.wait)?, Vault::folder(&folder, &backups.to_string_lossy()), None)
        }
    };
    Embedded::new(name, engine, vault, settings, lock).map(Attempt::Open)
}

fn take(folder: &Folder, settings: &Settings, name: &str) -> Result<Result<Lock, String>, Problem> {
    lock::take(&folder.path, &settings.owner).map_err(|error| Problem::unusable(name, "locking it", &error))
}

/// The folder, made where it was not, and fit for a store.
fn prepare(path: &Path, disk: &Arc<dyn Disk>, name: &str) -> Result<Folder, Problem> {
    let path = absolute(path);
    // What a spell keeps is nobody else's business.
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&path);
    made.map_err(|error| Problem::unusable(name, &format!("making the folder {}", path.display()), &error))?;
    let about = rustix::fs::statfs(&path).map_err(io::Error::from);
    let about = about.map_err(|error| Problem::unusable(name, "asking for its file system", &error))?;
    #[allow(clippy::unnecessary_cast, reason = "the type is another one on other machines")]
    if let Some(kind) = network(about.f_type as i64) {
        let what = format!(
            "it lies on {kind}, a network file system, where neither locks nor syncs can be relied on; --store PATH names \
             a local place"
        );
        return Err(Problem::Unusable { store: name.into(), what });
    }
    Ok(Folder { path, disk: disk.clone() })
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}
