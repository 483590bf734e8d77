//! The table, read and complete: other spellings, setters and constants are spelled out, and fields of the host's own types are
//! taken from their schemas.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;
use serde_json::Value;

use crate::kind::{Field, Kind, Signature};
use crate::raw::{File, Words};

mod build;
mod members;

/// The files, in the order of the reference's pages.
const FILES: &[(&str, &str)] = &[
    ("global", include_str!("../../../guests/common/api/global.toml")),
    ("agent", include_str!("../../../guests/common/api/agent.toml")),
    ("llm", include_str!("../../../guests/common/api/llm.toml")),
    ("tool", include_str!("../../../guests/common/api/tool.toml")),
    ("workflow", include_str!("../../../guests/common/api/workflow.toml")),
    ("state", include_str!("../../../guests/common/api/state.toml")),
    ("hook", include_str!("../../../guests/common/api/hook.toml")),
    ("event", include_str!("../../../guests/common/api/event.toml")),
    ("task", include_str!("../../../guests/common/api/task.toml")),
    ("rag", include_str!("../../../guests/common/api/rag.toml")),
    ("session", include_str!("../../../guests/common/api/session.toml")),
    ("artifact", include_str!("../../../guests/common/api/artifact.toml")),
    ("memory", include_str!("../../../guests/common/api/memory.toml")),
    ("values", include_str!("../../../guests/common/api/values.toml")),
    ("log", include_str!("../../../guests/common/api/log.toml")),
    ("zigllms", include_str!("../../../guests/common/api/zigllms.toml")),
];

const WORDS: &str = include_str!("../../../guests/common/words.toml");

/// A language that spells are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Lua 5.4.
    Lua,
    /// JavaScript.
    JavaScript,
}

impl Language {
    /// As `--lang` has it.
    pub fn word(self) -> &'static str {
        match self {
            Language::Lua => "lua",
            Language::JavaScript => "javascript",
        }
    }
}

/// The table is wrong: a bug of ours, which a test finds.
#[derive(Debug, thiserror::Error)]
#[error("the table of the script API: {0}")]
pub struct Error(pub String);

/// The script API.
#[derive(Debug)]
pub struct Table {
    /// Namespaces, classes and records, by the order of the files.
    pub items: Vec<Item>,
    /// Types by other names.
    pub types: BTreeMap<String, Kind>,
    /// Globals that are no namespaces.
    pub globals: Vec<Member>,
}

/// What has members.
#[derive(Debug, Clone)]
pub struct Item {
    /// The name of its type.
    pub name: String,
    /// What sort it is.
    pub sort: Sort,
    /// The file that it stands in.
    pub subject: &'static str,
    /// What it is.
    pub about: String,
    /// The page of the manual about it.
    pub page: String,
    /// Its members, by name.
    pub members: Vec<Member>,
    /// The only language that has it.
    pub language: Option<Language>,
    /// It has members of any other name: their type.
    pub index: Option<Kind>,
    /// What a loop over it gives.
    pub iterates: Option<Kind>,
    /// How it is called.
    pub called: Option<Vec<Signature>>,
    /// A type argument `T`.
    pub is_generic: bool,
    /// Its members can't be listed in a running guest.
    pub is_unlisted: bool,
    /// Expressions that give one: in Lua, in JavaScript.
    pub probes: [Option<String>; 2],
}

/// The sorts of items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sort {
    /// A global of this name.
    Namespace(String),
    /// An object with methods.
    Class,
    /// A plain object; as an argument its names may be written in camelCase.
    Record {
        /// Whether it is an argument.
        spelled: bool,
    },
}

/// A name of an item.
#[derive(Debug, Clone)]
pub struct Member {
    /// As the table has it: in snake_case.
    pub name: String,
    /// What it is.
    pub value: MemberValue,
    /// One line.
    pub about: String,
    /// The only language that has it.
    pub language: Option<Language>,
    /// Whether its camelCase name is there as well.
    pub is_spelled: bool,
    /// Codes of failures that a caller can act on.
    pub fails: Vec<String>,
}

/// What a member is.
#[derive(Debug, Clone)]
pub enum MemberValue {
    /// Called without the object before it.
    Function(Vec<Signature>),
    /// Called as a method.
    Method(Vec<Signature>),
    /// A value.
    Field(Kind),
    /// Another name of this member.
    Same(String),
    /// The language's own.
    Standard,
}

impl Table {
    /// Reads it. Fails only where the table itself is wrong.
    pub fn load() -> Result<Table, Error> {
        let words: Words = toml::from_str(WORDS).map_err(|error| Error(format!("words.toml: {error}")))?;
        let schemas: BTreeMap<&str, Value> =
            llmspell_api::schema::schemas().into_iter().map(|(name, schema)| (name, schema.to_value())).collect();
        let mut files = Vec::new();
        for (subject, text) in FILES {
            let file: File = toml::from_str(text).map_err(|error| Error(format!("{subject}.toml: {error}")))?;
            files.push((*subject, file));
        }
        build::table(&files, &words, &schemas)
    }

    /// The item whose type has this name.
    pub fn item(&self, name: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.name == name)
    }

    /// The namespace of this global.
    pub fn namespace(&self, global: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.global() == Some(global))
    }

    /// The globals that are namespaces.
    pub fn namespaces(&self) -> impl Iterator<Item = (&str, &Item)> {
        self.items.iter().filter_map(|item| Some((item.global()?, item)))
    }
}

impl Item {
    /// The global that it is.
    pub fn global(&self) -> Option<&str> {
        if let Sort::Namespace(name) = &self.sort { Some(name) } else { None }
    }

    /// Whether a language has it.
    pub fn is_in(&self, language: Language) -> bool {
        self.language.is_none_or(|only| only == language)
    }

    /// Its members in a language.
    pub fn members_in(&self, language: Language) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(move |member| member.is_in(language))
    }

    /// The member of this name, in a language or in any.
    pub fn member(&self, name: &str, language: Option<Language>) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name && language.is_none_or(|one| member.is_in(one)))
    }
}

impl Member {
    /// Whether a language has it.
    pub fn is_in(&self, language: Language) -> bool {
        self.language.is_none_or(|only| only == language)
    }

    /// The ways to call it.
    pub fn forms(&self) -> &[Signature] {
        match &self.value {
            MemberValue::Function(forms) | MemberValue::Method(forms) => forms,
            _ => &[],
        }
    }
}

/// The name of the type of a namespace.
fn type_name(global: &str) -> String {
    let first = global.chars().next().is_some_and(char::is_uppercase);
    let name = if first { global.to_owned() } else { global.to_upper_camel_case() };
    // "Workflow" and "workflow" are two globals.
    if first || !["agent", "tool", "workflow", "json", "task"].contains(&global) {
        format!("{name}Namespace")
    } else {
        format!("{name}Names")
    }
}

/// camelCase of a name in snake_case; a name that has no underscore stays as it is.
pub fn camel(name: &str) -> String {
    let mut made = String::with_capacity(name.len());
    let mut signs = name.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '_' if !made.is_empty() => made.extend(signs.next().map(|next| next.to_ascii_uppercase())),
            _ => made.push(sign),
        }
    }
    made
}

fn parameter(name: &str, kind: Kind) -> Field {
    Field { name: name.into(), kind }
}
