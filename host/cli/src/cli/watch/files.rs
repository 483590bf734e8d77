//! The files that a run depends on, and whether one has changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use llmspell_wasm::hash;

use super::super::play::Play;
use super::super::script::Script;

/// Files by their paths.
pub struct Files {
    all: BTreeMap<PathBuf, Seen>,
}

/// How a file was when it was last looked at.
#[derive(Clone, PartialEq, Eq)]
struct Seen {
    stamp: Option<Stamp>,
    /// Of what it holds. `None`: it is not there, or can't be read.
    hash: Option<String>,
    /// A run has read it of its folder.
    is_module: bool,
}

/// What changes with a file. An editor that saves by renaming leaves another file under the same name.
type Stamp = (Option<SystemTime>, u64, u64);

/// What is written in several steps is at rest when it has not changed for this long.
const REST: Duration = Duration::from_millis(50);

/// So often it is waited for that.
const MOST_RESTS: usize = 40;

/// More files are not watched: a spell can name as many as it likes.
const MOST_FILES: usize = 1000;

impl Files {
    pub fn of(play: &Play, script: &Script) -> Files {
        let mut files = Files { all: BTreeMap::new() };
        files.follow(play, script);
        files
    }

    /// Watches what a new run depends on, beside the modules of those before.
    pub fn follow(&mut self, play: &Play, script: &Script) {
        self.all.retain(|_, seen| seen.is_module);
        let folder = script.folder.clone().unwrap_or_else(|| PathBuf::from("."));
        let mut own = vec![folder.join(&script.name), folder.join("spell.toml")];
        own.extend(MANIFESTS.iter().filter(|_| script.manifest.is_some()).map(|name| folder.join(name)));
        for path in own.into_iter().chain(play.files()) {
            let seen = look(&path, false);
            self.all.insert(path, seen);
        }
    }

    /// Watches a file that a run has asked its folder for.
    pub fn add(&mut self, path: &Path) {
        if self.all.len() < MOST_FILES && !self.all.contains_key(path) {
            self.all.insert(path.to_owned(), look(path, true));
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.all.values().filter(|seen| seen.hash.is_some()).count()
    }

    /// Those that runs have read of their folder.
    pub fn modules(&self) -> impl Iterator<Item = &Path> {
        self.all.iter().filter(|(_, seen)| seen.is_module).map(|(path, _)| path.as_path())
    }

    /// The name of a file whose content has changed since this was last asked, when it has come to rest.
    pub async fn changed(&mut self) -> Option<String> {
        let has_moved = |files: &Files| files.all.iter().any(|(path, seen)| stamp(path) != seen.stamp);
        if !has_moved(self) {
            return None;
        }
        let mut changed = None;
        for _ in 0..MOST_RESTS {
            for (path, seen) in &mut self.all {
                let now = look(path, seen.is_module);
                if now.hash != seen.hash {
                    changed.get_or_insert_with(|| path.strip_prefix(".").unwrap_or(path).display().to_string());
                }
                *seen = now;
            }
            tokio::time::sleep(REST).await;
            // One that is gone for a moment is about to be replaced.
            if !has_moved(self) {
                break;
            }
        }
        changed
    }
}

/// The names of a manifest.
const MANIFESTS: &[&str] = &["spell.yaml", "spell.yml"];

fn stamp(path: &Path) -> Option<Stamp> {
    let about = fs::metadata(path).ok()?;
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&about);
    #[cfg(not(unix))]
    let number = 0;
    Some((about.modified().ok(), about.len(), number))
}

fn look(path: &Path, is_module: bool) -> Seen {
    // The stamp first: what changes in between is seen the next time.
    let stamp = stamp(path);
    let is_file = fs::metadata(path).is_ok_and(|about| about.is_file());
    let hash = is_file.then(|| fs::read(path).ok()).flatten().map(|bytes| hash(&bytes));
    Seen { stamp, hash, is_module }
}
