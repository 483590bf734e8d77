//! `[state]` of the configuration: where state is kept, and how much of it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use llmspell_base::config::{ConfigError, Environment, bounded};
use llmspell_base::units::{parse_size, parse_wait};

use crate::place::Place;
use crate::settings::{Quota, Settings};

/// `[state]` of the configuration as it is parsed, before its values are checked.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct RawState {
    store: Option<String>,
    store_wait: Option<String>,
    tenant_bytes: Option<String>,
    tenant_keys: Option<u64>,
    tenant_backups: Option<u64>,
    artifact_bytes: Option<String>,
}

impl RawState {
    /// Checks the values; variables override the file. The store is in memory where no place is named: a library writes
    /// nowhere by itself.
    pub fn read(self, environment: Environment<'_>) -> Result<(Settings, Option<StoreFrom>), ConfigError> {
        let set = |name: &str| environment(name).filter(|value| !value.is_empty());
        let written =
            self.store.map(|text| place(&text).map_err(|what| ConfigError::new(format!("state.store: {what}"))));
        let (place, from) = match (set(STORE_VARIABLE), written.transpose()?) {
            (Some(text), _) => {
                let place = text.parse().map_err(|what| ConfigError::new(format!("{STORE_VARIABLE}: {what}")))?;
                (place, Some(StoreFrom::Environment))
            }
            (None, Some(place)) => (place, Some(StoreFrom::File)),
            (None, None) => (Place::Memory, None),
        };
        let mut settings = Settings::new(place);
        let waits = [(STORE_WAIT_VARIABLE, set(STORE_WAIT_VARIABLE)), ("state.store_wait", self.store_wait)];
        if let Some((name, text)) = waits.into_iter().find_map(|(name, text)| Some((name, text?))) {
            settings.wait = parse_wait(&text).map_err(|what| ConfigError::new(format!("{name}: {what}")))?;
        }
        let quota = settings.quota;
        let bytes = self.tenant_bytes.as_deref().map(parse_size).transpose();
        let bytes = bytes.map_err(|what| ConfigError::new(format!("state.tenant_bytes: {what}")))?;
        let artifact = self.artifact_bytes.as_deref().map(parse_size).transpose();
        let artifact = artifact.map_err(|what| ConfigError::new(format!("state.artifact_bytes: {what}")))?;
        settings.quota = Quota {
            artifact_bytes: bounded("state.artifact_bytes", artifact, 1..=1 << 40)?.unwrap_or(quota.artifact_bytes),
            bytes: bounded("state.tenant_bytes", bytes, 1..=1 << 50)?.unwrap_or(quota.bytes),
            keys: bounded("state.tenant_keys", self.tenant_keys, 1..=1_000_000_000)?.unwrap_or(quota.keys),
            backups: bounded("state.tenant_backups", self.tenant_backups, 0..=10_000)?.unwrap_or(quota.backups),
        };
        Ok((settings, from))
    }
}

/// The source of the place where state is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreFrom {
    /// The variable [`STORE_VARIABLE`].
    Environment,
    /// The configuration file.
    File,
}

/// Names the place where state is kept; before what the file says.
pub const STORE_VARIABLE: &str = "LLMSPELL_STORE";

/// How long another process that has it is waited for.
pub const STORE_WAIT_VARIABLE: &str = "LLMSPELL_STORE_WAIT";

/// As [`Place::from_str`] reads it, but for a place that would be another one in another folder.
fn place(text: &str) -> Result<Place, String> {
    let home = |path: PathBuf| match path.strip_prefix("~") {
        Ok(rest) => dirs::home_dir().map(|home| home.join(rest)).ok_or("no home folder is known".to_string()),
        Err(_) if path.is_absolute() => Ok(path),
        Err(_) => Err(absolute(&path)),
    };
    Ok(match text.parse()? {
        Place::Memory => Place::Memory,
        Place::Sled(folder) => Place::Sled(home(folder)?),
        Place::Sqlite(file) => Place::Sqlite(home(file)?),
    })
}

fn absolute(path: &Path) -> String {
    format!("'{}' depends on the current folder: write it from / or ~ on", path.display().to_string().escape_debug())
}
