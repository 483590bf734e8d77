//! The permissions that a run starts with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use wildmatch::WildMatch;

use llmspell_base::Failure;

use llmspell_base::limits::Limits;

use super::host_name::is_literal;
use super::right::GrantedBy;
use super::{Glob, NAME_CHARS, Permission, Policy, Right};

/// What a spell may use. The default grants nothing.
///
/// The fields are what the caller of the run grants; each policy narrows that further ([`Grants::within`]).
///
/// ```
/// use llmspell_policy::{Grants, Policy, Right};
///
/// let operator = Policy::parse("operator.toml", "[tools]\nallow = [\"web_*\"]\ndeny = [\"web_post\"]\n")?;
/// let grants = Grants { tools: vec!["*".into()], ..Grants::default() }.within(operator);
/// assert!(grants.allows(Right::TOOL, "web_search"));
/// assert!(!grants.allows(Right::TOOL, "web_post"));
/// # Ok::<(), llmspell_policy::PolicyError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Grants {
    /// Patterns of "provider/model", where `*` stands for anything.
    pub models: Vec<String>,
    /// Patterns of names of the host program's tools. The spell's own tools need no grant.
    pub tools: Vec<String>,
    /// Names of environment variables, with what they hold; `None` where they are not set.
    pub environment: BTreeMap<String, Option<String>>,
    /// Patterns of paths that are read: absolute, each for what it names and for all that is below. See [`Glob::parse`].
    pub read: Vec<String>,
    /// Patterns of paths that are written, made, moved and removed.
    pub write: Vec<String>,
    /// Patterns of hosts that requests may go to: "example.org", "*.example.org:8443", "127.0.0.1:8080". A host with a private
    /// address has to be granted as that address or as "localhost", or by a policy that says so.
    pub network: Vec<String>,
    /// Patterns of what servers of the Model Context Protocol offer: "time.*", "git.git_log".
    pub mcp: Vec<String>,
    /// Patterns of names of secrets that the configuration keeps for some hosts.
    pub secrets: Vec<String>,
    /// What relative paths are below. `None`: the first granted folder that is for them.
    pub work_folder: Option<PathBuf>,
    /// What the host program keeps for itself, such as keys and compiled guests: whatever else is granted, no file there is read or
    /// changed. Absolute, without links. A last name that ends with `*` stands for all that begin like it.
    pub off_limits: Vec<PathBuf>,
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
        Grants {
            models: all(),
            tools: all(),
            secrets: all(),
            modules: true,
            state: true,
            events: true,
            ..Grants::default()
        }
    }

    /// The same, and not more than this policy allows.
    pub fn within(mut self, policy: impl Into<Arc<Policy>>) -> Grants {
        self.policies.push(policy.into());
        self
    }

    /// Whether the grants and every policy allow it.
    pub fn allows(&self, right: Right, name: &str) -> bool {
        self.check_name(right, name).is_ok()
    }

    /// Those of `environment` that the policies leave.
    pub fn variables(&self) -> BTreeMap<String, Option<String>> {
        let mut variables = self.environment.clone();
        variables.retain(|name, _| self.allows(Right::VARIABLE, name));
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

    /// Whether everything that a call needs is granted. A denial names the grant that is missing and where it goes.
    pub fn check(&self, permission: &Permission<'_>) -> Result<(), Failure> {
        if permission.is_modules() && !self.modules {
            return Err(Failure::denied("files beside the spell are not granted"));
        }
        permission.names().try_for_each(|name| self.check_one(permission, name))
    }

    /// The same for one of the names that are needed.
    pub fn check_one(&self, permission: &Permission<'_>, name: &str) -> Result<(), Failure> {
        let Some(right) = permission.right() else { return Ok(()) };
        for alias in permission.aliases() {
            self.policies.iter().try_for_each(|policy| policy.check_not_denied(right, alias))?;
        }
        if permission.is_by_default() {
            return self.policies.iter().try_for_each(|policy| policy.check_not_denied(right, name));
        }
        if right.is_pattern(name) {
            let glob = Glob::of(right, name);
            self.policies.iter().try_for_each(|policy| policy.check_glob(right, &glob))?;
        }
        self.check_name(right, name)?;
        match permission.request() {
            Some((method, path)) => self.policies.iter().try_for_each(|one| one.check_request(name, method, path)),
            None => Ok(()),
        }
    }

    /// Whether this name is granted.
    pub fn check_name(&self, right: Right, name: &str) -> Result<(), Failure> {
        if right.is_path() && self.is_off_limits(name) {
            let name = name.escape_debug().take(NAME_CHARS).collect::<String>();
            return Err(Failure::denied(format!(
                "'{name}' is what this program keeps for itself: no grant reaches it"
            )));
        }
        // Policies come first: they say where a grant goes.
        self.policies.iter().try_for_each(|policy| policy.check(right, name))?;
        if self.base_grants(right, name) { Ok(()) } else { Err(self.base_denial(right, name)) }
    }

    /// Whatever the case of its letters: some systems take one for the other.
    fn is_off_limits(&self, path: &str) -> bool {
        let path = path.to_lowercase();
        self.off_limits.iter().any(|own| {
            let own = own.to_string_lossy().to_lowercase();
            Path::new(&path).starts_with(&own)
                || own.strip_suffix('*').is_some_and(|start| !start.ends_with('/') && path.starts_with(start))
        })
    }

    /// Whether a policy says something of it.
    pub fn speaks_of(&self, right: Right) -> bool {
        self.policies.iter().any(|policy| policy.speaks_of(right))
    }

    /// Whether something may be granted that the pattern is for.
    pub fn may_have(&self, right: Right, pattern: &str) -> bool {
        let glob = Glob::of(right, pattern);
        self.base(right).iter().any(|text| Glob::of(right, text).overlaps(&glob))
            && self.policies.iter().all(|policy| policy.may_allow(right, &glob))
    }

    /// The patterns that are granted before any policy has a say.
    pub(crate) fn base(&self, right: Right) -> Vec<String> {
        match right.granted_by() {
            GrantedBy::Models => self.models.clone(),
            GrantedBy::Tools => self.tools.clone(),
            GrantedBy::Environment => self.environment.keys().cloned().collect(),
            GrantedBy::Read => self.read.clone(),
            GrantedBy::Write => self.write.clone(),
            GrantedBy::Network => self.network.clone(),
            GrantedBy::Mcp => self.mcp.clone(),
            GrantedBy::Secrets => self.secrets.clone(),
            GrantedBy::State => all(self.state),
            GrantedBy::Events => all(self.events),
            GrantedBy::Default => all(true),
        }
    }

    fn base_grants(&self, right: Right, name: &str) -> bool {
        match right.granted_by() {
            GrantedBy::Models => matches(&self.models, name),
            GrantedBy::Tools => matches(&self.tools, name),
            GrantedBy::Environment => self.environment.contains_key(name),
            GrantedBy::Read => covers(right, &self.read, name),
            GrantedBy::Write => covers(right, &self.write, name),
            GrantedBy::Network => covers(right, &self.network, name),
            GrantedBy::Mcp => covers(right, &self.mcp, name),
            GrantedBy::Secrets => matches(&self.secrets, name),
            GrantedBy::State => self.state,
            GrantedBy::Events => self.events,
            GrantedBy::Default => true,
        }
    }

    /// Whether that is all that the glob is for. Which variables match a glob has been looked up for it.
    pub(crate) fn base_covers(&self, right: Right, glob: &Glob) -> bool {
        if right == Right::VARIABLE {
            return glob.text().contains('*') || self.environment.contains_key(glob.text());
        }
        match right.is_path() || right.is_host() || right == Right::MCP {
            true => covers(right, &self.base(right), glob.text()),
            false => matches(&self.base(right), glob.text()),
        }
    }

    /// How many bytes this file may have; `None` where no policy bounds it.
    pub fn max_file(&self, right: Right, path: &str) -> Option<u64> {
        self.policies.iter().filter_map(|policy| policy.max_file(right, path)).min()
    }

    /// Whether a host may have a private address: something that is granted names that address, or a policy says so, and none of
    /// the others says less. What a spell asks for itself never says it.
    pub fn may_be_private(&self, host: &str) -> bool {
        let asked = Glob::of(Right::NETWORK, host);
        let literal = |text: &&String| is_literal(text) && Glob::of(Right::NETWORK, text).covers(&asked);
        let said = || self.policies.iter().any(|one| one.may_be_private(host) == Some(true));
        (self.network.iter().any(|text| literal(&text)) || said())
            && self.policies.iter().all(|one| one.may_be_private(host) != Some(false))
    }

    /// Bytes of a response that this host may send, where a policy bounds them.
    pub fn max_response(&self, host: &str) -> Option<u64> {
        self.policies.iter().filter_map(|policy| policy.max_response(host)).min()
    }

    /// How many requests a minute may go to this host, each with the entry of a policy that says so.
    pub fn request_rates(&self, host: &str) -> Vec<(String, u32)> {
        self.policies.iter().filter_map(|policy| policy.request_rate(host)).collect()
    }

    pub(crate) fn base_denial(&self, right: Right, name: &str) -> Failure {
        let granted = self.base(right);
        let granted = if granted.is_empty() { "none".into() } else { granted.join(", ") };
        let noun = right.noun();
        let name = name.escape_debug().take(NAME_CHARS).collect::<String>();
        let hint = right.hint().replace("{granted}", &granted).replace("{name}", &name);
        Failure::denied(format!("the {noun} '{name}' is not granted{hint}"))
    }
}

fn all(granted: bool) -> Vec<String> {
    if granted { vec!["*".into()] } else { Vec::new() }
}

/// Of paths, each pattern is for all that is below.
fn covers(right: Right, patterns: &[String], name: &str) -> bool {
    let asked = Glob::of(right, name);
    patterns.iter().any(|pattern| Glob::of(right, pattern).covers(&asked))
}

fn matches(patterns: &[String], name: &str) -> bool {
    patterns.iter().any(|pattern| WildMatch::new(pattern).matches(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_grants_every_model() {
        assert!(Grants::local().check(&Permission::of(Right::MODEL, "openai/org/gpt-4")).is_ok());
    }

    #[test]
    fn what_is_there_by_default_is_only_denied() {
        let within = |text| Grants::default().within(Policy::parse("p.toml", text).unwrap());
        let need = Permission::of(Right::TOOL, "text-manipulator").by_default();
        assert!(Grants::default().check(&need).is_ok());
        assert!(within("[tools]\nallow = [\"web_*\"]\n").check(&need).is_ok());
        let denied = within("[tools]\ndeny = [\"text_*\"]\n").check(&need).unwrap_err().message;
        assert_eq!(denied, "the tool 'text-manipulator' is denied by [tools] deny = \"text_*\" in p.toml, line 2");
    }

    #[test]
    fn no_grant_reaches_what_is_off_limits() {
        let (read, off_limits) = (vec!["/home".into()], vec!["/home/own".into()]);
        let grants = Grants { write: read.clone(), read, off_limits, ..Grants::default() };
        for right in [Right::READ, Right::WRITE] {
            assert!(["/home", "/home/a", "/home/own-not"].iter().all(|path| grants.allows(right, path)));
            assert!(["/home/own", "/home/own/a/b", "/home/OWN/a"].iter().all(|path| !grants.allows(right, path)));
        }
        let grants = Grants { off_limits: vec!["/home/a.db.old-*".into()], ..grants };
        for (path, is_allowed) in [
            ("/home/a.db.old-1", false),
            ("/home/A.DB.old-2/x", false),
            ("/home/a.db", true),
            ("/home/a.db.ol", true),
            ("/home/b/a.db.old-1", true),
        ] {
            assert_eq!(grants.allows(Right::READ, path), is_allowed, "{path}");
        }
    }

    #[test]
    fn languages_are_free_until_a_policy_allows_some() {
        let within = |text| Grants::default().within(Policy::parse("p.toml", text).unwrap());
        let allows = |text, name| within(text).check(&Permission::of(Right::LANGUAGE, name)).is_ok();
        assert!(allows("[tools]\nallow = [\"a\"]\n", "python"));
        let some = "[languages]\nallow = [\"lua\", \"py*\"]\ndeny = [\"pypy\"]\n";
        assert!(allows(some, "lua") && allows(some, "python") && !allows(some, "pypy") && !allows(some, "javascript"));
        let denied = "[languages]\ndeny = [\"javascript\"]\n";
        assert!(allows(denied, "lua") && !allows(denied, "javascript"));
        assert!(within(some).speaks_of(Right::LANGUAGE) && !Grants::local().speaks_of(Right::LANGUAGE));
    }

    #[test]
    fn a_model_outside_the_patterns_is_denied_and_named() {
        let grants = Grants { models: vec!["openai/gpt-4*".into()], ..Grants::default() };
        assert!(grants.check(&Permission::of(Right::MODEL, "openai/gpt-4o")).is_ok());
        let denied = grants.check(&Permission::of(Right::MODEL, "openai/o1")).unwrap_err();
        assert_eq!((&*denied.code, denied.message.contains("openai/o1")), ("denied", true));
    }

    #[test]
    fn a_tool_outside_the_patterns_is_denied_and_the_grant_named() {
        let grants = Grants { tools: vec!["web_*".into()], ..Grants::default() };
        assert!(grants.check(&Permission::of(Right::TOOL, "web_search")).is_ok());
        let denied = grants.check(&Permission::of(Right::TOOL, "mail")).unwrap_err();
        assert_eq!(
            denied.message,
            "the tool 'mail' is not granted; granted are: web_* ([grants] tools in the configuration)"
        );
    }

    #[test]
    fn nothing_is_granted_by_default() {
        for need in [
            &Permission::of(Right::TOOL, "t"),
            &Permission::of(Right::MODEL, "local/m"),
            &Permission::MODULES,
            &Permission::of(Right::STATE, "global"),
            &Permission::of(Right::EMIT, "e"),
            &Permission::of(Right::SUBSCRIBE, "e"),
            &Permission::of(Right::VARIABLE, "HOME"),
        ] {
            assert_eq!(Grants::default().check(need).unwrap_err().code, "denied", "{need:?}");
        }
    }

    #[test]
    fn all_scopes_are_not_granted_where_one_is_denied() {
        let within = |text| Grants::local().within(Policy::parse("p.toml", text).unwrap());
        let all = |text| within(text).check(&Permission::of(Right::STATE, "*"));
        assert!(all("[state]\nallow = [\"*\"]\n").is_ok());
        let message = all("[state]\nallow = [\"*\"]\ndeny = [\"secret:*\"]\n").unwrap_err().message;
        assert_eq!(message, "the state scope '*' is denied by [state] deny = \"secret:*\" in p.toml, line 3");
        assert!(all("[state]\nallow = [\"global\"]\n").is_err());
        let some = within("[state]\nallow = [\"*\"]\ndeny = [\"secret:*\"]\n");
        assert!(
            some.check(&Permission::of(Right::STATE, "global")).is_ok()
                && some.check(&Permission::of(Right::STATE, "secret:a")).is_err()
        );
        let both = ["global".to_owned(), "*".to_owned()];
        assert!(some.check(&Permission::all(Right::STATE, &both)).is_err());
    }

    #[test]
    fn a_model_that_is_denied_is_denied_in_any_case() {
        let within = |text| {
            Grants { models: vec!["*".into()], ..Grants::local() }.within(Policy::parse("p.toml", text).unwrap())
        };
        let grants = within("[models]\nallow = [\"*\"]\ndeny = [\"openai/GPT-4o\", \"Groq/*\"]\n");
        for name in ["openai/gpt-4o", "OpenAI/GPT-4O", "openai/Gpt-4o", "groq/x", "GROQ/org/x"] {
            assert!(!grants.allows(Right::MODEL, name), "{name}");
        }
        assert!(grants.allows(Right::MODEL, "openai/gpt-4o-mini") && grants.allows(Right::MODEL, "openai/GPT-4"));
        // What is allowed is so as it is written, and other names have a case that counts.
        assert!(!within("[models]\nallow = [\"openai/gpt-4o\"]\n").allows(Right::MODEL, "openai/GPT-4o"));
        let state = within("[state]\nallow = [\"*\"]\ndeny = [\"secret\"]\n");
        assert!(state.allows(Right::STATE, "Secret") && !state.allows(Right::STATE, "secret"));
        let error =
            Policy::parse("p.toml", "[models]\nallow = [\"openai/gpt-4o\"]\ndeny = [\"OpenAI/*\"]\n").unwrap_err();
        assert!(error.to_string().contains("can never be granted"), "{error}");
    }

    #[test]
    fn every_policy_has_to_allow_it_and_the_one_that_does_not_is_named() {
        let policy = |name, text| Policy::parse(name, text).unwrap();
        let grants = Grants::local()
            .within(policy("/etc/operator.toml", "[tools]\nallow = [\"web_*\", \"mail\"]\ndeny = [\"web-post\"]\n"))
            .within(policy("acme.toml", "[tools]\nallow = [\"*\"]\ndeny = [\"mail\"]\n[limits]\nfuel = 1000\n"));
        assert!(grants.check(&Permission::of(Right::TOOL, "web_search")).is_ok());
        let message = |need: &Permission<'_>| grants.check(need).unwrap_err().message;
        assert_eq!(
            message(&Permission::of(Right::TOOL, "web_post")),
            "the tool 'web_post' is denied by [tools] deny = \"web-post\" in operator.toml, line 3"
        );
        assert_eq!(
            message(&Permission::of(Right::TOOL, "mail")),
            "the tool 'mail' is denied by [tools] deny = \"mail\" in acme.toml, line 3"
        );
        assert_eq!(
            message(&Permission::of(Right::MODEL, "openai/gpt-4")),
            "the model 'openai/gpt-4' is not granted: [models] allow in operator.toml would grant it"
        );
        assert_eq!(grants.tighten(Limits::default()).fuel, 1000);
    }
}
