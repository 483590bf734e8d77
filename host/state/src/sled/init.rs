//! Makes a store in steps, so that one that was never finished can be told from one that lost something.
//!
//! `creating` stands in the folder from the first step to the last, `format` from the last one on. With `creating` alone
//! nothing was ever acknowledged; with `format` and no log, a store was lost, and is not quietly made anew.

use std::fs;

use super::DB;
use crate::disk::Folder;
use crate::error::{StoreError, damaged};
use llmspell_base::toml_span::shown;

const CREATING: &str = "creating";
const FORMAT: &str = "format";

/// What `format` holds.
const TEXT: &str = "llmspell state, format 2, kind sled\n";

/// Refuses a folder that holds other files than a store's, before anything is done in it.
pub fn look(folder: &Folder) -> Result<(), StoreError> {
    let at = |file: &str| folder.path.join(file).exists();
    if at(FORMAT) || at(CREATING) { Ok(()) } else { refuse_foreign(folder) }
}

fn refuse_foreign(folder: &Folder) -> Result<(), StoreError> {
    let name = folder.path.display().to_string();
    let strange = folder.foreign_entry().map_err(|error| StoreError::unusable(&name, "looking into it", &error))?;
    let Some(strange) = strange else { return Ok(()) };
    let strange = shown(&strange);
    let what =
        format!("the folder holds other files ({strange}): name an empty folder, or one that does not exist yet");
    Err(StoreError::Unusable { store: name, what })
}

/// Whether the store has to be made.
pub fn begin(folder: &Folder) -> Result<bool, StoreError> {
    let name = folder.path.display().to_string();
    let at = |file: &str| folder.path.join(file);
    match fs::read_to_string(at(FORMAT)) {
        Ok(text) if text == TEXT => {
            if at(DB).join("db").is_file() {
                return Ok(false);
            }
            return Err(damaged(&name, "its log (db/db) is missing"));
        }
        Ok(text) => {
            let text = text.escape_debug().take(60).collect::<String>();
            let what = format!("its format is '{text}', which this version does not know");
            return Err(StoreError::Unusable { store: name, what });
        }
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(StoreError::unusable(&name, "reading the file `format`", &error));
        }
        Err(_) => {}
    }
    let error = |error| StoreError::unusable(&name, "making it", &error);
    if at(CREATING).exists() {
        for left in [DB, super::blobs::FOLDER] {
            if at(left).exists() {
                fs::remove_dir_all(at(left)).map_err(error)?;
            }
        }
        if at(super::mark::FILE).exists() {
            fs::remove_file(at(super::mark::FILE)).map_err(error)?;
        }
    } else {
        refuse_foreign(folder)?;
    }
    fs::write(at(CREATING), "").map_err(error)?;
    folder.disk.sync_folder(&folder.path).map_err(error)?;
    Ok(true)
}

/// The log is synced: from here on it is a store.
pub fn end(folder: &Folder) -> Result<(), StoreError> {
    let made = || {
        folder.disk.sync_folder(&folder.path.join(DB))?;
        folder.write(FORMAT, TEXT.as_bytes())?;
        fs::remove_file(folder.path.join(CREATING))?;
        folder.disk.sync_folder(&folder.path)
    };
    made().map_err(|error| StoreError::unusable(&folder.path.display().to_string(), "making it", &error))
}
