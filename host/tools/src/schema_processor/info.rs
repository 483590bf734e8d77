//! What a schema describes.

use serde_json::{Map, Value, json};

use super::DEPTH;
use crate::standard::present;

pub fn of(schema: &Value) -> Value {
    let empty = Map::new();
    let map = schema.as_object().unwrap_or(&empty);
    let properties = map.get("properties").and_then(Value::as_object);
    let names: Vec<&String> = properties.into_iter().flat_map(Map::keys).collect();
    let required: Vec<&Value> = map.get("required").and_then(Value::as_array).into_iter().flatten().collect();
    let optional: Vec<&&String> =
        names.iter().filter(|name| !required.iter().any(|one| one.as_str() == Some(name.as_str()))).collect();
    present(json!({
        "type": map.get("type"), "title": map.get("title"), "description": map.get("description"),
        "properties": names, "required": required, "optional": optional,
        "depth": depth(schema, DEPTH), "bytes": schema.to_string().len(), "schema": schema,
    }))
}

/// How deep objects and lists lie in each other.
fn depth(schema: &Value, left: usize) -> usize {
    let Some(left) = left.checked_sub(1) else { return 0 };
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::values);
    properties.chain(schema.get("items")).map(|inner| 1 + depth(inner, left)).max().unwrap_or(0)
}
