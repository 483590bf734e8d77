//! Writing a file: whole and at once, or at its end.

use std::io::{ErrorKind, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use cap_std::fs::{Dir, File, Metadata, OpenOptions};
use llmspell_kernel::CallContext;

use crate::error::FileError;
use crate::read::{PIECE, without_waiting};
use crate::walk::Found;
use crate::work::Wanted;

/// Distinguishes unfinished files of this process.
static NUMBER: AtomicU64 = AtomicU64::new(0);
/// Unfinished files of other processes that are passed over.
const MOST_LEFT: usize = 1_000;

/// An unfinished file beside the one that it becomes. Dropped before, it is removed.
struct Unfinished {
    folder: Arc<Dir>,
    name: String,
    is_finished: bool,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.is_finished {
            drop(self.folder.remove_file(&self.name));
        }
    }
}

/// Makes an unfinished file. Another process may have left one of the same name.
fn begin(folder: &Arc<Dir>) -> Result<(File, Unfinished), FileError> {
    for _ in 0..MOST_LEFT {
        let number = NUMBER.fetch_add(1, Relaxed);
        let name = format!(".llmspell-{}-{number}.tmp", std::process::id());
        match folder.open_with(&name, OpenOptions::new().write(true).create_new(true)) {
            Ok(file) => return Ok((file, Unfinished { folder: folder.clone(), name, is_finished: false })),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(FileError::Unusable("unfinished files of other processes, .llmspell-….tmp, are in its way".into()))
}

/// Writes the whole file: whoever looks sees what was there before or all of it. Gives the number of bytes.
pub fn write(
    found: &Found,
    mut from: impl Read,
    most: u64,
    cx: &CallContext,
    wanted: &Wanted,
) -> Result<u64, FileError> {
    let name = found.file_name()?;
    // To rename over it would not ask.
    if found.about.as_ref().is_some_and(|about| about.permissions().readonly()) {
        return Err(FileError::Unusable("it is write-protected".into()));
    }
    let (mut file, mut unfinished) = begin(&found.folder)?;
    if let Some(about) = &found.about {
        keep_mode(&file, about)?;
    }
    let (mut written, mut piece) = (0, vec![0; PIECE]);
    loop {
        wanted.check()?;
        let read = from.read(&mut piece)?;
        let Some(part) = piece.get(..read).filter(|part| !part.is_empty()) else { break };
        written += part.len() as u64;
        if written > most {
            return Err(FileError::TooLarge { bytes: written, most });
        }
        cx.count_written(part.len() as u64)?;
        file.write_all(part)?;
    }
    file.sync_all()?;
    wanted.check()?;
    found.folder.rename(&unfinished.name, &found.folder, name)?;
    unfinished.is_finished = true;
    sync(&found.folder)?;
    Ok(written)
}

/// Who may read, write and run what was there may do so with what comes. No more: what a spell writes runs as nobody else.
fn keep_mode(file: &File, about: &Metadata) -> Result<(), FileError> {
    #[cfg(unix)]
    {
        use cap_std::fs::PermissionsExt;
        let mode = about.permissions().mode() & 0o777;
        file.set_permissions(cap_std::fs::Permissions::from_mode(mode))?;
    }
    #[cfg(not(unix))]
    let _ = (file, about);
    Ok(())
}

/// Adds to the end of the file, which is made if it is not there. Whoever looks meanwhile may see a part of it.
pub fn append(found: &Found, data: &[u8], most: u64, cx: &CallContext) -> Result<u64, FileError> {
    let name = found.file_name()?;
    let mut options = OpenOptions::new();
    let mut file = found.folder.open_with(name, without_waiting(options.append(true).create(true)))?;
    let about = file.metadata()?;
    if !about.is_file() {
        return Err(FileError::NotPlain);
    }
    let bytes = about.len().saturating_add(data.len() as u64);
    if bytes > most {
        return Err(FileError::TooLarge { bytes, most });
    }
    cx.count_written(data.len() as u64)?;
    file.write_all(data)?;
    file.sync_all()?;
    if found.about.is_none() {
        sync(&found.folder)?;
    }
    Ok(bytes)
}

/// Makes sure that the names in a folder survive a loss of power.
pub fn sync(folder: &Dir) -> Result<(), FileError> {
    #[cfg(unix)]
    folder.open(".")?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
