//! `run --watch`: the spell runs again when it changes, or what it depends on.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use llmspell_wasm::{CancellationToken, Ending, Fault, Limits, Runtime, Spell};
use tokio::sync::{mpsc, oneshot};

use super::play::{Outside, Play};
use super::script::Script;
use super::terminal::{colour, one_line};
use super::{System, languages, report, run, signals};
use files::Files;

mod files;

/// Between two looks at the files. Looking works on every file system, and however an editor saves.
const POLL: Duration = Duration::from_millis(200);

/// A run that goes on in a thread of its own.
struct Running {
    outside: Outside,
    ended: oneshot::Receiver<anyhow::Result<ExitCode>>,
}

pub fn exec(args: run::Args) -> anyhow::Result<ExitCode> {
    if args.file == Path::new("-") {
        bail!("--watch needs a file: standard input does not change");
    }
    let tokio = signals::runtime(tokio::runtime::Builder::new_current_thread()).map_err(System)?;
    // The first one has to be right, as without --watch.
    let (play, script) = args.prepare()?;
    tokio.block_on(async {
        let leave = CancellationToken::new();
        signals::watch(leave.clone()).map_err(System)?;
        watch(play, script, &leave).await
    })
}

async fn watch(play: Play, script: Script, leave: &CancellationToken) -> anyhow::Result<ExitCode> {
    let (sender, mut reads) = mpsc::unbounded_channel();
    let mut folder = script.folder.clone();
    let mut files = Files::of(&play, &script);
    let mut running = Some(begin(play, script, sender.clone())?);
    loop {
        tokio::select! {
            biased;
            () = leave.cancelled() => {
                if let Some(Running { ended, .. }) = running.take() {
                    // The same signal has cancelled it.
                    drop(ended.await);
                }
                return Ok(ExitCode::from(Ending::Cancelled.exit_code()));
            }
            // Before the end, as all that was read was told before it.
            Some(path) = reads.recv() => files.add(&folder.as_deref().unwrap_or(Path::new(".")).join(path)),
            ended = over(&mut running) => {
                running = None;
                match ended {
                    Ok(_) => say(&format!("the run has ended: waiting until one of {} files changes", files.count())),
                    Err(error) => say(&format!("the run could not begin: {error:#}")),
                }
            }
            () = tokio::time::sleep(POLL) => {
                let Some(changed) = files.changed().await else { continue };
                let (play, script) = match checked(&files).await {
                    Ok(checked) => checked,
                    Err(wrong) => {
                        let goes_on = if running.is_some() { "; the run under way goes on" } else { "" };
                        say(&format!("{changed} changed, and the last good one stays{goes_on}: {wrong:#}"));
                        continue;
                    }
                };
                match running.take() {
                    Some(Running { outside, ended }) => {
                        say(&format!("{changed} changed: the run under way is cancelled, and the next one begins"));
                        outside.is_superseded.store(true, std::sync::atomic::Ordering::Relaxed);
                        outside.cancel.cancel();
                        drop(ended.await);
                    }
                    None => say(&format!("{changed} changed: running again")),
                }
                folder = script.folder.clone();
                files.follow(&play, &script);
                running = Some(begin(play, script, sender.clone())?);
            }
        }
    }
}

fn begin(play: Play, script: Script, reads: mpsc::UnboundedSender<PathBuf>) -> anyhow::Result<Running> {
    let outside = Outside { reads: Some(reads), ..Outside::default() };
    let mine = Outside { cancel: outside.cancel.clone(), is_superseded: outside.is_superseded.clone(), reads: None };
    let (sender, ended) = oneshot::channel();
    let thread = std::thread::Builder::new().name("run".into());
    thread
        .spawn(move || {
            // Who watches may be gone.
            let _ = sender.send(play.run_within(script, outside));
        })
        .map_err(System)?;
    Ok(Running { outside: mine, ended })
}

/// The end of the run that goes on; never, where there is none.
async fn over(running: &mut Option<Running>) -> anyhow::Result<ExitCode> {
    match running {
        Some(Running { ended, .. }) => ended.await.unwrap_or_else(|_| bail!("its thread is gone")),
        None => std::future::pending().await,
    }
}

/// What can run after a change: flags, configuration, policies, and the syntax of the spell and its modules.
async fn checked(files: &Files) -> anyhow::Result<(Play, Script)> {
    let (play, script) = super::run_again()?.prepare()?;
    let wrong = |fault: &Fault, script: &Script| anyhow::anyhow!(report::located(fault, script));
    let text = script.text().map_err(|fault| wrong(&fault, &script))?;
    script.requested(text)?;
    let mut config = play.config().clone();
    let remark = |line: &str| say(line);
    if languages::provide(&mut config, &script.language, &CancellationToken::new(), &remark).await.is_err() {
        // The run says why.
        return Ok((play, script));
    }
    let runtime = Runtime::new(config)?;
    check(&runtime, &script).await?;
    for module in files.modules() {
        let is_of_it = languages::of_file(module).is_ok_and(|language| language == script.language);
        // One that is gone may not be needed any more.
        if let Some(module) = is_of_it.then(|| Script::read_plain(module, Some(&script.language)).ok()).flatten() {
            check(&runtime, &module).await?;
        }
    }
    Ok((play, script))
}

async fn check(runtime: &Runtime, script: &Script) -> anyhow::Result<()> {
    let text = script.text().map_err(|fault| anyhow::anyhow!(report::located(&fault, script)))?;
    let outcome = runtime.check(Spell::new(&script.language, &script.name, text), Limits::default()).await;
    match (outcome.ending, &outcome.error) {
        (Ending::InvalidSpell, Some(fault)) => bail!(report::located(fault, script)),
        // What else there is to say, the run says.
        _ => Ok(()),
    }
}

/// A line on standard error.
fn say(text: &str) {
    use std::io::Write as _;
    let word = if colour(&std::io::stderr()) { "\x1b[36mwatch:\x1b[0m" } else { "watch:" };
    // A closed standard error leaves nowhere to say it.
    let _ = writeln!(std::io::stderr(), "{word} {}", one_line(text));
}
