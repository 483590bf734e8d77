//! Reading a plain file.

use std::io::Read;

use cap_fs_ext::{FollowSymlinks, OpenOptionsFollowExt};
use cap_std::fs::{File, OpenOptions};

use crate::error::FileError;
use crate::walk::Found;
use crate::work::Wanted;

/// Read at once, and between two looks at whether it is still wanted.
pub const PIECE: usize = 256 << 10;

/// Opens a plain file, and nothing that takes its place meanwhile.
pub fn open(found: &Found, options: &mut OpenOptions) -> Result<File, FileError> {
    let name = found.file_name()?;
    // Looked at before: to open a device may already do something.
    if found.about.is_none() {
        return Err(FileError::Missing);
    }
    let file = found.folder.open_with(name, without_waiting(options))?;
    if !file.metadata()?.is_file() {
        return Err(FileError::NotPlain);
    }
    Ok(file)
}

/// Follows no link, and does not wait for the other end of a pipe.
pub fn without_waiting(options: &mut OpenOptions) -> &OpenOptions {
    #[cfg(unix)]
    cap_std::fs::OpenOptionsExt::custom_flags(options, rustix::fs::OFlags::NONBLOCK.bits() as i32);
    options.follow(FollowSymlinks::No)
}

/// All of it, if that is not more than `most`.
pub fn read(found: &Found, most: u64, wanted: &Wanted) -> Result<Vec<u8>, FileError> {
    let mut file = open(found, OpenOptions::new().read(true))?;
    let bytes = file.metadata()?.len();
    if bytes > most {
        return Err(FileError::TooLarge { bytes, most });
    }
    let mut all = Vec::with_capacity(usize::try_from(bytes).unwrap_or_default().min(PIECE));
    loop {
        wanted.check()?;
        if (&mut file).take(PIECE as u64).read_to_end(&mut all)? == 0 {
            return Ok(all);
        }
        // It may grow while it is read.
        if all.len() as u64 > most {
            return Err(FileError::TooLarge { bytes: all.len() as u64, most });
        }
    }
}
