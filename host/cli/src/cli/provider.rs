use std::process::ExitCode;

use anyhow::anyhow;
use llmspell_wasm::api::cli::{CheckedNeed, CheckedProvider};
use llmspell_wasm::model::Checked;
use llmspell_wasm::{CancellationToken, Ending};
use serde_json::json;

use super::flags::ConfigFlag;
use super::play::Format;
use super::terminal::one_line;
use super::{System, signals, terminal};

/// Check configured providers
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Check(CheckArgs),
}

/// Ask a provider for what spells need, and show what works; exits with 1 if something does not
///
/// Asks for the list of models, one completion, one stream, one tool call and one structured answer. The requests are
/// real, and cost what they cost.
#[derive(clap::Args)]
struct CheckArgs {
    /// Its name in the configuration, or one of the known providers
    name: String,
    /// The model to ask; else the provider's default model, or the first one of its list
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
    /// Text for people, or one JSON document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Format,
    #[command(flatten)]
    config: ConfigFlag,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let Command::Check(args) = args.command;
    let config = args.config.load()?;
    let tokio = signals::runtime(tokio::runtime::Builder::new_current_thread()).map_err(System)?;
    let checked = tokio.block_on(async {
        let cancel = CancellationToken::new();
        signals::watch(cancel.clone()).map_err(System)?;
        tokio::select! {
            checked = config.models.check(&args.name, args.model.as_deref()) => {
                checked.map(Some).map_err(|error| anyhow!("{error}"))
            }
            () = cancel.cancelled() => Ok(None),
        }
    })?;
    let Some(checked) = checked else { return Ok(ExitCode::from(Ending::Cancelled.exit_code())) };
    let ok = checked.iter().all(|one| one.works != Some(false));
    terminal::print(&match args.output {
        Format::Text => shown(&checked),
        Format::Json => {
            let checks = checked.iter().map(written).collect();
            terminal::pretty(&json!(CheckedProvider { provider: args.name, ok, checks })) + "\n"
        }
    })?;
    Ok(ExitCode::from(u8::from(!ok)))
}

fn written(one: &Checked) -> CheckedNeed {
    CheckedNeed { check: one.need.name(), works: one.works, seen: one.seen.clone(), advice: one.advice.clone() }
}

fn shown(checked: &[Checked]) -> String {
    let mut text = format!("{:<17}  RESULT\n", "CHECK");
    for one in checked {
        let works = match one.works {
            Some(true) => "ok",
            Some(false) => "failed",
            None => "-",
        };
        text += &format!("{:<17}  {works:<6}  {}\n", one.need.name(), one_line(&one.seen));
        if let Some(advice) = &one.advice {
            text += &format!("{:<17}  help    {}\n", "", one_line(advice));
        }
    }
    text
}
