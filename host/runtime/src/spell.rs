//! A spell to run.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use llmspell_kernel::Approver;
use llmspell_kernel::listener::Listener;
use llmspell_policy::audit::Audit;

use crate::watcher::WorkflowWatcher;

/// A spell and all that it is started with. Untrusted, but for what the caller adds to it.
pub struct Spell {
    /// The guest that runs it, such as "lua".
    pub language: String,
    /// What errors call it, such as "spell.lua".
    pub name: String,
    /// The spell's text, in its language.
    pub source: String,
    /// The spell's `params`.
    pub parameters: Map<String, Value>,
    /// The spell's `arg`.
    pub arguments: Vec<String>,
    /// Where its modules and data lie. `None`: it has none.
    pub folder: Option<PathBuf>,
    /// The SHA-256 of the manifest in `folder` that describes it: checkpoints keep it.
    pub manifest: Option<String>,
    /// Asked in place of any model that the spell names.
    pub model: Option<String>,
    /// Makes randomness repeatable. `None`: the operating system's.
    pub seed: Option<u64>,
    /// A clock that starts at this time since 1970 and goes with tokio's, which a test can pause. `None`: the machine's.
    pub clock: Option<Duration>,
    /// Whose spell it is.
    pub tenant: String,
    /// The session of its tenant that it begins in. `None`: in none.
    pub session: Option<String>,
    /// Gets the spell's output and log as they come.
    pub listener: Box<dyn Listener>,
    /// Gets a JSON line for each call; see [`llmspell_kernel::recorder::Journal`].
    pub journal: Option<Box<dyn Write + Send>>,
    /// Gets the record of the run, a `.spellrun`: all that it takes to run it again without anything outside. See [`crate::replay`].
    pub record: Option<Box<dyn Write + Send>>,
    /// Gets a line for each decision about what the spell may use.
    pub audit: Option<Audit>,
    /// Asked for approvals, in place of the runtime's own approver.
    pub approver: Option<Arc<dyn Approver>>,
    /// Digests of calls that are approved beforehand, as a refusal tells them: each accepts one such call, once.
    pub approved: Vec<String>,
    /// Hears how workflows go, step by step.
    pub watcher: Option<Box<dyn WorkflowWatcher>>,
    /// What is gone of its wall time before it begins, such as by compiling its guest.
    pub waited: Duration,
    /// Ends the run, with outcome `cancelled`.
    pub cancel: CancellationToken,
}

impl Spell {
    /// A spell with nothing but its text, for the tenant "local"; its output and log are dropped.
    pub fn new(language: &str, name: &str, source: &str) -> Spell {
        Spell {
            language: language.into(),
            name: name.into(),
            source: source.into(),
            parameters: Map::new(),
            arguments: Vec::new(),
            folder: None,
            manifest: None,
            model: None,
            seed: None,
            clock: None,
            tenant: "local".into(),
            session: None,
            listener: Box::new(()),
            journal: None,
            record: None,
            audit: None,
            approver: None,
            approved: Vec::new(),
            watcher: None,
            waited: Duration::ZERO,
            cancel: CancellationToken::new(),
        }
    }
}
