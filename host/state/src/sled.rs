//! The default store: sled, with what it lacks for durability.
//!
//! - Its `flush` is no fsync on Linux: we wait for the disk ourselves, on a descriptor of our own, before anything is
//!   acknowledged. So with the files (`blobs/`) that it writes for large pages and never syncs.
//! - Large values lie in files beside it: it rewrites a whole page for each change of a value in it.
//! - One tree: each costs it memory, disk and time at opening, so that one for each tenant would not scale.
//! - After an error of the disk it is not known what was kept: the store is closed until it is opened anew.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use sled::{Db, Mode};

use crate::disk::{Disk, Folder};
use crate::engine::{Batch, Each, Engine, Read, Want, Writer};
use crate::error::{StoreError, damaged, explain, of_system};
use crate::keys;
use crate::record;

mod blobs;
mod init;
mod mark;

use blobs::{Blobs, Kept};
use mark::Mark;

/// The folder of large values.
pub use blobs::FOLDER as VALUES;
pub use init::look;
pub use mark::FILE as ACKNOWLEDGED;

/// Where sled's files lie in the folder of the store.
const DB: &str = "db";

const CACHE_BYTES: u64 = 64 << 20;

/// How long after it was listed a folder's time is trusted to change with the next file.
const TICK_MS: u128 = 50;

#[derive(Clone)]
struct Reader {
    db: Db,
    blobs: Blobs,
    name: Arc<str>,
}

struct Sled {
    reader: Reader,
    disk: Arc<dyn Disk>,
    log: File,
    log_path: PathBuf,
    page_files: PageFiles,
    mark: Mark,
    /// Why nothing works any more.
    broken: Option<StoreError>,
    /// Files of values that may not be needed after this commit.
    loose: BTreeSet<[u8; 32]>,
}

/// sled's files of large pages, as far as they are synced.
struct PageFiles {
    folder: PathBuf,
    synced: BTreeSet<std::ffi::OsString>,
    /// When the folder had changed, and when we looked.
    seen: Option<(SystemTime, SystemTime)>,
}

/// Opens the store in `folder`, whose lock is held, or makes one. `salvaging`: also one that lost its last commits.
pub fn open(folder: &Folder, salvaging: bool) -> Result<Engine, StoreError> {
    let name = folder.path.display().to_string();
    let new = init::begin(folder)?;
    let path = folder.path.join(DB);
    let db = connect(&path, &name)?;
    let blobs = Blobs::new(folder, &name);
    let log_path = path.join("db");
    let log = File::open(&log_path).map_err(|error| StoreError::unusable(&name, "opening its log", &error))?;
    let (mark, last) = Mark::open(folder).map_err(|error| StoreError::unusable(&name, "opening its mark", &error))?;
    let reader = Reader { db, blobs, name: name.as_str().into() };
    let page_files = PageFiles { folder: path.join("blobs"), synced: BTreeSet::new(), seen: None };
    let mut sled = Sled {
        reader: reader.clone(),
        disk: folder.disk.clone(),
        log,
        log_path,
        page_files,
        mark,
        broken: None,
        loose: BTreeSet::new(),
    };
    if new {
        sled.apply(&Batch::from([(keys::mark(), Some(b"1".to_vec()))]))?;
        sled.sync()?;
        init::end(folder)?;
    } else if reader.db.get(keys::mark()).map_err(|error| broken(&name, error))?.is_none() {
        return Err(damaged(&name, "its log holds nothing of what a store begins with"));
    }
    if !salvaging {
        let key = keys::version();
        let there = Read::get(&reader, &key)?.map_or(Ok(0), |sealed| record::unseal_number(&key, &sealed))?;
        if there < last {
            let what = format!("commit {last} was acknowledged, and {there} is the last one in its log");
            return Err(damaged(&name, &what));
        }
        reader.blobs.tidy(&reader.db)?;
    }
    Ok(Engine { reader: Box::new(reader), writer: Box::new(sled), waits: true, exclusive: true })
}

fn connect(path: &Path, name: &str) -> Result<Db, StoreError> {
    // No thread of its own that writes every so often: it moves pages to new files and places in the log while we wait for
    // one after the other, and the power may go with the log on the disk and a file of it not.
    let config = crate::quiet::quietly(sled::Config::new).map_err(|_| StoreError::Unusable {
        // It makes up a name for a temporary store from the time of day, whether there is one or not.
        store: name.into(),
        what: "the machine's clock stands before 1970, where sled can't open a store: set the clock".into(),
    })?;
    let config = config.path(path).mode(Mode::LowSpace).cache_capacity(CACHE_BYTES).flush_every_ms(None);
    // sled panics at some damage.
    let opened = crate::quiet::quietly(|| config.open()).map_err(|panic| panicked(name, &panic))?;
    opened.map_err(|error| broken(name, error))
}

/// sled panics at some damage, and at some errors of the system, which it shows as they are written in Rust.
fn panicked(name: &str, panic: &str) -> StoreError {
    match of_system(panic) {
        Some(error) => StoreError::unusable(name, "reading or writing it", &error),
        None => damaged(name, &format!("sled can't make sense of it ({panic})")),
    }
}

fn broken(name: &str, error: sled::Error) -> StoreError {
    match error {
        // Only its text tells. We have the lock of the folder: it is about to be given up, or another program's.
        sled::Error::Io(error) if error.to_string().contains("could not acquire lock") => {
            StoreError::Busy { store: name.into(), owner: "another process".into(), waited: String::new() }
        }
        sled::Error::Io(error) => StoreError::unusable(name, "reading or writing it", &error),
        sled::Error::Corruption { .. } => damaged(name, "a checksum is wrong"),
        other => damaged(name, &other.to_string()),
    }
}

impl Reader {
    fn error(&self, error: sled::Error) -> StoreError {
        broken(&self.name, error)
    }

    /// A value as it was put, wherever it lies. The file of one that was replaced meanwhile is gone: then it is looked
    /// up again.
    fn whole(&self, key: &[u8], stored: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let mut stored = Cow::Borrowed(stored);
        for _ in 0..100 {
            match self.blobs.read(&stored)? {
                Some(value) => return Ok(Some(value)),
                None => match self.db.get(key).map_err(|error| self.error(error))? {
                    None => return Ok(None),
                    Some(now) if now == *stored => break,
                    Some(now) => stored = Cow::Owned(now.to_vec()),
                },
            }
        }
        Err(damaged(&self.name, "the file of a large value is missing"))
    }
}

impl Read for Reader {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self.db.get(key).map_err(|error| self.error(error))? {
            None => Ok(None),
            Some(stored) => self.whole(key, &stored),
        }
    }

    fn peek(&self, key: &[u8]) -> Result<Option<(Vec<u8>, u64)>, StoreError> {
        let stored = self.db.get(key).map_err(|error| self.error(error))?;
        stored.map(|stored| Ok(self.blobs.look(&stored)?.head())).transpose()
    }

    fn scan(&self, (from, end): (&[u8], &[u8]), want: Want, each: Each<'_>) -> Result<(), StoreError> {
        if from >= end {
            return Ok(());
        }
        for found in self.db.range(from..end) {
            let (key, stored) = found.map_err(|error| self.error(error))?;
            let go = match (self.blobs.look(&stored)?, want) {
                (Kept::Inline(value), _) => each(&key, value, value.len() as u64)?,
                (Kept::Blob { head, length, .. }, Want::Heads) => each(&key, head, length)?,
                (Kept::Blob { .. }, Want::Whole) => match self.whole(&key, &stored)? {
                    Some(value) => each(&key, &value, value.len() as u64)?,
                    None => ControlFlow::Continue(()),
                },
            };
            if go.is_break() {
                break;
            }
        }
        Ok(())
    }
}

impl Read for Sled {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.reader.get(key)
    }
    fn peek(&self, key: &[u8]) -> Result<Option<(Vec<u8>, u64)>, StoreError> {
        self.reader.peek(key)
    }
    fn scan(&self, range: (&[u8], &[u8]), want: Want, each: Each<'_>) -> Result<(), StoreError> {
        self.reader.scan(range, want, each)
    }
}

impl Writer for Sled {
    fn begin(&mut self) -> Result<(), StoreError> {
        self.broken.clone().map_or(Ok(()), Err)
    }

    fn apply(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let reader = self.reader.clone();
        self.mark.note(batch);
        let (batch, loose) = reader.blobs.prepare(&reader.db, batch)?;
        self.loose.extend(loose);
        let applied = crate::quiet::quietly(|| reader.db.apply_batch(batch));
        self.or_break(applied.map_err(|panic| as_error(&panic)).and_then(|applied| applied.map_err(as_io)))
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        let reader = self.reader.clone();
        let synced = reader
            .blobs
            .sync(&*self.disk)
            .and_then(|()| match crate::quiet::quietly(|| reader.db.flush()) {
                Ok(flushed) => flushed.map(drop).map_err(as_io),
                Err(panic) => Err(as_error(&panic)),
            })
            .and_then(|()| self.page_files.sync(&*self.disk))
            .and_then(|()| self.disk.sync_data(&self.log, &self.log_path));
        self.or_break(synced)?;
        self.mark.write();
        let loose = std::mem::take(&mut self.loose);
        self.reader.blobs.remove(&self.reader.db, loose)
    }

    fn discard(&mut self) {
        self.mark.forget();
        self.loose.clear();
    }

    fn check(&mut self) -> Result<Vec<String>, StoreError> {
        let mut wrong = self.reader.blobs.check(&self.reader.db)?;
        let sizes = crate::quiet::quietly(|| self.reader.db.checksum());
        match sizes {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => wrong.push(format!("reading all of its log: {error}")),
            Err(panic) => match panicked(&self.reader.name, &panic) {
                StoreError::Damaged { what, .. } => wrong.push(format!("reading all of its log: {what}")),
                other => return Err(other),
            },
        }
        Ok(wrong)
    }
}

impl Sled {
    fn or_break(&mut self, result: io::Result<()>) -> Result<(), StoreError> {
        let Err(error) = result else { return Ok(()) };
        let what = format!("writing it: {}", explain(&error));
        let problem = StoreError::Unusable { store: self.reader.name.to_string(), what };
        self.broken = Some(problem.clone());
        Err(problem)
    }
}

fn as_error(panic: &str) -> io::Error {
    match panicked("", panic) {
        StoreError::Damaged { what, .. } | StoreError::Unusable { what, .. } => io::Error::other(what),
        other => io::Error::other(other.to_string()),
    }
}

fn as_io(error: sled::Error) -> io::Error {
    match error {
        sled::Error::Io(error) => error,
        other => io::Error::other(other.to_string()),
    }
}

impl PageFiles {
    /// Waits until each file that is new has reached the disk.
    fn sync(&mut self, disk: &dyn Disk) -> io::Result<()> {
        let changed = match fs::metadata(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => other?.modified()?,
        };
        let now = SystemTime::now();
        if let Some((before, looked)) = self.seen
            && before == changed
            && looked.duration_since(before).is_ok_and(|since| since.as_millis() > TICK_MS)
        {
            return Ok(());
        }
        let mut there = BTreeSet::new();
        let mut new = false;
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            if !self.synced.contains(&name) {
                let path = self.folder.join(&name);
                match File::open(&path) {
                    Ok(file) => disk.sync_data(&file, &path)?,
                    // sled has no use for it any more.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(error) => return Err(error),
                }
                new = true;
            }
            there.insert(name);
        }
        if new {
            disk.sync_folder(&self.folder)?;
        }
        self.synced = there;
        self.seen = Some((changed, now));
        Ok(())
    }
}
