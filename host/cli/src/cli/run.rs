use std::path::PathBuf;
use std::process::ExitCode;

use super::languages;
use super::patience::Patience;
use super::play::{Flags, Play, language};
use super::script::Script;

/// Run a spell from a file
#[derive(clap::Args)]
pub struct Args {
    /// The spell; - is standard input
    file: PathBuf,
    /// The spell's language, where the file's extension does not tell it (default for standard input: lua)
    #[arg(long, alias = "language", value_name = "NAME", value_parser = languages::parse)]
    lang: Option<String>,
    #[command(flatten)]
    flags: Flags,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let play = Play::prepare(args.flags)?;
    let patience = Patience::begin([("", args.file.as_path())], play.wall_time());
    let script = Script::read(&args.file, language(&play.flags, args.lang).as_deref())?;
    drop(patience);
    play.run(script)
}
