use std::process::ExitCode;

use serde_json::json;

use super::find;
use crate::cli::state::{Common, Missing};
use crate::cli::terminal::pretty;

/// Show what is known of a session
#[derive(clap::Args)]
pub struct Args {
    id: String,
    #[command(flatten)]
    pub common: Common,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let session = args.common.session_of("session show".into(), Missing::Refuse)?;
    let found = session.with(async |store, tenant| find(store, tenant, &args.id).await)?;
    session.show(|| json!(found), || pretty(&json!(found)) + "\n")
}
