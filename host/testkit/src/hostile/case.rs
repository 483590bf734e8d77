//! A class of attacks, and its cases: data.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use llmspell_wasm::guest::LANGUAGES;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Options, SECRET, network};
use crate::GuestUnderTest;

/// What no case may see: what the neighbour keeps, and what is in the host's environment and beside the spell.
const CANARIES: [&str; 6] = [
    "canary-of-the-neighbour",
    SECRET.1,
    "canary-beside-the-folder",
    "canary-beside-the-spell",
    "canary-of-the-server",
    network::OWN_SECRET,
];

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
pub struct Case {
    pub name: String,
    /// What is thrown: spells by the names of their languages, or one of the others. Every key that is none of these is here.
    #[serde(flatten)]
    spells: BTreeMap<String, String>,
    /// The spell is one expression or list of statements that both Lua and JavaScript read.
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
    /// What is answered to questions about calls that need an approval, in turn. Beyond, nobody is there.
    #[serde(default)]
    pub answers: Vec<String>,
    /// What of the questions has to be shown to whoever is asked, as JSON.
    #[serde(default)]
    pub asks: Vec<String>,
    /// The spell is granted the folder `granted`, to read and to write. What is beside it is watched.
    #[serde(default)]
    pub files: bool,
    /// The spell is granted hosts: `server.test`, which answers in odd ways, and names of others, which it may not reach. What is
    /// beside them is watched.
    #[serde(default)]
    pub network: bool,
    /// Links in that folder are replaced all the while.
    #[serde(default)]
    pub swaps: bool,
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

/// A guest component, made from one that works or from nothing.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Recipe {
    /// The first so many bytes of a component that works; less than one: that part of it.
    Truncated(f64),
    /// That component with a bit of this part (from 0 to 1) of it turned.
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
    /// Its language and source.
    Spell(&'static str, String),
    Component(Recipe),
    Policy(String),
    Configuration(String),
    Reply(Reply),
    Operation(String),
}

/// The classes, and what is wrong with their files.
pub fn classes(options: &Options) -> (Vec<Arc<Class>>, Vec<String>) {
    let (mut classes, mut problems) = (Vec::new(), Vec::new());
    let files = match std::fs::read_dir(&options.classes) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()),
        Err(error) => return (classes, vec![format!("{}: {error}", options.classes.display())]),
    };
    let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    files.sort();
    for path in files {
        match read(&path, &options.guests) {
            Ok(class) => classes.push(Arc::new(class)),
            Err(problem) => problems.push(format!("{}: {problem}", path.display())),
        }
    }
    (classes, problems)
}

fn read(path: &Path, guests: &[GuestUnderTest]) -> Result<Class, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let file: File = toml::from_str(&text).map_err(|error| error.to_string())?;
    if file.about.is_empty() {
        return Err("`about` is empty: say what is tried, and what must come of it".into());
    }
    let mut names: Vec<&str> = file.case.iter().map(|case| case.name.as_str()).collect();
    names.sort_unstable();
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(format!("two cases have the name '{}'", pair[0]));
    }
    let known: Vec<&str> =
        LANGUAGES.iter().chain(guests.iter().map(|guest| &guest.language)).map(|language| language.name).collect();
    for case in &file.case {
        if let Some(key) = case.spells.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(format!("'{}': '{key}' is neither a key of a case nor a guest's language", case.name));
        }
    }
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Class { name, limits: file.limits, cases: file.case })
}

impl Case {
    /// What is thrown at these guests and at the host, with what stands for long texts filled in, and what the name of the
    /// test says of it; or what is wrong with the case.
    pub fn thrown(&self, guests: &[GuestUnderTest]) -> Result<Vec<(String, Thrown)>, String> {
        let full = |text: &String| {
            self.fill.iter().fold(text.clone(), |text, (name, (part, count))| text.replace(name, &part.repeat(*count)))
        };
        let mut thrown = Vec::new();
        for language in guests.iter().map(|guest| guest.language.name) {
            let both = self.both.as_ref().filter(|_| LANGUAGES.iter().any(|ours| ours.name == language));
            if let Some(text) = self.spells.get(language).or(both) {
                thrown.push((format!(" ({language})"), Thrown::Spell(language, full(text))));
            }
        }
        if thrown.len() == 1 && guests.len() > 1 && self.only.is_none() {
            return Err(format!("'{}' is a spell in one language; `only` does not say why", self.name));
        }
        if !thrown.is_empty() && self.ends.is_none() {
            return Err(format!("'{}' has no `ends`", self.name));
        }
        let mut throw = |one| thrown.push((String::new(), one));
        if let Some(recipe) = &self.component {
            throw(Thrown::Component(match recipe {
                Recipe::Text(text) => Recipe::Text(full(text)),
                Recipe::Bytes(text) => Recipe::Bytes(full(text)),
                other => other.clone(),
            }));
        }
        if let Some(text) = &self.policy_file {
            throw(Thrown::Policy(full(text)));
        }
        if let Some(text) = &self.configuration {
            throw(Thrown::Configuration(full(text)));
        }
        if let Some(reply) = self.reply.clone() {
            let (head, body, then) = (full(&reply.head), full(&reply.body), full(&reply.then));
            throw(Thrown::Reply(Reply { head, body, then, ..reply }));
        }
        if let Some(name) = &self.operation {
            throw(Thrown::Operation(name.clone()));
        }
        match thrown.is_empty() && self.spells.is_empty() && self.both.is_none() {
            true => Err(format!("'{}' throws nothing", self.name)),
            false => Ok(thrown),
        }
    }

    /// What of `shown`, which is all that is shown or recorded of it, is not as it has to be. In parts, as a copy of it would
    /// count as the case's memory.
    pub fn check(&self, language: &str, ends: &str, error: &str, shown: &[&str]) -> Vec<String> {
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
        let leaked = self.never.iter().map(String::as_str).chain(CANARIES);
        problems.extend(
            leaked
                .filter(|canary| shown.iter().any(|part| part.contains(canary)))
                .map(|canary| format!("'{canary}' is shown")),
        );
        if error.contains("panicked at") || error.contains("RUST_BACKTRACE") {
            problems.push(format!("a panic is shown: {}", cut(error)));
        }
        problems
    }
}

fn cut(text: &str) -> String {
    text.chars().take(2_000).collect()
}
