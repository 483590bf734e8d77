//! The parts of data that a schema describes.

use serde_json::{Map, Value};

pub fn extract(value: Value, schema: &Value) -> Value {
    at(value, schema, super::DEPTH)
}

fn at(value: Value, schema: &Value, depth: usize) -> Value {
    let Some(below) = depth.checked_sub(1) else { return value };
    match value {
        Value::Object(mut fields) => {
            let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
                return Value::Object(fields);
            };
            let mut found = Map::new();
            for (name, inner) in properties {
                if let Some(field) = fields.get_mut(name) {
                    found.insert(name.clone(), at(field.take(), inner, below));
                }
            }
            Value::Object(found)
        }
        Value::Array(items) => {
            let Some(inner) = schema.get("items") else { return Value::Array(items) };
            Value::Array(items.into_iter().map(|item| at(item, inner, below)).collect())
        }
        other => other,
    }
}
