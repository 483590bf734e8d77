//! One run of one spell, from the flags to the exit code.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, bail};
use clap::ValueEnum;
use llmspell_wasm::audit::Audit;
use llmspell_wasm::file::unwritable;
use llmspell_wasm::policy::PolicyError;
use llmspell_wasm::{About, CancellationToken, Config, Ending, Fault, Outcome, Runtime, Spell, WorkflowWatcher, hash};
use serde_json::{Map, Value, json};
use tokio::sync::{mpsc, oneshot};

use super::approval::AtTerminal;
use super::flags::{parse_digest, parse_parameter, parse_session, parse_tenant};
use super::granted::Granted;
use super::outputs::{self, Named};
use super::patience::Patience;
use super::progress::Progress;
use super::reads::Reads;
use super::receipt::Target;
use super::screen::{Colour, Screen, Stream};
use super::script::Script;
use super::settings::Settings;
use super::trace::Trace;
use super::{System, USAGE, guest_file, languages, report, signals, terminal};

#[derive(clap::Args)]
pub struct Flags {
    /// Set a parameter, which the spell reads as `params.NAME`
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parse_parameter)]
    pub(super) parameters: Vec<(String, String)>,
    /// Make the spell's randomness repeatable
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    seed: Option<u64>,
    /// Run the spell for this tenant: with its policy, state, budgets and events
    #[arg(long, value_name = "NAME", default_value = "local", value_parser = parse_tenant)]
    tenant: String,
    /// Begin in this session of the tenant: it is meant wherever the spell names none
    #[arg(long, value_name = "ID", value_parser = parse_session)]
    session: Option<String>,
    /// What goes to standard output: what the spell prints and returns, or one JSON document about the run
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Format,
    /// Do not show on standard error how workflows go
    #[arg(long)]
    quiet: bool,
    /// Write how the run ended and what it used to this file, as JSON
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
    /// Write every call that the spell makes of the host as a line of JSON, to standard error if there is no FILE
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    trace_calls: Option<Option<PathBuf>>,
    /// Record all that the host answers to this file, which only its owner may read, for `replay` to run it again without anything outside
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Append each permission decision to this file, an audit log that `audit verify` checks
    #[arg(long, value_name = "FILE")]
    audit: Option<PathBuf>,
    /// Accept the call of this digest, once, as a refused call told it; of several, each
    #[arg(long, value_name = "DIGEST", value_parser = parse_digest)]
    approve: Vec<String>,
    /// Run the spell in this guest component instead of one that the binary carries
    #[arg(long, value_name = "FILE", hide = true)]
    guest: Option<PathBuf>,
    /// Arguments of the spell, which it reads as `arg`
    #[arg(last = true)]
    arguments: Vec<String>,
    // Some of it stands below a heading of its own: it comes last.
    #[command(flatten)]
    pub(super) settings: Settings,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

/// Who may end a run, and hears what it reads of its folder.
#[derive(Default)]
pub struct Outside {
    pub cancel: CancellationToken,
    /// It is ended for the next one.
    pub is_superseded: Arc<AtomicBool>,
    pub reads: Option<mpsc::UnboundedSender<PathBuf>>,
}

/// A run that can begin: mistakes in the flags and the configuration have been reported by now.
pub struct Play {
    pub flags: Flags,
    config: Config,
    granted: Granted,
    model: Option<String>,
    guest: Option<Vec<u8>>,
    /// In place of those of the flags.
    parameters: Option<Map<String, Value>>,
}

/// How long a signal leaves a run to end and its output to be read.
const PATIENCE: Duration = Duration::from_secs(1);

/// The language that was asked for, if one was.
pub fn language(flags: &Flags, lang: Option<String>) -> Option<String> {
    flags.guest.as_ref().map(|_| guest_file::CUSTOM.to_owned()).or(lang)
}

impl Play {
    pub fn prepare(flags: Flags) -> anyhow::Result<Play> {
        let mut config = flags.settings.load()?;
        let policies = flags.settings.grants.policies().iter().map(|path| ("--policy", path.as_path()));
        let others = [("--model-script", flags.settings.models.script()), ("--guest", flags.guest.as_deref())];
        let others = others.into_iter().filter_map(|(flag, path)| Some((flag, path?)));
        let patience = Patience::begin(policies.chain(others), config.limits.wall_time);
        let (granted, model) = flags.settings.grant(&mut config, &flags.tenant)?;
        let guest = flags.guest.as_deref().map(guest_file::read).transpose().context("--guest")?;
        drop(patience);
        Ok(Play { flags, config, granted, model, guest, parameters: None })
    }

    /// How long the run may take, reading its files included.
    pub fn wall_time(&self) -> Duration {
        self.config.limits.wall_time
    }

    /// The configuration, with what the flags say.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The files that decide what it does, beside the spell's own.
    pub fn files(&self) -> Vec<PathBuf> {
        let named =
            [self.config.file.as_deref(), self.config.operator_policy.as_deref(), self.flags.settings.models.script()];
        let guest = self.flags.guest.as_deref();
        let tenant = self.config.tenant_policies.as_ref().map(|all| all.join(format!("{}.toml", self.flags.tenant)));
        let named = named.into_iter().flatten().chain(guest).map(Path::to_owned);
        named.chain(tenant).chain(self.flags.settings.grants.policies().iter().cloned()).collect()
    }

    /// Whose run it is.
    pub fn tenant(&self) -> &str {
        &self.flags.tenant
    }

    /// Runs the spell with what it was run with before. The flags must not say it as well.
    pub fn again(&mut self, parameters: Map<String, Value>, arguments: Vec<String>) -> anyhow::Result<()> {
        if !self.flags.parameters.is_empty() || !self.flags.arguments.is_empty() {
            bail!(
                "the spell gets the parameters and arguments that it was begun with: leave out --param and what follows --"
            );
        }
        (self.parameters, self.flags.arguments) = (Some(parameters), arguments);
        Ok(())
    }

    /// Refuses outputs that are one file, or a file that is read.
    fn check_outputs(&self, script: &Script) -> anyhow::Result<()> {
        let head = self.flags.audit.as_deref().map(|audit| outputs::with(audit, ".head"));
        let trace = self.flags.trace_calls.as_ref().and_then(Option::as_deref);
        let outputs = [
            ("--receipt", self.flags.receipt.as_deref()),
            ("--trace-calls", trace),
            ("--record", self.flags.record.as_deref()),
            ("--audit", self.flags.audit.as_deref()),
            ("the head of --audit", head.as_deref()),
        ];
        let script = script.folder.as_ref().map(|folder| folder.join(&script.name));
        let inputs = [
            ("the spell", script.as_deref()),
            ("--config", self.config.file.as_deref()),
            ("--model-script", self.flags.settings.models.script()),
            ("--guest", self.flags.guest.as_deref()),
        ];
        let outputs: Vec<Named<'_>> =
            outputs.into_iter().filter_map(|(flag, path)| Some(Named { flag, path: path? })).collect();
        let policies = self.flags.settings.grants.policies().iter().map(|path| Named { flag: "--policy", path });
        let inputs = inputs.into_iter().filter_map(|(flag, path)| Some(Named { flag, path: path? }));
        outputs::check(&outputs, &inputs.chain(policies).collect::<Vec<_>>(), &self.config.store.place)
    }

    pub fn run(self, script: Script) -> anyhow::Result<ExitCode> {
        self.run_within(script, Outside::default())
    }

    /// As [`Play::run`], for somebody who may end it.
    pub fn run_within(mut self, script: Script, outside: Outside) -> anyhow::Result<ExitCode> {
        let started = SystemTime::now();
        let mut parameters = self.parameters()?;
        if let Some(manifest) = &script.manifest {
            parameters = manifest.parameters(parameters, &terminal::ask)?;
        }
        self.check_outputs(&script)?;
        // Shown by other processes that wait for the store.
        self.config.store.owner = script.owner.clone();
        // Before anything runs: whether what it leaves behind can be written.
        let at = |flag: &str, path: &Path| format!("{flag} {}", path.display());
        let receipt = self.flags.receipt.as_deref();
        let receipt = receipt.map(|path| Target::check(path).with_context(|| at("--receipt", path))).transpose()?;
        let prints = if self.flags.output == Format::Json { Stream::Error } else { Stream::Output };
        let (screen, written) = Screen::open(prints).map_err(System)?;
        let trace = match &self.flags.trace_calls {
            None => None,
            Some(None) => Some(Trace::to_screen(screen.clone())),
            Some(Some(path)) => Some(Trace::to_file(path).with_context(|| at("--trace-calls", path))?),
        };
        let record = match &self.flags.record {
            None => None,
            Some(path) => {
                let (file, places) = create_record(path).with_context(|| at("--record", path))?;
                // The spell neither reads nor changes it, whatever folder it was granted.
                self.granted.grants.off_limits.extend(places);
                Some(file)
            }
        };
        let audit = self.flags.audit.as_ref().map(Audit::open).transpose()?;
        // Two workers: where one is stuck in a write, the other still hears the signals.
        let mut workers = tokio::runtime::Builder::new_multi_thread();
        workers.worker_threads(2);
        let tokio = signals::runtime(workers).map_err(System)?;
        let code = tokio.block_on(async {
            let cancel = outside.cancel.clone();
            signals::watch(cancel.clone()).map_err(System)?;
            let journal = trace.clone().map(|trace| Box::new(trace) as Box<dyn Write + Send>);
            let spell = Spell {
                folder: script.folder.clone(),
                manifest: script.manifest.as_ref().map(|manifest| manifest.hash.clone()),
                parameters,
                arguments: std::mem::take(&mut self.flags.arguments),
                model: self.model.take(),
                seed: self.flags.seed,
                tenant: self.flags.tenant.clone(),
                session: self.flags.session.clone(),
                listener: Box::new(screen.clone()),
                journal: match outside.reads.clone() {
                    Some(reads) => Some(Box::new(Reads::before(journal, reads))),
                    None => journal,
                },
                record: record.map(|file| Box::new(file) as Box<dyn Write + Send>),
                audit,
                approved: std::mem::take(&mut self.flags.approve),
                watcher: self
                    .shows_progress()
                    .then(|| Box::new(Progress::new(screen.clone())) as Box<dyn WorkflowWatcher>),
                cancel: cancel.clone(),
                ..Spell::new(&script.language, &script.name, "")
            };
            let outcome = match self.narrow(&script, &screen) {
                Ok(()) => {
                    let remark = |line: &str| screen.remark("guest:", Colour::Yellow, line);
                    self.outcome(spell, &script, AtTerminal::new(screen.clone()), &remark).await
                }
                Err(fault) => {
                    // It holds the screen open.
                    drop(spell);
                    Outcome::refused(&script.bytes, Ending::InvalidSpell, *fault)
                }
            };
            let left = Left { receipt, trace, screen };
            let is_superseded = outside.is_superseded.load(Ordering::Relaxed);
            let code = self.tell(&outcome, &script, started, left, is_superseded);
            shown(written, &cancel, code).await
        });
        // What still reads or writes somewhere must not hold up the end.
        tokio.shutdown_background();
        code
    }

    /// What reads standard error as JSON wants nothing else there.
    fn shows_progress(&self) -> bool {
        let is_traced = matches!(self.flags.trace_calls, Some(None));
        !self.flags.quiet && !is_traced && self.flags.output == Format::Text
    }

    /// Narrows the grants to what the spell requests, and reports what was requested and not granted.
    fn narrow(&mut self, script: &Script, screen: &Screen) -> Result<(), Box<Fault>> {
        // A source that is not UTF-8 is reported where it is run.
        let text = script.text().unwrap_or_default();
        for line in script.misspelt(text) {
            screen.remark("policy:", Colour::Yellow, &line);
        }
        let requested = script.requested(text).map_err(|error| {
            let PolicyError { file, line, column, problem } = error;
            let number = |number| u32::try_from(number).ok().filter(|number| *number > 0);
            let (file, line, column) = (Some(file), number(line), number(column));
            Box::new(Fault { code: "invalid-spell".into(), message: problem, file, line, column, ..Fault::default() })
        })?;
        for line in script.idle() {
            screen.remark("policy:", Colour::Yellow, line);
        }
        requested.into_iter().for_each(|policy| self.granted.narrow(policy));
        let holds = self.granted.grants.tighten(self.config.limits.clone());
        for line in
            self.granted.refused(&self.config.limits).into_iter().chain(self.flags.settings.limits.refused(&holds))
        {
            screen.remark("policy:", Colour::Yellow, &line);
        }
        self.config.limits = holds;
        Ok(())
    }

    /// How it ends, also where it can't begin.
    async fn outcome(
        &mut self,
        spell: Spell,
        script: &Script,
        approver: Option<AtTerminal>,
        remark: &dyn Fn(&str),
    ) -> Outcome {
        let refused = |ending: Ending, message: String| {
            let fault = Fault { code: ending.word().into(), message, ..Fault::default() };
            Outcome::refused(&script.bytes, ending, fault)
        };
        let text = match script.text() {
            Ok(text) => text,
            Err(fault) => return Outcome::refused(&script.bytes, Ending::InvalidSpell, *fault),
        };
        let (began, wall_time) = (Instant::now(), self.config.limits.wall_time);
        let provided = match &self.guest {
            Some(wasm) => match guest_file::compile("--guest", wasm, &spell.cancel, Some(wall_time)).await {
                Ok(image) => {
                    self.config
                        .guests
                        .insert(guest_file::CUSTOM.into(), guest_file::compiled(hash(wasm), image, Vec::new()));
                    Ok(())
                }
                Err(refusal) => Err(refusal),
            },
            None => languages::provide(&mut self.config, &script.language, &spell.cancel, remark).await,
        };
        if let Err((ending, message)) = provided {
            return refused(ending, message);
        }
        // What is installed and compiled anew is so once, on nobody's time.
        let waited = self.guest.as_ref().map_or(Duration::ZERO, |_| began.elapsed());
        let spell = Spell { source: text.into(), waited, ..spell };
        let (grants, limits) = (self.granted.grants.clone(), self.config.limits.clone());
        let runtime = match Runtime::new(self.config.clone()) {
            Ok(runtime) => match approver {
                Some(approver) => runtime.with_approver(approver),
                None => runtime,
            },
            Err(error) => return refused(Ending::HostFault, error.to_string()),
        };
        let cancel = spell.cancel.clone();
        // A task of its own: the screen's journal waits until standard error is read, and signals must be handled meanwhile.
        let run = tokio::spawn(async move {
            let outcome = runtime.run(spell, grants, limits).await;
            runtime.close().await;
            outcome
        });
        tokio::select! {
            run = run => run.unwrap_or_else(|error| refused(Ending::HostFault, format!("the run was lost: {error}"))),
            () = impatience(&cancel) => refused(Ending::Cancelled, "the run was cancelled, and could not be waited for".into()),
        }
    }

    /// Shows and writes what there is to say of the run. Gives the exit code.
    ///
    /// Of one that was ended for the next one, nothing is said.
    fn tell(&self, outcome: &Outcome, script: &Script, started: SystemTime, mut left: Left, is_superseded: bool) -> u8 {
        let screen = &left.screen;
        // The caller that waits for the output reports why it can't be written.
        let is_cut = is_superseded && outcome.ending == Ending::Cancelled;
        if !screen.is_closed() && !is_cut {
            report::outcome(screen, outcome, script, &self.config);
        }
        let policies = self.granted.grants.files();
        let (language, tenant, config) = (&script.language, &self.flags.tenant, &self.config);
        let about = About { language, tenant, started, config, limits: &config.limits, policies: &policies };
        let receipt = json!(outcome.receipt(&about));
        match &outcome.result {
            _ if self.flags.output == Format::Json => screen.show(Stream::Output, terminal::pretty(&receipt) + "\n"),
            Some(Value::String(text)) => screen.repeat(Stream::Output, format!("{text}\n")),
            Some(value) => screen.show(Stream::Output, terminal::pretty(value) + "\n"),
            None => {}
        }
        let mut code = outcome.exit_code();
        let receipt = left.receipt.map_or(Ok(()), |target| target.write(&receipt));
        let trace = left.trace.as_mut().map_or(Ok(()), Write::flush);
        for (what, written) in [("the receipt", receipt), ("the trace of calls", trace)] {
            if let Err(error) = written {
                screen.remark("error:", Colour::Red, &format!("{what} can't be written: {error}"));
                code = USAGE;
            }
        }
        code
    }

    fn parameters(&mut self) -> anyhow::Result<Map<String, Value>> {
        if let Some(parameters) = self.parameters.take() {
            return Ok(parameters);
        }
        let mut parameters = Map::new();
        for (name, value) in std::mem::take(&mut self.flags.parameters) {
            if parameters.contains_key(&name) {
                bail!("--param {name} is given twice");
            }
            parameters.insert(name, value.into());
        }
        Ok(parameters)
    }
}

/// A record has all that the spell could read: it is for its owner alone. What is no plain file may take nothing. With where it lies,
/// as it is named and without links.
fn create_record(path: &Path) -> io::Result<(File, [PathBuf; 2])> {
    if path.metadata().is_ok_and(|about| !about.is_file()) {
        return Err(io::Error::other("it is no plain file; name another one"));
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(unwritable)?;
    // One that was there keeps the mode that it had.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600)).map_err(unwritable)?;
    file.set_len(0).map_err(unwritable)?;
    Ok((file, [std::path::absolute(path)?, path.canonicalize()?]))
}

/// What a run leaves behind. Dropped, it lets the screen come to its end.
struct Left {
    receipt: Option<Target>,
    trace: Option<Trace>,
    screen: Screen,
}

/// Waits until everything has been shown, but after a signal not for long.
pub async fn shown(
    written: oneshot::Receiver<io::Result<()>>,
    cancel: &CancellationToken,
    code: u8,
) -> anyhow::Result<ExitCode> {
    tokio::select! {
        written = written => match written {
            // The reader has closed the pipe, which is no error.
            Ok(Err(error)) if error.kind() != ErrorKind::BrokenPipe => bail!("standard output can't be written: {error}"),
            _ => Ok(ExitCode::from(code)),
        },
        () = impatience(cancel) => Ok(ExitCode::from(Ending::Cancelled.exit_code())),
    }
}

async fn impatience(cancel: &CancellationToken) {
    cancel.cancelled().await;
    tokio::time::sleep(PATIENCE).await;
}
