//! The folders that are granted, held open.

use std::io;
use std::path::Path;
use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use llmspell_policy::{Glob, Grants, Right, split_path};

/// One grant, and the folder that it begins with.
pub struct Root {
    pub right: Right,
    pub glob: Glob,
    /// Absolute, without links, and without a slash at its end.
    pub folder: String,
    pub dir: Arc<Dir>,
}

/// Opens the folder of each grant. An error names the one that can't be opened.
pub fn open(grants: &Grants) -> io::Result<Vec<Arc<Root>>> {
    let (read, write) = (grants.read.iter(), grants.write.iter());
    let all = read.map(|text| (Right::READ, text)).chain(write.map(|text| (Right::WRITE, text)));
    all.map(|(right, text)| Root::open(right, text).map(Arc::new)).collect()
}

impl Root {
    pub fn open(right: Right, text: &str) -> io::Result<Root> {
        let (fixed, pattern) = split_path(text);
        let path = Path::new(fixed);
        let named = match path.parent() {
            Some(parent) if pattern.is_empty() && !path.is_dir() => parent,
            _ => path,
        };
        let told = |error: io::Error| io::Error::new(error.kind(), format!("the granted path '{text}': {error}"));
        let dir = Dir::open_ambient_dir(named, ambient_authority()).map_err(told)?;
        let folder = named.to_string_lossy().trim_end_matches('/').to_owned();
        Ok(Root { right, glob: Glob::of(right, text), folder, dir: Arc::new(dir) })
    }

    /// Whether the grant is for this absolute path.
    pub fn fits(&self, path: &str) -> bool {
        self.glob.covers(&Glob::of(self.right, path))
    }

    /// The absolute path of what lies there below the folder.
    pub fn path(&self, below: &[impl AsRef<str>]) -> String {
        below.iter().fold(self.folder.clone(), |path, part| path + "/" + part.as_ref())
    }

    /// The parts of an absolute path below the folder; `None` where it is not below it.
    pub fn below(&self, path: &str) -> Option<Vec<String>> {
        let rest = path.strip_prefix(&self.folder)?;
        (rest.is_empty() || rest.starts_with('/')).then(|| parts(rest))
    }
}

/// The parts of a path, without those that say nothing.
pub fn parts(path: &str) -> Vec<String> {
    path.split('/').filter(|part| !part.is_empty() && *part != ".").map(String::from).collect()
}
