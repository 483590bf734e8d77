//! Rules, read once and with their patterns compiled.

use regex::{Regex, RegexBuilder};
use serde_json::{Map, Value};

use llmspell_base::nearest::nearest;

pub struct Rule {
    /// Of the data, such as "a.b"; empty for the whole.
    pub field: String,
    pub name: String,
    pub kind: Kind,
    /// Said in place of our own words.
    pub message: Option<String>,
}

pub enum Kind {
    Required,
    Type(String),
    Length(f64, f64),
    Range(f64, f64),
    Pattern(Regex),
    Enum(Vec<Value>),
    Email,
    Url,
    Date(Option<String>),
    Unique,
    Array(Vec<Rule>),
    Object(Vec<(String, Vec<Rule>)>),
}

const MOST_RULES: usize = 1_000;
/// A compiled pattern's states are looked at for each byte.
const PATTERN_BYTES: usize = 32 << 10;
const LONGEST_PATTERN: usize = 1_000;
const LONGEST_FORMAT: usize = 256;
/// Of a field, a message, or any other text of a rule.
const LONGEST_TEXT: usize = 1_000;
const DEEPEST: usize = 16;

const KINDS: &[&str] =
    &["required", "type", "length", "range", "pattern", "enum", "email", "url", "date", "unique", "array", "object"];
const TYPES: &[&str] = &["string", "number", "integer", "boolean", "array", "object", "null"];

impl Rule {
    /// `place` is what messages call the list.
    pub fn read_all(rules: &[Map<String, Value>], place: &str) -> Result<Vec<Rule>, String> {
        let mut left = MOST_RULES;
        let all = rules.iter().enumerate();
        all.map(|(at, rule)| read(rule, &format!("{place}[{at}]"), &mut left, 0)).collect()
    }
}

fn read(rule: &Map<String, Value>, place: &str, left: &mut usize, depth: usize) -> Result<Rule, String> {
    *left = left.checked_sub(1).ok_or_else(|| format!("there are more than {MOST_RULES} rules"))?;
    if depth > DEEPEST {
        return Err(format!("'{}' is nested too deep", shown(place)));
    }
    let place = &shown(place);
    let Some(name) = rule.get("type").and_then(Value::as_str) else { return Err(format!("'{place}' has no type")) };
    let text = |key: &str| match rule.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.len() <= LONGEST_TEXT => Ok(Some(text.as_str())),
        Some(Value::String(_)) => Err(format!("'{place}.{key}' has more than {LONGEST_TEXT} bytes")),
        Some(_) => Err(format!("'{place}.{key}' must be a text")),
    };
    let bound = |key: &str, other: f64| match rule.get(key) {
        None | Some(Value::Null) => Ok(other),
        Some(value) => value.as_f64().ok_or_else(|| format!("'{place}.{key}' must be a number")),
    };
    let (mut known, kind): (Vec<&str>, Kind) = match name {
        "required" => (vec![], Kind::Required),
        "email" => (vec![], Kind::Email),
        "url" => (vec![], Kind::Url),
        "unique" => (vec![], Kind::Unique),
        "date" if text("format")?.is_some_and(|format| format.len() > LONGEST_FORMAT) => {
            return Err(format!("'{place}.format' has more than {LONGEST_FORMAT} bytes"));
        }
        "date" => (vec!["format"], Kind::Date(text("format")?.map(String::from))),
        "length" => (vec!["min", "max"], Kind::Length(bound("min", 0.0)?, bound("max", f64::INFINITY)?)),
        "range" => (vec!["min", "max"], Kind::Range(bound("min", f64::NEG_INFINITY)?, bound("max", f64::INFINITY)?)),
        "type" => match text("expected")?.filter(|word| TYPES.contains(word)) {
            Some(word) => (vec!["expected"], Kind::Type(word.into())),
            None => return Err(format!("'{place}.expected' must be one of {}", TYPES.join(", "))),
        },
        "pattern" => (vec!["regex", "pattern"], Kind::Pattern(pattern(text("regex")?.or(text("pattern")?), place)?)),
        "enum" => match rule.get("values").and_then(Value::as_array) {
            Some(values) => (vec!["values"], Kind::Enum(values.clone())),
            None => return Err(format!("'{place}.values' must be a list")),
        },
        "array" => (vec!["items"], Kind::Array(list(rule.get("items"), &format!("{place}.items"), left, depth)?)),
        "object" => {
            let Some(properties) = rule.get("properties").and_then(Value::as_object) else {
                return Err(format!("'{place}.properties' must be an object with rules by name"));
            };
            let read = |(name, rules): (&String, &Value)| {
                Ok((name.clone(), list(Some(rules), &format!("{place}.properties.{name}"), left, depth)?))
            };
            (vec!["properties"], Kind::Object(properties.iter().map(read).collect::<Result<_, String>>()?))
        }
        other => {
            return Err(format!(
                "'{place}.type' is '{}', which is no rule{}",
                shown(other),
                nearest(&shown(other), KINDS)
            ));
        }
    };
    known.extend(["type", "field", "message"]);
    if let Some(unknown) = rule.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(format!("'{place}' can't have '{}'{}", shown(unknown), nearest(&shown(unknown), &known)));
    }
    let field = text("field")?.unwrap_or_default().to_owned();
    Ok(Rule { field, name: name.into(), kind, message: text("message")?.map(String::from) })
}

/// Rules, or one alone.
fn list(rules: Option<&Value>, place: &str, left: &mut usize, depth: usize) -> Result<Vec<Rule>, String> {
    let one = |rule: &Value, place: &str, left: &mut usize| match rule {
        Value::Object(rule) => read(rule, place, left, depth + 1),
        _ => Err(format!("'{}' must be a rule: an object with a type", shown(place))),
    };
    match rules {
        Some(Value::Array(all)) => {
            all.iter().enumerate().map(|(at, rule)| one(rule, &format!("{place}[{at}]"), left)).collect()
        }
        // An empty list, as Lua has it.
        Some(Value::Object(rule)) if rule.is_empty() => Ok(Vec::new()),
        Some(rule) => Ok(vec![one(rule, place, left)?]),
        None => Err(format!("'{}' is required", shown(place))),
    }
}

fn pattern(text: Option<&str>, place: &str) -> Result<Regex, String> {
    let Some(text) = text else { return Err(format!("'{place}.regex' is required")) };
    if text.len() > LONGEST_PATTERN {
        return Err(format!("'{place}.regex' has more than {LONGEST_PATTERN} bytes"));
    }
    let built = RegexBuilder::new(text).size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES * 8).build();
    built.map_err(|_| {
        format!("'{place}.regex' can't be used: it is no regular expression without look-around, or too large a one")
    })
}

pub fn shown(text: &str) -> String {
    text.escape_debug().take(120).collect()
}
