//! One entry of a bibliography.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

#[derive(Default)]
pub struct Entry {
    pub key: String,
    /// "article", "book", …
    pub kind: String,
    /// By lower-case names.
    pub fields: BTreeMap<String, String>,
    pub authors: Vec<Person>,
}

pub struct Person {
    pub family: String,
    pub given: String,
}

impl Entry {
    pub fn of_json(entry: &Map<String, Value>) -> Result<Entry, String> {
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let mut read = Entry::default();
        for (name, value) in entry {
            let name = name.to_ascii_lowercase();
            match (name.as_str(), value) {
                ("author" | "authors", Value::Array(all)) => {
                    read.authors = all.iter().map(Person::of_json).collect::<Result<_, _>>()?;
                }
                ("authors", value) => drop(read.fields.insert("author".into(), text(value).unwrap_or_default())),
                _ => {
                    let shown: String = name.escape_debug().take(60).collect();
                    let text = text(value).ok_or_else(|| format!("the field '{shown}' of an entry must be a text"))?;
                    read.fields.insert(name, text);
                }
            }
        }
        read.key = read.fields.remove("key").or_else(|| read.fields.remove("id")).unwrap_or_default();
        read.kind = read.fields.remove("type").unwrap_or_else(|| "misc".into()).to_ascii_lowercase();
        Ok(read.with_authors())
    }

    /// Takes the authors from their field: "Knuth, Donald and Leslie Lamport".
    pub fn with_authors(mut self) -> Entry {
        if let Some(names) = self.fields.remove("author") {
            self.authors = names.split(" and ").map(Person::of).filter(|one| !one.family.is_empty()).collect();
        }
        self
    }

    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    pub fn year(&self) -> Option<&str> {
        self.field("year").or_else(|| self.field("date").and_then(|date| date.get(..4)))
    }

    /// Where it was published, whatever it is.
    pub fn container(&self) -> Option<&str> {
        ["journal", "booktitle", "publisher", "school", "institution", "howpublished"]
            .into_iter()
            .find_map(|name| self.field(name))
    }

    /// What an entry of its kind should have and has not.
    pub fn problems(&self) -> Vec<String> {
        let needed: &[&str] = match self.kind.as_str() {
            "article" => &["title", "journal"],
            "book" => &["title", "publisher"],
            "inproceedings" | "incollection" => &["title", "booktitle"],
            _ => &["title"],
        };
        let shown: String = self.key.escape_debug().take(60).collect();
        let mut missing: Vec<&str> = needed.iter().copied().filter(|name| self.field(name).is_none()).collect();
        if self.authors.is_empty() && self.field("editor").is_none() && self.kind != "misc" {
            missing.push("author");
        }
        if self.year().is_none() && self.kind != "misc" {
            missing.push("year");
        }
        let mut problems: Vec<String> =
            missing.into_iter().map(|name| format!("the entry '{shown}' has no {name}")).collect();
        if self.key.is_empty() {
            problems.push("an entry has no key".into());
        }
        problems
    }
}

impl Person {
    /// A name, or an object of its parts.
    fn of_json(author: &Value) -> Result<Person, String> {
        let wrong = || {
            let shown: String = author.to_string().escape_debug().take(60).collect();
            format!("an author is a text, or an object of 'given' and 'family' (or 'first' and 'last'), not {shown}")
        };
        let Value::Object(parts) = author else { return author.as_str().map(Person::of).ok_or_else(wrong) };
        if parts.keys().any(|key| !["given", "first", "family", "last", "name", "literal"].contains(&key.as_str())) {
            return Err(wrong());
        }
        let part = |names: [&str; 2]| names.into_iter().find_map(|name| parts.get(name).and_then(Value::as_str));
        match (part(["family", "last"]), part(["given", "first"]), part(["name", "literal"])) {
            (Some(family), given, None) => {
                Ok(Person { family: family.trim().into(), given: given.unwrap_or_default().trim().into() })
            }
            (None, None, Some(name)) => Ok(Person::of(name)),
            _ => Err(wrong()),
        }
    }

    fn of(name: &str) -> Person {
        let name = name.trim();
        let (given, family) = match name.split_once(',') {
            Some((family, given)) => (given.trim(), family.trim()),
            None => name.rsplit_once(' ').unwrap_or(("", name)),
        };
        Person { family: family.into(), given: given.trim().into() }
    }

    /// "D. E."
    pub fn initials(&self) -> String {
        let letters = self.given.split_whitespace().filter_map(|word| word.chars().next());
        letters.map(|letter| format!("{letter}.")).collect::<Vec<_>>().join(" ")
    }
}
