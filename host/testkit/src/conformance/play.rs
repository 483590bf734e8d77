//! How a case is played.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use llmspell_wasm::model::{Models, Script};
use llmspell_wasm::network::Resolver;
use llmspell_wasm::policy::{Policy, requested_policies};
use llmspell_wasm::{Clock, Config, Grants, Heard, Limits, Outcome, Runtime, Spell, Transcript};
use serde_json::{Map, Value, json};

use super::CASES;
use super::case::Case;
use super::replies;
use crate::double::{Answers, Buffer};

/// When every case is played.
const EPOCH: Duration = Duration::from_secs(1_700_000_000);

/// All that can be seen of a run.
pub struct Seen {
    pub outcome: Outcome,
    pub output: String,
    pub log: Vec<Value>,
    pub notices: Vec<String>,
    /// What was asked and not granted.
    pub refused: Vec<String>,
    pub journal: Vec<Value>,
    /// Files of the run's own folder, as it left them.
    pub files: Value,
    /// What somebody was asked to approve.
    pub questions: Vec<Value>,
    /// What the case's server was asked.
    pub requests: Vec<Value>,
}

impl Case {
    fn config(&self) -> Config {
        let mut text = toml::to_string(&self.settings.config).unwrap();
        let server = self.replies.as_ref().map(|replies| replies::start(replies.clone(), self.asked.clone()));
        text = text.replace("{tests}", Path::new(CASES).parent().unwrap().to_str().unwrap());
        if let Some(server) = &server {
            text = text.replace("{server}", server);
        }
        let environment = |name: &str| self.settings.secrets.get(name).cloned();
        let mut config = Config::from_toml(&text, &environment).unwrap();
        config.network.resolver = names(server.map(|server| server.trim_start_matches("http://").parse().unwrap()));
        config.models = match std::fs::read_to_string(self.folder.join("models.jsonl")) {
            Ok(text) => Models::scripted(Script::parse(&text).unwrap()),
            Err(_) if self.settings.real_models || self.replies.is_some() => config.models,
            Err(_) => Models::offline(),
        };
        config.instances = 2;
        // A store of its own, in memory, whose time is the spell's.
        if !self.settings.real_clock {
            config.store.clock = Clock::starting_at(EPOCH);
        }
        self.guest.install(&mut config);
        config
    }

    /// Where it is played: time is paused, unless it wants the machine's clock, or asks a server, for which nothing would
    /// wait. Then every sleep, delay and timeout ends in its order and takes no time.
    pub fn tokio(&self) -> std::io::Result<tokio::runtime::Runtime> {
        let paused = !self.settings.real_clock && self.replies.is_none();
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(paused).build()
    }

    /// A runtime of its own, as a model script is used up by a run.
    pub fn runtime(&self) -> Runtime {
        let runtime = Runtime::new(self.config()).unwrap();
        for (name, double) in &self.settings.doubles {
            runtime.register_tool(double.tool(name)).unwrap();
        }
        runtime
    }

    /// `record`: where the run is recorded, if it is.
    pub async fn play(&self, runtime: &Runtime, record: Option<&Buffer>) -> Seen {
        for parameters in &self.settings.earlier {
            let mut all = self.settings.parameters.clone();
            all.extend(parameters.clone());
            self.run(runtime, &all, None).await;
        }
        self.run(runtime, &self.settings.parameters, record).await
    }

    async fn run(&self, runtime: &Runtime, parameters: &Map<String, Value>, record: Option<&Buffer>) -> Seen {
        let (heard, journal) = (Transcript::default(), Buffer::default());
        let source = std::fs::read_to_string(&self.spell).unwrap();
        let file = self.spell.file_name().unwrap().to_str().unwrap();
        let mut spell = Spell::new(self.guest.language.name, file, &source);
        spell.parameters = parameters.clone();
        spell.arguments = self.settings.arguments.clone();
        spell.folder = self.spell.parent().map(Path::to_path_buf);
        spell.model = self.settings.model.clone();
        spell.seed = Some(1);
        spell.clock = (!self.settings.real_clock).then_some(EPOCH);
        spell.listener = Box::new(heard.clone());
        let answers = Answers::new(&self.settings.answers);
        spell.approver = Some(Arc::new(answers.clone()));
        spell.approved = self.settings.approved.clone();
        spell.journal = Some(Box::new(journal.clone()));
        spell.record = record.map(|record| Box::new(record.clone()) as Box<dyn Write + Send>);
        let granted = |(name, value): (&String, &String)| (name.clone(), Some(value.clone()));
        let files = self.settings.files.clone().unwrap_or_default();
        let folder = files.lay_out(&format!("{}-{}", self.name, self.guest.language.name));
        let mut grants = Grants {
            models: self.settings.models.clone().unwrap_or_else(|| vec!["*".into()]),
            tools: self.settings.tools.clone().unwrap_or_else(|| vec!["*".into()]),
            environment: self.settings.environment.iter().map(granted).collect(),
            modules: self.settings.modules.unwrap_or(true),
            state: self.settings.state.unwrap_or(true),
            events: self.settings.events.unwrap_or(true),
            network: self.settings.network.clone(),
            mcp: self.settings.mcp.clone(),
            secrets: vec!["*".into()],
            policies: Vec::new(),
            ..Grants::default()
        };
        if self.settings.files.is_some() {
            files.grant(&folder, &mut grants);
            spell.parameters.insert("folder".into(), folder.path().to_str().unwrap().into());
        }
        let full = |text: &String| text.replace("{folder}", folder.path().to_str().unwrap());
        let policies = self.settings.policies.iter().map(|(name, text)| Policy::parse(name, &full(text)).unwrap());
        let grants = policies.fold(grants, Grants::within);
        let grants = requested_policies(spell.folder.as_deref(), file, &source)
            .unwrap()
            .into_iter()
            .fold(grants, Grants::within);
        let refused = grants.refused(&runtime.config().limits);
        let outcome = runtime.run(spell, grants, unlimited()).await;
        let heard = heard.heard();
        Seen {
            outcome,
            output: String::from_utf8_lossy(&heard.output).into_owned(),
            log: logged(&heard),
            notices: heard.notices,
            refused: refused.iter().map(|one| one.what.clone()).collect(),
            journal: journal.lines(),
            files: folder.texts(),
            questions: answers.questions(),
            requests: self.asked.lock().unwrap().clone(),
        }
    }

    /// Whether every language has to make the same calls here.
    pub fn same_calls(&self) -> bool {
        self.settings.other_calls.is_none()
    }
}

/// What was logged, as it is expected.
pub fn logged(heard: &Heard) -> Vec<Value> {
    let lines = heard.log.iter();
    lines
        .map(|(level, message, fields)| json!({ "level": level.word(), "message": message, "fields": fields }))
        .collect()
}

/// The names that hosts have in cases. Whatever the port, `server.test` is the server of replies.json.
fn names(server: Option<SocketAddr>) -> Resolver {
    Resolver::new(move |name, port| {
        let addresses: &[&str] = match name.as_str() {
            "private.test" => &["10.0.0.1"],
            "mixed.test" => &["1.1.1.1", "192.168.0.1"],
            "metadata.test" => &["169.254.169.254"],
            "mapped.test" => &["::ffff:127.0.0.1"],
            "localhost" => &["127.0.0.1", "::1"],
            _ => &[],
        };
        let found = addresses.iter().map(|address| SocketAddr::new(address.parse().unwrap(), port));
        let own = server.filter(|_| name.ends_with("server.test"));
        std::future::ready(Ok(found.chain(own).collect())).boxed()
    })
}

/// As far as the configuration allows.
fn unlimited() -> Limits {
    Limits {
        fuel: u64::MAX,
        memory_bytes: usize::MAX,
        wall_time: Duration::MAX,
        output_bytes: u64::MAX,
        host_calls: u64::MAX,
        host_bytes: u64::MAX,
        tool_calls: u64::MAX,
        written_bytes: u64::MAX,
        tokens: None,
        cost: None,
        handles: usize::MAX,
        operations: usize::MAX,
        nesting: usize::MAX,
        handler_time: Duration::MAX,
        host_memory_bytes: usize::MAX,
        value_bytes: usize::MAX,
        value_depth: usize::MAX,
        value_nodes: usize::MAX,
        reply_bytes: usize::MAX,
    }
}
