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
    pub file: PathBuf,
    /// The spell's language, where the file's extension does not tell it (default for standard input: lua)
    #[arg(long, alias = "language", value_name = "NAME", value_parser = languages::parse)]
    lang: Option<String>,
    /// Run it again when it changes, or what it has read of its folder, its policies, its configuration or --model-script
    #[arg(long)]
    pub watch: bool,
    #[command(flatten)]
    flags: Flags,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let (play, script) = args.prepare()?;
    play.run(script)
}

impl Args {
    /// What can run, or what is wrong with the flags and the files.
    pub fn prepare(self) -> anyhow::Result<(Play, Script)> {
        let play = Play::prepare(self.flags)?;
        let patience = Patience::begin([("", self.file.as_path())], play.wall_time());
        let script = Script::read(&self.file, language(&play.flags, self.lang).as_deref())?;
        drop(patience);
        Ok((play, script))
    }
}
