//! The table as its files are written.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Names, each with a type or a signature and a text.
pub type Lines = BTreeMap<String, String>;

/// One file: what belongs to one subject.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The page of the manual about it.
    pub page: String,
    /// Types by other names.
    #[serde(default)]
    pub types: Lines,
    /// Plain objects.
    #[serde(default)]
    pub records: BTreeMap<String, Record>,
    /// Objects with methods.
    #[serde(default)]
    pub classes: BTreeMap<String, Class>,
    /// Globals with functions.
    #[serde(default)]
    pub namespaces: BTreeMap<String, Namespace>,
    /// Globals of other kinds.
    #[serde(default)]
    pub globals: Lines,
    /// Those that only JavaScript has.
    #[serde(default)]
    pub globals_javascript: Lines,
}

/// A plain object.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    pub about: String,
    /// A type of `llmspell_api::schema`, whose fields it has.
    pub schema: Option<String>,
    /// A record whose fields it has as well.
    pub extends: Option<String>,
    /// It is an argument, whose names may be written in camelCase.
    #[serde(default)]
    pub spelled: bool,
    /// It has fields of any other name.
    #[serde(default)]
    pub open: bool,
    /// Groups of `[aliases]` in words.toml: other names of its fields.
    #[serde(default)]
    pub words: Vec<String>,
    #[serde(default)]
    pub fields: Lines,
    #[serde(default)]
    pub members: Lines,
    #[serde(default)]
    pub same: Lines,
}

/// An object with methods.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    pub about: String,
    /// Only this language has it.
    pub language: Option<String>,
    /// Expressions that give one, by language.
    #[serde(default)]
    pub probe: Lines,
    #[serde(default)]
    pub words: Vec<String>,
    /// A group of `[zigllms]` in words.toml.
    pub constants: Option<String>,
    /// What a loop over it gives.
    pub iterates: Option<String>,
    /// What calling it does.
    pub called: Option<String>,
    /// A type argument `T`: what it gives when it is awaited.
    #[serde(default)]
    pub generic: bool,
    /// It has fields of any other name.
    #[serde(default)]
    pub open: bool,
    /// Its members are found when they are asked for, so that nothing lists them.
    #[serde(default)]
    pub unlisted: bool,
    /// Its names are not written in other ways.
    #[serde(default)]
    pub exact: bool,
    /// Methods that only Lua has.
    #[serde(default)]
    pub lua: Lines,
    pub setters: Option<Setters>,
    #[serde(default)]
    pub fields: Lines,
    #[serde(default)]
    pub members: Lines,
    /// Members that are called without the object before them: in Lua with a dot.
    #[serde(default)]
    pub functions: Lines,
    #[serde(default)]
    pub same: Lines,
}

/// Methods that set a field each.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setters {
    /// The record that has the fields.
    pub of: String,
    /// A list of words.toml with the names; else all.
    pub names: Option<String>,
    /// `with_NAME` is there as well.
    #[serde(default)]
    pub with: bool,
}

/// A global with functions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Namespace {
    pub about: String,
    pub page: Option<String>,
    pub language: Option<String>,
    /// Another namespace whose members it has.
    pub like: Option<String>,
    /// A group of `[aliases]` in words.toml.
    pub words: Option<String>,
    pub constants: Option<String>,
    /// Any other name gives this.
    pub index: Option<String>,
    /// Names that are there by themselves: tools.
    #[serde(default)]
    pub standard: Vec<String>,
    #[serde(default)]
    pub fields: Lines,
    #[serde(default)]
    pub members: Lines,
    /// What Lua has instead, or alone.
    #[serde(default)]
    pub lua: Lines,
    #[serde(default)]
    pub javascript: Lines,
    #[serde(default)]
    pub same: Lines,
    pub families: Option<Families>,
    /// Codes of failures that a caller can act on.
    #[serde(default)]
    pub fails: BTreeMap<String, Vec<String>>,
}

/// Members that are there once for each family, as `agent_get` and `user_get`.
#[derive(Debug, Deserialize)]
pub struct Families {
    pub of: Vec<String>,
    #[serde(flatten)]
    pub members: Lines,
}

/// What the table takes from words.toml.
#[derive(Debug, Deserialize)]
pub struct Words {
    pub aliases: BTreeMap<String, Lines>,
    pub lists: BTreeMap<String, toml::Value>,
    pub zigllms: BTreeMap<String, BTreeMap<String, BTreeMap<String, toml::Value>>>,
}
