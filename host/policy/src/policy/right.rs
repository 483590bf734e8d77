//! What can be granted by name: a row of data for each kind of thing.

use std::borrow::Cow;
use std::fmt;

use super::grammar::{self, Check, Normal};
use super::host_name;

/// A kind of thing that a spell may use or not. A new one is a row of `rights!` below.
#[derive(Clone, Copy)]
pub struct Right(&'static Row);

struct Row {
    /// Of a policy.
    section: &'static str,
    /// The key in the section that grants just this.
    key: &'static str,
    noun: &'static str,
    granted_by: GrantedBy,
    /// Where a missing grant goes, for the end of a denial; `{granted}` and `{name}` stand for what is granted and needed.
    hint: &'static str,
    flag: Option<&'static str>,
    /// What separates the parts of a name, and into how many parts a name is split at most.
    separators: &'static [char],
    most_parts: usize,
    /// In place of separators: the parts of a name that is read in another order.
    own_parts: Option<for<'a> fn(&'a str) -> Vec<&'a str>>,
    normal: Normal,
    check: Check,
    /// Turns a pattern of a policy into the words that it is checked by.
    canonical: fn(&str) -> Result<String, String>,
    /// Whether a name that a call needs stands for more than itself: then everything it stands for has to be granted.
    is_pattern: fn(&str) -> bool,
    /// The key of a policy's `[approval]` that its names are listed under. `None`: no policy can ask for a yes to it.
    approval: Option<&'static str>,
    /// What a run has taken in that used it: a word of [`SOURCES`].
    source: Option<&'static str>,
    /// Where what a run has taken in may go by it: a word of [`SINKS`].
    sink: Option<&'static str>,
}

/// What the caller of a run grants a right by, before any policy has a say: a field of [`Grants`](super::Grants).
#[derive(Clone, Copy)]
pub(super) enum GrantedBy {
    Models,
    Tools,
    Environment,
    Read,
    Write,
    Network,
    Mcp,
    Secrets,
    State,
    Events,
    /// Nothing: every spell has it, unless a policy takes it away.
    Default,
}

impl Row {
    /// A right whose names are single words without other spellings.
    const fn plain(section: &'static str, noun: &'static str, granted_by: GrantedBy, hint: &'static str) -> Row {
        Row {
            section,
            key: ALLOW,
            noun,
            granted_by,
            hint,
            flag: None,
            separators: &[],
            most_parts: 1,
            own_parts: None,
            normal: grammar::same,
            check: grammar::anything,
            canonical: |text| Ok(text.into()),
            is_pattern: |_| false,
            approval: None,
            source: None,
            sink: None,
        }
    }
}

/// More than a glob can have.
const PARTS: usize = 32;

/// As many as a path of the longest kind can have.
const PATH_PARTS: usize = 4 << 10;

const ALLOW: &str = "allow";

const TO_THIS_RUN: &str = " to this run";

const TO_THE_STORE: &str = " ([grants] state in the configuration)";

/// Makes each row a constant of [`Right`], and the list of them all.
macro_rules! rights {
    ($($(#[doc = $doc:literal])+ $name:ident = $row:expr;)+) => {
        impl Right {
            $($(#[doc = $doc])+ pub const $name: Right = Right(&$row);)+

            /// Every right that a policy has a say about.
            pub const ALL: &[Right] = &[$(Right::$name),+];
        }
    };
}

rights! {
    /// "provider/model".
    MODEL = Row {
        flag: Some("--allow-model"),
        separators: &['/'],
        most_parts: PARTS,
        normal: grammar::model_normal,
        check: grammar::model_check,
        approval: Some("models"),
        source: Some("models"),
        sink: Some("models"),
        ..Row::plain(
            "models",
            "model",
            GrantedBy::Models,
            "; granted are: {granted} ([grants] models in the configuration)",
        )
    };

    /// A tool of the host program. The spell's own tools need no grant.
    TOOL = Row {
        flag: Some("--allow-tool"),
        normal: grammar::tool_normal,
        check: grammar::tool_check,
        approval: Some("tools"),
        source: Some("tools"),
        sink: Some("tools"),
        ..Row::plain("tools", "tool", GrantedBy::Tools, "; granted are: {granted} ([grants] tools in the configuration)")
    };

    /// The name of an environment variable.
    VARIABLE = Row {
        flag: Some("--allow-env"),
        check: grammar::variable_check,
        source: Some("env"),
        ..Row::plain("env", "environment variable", GrantedBy::Environment, ": --allow-env {name} grants it")
    };

    /// A path that is read: a file's text, a folder's names, what is known of it.
    READ = Row {
        key: "read",
        flag: Some("--allow-read"),
        separators: &['/'],
        most_parts: PATH_PARTS,
        normal: grammar::path_normal,
        approval: Some("read"),
        source: Some("files"),
        ..Row::plain("files", "path to read", GrantedBy::Read, ": --allow-read {name} grants it")
    };

    /// A path that is written, made, moved or removed.
    WRITE = Row {
        key: "write",
        flag: Some("--allow-write"),
        separators: &['/'],
        most_parts: PATH_PARTS,
        normal: grammar::path_normal,
        approval: Some("write"),
        sink: Some("files"),
        ..Row::plain("files", "path to write", GrantedBy::Write, ": --allow-write {name} grants it")
    };

    /// A host and a port that requests are sent to: "example.org:443".
    NETWORK = Row {
        flag: Some("--allow-net"),
        source: Some("web"),
        sink: Some("network"),
        approval: Some("hosts"),
        own_parts: Some(host_name::parts),
        canonical: host_name::canonical,
        ..Row::plain("network", "host", GrantedBy::Network, ": --allow-net {name} grants it")
    };

    /// What a server of the Model Context Protocol offers: a tool, as "time.get_current_time", a prompt, as
    /// "time.prompt:NAME", or a resource, as "time.resource:URI".
    MCP = Row {
        flag: Some("--mcp"),
        source: Some("mcp"),
        sink: Some("mcp"),
        approval: Some("mcp"),
        separators: &['.'],
        most_parts: 2,
        canonical: grammar::mcp,
        check: grammar::mcp_check,
        ..Row::plain("mcp", "MCP tool", GrantedBy::Mcp, ": --mcp {name} grants it")
    };

    /// The name of a secret that the operator keeps for some hosts.
    SECRET = Row {
        flag: Some("--allow-secret"),
        source: Some("secrets"),
        check: grammar::secret_check,
        ..Row::plain(
            "secrets",
            "secret",
            GrantedBy::Secrets,
            "; granted are: {granted} ([grants] secrets in the configuration)",
        )
    };

    /// A scope of the tenant's state, such as "global" or "agent:writer".
    STATE = Row {
        separators: &[':'],
        most_parts: PARTS,
        is_pattern: |name| name == "*",
        source: Some("state"),
        sink: Some("state"),
        ..Row::plain("state", "state scope", GrantedBy::State, TO_THE_STORE)
    };

    /// The id of a session of the tenant.
    SESSION = Row {
        separators: &[':'],
        most_parts: PARTS,
        is_pattern: |name| name == "*",
        source: Some("state"),
        sink: Some("state"),
        ..Row::plain("sessions", "session", GrantedBy::State, TO_THE_STORE)
    };

    /// The id of a session whose artifacts are read, or "global".
    ARTIFACT_READ = Row {
        key: "read",
        separators: &[':'],
        most_parts: PARTS,
        is_pattern: |name| name == "*",
        source: Some("state"),
        ..Row::plain("artifacts", "session whose artifacts are read", GrantedBy::State, TO_THE_STORE)
    };

    /// The id of a session whose artifacts are stored and deleted, or "global".
    ARTIFACT_WRITE = Row {
        key: "write",
        separators: &[':'],
        most_parts: PARTS,
        is_pattern: |name| name == "*",
        sink: Some("state"),
        ..Row::plain("artifacts", "session whose artifacts are changed", GrantedBy::State, TO_THE_STORE)
    };

    /// A collection of documents, such as "default" or "tenant:acme/docs".
    COLLECTION = Row {
        key: "collections",
        separators: &[':', '/'],
        most_parts: PARTS,
        source: Some("state"),
        sink: Some("state"),
        ..Row::plain("retrieval", "collection", GrantedBy::State, " ([grants] state in the configuration)")
    };

    /// The type of an event that reaches other runs of the tenant. Within its run a spell may emit what it likes.
    EMIT = Row {
        key: "emit",
        separators: &['.', ':'],
        most_parts: PARTS,
        sink: Some("events"),
        ..Row::plain("events", "event for other runs", GrantedBy::Events, TO_THIS_RUN)
    };

    /// The type of an event that comes from other runs of the tenant.
    SUBSCRIBE = Row {
        key: "subscribe",
        separators: &['.', ':'],
        most_parts: PARTS,
        source: Some("events"),
        ..Row::plain("events", "event of other runs", GrantedBy::Events, TO_THIS_RUN)
    };

    /// A point that a hook may be registered for, in canonical words, without a component: "agent:before_execution".
    HOOK = Row {
        separators: &[':'],
        most_parts: 2,
        canonical: grammar::hook_point,
        is_pattern: |_| true,
        ..Row::plain("hooks", "hook point", GrantedBy::Default, TO_THIS_RUN)
    };

    /// A language that spells are written in, such as "lua". A policy that allows none by name leaves them all.
    LANGUAGE = Row::plain("languages", "language", GrantedBy::Default, TO_THIS_RUN);
}

impl Right {
    /// Its place in [`Right::ALL`].
    pub(super) fn index(self) -> usize {
        Right::ALL.iter().position(|right| *right == self).unwrap_or(usize::MAX)
    }

    /// The section of a policy that it is about.
    pub fn section(self) -> &'static str {
        self.0.section
    }

    /// Where in the section a grant of just this goes.
    pub fn key(self) -> &'static str {
        self.0.key
    }

    /// What messages call one of its names.
    pub fn noun(self) -> &'static str {
        self.0.noun
    }

    /// The flag of the command line that grants it, if one does.
    pub fn flag(self) -> Option<&'static str> {
        self.0.flag
    }

    /// What the caller of a run grants it by.
    pub(super) fn granted_by(self) -> GrantedBy {
        self.0.granted_by
    }

    /// Where a missing grant goes, for the end of a denial.
    pub(super) fn hint(self) -> &'static str {
        self.0.hint
    }

    /// The spelling that names which mean the same have in common.
    pub(super) fn normal(self, name: &str) -> Cow<'_, str> {
        (self.0.normal)(name)
    }

    /// The spelling in which denials are compared: providers take the name of a model in any case, and some systems a path.
    /// Who denies a tool of an MCP server may have written it as other tools may be written.
    pub(super) fn denied_as<'a>(self, name: &'a str) -> Cow<'a, str> {
        if self == Right::MODEL || self.is_path() {
            name.to_lowercase().into()
        } else if self == Right::MCP {
            name.replace('-', "_").into()
        } else {
            name.into()
        }
    }

    /// Whether its names are paths: each pattern is then for what it names and for all that is below.
    pub fn is_path(self) -> bool {
        self == Right::READ || self == Right::WRITE
    }

    /// Whether its names are hosts, whose patterns may come with terms.
    pub fn is_host(self) -> bool {
        self == Right::NETWORK
    }

    /// Whether a policy that allows nothing of it says nothing of it, but for what it denies.
    pub fn is_free(self) -> bool {
        self == Right::LANGUAGE
    }

    /// Whether nobody has any of it who was not granted it by name: what a person at a prompt does not speak of is not granted.
    pub fn is_named(self) -> bool {
        self == Right::VARIABLE || self == Right::MCP || self.is_path() || self.is_host()
    }

    /// What is wrong with a pattern of a policy.
    pub(super) fn check_pattern(self, text: &str, allows: bool) -> Result<(), String> {
        (self.0.check)(text, allows)
    }

    /// A pattern of a policy in the words that it is checked by.
    pub(super) fn canonical(self, text: &str) -> Result<String, String> {
        (self.0.canonical)(text)
    }

    /// The key of a policy's `[approval]` that its names are listed under.
    pub fn approval(self) -> Option<&'static str> {
        self.0.approval
    }

    /// What a run has taken in that used it: a word of [`SOURCES`].
    pub fn source(self) -> Option<&'static str> {
        self.0.source
    }

    /// Where what a run has taken in may go by it: a word of [`SINKS`].
    pub fn sink(self) -> Option<&'static str> {
        self.0.sink
    }

    /// Whether a name that a call needs stands for more than itself.
    pub(super) fn is_pattern(self, name: &str) -> bool {
        (self.0.is_pattern)(name)
    }

    /// The parts of a name. Beyond what a glob can have, they are not split any more.
    pub(super) fn split(self, name: &str) -> Vec<&str> {
        if let Some(parts) = self.0.own_parts {
            parts(name)
        } else if self.0.separators.is_empty() {
            vec![name]
        } else {
            name.splitn(self.0.most_parts, self.0.separators).collect()
        }
    }
}

impl PartialEq for Right {
    fn eq(&self, other: &Right) -> bool {
        std::ptr::eq(self.0, other.0) || (self.0.section, self.0.key) == (other.0.section, other.0.key)
    }
}

impl Eq for Right {}

impl PartialOrd for Right {
    fn partial_cmp(&self, other: &Right) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Right {
    fn cmp(&self, other: &Right) -> std::cmp::Ordering {
        self.index().cmp(&other.index())
    }
}

impl fmt::Debug for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.0.section, self.0.key)
    }
}

/// The sections of a policy that grant rights, in the order of [`Right::ALL`].
pub(super) fn sections() -> Vec<&'static str> {
    let mut sections: Vec<&str> = Right::ALL.iter().map(|right| right.section()).collect();
    // Those of one section stand together.
    sections.dedup();
    sections
}

/// The keys of a policy's section beside `deny`, each with the rights that its list gives: first `allow`, which gives all of
/// the section. Empty where no right has this section.
pub(super) fn keys(section: &str) -> Vec<(&'static str, Vec<Right>)> {
    let all: Vec<Right> = Right::ALL.iter().copied().filter(|right| right.section() == section).collect();
    if all.is_empty() {
        return Vec::new();
    }
    let own = all.iter().filter(|right| right.key() != ALLOW).map(|right| (right.key(), vec![*right]));
    let own: Vec<_> = own.collect();
    [(ALLOW, all)].into_iter().chain(own).collect()
}

/// What a run can have taken in, as `[taint]` of a policy names it.
pub const SOURCES: &[&str] = &["web", "files", "events", "state", "secrets", "models", "tools", "mcp", "env"];

/// Where it can go.
pub const SINKS: &[&str] = &["network", "files", "events", "state", "models", "tools", "mcp"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_gives_its_rights_by_allow_and_by_their_own_keys() {
        let expected = [
            "models",
            "tools",
            "env",
            "files",
            "network",
            "mcp",
            "secrets",
            "state",
            "sessions",
            "artifacts",
            "retrieval",
            "events",
            "hooks",
            "languages",
        ];
        assert_eq!(sections(), expected);
        assert_eq!(keys("models"), [("allow", vec![Right::MODEL])]);
        let both = vec![Right::EMIT, Right::SUBSCRIBE];
        let events = [("allow", both), ("emit", vec![Right::EMIT]), ("subscribe", vec![Right::SUBSCRIBE])];
        assert_eq!(keys("events"), events);
        assert_eq!(keys("nothing"), []);
    }

    #[test]
    fn the_rights_of_a_section_stand_together_under_different_keys() {
        let mut distinct = sections();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), sections().len());
        for (place, right) in Right::ALL.iter().enumerate() {
            assert_eq!(right.index(), place, "{right:?} has the section and the key of another right");
        }
    }
}
