//! What can be granted by name.

/// A kind of thing that a spell may use or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// "provider/model".
    Model,
    /// A tool of the host program. The spell's own tools need no grant.
    Tool,
    /// The name of an environment variable.
    Variable,
    /// A scope of the tenant's state, such as "global" or "agent:writer".
    State,
    /// The type of an event that reaches other runs of the tenant. Within its run a spell may emit what it likes.
    Emit,
    /// The type of an event that comes from other runs of the tenant.
    Subscribe,
    /// A point that a hook may be registered for, in canonical words, without a component: "agent:before_execution".
    Hook,
}

/// A section of a policy, and what may stand in it beside `deny`: which rights an `allow` list of this key gives.
pub(super) type Keys = &'static [(&'static str, &'static [Right])];

pub(super) const SECTIONS: &[(&str, Keys)] = &[
    ("models", &[("allow", &[Right::Model])]),
    ("tools", &[("allow", &[Right::Tool])]),
    ("env", &[("allow", &[Right::Variable])]),
    ("state", &[("allow", &[Right::State])]),
    (
        "events",
        &[("allow", &[Right::Emit, Right::Subscribe]), ("emit", &[Right::Emit]), ("subscribe", &[Right::Subscribe])],
    ),
    ("hooks", &[("allow", &[Right::Hook])]),
];

/// They come with the interfaces that they are about.
pub(super) const RESERVED: &[&str] = &["files", "network", "secrets", "retrieval", "approvals"];

/// More than a glob can have.
const PARTS: usize = 32;

impl Right {
    pub const ALL: &[Right] =
        &[Right::Model, Right::Tool, Right::Variable, Right::State, Right::Emit, Right::Subscribe, Right::Hook];

    pub(super) fn index(self) -> usize {
        self as usize
    }

    /// Of a policy.
    pub fn section(self) -> &'static str {
        match self {
            Right::Model => "models",
            Right::Tool => "tools",
            Right::Variable => "env",
            Right::State => "state",
            Right::Emit | Right::Subscribe => "events",
            Right::Hook => "hooks",
        }
    }

    /// Where in the section a grant of just this goes.
    pub fn key(self) -> &'static str {
        match self {
            Right::Emit => "emit",
            Right::Subscribe => "subscribe",
            _ => "allow",
        }
    }

    pub fn noun(self) -> &'static str {
        match self {
            Right::Model => "model",
            Right::Tool => "tool",
            Right::Variable => "environment variable",
            Right::State => "state scope",
            Right::Emit => "event for other runs",
            Right::Subscribe => "event of other runs",
            Right::Hook => "hook point",
        }
    }

    /// What grants it at a prompt, if a flag does.
    pub fn flag(self) -> Option<&'static str> {
        match self {
            Right::Model => Some("--allow-model"),
            Right::Tool => Some("--allow-tool"),
            Right::Variable => Some("--allow-env"),
            _ => None,
        }
    }

    /// What parts its names. Beyond what a glob can have, they are not parted any more.
    pub(super) fn split(self, name: &str) -> Vec<&str> {
        match self {
            Right::Model => name.splitn(PARTS, '/').collect(),
            Right::State => name.splitn(PARTS, ':').collect(),
            Right::Emit | Right::Subscribe => name.splitn(PARTS, ['.', ':']).collect(),
            Right::Hook => name.splitn(2, ':').collect(),
            Right::Tool | Right::Variable => vec![name],
        }
    }
}
