//! Where the summary of a run for programs goes: `--receipt FILE`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use llmspell_wasm::file::unwritable;
use serde_json::Value;

use super::terminal;

/// A file that appears whole or not at all.
pub struct Target {
    path: PathBuf,
    /// Written first, then renamed; `None` for what is no plain file, such as /dev/fd/3.
    draft: Option<PathBuf>,
}

impl Target {
    /// Checks that it can be written, so that a wrong path is reported before anything runs.
    pub fn check(path: &Path) -> io::Result<Target> {
        // Through a link, so that the rename does not replace the link itself.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        if fs::metadata(&path).is_ok_and(|about| !about.is_file()) {
            OpenOptions::new().write(true).open(&path).map_err(unwritable)?;
            return Ok(Target { path, draft: None });
        }
        let Some(name) = path.file_name() else { return Err(unwritable(io::ErrorKind::IsADirectory.into())) };
        let draft = path.with_file_name(format!(".{}.{}.tmp", name.to_string_lossy(), std::process::id()));
        create(&draft).map_err(unwritable)?;
        fs::remove_file(&draft)?;
        Ok(Target { path, draft: Some(draft) })
    }

    pub fn write(&self, receipt: &Value) -> io::Result<()> {
        let text = terminal::pretty(receipt) + "\n";
        let Some(draft) = &self.draft else {
            return OpenOptions::new().write(true).open(&self.path)?.write_all(text.as_bytes());
        };
        let written = create(draft).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(draft, &self.path)
        });
        if written.is_err() {
            let _ = fs::remove_file(draft);
        }
        written
    }
}

/// Fails where a file or a link is already: a link of another user is never followed.
fn create(draft: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(draft)
}
