//! Whether a schema is well formed, and how much work it makes: found out before it is compiled.
//!
//! The validator runs on the host's time, without fuel. So a schema may not be one whose checking takes long for what it
//! is: its references are followed here and must end, and what they unfold to is counted.

use std::collections::HashMap;

use serde_json::Value;

use super::quoted::quoted;
use super::words::{Takes, takes};

/// The most that a schema may unfold to.
const MOST_WORK: u64 = 5_000;
/// Levels of subschemas, references followed: the validator takes some of the host's stack for each.
const MOST_LEVELS: usize = 64;
const LONGEST_PATTERN: usize = 1_000;
/// What a pattern counts, beside a simple check of one value.
const PATTERN: u64 = 100;

/// What checking one value takes, in simple checks.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Work {
    pub all: u64,
    /// Of them, those below `anyOf` and `oneOf`: what fails there is copied for the message.
    pub choices: u64,
    /// Patterns that texts are held against: each takes its time for each of their bytes.
    pub patterns: u64,
}

/// `Err` tells what can't be used, and where.
pub fn measure(schema: &Value) -> Result<Work, String> {
    let mut walk = Walk { root: schema, following: Vec::new(), known: HashMap::new() };
    let found = walk.visit(schema, "", 0)?;
    if found.work.all > MOST_WORK {
        return Err(format!("the schema unfolds to more than {MOST_WORK} checks"));
    }
    Ok(found.work)
}

struct Walk<'a> {
    root: &'a Value,
    /// The references that lead to where it is.
    following: Vec<&'a str>,
    /// What references unfold to.
    known: HashMap<&'a str, Found>,
}

#[derive(Clone, Copy, Default)]
struct Found {
    work: Work,
    /// How many lie below.
    levels: usize,
}

impl Found {
    fn plain(all: u64) -> Found {
        Found { work: Work { all, ..Work::default() }, levels: 0 }
    }

    fn add(&mut self, more: Found, levels: usize) {
        self.work.all = self.work.all.saturating_add(more.work.all);
        self.work.choices = self.work.choices.saturating_add(more.work.choices);
        self.work.patterns = self.work.patterns.saturating_add(more.work.patterns);
        self.levels = self.levels.max(more.levels + levels);
    }
}

impl<'a> Walk<'a> {
    fn visit(&mut self, schema: &'a Value, path: &str, level: usize) -> Result<Found, String> {
        if level >= MOST_LEVELS {
            return Err(too_deep(path));
        }
        let map = match schema {
            Value::Bool(_) => return Ok(Found::plain(1)),
            Value::Object(map) => map,
            _ => return Err(format!("{} must be a schema: an object, true or false", shown(path))),
        };
        let mut found = Found::plain(1);
        for (word, value) in map.iter().filter(|(word, _)| level > 0 || *word != "$schema") {
            let path = format!("{path}/{word}");
            if let Some(what) = takes(word).misses(value) {
                return Err(format!("{} must be {what}", shown(&path)));
            }
            self.word(takes(word), value, &path, level, &mut found)?;
        }
        Ok(found)
    }

    fn word(
        &mut self,
        takes: Takes,
        value: &'a Value,
        path: &str,
        level: usize,
        found: &mut Found,
    ) -> Result<(), String> {
        match takes {
            Takes::Refused => return Err(format!("{} can't be used here", shown(path))),
            Takes::Anything => {}
            Takes::Reference => found.add(self.follow(value.as_str().unwrap_or_default(), path, level)?, 1),
            Takes::Pattern => found.add(pattern(value.as_str().unwrap_or_default(), path)?, 0),
            Takes::Schema => found.add(self.visit(value, path, level + 1)?, 1),
            Takes::Items if !value.is_array() => found.add(self.visit(value, path, level + 1)?, 1),
            Takes::Items | Takes::Schemas | Takes::Choices => {
                for (index, schema) in value.as_array().into_iter().flatten().enumerate() {
                    let mut more = self.visit(schema, &format!("{path}/{index}"), level + 1)?;
                    if takes == Takes::Choices {
                        more.work.choices = more.work.all;
                    }
                    found.add(more, 1);
                }
            }
            Takes::Named | Takes::ByPattern | Takes::Definitions | Takes::Dependencies => {
                for (name, one) in value.as_object().into_iter().flatten() {
                    let path = format!("{path}/{name}");
                    if takes == Takes::ByPattern {
                        found.add(pattern(name, &path)?, 0);
                    }
                    if takes == Takes::Dependencies && Takes::Names.misses(one).is_none() {
                        found.add(Found::plain(parts(one)), 0);
                        continue;
                    }
                    let more = self.visit(one, &path, level + 1)?;
                    // Nothing is checked against a definition unless something refers to it.
                    if takes != Takes::Definitions {
                        found.add(more, 1);
                    }
                }
            }
            _ => found.add(Found::plain(parts(value)), 0),
        }
        Ok(())
    }

    fn follow(&mut self, reference: &'a str, path: &str, level: usize) -> Result<Found, String> {
        let Some(pointer) = reference.strip_prefix('#').filter(|rest| rest.is_empty() || rest.starts_with('/')) else {
            return Err(format!(
                "{}: it can only lead to a place in the same schema, as \"#/$defs/name\"",
                shown(path)
            ));
        };
        if self.following.contains(&reference) {
            return Err(format!("{}: it leads back to itself, and a schema has to have an end", shown(path)));
        }
        if let Some(found) = self.known.get(reference) {
            return if level + found.levels >= MOST_LEVELS { Err(too_deep(path)) } else { Ok(*found) };
        }
        let target = self.root.pointer(pointer).filter(|_| !pointer.contains('%'));
        let target = target.ok_or_else(|| format!("{}: it leads nowhere", shown(path)))?;
        self.following.push(reference);
        let found = self.visit(target, pointer, level + 1)?;
        self.following.pop();
        let found = Found { levels: found.levels + 1, ..found };
        self.known.insert(reference, found);
        Ok(found)
    }
}

fn pattern(text: &str, path: &str) -> Result<Found, String> {
    if text.len() > LONGEST_PATTERN {
        return Err(format!("{}: a pattern takes at most {LONGEST_PATTERN} bytes", shown(path)));
    }
    Ok(Found { work: Work { patterns: 1, ..Found::plain(PATTERN).work }, levels: 0 })
}

/// How many arrays, objects and scalars a value is made of.
fn parts(value: &Value) -> u64 {
    match value {
        Value::Array(items) => 1 + items.iter().map(parts).sum::<u64>(),
        Value::Object(map) => 1 + map.values().map(parts).sum::<u64>(),
        _ => 1,
    }
}

fn too_deep(path: &str) -> String {
    format!("the schema is more than {MOST_LEVELS} levels deep, at {}", shown(path))
}

/// A path in the schema, for a message.
fn shown(path: &str) -> String {
    if path.is_empty() { "the whole".into() } else { quoted(path) }
}
