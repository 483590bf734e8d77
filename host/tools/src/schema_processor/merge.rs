//! A schema of what fits two.

use std::collections::HashSet;

use serde_json::Value;

use super::DEPTH;
use crate::standard::Problem;

pub fn merge(one: Value, other: Value) -> Result<Value, Problem> {
    at(one, other, "", DEPTH)
}

fn at(one: Value, other: Value, place: &str, depth: usize) -> Result<Value, Problem> {
    let Some(below) = depth.checked_sub(1) else { return Err(Problem::too_large("the schemas are nested too deep")) };
    let (mut map, other) = match (one, other) {
        (Value::Object(one), Value::Object(other)) => (one, other),
        (Value::Bool(true), other) => return Ok(other),
        (one, Value::Bool(true)) => return Ok(one),
        (Value::Bool(false), _) | (_, Value::Bool(false)) => return Ok(Value::Bool(false)),
        _ => return Err(Problem::invalid(format!("'{place}': a schema is an object"))),
    };
    for (word, value) in other {
        match map.get_mut(&word) {
            None => drop(map.insert(word, value)),
            Some(own) if *own == value => {}
            Some(own) => *own = both(&word, own.take(), value, place, below)?,
        }
    }
    Ok(Value::Object(map))
}

fn both(word: &str, own: Value, value: Value, place: &str, below: usize) -> Result<Value, Problem> {
    let conflict =
        |own: &Value, value: &Value| Problem::invalid(format!("'{place}/{word}': nothing fits both {own} and {value}"));
    match word {
        "properties" | "patternProperties" | "$defs" | "definitions" => {
            let (Value::Object(mut own), Value::Object(value)) = (own, value) else {
                return Err(Problem::invalid(format!("'{place}/{word}' must be an object")));
            };
            for (name, schema) in value {
                let inner = format!("{place}/{word}/{name}");
                match own.get_mut(&name) {
                    None => drop(own.insert(name, schema)),
                    Some(first) => *first = at(first.take(), schema, &inner, below)?,
                }
            }
            Ok(Value::Object(own))
        }
        "items" | "additionalProperties" | "propertyNames" | "contains" => {
            at(own, value, &format!("{place}/{word}"), below)
        }
        "required" => Ok(Value::Array(union(list(own), list(value)))),
        "enum" => {
            let allowed: HashSet<String> = list(value.clone()).iter().map(Value::to_string).collect();
            let common = list(own.clone()).into_iter().filter(|item| allowed.contains(&item.to_string()));
            let common: Vec<Value> = common.collect();
            if common.is_empty() { Err(conflict(&own, &value)) } else { Ok(Value::Array(common)) }
        }
        "type" => types(&own, &value).ok_or_else(|| conflict(&own, &value)),
        "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties" => Ok(larger(own, value, true)),
        "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties" => Ok(larger(own, value, false)),
        "allOf" => Ok(Value::Array(union(list(own), list(value)))),
        "title" | "description" | "default" | "examples" | "format" | "$schema" | "$id" | "$comment" | "deprecated" => {
            Ok(value)
        }
        _ => Err(conflict(&own, &value)),
    }
}

fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        one => vec![one],
    }
}

fn union(mut own: Vec<Value>, more: Vec<Value>) -> Vec<Value> {
    let seen: HashSet<String> = own.iter().map(Value::to_string).collect();
    own.extend(more.into_iter().filter(|item| !seen.contains(&item.to_string())));
    own
}

/// An integer is a number.
fn types(own: &Value, value: &Value) -> Option<Value> {
    let (own, value) = (list(own.clone()), list(value.clone()));
    let (integer, number) = (Value::from("integer"), Value::from("number"));
    let mut common: Vec<Value> = own.iter().filter(|name| value.contains(name)).cloned().collect();
    let narrower =
        own.contains(&integer) && value.contains(&number) || own.contains(&number) && value.contains(&integer);
    if narrower && !common.contains(&integer) && !common.contains(&number) {
        common.push(integer);
    }
    match common.len() {
        0 => None,
        1 => common.pop(),
        _ => Some(Value::Array(common)),
    }
}

fn larger(own: Value, value: Value, larger: bool) -> Value {
    let is_larger = value.as_f64().unwrap_or_default() > own.as_f64().unwrap_or_default();
    if is_larger == larger { value } else { own }
}
