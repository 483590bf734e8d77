//! A spell's manifest, `spell.yaml` in its folder: what it is called, what it takes, and what it asks for. It is untrusted, and
//! grants nothing: what it asks for narrows what the user grants.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail, ensure};
use llmspell_wasm::policy::Policy;
use llmspell_wasm::{guest, hash, nearest, open_within};
use serde::Deserialize;
use serde_json::{Map, Value};

use parameter::Parameter;

mod asked;
mod capability;
mod parameter;

/// What such a file is called.
const NAMES: [&str; 2] = ["spell.yaml", "spell.yml"];

/// Where a spell begins that does not say so.
const ENTRIES: [&str; 6] = ["main.lua", "main.js", "spell.lua", "spell.js", "init.lua", "index.js"];

/// A manifest that was read and checked.
pub struct Manifest {
    /// The file that it was read from.
    shown: String,
    /// The SHA-256 of its text.
    pub hash: String,
    /// The spell itself, as a path within the folder.
    pub entry: String,
    /// The language that it names.
    pub engine: Option<String>,
    /// What it asks for.
    pub requested: Option<Policy>,
    /// What is in it and has no effect, a line each.
    pub remarks: Vec<String>,
    parameters: BTreeMap<String, Parameter>,
}

#[derive(Deserialize)]
struct Raw {
    engine: Option<String>,
    entry: Option<String>,
    #[serde(default)]
    parameters: BTreeMap<String, Parameter>,
    #[serde(default)]
    dependencies: Dependencies,
    #[serde(default)]
    resources: BTreeMap<String, Value>,
    timeout: Option<Value>,
    memory_limit: Option<Value>,
    #[serde(default)]
    env: Vec<String>,
    capabilities: Option<Vec<String>>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

#[derive(Deserialize, Default)]
struct Dependencies {
    #[serde(default)]
    tools: Vec<String>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// More is no manifest.
const MOST_BYTES: u64 = 64 << 10;

/// Keys that tell of a spell and have no effect anywhere.
const ABOUT: [&str; 9] =
    ["name", "version", "description", "author", "authors", "tags", "license", "homepage", "repository"];

impl Manifest {
    /// The manifest of a folder; `None` where it has none.
    pub fn find(folder: &Path) -> anyhow::Result<Option<Manifest>> {
        if !folder.is_dir() {
            return Ok(None);
        }
        let Some(name) = NAMES.iter().find(|name| folder.join(name).exists()) else { return Ok(None) };
        let shown = folder.join(name).display().to_string();
        let read = || {
            let mut text = String::new();
            open_within(folder, name)?.take(MOST_BYTES + 1).read_to_string(&mut text)?;
            Manifest::parse(folder, &shown, &text)
        };
        read().with_context(|| shown.clone()).map(Some)
    }

    /// What the spell takes, as help.
    pub fn help(&self) -> String {
        if self.parameters.is_empty() {
            return format!("\nThe spell takes no parameters ({}).\n", self.shown);
        }
        let mut shown = format!("\nParameters of the spell ({}), each given by --param NAME=VALUE:\n", self.shown);
        for (name, parameter) in &self.parameters {
            shown += &format!("  {name}: {}\n", parameter.about());
        }
        shown
    }

    /// Opens the spell itself, as modules are opened.
    pub fn open_entry(&self, folder: &Path) -> anyhow::Result<File> {
        open_within(folder, &self.entry).with_context(|| format!("{}: entry", self.shown))
    }

    fn parse(folder: &Path, shown: &str, text: &str) -> anyhow::Result<Manifest> {
        ensure!(text.len() as u64 <= MOST_BYTES, "it has more than {} KiB", MOST_BYTES >> 10);
        // The parser bounds what aliases unfold to.
        let mut raw: Raw =
            serde_saphyr::from_str(text).map_err(|error| anyhow::anyhow!("{}", one_line(&error.to_string())))?;
        for (name, parameter) in &mut raw.parameters {
            parameter.check(name)?;
        }
        let mut remarks = Vec::new();
        let idle = raw.others.keys().filter(|key| !ABOUT.contains(&key.as_str()));
        remarks.extend(idle.map(|key| format!("{shown}: '{key}' has no meaning here")));
        remarks.extend(raw.dependencies.others.keys().map(|key| format!("{shown}: 'dependencies.{key}' has no meaning here: a library is a file beside the spell or in its folder lib/, which require finds")));
        let requested = raw.policy(&mut remarks, shown)?;
        let entry = entry(folder, raw.entry.as_deref())?;
        let (shown, hash, parameters) = (shown.into(), hash(text.as_bytes()), raw.parameters);
        Ok(Manifest { shown, hash, entry, engine: raw.engine, requested, remarks, parameters })
    }

    /// The parameters of a run: each as its type says, with defaults for those that are not given.
    ///
    /// `ask` is asked for one that has to be given and is not: a question, and what is wrong with the answer before.
    pub fn parameters(
        &self,
        mut given: Map<String, Value>,
        ask: &dyn Fn(&str) -> Option<String>,
    ) -> anyhow::Result<Map<String, Value>> {
        if self.parameters.is_empty() {
            return Ok(given);
        }
        let names: Vec<&str> = self.parameters.keys().map(String::as_str).collect();
        if let Some(name) = given.keys().find(|name| !self.parameters.contains_key(*name)) {
            bail!("--param {name}: {} has no such parameter{}", self.shown, nearest(name, &names));
        }
        for (name, parameter) in &self.parameters {
            match (given.remove(name), &parameter.default) {
                (Some(value), _) => {
                    let value = parameter.value(&value).with_context(|| format!("--param {name}"))?;
                    given.insert(name.clone(), value);
                }
                (None, Some(default)) => drop(given.insert(name.clone(), default.clone())),
                (None, None) if parameter.required => {
                    if let Some(value) = asked(name, parameter, ask) {
                        given.insert(name.clone(), value);
                        continue;
                    }
                    let about = parameter.description.as_ref().map(|text| format!(" ({text})")).unwrap_or_default();
                    bail!("{} requires the parameter '{name}'{about}: give --param {name}=VALUE", self.shown);
                }
                (None, None) => {}
            }
        }
        Ok(given)
    }
}

/// Asks until the answer is of the parameter's type; `None` where nobody answers.
fn asked(name: &str, parameter: &Parameter, ask: &dyn Fn(&str) -> Option<String>) -> Option<Value> {
    let mut question = parameter.question(name);
    loop {
        match parameter.value(&Value::String(ask(&question)?)) {
            Ok(value) => return Some(value),
            Err(why) => question = format!("{why:#}. {}", parameter.question(name)),
        }
    }
}

/// The file that a manifest names, or the first that spells begin with. Whether it lies within the folder is seen when it is opened.
fn entry(folder: &Path, given: Option<&str>) -> anyhow::Result<String> {
    let Some(name) = given else {
        let found = ENTRIES.iter().find(|name| folder.join(name).is_file());
        let found =
            found.with_context(|| format!("it names no `entry`, and the folder has none of {}", ENTRIES.join(", ")));
        return found.map(|name| (*name).into());
    };
    // What syntax errors show of another file may be a key.
    let mut extensions = guest::LANGUAGES.iter().flat_map(|one| one.extensions);
    let extension = Path::new(name).extension().unwrap_or_default();
    ensure!(extensions.any(|known| extension == *known), "entry: '{name}' is no spell, by the end of its name");
    Ok(name.trim_start_matches("./").into())
}

fn one_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it is no YAML");
    line.trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> anyhow::Result<Manifest> {
        Manifest::parse(Path::new("."), "spell.yaml", &format!("entry: a.lua\n{text}"))
    }

    #[test]
    fn parameters_are_of_their_types_and_have_defaults() {
        let manifest = read(
            "parameters:\n  n: {type: integer, default: 3}\n  on: {type: boolean}\n  who: {required: true, description: a name}\n",
        );
        let manifest = manifest.unwrap();
        let given = |pairs: &[(&str, &str)]| {
            manifest
                .parameters(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(), &|_| None)
        };
        let found = given(&[("who", "x"), ("on", "true")]).unwrap();
        assert_eq!(Value::Object(found), serde_json::json!({"n": 3, "on": true, "who": "x"}));
        let says = |pairs: &[(&str, &str)]| format!("{:#}", given(pairs).unwrap_err());
        assert!(says(&[]).contains("requires the parameter 'who' (a name)"));
        assert!(says(&[("who", "x"), ("n", "many")]).contains("'many' is no whole number"));
        assert!(says(&[("whom", "x")]).contains("did you mean 'who'?"));
    }

    #[test]
    fn defaults_are_given_as_they_are_checked() {
        let text =
            "parameters: {n: {type: integer, default: '3'}, no: {type: boolean, default: 'no'}, s: {default: 3}}";
        let found = Value::Object(read(text).unwrap().parameters(Map::new(), &|_| None).unwrap());
        assert_eq!(found, serde_json::json!({"n": 3, "no": false, "s": "3"}));
        // As they are when a workflow is resumed.
        let given = found.as_object().cloned().unwrap();
        assert_eq!(Value::Object(read(text).unwrap().parameters(given, &|_| None).unwrap()), found);
    }

    #[test]
    fn what_is_wrong_with_a_manifest_is_one_line() {
        for (text, part) in [
            ("parameters: {a: {type: strnig}}", "there is no type 'strnig'; did you mean 'string'?"),
            ("parameters: {a: {type: int, default: x}}", "'x' is no whole number"),
            ("resources: {memory: much}", "is no size of memory"),
            ("resources: {timeout: soon}", "what it asks for"),
            ("capabilities: 3", ""),
        ] {
            let error = format!("{:#}", read(text).err().unwrap());
            assert!(error.contains(part) && error.lines().count() == 1, "{text}: {error}");
        }
        let error = Manifest::parse(Path::new("."), "spell.yaml", "entry: keys.txt").err().unwrap().to_string();
        assert!(error.contains("is no spell"), "{error}");
    }

    #[test]
    fn what_is_asked_for_is_a_policy() {
        assert!(read("name: x").unwrap().requested.is_none());
        let manifest = read("capabilities: [llm.chat, storage.write, teleport]\nenv: [A]\nkitchen: sink\n").unwrap();
        assert!(manifest.requested.is_some());
        assert_eq!(manifest.remarks.len(), 3, "{:?}", manifest.remarks);
        read("capabilities: ['tool:a', tool, net.get, net.post]\ndependencies: {tools: [b]}\n").unwrap();
    }
}
