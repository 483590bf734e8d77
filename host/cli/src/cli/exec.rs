use std::process::ExitCode;

use llmspell_wasm::guest::Language;

use super::flags::parse_language;
use super::play::{Flags, Play, language};
use super::script::{DEFAULT_LANGUAGE, Script};

/// Run a spell that is written on the command line
#[derive(clap::Args)]
pub struct Args {
    /// The spell's text
    #[arg(allow_hyphen_values = true, value_parser = parse_code)]
    code: String,
    /// The spell's language
    #[arg(long, alias = "language", value_name = "NAME", value_parser = parse_language, default_value = DEFAULT_LANGUAGE)]
    lang: Language,
    #[command(flatten)]
    flags: Flags,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let play = Play::prepare(args.flags)?;
    let language = language(&play.flags, Some(args.lang)).unwrap_or(DEFAULT_LANGUAGE);
    play.run(Script::inline(language, "exec", &args.code))
}

/// Lua's comments begin like flags, so clap lets everything through. One word behind a hyphen is a mistyped flag: no
/// language has such a program.
fn parse_code(text: &str) -> anyhow::Result<String> {
    if text.starts_with('-') && !text.contains(char::is_whitespace) {
        anyhow::bail!("there is no such flag, and it is no program");
    }
    Ok(text.into())
}
