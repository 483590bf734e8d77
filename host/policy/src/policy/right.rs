//! What can be granted by name: a row of data for each kind of thing.

use std::borrow::Cow;
use std::fmt;

use super::grammar::{self, Check, Normal};

/// A kind of thing that a spell may use or not. A new one is a row below and an entry in [`Right::ALL`].
#[derive(Clone, Copy)]
pub struct Right(&'static Row);

struct Row {
    /// Of a policy.
    section: &'static str,
    /// The key in the section that grants just this.
    key: &'static str,
    noun: &'static str,
    flag: Option<&'static str>,
    /// What separates the parts of a name, and into how many parts a name is split at most.
    separators: &'static [char],
    most_parts: usize,
    normal: Normal,
    check: Check,
    /// Turns a pattern of a policy into the words that it is checked by.
    canonical: fn(&str) -> Result<String, String>,
    /// Whether a name that a call needs stands for more than itself: then everything it stands for has to be granted.
    is_pattern: fn(&str) -> bool,
}

/// A right whose names are single words without other spellings.
const PLAIN: Row = Row {
    section: "",
    key: ALLOW,
    noun: "",
    flag: None,
    separators: &[],
    most_parts: 1,
    normal: grammar::same,
    check: grammar::anything,
    canonical: |text| Ok(text.into()),
    is_pattern: |_| false,
};

/// More than a glob can have.
const PARTS: usize = 32;

const ALLOW: &str = "allow";

impl Right {
    /// "provider/model".
    pub const MODEL: Right = Right(&Row {
        section: "models",
        noun: "model",
        flag: Some("--allow-model"),
        separators: &['/'],
        most_parts: PARTS,
        normal: grammar::model_normal,
        check: grammar::model_check,
        ..PLAIN
    });

    /// A tool of the host program. The spell's own tools need no grant.
    pub const TOOL: Right = Right(&Row {
        section: "tools",
        noun: "tool",
        flag: Some("--allow-tool"),
        normal: grammar::tool_normal,
        check: grammar::tool_check,
        ..PLAIN
    });

    /// The name of an environment variable.
    pub const VARIABLE: Right = Right(&Row {
        section: "env",
        noun: "environment variable",
        flag: Some("--allow-env"),
        check: grammar::variable_check,
        ..PLAIN
    });

    /// A scope of the tenant's state, such as "global" or "agent:writer".
    pub const STATE: Right = Right(&Row {
        section: "state",
        noun: "state scope",
        separators: &[':'],
        most_parts: PARTS,
        is_pattern: |name| name == "*",
        ..PLAIN
    });

    /// The type of an event that reaches other runs of the tenant. Within its run a spell may emit what it likes.
    pub const EMIT: Right = Right(&Row {
        section: "events",
        key: "emit",
        noun: "event for other runs",
        separators: &['.', ':'],
        most_parts: PARTS,
        ..PLAIN
    });

    /// The type of an event that comes from other runs of the tenant.
    pub const SUBSCRIBE: Right = Right(&Row {
        section: "events",
        key: "subscribe",
        noun: "event of other runs",
        separators: &['.', ':'],
        most_parts: PARTS,
        ..PLAIN
    });

    /// A point that a hook may be registered for, in canonical words, without a component: "agent:before_execution".
    pub const HOOK: Right = Right(&Row {
        section: "hooks",
        noun: "hook point",
        separators: &[':'],
        most_parts: 2,
        canonical: grammar::hook_point,
        is_pattern: |_| true,
        ..PLAIN
    });

    /// Every right that a policy has a say about.
    pub const ALL: &[Right] =
        &[Right::MODEL, Right::TOOL, Right::VARIABLE, Right::STATE, Right::EMIT, Right::SUBSCRIBE, Right::HOOK];

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

    /// The spelling that names which mean the same have in common.
    pub(super) fn normal(self, name: &str) -> Cow<'_, str> {
        (self.0.normal)(name)
    }

    /// What is wrong with a pattern of a policy.
    pub(super) fn check_pattern(self, text: &str, allows: bool) -> Result<(), String> {
        (self.0.check)(text, allows)
    }

    /// A pattern of a policy in the words that it is checked by.
    pub(super) fn canonical(self, text: &str) -> Result<String, String> {
        (self.0.canonical)(text)
    }

    /// Whether a name that a call needs stands for more than itself.
    pub(super) fn is_pattern(self, name: &str) -> bool {
        (self.0.is_pattern)(name)
    }

    /// The parts of a name. Beyond what a glob can have, they are not split any more.
    pub(super) fn split(self, name: &str) -> Vec<&str> {
        if self.0.separators.is_empty() {
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

/// The keys of a policy's section beside `deny`, each with the rights that its list gives.
pub(super) type Keys = &'static [(&'static str, &'static [Right])];

pub(super) const SECTIONS: &[(&str, Keys)] = &[
    ("models", &[(ALLOW, &[Right::MODEL])]),
    ("tools", &[(ALLOW, &[Right::TOOL])]),
    ("env", &[(ALLOW, &[Right::VARIABLE])]),
    ("state", &[(ALLOW, &[Right::STATE])]),
    (
        "events",
        &[(ALLOW, &[Right::EMIT, Right::SUBSCRIBE]), ("emit", &[Right::EMIT]), ("subscribe", &[Right::SUBSCRIBE])],
    ),
    ("hooks", &[(ALLOW, &[Right::HOOK])]),
];

/// Sections that come with the interfaces that they are about.
pub(super) const RESERVED: &[&str] = &["files", "network", "secrets", "retrieval", "approvals"];
