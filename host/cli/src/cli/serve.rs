//! `serve`: runs of spells over HTTP.

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use clap::Subcommand;
use llmspell_serve::{ServeError, Server};
use llmspell_wasm::config::parse_listen;
use llmspell_wasm::state::Place;
use llmspell_wasm::{CancellationToken, Config, Grants, Runtime};

use super::flags::ModelFlags;
use super::signals;
use super::store::{self, StoreFlags};
use super::{System, terminal};

mod key;

/// Serve runs of spells over HTTP, to tenants with keys
///
/// Ends on SIGINT or SIGTERM: it begins no more runs, waits for those that are under way as [server] drain says, and cancels the
/// rest.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Subcommand)]
enum Command {
    Key(key::Args),
}

#[derive(clap::Args)]
struct Flags {
    /// Listen on this address and port, instead of [server] listen or 127.0.0.1:8080
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address)]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    config: super::flags::ConfigFlag,
    #[command(flatten)]
    models: ModelFlags,
    #[command(flatten)]
    store: StoreFlags,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Some(Command::Key(args)) => key::exec(args),
        None => serve(args.flags),
    }
}

fn serve(flags: Flags) -> anyhow::Result<ExitCode> {
    let mut config = load(&flags.config, &flags.store)?;
    config.store.owner = "serve".into();
    config.server.listen = flags.listen.unwrap_or(config.server.listen);
    let mut grants = grants(&config)?;
    if flags.models.apply(&mut config, &mut grants)?.is_some() {
        return Err(anyhow!("--model: a served spell names its models itself; leave it out"));
    }
    let languages = super::languages::installed()?;
    if !languages.records.is_empty() {
        tracing::warn!("languages that were installed are not served: only those of the binary are");
    }
    let tokio = signals::runtime(tokio::runtime::Builder::new_multi_thread()).map_err(System)?;
    let served = tokio.block_on(async {
        let stop = CancellationToken::new();
        signals::watch(stop.clone()).map_err(System)?;
        let server = Server::new(Runtime::new(config)?, grants);
        let listener = server.bind().await.map_err(plain)?;
        let address = listener.local_addr().context("the address that is listened on")?;
        terminal::tell(&format!("listening on http://{address}"));
        if !server.keys().are_there().await? {
            terminal::tell(
                "note: there is no key yet, so every request is refused: llmspell-wasm serve key add makes one",
            );
        }
        server.serve(listener, stop).await.map_err(plain)
    });
    // What still waits somewhere must not hold up the end.
    tokio.shutdown_background();
    served.map(|()| ExitCode::SUCCESS)
}

/// Errors of the store as other commands tell them.
fn plain(error: ServeError) -> anyhow::Error {
    match error {
        ServeError::Store(problem) => problem.into(),
        other => other.into(),
    }
}

/// The configuration, with as many instances as it says. Where nothing names a store, SQLite: keys are made while it runs.
fn load(config: &super::flags::ConfigFlag, store: &StoreFlags) -> anyhow::Result<Config> {
    let mut loaded = Config::load(config.config.as_deref(), &|name| std::env::var(name).ok())?;
    if store.apply(&mut loaded)? == "default" {
        loaded.keep_state_in(Place::Sqlite(store::data_folder()?.join("serve.db")));
    }
    Ok(loaded)
}

/// What the configuration grants to every spell. Files and hosts are granted by policies alone.
fn grants(config: &Config) -> anyhow::Result<Grants> {
    let mut grants = super::granted::GrantFlags::default().of_configuration(config)?;
    grants.modules = false;
    Ok(grants)
}

fn parse_address(text: &str) -> anyhow::Result<SocketAddr> {
    parse_listen(text).map_err(anyhow::Error::msg)
}
