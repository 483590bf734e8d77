//! Which processes have a store open: a lease whose process is gone holds nobody up.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// Stands before the instance in the name of its file.
const INFIX: &str = ".process-";

/// This process among those that have a store open. Gone with it, however it ends.
#[derive(Debug)]
pub struct Processes {
    instance: u64,
    /// Where several may have it open: a file that this one keeps locked.
    own: Option<(PathBuf, File)>,
    store: PathBuf,
}

impl Processes {
    /// Of a store that one process has for itself.
    pub fn alone(instance: u64) -> Processes {
        Processes { instance, own: None, store: PathBuf::new() }
    }

    /// Of a store in a file that several share. Removes what processes left that were killed.
    pub fn shared(store: &Path, instance: u64) -> io::Result<Processes> {
        let folder = store.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = format!("{}{INFIX}", store.file_name().unwrap_or_default().to_string_lossy());
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(&name) {
                is_locked(&entry.path());
            }
        }
        let path = path_of(store, instance);
        Ok(Processes { instance, own: Some((path.clone(), lock(&path)?)), store: store.into() })
    }

    /// Whether the process that has this name as a holder may still have the store open.
    pub fn is_alive(&self, holder: &str) -> bool {
        let Some(instance) = instance_of(holder) else { return true };
        instance == self.instance || self.own.is_some() && is_locked(&path_of(&self.store, instance))
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        if let Some((path, _)) = &self.own {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// What the process is called in messages and leases.
pub fn holder(owner: &str, instance: u64) -> String {
    format!("{owner} (pid {}, {instance:016x})", std::process::id())
}

fn instance_of(holder: &str) -> Option<u64> {
    let (_, instance) = holder.strip_suffix(')')?.rsplit_once(", ")?;
    u64::from_str_radix(instance, 16).ok().filter(|_| instance.len() == 16)
}

fn path_of(store: &Path, instance: u64) -> PathBuf {
    let mut path = store.as_os_str().to_os_string();
    path.push(format!("{INFIX}{instance:016x}"));
    path.into()
}

/// Another process may take the file for one that was left behind, before it is locked: then it is made anew.
fn lock(path: &Path) -> io::Result<File> {
    loop {
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
        flock(&file, FlockOperation::LockExclusive)?;
        let (own, there) = (file.metadata()?, std::fs::symlink_metadata(path));
        if there.is_ok_and(|there| (there.dev(), there.ino()) == (own.dev(), own.ino())) {
            return Ok(file);
        }
    }
}

/// Whether a process has it locked. A file that none has is removed. What can't be told counts as alive.
fn is_locked(path: &Path) -> bool {
    match File::open(path) {
        Err(error) => error.kind() != io::ErrorKind::NotFound,
        Ok(file) => match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {
                let _ = std::fs::remove_file(path);
                false
            }
            Err(error) => error == Errno::WOULDBLOCK || error == Errno::INTR || !path.exists(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_is_gone_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("s.db");
        let first = Processes::shared(&store, 1).unwrap();
        let second = Processes::shared(&store, 2).unwrap();
        let (one, two) = (holder("run a, b.lua", 1), holder("run (x)", 2));
        assert!(first.is_alive(&one) && first.is_alive(&two) && second.is_alive(&one));
        drop(second);
        assert!(!first.is_alive(&two) && !path_of(&store, 2).exists());
        // As one leaves it that was killed: there, and nobody has it.
        std::fs::write(path_of(&store, 2), "").unwrap();
        assert!(!first.is_alive(&two) && !path_of(&store, 2).exists());
        std::fs::write(path_of(&store, 3), "").unwrap();
        let fourth = Processes::shared(&store, 4).unwrap();
        assert!(!path_of(&store, 3).exists() && path_of(&store, 1).exists());
        // Whoever does not say which it is may be alive.
        assert!(first.is_alive("somebody") && first.is_alive("x (pid 1, 12)") && fourth.is_alive(&one));
    }

    #[test]
    fn of_one_that_is_alone_no_other_is_alive() {
        let alone = Processes::alone(7);
        assert!(alone.is_alive(&holder("run", 7)) && !alone.is_alive(&holder("run", 8)));
    }
}
