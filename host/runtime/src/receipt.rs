//! The receipt of a run: its outcome, and all that decided what it did.

use std::time::SystemTime;

use llmspell_api::{Hashes, PolicyFile, Receipt};
use llmspell_base::Limits;
use llmspell_base::clock::Clock;

use crate::config::Config;
use crate::outcome::Outcome;

/// What a receipt holds beside the outcome.
pub struct About<'a> {
    /// The spell's language.
    pub language: &'a str,
    /// Whose run it was.
    pub tenant: &'a str,
    /// When it began.
    pub started: SystemTime,
    /// What it ran with.
    pub config: &'a Config,
    /// What it might use.
    pub limits: &'a Limits,
    /// Names, and the SHA-256 of each one's text.
    pub policies: &'a [(String, String)],
}

impl Outcome {
    /// The receipt. Keys that do not apply are null.
    pub fn receipt(&self, about: &About<'_>) -> Receipt {
        let policy = |(file, hash): &(String, String)| PolicyFile { file: file.clone(), hash: hash.clone() };
        Receipt {
            outcome: self.ending.word().into(),
            exit_code: self.exit_code(),
            exit_requested: self.exit_requested,
            result: self.result.clone(),
            error: self.error.clone(),
            ledger: self.ledger.clone(),
            limits: about.limits.show(),
            hashes: Hashes {
                spell: self.spell_hash.clone(),
                guest: Some(self.guest_hash.clone()).filter(|hash| !hash.is_empty()),
                modules: self.modules.clone(),
                config: about.config.hash.clone(),
                policies: about.policies.iter().map(policy).collect(),
            },
            language: about.language.into(),
            tenant: about.tenant.into(),
            started_at: Clock::stamp(about.started),
            version: env!("CARGO_PKG_VERSION").into(),
        }
    }
}
