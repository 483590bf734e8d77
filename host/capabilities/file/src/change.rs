//! Folders are made; files and folders are removed and moved.

use std::sync::Arc;

use cap_fs_ext::DirExt;
use cap_std::fs::{Dir, Metadata};

use crate::error::FileError;
use crate::roots::Root;
use crate::walk::{Found, Last, MOST_LEVELS, walk};
use crate::work::Wanted;
use crate::write::sync;

/// Whether something may be done with what has this path, as a whole tree is worked on.
pub type Check<'a> = &'a dyn Fn(&str) -> Result<(), FileError>;

/// Makes the folder, and those above it that are not there. Whether there was anything to make.
pub fn make_folder(root: &Root, below: &[String], check: Check<'_>, wanted: &Wanted) -> Result<bool, FileError> {
    let mut made = false;
    for end in 0..=below.len() {
        wanted.check()?;
        let found = walk(root, below.get(..end).unwrap_or_default(), Last::Followed)?;
        match (&found.name, &found.about) {
            (None, _) => {}
            (Some(_), Some(about)) if about.is_dir() => {}
            (Some(_), Some(_)) => return Err(FileError::NotFolder),
            (Some(name), None) => {
                check(&found.path)?;
                found.folder.create_dir(name)?;
                sync(&found.folder)?;
                made = true;
            }
        }
    }
    Ok(made)
}

/// Removes a file, a link, an empty folder, or with `all` a folder with everything in it.
pub fn remove(found: &Found, all: bool, check: Check<'_>, wanted: &Wanted) -> Result<(), FileError> {
    let name = found.name.as_deref().ok_or(FileError::IsGrant)?;
    let about = found.about.as_ref().ok_or(FileError::Missing)?;
    if !about.is_dir() {
        found.folder.remove_file(name)?;
        return sync(&found.folder);
    }
    if all {
        // First whether all of it may be removed: nothing is left half done for that reason.
        let folder = found.open_folder()?;
        visit(&folder, &found.path, 0, &mut |_, _, path, _| check(path), wanted)?;
        let mut empty = |folder: &Dir, name: &str, path: &str, is_folder: bool| {
            check(path)?;
            let removed = if is_folder { folder.remove_dir(name) } else { folder.remove_file(name) };
            removed.map_err(FileError::from)
        };
        visit(&folder, &found.path, 0, &mut empty, wanted)?;
    }
    found.folder.remove_dir(name)?;
    sync(&found.folder)
}

/// Moves a file, a link or a folder, on the same disk. A file that has the new name is replaced.
pub fn move_to(
    from: &Found,
    to: &Found,
    most: &dyn Fn(&str) -> u64,
    check: &dyn Fn(&str, &str) -> Result<(), FileError>,
    wanted: &Wanted,
) -> Result<(), FileError> {
    let name = from.name.as_deref().ok_or(FileError::IsGrant)?;
    let new = to.name.as_deref().ok_or(FileError::Exists)?;
    let about = from.about.as_ref().ok_or(FileError::Missing)?;
    if to.about.as_ref().is_some_and(|there| there.is_dir() || about.is_dir()) {
        return Err(FileError::Exists);
    }
    if let Some(there) = &to.about {
        to.file_name()?;
        // To rename over it would not ask.
        if there.permissions().readonly() {
            return Err(FileError::Unusable("what is there is write-protected".into()));
        }
    }
    let fits = |about: &Metadata, new: &str| match most(new) {
        most if about.is_file() && about.len() > most => Err(FileError::TooLarge { bytes: about.len(), most }),
        _ => Ok(()),
    };
    fits(about, &to.path)?;
    if about.is_symlink() {
        return Err(FileError::Unusable("a link is not moved: it might lead elsewhere from there".into()));
    }
    if about.is_dir() {
        // What a folder holds is moved with it: each has to be granted, here and there.
        let moved = |path: &str| format!("{}{}", to.path, path.strip_prefix(&from.path).unwrap_or_default());
        let mut each = |folder: &Dir, name: &str, path: &str, _: bool| {
            check(path, &moved(path))?;
            fits(&folder.symlink_metadata(name)?, &moved(path))
        };
        visit(&from.open_folder()?, &from.path, 0, &mut each, wanted)?;
    }
    wanted.check()?;
    from.folder.rename(name, &to.folder, new)?;
    sync(&to.folder)?;
    sync(&from.folder)
}

/// What is done with each entry: of the folder, its name, its path, and whether it is a folder.
type Visit<'a> = &'a mut dyn FnMut(&Dir, &str, &str, bool) -> Result<(), FileError>;

/// Visits everything in a folder, what is inside before what holds it. Links are not followed.
fn visit(folder: &Arc<Dir>, path: &str, level: usize, each: Visit<'_>, wanted: &Wanted) -> Result<(), FileError> {
    if level >= MOST_LEVELS {
        return Err(FileError::Unusable(format!("its folders are more than {MOST_LEVELS} levels deep")));
    }
    for entry in folder.entries()? {
        wanted.check()?;
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            return Err(FileError::Unusable("a name in it is not UTF-8".into()));
        };
        let path = format!("{path}/{name}");
        let is_folder = folder.symlink_metadata(&name)?.is_dir();
        if is_folder {
            visit(&Arc::new(folder.open_dir_nofollow(&name)?), &path, level + 1, each, wanted)?;
        }
        each(folder, &name, &path, is_folder)?;
    }
    Ok(())
}
