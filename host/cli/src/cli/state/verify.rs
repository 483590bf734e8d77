use std::process::ExitCode;

use llmspell_wasm::Ending;
use llmspell_wasm::api::cli::state as api;
use llmspell_wasm::state::Verified;
use serde_json::json;

use super::progress::Progress;
use super::{Common, Missing, count};
use crate::cli::complain;

/// Read everything in the store, of all tenants, backups included, and compare it with its checksums
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let session = args.common.session("verify", Missing::Refuse)?;
    let progress = Progress::new("verify: entries read");
    let found = session.with(async |store, _| store.verify(&|count| progress.tell(count)).await)?;
    drop(progress);
    for problem in &found.problems {
        complain(problem);
    }
    let Verified { tenants, keys, bytes, backups, .. } = &found;
    let (tenants, keys, bytes, backups) = (*tenants, *keys, *bytes, *backups);
    let sound = found.problems.is_empty();
    let json = || json!(api::Verified { sound, tenants, keys, bytes, backups, problems: found.problems.clone() });
    let text = || {
        let word = if sound { "sound" } else { "damaged" };
        let what = [(tenants, "tenant"), (keys, "key"), (bytes, "byte"), (backups, "backup")];
        format!("{word}: {}\n", what.map(|(number, what)| count(number, what)).join(", "))
    };
    let code = session.show(json, text)?;
    if sound {
        return Ok(code);
    }
    super::note(&found.advice);
    Ok(ExitCode::from(Ending::StoreDamaged.exit_code()))
}
