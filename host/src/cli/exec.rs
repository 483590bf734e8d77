use std::process::ExitCode;

use llmspell_wasm::guest::Language;

use super::flags::parse_language;
use super::play::{Flags, Play, language};
use super::script::{DEFAULT_LANGUAGE, Script};

/// Run a spell that is written on the command line
#[derive(clap::Args)]
pub struct Args {
    /// The spell's text
    #[arg(allow_hyphen_values = true)]
    code: String,
    /// The spell's language
    #[arg(long, value_name = "NAME", value_parser = parse_language, default_value = DEFAULT_LANGUAGE)]
    lang: Language,
    #[command(flatten)]
    flags: Flags,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let play = Play::prepare(args.flags)?;
    let language = language(&play.flags, Some(args.lang)).unwrap_or(DEFAULT_LANGUAGE);
    play.run(Script::inline(language, "exec", &args.code))
}
