//! `serve key`: the keys of tenants.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{anyhow, bail};
use clap::Subcommand;
use llmspell_serve::{Key, Keys, NewKey, Right, read_limits};
use llmspell_wasm::config::parse_duration;
use llmspell_wasm::limits_table;
use llmspell_wasm::state::{Place, Store, StoreError};
use llmspell_wasm::{Limits, nearest};
use serde_json::{Map, Value, json};

use crate::cli::flags::{ConfigFlag, parse_tenant};
use crate::cli::play::Format;
use crate::cli::state::table::table;
use crate::cli::state::time;
use crate::cli::store::StoreFlags;
use crate::cli::{System, signals, terminal};

/// Make, list and revoke keys of tenants
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Add(AddArgs),
    List(ListArgs),
    Revoke(RevokeArgs),
}

/// Make a key, and print it: this once, as only its hash is kept
#[derive(clap::Args)]
struct AddArgs {
    /// The tenant whose key it is
    #[arg(long, value_name = "NAME", value_parser = parse_tenant)]
    tenant: String,
    /// What the key is for
    #[arg(long, value_name = "TEXT", default_value = "")]
    name: String,
    /// What it may be used for: run, spells, read or operator; give the flag once for each. By default run, spells and read
    #[arg(long, value_name = "RIGHT", value_parser = parse_right)]
    right: Vec<Right>,
    /// A limit of each run that it begins, such as fuel=1G or timeout=30s
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_limit)]
    limit: Vec<(String, String)>,
    /// How long it is good, such as 90d; by default until it is revoked
    #[arg(long, value_name = "DURATION", value_parser = parse_lifetime)]
    expires: Option<Duration>,
    #[command(flatten)]
    common: Common,
}

/// List keys, without what they are
#[derive(clap::Args)]
struct ListArgs {
    #[command(flatten)]
    common: Common,
}

/// Revoke a key, also for a server that runs
#[derive(clap::Args)]
struct RevokeArgs {
    /// The key's id, as `list` shows it
    id: String,
    #[command(flatten)]
    common: Common,
}

#[derive(clap::Args)]
struct Common {
    /// Text for people, or one JSON document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Format,
    #[command(flatten)]
    config: ConfigFlag,
    #[command(flatten)]
    store: StoreFlags,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Add(args) => add(args),
        Command::List(args) => {
            let keys = args.common.with(async |keys| keys.list().await)?;
            args.common.show(|| json!(keys), || listed(&keys))
        }
        Command::Revoke(args) => {
            let id = args.id;
            if !args.common.with(async |keys| keys.revoke(&id).await)? {
                return Err(StoreError::NotFound(format!("there is no key '{}'", id.escape_debug())).into());
            }
            args.common.show(|| json!({ "revoked": id }), || format!("revoked {id}\n"))
        }
    }
}

fn add(args: AddArgs) -> anyhow::Result<ExitCode> {
    let mut limits = Map::new();
    for (name, value) in args.limit {
        if limits.insert(name.clone(), Value::String(value)).is_some() {
            bail!("--limit {name} is given twice");
        }
    }
    let mut rights = args.right;
    if rights.is_empty() {
        rights = vec![Right::Run, Right::Spells, Right::Read];
    }
    rights.sort();
    rights.dedup();
    let new = NewKey { tenant: args.tenant, name: args.name, rights, limits, lifetime: args.expires };
    let (key, text) = args.common.with(async |keys| keys.add(new).await)?;
    if args.common.output == Format::Text {
        terminal::tell(&format!("the key {} of tenant '{}', which is shown this once:", key.id, key.tenant));
    }
    args.common.show(|| json!({ "id": key.id, "tenant": key.tenant, "key": text }), || format!("{text}\n"))
}

impl Common {
    fn with<T>(&self, work: impl AsyncFnOnce(Keys) -> Result<T, StoreError>) -> anyhow::Result<T> {
        let mut config = super::load(&self.config, &self.store)?;
        config.store.owner = "serve key".into();
        if config.store.place == Place::Memory {
            bail!("a store in memory ends with its process: name a folder or sqlite:FILE with --store");
        }
        let store = Store::new(config.store.clone());
        let tokio = signals::runtime(tokio::runtime::Builder::new_current_thread()).map_err(System)?;
        Ok(tokio.block_on(async {
            store.open(terminal::tell).await?;
            work(Keys::new(store)).await
        })?)
    }

    fn show(&self, json: impl FnOnce() -> Value, text: impl FnOnce() -> String) -> anyhow::Result<ExitCode> {
        let text = if self.output == Format::Json { terminal::pretty(&json()) + "\n" } else { text() };
        terminal::print(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn listed(keys: &[Key]) -> String {
    let row = |key: &Key| {
        let rights: Vec<&str> = key.rights.iter().map(|right| right.word()).collect();
        let limits: Vec<String> = key
            .limits
            .iter()
            .map(|(name, value)| format!("{name}={}", value.as_str().map_or_else(|| value.to_string(), String::from)))
            .collect();
        let expires = key.expires_at.map_or_else(|| "never".into(), time);
        vec![
            key.id.clone(),
            key.tenant.clone(),
            rights.join(","),
            limits.join(","),
            time(key.created_at),
            expires,
            key.name.clone(),
        ]
    };
    table(&["KEY", "TENANT", "RIGHTS", "LIMITS", "MADE", "EXPIRES", "NAME"], keys.iter().map(row))
}

fn parse_right(text: &str) -> anyhow::Result<Right> {
    Right::parse(text).map_err(anyhow::Error::msg)
}

fn parse_limit(text: &str) -> anyhow::Result<(String, String)> {
    let (name, value) = text.split_once('=').ok_or_else(|| anyhow!("a limit is written NAME=VALUE"))?;
    let known: Vec<&str> = limits_table::ROWS.iter().map(|row| row.name).collect();
    if !known.contains(&name) {
        bail!("there is no limit '{}'{}", name.escape_debug(), nearest(name, &known));
    }
    let one = Map::from_iter([(name.to_owned(), Value::String(value.into()))]);
    read_limits(&one, &Limits::default()).map_err(anyhow::Error::msg)?;
    Ok((name.into(), value.into()))
}

fn parse_lifetime(text: &str) -> anyhow::Result<Duration> {
    parse_duration(text).map_err(anyhow::Error::msg)
}
