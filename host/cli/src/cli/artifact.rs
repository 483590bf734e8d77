//! The commands about artifacts.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Subcommand;
use llmspell_wasm::api::artifact::Artifact;
use llmspell_wasm::state::{Backend, Contents, GLOBAL, StoreError, Which};

use super::state::{Common, quoted, told};

mod delete;
mod get;
mod list;
mod put;

/// List, read, store and delete artifacts: documents that spells keep in sessions and outside of them
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    List(list::Args),
    Get(get::Args),
    Put(put::Args),
    Delete(delete::Args),
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List(args) => told(args.common.is_json(), list::exec(args)),
        Command::Get(args) => told(args.place.common.is_json(), get::exec(args)),
        Command::Put(args) => told(args.common.is_json(), put::exec(args)),
        Command::Delete(args) => told(args.place.common.is_json(), delete::exec(args)),
    }
}

/// Which artifact is meant.
#[derive(clap::Args)]
pub struct ArtifactFlags {
    /// The artifact's name; or its number, with --number
    artifact: String,
    /// The session that it belongs to; global: none
    #[arg(long, value_name = "ID", default_value = GLOBAL)]
    session: String,
    /// Which version of this name; the newest if it is left out
    #[arg(long, value_name = "N", conflicts_with = "number", value_parser = clap::value_parser!(u64).range(1..))]
    version: Option<u64>,
    /// Take what is given as the artifact's number in its session
    #[arg(long)]
    number: bool,
    #[command(flatten)]
    pub common: Common,
}

impl ArtifactFlags {
    fn which(&self) -> anyhow::Result<Which> {
        Ok(match (self.number, self.version) {
            (true, _) => {
                Which::Sequence(self.artifact.parse().map_err(|_| {
                    StoreError::Invalid(format!("{} is no number of an artifact", quoted(&self.artifact)))
                })?)
            }
            (false, Some(version)) => Which::Version(self.artifact.clone(), version),
            (false, None) => Which::Newest(self.artifact.clone()),
        })
    }
}

/// The artifact that is meant, or why there is none.
async fn find(store: &dyn Backend, tenant: &str, session: &str, which: &Which) -> Result<Artifact, StoreError> {
    let found = store.artifact(tenant, session, which.clone()).await?;
    found.ok_or_else(|| llmspell_wasm::state::missing_artifact(session, which))
}

/// Writes a content. It is an error where it is not what was put there, and then nothing should be kept of it.
async fn pour(
    store: &dyn Backend,
    tenant: &str,
    artifact: Artifact,
    to: &mut dyn Write,
) -> Result<io::Result<()>, StoreError> {
    let mut contents = Contents::open(store, tenant, artifact).await?;
    while let Some(chunk) = contents.next(store, tenant).await? {
        if let Err(error) = to.write_all(&chunk) {
            return Ok(Err(error));
        }
    }
    Ok(to.flush())
}
