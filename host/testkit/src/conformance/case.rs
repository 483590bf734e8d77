//! A case: a folder with a spell in each language, what it is run with, and one expectation for all of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::Options;
use super::replies::{self, Asked, Reply};
use super::settings::Settings;
use crate::GuestUnderTest;

/// A case as one guest plays it.
pub struct Case {
    /// Such as `state/save`.
    pub name: String,
    pub guest: Arc<GuestUnderTest>,
    pub folder: PathBuf,
    pub spell: PathBuf,
    pub settings: Settings,
    pub expected: Value,
    /// What a model server answers.
    pub replies: Option<Vec<Reply>>,
    /// What it was asked in the last play.
    pub asked: Asked,
}

/// What lies in the folders.
#[derive(Default)]
pub struct Found {
    pub cases: Vec<Case>,
    /// The names of plays, and of the spells that they lack.
    pub missing: Vec<(String, String)>,
    /// What is wrong with the folders.
    pub problems: Vec<String>,
}

/// Every case with every guest.
pub fn find(options: &Options) -> Found {
    let guests: Vec<Arc<GuestUnderTest>> = options.guests.iter().cloned().map(Arc::new).collect();
    let mut found = Found::default();
    match of_all_interfaces(&options.cases) {
        Ok(folders) => {
            for folder in folders {
                if let Err(problem) = found.read(options, &guests, &folder) {
                    found.problems.push(format!("{}: {problem}", folder.display()));
                }
            }
        }
        Err(problem) => found.problems.push(problem),
    }
    if found.cases.is_empty() && found.problems.is_empty() {
        found.problems.push(format!("{}: no case has a spell for any of the guests", options.cases.display()));
    }
    found
}

fn of_all_interfaces(path: &Path) -> Result<Vec<PathBuf>, String> {
    let mut all = Vec::new();
    for interface in folders(path)? {
        all.extend(folders(&interface)?);
    }
    Ok(all)
}

/// The folders in a folder, sorted.
fn folders(path: &Path) -> Result<Vec<PathBuf>, String> {
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    let entries: Result<Vec<_>, _> = std::fs::read_dir(path).map_err(told)?.collect();
    let mut paths: Vec<_> = entries.map_err(told)?.iter().map(std::fs::DirEntry::path).collect();
    paths.retain(|path| path.is_dir());
    paths.sort();
    Ok(paths)
}

impl Found {
    fn read(&mut self, options: &Options, guests: &[Arc<GuestUnderTest>], folder: &Path) -> Result<(), String> {
        let settings: Settings = match std::fs::read_to_string(folder.join("case.toml")) {
            Ok(text) => toml::from_str(&text).map_err(|error| error.to_string())?,
            Err(_) => Settings::default(),
        };
        let (expected, replies) = (expectation(folder)?, replies::read(folder)?);
        let name = folder.strip_prefix(&options.cases).map_err(|error| error.to_string())?.display().to_string();
        for guest in guests {
            let language = guest.language;
            if settings.without.contains_key(language.name) {
                continue;
            }
            let file = format!("spell.{}", language.extensions[0]);
            let mut case = Case {
                name: name.clone(),
                guest: guest.clone(),
                folder: folder.to_path_buf(),
                spell: folder.join(settings.spell.get(language.name).map_or(Path::new(&file), PathBuf::as_path)),
                settings: settings.clone(),
                expected: expected.clone(),
                replies: replies.clone(),
                asked: Asked::default(),
            };
            if let Some(own) =
                options.spells.as_ref().map(|spells| spells.join(&name)).filter(|own| own.join(&file).exists())
            {
                case.spell = own.join(&file);
                if own.join("expected.json").exists() {
                    case.expected = expectation(&own)?;
                }
            }
            match (case.spell.exists(), &options.spells) {
                (true, _) => self.cases.push(case),
                (false, Some(_)) => self.missing.push((format!("{name} ({})", language.name), file)),
                (false, None) => return Err(format!("no {file}, and [without] does not say why")),
            }
        }
        Ok(())
    }
}

fn expectation(folder: &Path) -> Result<Value, String> {
    let text =
        std::fs::read_to_string(folder.join("expected.json")).map_err(|error| format!("expected.json: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("expected.json: {error}"))
}
