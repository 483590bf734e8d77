//! A spell's manifest, `spell.yaml` in its folder: what it is called, what it takes, and what it asks for. It is untrusted, and
//! grants nothing: what it asks for narrows what the user grants.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, bail, ensure};
use llmspell_wasm::file::{FileKind, read_plain_text};
use llmspell_wasm::nearest;
use llmspell_wasm::policy::{Policy, requested_in};
use serde::Deserialize;
use serde_json::{Map, Value};

use parameter::Parameter;

mod asked;
mod parameter;

/// What such a file is called.
const NAMES: [&str; 2] = ["spell.yaml", "spell.yml"];

/// Where a spell begins that does not say so.
const ENTRIES: [&str; 6] = ["main.lua", "main.js", "spell.lua", "spell.js", "init.lua", "index.js"];

/// A manifest that was read and checked.
pub struct Manifest {
    /// The file that it was read from.
    shown: String,
    /// The spell itself.
    pub entry: PathBuf,
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

/// Keys that tell of a spell and have no effect anywhere.
const ABOUT: [&str; 9] =
    ["name", "version", "description", "author", "authors", "tags", "license", "homepage", "repository"];

impl Manifest {
    /// The manifest of a folder; `None` where it has none.
    pub fn find(folder: &Path) -> anyhow::Result<Option<Manifest>> {
        if !folder.is_dir() {
            return Ok(None);
        }
        let Some(path) = NAMES.iter().map(|name| folder.join(name)).find(|path| path.exists()) else { return Ok(None) };
        let shown = path.display().to_string();
        let kind = FileKind { name: "a spell's manifest", extensions: &["yaml", "yml"] };
        let text = read_plain_text(&path, kind).with_context(|| shown.clone())?;
        Manifest::parse(folder, &shown, &text).with_context(|| shown.clone()).map(Some)
    }

    fn parse(folder: &Path, shown: &str, text: &str) -> anyhow::Result<Manifest> {
        ensure!(text.len() <= 64 << 10, "it has more than 64 KiB");
        // The parser bounds what aliases unfold to.
        let raw: Raw =
            serde_saphyr::from_str(text).map_err(|error| anyhow::anyhow!("{}", one_line(&error.to_string())))?;
        for (name, parameter) in &raw.parameters {
            parameter.check(name)?;
        }
        let mut remarks = Vec::new();
        let idle = raw.others.keys().filter(|key| !ABOUT.contains(&key.as_str()));
        remarks.extend(idle.map(|key| format!("{shown}: '{key}' has no meaning here")));
        remarks.extend(raw.dependencies.others.keys().map(|key| format!("{shown}: 'dependencies.{key}' has no meaning here: a library is a file beside the spell or in its folder lib/, which require finds")));
        let asked = raw.policy(&mut remarks, shown)?;
        // The places that messages name are those of the policy, and not of the manifest.
        let requested = requested_in(&format!("{shown} (as a policy)"), &asked)
            .map_err(|error| anyhow::anyhow!("what it asks for: {}", error.problem))?;
        let entry = entry(folder, raw.entry.as_deref())?;
        Ok(Manifest { shown: shown.into(), entry, engine: raw.engine, requested, remarks, parameters: raw.parameters })
    }

    /// The parameters of a run: each as its type says, with defaults for those that are not given.
    pub fn parameters(&self, mut given: Map<String, Value>) -> anyhow::Result<Map<String, Value>> {
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
                    let about = parameter.description.as_ref().map(|text| format!(" ({text})")).unwrap_or_default();
                    bail!("{} requires the parameter '{name}'{about}: give --param {name}=VALUE", self.shown);
                }
                (None, None) => {}
            }
        }
        Ok(given)
    }
}

/// The file that a manifest names, or the first that spells begin with; always within the folder.
fn entry(folder: &Path, given: Option<&str>) -> anyhow::Result<PathBuf> {
    match given {
        Some(name) => {
            let plain =
                Path::new(name).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
            ensure!(plain && !name.is_empty(), "entry: '{name}' leads out of the spell's folder");
            Ok(folder.join(name))
        }
        None => {
            let found = ENTRIES.iter().map(|name| folder.join(name)).find(|path| path.is_file());
            found.with_context(|| format!("it names no `entry`, and the folder has none of {}", ENTRIES.join(", ")))
        }
    }
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
            manifest.parameters(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect())
        };
        let found = given(&[("who", "x"), ("on", "true")]).unwrap();
        assert_eq!(Value::Object(found), serde_json::json!({"n": 3, "on": true, "who": "x"}));
        let says = |pairs: &[(&str, &str)]| format!("{:#}", given(pairs).unwrap_err());
        assert!(says(&[]).contains("requires the parameter 'who' (a name)"));
        assert!(says(&[("who", "x"), ("n", "many")]).contains("'many' is no whole number"));
        assert!(says(&[("whom", "x")]).contains("did you mean 'who'?"));
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
        let error = Manifest::parse(Path::new("."), "spell.yaml", "entry: ../x.lua").err().unwrap().to_string();
        assert!(error.contains("leads out"), "{error}");
    }

    #[test]
    fn what_is_asked_for_is_a_policy() {
        assert!(read("name: x").unwrap().requested.is_none());
        let manifest = read("capabilities: [llm.chat, storage.write, teleport]\nenv: [A]\nkitchen: sink\n").unwrap();
        assert!(manifest.requested.is_some());
        assert_eq!(manifest.remarks.len(), 2, "{:?}", manifest.remarks);
    }
}
