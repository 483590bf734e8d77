use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, bail};
use llmspell_wasm::audit::Audit;
use llmspell_wasm::{CancellationToken, Config, Repl, Runtime, Spell};
use serde_json::Map;

use super::flags::{ConfigFlag, LimitFlags, ModelFlags, parse_parameter, parse_session, parse_tenant};
use super::granted::{GrantFlags, Granted};
use super::screen::{Colour, Screen, Stream};
use super::script::DEFAULT_LANGUAGE;
use super::store::StoreFlags;
use super::{System, languages, play, signals};

mod approver;
mod command;
mod dialogue;
mod history;
mod lines;

use approver::Questions;
use dialogue::Dialogue;
use lines::Lines;

/// Evaluate lines as they are typed, in one instance of the language; `.help` lists the prompt's own commands
///
/// Input that is no terminal is played line by line, without a prompt.
#[derive(clap::Args)]
pub struct Args {
    /// The language
    #[arg(long, alias = "language", value_name = "NAME", value_parser = languages::parse, default_value = DEFAULT_LANGUAGE)]
    lang: String,
    /// Set a parameter, which lines read as `params.NAME`
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parse_parameter)]
    parameters: Vec<(String, String)>,
    /// Make randomness repeatable
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    seed: Option<u64>,
    /// Evaluate for this tenant: with its policy, state, budgets and events
    #[arg(long, value_name = "NAME", default_value = "local", value_parser = parse_tenant)]
    tenant: String,
    /// Begin in this session of the tenant: it is meant wherever a line names none
    #[arg(long, value_name = "ID", value_parser = parse_session)]
    session: Option<String>,
    /// Neither read nor keep a history of lines
    #[arg(long)]
    no_history: bool,
    /// Append each permission decision to this file, an audit log that `audit verify` checks
    #[arg(long, value_name = "FILE")]
    audit: Option<PathBuf>,
    /// Arguments, which lines read as `arg`
    #[arg(last = true)]
    arguments: Vec<String>,
    #[command(flatten)]
    config: ConfigFlag,
    #[command(flatten)]
    grants: GrantFlags,
    #[command(flatten)]
    models: ModelFlags,
    #[command(flatten)]
    store: StoreFlags,
    #[command(flatten)]
    limits: LimitFlags,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let (config, granted, model) = prepare(&args)?;
    let parameters = parameters(&args.parameters)?;
    let (screen, written) = Screen::open(Stream::Output).map_err(System)?;
    for line in granted.refused(&config.limits).into_iter().chain(args.limits.refused(&config.limits)) {
        screen.remark("policy:", Colour::Yellow, &line);
    }
    let audit = args.audit.as_ref().map(Audit::open).transpose()?;
    let mut workers = tokio::runtime::Builder::new_multi_thread();
    workers.worker_threads(2);
    let tokio = signals::runtime(workers).map_err(System)?;
    let mut config = config;
    tokio
        .block_on(async {
            let remark = |line: &str| screen.remark("guest:", Colour::Yellow, line);
            languages::provide(&mut config, &args.lang, &CancellationToken::new(), &remark).await
        })
        .map_err(|(_, why)| anyhow::anyhow!(why))?;
    let is_terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let lines = if is_terminal { Lines::typed(&args.lang, !args.no_history, &screen)? } else { Lines::piped() };
    let terminal = signals::Terminal::keep();
    let is_busy = Arc::new(AtomicBool::new(is_terminal));
    tokio.block_on(async { signals::on_end(terminal, is_busy.clone()) }).map_err(System)?;
    let questions = Questions::default();
    let approver = is_terminal.then(|| questions.approver());
    let (language, tenant, session, seed, arguments) =
        (args.lang.clone(), args.tenant, args.session, args.seed, args.arguments);
    let shown = screen.clone();
    let spell = move || Spell {
        folder: Some(PathBuf::from(".")),
        parameters: parameters.clone(),
        arguments: arguments.clone(),
        model: model.clone(),
        seed,
        tenant: tenant.clone(),
        session: session.clone(),
        listener: Box::new(shown.clone()),
        audit: audit.clone(),
        approver: approver.clone(),
        ..Spell::new(&language, "prompt", "")
    };
    let limits = config.limits.clone();
    let runtime = Arc::new(Runtime::new(config.clone())?);
    let repl = Repl::new(runtime.clone(), spell, granted.grants, limits);
    let dialogue =
        Dialogue { repl, runtime: runtime.clone(), lines, screen, config, language: args.lang, questions, is_busy };
    let code = dialogue.go_on(&tokio);
    let ended = tokio.block_on(async {
        runtime.close().await;
        play::shown(written, &CancellationToken::new(), code).await
    });
    tokio.shutdown_background();
    ended
}

/// What can be wrong with flags and files is told before the first line.
fn prepare(args: &Args) -> anyhow::Result<(Config, Granted, Option<String>)> {
    let mut config = args.config.load_within(args.limits.timeout())?;
    args.limits.apply(&mut config);
    args.store.apply(&mut config)?;
    config.store.owner = "repl".into();
    // `.save` looks at the syntax while the prompt's own instance waits.
    config.instances = 2;
    let mut granted = args.grants.read(&config, &args.tenant)?;
    let model = args.models.apply(&mut config, &mut granted.grants)?;
    config.limits = granted.grants.tighten(config.limits.clone());
    Ok((config, granted, model))
}

fn parameters(given: &[(String, String)]) -> anyhow::Result<Map<String, serde_json::Value>> {
    let mut parameters = Map::new();
    for (name, value) in given {
        if parameters.insert(name.clone(), value.as_str().into()).is_some() {
            bail!("--param {name} is given twice");
        }
    }
    Ok(parameters)
}

/// Where a prompt's history lies, and what the user keeps in its place.
fn state_folder() -> anyhow::Result<PathBuf> {
    super::store::state_folder().context("no home folder is known to keep the history in: --no-history does without")
}
