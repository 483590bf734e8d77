use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use llmspell_wasm::model::Models;
use llmspell_wasm::replay::{Options, Parted, Replayed, SeenCall, Show};
use llmspell_wasm::{CancellationToken, Config, Ending, Runtime, hash};
use serde_json::{Value, json};

use super::flags::{LimitFlags, parse_tenant};
use super::guest_file::CUSTOM;
use super::languages;
use super::play::{Format, shown};
use super::recorded::{line, open};
use super::screen::{Colour, Screen, Stream};
use super::script::Script;
use super::{System, guest_file, report, signals, terminal};

/// Run a recorded run again, with the record in place of everything outside: models, tools, files, network, store, clock
///
/// Exits as the recorded run did, or with 1 where this run differs from it.
#[derive(clap::Args)]
pub struct Args {
    /// The record, as `run --record` writes it
    file: PathBuf,
    /// Run this spell instead: it gets the recorded answers as long as it asks the same, and ends where it asks something else
    #[arg(long, value_name = "FILE")]
    spell: Option<PathBuf>,
    /// End after so many calls of the host
    #[arg(long, value_name = "N")]
    until: Option<u64>,
    /// End before the first call of this name, such as state.put, or of this tool: tool:NAME
    #[arg(long, value_name = "CALL")]
    break_on: Option<String>,
    /// Show each call on standard error as it passes
    #[arg(long)]
    show: bool,
    /// What goes to standard output: what the spell prints and returns, or one JSON document about the replay
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Format,
    /// Whose run it was
    #[arg(long, value_name = "NAME", default_value = "local", value_parser = parse_tenant)]
    tenant: String,
    /// Run it in this guest component, with which it was recorded
    #[arg(long, value_name = "FILE", hide = true)]
    guest: Option<PathBuf>,
    // What stands below a heading of its own comes last.
    #[command(flatten)]
    limits: LimitFlags,
}

/// What a run that differs exits with.
const DIFFERS: u8 = 1;

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let at = || args.file.display().to_string();
    let record = open(&args.file)?;
    // All of it is checked where a signal can end that.
    let header = record.open().with_context(at)?.header().clone();
    let spell = args.spell.as_deref().map(|path| Script::read_plain(path, Some(&header.language))).transpose()?;
    let text = match &spell {
        None => None,
        Some(script) => Some(script.text().map_err(|fault| anyhow!("{}: {}", script.shown, fault.message))?.to_owned()),
    };
    let guest = args.guest.as_deref().map(guest_file::read).transpose()?;
    // Nothing of the user's configuration: no key, no store, no server.
    let mut config = Config::from_toml("", &|_| None)?;
    config.models = Models::offline();
    args.limits.apply(&mut config);
    config.instances = 1;
    config.memory_total = config.memory_total.max(config.limits.memory_bytes as u64);
    let prints = if args.output == Format::Json { Stream::Error } else { Stream::Output };
    let (screen, written) = Screen::open(prints).map_err(System)?;
    let mut workers = tokio::runtime::Builder::new_multi_thread();
    workers.worker_threads(2);
    let tokio = signals::runtime(workers).map_err(System)?;
    let script = spell.unwrap_or_else(|| Script::inline(&header.language, &header.name, &header.source));
    let code = tokio.block_on(async {
        let cancel = CancellationToken::new();
        signals::watch(cancel.clone()).map_err(System)?;
        let wall_time = config.limits.wall_time;
        match guest {
            Some(wasm) => {
                let image = guest_file::compile("--guest", &wasm, &cancel, Some(wall_time)).await;
                let image = image.map_err(|(_, message)| anyhow!(message))?;
                config.guests.insert(CUSTOM.into(), guest_file::compiled(hash(&wasm), image, Vec::new()));
            }
            None => {
                let provided = languages::provide(&mut config, &header.language, &cancel, &terminal::tell).await;
                provided.map_err(|(_, message)| anyhow!(message))?;
            }
        }
        let runtime = Runtime::new(config)?;
        let options = Options {
            spell: text,
            tenant: Some(args.tenant.clone()),
            until: args.until,
            break_on: args.break_on.clone(),
            show: args.show.then(|| lines(screen.clone())),
            listener: Some(Box::new(screen.clone())),
            cancel: cancel.clone(),
        };
        let replayed = runtime.replay(&record, options).await.with_context(at);
        let code = replayed.map(|replayed| tell(&replayed, &args, &script, runtime.config(), &screen));
        drop(screen);
        shown(written, &cancel, code?).await
    });
    tokio.shutdown_background();
    code
}

fn lines(screen: Screen) -> Show {
    let mut is_read = true;
    Box::new(move |seen: &SeenCall<'_>| {
        // What nobody reads is waited for once.
        is_read = is_read && screen.record(line(seen.step, seen.call, seen.arguments, seen.outcome) + "\n").is_ok();
    })
}

fn tell(replayed: &Replayed, args: &Args, script: &Script, config: &Config, screen: &Screen) -> u8 {
    let parted = replayed.parted.as_ref().map(parted);
    let (asked, outcome) = (matches!(replayed.parted, Some(Parted::Asked(_))), &replayed.outcome);
    if replayed.parted.is_none() {
        report::outcome(screen, outcome, script, config);
    }
    match &parted {
        Some(line) if asked => screen.remark("replay:", Colour::Cyan, line),
        Some(line) => screen.remark("error:", Colour::Red, line),
        // Another spell ends as it does.
        None if replayed.changed_spell => {}
        None => replayed.differences.iter().for_each(|line| {
            screen.remark("error:", Colour::Red, &format!("the replay differs from the recorded run: {line}"));
        }),
    }
    let result = outcome.result.as_ref().filter(|_| parted.is_none());
    match result {
        _ if args.output == Format::Json => {
            let (steps, equal) = (replayed.steps, replayed.is_equal());
            let differences = &replayed.differences;
            let shown = json!({
                "equal": equal,
                "steps": steps,
                "stopped": parted,
                "differences": differences,
                "outcome": parted.is_none().then(|| outcome.ending.word()),
                "result": result,
                "error": outcome.error.as_ref().filter(|_| parted.is_none()),
                "ledger": &outcome.ledger,
            });
            screen.show(Stream::Output, terminal::pretty(&shown) + "\n");
        }
        Some(Value::String(text)) => screen.repeat(Stream::Output, format!("{text}\n")),
        Some(value) => screen.show(Stream::Output, terminal::pretty(value) + "\n"),
        None => {}
    }
    match (asked, replayed.is_equal()) {
        (true, _) => 0,
        (false, true) => outcome.exit_code(),
        (false, false) if replayed.changed_spell && parted.is_none() => outcome.exit_code(),
        // Not a difference: somebody stopped it.
        (false, false) if matches!(replayed.parted, Some(Parted::Cancelled(_))) => Ending::Cancelled.exit_code(),
        (false, false) => DIFFERS,
    }
}

/// Why a replay did not get to the end, on one line.
fn parted(parted: &Parted) -> String {
    match parted {
        Parted::Difference(one) => {
            format!("the replay parts from the record at call {}: expected {}; got {}", one.step, one.expected, one.got)
        }
        Parted::Record(error) => error.to_string(),
        Parted::Asked(step) => format!("stopped after call {step}"),
        Parted::Sealed { step, call } => {
            format!(
                "the replay can't go on at call {step}: a key was in the answer of {call}, which the record leaves out"
            )
        }
        Parted::Stopped(step) => {
            format!("the recorded run was stopped after call {step}: there are no answers from here on")
        }
        Parted::Cancelled(step) => format!("the replay was cancelled after call {step}"),
        Parted::TimeUp(step) => {
            format!("the replay took longer than it may (--timeout): it was ended after call {step}")
        }
        Parted::Cut(step) => {
            format!("the record ends after call {step}: the run was killed there, or the file was cut off")
        }
    }
}
