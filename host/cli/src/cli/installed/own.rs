//! Files and folders that nobody but this user can have changed.

use std::fs::{self, DirBuilder, File, Metadata};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{ErrorKind, Read, Write};
#[cfg(unix)]
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};

/// What is being written, until it is whole.
const UNFINISHED: &str = ".new-";

/// Whether the folder is there. An error where it is no folder, or not this user's alone.
pub fn is_there(folder: &Path) -> anyhow::Result<bool> {
    let about = match fs::symlink_metadata(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        about => about.with_context(|| folder.display().to_string())?,
    };
    if !about.is_dir() {
        bail!("{}: it has to be a folder, and no link to one", folder.display());
    }
    check(folder, &about).map(|()| true)
}

/// Makes the folder for this user alone, and those above it as usual.
pub fn make(folder: &Path) -> anyhow::Result<()> {
    if is_there(folder)? {
        return Ok(());
    }
    let at = || folder.display().to_string();
    if let Some(above) = folder.parent() {
        fs::create_dir_all(above).with_context(at)?;
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    builder.mode(0o700);
    match builder.create(folder) {
        // Another process was first.
        Err(error) if error.kind() == ErrorKind::AlreadyExists && is_there(folder)? => Ok(()),
        made => made.with_context(at),
    }
}

/// The bytes of a plain file that is this user's alone.
pub fn read(file: &Path, most: u64) -> anyhow::Result<Vec<u8>> {
    let at = || file.display().to_string();
    let mut options = File::options();
    #[cfg(unix)]
    options.custom_flags((rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK).bits() as i32);
    let opened = options.read(true).open(file).with_context(at)?;
    // Of what was opened, not of what may lie there by now.
    let about = opened.metadata().with_context(at)?;
    if !about.is_file() {
        bail!("{}: it is no plain file", file.display());
    }
    check(file, &about)?;
    let mut bytes = Vec::with_capacity(usize::try_from(about.len().min(most)).unwrap_or_default());
    opened.take(most + 1).read_to_end(&mut bytes).with_context(at)?;
    if bytes.len() as u64 > most {
        bail!("{}: it has more than {most} bytes", file.display());
    }
    Ok(bytes)
}

/// Writes a new file for this user alone, and waits until it is on the disk.
pub fn write(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let at = || file.display().to_string();
    let mut options = File::options();
    #[cfg(unix)]
    options.mode(0o600);
    let mut made = options.write(true).create_new(true).open(file).with_context(at)?;
    made.write_all(bytes).and_then(|()| made.sync_all()).with_context(at)
}

/// Puts a file in its place, whole or not at all, whoever else does so at the same time.
pub fn put(folder: &Path, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let unfinished = folder.join(format!("{UNFINISHED}{:016x}", RandomState::new().build_hasher().finish()));
    let place = folder.join(name);
    let put = write(&unfinished, bytes)
        .and_then(|()| fs::rename(&unfinished, &place).with_context(|| place.display().to_string()));
    if put.is_err() {
        drop(fs::remove_file(&unfinished));
    }
    put
}

/// Removes what is not needed: files of before, and what was left unfinished long ago. What can't be removed does no harm.
pub fn sweep(folder: &Path, needed: &[String]) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let age = entry.metadata().ok().and_then(|about| about.modified().ok()?.elapsed().ok()).unwrap_or_default();
        let over = match name.starts_with(UNFINISHED) {
            true => age > Duration::from_secs(3600),
            // Another process may be about to record it, or to run what was recorded.
            false => !needed.contains(&name) && age > Duration::from_secs(60),
        };
        if over {
            drop(fs::remove_file(entry.path()));
        }
    }
}

/// Where the system has no such permissions, the user's data folder is the user's own.
#[cfg(not(unix))]
fn check(_: &Path, _: &Metadata) -> anyhow::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn check(path: &Path, about: &Metadata) -> anyhow::Result<()> {
    let (owner, me) = (about.uid(), rustix::process::geteuid().as_raw());
    if owner != me {
        bail!("{}: it belongs to user {owner}, not to this one ({me}): what lies there is not run", path.display());
    }
    let mode = about.mode() & 0o777;
    if mode & 0o077 != 0 {
        let wanted = if about.is_dir() { "700" } else { "600" };
        bail!(
            "{}: others may use it (permissions {mode:o}): what lies there is not run; chmod {wanted} it, if only you changed it",
            path.display()
        );
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn what_others_can_write_or_a_link_leads_to_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (own, file) = (folder.path().join("a/own"), folder.path().join("a/own/file"));
        assert!(!is_there(&own).unwrap());
        make(&own).unwrap();
        write(&file, b"bytes").unwrap();
        assert!(is_there(&own).unwrap());
        assert_eq!(read(&file, 5).unwrap(), b"bytes");
        assert!(read(&file, 4).unwrap_err().to_string().contains("more than 4"));
        let link = folder.path().join("a/link");
        symlink(&own, &link).unwrap();
        assert!(is_there(&link).unwrap_err().to_string().contains("no link"));
        symlink(&file, own.join("other")).unwrap();
        assert!(read(&own.join("other"), 5).is_err());
        fs::set_permissions(&file, fs::Permissions::from_mode(0o620)).unwrap();
        assert!(read(&file, 5).unwrap_err().to_string().contains("chmod 600"));
        fs::set_permissions(&own, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(is_there(&own).unwrap_err().to_string().contains("chmod 700"));
        rustix::fs::mkfifoat(rustix::fs::CWD, own.join("pipe"), rustix::fs::Mode::RUSR).unwrap();
        assert!(read(&own.join("pipe"), 5).unwrap_err().to_string().contains("no plain file"));
    }
}
