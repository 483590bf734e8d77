//! The commands about workflows whose executions are kept.

use std::process::ExitCode;

use clap::Subcommand;
use llmspell_wasm::Checkpoints;
use llmspell_wasm::state::StoreError;

use super::state::{Common, Missing, Session, told};

mod ask;
mod delete;
mod list;
mod resume;
mod show;

/// List, show, resume and end executions of workflows that are kept under an id (their checkpoints)
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    List(list::Args),
    Show(show::Args),
    Resume(Box<resume::Args>),
    /// Have an execution that is under way stop before its next step, so that it can be resumed
    Pause(ask::Args),
    /// Stop an execution for good
    Cancel(ask::Args),
    Delete(delete::Args),
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        // Its output is that of the spell.
        Command::Resume(args) => resume::exec(*args),
        Command::List(args) => told(args.common.is_json(), list::exec(args)),
        Command::Show(args) => told(args.common.is_json(), show::exec(args)),
        Command::Pause(args) => told(args.common.is_json(), ask::pause(args)),
        Command::Cancel(args) => told(args.common.is_json(), ask::cancel(args)),
        Command::Delete(args) => told(args.common.is_json(), delete::exec(args)),
    }
}

/// `command` is shown by other processes that wait for the store.
fn session(common: Common, command: &str) -> anyhow::Result<Session> {
    common.session_of(format!("workflow {command}"), Missing::Refuse)
}

/// Opens the store and does something with the tenant's checkpoints.
fn with<T>(
    session: &Session,
    work: impl AsyncFnOnce(Checkpoints<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    session.with(async |backend, tenant| work(Checkpoints::new(&session.store, backend, tenant)).await)
}
