//! Data as a schema wants it, where that is clear. What is not is left as it is.

use llmspell_recovery::Recovery;
use serde_json::{Map, Number, Value};

use super::generate::type_of;

/// Changes that are told.
const MOST_TOLD: usize = 100;

pub fn coerce(value: Value, schema: &Value, changes: &mut Vec<String>) -> Value {
    at(value, schema, &Place::Whole, changes, super::DEPTH)
}

fn at(value: Value, schema: &Value, place: &Place<'_>, changes: &mut Vec<String>, depth: usize) -> Value {
    let (Some(below), Some(map)) = (depth.checked_sub(1), schema.as_object()) else { return value };
    let wanted: Vec<&str> = match map.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let own = type_of(&value);
    let fits = wanted.is_empty() || wanted.contains(&own) || own == "integer" && wanted.contains(&"number");
    let value = if fits { value } else { changed(value, &wanted, place, changes) };
    let value = one_of(value, map, place, changes);
    match value {
        Value::Object(fields) => object(fields, map, place, changes, below),
        Value::Array(items) => {
            let Some(inner) = map.get("items") else { return Value::Array(items) };
            let items = items.into_iter().enumerate();
            Value::Array(
                items.map(|(index, item)| at(item, inner, &Place::Item(place, index), changes, below)).collect(),
            )
        }
        other => other,
    }
}

/// Where something is, made a text only where it is told.
enum Place<'a> {
    Whole,
    Item(&'a Place<'a>, usize),
    Field(&'a Place<'a>, &'a str),
}

impl Place<'_> {
    fn with<'a>(&'a self, name: &'a str) -> Place<'a> {
        Place::Field(self, name)
    }

    fn told(&self) -> String {
        match self {
            Place::Whole => String::new(),
            Place::Item(around, index) => format!("{}/{index}", around.told()),
            Place::Field(around, name) => {
                let short: String = name.chars().take(60).collect();
                format!("{}/{short}", around.told())
            }
        }
    }
}

fn note(changes: &mut Vec<String>, place: &Place<'_>, what: &str) {
    if changes.len() < MOST_TOLD {
        changes.push(format!("'{}': {what}", place.told()));
    }
}

/// The first of the types that the value can be made without loss.
fn changed(value: Value, wanted: &[&str], place: &Place<'_>, changes: &mut Vec<String>) -> Value {
    for name in wanted {
        if let Some(made) = as_type(&value, name) {
            note(changes, place, &format!("{} to {name}", type_of(&value)));
            return made;
        }
    }
    value
}

fn as_type(value: &Value, name: &str) -> Option<Value> {
    match (name, value) {
        ("integer", Value::Number(number)) => whole(number.as_f64()?),
        ("integer", Value::String(text)) => {
            let text = text.trim();
            text.parse::<i64>().ok().map(Value::from).or_else(|| whole(text.parse().ok()?))
        }
        ("number", Value::String(text)) => {
            let text = text.trim();
            let float = || text.parse::<f64>().ok().and_then(Number::from_f64).map(Value::Number);
            text.parse::<i64>().ok().map(Value::from).or_else(float)
        }
        ("integer" | "number", Value::Bool(flag)) => Some(i64::from(*flag).into()),
        ("boolean", Value::String(text)) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true.into()),
            "false" | "no" | "off" | "0" => Some(false.into()),
            _ => None,
        },
        ("boolean", Value::Number(number)) => match number.as_f64() {
            Some(1.0) => Some(true.into()),
            Some(0.0) => Some(false.into()),
            _ => None,
        },
        ("string", Value::Number(_) | Value::Bool(_)) => Some(value.to_string().into()),
        ("null", Value::String(text)) if text.trim().is_empty() || text.trim() == "null" => Some(Value::Null),
        ("array", Value::String(text)) if text.trim_start().starts_with('[') => of_json(text, Value::is_array),
        ("array", Value::String(text)) if text.contains(',') => {
            Some(text.split(',').map(|part| Value::from(part.trim())).collect())
        }
        ("array", Value::Null) => None,
        ("array", one) => Some(Value::Array(vec![one.clone()])),
        ("object", Value::String(text)) => of_json(text, Value::is_object),
        _ => None,
    }
}

fn of_json(text: &str, is: fn(&Value) -> bool) -> Option<Value> {
    llmspell_recovery::json(text, Recovery::Lenient).ok().map(|found| found.value).filter(is)
}

#[expect(clippy::cast_possible_truncation, reason = "it is an integer that a float holds exactly")]
fn whole(number: f64) -> Option<Value> {
    (number.fract() == 0.0 && number.abs() < 9e15).then(|| Value::from(number as i64))
}

/// A word of the enumeration that is written otherwise.
fn one_of(value: Value, map: &Map<String, Value>, place: &Place<'_>, changes: &mut Vec<String>) -> Value {
    let (Some(Value::Array(words)), Value::String(text)) = (map.get("enum"), &value) else { return value };
    if words.contains(&value) {
        return value;
    }
    let same = words.iter().find(|word| word.as_str().is_some_and(|word| word.eq_ignore_ascii_case(text.trim())));
    match same.cloned() {
        Some(word) => {
            note(changes, place, "spelled as the schema has it");
            word
        }
        None => value,
    }
}

fn object(
    mut fields: Map<String, Value>,
    map: &Map<String, Value>,
    place: &Place<'_>,
    changes: &mut Vec<String>,
    below: usize,
) -> Value {
    let Some(properties) = map.get("properties").and_then(Value::as_object) else { return Value::Object(fields) };
    for (name, schema) in properties {
        let inner = place.with(name);
        match (fields.get_mut(name), schema.get("default")) {
            (Some(value), _) => *value = at(value.take(), schema, &inner, changes, below),
            (None, Some(default)) => {
                note(changes, &inner, "the default");
                fields.insert(name.clone(), default.clone());
            }
            (None, None) => {}
        }
    }
    if map.get("additionalProperties") == Some(&Value::Bool(false)) {
        fields.retain(|name, _| {
            let known = properties.contains_key(name);
            if !known {
                note(changes, &place.with(name), "left out");
            }
            known
        });
    }
    Value::Object(fields)
}
