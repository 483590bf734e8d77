//! The commands about stored state.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Subcommand;
use llmspell_wasm::api::Code;
use llmspell_wasm::api::cli::state as api;
use llmspell_wasm::state::{Backend, Place, Store, StoreError};
use llmspell_wasm::{Config, Ending};
use serde_json::{Value, json};

use super::flags::{self, ConfigFlag};
use super::outputs::{self, Named};
use super::play::Format;
use super::signals;
use super::store::StoreFlags;
use super::{System, terminal};

mod backup;
mod delete;
pub mod export;
mod get;
mod import;
mod list;
mod progress;
pub mod question;
mod restore;
mod set;
pub mod table;
mod verify;

pub use question::Declined;

/// List, read and change stored state; back it up and restore it
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    List(list::Args),
    Get(get::Args),
    Set(set::Args),
    Delete(delete::Args),
    Export(export::Args),
    Import(import::Args),
    Backup(backup::Args),
    Restore(restore::Args),
    Verify(verify::Args),
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let json = args.command.common().is_json();
    told(json, dispatch(args.command))
}

/// What a command came to; for programs, its failure as well.
pub fn told(json: bool, done: anyhow::Result<ExitCode>) -> anyhow::Result<ExitCode> {
    if let (true, Err(error)) = (json, &done) {
        let error = api::Error { code: code(error).into(), message: format!("{error:#}") };
        let failure = json!(api::Failed { error });
        terminal::print(&(terminal::pretty(&failure) + "\n"))?;
    }
    done
}

/// For programs: what kind of failure it is.
fn code(error: &anyhow::Error) -> &'static str {
    match error.downcast_ref::<StoreError>() {
        Some(problem) => problem.code().word(),
        None if error.is::<Declined>() => "declined",
        None if error.is::<System>() => Ending::HostFault.word(),
        None => Code::Invalid.word(),
    }
}

impl Command {
    fn common(&self) -> &Common {
        match self {
            Command::List(args) => &args.common,
            Command::Get(args) => &args.common,
            Command::Set(args) => &args.common,
            Command::Delete(args) => &args.common,
            Command::Export(args) => &args.common,
            Command::Import(args) => &args.common,
            Command::Backup(args) => &args.common,
            Command::Restore(args) => &args.common,
            Command::Verify(args) => &args.common,
        }
    }
}

fn dispatch(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::List(args) => list::exec(args),
        Command::Get(args) => get::exec(args),
        Command::Set(args) => set::exec(args),
        Command::Delete(args) => delete::exec(args),
        Command::Export(args) => export::exec(args),
        Command::Import(args) => import::exec(args),
        Command::Backup(args) => backup::exec(args),
        Command::Restore(args) => restore::exec(args),
        Command::Verify(args) => verify::exec(args),
    }
}

/// The tenant, the store and the form of output.
#[derive(clap::Args)]
pub struct Common {
    /// The tenant whose state it is
    #[arg(long, value_name = "NAME", default_value = "local", value_parser = parse_tenant)]
    tenant: String,
    /// Text for people, or one JSON document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Format,
    #[command(flatten)]
    config: ConfigFlag,
    #[command(flatten)]
    store: StoreFlags,
}

/// Host programs may give tenants any name, and the operator has to reach them all: to read, back up, restore and delete
/// what they have. Commands that add values accept only the names that `run` accepts.
fn parse_tenant(text: &str) -> anyhow::Result<String> {
    if text.len() > 256 {
        bail!("a tenant's name has at most 256 bytes");
    }
    Ok(text.into())
}

/// What a command works on: the tenant and its store, which is opened by [`Session::with`].
pub struct Session {
    pub tenant: String,
    pub config: Config,
    pub store: Store,
    json: bool,
    tokio: tokio::runtime::Runtime,
}

/// What a command does where there is no store yet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    Refuse,
    Make,
}

impl Common {
    /// Checks that spells can run for the tenant: values for any other could never be read.
    pub fn may_make(&self) -> anyhow::Result<()> {
        flags::parse_tenant(&self.tenant).map(drop).with_context(|| format!("--tenant {}", quoted(&self.tenant)))
    }

    pub fn is_json(&self) -> bool {
        self.output == Format::Json
    }

    /// `command` is shown by other processes that wait for the store, which is not opened yet.
    pub fn session(self, command: &str, missing: Missing) -> anyhow::Result<Session> {
        self.session_of(format!("state {command}"), missing)
    }

    /// The same for a command that is none about state.
    pub fn session_of(self, owner: String, missing: Missing) -> anyhow::Result<Session> {
        let mut config = self.config.load()?;
        self.store.apply(&mut config)?;
        config.store.owner = owner;
        let there = match &config.store.place {
            Place::Memory => {
                bail!("a store in memory ends with its process: name a folder or sqlite:FILE with --store")
            }
            Place::Sled(folder) => folder.exists(),
            // Where only its backups are left, opening it says so.
            Place::Sqlite(file) => file.exists() || file.with_added_extension("backups").exists(),
        };
        if !there && missing == Missing::Refuse {
            let what = format!(
                "there is no store at {} yet: a spell creates it when it first saves a value; --store names another place",
                config.store.place
            );
            return Err(StoreError::NotFound(what).into());
        }
        let store = Store::new(config.store.clone());
        // One thread is enough: work that waits for the disk has threads of its own.
        let tokio = signals::runtime(tokio::runtime::Builder::new_current_thread()).map_err(System)?;
        Ok(Session { tenant: self.tenant, json: self.output == Format::Json, config, store, tokio })
    }
}

impl Session {
    /// Has a damaged store opened for what can still be read. Call it before the store is opened.
    pub fn salvage(&mut self) {
        self.config.store.salvage = true;
        self.store = Store::new(self.config.store.clone());
    }

    /// Opens the store and does something with it.
    pub fn with<T>(
        &self,
        work: impl AsyncFnOnce(&dyn Backend, &str) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.tokio.block_on(async { work(self.store.open(note).await?, &self.tenant).await })
    }

    /// Refuses a file that belongs to the store, or that configures it.
    pub fn check_output(&self, flag: &'static str, path: Option<&Path>) -> anyhow::Result<()> {
        let outputs: Vec<Named<'_>> = path.into_iter().map(|path| Named { flag, path }).collect();
        let config = self.config.file.as_deref().map(|path| Named { flag: "--config", path });
        outputs::check(&outputs, config.as_slice(), &self.config.store.place)
    }

    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.tokio.block_on(work)
    }

    /// Prints one of the two to standard output.
    pub fn show(&self, json: impl FnOnce() -> Value, text: impl FnOnce() -> String) -> anyhow::Result<ExitCode> {
        let text = if self.json { terminal::pretty(&json()) + "\n" } else { text() };
        terminal::print(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// A remark on standard error.
pub fn note(line: &str) {
    terminal::tell(&format!("note: {line}"));
}

/// "3 keys", "1 key".
pub fn count(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Milliseconds since 1970 as RFC 3339.
pub fn time(milliseconds: u64) -> String {
    let time = std::time::UNIX_EPOCH.checked_add(std::time::Duration::from_millis(milliseconds));
    // Its formatter panics behind the year 9999.
    const LAST: u64 = 253_402_300_799_999;
    match time {
        Some(time) if milliseconds <= LAST => humantime::format_rfc3339_seconds(time).to_string(),
        _ => "never".into(),
    }
}

/// A name within a sentence: on one line, and not without end.
pub fn quoted(name: &str) -> String {
    const MOST: usize = 60;
    let line = terminal::one_line(name);
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("'{}…'", line.get(..end).unwrap_or_default()),
        None => format!("'{line}'"),
    }
}
