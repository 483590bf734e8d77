//! How much work a schema makes, found out before it is compiled.
//!
//! The validator runs on the host's time, without fuel. So a schema may not be one whose checking takes long for what it
//! is: its references are followed here and must end, and what they unfold to is counted.

use std::collections::HashMap;

use serde_json::{Map, Value};

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
}

/// `Err` tells what can't be used, and where.
pub fn measure(schema: &Value) -> Result<Work, String> {
    let mut walk = Walk { root: schema, following: Vec::new(), known: HashMap::new() };
    let (work, _) = walk.visit(schema, "", 0)?;
    if work.all > MOST_WORK {
        return Err(format!("the schema unfolds to more than {MOST_WORK} checks"));
    }
    Ok(work)
}

struct Walk<'a> {
    root: &'a Value,
    /// The references that lead to where it is.
    following: Vec<&'a str>,
    /// What references unfold to, and how many levels.
    known: HashMap<&'a str, (Work, usize)>,
}

/// What is understood and left out: they make the cost of a check hard to foresee, or reach out of the document.
const REFUSED: &[&str] = &[
    "$id",
    "$anchor",
    "$dynamicRef",
    "$dynamicAnchor",
    "$recursiveRef",
    "$recursiveAnchor",
    "$vocabulary",
    "unevaluatedProperties",
    "unevaluatedItems",
];

impl<'a> Walk<'a> {
    /// The work, and how many levels lie below.
    fn visit(&mut self, schema: &'a Value, path: &str, level: usize) -> Result<(Work, usize), String> {
        if level >= MOST_LEVELS {
            return Err(format!("the schema is more than {MOST_LEVELS} levels deep, at {}", shown(path)));
        }
        let map = match schema {
            Value::Bool(_) => return Ok((Work { all: 1, choices: 0 }, 0)),
            Value::Object(map) => map,
            _ => return Err(format!("a schema is an object, which {} is not", shown(path))),
        };
        let (mut work, mut levels) = (Work { all: 1, choices: 0 }, 0);
        for (key, value) in map {
            let path = format!("{path}/{key}");
            let mut add = |(more, below): (Work, usize)| {
                let choices = if matches!(key.as_str(), "anyOf" | "oneOf") { more.all } else { more.choices };
                work.all = work.all.saturating_add(more.all);
                work.choices = work.choices.saturating_add(choices);
                levels = levels.max(below + 1);
            };
            match key.as_str() {
                "$ref" => add(self.follow(value, &path, level)?),
                "$schema" if level == 0 => {}
                "$schema" => return Err(format!("{}: only the whole can have a '$schema'", shown(&path))),
                word if REFUSED.contains(&word) => return Err(format!("{}: '{word}' can't be used", shown(&path))),
                "not"
                | "if"
                | "then"
                | "else"
                | "additionalProperties"
                | "additionalItems"
                | "contains"
                | "propertyNames" => add(self.visit(value, &path, level + 1)?),
                "items" if !value.is_array() => add(self.visit(value, &path, level + 1)?),
                "allOf" | "anyOf" | "oneOf" | "prefixItems" | "items" => {
                    for (index, schema) in value.as_array().into_iter().flatten().enumerate() {
                        add(self.visit(schema, &format!("{path}/{index}"), level + 1)?);
                    }
                }
                "properties" | "dependentSchemas" | "patternProperties" => {
                    let patterns = key == "patternProperties";
                    for (name, schema) in value.as_object().into_iter().flatten() {
                        let path = format!("{path}/{name}");
                        if patterns {
                            add((pattern(name, &path)?, 0));
                        }
                        add(self.visit(schema, &path, level + 1)?);
                    }
                }
                "dependencies" => {
                    for (name, one) in value.as_object().into_iter().flatten().filter(|(_, one)| !one.is_array()) {
                        add(self.visit(one, &format!("{path}/{name}"), level + 1)?);
                    }
                    add((Work { all: parts(value), choices: 0 }, 0));
                }
                // Nothing is checked against these unless something refers to them, but they have to be as good.
                "$defs" | "definitions" => self.visit_all(value.as_object(), &path, level)?,
                "pattern" => add((pattern(value.as_str().unwrap_or_default(), &path)?, 0)),
                _ => add((Work { all: parts(value), choices: 0 }, 0)),
            }
        }
        Ok((work, levels))
    }

    fn visit_all(&mut self, map: Option<&'a Map<String, Value>>, path: &str, level: usize) -> Result<(), String> {
        for (name, schema) in map.into_iter().flatten() {
            self.visit(schema, &format!("{path}/{name}"), level + 1)?;
        }
        Ok(())
    }

    fn follow(&mut self, reference: &'a Value, path: &str, level: usize) -> Result<(Work, usize), String> {
        let reference = reference.as_str().unwrap_or_default();
        let Some(pointer) = reference.strip_prefix('#').filter(|rest| rest.is_empty() || rest.starts_with('/')) else {
            return Err(format!(
                "{}: '$ref' can only lead to a place in the same schema, as \"#/$defs/name\"",
                shown(path)
            ));
        };
        if self.following.contains(&reference) {
            return Err(format!("{}: '$ref' leads back to itself: a schema has to have an end", shown(path)));
        }
        if let Some((work, levels)) = self.known.get(reference) {
            if level + levels >= MOST_LEVELS {
                return Err(format!("the schema is more than {MOST_LEVELS} levels deep, at {}", shown(path)));
            }
            return Ok((*work, *levels));
        }
        let target = self.root.pointer(pointer).filter(|_| !pointer.contains('%'));
        let target = target.ok_or_else(|| format!("{}: '$ref' leads nowhere", shown(path)))?;
        self.following.push(reference);
        let found = self.visit(target, pointer, level + 1)?;
        self.following.pop();
        let found = (found.0, found.1 + 1);
        self.known.insert(reference, found);
        Ok(found)
    }
}

fn pattern(text: &str, path: &str) -> Result<Work, String> {
    if text.len() > LONGEST_PATTERN {
        return Err(format!("{}: the pattern takes more than {LONGEST_PATTERN} bytes", shown(path)));
    }
    Ok(Work { all: PATTERN, choices: 0 })
}

/// How many arrays, objects and scalars a value is made of.
pub fn parts(value: &Value) -> u64 {
    match value {
        Value::Array(items) => 1 + items.iter().map(parts).sum::<u64>(),
        Value::Object(map) => 1 + map.values().map(parts).sum::<u64>(),
        _ => 1,
    }
}

/// A path in the schema, for a message.
fn shown(path: &str) -> String {
    if path.is_empty() { "its top".into() } else { super::definition::quoted(path) }
}
