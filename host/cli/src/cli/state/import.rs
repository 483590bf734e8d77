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

/// Read what `state export` wrote: all of it, or nothing where something is wrong with it
#[derive(clap::Args)]
pub struct Args {
    /// Where it comes from; - is standard input
    file: PathBuf,
    /// What becomes of what the tenant has: import nothing where a key of the file is there, keep such keys, overwrite
    /// them, or replace everything
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
    let desk = args.common.desk("import", Missing::Make)?;
    let tenant = quoted(&desk.tenant);
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
    // It is read twice: once to look whether all of it is right.
    let copy = (args.file == Path::new("-")).then(from_input).transpose()?;
    let file = copy.as_ref().map_or(args.file.as_path(), |draft| &draft.0);
    let progress = Progress::new("import: entries read");
    let done =
        desk.with(async |store, tenant| store.import(tenant, file, existing, &|count| progress.tell(count)).await)?;
    drop(progress);
    let mut told = format!("{} imported", done.imported);
    for (number, what) in [(done.kept, "left as they were"), (done.replaced, "of the tenant's replaced")] {
        if number > 0 {
            told += &format!(", {number} {what}");
        }
    }
    let state::Imported { imported, kept, replaced } = done;
    desk.show(|| json!(Imported { imported, kept, replaced }), || told + "\n")
}

fn from_input() -> anyhow::Result<Draft> {
    let folder = std::env::temp_dir();
    let draft = Draft::new(folder.join(format!("llmspell-import-{}", std::process::id())), &folder)?;
    let copied = File::options().write(true).open(&draft.0);
    copied.and_then(|mut file| std::io::copy(&mut std::io::stdin().lock(), &mut file)).context("standard input")?;
    Ok(draft)
}
