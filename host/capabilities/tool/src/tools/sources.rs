//! Tools of other programs, which are asked for them when a run first needs one.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Arc, PoisonError, RwLock};

use futures::future::BoxFuture;
use llmspell_base::Failure;
use llmspell_kernel::Marker;
use llmspell_policy::{Grants, Permission, Right};

use super::definition::same_name;
use super::host_tool::{HostTool, Registered, ToolError, ToolMap};

/// Programs that offer tools: each tool is called `SOURCE.TOOL`.
pub trait ToolSource: Send + Sync {
    /// Their names.
    fn names(&self) -> Vec<String>;

    /// What one of them offers to a tenant. Fails if it can't be asked.
    fn tools<'a>(&'a self, source: &'a str, tenant: &'a str) -> BoxFuture<'a, Result<Arc<ToolSet>, Failure>>;
}

/// The tools of one source.
#[derive(Default)]
pub struct ToolSet {
    tools: ToolMap,
}

impl ToolSet {
    /// Those of them that can be used, of two with the same name the first, and what is wrong with each of the others.
    pub fn of(tools: Vec<HostTool>) -> (ToolSet, Vec<ToolError>) {
        let (mut found, mut odd) = (BTreeMap::new(), Vec::new());
        for tool in tools {
            match Registered::of(tool) {
                Ok(tool) => match found.entry(tool.definition.name.clone()) {
                    Entry::Vacant(place) => drop(place.insert(Arc::new(tool))),
                    Entry::Occupied(place) => {
                        let name = place.key();
                        odd.push(ToolError(format!("there are two tools of the name '{name}': the first one counts")));
                    }
                },
                Err(error) => odd.push(error),
            }
        }
        (ToolSet { tools: Arc::new(found) }, odd)
    }

    /// By its name or what models know it by, as they are: of a server, `a-b` and `a_b` may be two tools, and a policy may be
    /// about one of them.
    fn find(&self, name: &str) -> Option<&Arc<Registered>> {
        let by_alias = || self.tools.values().find(|tool| tool.aliases.iter().any(|alias| alias == name));
        self.tools.get(name).or_else(by_alias)
    }

    /// Their names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tools.keys().map(String::as_str)
    }

    /// What is wrong with schemas that can't be compiled, though they seem to be good. Takes long: all are compiled for it.
    pub fn unusable(&self) -> Vec<ToolError> {
        let tools = self.tools.values().map(|tool| &tool.definition).filter(|tool| !tool.schema.is_usable());
        let told = |name: &str| format!("tool '{name}': 'parameters' has a pattern that can't be used");
        tools.map(|tool| ToolError(told(&tool.name))).collect()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.tools.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.tools.is_empty()
    }
}

/// The sources that a run may use something of, and what they were found to offer. That stays so until the run ends,
/// whatever they offer later.
#[derive(Default)]
pub struct Sources {
    source: Option<Arc<dyn ToolSource>>,
    tenant: String,
    /// Granted at least in part.
    granted: Vec<String>,
    /// Not granted, with what a spell is told that names one of its tools.
    denied: Vec<(String, Arc<Grants>)>,
    found: RwLock<BTreeMap<String, Result<Arc<ToolSet>, Failure>>>,
    /// Held while one is asked: it is asked once in a run.
    asking: tokio::sync::Mutex<()>,
}

impl Sources {
    pub fn of(source: Option<Arc<dyn ToolSource>>, tenant: &str, grants: &Arc<Grants>) -> Sources {
        let names = source.as_ref().map(|source| source.names()).unwrap_or_default();
        let may = |name: &String| grants.may_have(Right::MCP, &format!("{name}.*"));
        let (granted, denied): (Vec<String>, Vec<String>) = names.into_iter().partition(may);
        let denied = denied.into_iter().map(|name| (name, grants.clone())).collect();
        Sources { source, tenant: tenant.into(), granted, denied, ..Sources::default() }
    }

    /// Asks the source that a name leads to, if it does and that has not been asked yet.
    pub async fn ready(&self, name: &str, marker: &Marker) {
        if let Some(source) = self.granted.iter().find(|source| leads_to(source, name)) {
            self.ask(source, marker).await;
        }
    }

    /// Asks all of them.
    pub async fn all_ready(&self, marker: &Marker) {
        for source in &self.granted {
            self.ask(source, marker).await;
        }
    }

    /// Nothing of a source is known to a run that was not marked for it: neither its tools, nor why it has none.
    async fn ask(&self, name: &str, marker: &Marker) {
        let Some(source) = &self.source else { return };
        marker.raise("mcp", name);
        let is_found = || self.found.read().unwrap_or_else(PoisonError::into_inner).contains_key(name);
        if is_found() {
            return;
        }
        let _asking = self.asking.lock().await;
        if is_found() {
            return;
        }
        let found = source.tools(name, &self.tenant).await;
        self.found.write().unwrap_or_else(PoisonError::into_inner).insert(name.into(), found);
    }

    /// A tool of those that were asked.
    pub fn find(&self, name: &str) -> Option<Arc<Registered>> {
        let found = self.found.read().unwrap_or_else(PoisonError::into_inner);
        let sets = found.iter().filter(|(source, _)| leads_to(source, name));
        sets.filter_map(|(_, set)| set.as_ref().ok()).find_map(|set| set.find(name).cloned())
    }

    /// All tools of those that were asked.
    pub fn all(&self) -> Vec<Arc<Registered>> {
        let found = self.found.read().unwrap_or_else(PoisonError::into_inner);
        found.values().flatten().flat_map(|set| set.tools.values().cloned()).collect()
    }

    /// Why there is no tool of this name, where that is for its source to say.
    pub fn why_missing(&self, name: &str) -> Option<Failure> {
        if let Some((_, grants)) = self.denied.iter().find(|(source, _)| leads_to(source, name)) {
            return grants.check(&Permission::of(Right::MCP, name)).err();
        }
        let found = self.found.read().unwrap_or_else(PoisonError::into_inner);
        found.iter().find(|(source, _)| leads_to(source, name)).and_then(|(_, set)| set.as_ref().err().cloned())
    }

    /// The source whose tools models know by names that begin like this one, as the spell's own tools are written.
    pub fn of_alias(&self, name: &str) -> Option<&str> {
        let name = name.replace('-', "_");
        let begins = |source: &&String| name.split_once("__").is_some_and(|(begin, _)| same_name(begin, source));
        self.granted.iter().find(begins).map(String::as_str)
    }
}

/// Whether a name is one of the source's: `SOURCE.TOOL`, or `SOURCE__TOOL`, as models have it.
fn leads_to(source: &str, name: &str) -> bool {
    name.strip_prefix(source).is_some_and(|rest| rest.starts_with('.') || rest.starts_with("__"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_name_leads_to_the_tool_that_has_it_and_to_no_other() {
        let tool = |name: &str, alias: &str| {
            let tool = HostTool::new(name, "", json!({"type": "object"}), |_| async { Ok(Value::Null) });
            tool.aliases([alias]).of_mcp()
        };
        let (set, odd) = ToolSet::of(vec![tool("git.git_push", "git__git_push"), tool("git.git-log", "git__git-log")]);
        assert!(odd.is_empty(), "{odd:?}");
        let found = |name: &str| set.find(name).map(|tool| tool.definition.name.as_str());
        for name in ["git.git_push", "git__git_push"] {
            assert_eq!(found(name), Some("git.git_push"), "{name}");
        }
        for name in ["git.git-push", "git.git_log", "git__git_log", "git__git-push", "git-_git_push", "git--git_push"] {
            assert_eq!(found(name), None, "{name}");
        }
    }

    #[test]
    fn no_spelling_of_a_servers_names_is_left_to_spells() {
        let sources = Sources { granted: vec!["my-time".into()], ..Sources::default() };
        for name in ["my-time__now", "my_time__now", "my-time-_now", "my-time_-now", "my_time--now"] {
            assert_eq!(sources.of_alias(name), Some("my-time"), "{name}");
        }
        for name in ["my-time", "my-time_now", "time__now", "x_my_time__now"] {
            assert_eq!(sources.of_alias(name), None, "{name}");
        }
    }
}
