use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{anyhow, bail};
use llmspell_guest_kit::{Kit, Played, Verdict, play};
use llmspell_wasm::{CancellationToken, Ending, hash};

use crate::cli::{System, guest_file, signals, terminal};

/// Play the cases that every language has to pass with a component, and report them chapter by chapter
///
/// Exit code 1 if one fails, or if there is no spell for any of them (with --all: for one of them).
#[derive(clap::Args)]
pub struct Args {
    /// The component
    file: PathBuf,
    /// The folder with the spells in its language: CHAPTER/NAME.EXTENSION
    #[arg(long, value_name = "FOLDER", default_value = "spells")]
    spells: PathBuf,
    /// The extension of the spells
    #[arg(long, value_name = "NAME")]
    extension: String,
    /// Fail where a case has no spell, too: the language is meant to be whole
    #[arg(long)]
    all: bool,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    if !args.spells.is_dir() {
        bail!("--spells {}: there is no such folder", args.spells.display());
    }
    let wasm = guest_file::read(&args.file)?;
    let shown = args.file.display().to_string();
    let all = args.all;
    match signals::run(async |cancel| test(args, &shown, wasm, cancel).await).map_err(System)?? {
        Ok(played) => tell(&played, all),
        Err((ending, problem)) => {
            crate::cli::complain(&format!("{}: {problem}", ending.word()));
            Ok(ExitCode::from(ending.exit_code()))
        }
    }
}

async fn test(
    args: Args,
    shown: &str,
    wasm: Vec<u8>,
    cancel: &CancellationToken,
) -> anyhow::Result<Result<Vec<Played>, (Ending, String)>> {
    let image = match guest_file::compile(shown, &wasm, cancel, None).await {
        Ok(image) => image,
        Err(refused) => return Ok(Err(refused)),
    };
    let guest = guest_file::compiled(hash(&wasm), image, vec![args.extension.clone()]);
    let kit = Kit { guest, extension: args.extension, spells: args.spells };
    // Each case waits in a runtime of its own, which nothing can end from outside.
    let played = tokio::task::spawn_blocking(move || play(&kit).map_err(|error| anyhow!("{error}")));
    tokio::select! {
        biased;
        () = cancel.cancelled() => std::process::exit(Ending::Cancelled.exit_code().into()),
        played = played => Ok(Ok(played??)),
    }
}

fn tell(played: &[Played], all: bool) -> anyhow::Result<ExitCode> {
    let failed = played.iter().filter(|one| matches!(one.verdict, Verdict::Failed(_))).count();
    let passed = played.iter().filter(|one| one.verdict == Verdict::Passed).count();
    terminal::print(&show(played))?;
    Ok(ExitCode::from(u8::from(failed > 0 || passed == 0 || all && passed < played.len())))
}

/// A line for each chapter, and below it what failed and what was not played.
fn show(played: &[Played]) -> String {
    let mut text = String::new();
    for chapter in played.chunk_by(|one, next| one.chapter == next.chapter) {
        let passed = chapter.iter().filter(|one| one.verdict == Verdict::Passed).count();
        let title = chapter.first().map_or("", |one| one.chapter.as_str());
        text += &format!("{title:<13} {passed} of {} passed\n", chapter.len());
        for one in chapter {
            match &one.verdict {
                Verdict::Passed => {}
                Verdict::NoSpell(file) => {
                    text +=
                        &format!("  not played  {}: {}\n", terminal::one_line(&file.display().to_string()), one.asks);
                }
                Verdict::Failed(problems) => {
                    text += &format!("  failed      {}/{}: {}\n", one.chapter, one.name, one.asks);
                    problems.iter().for_each(|line| text += &format!("    {}\n", terminal::one_line(line)));
                }
            }
        }
    }
    text
}
