use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::ValueEnum;
use llmspell_wasm::api::cli::state::Imported;
use llmspell_wasm::state;
use serde_json::json;

use super::export::Draft;
use super::progress::Progress;
use super::question::Consent;
use super::{Common, Missing, quoted};

/// Import what `state export` wrote: all of it, or nothing if any of it is wrong
#[derive(clap::Args)]
pub struct Args {
    /// The export; - is standard input
    file: PathBuf,
    /// What to do about keys that exist already: import nothing, keep them, overwrite them, or delete everything that the
    /// tenant has first
    #[arg(long, value_name = "HOW", default_value = "refuse")]
    existing: Existing,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Existing {
    Refuse,
    Keep,
    Overwrite,
    Replace,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    args.common.may_make()?;
    let asks = matches!(args.existing, Existing::Overwrite | Existing::Replace);
    args.consent.is_for(asks, "--existing overwrite or replace")?;
    let session = args.common.session("import", Missing::Make)?;
    let tenant = quoted(&session.tenant);
    let existing = match args.existing {
        Existing::Refuse => state::Existing::Refuse,
        Existing::Keep => state::Existing::Keep,
        Existing::Overwrite => {
            args.consent.ask(&format!("overwrite the keys of tenant {tenant} that are in {}", args.file.display()))?;
            state::Existing::Overwrite
        }
        Existing::Replace => {
            args.consent.ask(&format!("replace all that tenant {tenant} has with {}", args.file.display()))?;
            state::Existing::Replace
        }
    };
    // It is read twice: first to check all of it.
    let copy = (args.file == Path::new("-")).then(from_input).transpose()?;
    let file = copy.as_ref().map_or(args.file.as_path(), |draft| &draft.0);
    let progress = Progress::new("import: entries read");
    let done = session
        .with(async |store, tenant| store.import(tenant, file, existing, &|count| progress.tell(count)).await)?;
    drop(progress);
    let mut told = format!("{} imported", done.imported);
    for (number, what) in [(done.kept, "left as they were"), (done.replaced, "of the tenant's replaced")] {
        if number > 0 {
            told += &format!(", {number} {what}");
        }
    }
    let state::Imported { imported, kept, replaced } = done;
    session.show(|| json!(Imported { imported, kept, replaced }), || told + "\n")
}

fn from_input() -> anyhow::Result<Draft> {
    let draft = Draft::temporary("import")?;
    let copied = File::options().write(true).open(&draft.0);
    copied.and_then(|mut file| std::io::copy(&mut std::io::stdin().lock(), &mut file)).context("standard input")?;
    Ok(draft)
}
