use std::process::ExitCode;

use llmspell_wasm::api::cli::state::Got;
use llmspell_wasm::state::StoreError;
use serde_json::{Value, json};

use super::{Common, Missing, quoted};
use crate::cli::terminal::pretty;

/// Print the value of a key: text as it is, anything else as JSON
#[derive(clap::Args)]
pub struct Args {
    scope: String,
    key: String,
    /// Print text as JSON too, in the form that `state set` takes
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    pub common: Common,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let session = args.common.session("get", Missing::Refuse)?;
    let (scope, key) = (&args.scope, &args.key);
    let entry = session.with(async |store, tenant| store.get(tenant, scope, key).await)?;
    let Some(entry) = entry else {
        let what = format!(
            "there is no key {} in scope {} of tenant {}; `state list` shows what is there",
            quoted(key),
            quoted(scope),
            quoted(&session.tenant)
        );
        return Err(StoreError::NotFound(what).into());
    };
    let value: Value = serde_json::from_str(&entry.value)?;
    let json = || {
        json!(Got {
            tenant: session.tenant.clone(),
            scope: scope.clone(),
            key: key.clone(),
            value: value.clone(),
            version: entry.version,
            expires_at: entry.expires_at,
        })
    };
    let text = || match &value {
        Value::String(text) if !args.json => format!("{text}\n"),
        other => pretty(other) + "\n",
    };
    session.show(json, text)
}
