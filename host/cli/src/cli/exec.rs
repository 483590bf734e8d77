use std::process::ExitCode;

use clap::Args as _;
use clap::error::ErrorKind;
use llmspell_wasm::nearest;

use super::languages;
use super::play::{Flags, Play, language};
use super::script::{DEFAULT_LANGUAGE, Script};

/// Run a spell that is written on the command line
#[derive(clap::Args)]
pub struct Args {
    /// The spell's text
    #[arg(allow_hyphen_values = true, value_parser = parse_code)]
    code: String,
    /// The spell's language
    #[arg(long, alias = "language", value_name = "NAME", value_parser = languages::parse, default_value = DEFAULT_LANGUAGE)]
    lang: String,
    #[command(flatten)]
    flags: Flags,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let play = Play::prepare(args.flags)?;
    let language = language(&play.flags, Some(args.lang)).unwrap_or_default();
    play.run(Script::inline(&language, "exec", &args.code))
}

/// Lua's comments begin like flags, so clap lets everything through. One word behind a hyphen is a mistyped flag: no
/// language has such a program.
fn parse_code(text: &str) -> anyhow::Result<String> {
    if is_like_a_flag(text) {
        anyhow::bail!("there is no such flag, and it is no program");
    }
    Ok(text.into())
}

fn is_like_a_flag(text: &str) -> bool {
    text.starts_with('-') && !text.contains(char::is_whitespace)
}

/// What is wrong where clap took a mistyped flag for the program, and then the program for one argument too many.
pub fn mistyped_flag(error: &clap::Error, mut arguments: impl Iterator<Item = String>) -> Option<String> {
    let is_exec = arguments.by_ref().nth(1).is_some_and(|command| command == "exec");
    if !is_exec || error.kind() != ErrorKind::UnknownArgument {
        return None;
    }
    let command = Args::augment_args(clap::Command::new("exec"));
    let spellings = |arg: &clap::Arg| {
        let aliases = arg.get_all_aliases().unwrap_or_default();
        arg.get_long().into_iter().chain(aliases).map(|name| format!("--{name}")).collect::<Vec<_>>()
    };
    let known: Vec<String> = command.get_arguments().flat_map(spellings).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let flags = arguments.filter(|text| text.starts_with("--") && text.len() > 2 && is_like_a_flag(text));
    let flags = flags.map(|text| text.split('=').next().unwrap_or_default().to_owned());
    let mistyped = flags.into_iter().find(|flag| !known.contains(&flag.as_str()))?;
    Some(format!("unexpected argument '{mistyped}' found{}", nearest(&mistyped, &known)))
}
