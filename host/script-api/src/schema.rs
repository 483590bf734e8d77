//! Records from the JSON Schemas of the host's own types.

use serde_json::{Map, Value};

use crate::kind::{Field, Kind};

/// How deep types are written out within each other.
const DEEPEST: usize = 6;

/// A field with what its comment says.
pub struct Described {
    pub field: Field,
    pub about: String,
}

/// The fields of an object's schema. `is_known` tells which definitions have a name of their own in the table.
pub fn fields(schema: &Value, is_known: &dyn Fn(&str) -> bool) -> Vec<Described> {
    let reader = Reader { definitions: schema.get("$defs").and_then(Value::as_object), is_known };
    reader.described(schema, 0)
}

/// The fields of one of the definitions in a schema.
pub fn definition(schema: &Value, name: &str, is_known: &dyn Fn(&str) -> bool) -> Option<Vec<Described>> {
    let definitions = schema.get("$defs").and_then(Value::as_object)?;
    let reader = Reader { definitions: Some(definitions), is_known };
    Some(reader.described(definitions.get(name)?, 0))
}

struct Reader<'a> {
    definitions: Option<&'a Map<String, Value>>,
    is_known: &'a dyn Fn(&str) -> bool,
}

impl Reader<'_> {
    fn described(&self, schema: &Value, depth: usize) -> Vec<Described> {
        let required = schema.get("required").and_then(Value::as_array);
        let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|one| one == name));
        let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        properties
            .map(|(name, property)| {
                let kind = self.kind(property, depth + 1);
                let kind = if is_required(name) { kind } else { kind.optional() };
                let about = property.get("description").and_then(Value::as_str).unwrap_or_default();
                let about = about.lines().next().unwrap_or_default().into();
                Described { field: Field { name: name.clone(), kind }, about }
            })
            .collect()
    }

    fn kind(&self, schema: &Value, depth: usize) -> Kind {
        if depth > DEEPEST {
            return Kind::name("any");
        }
        if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next()) {
            if (self.is_known)(name) {
                return Kind::name(name);
            }
            let found = self.definitions.and_then(|all| all.get(name));
            return found.map_or(Kind::name("any"), |one| self.kind(one, depth));
        }
        if let Some(constant) = schema.get("const").and_then(Value::as_str) {
            return Kind::Literal(constant.into());
        }
        if let Some(words) = schema.get("enum").and_then(Value::as_array) {
            return union(words.iter().filter_map(Value::as_str).map(|word| Kind::Literal(word.into())).collect());
        }
        for word in ["anyOf", "oneOf"] {
            if let Some(all) = schema.get(word).and_then(Value::as_array) {
                let some = all.iter().filter(|one| one.get("type").is_none_or(|kind| kind != "null"));
                let kind = union(some.map(|one| self.kind(one, depth + 1)).collect());
                return if all.iter().any(|one| one.get("type").is_some_and(|kind| kind == "null")) {
                    kind.optional()
                } else {
                    kind
                };
            }
        }
        if let Some([only]) = schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
            return self.kind(only, depth);
        }
        match schema.get("type") {
            Some(Value::String(kind)) => self.typed(kind, schema, depth),
            Some(Value::Array(kinds)) => {
                let some = kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null");
                let kind = union(some.map(|kind| self.typed(kind, schema, depth)).collect());
                if kinds.iter().any(|kind| kind == "null") { kind.optional() } else { kind }
            }
            _ => Kind::name("any"),
        }
    }

    fn typed(&self, kind: &str, schema: &Value, depth: usize) -> Kind {
        match kind {
            "string" | "number" | "integer" | "boolean" => Kind::name(kind),
            "array" => {
                let items = schema.get("items").map_or(Kind::name("any"), |items| self.kind(items, depth + 1));
                Kind::List(Box::new(items))
            }
            "object" if schema.get("properties").is_some() => {
                Kind::Object(self.described(schema, depth).into_iter().map(|one| one.field).collect())
            }
            "object" => {
                let values = schema.get("additionalProperties").filter(|values| values.is_object());
                Kind::Map(Box::new(values.map_or(Kind::name("any"), |values| self.kind(values, depth + 1))))
            }
            _ => Kind::name("any"),
        }
    }
}

fn union(mut all: Vec<Kind>) -> Kind {
    all.dedup();
    match all.len() {
        0 => Kind::name("any"),
        1 => all.remove(0),
        _ => Kind::Union(all),
    }
}
