//! A case: a folder with a spell in each language, what it is run with, and one expectation for all of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use llmspell_wasm::model::{Models, Script};
use llmspell_wasm::policy::{Policy, requested_policies};
use llmspell_wasm::{Clock, Config, Grants, HostTool, Limits, Outcome, Runtime, Spell, ToolFailure, Transcript, guest};
use serde::Deserialize;
use serde_json::{Map, Value, json};

mod buffer;

use buffer::Buffer;

/// `case.toml`: all of it is optional.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    parameters: Map<String, Value>,
    arguments: Vec<String>,
    /// Granted, with these values.
    environment: BTreeMap<String, String>,
    /// Patterns of models that are granted; all if absent.
    models: Option<Vec<String>>,
    /// Patterns of tools that are granted; all if absent.
    tools: Option<Vec<String>>,
    /// Tools of the host program that are doubles, and say so.
    doubles: BTreeMap<String, ToolDouble>,
    /// Whether files beside the spell are granted.
    modules: Option<bool>,
    /// Whether the tenant's state and events are granted.
    state: Option<bool>,
    events: Option<bool>,
    /// Policies by their names, as TOML text. What the spell asks for itself comes after them.
    policies: BTreeMap<String, String>,
    /// Asked in place of what the spell names.
    model: Option<String>,
    /// A configuration, as in `llmspell.toml`.
    config: toml::Table,
    /// The spell is another file, such as an example.
    spell: BTreeMap<String, PathBuf>,
    /// Why a language has no spell here.
    without: BTreeMap<String, String>,
    /// The configured providers instead of a double: only to be looked at.
    real_models: bool,
    /// The machine's clock instead of one that stands still.
    real_clock: bool,
    /// Why the languages do not make the same calls.
    other_calls: Option<String>,
}

/// Stands in for a tool of the host program: gives the same result each time, with `double = true` beside it.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub struct ToolDouble {
    description: String,
    /// A JSON Schema, as JSON text: its parameters have an order.
    parameters: String,
    #[serde(default)]
    result: Map<String, Value>,
    /// Fails with this message.
    error: Option<String>,
}

/// When every case is played.
const EPOCH: Duration = Duration::from_secs(1_700_000_000);

pub struct Case {
    pub name: String,
    pub language: guest::Language,
    folder: PathBuf,
    spell: PathBuf,
    settings: Settings,
    expected: Value,
}

/// All that can be seen of a run.
pub struct Seen {
    pub outcome: Outcome,
    pub output: String,
    pub log: Vec<Value>,
    pub notices: Vec<String>,
    /// What was asked and not granted.
    pub refused: Vec<String>,
    pub journal: Vec<Value>,
}

/// The top of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every case in every language that it has, and what is wrong with the folders.
pub fn all() -> (Vec<Case>, Vec<String>) {
    let (mut cases, mut problems) = (Vec::new(), Vec::new());
    for word in folders(&root().join("tests/cases")) {
        for folder in folders(&word) {
            match Case::read(&folder) {
                Ok(read) => cases.extend(read),
                Err(problem) => problems.push(format!("{}: {problem}", folder.display())),
            }
        }
    }
    (cases, problems)
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(path).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    paths.sort();
    paths
}

impl Case {
    fn read(folder: &Path) -> Result<Vec<Case>, String> {
        let settings = || -> Result<Settings, String> {
            match std::fs::read_to_string(folder.join("case.toml")) {
                Ok(text) => toml::from_str(&text).map_err(|error| error.to_string()),
                Err(_) => Ok(Settings::default()),
            }
        };
        let text = std::fs::read_to_string(folder.join("expected.json")).map_err(|error| error.to_string())?;
        let expected: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let mut cases = Vec::new();
        for language in guest::LANGUAGES {
            let settings = settings()?;
            let extension = language.extensions[0];
            let spell = match settings.spell.get(language.name) {
                Some(path) => root().join(path),
                None => folder.join(format!("spell.{extension}")),
            };
            if settings.without.contains_key(language.name) {
                continue;
            }
            if !spell.exists() {
                return Err(format!("no spell.{extension}, and [without] does not say why"));
            }
            let name = folder.strip_prefix(root().join("tests/cases")).unwrap().display().to_string();
            let (language, folder) = (*language, folder.to_path_buf());
            cases.push(Case { name, language, folder, spell, settings, expected: expected.clone() });
        }
        Ok(cases)
    }

    fn config(&self) -> Config {
        let text = toml::to_string(&self.settings.config).unwrap();
        let mut config = Config::from_toml(&text, &|_| None).unwrap();
        config.models = match std::fs::read_to_string(self.folder.join("models.jsonl")) {
            Ok(text) => Models::scripted(Script::parse(&text).unwrap()),
            Err(_) if self.settings.real_models => config.models,
            Err(_) => Models::offline(),
        };
        config.instances = 2;
        // A store of its own, in memory, whose time is the spell's.
        if !self.settings.real_clock {
            config.store.clock = Clock::starting_at(EPOCH);
        }
        config
    }

    /// Where it is played: time is paused, unless it wants the machine's clock. Then every sleep, delay and timeout ends
    /// in its order and takes no time.
    pub fn tokio(&self) -> std::io::Result<tokio::runtime::Runtime> {
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(!self.settings.real_clock).build()
    }

    /// A runtime of its own, as a model script is used up by a run.
    pub fn runtime(&self) -> Runtime {
        let mut config = self.config();
        // For work on a guest: `GUESTS=$PWD/target/guests target/debug/deps/conformance-…` plays it with no new host.
        if let Some(folder) = std::env::var_os("GUESTS").map(std::path::PathBuf::from) {
            let made = |ending| std::fs::read(folder.join(format!("{}.{ending}", self.language.name))).unwrap();
            config.guests.insert(self.language.name.into(), guest::Guest::compiled(&made("wasm"), made("cwasm")));
        }
        let runtime = Runtime::new(config).unwrap();
        for (name, double) in self.settings.doubles.clone() {
            let ToolDouble { description, parameters, mut result, error } = double;
            result.insert("double".into(), true.into());
            let parameters = serde_json::from_str(&parameters).unwrap();
            let answer = move |_| {
                let (result, error) = (result.clone(), error.clone());
                async move { error.map_or(Ok(result.into()), |message| Err(ToolFailure::new("tool", message))) }
            };
            let description = format!("{description} (a double)");
            runtime.register_tool(HostTool::new(name, description, parameters, answer)).unwrap();
        }
        runtime
    }

    pub async fn play(&self, runtime: &Runtime) -> Seen {
        let (heard, journal) = (Transcript::default(), Buffer::default());
        let source = std::fs::read_to_string(&self.spell).unwrap();
        let file = self.spell.file_name().unwrap().to_str().unwrap();
        let mut spell = Spell::new(self.language.name, file, &source);
        spell.parameters = self.settings.parameters.clone();
        spell.arguments = self.settings.arguments.clone();
        spell.folder = self.spell.parent().map(Path::to_path_buf);
        spell.model = self.settings.model.clone();
        spell.seed = Some(1);
        spell.clock = (!self.settings.real_clock).then_some(EPOCH);
        spell.listener = Box::new(heard.clone());
        spell.journal = Some(Box::new(journal.clone()));
        let granted = |(name, value): (&String, &String)| (name.clone(), Some(value.clone()));
        let grants = Grants {
            models: self.settings.models.clone().unwrap_or_else(|| vec!["*".into()]),
            tools: self.settings.tools.clone().unwrap_or_else(|| vec!["*".into()]),
            environment: self.settings.environment.iter().map(granted).collect(),
            modules: self.settings.modules.unwrap_or(true),
            state: self.settings.state.unwrap_or(true),
            events: self.settings.events.unwrap_or(true),
            policies: Vec::new(),
        };
        let policies = self.settings.policies.iter().map(|(name, text)| Policy::parse(name, text).unwrap());
        let grants = policies.fold(grants, Grants::within);
        let grants = requested_policies(spell.folder.as_deref(), file, &source)
            .unwrap()
            .into_iter()
            .fold(grants, Grants::within);
        let refused = grants.refused(&runtime.config().limits);
        let outcome = runtime.run(spell, grants, Limits::default().raised()).await;
        let heard = heard.heard();
        let lines = String::from_utf8(journal.0.lock().unwrap().clone()).unwrap();
        Seen {
            outcome,
            output: String::from_utf8_lossy(&heard.output).into_owned(),
            log: heard
                .log
                .iter()
                .map(|(level, message, fields)| json!({ "level": level.word(), "message": message, "fields": fields }))
                .collect(),
            notices: heard.notices,
            refused: refused.iter().map(|one| one.what.clone()).collect(),
            journal: lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
        }
    }

    /// What differs from the expectation.
    pub fn compare(&self, seen: &Seen) -> Vec<String> {
        let mut found = json!({
            "outcome": seen.outcome.ending.word(),
            "exit_code": seen.outcome.exit_code(),
            "result": seen.outcome.result,
            "error": seen.outcome.error,
            "output": seen.output,
            "log": seen.log,
            "notices": seen.notices,
            "refused": seen.refused,
            "ledger": seen.outcome.ledger,
            "modules": seen.outcome.modules.iter().map(|module| module.path.clone()).collect::<Vec<_>>(),
            "calls": {},
        });
        for line in &seen.journal {
            let list = &mut found["calls"][line["call"].as_str().unwrap()];
            match list.as_array_mut() {
                Some(list) => list.push(line["args"].clone()),
                None => *list = json!([line["args"]]),
            }
        }
        let mut problems = Vec::new();
        differ("$", &self.resolve(&self.expected), &found, &mut problems);
        problems
    }

    /// Whether every language has to make the same calls here.
    pub fn same_calls(&self) -> bool {
        self.settings.other_calls.is_none()
    }

    /// An expectation as it is in this language: `{"by_language": {…}}` is for what must differ, such as lines; `{file}`
    /// stands for the spell's file name, `{extension}` for what files of the language end in, `{language}` for its name.
    fn resolve(&self, expected: &Value) -> Value {
        match expected {
            Value::Object(map) => match map.get("by_language") {
                Some(each) => self.resolve(each.get(self.language.name).unwrap_or(&Value::Null)),
                None => map.iter().map(|(key, value)| (key.clone(), self.resolve(value))).collect(),
            },
            Value::Array(list) => list.iter().map(|value| self.resolve(value)).collect(),
            Value::String(text) => {
                let file = self.spell.file_name().unwrap().to_str().unwrap();
                let text = text.replace("{file}", file).replace("{extension}", self.language.extensions[0]);
                text.replace("{language}", self.language.name).into()
            }
            other => other.clone(),
        }
    }
}

/// What differs. `{"contains": [texts]}` and `{"at_most": n}` stand for more than one value; of an object, only the keys
/// that are expected are compared.
fn differ(path: &str, expected: &Value, found: &Value, problems: &mut Vec<String>) {
    match expected {
        Value::Object(map) if map.contains_key("contains") => {
            let text = found.as_str().map_or_else(|| found.to_string(), String::from);
            for part in map["contains"].as_array().unwrap() {
                if !text.contains(part.as_str().unwrap()) {
                    problems.push(format!("{path}: {part} is not in {text:?}"));
                }
            }
        }
        Value::Object(map) if map.contains_key("at_most") => {
            if found.as_u64().is_none_or(|found| found > map["at_most"].as_u64().unwrap()) {
                problems.push(format!("{path}: expected at most {}, found {found}", map["at_most"]));
            }
        }
        Value::Object(map) if path != "$.result" => {
            for (key, value) in map {
                differ(&format!("{path}.{key}"), value, found.get(key).unwrap_or(&Value::Null), problems);
            }
        }
        _ if expected == found => {}
        _ => problems.push(format!("{path}: expected {expected}, found {found}")),
    }
}

trait Raised {
    fn raised(self) -> Self;
}

impl Raised for Limits {
    /// As far as the configuration allows.
    fn raised(self) -> Limits {
        Limits {
            fuel: u64::MAX,
            memory_bytes: usize::MAX,
            wall_time: Duration::MAX,
            output_bytes: u64::MAX,
            host_calls: u64::MAX,
            host_bytes: u64::MAX,
            tool_calls: u64::MAX,
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
}
