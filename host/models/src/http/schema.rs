//! The schema of an answer, as it was given. Rig brings each into the form of OpenAI's strict mode: optional fields become
//! required, and open objects closed.

use serde_json::{Map, Value};

/// Puts the schema into a request that has Rig's form of it.
pub fn put_back(request: &mut Value, schema: &Value) {
    // Chat Completions, and the Responses API.
    let openai = [&["response_format", "json_schema"][..], &["text", "format"]];
    for place in openai {
        if let Some(Value::Object(format)) = find(request, place)
            && format.contains_key("schema")
            && !is_strict(schema)
        {
            format.insert("schema".to_owned(), schema.clone());
            format.insert("strict".to_owned(), false.into());
        }
    }
    // Anthropic wants closed objects; what is required there is told apart.
    if let Some(sent) = find(request, &["output_config", "format", "schema"]) {
        require(sent, schema);
    }
}

fn find<'a>(value: &'a mut Value, place: &[&str]) -> Option<&'a mut Value> {
    place.iter().try_fold(value, |value, name| value.get_mut(name))
}

/// Whether an object of this schema may hold names that it does not list: closed, it could hold hardly anything.
pub fn has_open_objects(schema: &Value) -> bool {
    let Value::Object(fields) = schema else { return false };
    let is_object = fields.get("type").is_some_and(|kind| kind == "object");
    let listed = fields.get("properties").and_then(Value::as_object).is_some_and(|listed| !listed.is_empty());
    let further = match fields.get("additionalProperties") {
        None => is_object && !listed,
        Some(further) => further != &Value::Bool(false),
    };
    further || fields.contains_key("patternProperties") || within(fields).any(has_open_objects)
}

/// Whether OpenAI's strict mode takes it as it is.
fn is_strict(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| kind == "object") && is_strict_part(schema)
}

/// The words that the strict mode knows.
const STRICT_WORDS: &[&str] = &[
    "$defs",
    "$ref",
    "$schema",
    "additionalProperties",
    "anyOf",
    "const",
    "description",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maximum",
    "minItems",
    "minimum",
    "multipleOf",
    "pattern",
    "properties",
    "required",
    "title",
    "type",
];

fn is_strict_part(schema: &Value) -> bool {
    let Value::Object(fields) = schema else { return false };
    let known = fields.keys().all(|word| STRICT_WORDS.contains(&word.as_str()));
    let says = ["$ref", "type", "enum", "const", "anyOf"].iter().any(|word| fields.contains_key(*word));
    let is_object = fields.contains_key("properties") || fields.get("type").is_some_and(|kind| kind == "object");
    known && says && (!is_object || is_closed(fields)) && within(fields).all(is_strict_part)
}

/// Whether no further names are allowed, and all that are listed are required.
fn is_closed(object: &Map<String, Value>) -> bool {
    let required = object.get("required").and_then(Value::as_array);
    let is_required = |name: &String| required.is_some_and(|required| required.iter().any(|one| one == name));
    let listed = object.get("properties").and_then(Value::as_object);
    object.get("additionalProperties") == Some(&Value::Bool(false))
        && listed.is_some_and(|all| all.keys().all(is_required))
}

/// The schemas in a schema.
fn within(fields: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let named = ["properties", "$defs", "definitions"].into_iter().filter_map(|word| fields.get(word)?.as_object());
    let listed = ["anyOf", "allOf", "oneOf", "prefixItems"].into_iter().filter_map(|word| fields.get(word)?.as_array());
    let single = fields.get("items").filter(|items| items.is_object());
    named.flat_map(Map::values).chain(listed.flatten()).chain(single)
}

/// Makes required what the schema requires, and nothing else. `sent` is what Rig made of it.
fn require(sent: &mut Value, schema: &Value) {
    let (Value::Object(sent), Value::Object(schema)) = (sent, schema) else { return };
    if sent.contains_key("properties") {
        match schema.get("required") {
            Some(required) => drop(sent.insert("required".to_owned(), required.clone())),
            None => drop(sent.remove("required")),
        }
    }
    for word in ["properties", "$defs"] {
        if let (Some(Value::Object(sent)), Some(Value::Object(schema))) = (sent.get_mut(word), schema.get(word)) {
            sent.iter_mut().for_each(|(name, part)| require(part, schema.get(name).unwrap_or(&Value::Null)));
        }
    }
    if let (Some(sent), Some(schema)) = (sent.get_mut("items"), schema.get("items")) {
        require(sent, schema);
    }
    // Rig makes one list of both, in this order.
    let choices = ["anyOf", "oneOf"].into_iter().filter_map(|word| schema.get(word)?.as_array()).flatten();
    let sent_choices = sent.get_mut("anyOf").and_then(Value::as_array_mut).into_iter().flatten();
    sent_choices.zip(choices).for_each(|(sent, schema)| require(sent, schema));
    if let (Some(Value::Array(sent)), Some(Value::Array(schema))) = (sent.get_mut("allOf"), schema.get("allOf")) {
        sent.iter_mut().zip(schema).for_each(|(sent, schema)| require(sent, schema));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sent(schema: &Value) -> Value {
        let mut request = json!({"response_format": {"json_schema": {"strict": true, "schema": {"changed": true}}}});
        put_back(&mut request, schema);
        request["response_format"]["json_schema"].take()
    }

    #[test]
    fn optional_fields_open_objects_and_other_roots_go_out_as_they_are() {
        for schema in [
            json!({"type": "object", "properties": {"a": {}, "b": {}}, "required": ["a"], "additionalProperties": false}),
            json!({"type": "object", "properties": {"a": {"type": "object"}}, "required": ["a"], "additionalProperties": false}),
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}),
            json!({"type": "object", "additionalProperties": {"type": "string"}}),
            json!({"type": "object", "additionalProperties": true}),
            json!({"type": "array", "items": {"type": "string"}}),
            json!({"type": "string"}),
            json!({"enum": ["a", "b"]}),
            json!({"anyOf": [{"type": "string"}, {"type": "null"}]}),
            json!({}),
        ] {
            assert_eq!(sent(&schema), json!({"strict": false, "schema": schema}));
        }
    }

    #[test]
    fn what_is_strict_stays_strict() {
        let part = json!({"type": "object", "properties": {"n": {"type": ["integer", "null"]}}, "required": ["n"], "additionalProperties": false});
        let schema = json!({"type": "object", "properties": {"a": {"type": "array", "items": part}, "b": {"anyOf": [part, {"$ref": "#/$defs/c"}]}},
            "required": ["b", "a"], "additionalProperties": false, "$defs": {"c": part}});
        assert_eq!(sent(&schema)["strict"], true);
        let mut open = schema.clone();
        open["$defs"]["c"]["additionalProperties"] = true.into();
        assert_eq!(sent(&open), json!({"strict": false, "schema": open}));
    }

    #[test]
    fn anthropic_is_told_what_is_required() {
        let schema = json!({"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {}}}, "c": {}}, "required": ["c"]});
        let mut request = json!({"output_config": {"format": {"schema": {"type": "object", "additionalProperties": false,
            "properties": {"a": {"type": "object", "properties": {"b": {}}, "required": ["b"]}, "c": {}}, "required": ["a", "c"]}}}});
        put_back(&mut request, &schema);
        let sent = &request["output_config"]["format"]["schema"];
        assert_eq!((&sent["required"], sent["properties"]["a"].get("required")), (&json!(["c"]), None));
        assert_eq!(sent["additionalProperties"], false);
    }

    #[test]
    fn an_open_object_is_found_wherever_it_lies() {
        let within = |part: Value| json!({"type": "object", "properties": {"a": {"anyOf": [{"items": part}]}}});
        for open in
            [json!({"type": "object"}), json!({"additionalProperties": {}}), json!({"patternProperties": {"a": {}}})]
        {
            assert!(has_open_objects(&within(open)));
        }
        assert!(!has_open_objects(&within(json!({"type": "object", "properties": {"b": {}}}))));
    }
}
