//! A class of attacks, and its cases: data, in `tests/hostile/*.toml`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

/// A file: one class.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// What is tried, and what must come of it.
    about: String,
    /// Of each case that says nothing else, by the names of the flags.
    #[serde(default)]
    limits: BTreeMap<String, String>,
    case: Vec<Case>,
}

pub struct Class {
    pub name: String,
    pub limits: BTreeMap<String, String>,
    pub cases: Vec<Case>,
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    /// What is thrown: a spell in each language, or one of the others.
    lua: Option<String>,
    javascript: Option<String>,
    /// The spell is one expression or list of statements that both languages read.
    both: Option<String>,
    component: Option<Recipe>,
    policy_file: Option<String>,
    configuration: Option<String>,
    reply: Option<Reply>,
    operation: Option<String>,
    /// Why it is thrown in one language only.
    only: Option<String>,
    /// In what is thrown, a name stands for a text so many times: `fill = {"@X@" = ["x", 1000]}`.
    #[serde(default)]
    fill: BTreeMap<String, (String, usize)>,
    #[serde(default)]
    pub limits: BTreeMap<String, String>,
    #[serde(default)]
    pub parameters: Map<String, Value>,
    /// A policy that the spell runs under.
    pub policy: Option<String>,
    /// The word of the outcome; by language only where the languages differ in what gives first.
    pub ends: Option<Ends>,
    pub returns: Option<Value>,
    /// Parts of the error.
    #[serde(default)]
    pub says: Vec<String>,
    /// What must be nowhere in what is shown or recorded.
    #[serde(default)]
    pub never: Vec<String>,
}

#[derive(Deserialize, Clone)]
#[serde(untagged)]
pub enum Ends {
    Same(String),
    Each(BTreeMap<String, String>),
}

/// A guest component, made from one of ours or from nothing.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Recipe {
    /// The first so many bytes of the Lua guest; less than one: that part of it.
    Truncated(f64),
    /// The Lua guest with a bit of this part (from 0 to 1) of it turned.
    Flipped(f64),
    /// WebAssembly text.
    Text(String),
    /// These bytes, as text.
    Bytes(String),
    /// A module or component with this many functions.
    Functions(usize),
}

/// What a provider answers.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// The status line and headers, with lines that end in LF.
    #[serde(default = "ok")]
    pub head: String,
    #[serde(default)]
    pub body: String,
    /// Sent again and again, until the connection is closed.
    #[serde(default)]
    pub then: String,
    /// Instead of closing.
    #[serde(default)]
    pub hangs: bool,
    /// The spell streams.
    #[serde(default)]
    pub streamed: bool,
}

fn ok() -> String {
    "HTTP/1.1 200 OK\ncontent-type: application/json\n".into()
}

pub enum Thrown {
    Spell(&'static str, String),
    Component(Recipe),
    Policy(String),
    Configuration(String),
    Reply(Reply),
    Operation(String),
}

/// Where the classes lie.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/hostile")
}

pub fn classes() -> Vec<Class> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    files.sort();
    files.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Class {
    let text = std::fs::read_to_string(path).unwrap();
    let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(!file.about.is_empty(), "{}: what is it about?", path.display());
    let mut names: Vec<&str> = file.case.iter().map(|case| case.name.as_str()).collect();
    names.sort_unstable();
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        panic!("{}: two cases have the name '{}'", path.display(), pair[0]);
    }
    let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
    Class { name, limits: file.limits, cases: file.case }
}

impl Case {
    /// What is thrown, with what stands for long texts filled in, and what the name of the test says of it.
    pub fn thrown(&self) -> Vec<(&'static str, Thrown)> {
        let full = |text: &String| {
            self.fill.iter().fold(text.clone(), |text, (name, (part, count))| text.replace(name, &part.repeat(*count)))
        };
        let mut thrown = Vec::new();
        let spell = |language: &'static str, text: &String| Thrown::Spell(language, full(text));
        thrown.extend(self.lua.as_ref().or(self.both.as_ref()).map(|text| (" (lua)", spell("lua", text))));
        let javascript = self.javascript.as_ref().or(self.both.as_ref());
        thrown.extend(javascript.map(|text| (" (javascript)", spell("javascript", text))));
        assert!(
            thrown.len() != 1 || self.only.is_some(),
            "'{}' is a spell in one language; `only` does not say why",
            self.name
        );
        assert!(thrown.is_empty() || self.ends.is_some(), "'{}' has no `ends`", self.name);
        thrown.extend(self.component.clone().map(|recipe| {
            let recipe = match recipe {
                Recipe::Text(text) => Recipe::Text(full(&text)),
                Recipe::Bytes(text) => Recipe::Bytes(full(&text)),
                other => other,
            };
            ("", Thrown::Component(recipe))
        }));
        thrown.extend(self.policy_file.as_ref().map(|text| ("", Thrown::Policy(full(text)))));
        thrown.extend(self.configuration.as_ref().map(|text| ("", Thrown::Configuration(full(text)))));
        thrown.extend(self.reply.clone().map(|reply| {
            let (head, body, then) = (full(&reply.head), full(&reply.body), full(&reply.then));
            ("", Thrown::Reply(Reply { head, body, then, ..reply }))
        }));
        thrown.extend(self.operation.clone().map(|name| ("", Thrown::Operation(name))));
        assert!(!thrown.is_empty(), "'{}' throws nothing", self.name);
        thrown
    }

    /// What is wrong with `shown`, which is everything that is displayed or stored of the run.
    pub fn check(&self, language: &str, ends: &str, error: &str, shown: &str) -> Vec<String> {
        let mut problems = Vec::new();
        let wanted = match &self.ends {
            Some(Ends::Same(word)) => Some(word),
            Some(Ends::Each(words)) => words.get(language),
            None => None,
        };
        if wanted.is_some_and(|wanted| wanted != ends) {
            problems.push(format!("it ends as {ends}: {}", cut(error)));
        }
        let missing = self.says.iter().filter(|part| !error.contains(part.as_str()));
        problems.extend(missing.map(|part| format!("'{part}' is not in its error: {}", cut(error))));
        let leaked = self.never.iter().map(String::as_str).chain(super::harness::CANARIES);
        problems.extend(leaked.filter(|canary| shown.contains(canary)).map(|canary| format!("'{canary}' is shown")));
        if error.contains("panicked at") || error.contains("RUST_BACKTRACE") {
            problems.push(format!("a panic is shown: {}", cut(error)));
        }
        problems
    }
}

fn cut(text: &str) -> String {
    text.chars().take(2_000).collect()
}
