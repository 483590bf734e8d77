//! Work on many files at once: a search, an archive.

use std::io::Read;
use std::sync::Arc;

use cap_fs_ext::DirExt;
use cap_std::fs::{Dir, OpenOptions};
use llmspell_kernel::{CallContext, Result};
use llmspell_policy::Right;

use crate::change;
use crate::error::FileError;
use crate::files::{Files, Job};
use crate::location::Location;
use crate::roots::parts;
use crate::walk::{Found, Last, MOST_LEVELS};
use crate::work::{Wanted, apart};
use crate::{read, write};

/// The files of a run, for work that goes on apart from the threads that run spells.
///
/// Who starts it has passed the gate for the paths that it is given; what lies below them is decided about one by one.
pub struct Work<'a> {
    job: Job,
    wanted: &'a Wanted,
}

/// A plain file that is come by.
pub struct Entry<'a> {
    /// As the spell would write it.
    pub path: String,
    /// Below the folder where it began.
    pub below: String,
    /// Bytes that it had when it was looked at.
    pub size: u64,
    /// Bytes that it may have.
    most: u64,
    found: Found,
    wanted: &'a Wanted,
}

/// Where to go, and where not.
pub struct Way<'a> {
    /// Levels of folders; 1: the files of the folder itself.
    pub levels: usize,
    /// Whether a folder of this name is entered.
    pub enters: &'a dyn Fn(&str) -> bool,
}

impl Files {
    /// Does such work; `given` is the path that messages name, `of` what the gate has admitted, `call` the call that it is part of.
    pub async fn apart<T: Send + 'static>(
        &self,
        cx: &CallContext,
        call: &'static str,
        (given, of): (&str, &[&Location]),
        work: impl FnOnce(&Work<'_>) -> std::result::Result<T, FileError> + Send + 'static,
    ) -> Result<T> {
        let job = self.job(cx, call, of);
        let done = apart(move |wanted| work(&Work { job, wanted })).await;
        done.map_err(|error| error.of(given))
    }
}

impl Work<'_> {
    /// Fails where nothing waits for the work any more.
    pub fn check(&self) -> std::result::Result<(), FileError> {
        self.wanted.check()
    }

    /// A file, opened to read.
    pub fn open(&self, at: &Location) -> std::result::Result<std::fs::File, FileError> {
        let found = self.job.walk(at, Last::Followed)?;
        open(&found, self.job.most(Right::READ, &found.path))
    }

    /// All bytes of a file.
    pub fn read(&self, at: &Location) -> std::result::Result<Vec<u8>, FileError> {
        let found = self.job.walk(at, Last::Followed)?;
        let most = self.job.most(Right::READ, &found.path).min(self.job.cx.limits().reply_bytes as u64);
        read::read(&found, most, self.wanted)
    }

    /// Makes or replaces a file, and the folders above it. The number of bytes.
    pub fn write(&self, at: &Location, from: impl Read) -> std::result::Result<u64, FileError> {
        let mut above = at.clone();
        if above.parts.pop().is_some() {
            self.make_folder(&above)?;
        }
        let found = self.job.walk(at, Last::Followed)?;
        self.job.check(Right::WRITE, &found.path)?;
        write::write(&found, from, self.job.most(Right::WRITE, &found.path), &self.job.cx, self.wanted)
    }

    /// Makes a folder, and those above it that are not there.
    pub fn make_folder(&self, at: &Location) -> std::result::Result<bool, FileError> {
        let (root, below) = at.way()?;
        change::make_folder(root, below, &|path| self.job.check(Right::WRITE, path), self.wanted)
    }

    /// Visits the plain files of a folder in the order of their names, or the one file that it is, until a visit gives false. What
    /// may not be read is passed over, and links are.
    pub fn each(
        &self,
        at: &Location,
        way: &Way<'_>,
        visit: &mut dyn FnMut(&Entry<'_>) -> std::result::Result<bool, FileError>,
    ) -> std::result::Result<(), FileError> {
        let found = self.job.walk(at, Last::Followed)?;
        match &found.about {
            None => Err(FileError::Missing),
            Some(about) if about.is_dir() => {
                let folder = found.open_folder()?;
                let given =
                    if at.given == "." { String::new() } else { at.given.trim_end_matches('/').to_owned() + "/" };
                self.folder(&folder, &found.path, (&given, ""), 1, way, visit).map(drop)
            }
            Some(about) => {
                let (size, below) = (about.len(), found.name.clone().unwrap_or_default());
                found.file_name()?;
                let most = self.job.most(Right::READ, &found.path);
                let entry = Entry { path: at.given.clone(), below, size, most, found, wanted: self.wanted };
                visit(&entry).map(drop)
            }
        }
    }

    /// Whether to go on.
    fn folder(
        &self,
        folder: &Arc<Dir>,
        real: &str,
        (given, below): (&str, &str),
        level: usize,
        way: &Way<'_>,
        visit: &mut dyn FnMut(&Entry<'_>) -> std::result::Result<bool, FileError>,
    ) -> std::result::Result<bool, FileError> {
        let mut names = Vec::new();
        for entry in folder.entries()? {
            self.wanted.check()?;
            let Ok(name) = entry?.file_name().into_string() else { continue };
            if names.len() >= MOST_NAMES {
                let what = format!("'{below}' has more than {MOST_NAMES} entries: too many to go through in one call");
                return Err(FileError::Unusable(what));
            }
            names.push(name);
        }
        names.sort_unstable();
        let _held = self.job.cx.memory().take(names.iter().map(|name| name.len() + NAME_BYTES).sum())?;
        for name in names {
            self.wanted.check()?;
            let path = format!("{}/{name}", real.trim_end_matches('/'));
            // What was removed meanwhile is not there.
            let Ok(about) = folder.symlink_metadata(&name) else { continue };
            if self.job.check(Right::READ, &path).is_err() {
                continue;
            }
            let below = format!("{below}{name}");
            if about.is_dir() && level < way.levels.min(MOST_LEVELS) && (way.enters)(&name) {
                let inner = Arc::new(folder.open_dir_nofollow(&name)?);
                if !self.folder(&inner, &path, (given, &(below + "/")), level + 1, way, visit)? {
                    return Ok(false);
                }
            } else if about.is_file() {
                let (size, path_given) = (about.len(), format!("{given}{below}"));
                let most = self.job.most(Right::READ, &path);
                let found = Found { folder: folder.clone(), name: Some(name), about: Some(about), path };
                let entry = Entry { path: path_given, below, size, most, found, wanted: self.wanted };
                if !visit(&entry)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}

/// What a name takes beside its text.
const NAME_BYTES: usize = 32;
/// Entries of one folder that are put in order.
const MOST_NAMES: usize = 200_000;

impl Entry<'_> {
    /// All bytes of it, if those are not more than `most`.
    pub fn read(&self, most: u64) -> std::result::Result<Vec<u8>, FileError> {
        read::read(&self.found, most.min(self.most), self.wanted)
    }
}

fn open(found: &Found, most: u64) -> std::result::Result<std::fs::File, FileError> {
    let file = read::open(found, OpenOptions::new().read(true))?;
    let bytes = file.metadata()?.len();
    if bytes > most { Err(FileError::TooLarge { bytes, most }) } else { Ok(file.into_std()) }
}

impl Location {
    /// What lies below it; the parts say where, and are no '..'.
    pub fn join(&self, below: &str) -> Location {
        let mut at = self.clone();
        for part in parts(below) {
            at.name = format!("{}/{part}", at.name.trim_end_matches('/'));
            at.given = format!("{}/{part}", at.given.trim_end_matches('/'));
            if part == ".." || part.contains('\0') {
                at.root = None;
            }
            at.parts.push(part);
        }
        at
    }
}
