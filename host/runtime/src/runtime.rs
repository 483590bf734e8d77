//! Runs spells, each in a fresh instance of its language's guest.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use futures::FutureExt;
use futures::future::BoxFuture;
use llmspell_api::config::{self as api, Operator};
use llmspell_api::workflow::{SpellFile, SpellManifest};
use llmspell_api::{Fault, GuestInfo};
use llmspell_base::clock::Clock;
use llmspell_base::hash::hash;
use llmspell_base::{Limit, Limits};
use llmspell_budget::Accounts;
use llmspell_capability_core::config::{Address, Known};
use llmspell_capability_core::module::Modules;
use llmspell_capability_network::NetworkCapability;
use llmspell_capability_network::public_host_of;
use llmspell_capability_tool::{HostTool, HostTools, ToolError};
use llmspell_kernel::bindings::types::Source;
use llmspell_kernel::event::Buses;
use llmspell_kernel::listener::Transcript;
use llmspell_kernel::recorder::{Journal, Recorders};
use llmspell_kernel::{Approver, Capabilities, GuestMemory, Ledger, Options, Run, RunState, Seam, Setup, Stop};
use llmspell_mcp::Server;
use llmspell_models::{Kind, Provider, Redactor, Secret};
use llmspell_policy::{Grants, Permission, Policies, PolicyError, Right, audit};
use llmspell_state::Store as StateStore;
use llmspell_tools::Engines;
use llmspell_tools::queries::Queries;
use serde_json::{Value, json};
use tracing::Instrument;
use wasmtime::component::Instance;
use wasmtime::{Engine, Store, UpdateDeadline};

use crate::admission::Admission;
use crate::bindings::Spell as World;
use crate::bindings::exports::llmspell::spell::guest as wit;
use crate::bindings::prompt::Prompt;
use crate::capabilities::{self, Services};
use crate::config::Config;
use crate::ending::HostSide;
use crate::guest::Language;
use crate::loaded::{Loaded, LoadedGuests};
use crate::outcome::{Ending, Outcome};
use crate::queries::Jq;
use crate::recorded::Recorded;
use crate::redacted::{RedactedApprover, RedactedJournal, RedactedListener, RedactedRecorder, redact_outcome};
use crate::replaying::Replaying;
use crate::spell::Spell;
use crate::sums::StoreSums;
use crate::text::one_line;
use crate::watcher::Watch;
use crate::{ending, engine};

/// Runs spells. Make one and keep it: it holds the compiled guests and the memory that spells run in.
///
/// ```
/// use llmspell_wasm::{Config, Ending, Grants, Limits, Runtime, Spell};
///
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// let runtime = Runtime::new(Config::from_toml("", &|_| None)?)?;
/// let spell = Spell::new("lua", "greeting.lua", "return { text = 'hello', n = 1 + 1 }");
/// let outcome = runtime.run(spell, Grants::default(), Limits::default()).await;
/// assert_eq!(outcome.ending, Ending::Completed);
/// assert_eq!(outcome.result, Some(serde_json::json!({ "n": 2, "text": "hello" })));
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Runtime {
    config: Config,
    engine: Engine,
    admission: Admission,
    loaded: LoadedGuests,
    /// Runs of one tenant hear each other's events.
    buses: Buses,
    tools: Arc<HostTools>,
    store: StateStore,
    capabilities: Capabilities,
    /// Of the operator and of tenants.
    policies: Policies,
    /// Of the keys of all providers, and of the secrets.
    redactor: Redactor,
    approver: Option<Arc<dyn Approver>>,
}

/// What a run is asked for. Boxed, as a future keeps room for what it was given to its end.
struct RunRequest {
    spell: Spell,
    grants: Grants,
    limits: Limits,
    /// What the listener was told before it began.
    told: Vec<String>,
    /// It answers in place of the host.
    replay: Option<Replaying>,
    /// Its time is that of each text, and what waits for the next one takes none.
    is_prompt: bool,
}

impl RunRequest {
    fn new(spell: Spell, grants: Grants, limits: Limits) -> Box<RunRequest> {
        Box::new(RunRequest { spell, grants, limits, told: Vec::new(), replay: None, is_prompt: false })
    }

    /// With the limits of the configuration, and nothing granted.
    fn unbound(spell: Spell) -> Box<RunRequest> {
        RunRequest::new(spell, Grants::default(), Limits::default())
    }
}

/// What a store is made with.
struct Start {
    seam: Seam,
    fuel: u64,
    time: Duration,
}

/// Why a runtime could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox can't be set up: {0}")]
pub struct SetupError(String);

/// A component has the exports of the world, but of other types.
#[derive(Debug, thiserror::Error)]
#[error("its exports are not those of the world: {}", one_line(.0))]
struct WrongExports(wasmtime::Error);

/// The standard tools, and whether a spell with these grants may call them.
pub fn standard_tools(grants: &Grants) -> Result<Vec<llmspell_api::cli::HostTool>, ToolError> {
    Ok(with_standard_tools(&Engines::default())?.show(grants))
}

fn with_standard_tools(engines: &Engines) -> Result<HostTools, ToolError> {
    let tools = HostTools::default();
    let queries: Arc<dyn Queries> = Arc::new(Jq::default());
    for tool in llmspell_tools::all(&queries, engines) {
        tools.register(tool)?;
    }
    Ok(tools)
}

/// Tenant names with this prefix are reserved for the host.
const RESERVED: char = '~';

/// The time of a prompt, whose texts have limits of their own.
const FOR_EVER: Duration = Duration::from_secs(u32::MAX as u64);

pub(crate) const CANCELLED: &str = "the run was cancelled";

impl Runtime {
    /// Sets aside what `config.instances` spells need.
    pub fn new(config: Config) -> Result<Runtime, SetupError> {
        let engine = engine::runner(&config.limits, config.instances).map_err(|error| SetupError(one_line(&error)))?;
        let admission = Admission::new(config.instances, config.tenant_runs, config.memory_total);
        let store = StateStore::new(config.store.clone());
        let tools = Arc::new(with_standard_tools(&config.search).map_err(|error| SetupError(error.to_string()))?);
        let policies = Policies::new(config.operator_policy.clone(), config.tenant_policies.clone());
        let keys = config.providers.iter().filter_map(|provider| provider.key.clone()).chain(config.secrets.shapes());
        let keys = keys.chain(config.search.keys());
        let keys = keys.chain(config.mcp.all().flat_map(Server::keys).map(Secret::confidential));
        let redactor = Redactor::new(&keys.collect::<Vec<_>>());
        let network = NetworkCapability::new(config.network.clone(), config.secrets.clone(), redactor.clone());
        let capabilities = capabilities::compose(Services {
            network,
            models: config.models.clone(),
            tools: tools.clone(),
            tool_source: Arc::new(config.mcp.clone()),
            store: store.clone(),
            accounts: Accounts::new(config.budgets.clone(), Arc::new(StoreSums(store.clone()))),
            known: Arc::new(Known { operator: operator(&config), addresses: addresses(&config) }),
        });
        let (loaded, buses) = (LoadedGuests::default(), Buses::default());
        let approver = None;
        Ok(Runtime {
            engine,
            admission,
            loaded,
            buses,
            tools,
            store,
            capabilities,
            policies,
            redactor,
            approver,
            config,
        })
    }

    /// Asks here for a yes to the calls that `[approval]` of a policy names. Where neither it nor the
    /// spell has an approver, such calls are refused, but for those in [`Spell::approved`].
    ///
    /// ```
    /// use llmspell_wasm::{Answer, Approver, Asking, Config, Grants, Limits, Policy, Question, Runtime, Spell};
    ///
    /// struct SmallOnes;
    ///
    /// impl Approver for SmallOnes {
    ///     fn ask<'a>(&'a self, question: &'a Question) -> Asking<'a> {
    ///         Box::pin(async move {
    ///             if question.arguments["arguments"]["input"] == "1 + 1" { Answer::Yes } else { Answer::No }
    ///         })
    ///     }
    /// }
    ///
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// let runtime = Runtime::new(Config::from_toml("", &|_| None)?)?.with_approver(SmallOnes);
    /// let grants = Grants::local().within(Policy::parse("p.toml", "[approval]\ntools = [\"calculator\"]\n")?);
    /// let spell = Spell::new("lua", "sum.lua", "return Tool.execute('calculator', {input = '1 + 1'}).result.result");
    /// let outcome = runtime.run(spell, grants, Limits::default()).await;
    /// assert_eq!(outcome.result, Some(serde_json::json!(2)));
    /// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_approver(self, approver: impl Approver + 'static) -> Runtime {
        Runtime { approver: Some(Arc::new(approver)), ..self }
    }

    /// Adds a tool to those that spells may be granted ([`Grants::tools`]). Runs that begin later have it.
    ///
    /// Fails where the name is no name of a tool (1 to 64 of a-z, A-Z, 0-9, `-` and `_`) or is taken (`_` and `-` are
    /// alike), and where `parameters` is no JSON Schema of an object: references have to lead to places in it and to end,
    /// and `format` is not checked.
    ///
    /// ```
    /// use llmspell_wasm::{Config, Grants, HostTool, Limits, Runtime, Spell, ToolFailure};
    /// use serde_json::json;
    ///
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// let runtime = Runtime::new(Config::from_toml("", &|_| None)?)?;
    /// let parameters = json!({
    ///     "type": "object", "properties": { "text": { "type": "string" } }, "required": ["text"],
    /// });
    /// runtime.register_tool(HostTool::new("shout", "Makes a text louder", parameters, |call| async move {
    ///     match call.arguments["text"].as_str() {
    ///         Some(text) => Ok(text.to_uppercase().into()),
    ///         None => Err(ToolFailure::new("invalid", "no text")),
    ///     }
    /// }))?;
    /// let spell = Spell::new("lua", "greeting.lua", "return tools.shout('hello')");
    /// let outcome = runtime.run(spell, Grants::local(), Limits::default()).await;
    /// assert_eq!(outcome.result, Some(json!("HELLO")));
    /// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn register_tool(&self, tool: HostTool) -> Result<(), ToolError> {
        self.tools.register(tool)
    }

    /// The tools of the host, standard ones and registered ones, and which of them a spell with these grants may call.
    pub fn tools(&self, grants: &Grants) -> Vec<llmspell_api::cli::HostTool> {
        self.tools.show(grants)
    }

    /// Runs a spell to its end, however it ends. `limits` can only tighten those of the configuration.
    ///
    /// Nothing is granted that the policies of the configuration do not allow, which are read again when they change.
    /// Waits while as many spells run as the configuration allows. Dropping the future stops the run; the spell's
    /// `cancel` token stops it with an outcome.
    pub async fn run(&self, spell: Spell, grants: Grants, limits: Limits) -> Outcome {
        self.boxed_run(spell, grants, limits).await
    }

    /// A boundary for the compiler: the body of an async function is compiled in each crate that awaits it, as that crate is
    /// optimised. What a plain function boxes is compiled here, once.
    fn boxed_run(&self, spell: Spell, grants: Grants, limits: Limits) -> BoxFuture<'_, Outcome> {
        match self.bound_request(spell, grants, limits) {
            Ok(request) => self.whole_run(request).boxed(),
            Err(outcome) => std::future::ready(*outcome).boxed(),
        }
    }

    /// A run under the policies of the configuration, or how it ends where there are none to be had.
    fn bound_request(&self, mut spell: Spell, grants: Grants, limits: Limits) -> Result<Box<RunRequest>, Box<Outcome>> {
        let (grants, changes) = self.policies.bound(grants, &spell.tenant).map_err(|error| {
            let fault = Fault::new(Ending::Denied.word(), format!("there is no policy to run it under: {error}"));
            Box::new(Outcome::begun(&spell.source).end(Ending::Denied, fault))
        })?;
        let told: Vec<String> = changes.iter().map(ToString::to_string).collect();
        for change in &told {
            // Where the listener fails, the spell's first output ends the run and says why.
            let _ = spell.listener.notice(change);
        }
        Ok(Box::new(RunRequest { told, ..*RunRequest::new(spell, grants, limits) }))
    }

    /// A prompt's instance, from its first text to its end: until `work` ends, or a text ended it.
    pub(crate) async fn prompt_run(
        &self,
        spell: Spell,
        grants: Grants,
        limits: Limits,
        work: impl AsyncFnOnce(&Prompt, &Limits, &mut Store<RunState>) -> wasmtime::Result<()>,
    ) -> Outcome {
        let request = match self.bound_request(spell, grants, limits) {
            Ok(request) => Box::new(RunRequest { is_prompt: true, ..*request }),
            Err(outcome) => return *outcome,
        };
        let language = request.spell.language.clone();
        let loaded = self.load(&language).ok().filter(|loaded| loaded.prompt.is_some());
        let Some(loaded) = loaded else {
            let ending = Ending::InvalidGuest;
            let why = self.load(&language).err().unwrap_or_else(|| {
                format!(
                    "the guest for '{language}' has no prompt: it does not export the interface repl (wit/repl.wit)"
                )
            });
            return Outcome::begun("").end(ending, Fault::new(ending.word(), why));
        };
        let limits = Arc::new(request.grants.tighten(request.limits.clone().within(&self.config.limits)));
        self.run_in_guest(request, async move |_, instance, store| {
            let Some(indices) = &loaded.prompt else { return Ok(Ok(None)) };
            let prompt = indices.load(&mut *store, instance).map_err(WrongExports)?;
            work(&prompt, &limits, store).await?;
            Ok(Ok(None))
        })
        .await
    }

    /// The fault of a prompt's text, or its value, without keys and secrets.
    pub(crate) fn redacted(&self, mut outcome: Outcome) -> Outcome {
        redact_outcome(&mut outcome, &self.redactor);
        outcome
    }

    async fn whole_run(&self, run: Box<RunRequest>) -> Outcome {
        let spell = &run.spell;
        let request = wit::Request {
            source: Source { name: spell.name.clone(), text: spell.source.clone() },
            parameters: Value::Object(spell.parameters.clone()).to_string(),
            arguments: spell.arguments.clone(),
        };
        self.run_in_guest(run, async move |world, _, store| {
            let bytes = request.source.text.len() + request.parameters.len();
            store.data_mut().run.count_bytes(bytes)?;
            world.llmspell_spell_guest().call_run(store, &request).await
        })
        .await
    }

    /// Runs the spell of a record again: with the same guest, and with the record in place of the host.
    pub(crate) fn replayed_run(&self, spell: Spell, limits: Limits, replay: Replaying) -> BoxFuture<'_, Outcome> {
        let request = RunRequest::new(spell, Grants::default(), limits);
        self.whole_run(Box::new(RunRequest { replay: Some(replay), ..*request })).boxed()
    }

    /// The hash of the guest that runs this language here.
    pub(crate) fn guest_hash(&self, language: &str) -> Result<String, String> {
        Ok(self.load(language)?.hash.clone())
    }

    /// Looks at the syntax of a spell; nothing of it runs. It takes a place of its tenant's, as a run does. `limits` can only
    /// tighten those of the configuration.
    pub async fn check(&self, spell: Spell, limits: Limits) -> Outcome {
        let source = Source { name: spell.name.clone(), text: spell.source.clone() };
        self.run_in_guest(RunRequest::new(spell, Grants::default(), limits), async |world, _, store| {
            Ok(world.llmspell_spell_guest().call_check(store, &source).await?.map(|()| None))
        })
        .await
    }

    /// What the guest of this language says of itself.
    pub async fn describe(&self, language: &str) -> Result<GuestInfo, Fault> {
        let loaded = self.load(language).map_err(|message| Fault::new(Ending::InvalidGuest.word(), message))?;
        let mut info = None;
        let heard = Transcript::default();
        let spell = Spell { listener: Box::new(heard.clone()), ..Spell::new(language, "", "") };
        let outcome = self
            .run_in_guest(RunRequest::unbound(spell), async |world, _, store| {
                info = Some(world.llmspell_spell_guest().call_describe(store).await?);
                Ok(Ok(None))
            })
            .await;
        let info = info.ok_or_else(|| {
            // What it wrote to standard error says why.
            let said = heard.heard().notices;
            let fault = outcome.error.unwrap_or_default();
            let message = std::iter::once(fault.message).chain(said).collect::<Vec<_>>().join("; ");
            Fault { message, ..fault }
        })?;
        Ok(GuestInfo {
            name: info.name,
            version: info.version,
            extensions: info.extensions,
            hash: loaded.hash.clone(),
            imports: loaded.imports.clone(),
        })
    }

    /// What a run of this tenant is granted in the end: `grants`, within the policies of the configuration. With it, what has
    /// changed in their files since they were last looked at, a line each, which is told once.
    pub fn bound(&self, grants: Grants, tenant: &str) -> Result<(Grants, Vec<String>), PolicyError> {
        let (grants, changes) = self.policies.bound(grants, tenant)?;
        Ok((grants, changes.iter().map(ToString::to_string).collect()))
    }

    /// What spells keep, tenant by tenant. Opened when a spell or a caller first needs it, and then held.
    ///
    /// ```
    /// use llmspell_wasm::{Config, Grants, Limits, Runtime, Spell};
    ///
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// let runtime = Runtime::new(Config::from_toml("", &|_| None)?)?;
    /// let spell = Spell { tenant: "acme".into(), ..Spell::new("lua", "visit.lua", "State.save('global', 'visits', 1)") };
    /// runtime.run(spell, Grants::local(), Limits::default()).await;
    /// assert_eq!(runtime.store().tenant("acme").load("global", "visits").await?, Some(1.into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn store(&self) -> &StateStore {
        &self.store
    }

    /// Ends the MCP servers that runs have started, and waits until nothing of them is left. Runs that go on start them anew.
    /// Dropping the runtime ends them without waiting.
    pub async fn close(&self) {
        self.config.mcp.close().await;
    }

    /// The configuration that it was made with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The compiled guest, or why it can't be loaded.
    fn load(&self, language: &str) -> Result<Arc<Loaded>, String> {
        self.loaded.get(&self.engine, &self.capabilities, &self.config, language)
    }

    /// Makes a fresh instance of the language's guest, makes one call into it, and says how that ended.
    async fn run_in_guest(
        &self,
        request: Box<RunRequest>,
        call: impl AsyncFnOnce(
            &World,
            &Instance,
            &mut Store<RunState>,
        ) -> wasmtime::Result<Result<Option<String>, wit::ScriptError>>,
    ) -> Outcome {
        let limits = Arc::new(match &request.replay {
            // Those of the record.
            Some(_) => request.limits.clone(),
            None => request.grants.tighten(request.limits.clone().within(&self.config.limits)),
        });
        let mut outcome = Outcome::begun(&request.spell.source);
        let loaded = match self.load(&request.spell.language) {
            Ok(loaded) => loaded,
            Err(message) => {
                let ending = Ending::InvalidGuest;
                return outcome.end(ending, Fault::new(ending.word(), message));
            }
        };
        outcome.guest_hash = loaded.hash.clone();
        if request.spell.tenant.starts_with(RESERVED) {
            let message = format!("a tenant's name can't begin with '{RESERVED}': such names are the host's own");
            return outcome.end(Ending::Denied, Fault::new("denied", message));
        }
        let (cancel, language) = (request.spell.cancel.clone(), request.spell.language.clone());
        let span = tracing::info_span!("run", language = request.spell.language, tenant = request.spell.tenant);
        // Taken before the store is made and given back after it is gone, or the pool would be asked for too much.
        let _place = tokio::select! {
            biased;
            () = cancel.cancelled() => return outcome.end(Ending::Cancelled, Fault::new("cancelled", CANCELLED)),
            place = self.admission.admit(&request.spell.tenant, limits.memory_bytes as u64) => place,
        };
        let RunRequest { mut spell, grants, told, replay, is_prompt, .. } = *request;
        let time_left = limits.wall_time.saturating_sub(spell.waited);
        let audit =
            match spell.audit.as_ref().map(|audit| audit.begin(&spell.tenant, &outcome.spell_hash, grants.files())) {
                Some(Err(error)) => return outcome.end(Ending::HostFault, Fault::new("host-fault", error.to_string())),
                begun => begun.and_then(Result::ok),
            };
        let recorded = match Recorded::begin(&mut spell, &grants, &limits, &outcome.guest_hash, &self.redactor) {
            Ok(recorded) => recorded,
            Err(error) => return outcome.end(Ending::HostFault, Fault::new("host-fault", error.to_string())),
        };
        recorded.iter().for_each(|recorded| recorded.told(&told));
        let seam = match (&recorded, &replay) {
            (_, Some(replay)) => Seam::Replay(replay.player.clone()),
            (Some(recorded), None) => recorded.seam(),
            (None, None) => Seam::Off,
        };
        let fuel = replay.as_ref().and_then(|replay| replay.fuel).unwrap_or(limits.fuel);
        // A replay waits for nothing: what it takes has nothing to do with the recorded run.
        let time = match &replay {
            Some(_) => self.config.limits.wall_time,
            None if is_prompt => FOR_EVER,
            None => time_left,
        };
        let mut store = match self.prepare(spell, grants, limits.clone(), audit, Start { seam, fuel, time }) {
            Ok(store) => store,
            Err(error) => {
                let mut outcome = outcome.end(Ending::HostFault, Fault::new("host-fault", one_line(&error)));
                redact_outcome(&mut outcome, &self.redactor);
                let host = HostSide { denied: false, store_problems: Vec::new() };
                return end_record(recorded, outcome, 0, &host);
            }
        };

        if let Some((ending, fault)) = language_denied(&store, &language) {
            let mut outcome = match store.data_mut().run.end(ending.word(), &outcome.ledger) {
                Ok(()) => outcome.end(ending, fault),
                Err(stop) => outcome.end(Ending::HostFault, Fault::new("host-fault", stop.to_string())),
            };
            redact_outcome(&mut outcome, &self.redactor);
            return end_record(recorded, outcome, 0, &HostSide::of(&store.data().run));
        }
        let began = Instant::now();
        let work = async {
            let instance = loaded.ready.instantiate_async(&mut store).await?;
            // Their types are known to the instance alone.
            let world = loaded.exports.load(&mut store, &instance).map_err(WrongExports)?;
            store.data_mut().memory.start();
            call(&world, &instance, &mut store).await
        };
        // A panic of ours ends this run and no other.
        let work = AssertUnwindSafe(work.instrument(span.clone())).catch_unwind();
        let ended = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(Stop::Cancelled(CANCELLED.into()).into()),
            ended = tokio::time::timeout(time, work) => match ended {
                Err(_) => Err(Stop::Spent(Limit::WallTime).into()),
                Ok(Err(panic)) => Err(Stop::Host(format!("a panic in the host: {}", panic_text(&*panic))).into()),
                Ok(Ok(ended)) => ended,
            },
        };
        let fuel_left = store.get_fuel().unwrap_or_default();
        let state = store.data();
        state.run.events.close();
        outcome.ledger = state.run.ledger();
        let guest_fuel = fuel.saturating_sub(fuel_left);
        outcome.ledger.fuel = guest_fuel.saturating_add(state.run.meter().fuel());
        outcome.ledger.memory_bytes = state.memory.used();
        outcome.ledger.wall_time = began.elapsed();
        outcome.modules = state.instance::<Modules>().map(|modules| modules.loaded().to_vec()).unwrap_or_default();
        let host = match &replay {
            Some(replay) => replay.host_side(),
            None => HostSide::of(&state.run),
        };
        let mut outcome = match ended {
            Err(error) if error.is::<WrongExports>() => {
                let message = format!("the guest for '{language}' can't be used: {}", one_line(&error));
                outcome.end(Ending::InvalidGuest, Fault::new(Ending::InvalidGuest.word(), message))
            }
            ended => ending::into_outcome(outcome, ended, state, &limits, &host),
        };
        redact_outcome(&mut outcome, &self.redactor);
        span.in_scope(|| {
            let Ledger { fuel, host_calls, .. } = outcome.ledger;
            tracing::info!(outcome = outcome.ending.word(), fuel, host_calls, "the run is over");
        });
        if replay.is_none() {
            // In a replay the record says it.
            for line in state.standard_error() {
                let _ = state.run.listener.notice(&format!("standard error of the guest: {line}"));
            }
        }
        for (code, text) in state.run.store_problems() {
            // What the outcome does not say, as the spell went on, and was told less.
            if code.word() != outcome.ending.word() {
                let _ = state.run.listener.notice(&format!("{code}: {text}"));
            }
        }
        if let Err(stop) = store.data_mut().run.end(outcome.ending.word(), &outcome.ledger) {
            outcome = outcome.end(Ending::HostFault, Fault::new("host-fault", stop.to_string()));
        }
        end_record(recorded, outcome, guest_fuel, &host)
    }

    /// Of a language whose guest was given.
    fn extensions_of(&self, language: &str) -> Option<&[String]> {
        self.config.guests.get(language).map(|guest| guest.extensions.as_slice())
    }

    fn prepare(
        &self,
        spell: Spell,
        grants: Grants,
        limits: Arc<Limits>,
        audit: Option<audit::Run>,
        start: Start,
    ) -> wasmtime::Result<Store<RunState>> {
        let extensions = match Language::named(&spell.language) {
            Some(language) => language.extensions.iter().copied().map(String::from).collect(),
            // Of a language that only its guest knows, the spell's own file tells the extension.
            None if self.extensions_of(&spell.language).is_some_and(|known| !known.is_empty()) => {
                self.extensions_of(&spell.language).unwrap_or_default().to_vec()
            }
            None => spell.name.rsplit_once('.').map(|(_, extension)| extension.into()).into_iter().collect(),
        };
        let file = file_of(&spell);
        let mut recorders = Recorders::default();
        let journal = spell.journal.map(|out| RedactedJournal::around(out, &self.redactor));
        journal.into_iter().for_each(|out| recorders.add(Journal::new(out)));
        audit.into_iter().for_each(|audit| recorders.add(RedactedRecorder::around(audit, &self.redactor)));
        spell.watcher.into_iter().for_each(|watcher| recorders.add(Watch::new(watcher, &self.redactor)));
        let memory_used = Arc::<AtomicUsize>::default();
        let approver = spell.approver.or_else(|| self.approver.clone());
        let setup = Setup {
            grants: Arc::new(grants),
            limits: limits.clone(),
            tenant: spell.tenant,
            language: spell.language,
            clock: spell.clock.map_or_else(Clock::system, Clock::starting_at),
            listener: RedactedListener::around(spell.listener, &self.redactor),
            recorders,
            approver: approver.map(|approver| RedactedApprover::around(approver, &self.redactor)),
            approved: spell.approved,
            memory_used: memory_used.clone(),
            seam: start.seam,
        };
        let run = Run::new(setup, &self.buses);
        let Spell { folder, model, seed, session, .. } = spell;
        let options = Options { extensions, folder, model, seed, session, spell: file };
        let state = self.capabilities.prepare(run, GuestMemory::new(limits.memory_bytes, memory_used), &options)?;
        let mut store = Store::try_new(&self.engine, state)?;
        store.limiter(|state| state.limiter());
        store.set_hostcall_fuel(ending::CALL_BYTES);
        store.set_max_component_handles(limits.handles * 3 + limits.operations * 2);
        store.set_fuel(start.fuel)?;
        set_deadline(&mut store, start.time);
        Ok(store)
    }
}

/// The guest's code is stopped when this time is over.
pub(crate) fn set_deadline(store: &mut Store<RunState>, time: Duration) {
    let deadline = Instant::now().checked_add(time);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(move |_| match deadline {
        Some(deadline) if Instant::now() >= deadline => Err(Stop::Spent(Limit::WallTime).into()),
        // Others want the thread, too.
        _ => Ok(UpdateDeadline::Yield(1)),
    });
}

/// Ends the record of a run, if there is one, with how the run ended.
fn end_record(recorded: Option<Recorded>, outcome: Outcome, guest_fuel: u64, host: &HostSide) -> Outcome {
    match recorded.map(|recorded| recorded.end(&outcome, guest_fuel, host)) {
        Some(Err(stop)) => outcome.end(Ending::HostFault, Fault::new("host-fault", stop.to_string())),
        Some(Ok(())) | None => outcome,
    }
}

/// Whether policies keep the spell's language from it. Recorded where one has a say.
fn language_denied(store: &Store<RunState>, language: &str) -> Option<(Ending, Fault)> {
    let run = &store.data().run;
    if !run.grants.speaks_of(Right::LANGUAGE) {
        return None;
    }
    match run.decide("guest.run", &Permission::of(Right::LANGUAGE, language).to_look()) {
        Ok(None) => None,
        Ok(Some(failure)) => {
            let fault = Fault { details: failure.details, ..Fault::new("denied", failure.message) };
            Some((Ending::Denied, fault))
        }
        Err(stop) => Some((Ending::HostFault, Fault::new("host-fault", stop.to_string()))),
    }
}

/// The file that runs it again; a spell without a folder is none.
fn file_of(spell: &Spell) -> Option<SpellFile> {
    let folder = spell.folder.as_ref()?;
    let path = std::path::absolute(folder.join(&spell.name)).ok()?;
    let folder = std::path::absolute(folder).ok()?.to_str()?.to_owned();
    Some(SpellFile {
        path: path.to_str()?.to_owned(),
        hash: hash(spell.source.as_bytes()),
        language: spell.language.clone(),
        parameters: spell.parameters.clone(),
        arguments: spell.arguments.clone(),
        manifest: spell.manifest.clone().map(|hash| SpellManifest { folder, hash }),
    })
}

/// What a spell may know of the configuration, whichever spell it is.
fn operator(config: &Config) -> Operator {
    let provider = |one: &Provider| {
        let configured = one.key.is_some() || one.base_url.is_some();
        let (kind, default_model) = (one.kind.name().into(), one.default_model.clone());
        (one.name.clone(), json!(api::Provider { kind, default_model, configured, address: None }))
    };
    Operator {
        version: env!("CARGO_PKG_VERSION").into(),
        default_provider: config.default_provider.clone(),
        providers: config.providers.iter().map(provider).collect(),
    }
}

/// Of servers whose models a spell looks after by requests of its own.
fn addresses(config: &Config) -> Vec<Address> {
    let local = config.providers.iter().filter(|one| one.kind == Kind::Ollama);
    let address = |one: &Provider| {
        let url = one.base_url.clone()?;
        Some(Address { provider: one.name.clone(), host: public_host_of(&url)?, url })
    };
    local.filter_map(address).collect()
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message")
}
