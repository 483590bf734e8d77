//! The short form of a schema: `{name = "string", age = "integer?", tags = ["string"], role = "a|b"}`.

use serde_json::{Map, Value, json};

use super::DEPTH;

const TYPES: &[(&str, &str)] = &[
    ("string", "string"),
    ("text", "string"),
    ("str", "string"),
    ("number", "number"),
    ("float", "number"),
    ("integer", "integer"),
    ("int", "integer"),
    ("boolean", "boolean"),
    ("bool", "boolean"),
    ("object", "object"),
    ("table", "object"),
    ("array", "array"),
    ("list", "array"),
    ("null", "null"),
];

/// Formats that stand for a text of that form.
const FORMATS: &[&str] = &["email", "uri", "date", "date-time", "uuid", "time"];

/// Words of schemas: an object with one of these is a schema already.
const WORDS: &[&str] = &[
    "type",
    "properties",
    "items",
    "enum",
    "const",
    "anyOf",
    "oneOf",
    "allOf",
    "not",
    "$ref",
    "$defs",
    "$schema",
    "required",
    "additionalProperties",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "prefixItems",
    "patternProperties",
];

pub fn written_out(given: Value) -> Result<Value, String> {
    match given {
        Value::Object(map) if is_schema(&map) => Ok(Value::Object(map)),
        other => of(other, DEPTH),
    }
}

/// Fields of data may have these names too: then what they hold tells.
fn is_schema(map: &Map<String, Value>) -> bool {
    map.is_empty()
        || map.iter().any(|(name, value)| match name.as_str() {
            "type" => {
                value.is_array()
                    || value.as_str().is_some_and(|word| TYPES.iter().any(|(name, own)| name == own && *own == word))
            }
            "properties" | "patternProperties" | "$defs" | "not" => value.is_object(),
            "items" => value.is_object() || value.is_boolean(),
            "required" | "enum" | "anyOf" | "oneOf" | "allOf" | "prefixItems" => value.is_array(),
            "format" | "pattern" => map.contains_key("type"),
            word => WORDS.contains(&word),
        })
}

fn of(given: Value, depth: usize) -> Result<Value, String> {
    let Some(below) = depth.checked_sub(1) else { return Err("it is nested too deep".into()) };
    match given {
        Value::String(word) => named(&word, below),
        Value::Array(mut items) if items.len() == 1 => {
            Ok(json!({ "type": "array", "items": of(items.pop().unwrap_or_default(), below)? }))
        }
        Value::Array(_) => Err("in short, a list has one item: what each of its items is".into()),
        Value::Object(map) if is_schema(&map) => Ok(Value::Object(map)),
        Value::Object(map) => {
            let (mut properties, mut required) = (Map::new(), Vec::new());
            for (name, value) in map {
                let optional = value.as_str().is_some_and(|word| word.ends_with('?'));
                if !optional {
                    required.push(Value::from(name.as_str()));
                }
                properties.insert(name, of(value, below)?);
            }
            Ok(json!({ "type": "object", "properties": properties, "required": required }))
        }
        other => Err(format!("{other} is no schema: write a type such as \"string\"")),
    }
}

fn named(word: &str, depth: usize) -> Result<Value, String> {
    let Some(below) = depth.checked_sub(1) else { return Err("it is nested too deep".into()) };
    let name = word.trim_end_matches('?').trim();
    if let Some((_, own)) = TYPES.iter().find(|(known, _)| *known == name) {
        return Ok(json!({ "type": own }));
    }
    if FORMATS.contains(&name) {
        return Ok(json!({ "type": "string", "format": name }));
    }
    if let Some(inner) = name.strip_suffix("[]") {
        return Ok(json!({ "type": "array", "items": named(inner, below)? }));
    }
    if name.contains('|') {
        let words: Vec<&str> = name.split('|').map(str::trim).collect();
        return Ok(json!({ "enum": words }));
    }
    let known: Vec<&str> = TYPES.iter().map(|(known, _)| *known).collect();
    Err(format!(
        "there is no type {}; known are: {}",
        Value::from(name.chars().take(60).collect::<String>()),
        known.join(", ")
    ))
}
