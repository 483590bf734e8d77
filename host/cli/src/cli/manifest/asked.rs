//! What a manifest asks for, as a policy.

use anyhow::{anyhow, bail};
use llmspell_wasm::policy::{Glob, Policy, Right, requested_in};
use serde_json::{Map, Value};

use super::Raw;
use super::capability::{Asked, Meaning};

impl Raw {
    /// What it asks for, as a requested policy. A manifest without `capabilities` asks for all that it can get, but for what it
    /// lists.
    pub fn policy(&self, remarks: &mut Vec<String>, shown: &str) -> anyhow::Result<Option<Policy>> {
        let document = self.document(remarks, shown)?;
        // The places that messages name are those of the policy, and not of the manifest.
        let policy = requested_in(&format!("{shown} (as a policy)"), &toml_of(&document))
            .map_err(|error| anyhow!("what it asks for: {}", error.problem))?;
        let is_listed = |right: &Right| document.contains_key(right.section());
        if self.capabilities.is_some() || !Right::ALL.iter().any(is_listed) {
            return Ok(policy);
        }
        let others = Right::ALL.iter().filter(|right| !is_listed(right));
        let all = |right: &Right| Glob::of(*right, if right.is_path() { "/" } else { "*" });
        Ok(policy.map(|policy| others.fold(policy, |policy, right| policy.and_flag(*right, all(right), ""))))
    }

    fn document(&self, remarks: &mut Vec<String>, shown: &str) -> anyhow::Result<Map<String, Value>> {
        let mut document = Map::new();
        if let Some(capabilities) = &self.capabilities {
            // Also where nothing is asked for, all the rest is denied.
            document.insert("env".into(), Map::new().into());
            let all: Vec<Asked<'_>> = capabilities.iter().map(|text| Asked::parse(text)).collect();
            for asked in &all {
                let text = asked.text;
                match asked.meaning(&all) {
                    Meaning::Entries(entries) => {
                        entries.into_iter().for_each(|(section, key, entry)| add(&mut document, section, key, entry));
                    }
                    Meaning::Unknown => {
                        remarks.push(format!("{shown}: it asks for '{text}', and there is no capability of this name"));
                    }
                    Meaning::TooNarrow(whole) => remarks.push(format!(
                        "{shown}: '{text}' is refused: no policy can grant it without more; ask for {whole}"
                    )),
                }
            }
        }
        for (section, names) in [("tools", &self.dependencies.tools), ("env", &self.env)] {
            names.iter().for_each(|name| add(&mut document, section, "allow", name.as_str().into()));
        }
        let memory = self.resources.get("memory").or(self.resources.get("memory_limit")).or(self.memory_limit.as_ref());
        if let Some(memory) = memory {
            set(&mut document, "limits", "memory", size(memory)?.into());
        }
        if let Some(timeout) = self.resources.get("timeout").or(self.timeout.as_ref()) {
            set(&mut document, "limits", "timeout", duration(timeout)?.into());
        }
        let idle = self.resources.keys().filter(|key| !["memory", "memory_limit", "timeout"].contains(&key.as_str()));
        remarks.extend(idle.map(|key| format!("{shown}: 'resources.{key}' has no meaning here")));
        Ok(document)
    }
}

fn set(document: &mut Map<String, Value>, section: &str, key: &str, value: Value) {
    let section = document.entry(section).or_insert_with(|| Map::new().into());
    if let Some(section) = section.as_object_mut() {
        section.insert(key.into(), value);
    }
}

/// Adds an entry to a list. All that there is needs no names beside it, and a host has one list of methods.
fn add(document: &mut Map<String, Value>, section: &str, key: &str, entry: Value) {
    let list = document.get(section).and_then(|section| section.get(key)).and_then(Value::as_array);
    let mut list = list.cloned().unwrap_or_default();
    let host = |one: &Value| one.get("host").cloned();
    let same = list.iter_mut().find(|one| host(one).is_some() && host(one) == host(&entry));
    if let Some(methods) = same.and_then(|one| one.get_mut("methods")?.as_array_mut()) {
        methods.extend(entry.get("methods").and_then(Value::as_array).into_iter().flatten().cloned());
    } else if entry == "*" {
        list = vec![entry];
    } else if !list.contains(&entry) && !list.contains(&"*".into()) {
        list.push(entry);
    }
    set(document, section, key, list.into());
}

/// As policies write it: a plain number counts bytes, and "64MB" is 64 MiB.
fn size(given: &Value) -> anyhow::Result<String> {
    let text = given.as_str().map_or_else(|| given.to_string(), String::from);
    let digits = text.trim_end_matches(|letter: char| letter.is_alphabetic() || letter == ' ');
    let unit = match text.get(digits.len()..).unwrap_or_default().trim().to_uppercase().as_str() {
        "" | "B" => "",
        "K" | "KB" | "KIB" => "KiB",
        "M" | "MB" | "MIB" => "MiB",
        "G" | "GB" | "GIB" => "GiB",
        _ => bail!("'{text}' is no size of memory: write it as 64MB"),
    };
    digits.parse::<u64>().map_err(|_| anyhow::anyhow!("'{text}' is no size of memory: write it as 64MB"))?;
    Ok(format!("{digits}{unit}"))
}

/// As policies write it: a plain number counts seconds.
fn duration(given: &Value) -> anyhow::Result<String> {
    match given {
        Value::Number(number) => Ok(format!("{number}s")),
        Value::String(text) if text.parse::<u64>().is_ok() => Ok(format!("{text}s")),
        Value::String(text) => Ok(text.clone()),
        _ => bail!("'{given}' is no time: write it as 30s"),
    }
}

/// JSON's texts and lists are TOML's, and its objects are not.
fn toml_of(document: &Map<String, Value>) -> String {
    let mut text = String::new();
    for (section, values) in document {
        text += &format!("[{section}]\n");
        for (name, value) in values.as_object().into_iter().flatten() {
            text += &format!("{name} = {}\n", toml_value(value));
        }
    }
    text
}

fn toml_value(value: &Value) -> String {
    match value {
        Value::Array(list) => format!("[{}]", list.iter().map(toml_value).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{name} = {}", toml_value(value)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}
