//! Which store: from flags, environment and configuration to a place.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use llmspell_wasm::state::Place;
use llmspell_wasm::{Config, config};

/// Where state is kept.
#[derive(clap::Args)]
#[command(next_help_heading = "State")]
pub struct StoreFlags {
    /// Keep state in this folder, in sqlite:FILE, or in memory, where it ends with the run
    #[arg(long, value_name = "PATH", value_parser = parse_place, allow_hyphen_values = true)]
    store: Option<Place>,
    /// How long to wait for another process that is using the store, such as 30s
    #[arg(long, value_name = "DURATION", value_parser = config::parse_wait, allow_hyphen_values = true)]
    store_wait: Option<Duration>,
}

impl StoreFlags {
    /// Sets the place: the flag, or else what the environment or the configuration says, or else the user's data folder.
    /// Returns where it was set.
    pub fn apply(&self, config: &mut Config) -> anyhow::Result<String> {
        if let Some(wait) = self.store_wait {
            config.store.wait = wait;
        }
        if let Some(place) = &self.store {
            config.keep_state_in(place.clone());
            return Ok("flag".into());
        }
        Ok(match (config.store_from, &config.file) {
            (Some(config::StoreFrom::Environment), _) => config::STORE_VARIABLE.into(),
            (Some(config::StoreFrom::File), Some(file)) => file.display().to_string(),
            _ => {
                config.keep_state_in(Place::Sled(data_folder()?.join("state")));
                "default".into()
            }
        })
    }
}

/// What is kept for the user, in the folder that the system has for it ($XDG_DATA_HOME).
pub fn data_folder() -> anyhow::Result<PathBuf> {
    let folder =
        dirs::data_dir().context("no home folder is known to keep state in: name a place with --store PATH")?;
    Ok(folder.join("llmspell"))
}

/// What is kept of what the user did, as the lines of a prompt ($XDG_STATE_HOME). `None`: no home folder is known.
pub fn state_folder() -> Option<PathBuf> {
    Some(dirs::state_dir().or_else(dirs::data_local_dir)?.join("llmspell"))
}

/// What no spell may read or change: the user's data folder with state, compiled guests and keys, the prompt's history, the folder of the
/// configuration with its policies, the store that is in use and what lies beside it. As they are named, and without links.
pub fn own_folders(config: &Config) -> Vec<PathBuf> {
    let named = [
        data_folder().ok(),
        state_folder(),
        dirs::config_dir().map(|folder| folder.join("llmspell")),
        config.file.clone(),
        config.operator_policy.clone(),
        config.tenant_policies.clone(),
    ];
    named
        .into_iter()
        .flatten()
        .chain(config.store.place.paths())
        .flat_map(|path| with_and_without_links(&path))
        .collect()
}

/// An absolute path as it is named, and without links.
pub fn with_and_without_links(path: &Path) -> Vec<PathBuf> {
    std::path::absolute(path).map(|path| vec![real(&path), path]).unwrap_or_default()
}

/// The path without links, as far as it is there.
fn real(path: &Path) -> PathBuf {
    match (path.canonicalize(), path.parent(), path.file_name()) {
        (Ok(real), ..) => real,
        (Err(_), Some(above), Some(name)) => real(above).join(name),
        _ => path.into(),
    }
}

fn parse_place(text: &str) -> anyhow::Result<Place> {
    if text.starts_with('-') {
        bail!("'{text}' is no place: a store is a folder, sqlite:FILE or memory");
    }
    text.parse().map_err(anyhow::Error::msg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_and_what_lies_beside_the_store_are_the_programs_own() {
        let folder = tempfile::tempdir().unwrap();
        let (at, links) = (folder.path().canonicalize().unwrap(), folder.path().join("links"));
        std::fs::create_dir(&links).unwrap();
        std::fs::write(at.join("store.db"), "").unwrap();
        std::os::unix::fs::symlink(at.join("store.db"), links.join("store.db")).unwrap();
        let mut config = Config::from_toml("", &|_| None).unwrap();
        config.operator_policy = Some(at.join("operator.toml"));
        config.tenant_policies = Some(at.join("tenants"));
        config.keep_state_in(Place::Sqlite(links.join("store.db")));
        let own = own_folders(&config);
        for name in
            ["operator.toml", "tenants", "store.db", "store.db-wal", "store.db.damaged-*", "links/store.db.backups"]
        {
            assert!(own.contains(&at.join(name)), "{name}: {own:?}");
        }
    }
}
