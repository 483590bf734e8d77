use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use llmspell_wasm::audit::verify;
use serde_json::json;

use super::play::Format;
use super::terminal;

/// Check audit logs, the records of permission decisions that `run --audit` writes
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Verify(VerifyArgs),
}

/// Find lines that were changed, removed, moved or cut off; exits with 1 if there are any
#[derive(clap::Args)]
struct VerifyArgs {
    file: PathBuf,
    /// Text for people, or one JSON document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Format,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let Command::Verify(args) = args.command;
    let name = args.file.display().to_string();
    let found = verify(&args.file).with_context(|| name.clone())?;
    match args.output {
        Format::Json => terminal::print(&(terminal::pretty(&json!(found)) + "\n"))?,
        Format::Text => {
            found.problems.iter().for_each(|problem| terminal::tell(&format!("{name}: {problem}")));
            if found.problems.is_empty() {
                let head = found.head.as_deref().unwrap_or("none");
                terminal::print(&format!("{name}: {} lines, none changed or missing; head {head}\n", found.lines))?;
            }
        }
    }
    Ok(ExitCode::from(u8::from(!found.problems.is_empty())))
}
