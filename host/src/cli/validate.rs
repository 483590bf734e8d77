use std::path::PathBuf;
use std::process::ExitCode;

use llmspell_wasm::guest::Language;
use llmspell_wasm::policy::wishes;
use llmspell_wasm::{Ending, Runtime};

use super::flags::{ConfigFlag, parse_language};
use super::script::Script;
use super::signals;
use super::{System, USAGE, report, terminal};

/// Check the syntax of spells, and of what they ask for; nothing of them runs
///
/// Says nothing of spells that are fine.
#[derive(clap::Args)]
pub struct Args {
    /// The spells; - is standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The spells' language, where the files' extensions do not tell it
    #[arg(long, value_name = "NAME", value_parser = parse_language)]
    lang: Option<Language>,
    #[command(flatten)]
    config: ConfigFlag,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let runtime = Runtime::new(args.config.load()?)?;
    let tokio = signals::runtime(tokio::runtime::Builder::new_current_thread()).map_err(System)?;
    let mut code = 0;
    for file in &args.files {
        let script = match Script::read(file, args.lang.map(|language| language.name)) {
            Ok(script) => script,
            // The others are still looked at.
            Err(error) => {
                super::complain(&format!("{error:#}"));
                code = USAGE;
                continue;
            }
        };
        let outcome = match script.text() {
            Ok(text) => {
                if let Err(error) = wishes(script.folder.as_deref(), &script.shown, text) {
                    terminal::tell(&error.to_string());
                    code = if code == USAGE { USAGE } else { Ending::InvalidSpell.exit_code() };
                }
                let outcome = tokio.block_on(runtime.check(&script.language, &script.name, text));
                outcome.error.map(|fault| (outcome.ending, fault))
            }
            Err(fault) => Some((Ending::InvalidSpell, *fault)),
        };
        match outcome {
            None => {}
            Some((Ending::InvalidSpell, fault)) => {
                // The line that editors understand, without a word before it.
                terminal::tell(&report::located(&fault, &script));
                code = if code == USAGE { USAGE } else { Ending::InvalidSpell.exit_code() };
            }
            // No verdict on this file, and none on those to come.
            Some((ending, fault)) => {
                super::complain(&format!("{}: {}: {}", script.shown, ending.word(), fault.message));
                return Ok(ExitCode::from(ending.exit_code()));
            }
        }
    }
    Ok(ExitCode::from(code))
}
