use std::process::ExitCode;

use llmspell_wasm::AskedFor;
use llmspell_wasm::api::workflow::{Ask, AskedRun};
use serde_json::json;

use super::{session, with};
use crate::cli::state::{Common, quoted};

#[derive(clap::Args)]
pub struct Args {
    /// The id of its checkpoint
    id: String,
    #[command(flatten)]
    pub common: Common,
}

pub fn pause(args: Args) -> anyhow::Result<ExitCode> {
    exec(args, Ask::Pause, "pause", "paused")
}

pub fn cancel(args: Args) -> anyhow::Result<ExitCode> {
    exec(args, Ask::Cancel, "cancel", "cancelled")
}

fn exec(args: Args, ask: Ask, command: &str, done: &str) -> anyhow::Result<ExitCode> {
    let session = session(args.common, command)?;
    let asked = with(&session, async |all| all.ask(&args.id, ask).await)?;
    let id = quoted(&args.id);
    let (run, text) = match asked {
        AskedFor::Done => (None, format!("{id} is {done}\n")),
        AskedFor::Asked(run) => {
            let text = format!("{id} will be {done} within seconds: {run} was asked\n");
            (Some(run), text)
        }
    };
    session.show(|| json!(AskedRun { id: args.id.clone(), asked: run }), || text)
}
