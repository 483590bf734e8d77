//! A folder of a run's own, in which files are granted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use llmspell_wasm::Grants;
use llmspell_wasm::policy::{Glob, Right};
use serde::Deserialize;
use serde_json::{Map, Value};

/// `[files]` of a case. The folder is the run's working folder, and its path the parameter `folder`; in policies, `{folder}`
/// stands for it.
#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Files {
    /// Patterns of paths that are granted to read, relative to the folder.
    pub read: Vec<String>,
    /// Patterns of paths that are granted to write.
    pub write: Vec<String>,
    /// What no grant reaches.
    pub off_limits: Vec<String>,
    /// What there is to begin with: texts by their paths.
    pub texts: BTreeMap<String, String>,
    /// Empty folders.
    pub folders: Vec<String>,
    /// Targets of links by their paths.
    pub links: BTreeMap<String, String>,
}

/// The folder, as long as it is there. Each play of a case has the same one: its path is a text that the spell has.
pub struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

impl Files {
    /// `name` is that of the play.
    pub fn lay_out(&self, name: &str) -> Folder {
        let name = format!("llmspell-{}-{}", std::process::id(), name.replace('/', "-"));
        let folder = Folder(std::env::temp_dir().join(name));
        drop(std::fs::remove_dir_all(&folder.0));
        std::fs::create_dir_all(&folder.0).unwrap();
        let path = |name: &str| folder.0.join(name);
        for name in &self.folders {
            std::fs::create_dir_all(path(name)).unwrap();
        }
        for (name, text) in &self.texts {
            std::fs::create_dir_all(path(name).parent().unwrap()).unwrap();
            std::fs::write(path(name), text).unwrap();
        }
        #[cfg(unix)]
        for (name, target) in &self.links {
            std::os::unix::fs::symlink(target, path(name)).unwrap();
        }
        folder
    }

    pub fn grant(&self, folder: &Folder, grants: &mut Grants) {
        let path = folder.path();
        let pattern = |right, text: &String| {
            let text = path.join(text).to_str().unwrap().to_owned();
            Glob::parse(right, &text, true).unwrap().text().to_owned()
        };
        grants.read = self.read.iter().map(|text| pattern(Right::READ, text)).collect();
        grants.write = self.write.iter().map(|text| pattern(Right::WRITE, text)).collect();
        grants.off_limits = self.off_limits.iter().map(|text| path.join(text)).collect();
        grants.work_folder = Some(path);
    }
}

impl Folder {
    pub fn path(&self) -> PathBuf {
        self.0.canonicalize().unwrap()
    }

    /// The texts of all files that are there now, by their paths; of an empty folder null.
    pub fn texts(&self) -> Value {
        let mut texts = Map::new();
        collect(&self.0, "", &mut texts);
        texts.into()
    }
}

fn collect(folder: &Path, above: &str, texts: &mut Map<String, Value>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    if entries.is_empty() && !above.is_empty() {
        texts.insert(above.trim_end_matches('/').into(), Value::Null);
    }
    for path in entries.iter().filter(|path| !path.is_symlink()) {
        let name = format!("{above}{}", path.file_name().unwrap().to_str().unwrap());
        match path.is_dir() {
            true => collect(path, &format!("{name}/"), texts),
            false => drop(texts.insert(name, String::from_utf8_lossy(&std::fs::read(path).unwrap()).into())),
        }
    }
}
