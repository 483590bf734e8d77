//! What a manifest asks for, as a policy.

use anyhow::bail;
use serde_json::{Map, Value};

use super::Raw;

/// What the capabilities of manifests are in the words of policies: how they begin, and the sections.
const CAPABILITIES: [(&str, &str); 22] = [
    ("llm", "models"),
    ("model", "models"),
    ("agent", "models"),
    ("provider", "models"),
    ("tool", "tools"),
    ("storage", "state"),
    ("state", "state"),
    ("memory", "sessions"),
    ("session", "sessions"),
    ("artifact", "artifacts"),
    ("rag", "retrieval"),
    ("event", "events"),
    ("hook", "hooks"),
    ("http", "network"),
    ("net", "network"),
    ("web", "network"),
    ("file", "files"),
    ("fs", "files"),
    ("log", ""),
    ("json", ""),
    ("workflow", ""),
    ("promise", ""),
];

impl Raw {
    /// What it asks for, as a requested policy. A manifest without `capabilities` asks for all that it can get.
    pub fn policy(&self, remarks: &mut Vec<String>, shown: &str) -> anyhow::Result<String> {
        let mut document = Map::new();
        let mut insert = |section: &str, name: &str, value: Value| {
            let section = document.entry(section).or_insert_with(|| Map::new().into());
            if let Some(section) = section.as_object_mut() {
                section.insert(name.into(), value);
            }
        };
        let all = || Value::from(vec!["*"]);
        for asked in self.capabilities.iter().flatten() {
            let word = asked.to_lowercase();
            let first = word.split(['.', ':', '_', '-']).next().unwrap_or_default();
            let known = CAPABILITIES.iter().find(|(begin, _)| first == *begin || first == format!("{begin}s"));
            match known.map(|(_, section)| *section) {
                None => {
                    remarks.push(format!("{shown}: it asks for '{asked}', and there is no capability of this name"))
                }
                Some("") => {}
                Some("files") if word.contains("write") => {
                    insert("files", "read", Value::from(vec!["/"]));
                    insert("files", "write", Value::from(vec!["/"]));
                }
                Some("files") => insert("files", "read", Value::from(vec!["/"])),
                Some("artifacts") => {
                    insert("artifacts", "read", all());
                    insert("artifacts", "write", all());
                }
                Some("retrieval") => insert("retrieval", "collections", all()),
                Some("sessions") => {
                    insert("sessions", "allow", all());
                    insert("artifacts", "read", all());
                    insert("artifacts", "write", all());
                }
                Some(section) => insert(section, "allow", all()),
            }
        }
        if self.capabilities.is_some() {
            if !self.dependencies.tools.is_empty() {
                insert("tools", "allow", self.dependencies.tools.clone().into());
            }
            insert("env", "allow", self.env.clone().into());
        }
        let memory = self.resources.get("memory").or(self.resources.get("memory_limit")).or(self.memory_limit.as_ref());
        if let Some(memory) = memory {
            insert("limits", "memory", size(memory)?.into());
        }
        if let Some(timeout) = self.resources.get("timeout").or(self.timeout.as_ref()) {
            insert("limits", "timeout", duration(timeout)?.into());
        }
        let idle = self.resources.keys().filter(|key| !["memory", "memory_limit", "timeout"].contains(&key.as_str()));
        remarks.extend(idle.map(|key| format!("{shown}: 'resources.{key}' has no meaning here")));
        Ok(toml_of(&document))
    }
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

/// Texts and lists of texts in sections: JSON's texts are TOML's.
fn toml_of(document: &Map<String, Value>) -> String {
    let mut text = String::new();
    for (section, values) in document {
        text += &format!("[{section}]\n");
        for (name, value) in values.as_object().into_iter().flatten() {
            text += &format!("{name} = {value}\n");
        }
    }
    text
}
