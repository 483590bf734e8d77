//! The flags that all commands have in common which run spells.

use llmspell_wasm::Config;

use super::flags::{ConfigFlag, LimitFlags, ModelFlags};
use super::granted::{GrantFlags, Granted};
use super::store::StoreFlags;

/// What every command takes that runs spells: a configuration, and what a spell gets within it.
#[derive(clap::Args)]
pub struct Settings {
    #[command(flatten)]
    pub config: ConfigFlag,
    // What stands below a heading of its own comes last, or the rest would go below it as well.
    #[command(flatten)]
    pub grants: GrantFlags,
    #[command(flatten)]
    pub models: ModelFlags,
    #[command(flatten)]
    store: StoreFlags,
    #[command(flatten)]
    pub limits: LimitFlags,
}

impl Settings {
    /// The configuration, with the limits of the flags.
    pub fn load(&self) -> anyhow::Result<Config> {
        let mut config = self.config.load_within(self.limits.timeout())?;
        self.limits.apply(&mut config);
        Ok(config)
    }

    /// What the tenant's spells are granted, and the model that they get in place of any other. The configuration gets the
    /// store and the models of the flags.
    pub fn grant(&self, config: &mut Config, tenant: &str) -> anyhow::Result<(Granted, Option<String>)> {
        self.store.apply(config)?;
        let mut granted = self.grants.read(config, tenant)?;
        let model = self.models.apply(config, &mut granted.grants)?;
        Ok((granted, model))
    }
}
