//! Where backups lie: a folder beside the store, or memory for a store in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Cursor, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::Backup;
use super::failed;
use crate::disk::Folder;
use crate::error::StoreError;
use llmspell_base::hash::hash;
use llmspell_base::toml_span::shown;

/// Backups in memory, by tenant and name, with what is known of them.
type Backups = BTreeMap<(String, String), (Backup, Arc<Vec<u8>>)>;

/// Headers of backup files by path, so that each is read once. With size and time of change, as another process may replace
/// a file.
type Headers = HashMap<PathBuf, (u64, SystemTime, Backup)>;

pub enum Vault {
    Folder(Folder, Mutex<Headers>),
    Memory(Mutex<Backups>),
}

/// More are forgotten.
const MOST_HEADERS: usize = 10_000;

const ENDING: &str = "backup";

impl Vault {
    pub fn memory() -> Vault {
        Vault::Memory(Mutex::default())
    }

    pub fn folder(folder: Folder) -> Vault {
        Vault::Folder(folder, Mutex::default())
    }

    /// Lets `write` fill a new backup, which is there when this returns, and not before.
    pub fn keep(
        &self,
        about: &Backup,
        write: &mut dyn FnMut(&mut dyn Write) -> Result<u64, StoreError>,
    ) -> Result<Backup, StoreError> {
        let (keys, bytes) = match self {
            Vault::Memory(all) => {
                let mut bytes = Vec::new();
                let keys = write(&mut bytes)?;
                let length = bytes.len() as u64;
                let known = Backup { keys, bytes: length, ..about.clone() };
                lock(all).insert((about.tenant.clone(), about.id.clone()), (known, Arc::new(bytes)));
                (keys, length)
            }
            Vault::Folder(folder, _) => {
                let own = own(folder, &about.tenant);
                let at = |error| failed("writing the backup", &error);
                let known = own.path.exists();
                fs::DirBuilder::new().recursive(true).mode(0o700).create(&own.path).map_err(at)?;
                if !known {
                    own.disk.sync_folder(&folder.path).map_err(at)?;
                }
                let draft = own.path.join(format!("{}.draft", about.id));
                tidy(&own.path);
                let filled = fill(&draft, write, &own).and_then(|keys| {
                    fs::rename(&draft, own.path.join(format!("{}.{ENDING}", about.id))).map_err(at)?;
                    own.disk.sync_folder(&own.path).map_err(at)?;
                    Ok(keys)
                });
                if filled.is_err() {
                    let _ = fs::remove_file(&draft);
                }
                let keys = filled?;
                (keys, fs::metadata(self.file(&about.tenant, &about.id)?.unwrap_or(draft)).map_err(at)?.len())
            }
        };
        Ok(Backup { keys, bytes, ..about.clone() })
    }

    /// The file of a backup, where it is one.
    pub fn file(&self, tenant: &str, id: &str) -> Result<Option<PathBuf>, StoreError> {
        let missing = || StoreError::NotFound(format!("there is no backup '{}'", shown(id)));
        // It comes from a spell, and becomes part of a path.
        if id.is_empty() || id.len() > 100 || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(missing());
        }
        match self {
            Vault::Memory(all) => {
                lock(all).contains_key(&(tenant.into(), id.into())).then_some(None).ok_or_else(missing)
            }
            Vault::Folder(folder, _) => {
                let path = own(folder, tenant).path.join(format!("{id}.{ENDING}"));
                if path.is_file() { Ok(Some(path)) } else { Err(missing()) }
            }
        }
    }

    pub fn open(&self, tenant: &str, id: &str) -> Result<Box<dyn Read>, StoreError> {
        match (self.file(tenant, id)?, self) {
            (Some(path), _) => {
                let file = File::open(path).map_err(|error| failed("opening the backup", &error))?;
                Ok(Box::new(BufReader::new(file)))
            }
            (None, Vault::Memory(all)) => {
                let kept = lock(all).get(&(tenant.into(), id.into())).map(|(_, bytes)| bytes.clone());
                Ok(Box::new(Cursor::new(Shared(kept.unwrap_or_default()))))
            }
            (None, Vault::Folder(..)) => Err(StoreError::NotFound(format!("there is no backup '{id}'"))),
        }
    }

    pub fn delete(&self, tenant: &str, id: &str) -> Result<bool, StoreError> {
        let path = match self.file(tenant, id) {
            Err(StoreError::NotFound(_)) => return Ok(false),
            other => other?,
        };
        match (path, self) {
            (Some(path), _) => fs::remove_file(path).map_err(|error| failed("deleting the backup", &error))?,
            (None, Vault::Memory(all)) => drop(lock(all).remove(&(tenant.to_string(), id.to_string()))),
            (None, Vault::Folder(..)) => {}
        }
        Ok(true)
    }

    /// The tenants that have backups.
    pub fn tenants(&self) -> Result<BTreeSet<String>, StoreError> {
        let failed = |error| failed("listing the backups", &error);
        let folder = match self {
            Vault::Memory(all) => return Ok(lock(all).keys().map(|(tenant, _)| tenant.clone()).collect()),
            Vault::Folder(folder, _) => folder,
        };
        let mut found = BTreeSet::new();
        let folders = match fs::read_dir(&folder.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
            other => other.map_err(failed)?,
        };
        for inner in folders {
            // What is no folder holds no backups.
            let Ok(files) = fs::read_dir(inner.map_err(failed)?.path()) else { continue };
            let mut names = files.flatten().map(|file| file.path()).filter(|path| is_backup(path));
            found.extend(names.find_map(|path| look(&path).ok()).map(|backup| backup.tenant));
        }
        Ok(found)
    }

    /// The newest first. Files that are no backups are left out.
    pub fn list(&self, tenant: &str) -> Result<Vec<Backup>, StoreError> {
        let mut found = Vec::new();
        match self {
            Vault::Memory(all) => {
                let from = (tenant.to_string(), String::new());
                let all = lock(all);
                let own = all.range(from..).take_while(|((owner, _), _)| owner == tenant);
                found.extend(own.map(|(_, (backup, _))| backup.clone()));
            }
            Vault::Folder(folder, headers) => {
                let own = own(folder, tenant);
                let entries = match fs::read_dir(&own.path) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
                    other => other.map_err(|error| failed("listing the backups", &error))?,
                };
                for entry in entries {
                    let path = entry.map_err(|error| failed("listing the backups", &error))?.path();
                    if is_backup(&path)
                        && let Ok(backup) = header(headers, &path)
                        && backup.tenant == tenant
                    {
                        found.push(backup);
                    }
                }
            }
        }
        found.sort_by(|one, other| (other.created_at, &other.id).cmp(&(one.created_at, &one.id)));
        Ok(found)
    }
}

/// Bytes that others may hold as well.
struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// As [`look`], without reading what was read before.
fn header(headers: &Mutex<Headers>, path: &std::path::Path) -> io::Result<Backup> {
    let about = fs::metadata(path)?;
    let (bytes, changed) = (about.len(), about.modified()?);
    if let Some((_, _, backup)) = lock(headers).get(path).filter(|(size, at, _)| (*size, *at) == (bytes, changed)) {
        return Ok(backup.clone());
    }
    let backup = look(path)?;
    let mut headers = lock(headers);
    if headers.len() >= MOST_HEADERS {
        headers.clear();
    }
    headers.insert(path.into(), (bytes, changed, backup.clone()));
    Ok(backup)
}

fn is_backup(path: &std::path::Path) -> bool {
    path.extension().is_some_and(|ending| ending == ENDING)
}

/// Removes drafts that were not written to for a while: their process was killed.
fn tidy(folder: &std::path::Path) {
    const PATIENCE: Duration = Duration::from_secs(600);
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let changed = entry.metadata().and_then(|about| about.modified());
        let old = changed.is_ok_and(|changed| changed.elapsed().is_ok_and(|since| since > PATIENCE));
        if old && path.extension().is_some_and(|ending| ending == "draft") {
            let _ = fs::remove_file(path);
        }
    }
}

fn fill(
    draft: &std::path::Path,
    write: &mut dyn FnMut(&mut dyn Write) -> Result<u64, StoreError>,
    own: &Folder,
) -> Result<u64, StoreError> {
    let at = |error| failed("writing the backup", &error);
    let own_file = File::options().write(true).create(true).truncate(true).mode(0o600).open(draft);
    let mut file = BufWriter::new(own_file.map_err(at)?);
    let keys = write(&mut file)?;
    let file = file.into_inner().map_err(|error| at(error.into_error()))?;
    own.disk.sync_data(&file, draft).map_err(at)?;
    Ok(keys)
}

/// The first line, and the count before the checksum.
pub fn look(path: &std::path::Path) -> io::Result<Backup> {
    use std::io::{BufRead, Seek, SeekFrom};
    let mut file = BufReader::new(File::open(path)?);
    let mut line = String::new();
    Read::take(&mut file, 16 << 10).read_line(&mut line)?;
    let mut backup: Backup = serde_json::from_str(&line)?;
    file.seek(SeekFrom::End(-40))?;
    let mut count = [0; 8];
    file.read_exact(&mut count)?;
    backup.keys = u64::from_be_bytes(count);
    backup.bytes = file.get_ref().metadata()?.len();
    Ok(backup)
}

/// No two tenants share one, whatever they are called.
fn own(folder: &Folder, tenant: &str) -> Folder {
    let name: String = hash(tenant.as_bytes()).chars().take(32).collect();
    Folder { path: folder.path.join(name), disk: folder.disk.clone() }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
