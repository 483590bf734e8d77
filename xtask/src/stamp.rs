//! Tells whether a guest is up to date: a hash over all that goes into it, kept beside what came out.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

#[derive(Default)]
pub struct Inputs(Sha256);

impl Inputs {
    pub fn text(&mut self, name: &str, content: &str) {
        self.part(name, content.as_bytes());
    }

    pub fn file(&mut self, root: &Path, path: &Path) -> Result<()> {
        let content = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        // Relative to the workspace, which may be moved.
        let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        self.part(&name, &content);
        Ok(())
    }

    /// Every file in `folder` and below.
    pub fn folder(&mut self, root: &Path, folder: &Path) -> Result<()> {
        for path in sorted(folder)? {
            if path.is_dir() { self.folder(root, &path)? } else { self.file(root, &path)? }
        }
        Ok(())
    }

    pub fn finish(self) -> String {
        hex(self.0)
    }

    /// With lengths, so that nothing can move from one part to the next unseen.
    fn part(&mut self, name: &str, content: &[u8]) {
        for bytes in [name.as_bytes(), content] {
            self.0.update(bytes.len().to_le_bytes());
            self.0.update(bytes);
        }
    }
}

/// The entries of a folder, in an order that is the same everywhere.
pub fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading the folder {}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

/// The stamp's text: the hash of the inputs and those of the outputs, so that a damaged output is made anew too.
/// None if an output is missing.
pub fn text(inputs: &str, outputs: &[PathBuf]) -> Option<String> {
    let mut lines = vec![inputs.to_owned()];
    for output in outputs {
        lines.push(hex(Sha256::new_with_prefix(fs::read(output).ok()?)));
    }
    Some(lines.join("\n"))
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a file whole or not at all, and leaves one with the same content alone.
pub fn write(path: &Path, content: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|present| present == content) {
        return Ok(());
    }
    let unfinished = path.with_extension(format!("{}.unfinished", std::process::id()));
    fs::write(&unfinished, content)
        .and_then(|()| fs::rename(&unfinished, path))
        .with_context(|| format!("writing {}", path.display()))
}
