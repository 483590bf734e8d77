//! The commands about sessions.

use std::process::ExitCode;

use clap::Subcommand;
use llmspell_wasm::api::session::Session;
use llmspell_wasm::state::{Backend, StoreError, missing_session};

use super::state::told;

mod delete;
mod export;
mod list;
mod show;

/// List, show, export and delete sessions: what belongs together across runs
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    List(list::Args),
    Show(show::Args),
    Export(export::Args),
    Delete(delete::Args),
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List(args) => told(args.common.is_json(), list::exec(args)),
        Command::Show(args) => told(args.common.is_json(), show::exec(args)),
        Command::Export(args) => told(args.common.is_json(), export::exec(args)),
        Command::Delete(args) => told(args.common.is_json(), delete::exec(args)),
    }
}

/// The session, or that there is none.
async fn find(store: &dyn Backend, tenant: &str, id: &str) -> Result<Session, StoreError> {
    store.session(tenant, id).await?.ok_or_else(|| missing_session(id))
}
