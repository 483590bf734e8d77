use std::process::ExitCode;

use llmspell_wasm::api::cli::state::Deleted;
use serde_json::json;

use super::find;
use crate::cli::state::question::Consent;
use crate::cli::state::{Common, Missing, quoted};

/// Delete a session with its artifacts, its memory and its state
#[derive(clap::Args)]
pub struct Args {
    id: String,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub common: Common,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let session = args.common.session_of("session delete".into(), Missing::Refuse)?;
    let found = session.with(async |store, tenant| find(store, tenant, &args.id).await)?;
    let (id, tenant) = (quoted(&found.id), quoted(&session.tenant));
    args.consent.ask(&format!("delete the session {id} of tenant {tenant}, with all that belongs to it"))?;
    let deleted = session.with(async |store, tenant| store.delete_session(tenant, &args.id).await)?;
    let deleted = u64::from(deleted);
    session.show(|| json!(Deleted { deleted }), || format!("the session {id} is deleted\n"))
}
