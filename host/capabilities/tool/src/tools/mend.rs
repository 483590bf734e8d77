//! What is meant, where a language or a model can't say it: Lua's `{}` for an empty list, a null for what is left out.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

/// The words of a schema that hold a list.
const LISTS: &[&str] = &["required", "enum", "anyOf", "oneOf", "allOf", "prefixItems", "examples"];
/// Those that hold schemas by name, and those that hold one, or a list of them.
const NAMED: &[&str] = &["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];
const SINGLE: &[&str] = &[
    "items",
    "prefixItems",
    "additionalItems",
    "additionalProperties",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contains",
    "propertyNames",
    "not",
    "if",
    "then",
    "else",
    "anyOf",
    "oneOf",
    "allOf",
];

/// Makes lists of the empty objects in a schema where it takes nothing but lists.
pub fn lists_of_schema(schema: &mut Value) {
    let Value::Object(fields) = schema else { return };
    for (word, value) in fields.iter_mut() {
        let word = word.as_str();
        if LISTS.contains(&word) && is_empty_object(value) {
            *value = Value::Array(Vec::new());
        }
        match value {
            Value::Object(map) if NAMED.contains(&word) => map.values_mut().for_each(lists_of_schema),
            Value::Object(map) if word == "dependentRequired" => {
                map.values_mut()
                    .filter(|names| is_empty_object(names))
                    .for_each(|names| *names = Value::Array(Vec::new()));
            }
            Value::Array(parts) if SINGLE.contains(&word) => parts.iter_mut().for_each(lists_of_schema),
            part if SINGLE.contains(&word) => lists_of_schema(part),
            _ => {}
        }
    }
}

fn is_empty_object(value: &Value) -> bool {
    value.as_object().is_some_and(serde_json::Map::is_empty)
}

/// How a value is mended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mend {
    /// An empty object is a list where nothing else is wanted.
    Lists,
    /// It is a list where one may be wanted among others.
    ListsOfChoices,
    /// A null member is an absent one where null is not wanted.
    Nulls,
}

/// Mends what these errors are about. `None`: nothing of it.
pub fn mended<'a>(value: &Value, errors: impl Iterator<Item = ValidationError<'a>>, mend: Mend) -> Option<Value> {
    let places: Vec<String> =
        errors.filter(|error| is_meant(error, mend)).map(|error| error.instance_path.to_string()).collect();
    if places.is_empty() {
        return None;
    }
    let mut changed = value.clone();
    for place in places {
        match mend {
            Mend::Lists | Mend::ListsOfChoices => {
                if let Some(found) = changed.pointer_mut(&place) {
                    *found = Value::Array(Vec::new());
                }
            }
            Mend::Nulls => remove(&mut changed, &place),
        }
    }
    Some(changed)
}

fn is_meant(error: &ValidationError<'_>, mend: Mend) -> bool {
    match mend {
        Mend::Lists => is_empty_object(&error.instance) && wants_list(&error.kind),
        Mend::ListsOfChoices => {
            is_empty_object(&error.instance) && matches!(error.kind, Kind::AnyOf { .. } | Kind::OneOfNotValid { .. })
        }
        Mend::Nulls => error.instance.is_null(),
    }
}

fn wants_list(kind: &Kind) -> bool {
    match kind {
        Kind::Type { kind: TypeKind::Single(one) } => *one == JsonType::Array,
        Kind::Type { kind: TypeKind::Multiple(several) } => several.contains(JsonType::Array),
        _ => false,
    }
}

fn remove(value: &mut Value, place: &str) {
    let Some((parent, name)) = place.rsplit_once('/') else { return };
    let name = name.replace("~1", "/").replace("~0", "~");
    if let Some(Value::Object(map)) = value.pointer_mut(parent) {
        map.shift_remove(&name);
    }
}
