//! Large values, each in a file that is named by its checksum.
//!
//! A file is complete before it has its name, and has its name for good before the commit that needs it is acknowledged.
//! How many keys need a file is counted in sled, in the same batch; one that none needs is removed after the commit.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};
use sled::Db;

use crate::disk::{Disk, Folder};
use crate::engine::Batch;
use crate::error::{StoreError, damaged};
use crate::record::HEAD_BYTES;

/// Values of at least so many bytes have files of their own.
const LARGE: usize = 64 << 10;

pub const FOLDER: &str = "values";

const INLINE: u8 = 0;
const BLOB: u8 = 1;

/// Behind every key of the store.
const COUNT: u8 = 0xfe;

/// How sled has a value.
pub enum Kept<'a> {
    Inline(&'a [u8]),
    Blob { hash: [u8; 32], length: u64, head: &'a [u8] },
}

#[derive(Clone)]
pub struct Blobs {
    folder: Arc<PathBuf>,
    name: Arc<str>,
    disk: Arc<dyn Disk>,
    /// Folders that got a new name in this commit.
    touched: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl Kept<'_> {
    /// The beginning of the value, and its length.
    pub fn head(&self) -> (Vec<u8>, u64) {
        match self {
            Kept::Inline(value) => (value.get(..HEAD_BYTES).unwrap_or(value).to_vec(), value.len() as u64),
            Kept::Blob { head, length, .. } => (head.to_vec(), *length),
        }
    }
}

fn count_key(hash: &[u8; 32]) -> Vec<u8> {
    [&[COUNT], hash.as_slice()].concat()
}

impl Blobs {
    pub fn new(folder: &Folder, name: &str) -> Blobs {
        let touched = Arc::default();
        Blobs { folder: Arc::new(folder.path.join(FOLDER)), name: name.into(), disk: folder.disk.clone(), touched }
    }

    fn path(&self, hash: &[u8; 32]) -> PathBuf {
        let name = llmspell_base::hash::hex(hash);
        let (first, rest) = name.split_at_checked(2).unwrap_or(("", &name));
        self.folder.join(first).join(rest)
    }

    pub fn look<'a>(&self, stored: &'a [u8]) -> Result<Kept<'a>, StoreError> {
        let garbled = || damaged(&self.name, "a record is garbled");
        match stored.split_first().ok_or_else(garbled)? {
            (&INLINE, value) => Ok(Kept::Inline(value)),
            (&BLOB, rest) => {
                let (hash, rest) = rest.split_first_chunk::<32>().ok_or_else(garbled)?;
                let (length, head) = rest.split_first_chunk::<8>().ok_or_else(garbled)?;
                Ok(Kept::Blob { hash: *hash, length: u64::from_be_bytes(*length), head })
            }
            _ => Err(garbled()),
        }
    }

    /// `None`: its file is gone.
    pub fn read(&self, stored: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self.look(stored)? {
            Kept::Inline(value) => Ok(Some(value.to_vec())),
            Kept::Blob { hash, .. } => match fs::read(self.path(&hash)) {
                Ok(value) if <[u8; 32]>::from(Sha256::digest(&value)) == hash => Ok(Some(value)),
                Ok(_) => Err(damaged(&self.name, "the file of a large value is not what was put there")),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(StoreError::unusable(&self.name, "reading a large value", &error)),
            },
        }
    }

    /// Writes the files that a batch needs. Gives the batch as sled is to have it, and the files that may have become
    /// loose.
    pub fn prepare(&self, db: &Db, batch: &Batch) -> Result<(sled::Batch, Vec<[u8; 32]>), StoreError> {
        let wrong = |error| super::broken(&self.name, error);
        let mut all = sled::Batch::default();
        let mut counts: Vec<([u8; 32], i64)> = Vec::new();
        for (key, value) in batch {
            if let Some(old) = db.get(key).map_err(wrong)?
                && let Kept::Blob { hash, .. } = self.look(&old)?
            {
                counts.push((hash, -1));
            }
            match value {
                None => all.remove(key.as_slice()),
                Some(value) if value.len() < LARGE => {
                    all.insert(key.as_slice(), [&[INLINE], value.as_slice()].concat())
                }
                Some(value) => {
                    let hash: [u8; 32] = Sha256::digest(value).into();
                    self.write(&hash, value)
                        .map_err(|error| StoreError::unusable(&self.name, "writing a large value", &error))?;
                    counts.push((hash, 1));
                    let length = (value.len() as u64).to_be_bytes();
                    let head = value.get(..HEAD_BYTES).unwrap_or(value);
                    all.insert(key.as_slice(), [&[BLOB], hash.as_slice(), &length, head].concat());
                }
            }
        }
        counts.sort_unstable();
        let mut loose = Vec::new();
        for chunk in counts.chunk_by(|one, other| one.0 == other.0) {
            let Some((hash, _)) = chunk.first() else { continue };
            let before = self.count(db, hash)?;
            let after = chunk.iter().fold(before, |count, (_, change)| count.saturating_add_signed(*change));
            match after {
                0 => {
                    all.remove(count_key(hash));
                    loose.push(*hash);
                }
                _ => all.insert(count_key(hash), &after.to_be_bytes()),
            }
        }
        Ok((all, loose))
    }

    fn count(&self, db: &Db, hash: &[u8; 32]) -> Result<u64, StoreError> {
        let count = db.get(count_key(hash)).map_err(|error| super::broken(&self.name, error))?;
        Ok(count.and_then(|bytes| bytes.as_ref().try_into().ok().map(u64::from_be_bytes)).unwrap_or(0))
    }

    fn write(&self, hash: &[u8; 32], value: &[u8]) -> io::Result<()> {
        let path = self.path(hash);
        let Some(folder) = path.parent() else { return Ok(()) };
        let mut touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
        touched.insert(folder.to_path_buf());
        if path.exists() {
            return Ok(());
        }
        if !folder.exists() {
            fs::create_dir_all(folder)?;
            touched.insert(self.folder.to_path_buf());
            touched.extend(self.folder.parent().map(PathBuf::from));
        }
        let draft = path.with_extension("draft");
        let mut file = File::create(&draft)?;
        let written = file.write_all(value).and_then(|()| self.disk.sync_data(&file, &draft));
        let written = written.and_then(|()| fs::rename(&draft, &path));
        if written.is_err() {
            let _ = fs::remove_file(&draft);
        }
        written
    }

    /// Waits until the names of all new files have reached the disk.
    pub fn sync(&self, disk: &dyn Disk) -> io::Result<()> {
        let touched = std::mem::take(&mut *self.touched.lock().unwrap_or_else(PoisonError::into_inner));
        touched.iter().try_for_each(|folder| disk.sync_folder(folder))
    }

    /// Removes those of these files that no key needs.
    pub fn remove(&self, db: &Db, loose: BTreeSet<[u8; 32]>) -> Result<(), StoreError> {
        for hash in loose {
            if self.count(db, &hash)? == 0 {
                // A file that stays is found when the store is opened.
                let _ = fs::remove_file(self.path(&hash));
            }
        }
        Ok(())
    }

    /// All files, with the checksum that their name tells.
    fn files(&self) -> io::Result<Vec<(PathBuf, Option<[u8; 32]>)>> {
        let mut found = Vec::new();
        if !self.folder.exists() {
            return Ok(found);
        }
        for folder in fs::read_dir(&*self.folder)? {
            let folder = folder?.path();
            if !folder.is_dir() {
                continue;
            }
            let first = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            for file in fs::read_dir(&folder)? {
                let path = file?.path();
                let name = format!("{first}{}", path.file_name().unwrap_or_default().to_string_lossy());
                let hash = llmspell_base::hash::from_hex(&name);
                found.push((path, hash));
            }
        }
        Ok(found)
    }

    /// Removes what a crash left: drafts, and files that no key needs.
    pub fn tidy(&self, db: &Db) -> Result<(), StoreError> {
        let files =
            self.files().map_err(|error| StoreError::unusable(&self.name, "listing its large values", &error))?;
        for (path, hash) in files {
            let needed = match hash {
                Some(hash) => self.count(db, &hash)? > 0,
                None => false,
            };
            if !needed {
                let _ = fs::remove_file(path);
            }
        }
        Ok(())
    }

    /// Whether each file that is counted is there and holds what its name says.
    pub fn check(&self, db: &Db) -> Result<Vec<String>, StoreError> {
        let mut wrong = Vec::new();
        for counted in db.scan_prefix([COUNT]).keys() {
            let key = counted.map_err(|error| super::broken(&self.name, error))?;
            let Some(hash) = key.get(1..).and_then(|hash| <[u8; 32]>::try_from(hash).ok()) else {
                wrong.push("a count of files is garbled".into());
                continue;
            };
            let path = self.path(&hash);
            match fs::read(&path) {
                Ok(value) if <[u8; 32]>::from(Sha256::digest(&value)) == hash => {}
                Ok(_) => wrong.push(format!("{} is not what was put there", path.display())),
                Err(error) => wrong.push(format!("{}: {error}", path.display())),
            }
        }
        Ok(wrong)
    }
}
