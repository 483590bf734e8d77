use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, ensure};
use futures::FutureExt;
use futures::future::BoxFuture;
use llmspell_wasm::mcp::serve::{Answered, ProgressOf, Serve, ServedTool, serve_stdio};
use llmspell_wasm::policy::Right;
use llmspell_wasm::{CancellationToken, Ending, Level, Listener, Outcome, Runtime, Spell};
use serde_json::{Map, Value};
use tokio::sync::mpsc;

use super::super::flags::parse_tenant;
use super::super::granted::Granted;
use super::super::script::Script;
use super::super::settings::Settings;
use super::super::terminal::one_line;
use super::super::{System, complain, signals, terminal};

/// Serve the spells of a folder as tools over standard input and output: each folder in it that has a spell.yaml
///
/// A spell gets no more than the grants, policies and limits that are given here, and of that no more than it asks for.
/// Nobody is there to be asked for an approval.
#[derive(clap::Args)]
pub struct Args {
    /// The folder of folders, or one spell's folder
    folder: PathBuf,
    /// Run the spells for this tenant: with its policy, state, budgets and events
    #[arg(long, value_name = "NAME", default_value = "local", value_parser = parse_tenant)]
    tenant: String,
    /// How many spells may run at once; the next one waits
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=100))]
    instances: u32,
    #[command(flatten)]
    settings: Settings,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let mut config = args.settings.load()?;
    let (granted, model) = args.settings.grant(&mut config, &args.tenant)?;
    config.store.owner = format!("mcp serve {}", args.folder.display());
    config.instances = args.instances;
    config.tenant_runs = args.instances;
    let (found, problems) = spells(&args.folder)?;
    problems.iter().for_each(|problem| remark(problem));
    ensure!(!found.is_empty(), "{}: no folder in it has a spell.yaml that can be used", args.folder.display());
    let runtime = Arc::new(Runtime::new(config)?);
    let served = Served { runtime: runtime.clone(), folder: args.folder, granted, model, tenant: args.tenant };
    let mut workers = tokio::runtime::Builder::new_multi_thread();
    workers.worker_threads(2);
    let tokio = signals::runtime(workers).map_err(System)?;
    let code = tokio.block_on(async {
        let cancel = CancellationToken::new();
        signals::watch(cancel.clone()).map_err(System)?;
        let ended = serve_stdio(served, cancel.clone()).await;
        runtime.close().await;
        ended.map_err(|problem| anyhow::anyhow!("{problem}"))?;
        let cancelled = Ending::Cancelled.exit_code();
        Ok(if cancel.is_cancelled() { ExitCode::from(cancelled) } else { ExitCode::SUCCESS })
    });
    // Reading standard input can't be stopped.
    tokio.shutdown_background();
    code
}

/// What is wrong with a spell, for the operator.
fn remark(problem: &str) {
    complain(&format!("left out: {}", one_line(problem)));
}

/// The spells of a folder by the names of their tools, and why others are left out.
fn spells(folder: &Path) -> anyhow::Result<(BTreeMap<String, Script>, Vec<String>)> {
    let mut folders = vec![folder.to_owned()];
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    folders.extend(entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()));
    folders.sort();
    let (mut found, mut problems) = (BTreeMap::new(), Vec::new());
    for folder in folders {
        let has_manifest = ["spell.yaml", "spell.yml"].iter().any(|name| folder.join(name).is_file());
        if !has_manifest {
            continue;
        }
        let script = Script::read_plain(&folder, None).and_then(|script| Ok((tool_name(&script, &folder)?, script)));
        match script {
            Ok((name, _)) if found.contains_key(&name) => {
                problems.push(format!("{}: there is another spell called '{name}'", folder.display()));
            }
            Ok((name, script)) => drop(found.insert(name, script)),
            Err(error) => problems.push(format!("{}: {error:#}", folder.display())),
        }
    }
    Ok((found, problems))
}

/// What it calls itself, or its folder's name.
fn tool_name(script: &Script, folder: &Path) -> anyhow::Result<String> {
    let own = script.manifest.as_ref().and_then(|manifest| manifest.name.clone());
    let of_folder = || folder.canonicalize().ok()?.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = own.or_else(of_folder).unwrap_or_default();
    let plain = |sign: char| sign.is_ascii_alphanumeric() || sign == '-' || sign == '_';
    ensure!(
        (1..=64).contains(&name.len()) && name.chars().all(plain),
        "'{}' can't be the name of a tool: write a name of 1 to 64 letters, digits, '-' and '_' in its spell.yaml",
        name.escape_debug()
    );
    Ok(name)
}

struct Served {
    runtime: Arc<Runtime>,
    folder: PathBuf,
    granted: Granted,
    model: Option<String>,
    tenant: String,
}

/// Rights by which nothing is changed that outlives a run.
const HARMLESS: &[Right] = &[Right::MODEL, Right::TOOL];
/// Those that lead to other systems.
const OPEN: &[Right] = &[Right::MODEL, Right::NETWORK, Right::MCP];

impl Served {
    /// No more than the spell asks for.
    fn granted(&self, script: &Script) -> Result<Granted, String> {
        let text = script.text().map_err(|fault| fault.message)?;
        let requested = script.requested(text).map_err(|error| error.to_string())?;
        let mut granted = self.granted.clone();
        requested.into_iter().for_each(|policy| granted.narrow(policy));
        Ok(granted)
    }

    fn shown(&self, name: String, script: &Script) -> Result<ServedTool, String> {
        let grants = self.granted(script)?.grants;
        let changes = |right: &&Right| right.sink().is_some() && !HARMLESS.contains(right);
        let manifest = script.manifest.as_ref();
        Ok(ServedTool {
            description: manifest.and_then(|one| one.description.clone()).unwrap_or_default(),
            parameters: manifest.map(|one| one.schema()).unwrap_or_default(),
            read_only: !Right::ALL.iter().filter(changes).any(|right| grants.may_have(*right, "*")),
            open_world: OPEN.iter().any(|right| grants.may_have(*right, "*")),
            name,
        })
    }

    async fn run(
        &self,
        script: Script,
        arguments: Map<String, Value>,
        progress: ProgressOf,
        cancel: CancellationToken,
    ) -> Answered {
        let fail = |why: String| Answered { texts: vec![why], structured: None, is_error: true };
        let granted = match self.granted(&script) {
            Ok(granted) => granted,
            Err(why) => return fail(format!("invalid-spell: {why}")),
        };
        let parameters = match &script.manifest {
            Some(manifest) => manifest.parameters(arguments, &|_| None),
            None => Ok(arguments),
        };
        let parameters = match parameters {
            Ok(parameters) => parameters,
            Err(error) => {
                // Where it lies here is nothing for a client.
                let folder = script.folder.as_ref().map(|folder| format!("{}/", folder.display())).unwrap_or_default();
                return fail(format!("invalid: {error:#}").replace("--param ", "parameter ").replace(&folder, ""));
            }
        };
        let (told, mut lines) = mpsc::channel(64);
        let printed = Arc::<Mutex<Vec<u8>>>::default();
        let spell = Spell {
            source: script.text().unwrap_or_default().into(),
            folder: script.folder.clone(),
            manifest: script.manifest.as_ref().map(|manifest| manifest.hash.clone()),
            parameters,
            model: self.model.clone(),
            tenant: self.tenant.clone(),
            listener: Box::new(Told { lines: told, line: Vec::new(), all: printed.clone() }),
            cancel,
            ..Spell::new(&script.language, &script.name, "")
        };
        let limits = self.runtime.config().limits.clone();
        let tell = async {
            while let Some(line) = lines.recv().await {
                progress.tell(line).await;
            }
        };
        let (outcome, ()) = tokio::join!(self.runtime.run(spell, granted.grants, limits), tell);
        let printed = std::mem::take(&mut *printed.lock().unwrap_or_else(PoisonError::into_inner));
        answered(outcome, String::from_utf8_lossy(&printed).into_owned())
    }
}

impl Serve for Served {
    fn tools(&self) -> Vec<ServedTool> {
        // As they are now: a spell that is changed is served as it is.
        let Ok((spells, _)) = spells(&self.folder) else { return Vec::new() };
        let shown = |(name, script): (String, Script)| {
            self.shown(name, &script).inspect_err(|why| remark(&format!("{}: {why}", script.shown))).ok()
        };
        spells.into_iter().filter_map(shown).collect()
    }

    fn call<'a>(
        &'a self,
        name: &'a str,
        arguments: Map<String, Value>,
        progress: ProgressOf,
        cancel: CancellationToken,
    ) -> BoxFuture<'a, Option<Answered>> {
        async move {
            let script = spells(&self.folder).ok().and_then(|(mut spells, _)| spells.remove(name))?;
            Some(self.run(script, arguments, progress, cancel).await)
        }
        .boxed()
    }
}

/// What the spell printed and what it returned; or how else it ended.
fn answered(outcome: Outcome, output: String) -> Answered {
    let printed = Some(output).filter(|output| !output.trim().is_empty());
    if outcome.ending != Ending::Completed {
        let fault = outcome.error.unwrap_or_default();
        let why = format!("{}: {}", outcome.ending.word(), fault.message);
        return Answered { texts: printed.into_iter().chain([why]).collect(), structured: None, is_error: true };
    }
    let result = outcome.result.map(|result| match result {
        Value::String(text) => (text, None),
        Value::Object(map) => (terminal::pretty(&Value::Object(map.clone())), Some(map)),
        other => (terminal::pretty(&other), None),
    });
    let (text, structured) = result.map_or((None, None), |(text, structured)| (Some(text), structured));
    Answered { texts: printed.into_iter().chain(text).collect(), structured, is_error: false }
}

/// Keeps what a spell prints, and hands it on line by line as progress: a client that is slow is told of fewer lines.
struct Told {
    lines: mpsc::Sender<String>,
    /// What has no end yet.
    line: Vec<u8>,
    all: Arc<Mutex<Vec<u8>>>,
}

impl Listener for Told {
    fn output(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if self.line.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                let _ = self.lines.try_send(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
        }
        Ok(())
    }

    fn log(&mut self, level: Level, message: &str, _: Option<&Value>) -> io::Result<()> {
        complain(&format!("{}: {}", level.word(), one_line(message)));
        Ok(())
    }

    fn notice(&mut self, message: &str) -> io::Result<()> {
        complain(&one_line(message));
        Ok(())
    }
}
