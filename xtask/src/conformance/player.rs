//! One run of a spell: what goes in, and what is to be known of its end.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, str};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tempfile::TempDir;

use super::options::{Options, Suite};

/// Far more than any test of the suites needs, so that what ends at a limit is a finding.
const LIMITS: &[&str] = &["--fuel", "1000G", "--memory", "1GiB", "--timeout", "5m", "--max-output", "64MiB"];

pub struct Spell {
    /// The file's name, as it appears in messages.
    pub name: String,
    pub text: Vec<u8>,
    /// Files that it may load, copied beside it.
    pub companions: Vec<PathBuf>,
}

#[derive(Clone, Debug, Default)]
pub struct Played {
    /// The outcome's word, such as `completed`.
    pub outcome: String,
    pub message: String,
    pub line: Option<usize>,
    pub traceback: String,
    /// What the spell printed.
    pub output: String,
}

pub trait Player: Sync {
    fn play(&self, spell: &Spell) -> Result<Played>;
}

/// Plays each spell in a process of its own.
pub struct Binary {
    binary: PathBuf,
    guest: Option<PathBuf>,
    language: &'static str,
    folder: TempDir,
    count: AtomicUsize,
}

impl Binary {
    pub fn new(options: &Options) -> Result<Binary> {
        let folder = tempfile::tempdir().context("making a folder for the spells")?;
        // The user's own configuration has no part in this.
        fs::write(folder.path().join("config.toml"), "")?;
        let language = if options.suite == Suite::Lua { "lua" } else { "javascript" };
        let guest = options.guest.clone();
        Ok(Binary { binary: options.binary.clone(), guest, language, folder, count: AtomicUsize::new(0) })
    }

    fn run(&self, folder: &Path, name: &str) -> Result<Played> {
        let mut command = Command::new(&self.binary);
        command.args(["run", "--output", "json", "--lang", self.language]).args(LIMITS);
        command.arg("--config").arg(self.folder.path().join("config.toml"));
        if let Some(guest) = &self.guest {
            command.arg("--guest").arg(guest);
        }
        let output = command.arg(folder.join(name)).stdin(Stdio::null()).output();
        let output = output.with_context(|| format!("starting {}", self.binary.display()))?;
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        let document = str::from_utf8(&output.stdout).ok().and_then(|text| serde_json::from_str::<Value>(text).ok());
        match document {
            Some(document) => Ok(read(&document, printed)),
            // Nothing was run, nor would anything else be.
            None if output.status.code() == Some(2) => {
                bail!(
                    "{} takes no such arguments: {}",
                    self.binary.display(),
                    printed.lines().next().unwrap_or_default()
                )
            }
            // The process itself ended badly: a finding about this spell.
            None => Ok(Played {
                outcome: format!("no outcome, {}", output.status),
                message: printed.lines().last().unwrap_or_default().to_owned(),
                ..Played::default()
            }),
        }
    }
}

fn read(document: &Value, output: String) -> Played {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let error = document.get("error");
    let field = |name: &str| error.and_then(|error| error.get(name));
    Played {
        outcome: text(document.get("outcome")),
        message: text(field("message")),
        line: field("line").and_then(Value::as_u64).and_then(|line| usize::try_from(line).ok()),
        traceback: text(field("traceback")),
        output,
    }
}

impl Player for Binary {
    fn play(&self, spell: &Spell) -> Result<Played> {
        ensure!(!spell.name.contains(['/', '\\']), "`{}` is no file's name", spell.name);
        let folder = self.folder.path().join(self.count.fetch_add(1, Ordering::Relaxed).to_string());
        fs::create_dir(&folder)?;
        fs::write(folder.join(&spell.name), &spell.text)?;
        for companion in &spell.companions {
            let name = companion.file_name().context("a companion without a name")?;
            fs::copy(companion, folder.join(name)).with_context(|| format!("copying {}", companion.display()))?;
        }
        let played = self.run(&folder, &spell.name);
        fs::remove_dir_all(&folder)?;
        played
    }
}
