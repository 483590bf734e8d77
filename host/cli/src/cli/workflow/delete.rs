use std::process::ExitCode;

use llmspell_wasm::api::workflow::AskedRun;
use serde_json::json;

use super::{session, with};
use crate::cli::state::question::Consent;
use crate::cli::state::{Common, quoted};

/// Delete what is kept of an execution
#[derive(clap::Args)]
pub struct Args {
    /// The id of its checkpoint
    id: String,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub common: Common,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let session = session(args.common, "delete")?;
    let (id, tenant) = (quoted(&args.id), quoted(&session.tenant));
    args.consent.ask(&format!("delete the checkpoint {id} of tenant {tenant}, with what its steps came to"))?;
    with(&session, async |all| all.delete(&args.id).await)?;
    session.show(|| json!(AskedRun { id: args.id.clone(), asked: None }), || format!("{id} is deleted\n"))
}
