//! The capabilities that manifests ask for, in the words of policies: never more than what was asked for.

use serde_json::{Value, json};

/// A capability as a manifest writes it: "storage.read", "tool:calculator".
pub struct Asked<'a> {
    pub text: &'a str,
    object: String,
    verb: String,
    /// What it is asked for alone.
    name: Option<&'a str>,
}

/// What a capability is in policies.
pub enum Meaning {
    /// Sections, keys of lists, and an entry of each.
    Entries(Vec<(&'static str, &'static str, Value)>),
    /// There is no such thing.
    Unknown,
    /// Policies can grant it only with more: what to ask for in its place.
    TooNarrow(String),
}

type Lists = &'static [(&'static str, &'static str)];

/// The lists of policies that grant it; an empty verb is all. A policy grants a model whatever it is asked, so "llm.chat" is no
/// less than "llm".
fn lists(object: &str, verb: &str) -> Option<Lists> {
    Some(match (object, verb) {
        ("llm" | "model" | "agent" | "provider", "" | "chat" | "complete" | "stream") => &[("models", "allow")],
        ("tool", "" | "use" | "call" | "execute") => &[("tools", "allow")],
        ("storage" | "state", "") => &[("state", "allow")],
        ("memory" | "session", "") => &[("sessions", "allow")],
        ("artifact", "") => &[("artifacts", "read"), ("artifacts", "write")],
        ("artifact", "read") => &[("artifacts", "read")],
        ("artifact", "write") => &[("artifacts", "write")],
        ("rag", "") => &[("retrieval", "collections")],
        ("event", "") => &[("events", "emit"), ("events", "subscribe")],
        ("event", "emit" | "publish") => &[("events", "emit")],
        ("event", "subscribe") => &[("events", "subscribe")],
        ("hook", "" | "register") => &[("hooks", "allow")],
        ("http" | "net" | "network" | "web", "" | "request") => &[("network", "allow")],
        ("file" | "fs", "") => &[("files", "read"), ("files", "write")],
        ("file" | "fs", "read") => &[("files", "read")],
        ("file" | "fs", "write") => &[("files", "write")],
        ("mcp", "" | "use" | "call") => &[("mcp", "allow")],
        ("env", "" | "read") => &[("env", "allow")],
        ("secret", "" | "use") => &[("secrets", "allow")],
        // What every spell may do.
        ("log" | "json" | "workflow" | "promise", _) => &[],
        _ => return None,
    })
}

/// The methods of HTTP, by which policies tell requests apart.
const METHODS: [&str; 6] = ["get", "head", "post", "put", "patch", "delete"];

impl<'a> Asked<'a> {
    pub fn parse(text: &'a str) -> Asked<'a> {
        let (words, name) = text.split_once(':').map_or((text, None), |(words, name)| (words, Some(name)));
        let words = words.to_lowercase();
        let (object, verb) = words.split_once(['.', '_', '-']).unwrap_or((&words, ""));
        // As in "tools": "fs" is a word of its own.
        let object = object.strip_suffix('s').filter(|one| lists(one, "").is_some()).unwrap_or(object);
        let verb = if ["*", "all"].contains(&verb) { "" } else { verb };
        Asked { text, object: object.into(), verb: verb.into(), name: name.filter(|name| *name != "*") }
    }

    /// What it is in policies, beside all that is asked for: reading and writing may be all there is.
    pub fn meaning(&self, all: &[Asked<'_>]) -> Meaning {
        let Some(whole) = lists(&self.object, "") else { return Meaning::Unknown };
        let is_network = whole == [("network", "allow")];
        if is_network && METHODS.contains(&self.verb.as_str()) {
            let host = self.name.unwrap_or("*");
            return Meaning::Entries(vec![(
                "network",
                "allow",
                json!({"host": host, "methods": [self.verb.to_uppercase()]}),
            )]);
        }
        let is_asked = |verb: &str| all.iter().any(|one| self.is_beside(one) && one.verb == verb);
        let is_whole = ["read", "write"].contains(&self.verb.as_str()) && is_asked("read") && is_asked("write");
        match lists(&self.object, &self.verb).or(is_whole.then_some(whole)) {
            Some([]) => Meaning::Entries(Vec::new()),
            Some([("env" | "secrets", _)]) if self.name.is_none() => {
                Meaning::TooNarrow(format!("each by its name: '{}:NAME'", self.object))
            }
            Some(lists) => {
                let entry =
                    |(section, _): &(&str, &str)| self.name.unwrap_or(if *section == "files" { "/" } else { "*" });
                Meaning::Entries(lists.iter().map(|list| (list.0, list.1, entry(list).into())).collect())
            }
            None => {
                let name = self.name.map(|name| format!(":{name}")).unwrap_or_default();
                let sections: Vec<String> = whole.iter().map(|(section, _)| format!("[{section}]")).take(1).collect();
                Meaning::TooNarrow(format!("'{}{name}', which is all of {}", self.object, sections.concat()))
            }
        }
    }

    /// Whether both are about the same.
    fn is_beside(&self, other: &Asked<'_>) -> bool {
        lists(&self.object, "") == lists(&other.object, "") && self.name == other.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(texts: &[&str]) -> Vec<String> {
        let all: Vec<Asked<'_>> = texts.iter().map(|text| Asked::parse(text)).collect();
        let shown = all.iter().map(|one| match one.meaning(&all) {
            Meaning::Entries(entries) => {
                entries.iter().map(|(section, key, entry)| format!("{section}.{key} {entry};")).collect()
            }
            Meaning::Unknown => "unknown".into(),
            Meaning::TooNarrow(whole) => format!("no: {whole}"),
        });
        shown.collect()
    }

    #[test]
    fn a_narrow_wish_is_no_wide_one() {
        assert_eq!(meaning(&["storage.read"]), ["no: 'storage', which is all of [state]"]);
        assert_eq!(meaning(&["storage.read", "state.write"]), ["state.allow \"*\";", "state.allow \"*\";"]);
        assert_eq!(meaning(&["storage.read:a", "storage.write"])[0], "no: 'storage:a', which is all of [state]");
        assert_eq!(meaning(&["tool:calculator", "tools"]), ["tools.allow \"calculator\";", "tools.allow \"*\";"]);
        assert_eq!(meaning(&["file.read:/x", "fs.write"]), ["files.read \"/x\";", "files.write \"/\";"]);
        let get = r#"network.allow {"host":"a.org","methods":["GET"]};"#;
        assert_eq!(meaning(&["net.get:a.org", "http.fetch"]), [get, "no: 'http', which is all of [network]"]);
        assert_eq!(meaning(&["memory", "log.write", "teleport"]), ["sessions.allow \"*\";", "", "unknown"]);
        assert_eq!(meaning(&["env", "env:A"]), ["no: each by its name: 'env:NAME'", "env.allow \"A\";"]);
        assert_eq!(meaning(&["agent.delete"]), ["no: 'agent', which is all of [models]"]);
    }
}
