use std::process::ExitCode;

use llmspell_wasm::api::cli::state::Deleted;
use serde_json::json;

use super::{ArtifactFlags, find};
use crate::cli::state::question::Consent;
use crate::cli::state::{Missing, quoted};

/// Delete an artifact, and its content where no other one has it
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub place: ArtifactFlags,
    #[command(flatten)]
    consent: Consent,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let (which, id) = (args.place.which()?, args.place.session.clone());
    let session = args.place.common.session_of("artifact delete".into(), Missing::Refuse)?;
    let found = session.with(async |store, tenant| find(store, tenant, &id, &which).await)?;
    let what = format!("{} version {} of session {}", quoted(&found.name), found.version, quoted(&id));
    args.consent.ask(&format!("delete the artifact {what}, of tenant {}", quoted(&session.tenant)))?;
    let deleted = session.with(async |store, tenant| store.delete_artifact(tenant, &id, found.sequence).await)?;
    let deleted = u64::from(deleted);
    session.show(|| json!(Deleted { deleted }), || format!("the artifact {what} is deleted\n"))
}
