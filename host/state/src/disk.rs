//! The disk that a store lies on: its syncs, its folder, and the file systems that can't hold one.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The syncs of a store, in one place, so that tests can tell what would be left after a power cut.
pub trait Disk: Send + Sync {
    /// Returns when everything that was written to this file is on the disk.
    fn sync_data(&self, file: &File, _path: &Path) -> io::Result<()> {
        file.sync_data()
    }

    /// Returns when everything that was made, renamed or removed in this folder is on the disk.
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }
}

/// The machine's.
pub struct RealDisk;

impl Disk for RealDisk {}

/// A folder that belongs to a store.
#[derive(Clone)]
pub struct Folder {
    pub path: PathBuf,
    pub disk: Arc<dyn Disk>,
}

/// The note that a rebuild is under way, in the folder of a store. Beside a file it carries the file's name.
pub const REBUILD_NOTE: &str = "rebuilding";

/// What may lie in the folder of a store before there is one.
const OURS: &[&str] = &["lock", "creating", "backups", "lost+found", REBUILD_NOTE];

impl Folder {
    /// The name of an entry that does not belong to a store.
    pub fn foreign_entry(&self) -> io::Result<Option<String>> {
        for entry in fs::read_dir(&self.path)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if !OURS.contains(&name.as_str()) && !name.starts_with("damaged-") {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    /// Writes a file whole or not at all.
    pub fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let (draft, path) = (self.path.join(format!("{name}.draft")), self.path.join(name));
        let mut file = File::create(&draft)?;
        file.write_all(bytes)?;
        self.disk.sync_data(&file, &draft)?;
        fs::rename(&draft, &path)?;
        self.disk.sync_folder(&self.path)
    }
}

/// The name of a file system that lies behind a network: locks and syncs can't be relied on there.
pub fn network(kind: i64) -> Option<&'static str> {
    // From statfs(2). The number is signed on some machines and 32 bits wide on others.
    Some(match kind as u32 {
        0x6969 => "NFS",
        0x517b => "SMB",
        0xff53_4d42 => "CIFS",
        0xfe53_4d42 => "SMB2",
        0x5346_414f => "AFS",
        0x7375_7245 => "Coda",
        0x00c3_6400 => "Ceph",
        0x0bd0_0bd0 => "Lustre",
        0x4750_4653 => "GPFS",
        0x564c => "NCP",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_file_systems_are_known_by_their_number() {
        assert_eq!(network(0x6969), Some("NFS"));
        assert_eq!(network(i64::from(0xff53_4d42_u32 as i32)), Some("CIFS"));
        // ext4, tmpfs, overlay
        assert_eq!([0xef53, 0x0102_1994, 0x794c_7630].map(network), [None; 3]);
    }
}
