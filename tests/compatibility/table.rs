//! The data, as it is written.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::root;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    pub namespace: Vec<Namespace>,
    /// The scripts of the documents that the project began with, each with the case that plays it.
    pub script: Vec<Script>,
}

/// The members of one global, or of what some call gives.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
pub struct Namespace {
    pub name: String,
    /// Where the dialects' reference has it.
    pub section: String,
    /// By language: the expression that gives it, where that is not its name.
    pub of: BTreeMap<String, String>,
    /// The languages that have it; all, if there are none.
    pub languages: Vec<String>,
    /// Does what its dialect says: the case.
    pub works: BTreeMap<String, String>,
    /// Is there, and does something else.
    pub differs: BTreeMap<String, Differs>,
    /// Is not there: why, and what to use.
    pub absent: BTreeMap<String, String>,
    /// Names of our own, and other spellings.
    pub ours: BTreeSet<String>,
    /// Names that one language alone has.
    pub only: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Differs {
    pub case: String,
    pub what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    pub number: u32,
    pub what: String,
    pub case: String,
}

impl Namespace {
    pub fn has(&self, language: &str) -> bool {
        self.languages.is_empty() || self.languages.iter().any(|one| one == language)
    }

    pub fn expression(&self, language: &str) -> &str {
        self.of.get(language).unwrap_or(&self.name)
    }

    /// The names that have to be there in a language.
    pub fn present(&self, language: &str) -> BTreeSet<&str> {
        let all = self.works.keys().chain(self.differs.keys()).chain(&self.ours).map(String::as_str);
        let others = self.only.iter().filter(|(one, _)| *one != language).flat_map(|(_, names)| names);
        let others: BTreeSet<&str> = others.map(String::as_str).collect();
        let own = self.only.get(language).into_iter().flatten().map(String::as_str);
        all.filter(|name| !others.contains(name)).chain(own).collect()
    }

    pub fn cases(&self) -> impl Iterator<Item = (&str, &str)> {
        let works = self.works.iter().map(|(name, case)| (name.as_str(), case.as_str()));
        works.chain(self.differs.iter().map(|(name, differs)| (name.as_str(), differs.case.as_str())))
    }
}

pub fn read() -> Table {
    toml::from_str(&std::fs::read_to_string(root().join("tests/compatibility.toml")).unwrap()).unwrap()
}

/// `max_tokens` for `maxTokens`; names that begin with a capital stay as they are.
pub fn snake(name: &str) -> String {
    if name.starts_with(|first: char| first.is_uppercase()) {
        return name.into();
    }
    let part = |letter: char| match letter.is_ascii_uppercase() {
        true => format!("_{}", letter.to_ascii_lowercase()),
        false => letter.to_string(),
    };
    name.chars().map(part).collect()
}

/// Whether a spell names a member of a namespace, in either spelling: as `Name.member` where the namespace is a global, else as a
/// member of anything.
fn names(spell: &str, namespace: &Namespace, name: &str) -> bool {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let is_it = |word: &str| snake(word) == name || word == name;
    let of_any = !namespace.of.is_empty() || namespace.name.starts_with("zigllms.");
    let start = if of_any { String::new() } else { namespace.name.clone() };
    let members = spell.match_indices(['.', ':']).filter(|(place, _)| spell[..*place].ends_with(start.as_str()));
    members.filter_map(|(place, _)| spell[place + 1..].split(|letter| !is_word(letter)).next()).any(is_it)
}

#[test]
fn each_name_has_a_case_that_names_it() {
    let mut problems = Vec::new();
    for namespace in read().namespace {
        for (name, case) in namespace.cases() {
            let folder = root().join("tests/cases").join(case);
            if !folder.join("expected.json").exists() {
                problems.push(format!("{}.{name}: there is no case {case}", namespace.name));
                continue;
            }
            for (language, file) in [("lua", "spell.lua"), ("javascript", "spell.js")] {
                // A case that one language alone plays says why, and the conformance runner asks for that.
                let Ok(spell) = std::fs::read_to_string(folder.join(file)) else { continue };
                let is_there = namespace.has(language) && namespace.present(language).contains(name);
                if is_there && !names(&spell, &namespace, name) {
                    problems.push(format!("{}.{name}: {case}/{file} does not name it", namespace.name));
                }
            }
        }
    }
    for script in read().script {
        if !root().join("tests/cases").join(&script.case).join("expected.json").exists() {
            problems.push(format!("script {}: there is no case {}", script.number, script.case));
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}
