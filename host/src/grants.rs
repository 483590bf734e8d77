//! What a spell may use.

use std::collections::BTreeMap;

use wildmatch::WildMatch;

use crate::failure::Failure;
use crate::gate::Need;

/// What a spell may use. The default grants nothing.
#[derive(Debug, Clone, Default)]
pub struct Grants {
    /// Patterns of "provider/model", where `*` stands for anything.
    pub models: Vec<String>,
    /// Patterns of names of the host program's tools. The spell's own tools need no grant.
    pub tools: Vec<String>,
    /// Names of environment variables, with what they hold; `None` where they are not set.
    pub environment: BTreeMap<String, Option<String>>,
    /// Other files of the spell's own folder.
    pub modules: bool,
    /// What the tenant keeps in the store, to read and to change. Never another tenant's.
    pub state: bool,
}

impl Grants {
    /// What a person at a prompt grants to a spell by running it: every model that is configured, every tool that is
    /// registered, the files beside it, and what the tenant keeps in the store. Environment variables have to be named one by one.
    pub fn local() -> Grants {
        Grants { models: vec!["*".into()], tools: vec!["*".into()], modules: true, state: true, ..Grants::default() }
    }

    pub(crate) fn check(&self, need: Need<'_>) -> Result<(), Failure> {
        match need {
            Need::Nothing => Ok(()),
            Need::Model(name) if matches(&self.models, name) => Ok(()),
            Need::Model(name) => {
                Err(Failure::denied(format!("the model '{name}' is not granted; granted are: {}", list(&self.models))))
            }
            Need::Tool(name) if matches(&self.tools, name) => Ok(()),
            Need::Tool(name) => Err(Failure::denied(format!(
                "the tool '{name}' is not granted; granted are: {} ([grants] tools in the configuration)",
                list(&self.tools)
            ))),
            Need::Modules if self.modules => Ok(()),
            Need::State if self.state => Ok(()),
            Need::State => Err(Failure::denied("the store is not granted ([grants] state in the configuration)")),
            Need::Modules => Err(Failure::denied("files beside the spell are not granted")),
        }
    }
}

pub(crate) fn matches(patterns: &[String], name: &str) -> bool {
    patterns.iter().any(|pattern| WildMatch::new(pattern).matches(name))
}

fn list(patterns: &[String]) -> String {
    if patterns.is_empty() { "none".into() } else { patterns.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_grants_every_model() {
        assert!(Grants::local().check(Need::Model("openai/org/gpt-4")).is_ok());
    }

    #[test]
    fn a_model_outside_the_patterns_is_denied_and_named() {
        let grants = Grants { models: vec!["openai/gpt-4*".into()], ..Grants::default() };
        assert!(grants.check(Need::Model("openai/gpt-4o")).is_ok());
        let denied = grants.check(Need::Model("openai/o1")).unwrap_err();
        assert_eq!((&*denied.code, denied.message.contains("openai/o1")), ("denied", true));
    }

    #[test]
    fn a_tool_outside_the_patterns_is_denied_and_the_grant_named() {
        let grants = Grants { tools: vec!["web_*".into()], ..Grants::default() };
        assert!(grants.check(Need::Tool("web_search")).is_ok());
        let denied = grants.check(Need::Tool("mail")).unwrap_err();
        assert_eq!(
            denied.message,
            "the tool 'mail' is not granted; granted are: web_* ([grants] tools in the configuration)"
        );
    }

    #[test]
    fn nothing_is_granted_by_default() {
        assert!(Grants::default().check(Need::Tool("t")).is_err());
        assert!(Grants::default().check(Need::Model("local/m")).is_err());
        assert!(Grants::default().check(Need::Modules).is_err());
        assert!(Grants::default().check(Need::State).is_err());
    }
}
