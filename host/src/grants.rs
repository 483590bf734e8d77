//! What a spell may use.

use std::collections::BTreeMap;
use std::sync::Arc;

use wildmatch::WildMatch;

use crate::failure::Failure;
use crate::gate::Need;
use crate::policy::{Glob, Policy, Right};
use crate::runtime::limits::Limits;

/// What a spell may use. The default grants nothing.
///
/// The fields are what whoever runs the spell gives it; each policy narrows that further ([`Grants::within`]).
///
/// ```
/// use llmspell_wasm::Grants;
/// use llmspell_wasm::policy::Policy;
///
/// let operator = Policy::parse("operator.toml", "[tools]\nallow = [\"web_*\"]\ndeny = [\"web_post\"]\n")?;
/// let grants = Grants { tools: vec!["*".into()], ..Grants::default() }.within(operator);
/// assert!(grants.allows(llmspell_wasm::policy::Right::Tool, "web_search"));
/// assert!(!grants.allows(llmspell_wasm::policy::Right::Tool, "web_post"));
/// # Ok::<(), llmspell_wasm::policy::PolicyError>(())
/// ```
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
    /// Events to and from other runs of the tenant. Within its own run a spell needs no grant for them.
    pub events: bool,
    /// Each allows what it names and nothing else. The outermost comes first.
    pub policies: Vec<Arc<Policy>>,
}

impl Grants {
    /// What a person at a prompt grants to a spell by running it: every model that is configured, every tool that is
    /// registered, the files beside it, and the tenant's state and events. Environment variables have to be named one
    /// by one.
    pub fn local() -> Grants {
        let all = || vec!["*".into()];
        Grants { models: all(), tools: all(), modules: true, state: true, events: true, ..Grants::default() }
    }

    /// The same, and not more than this policy allows.
    pub fn within(mut self, policy: impl Into<Arc<Policy>>) -> Grants {
        self.policies.push(policy.into());
        self
    }

    /// Whether all that has a say grants it.
    pub fn allows(&self, right: Right, name: &str) -> bool {
        self.check_name(right, name).is_ok()
    }

    /// Those of `environment` that the policies leave.
    pub fn variables(&self) -> BTreeMap<String, Option<String>> {
        let mut variables = self.environment.clone();
        variables.retain(|name, _| self.allows(Right::Variable, name));
        variables
    }

    /// The policies' names, and the SHA-256 of each one's text.
    pub fn files(&self) -> Vec<(String, String)> {
        self.policies.iter().map(|policy| (policy.origin.to_string(), policy.hash.clone())).collect()
    }

    /// `limits`, but for those that a policy bounds more tightly.
    pub fn tighten(&self, limits: Limits) -> Limits {
        self.policies.iter().fold(limits, |limits, policy| policy.tighten(limits))
    }

    /// A denial names the grant that is missing and where it goes.
    pub(crate) fn check(&self, need: Need<'_>) -> Result<(), Failure> {
        match need {
            Need::Nothing => Ok(()),
            Need::Modules if self.modules => Ok(()),
            Need::Modules => Err(Failure::denied("files beside the spell are not granted")),
            Need::Hook(pattern) => pattern.points().iter().try_for_each(|point| self.check_point(point)),
            Need::Model(name) => self.check_name(Right::Model, name),
            Need::Tool(name) => self.check_name(Right::Tool, name),
            Need::Variable(name) => self.check_name(Right::Variable, name),
            Need::State(scope) => self.check_scope(scope),
            Need::States(scopes) => scopes.iter().try_for_each(|scope| self.check_scope(scope)),
            Need::Emit(name) => self.check_name(Right::Emit, name),
            Need::Subscribe(name) => self.check_name(Right::Subscribe, name),
        }
    }

    /// The same for one of the names that are needed.
    pub(crate) fn check_one(&self, need: Need<'_>, name: &str) -> Result<(), Failure> {
        match need {
            Need::States(_) => self.check_scope(name),
            Need::Hook(_) => self.check_point(name),
            other => self.check(other),
        }
    }

    fn check_point(&self, point: &str) -> Result<(), Failure> {
        let glob = Glob::of(Right::Hook, point);
        self.policies.iter().try_for_each(|policy| policy.check_glob(Right::Hook, &glob))
    }

    /// Whoever needs all scopes needs those that a policy denies as well.
    fn check_scope(&self, scope: &str) -> Result<(), Failure> {
        if scope == "*" {
            let all = Glob::of(Right::State, scope);
            self.policies.iter().try_for_each(|policy| policy.check_glob(Right::State, &all))?;
        }
        self.check_name(Right::State, scope)
    }

    pub(crate) fn check_name(&self, right: Right, name: &str) -> Result<(), Failure> {
        let granted = match right {
            Right::Model => matches(&self.models, name),
            Right::Tool => matches(&self.tools, name),
            Right::Variable => self.environment.contains_key(name),
            Right::State => self.state,
            Right::Emit | Right::Subscribe => self.events,
            Right::Hook => true,
        };
        // Policies come first: they say where a grant goes.
        self.policies.iter().try_for_each(|policy| policy.check(right, name))?;
        if granted { Ok(()) } else { Err(self.base_denial(right, name)) }
    }

    /// Whether something may be granted that the pattern is for.
    pub(crate) fn may_have(&self, right: Right, pattern: &str) -> bool {
        let glob = Glob::of(right, pattern);
        self.base(right).iter().any(|text| Glob::of(right, text).overlaps(&glob))
            && self.policies.iter().all(|policy| policy.may_allow(right, &glob))
    }

    /// What is granted before any policy.
    pub(crate) fn base(&self, right: Right) -> Vec<String> {
        let all = |granted: bool| if granted { vec!["*".into()] } else { Vec::new() };
        match right {
            Right::Model => self.models.clone(),
            Right::Tool => self.tools.clone(),
            Right::Variable => self.environment.keys().cloned().collect(),
            Right::State => all(self.state),
            Right::Emit | Right::Subscribe => all(self.events),
            Right::Hook => all(true),
        }
    }

    /// Whether that is all that the glob is for. Which variables match a glob has been looked up for it.
    pub(crate) fn base_covers(&self, right: Right, glob: &Glob) -> bool {
        match right {
            Right::Variable => glob.text().contains('*') || self.environment.contains_key(glob.text()),
            _ => matches(&self.base(right), glob.text()),
        }
    }

    pub(crate) fn base_denial(&self, right: Right, name: &str) -> Failure {
        let granted = self.base(right);
        let granted = if granted.is_empty() { "none".into() } else { granted.join(", ") };
        let noun = right.noun();
        let whose = match right {
            Right::Model => format!("; granted are: {granted} ([grants] models in the configuration)"),
            Right::Tool => format!("; granted are: {granted} ([grants] tools in the configuration)"),
            Right::Variable => format!(": --allow-env {name} grants it"),
            Right::State => " ([grants] state in the configuration)".into(),
            _ => " to this run".into(),
        };
        Failure::denied(format!("the {noun} '{name}' is not granted{whose}"))
    }
}

fn matches(patterns: &[String], name: &str) -> bool {
    patterns.iter().any(|pattern| WildMatch::new(pattern).matches(name))
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
        for need in [
            Need::Tool("t"),
            Need::Model("local/m"),
            Need::Modules,
            Need::State("global"),
            Need::Emit("e"),
            Need::Subscribe("e"),
            Need::Variable("HOME"),
        ] {
            assert_eq!(Grants::default().check(need).unwrap_err().code, "denied", "{need:?}");
        }
    }

    #[test]
    fn all_scopes_are_not_granted_where_one_is_denied() {
        let within = |text| Grants::local().within(Policy::parse("p.toml", text).unwrap());
        let all = |text| within(text).check(Need::State("*"));
        assert!(all("[state]\nallow = [\"*\"]\n").is_ok());
        let message = all("[state]\nallow = [\"*\"]\ndeny = [\"secret:*\"]\n").unwrap_err().message;
        assert_eq!(message, "the state scope '*' is denied by [state] deny = \"secret:*\" in p.toml, line 3");
        assert!(all("[state]\nallow = [\"global\"]\n").is_err());
        let some = within("[state]\nallow = [\"*\"]\ndeny = [\"secret:*\"]\n");
        assert!(some.check(Need::State("global")).is_ok() && some.check(Need::State("secret:a")).is_err());
        let both = ["global".to_owned(), "*".to_owned()];
        assert!(some.check(Need::States(&both)).is_err());
    }

    #[test]
    fn every_policy_has_to_allow_it_and_the_one_that_does_not_is_named() {
        let policy = |name, text| Policy::parse(name, text).unwrap();
        let grants = Grants::local()
            .within(policy("/etc/operator.toml", "[tools]\nallow = [\"web_*\", \"mail\"]\ndeny = [\"web-post\"]\n"))
            .within(policy("acme.toml", "[tools]\nallow = [\"*\"]\ndeny = [\"mail\"]\n[limits]\nfuel = 1000\n"));
        assert!(grants.check(Need::Tool("web_search")).is_ok());
        let message = |need| grants.check(need).unwrap_err().message;
        assert_eq!(
            message(Need::Tool("web_post")),
            "the tool 'web_post' is denied by [tools] deny = \"web-post\" in operator.toml, line 3"
        );
        assert_eq!(
            message(Need::Tool("mail")),
            "the tool 'mail' is denied by [tools] deny = \"mail\" in acme.toml, line 3"
        );
        assert_eq!(
            message(Need::Model("openai/gpt-4")),
            "the model 'openai/gpt-4' is not granted: [models] allow in operator.toml would grant it"
        );
        assert_eq!(grants.tighten(Limits::default()).fuel, 1000);
    }
}
