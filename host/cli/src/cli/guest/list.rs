use std::process::ExitCode;

use llmspell_wasm::api::cli::guest::InstalledGuest;
use serde_json::json;

use crate::cli::installed::{Installed, Record};
use crate::cli::play::Format;
use crate::cli::state::table::table;
use crate::cli::terminal;

/// List the languages that were installed
#[derive(clap::Args)]
pub struct Args {
    /// Text for people, or one JSON document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Format,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let all = Installed::open()?.all()?;
    all.broken.iter().for_each(|(_, problem)| crate::cli::complain(problem));
    let all: Vec<InstalledGuest> = all.records.into_iter().map(shown).collect();
    terminal::print(&match args.output {
        Format::Json => terminal::pretty(&json!(all)) + "\n",
        Format::Text if all.is_empty() => "no language is installed: `guest install FILE` installs one\n".into(),
        Format::Text => {
            let row = |one: &InstalledGuest| {
                let extensions = format!(".{}", one.extensions.join(", ."));
                let hash = one.hash.get(..12).unwrap_or_default().to_owned();
                let anew = if one.is_current { "" } else { "the next run compiles it anew" };
                vec![one.name.clone(), one.version.clone(), extensions, one.image_bytes.to_string(), hash, anew.into()]
            };
            table(&["NAME", "VERSION", "FILES", "IMAGE BYTES", "GUEST", ""], all.iter().map(row))
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// What there is to tell of one.
pub fn shown(record: Record) -> InstalledGuest {
    let is_current = record.image().is_some();
    let image_bytes = record.image().or(record.images.first()).map_or(0, |image| image.bytes);
    let Record { name, version, extensions, hash, bytes, .. } = record;
    InstalledGuest { name, version, extensions, hash, bytes, image_bytes, is_current }
}
