//! The commands about records of runs.

use std::process::ExitCode;

use clap::Subcommand;
use llmspell_wasm::replay::record;
use serde_json::Value;

mod diff;
mod show;

/// Look at records of runs, which `run --record` writes and `replay` runs again
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Show(show::Args),
    Diff(diff::Args),
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Show(args) => show::exec(args),
        Command::Diff(args) => diff::exec(args),
    }
}

/// A text that is longer is shown as the text that it is.
const UNFOLDED_BYTES: usize = 1 << 20;

/// A value of a record; texts that are JSON are shown as what they say.
pub fn readable(bytes: &[u8]) -> Value {
    // A value that can't be shown is one that no interface has.
    let mut value = record::show(bytes).unwrap_or_default();
    unfold(&mut value);
    value
}

fn unfold(value: &mut Value) {
    match value {
        // Parsed, it takes many times its bytes.
        Value::String(text) if text.starts_with(['{', '[']) && text.len() <= UNFOLDED_BYTES => {
            if let Ok(parsed) = serde_json::from_str(text) {
                *value = parsed;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(unfold),
        Value::Object(fields) => fields.values_mut().for_each(unfold),
        _ => {}
    }
}
