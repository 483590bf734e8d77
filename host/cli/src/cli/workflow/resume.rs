use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use llmspell_wasm::state::{Settings, Store};
use llmspell_wasm::{Checkpoints, hash};

use crate::cli::play::{Flags, Play};
use crate::cli::script::Script;
use crate::cli::{System, signals, state};

/// Run the spell again that executes a workflow under this id, with the parameters that it was begun with
#[derive(clap::Args)]
pub struct Args {
    /// The id of its checkpoint
    id: String,
    #[command(flatten)]
    flags: Flags,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let mut play = Play::prepare(args.flags)?;
    let owner = format!("workflow resume {}", args.id);
    let store = Store::new(Settings { owner, ..play.config().store.clone() });
    let tokio = signals::runtime(tokio::runtime::Builder::new_current_thread()).map_err(System)?;
    let spell = tokio.block_on(async {
        let backend = store.open(state::note).await?;
        Checkpoints::new(&store, backend, play.tenant()).spell(&args.id).await
    })?;
    // The run opens it anew.
    drop((store, tokio));
    // What its manifest asks for narrows this run as it did the first.
    let place = spell.manifest.as_ref().map_or(&spell.path, |manifest| &manifest.folder);
    let script = Script::read_plain(Path::new(place), Some(&spell.language))
        .with_context(|| format!("the checkpoint {} is of this spell", state::quoted(&args.id)))?;
    let described = script.manifest.as_ref().map(|manifest| &manifest.hash);
    if hash(&script.bytes) != spell.hash || described != spell.manifest.as_ref().map(|manifest| &manifest.hash) {
        let id = state::quoted(&args.id);
        bail!(
            "{} has changed since the checkpoint {id} was begun: put the spell back as it was, or run it with another id",
            script.shown
        );
    }
    play.again(spell.parameters, spell.arguments)?;
    play.run(script)
}
