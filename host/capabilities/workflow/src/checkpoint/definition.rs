//! Whether two definitions are the same.

use std::sync::Arc;

use serde_json::{Map, Value};

use llmspell_capability_agent::Agent;

use crate::plan::FREE_FIELDS;

/// A definition as it is compared: functions without their numbers, which are those of one run, agents as they are described,
/// and without the state, which is a checkpoint's own.
pub fn comparable(mut definition: Value, agents: &[Arc<Agent>]) -> Value {
    if let Some(fields) = definition.as_object_mut() {
        fields.shift_remove("state");
    }
    strip(&mut definition, agents);
    definition
}

fn strip(value: &mut Value, agents: &[Arc<Agent>]) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| strip(item, agents)),
        Value::Object(fields) => {
            if let Some(function) = fields.get_mut("function").filter(|function| function.is_number()) {
                *function = Value::Bool(true);
            }
            let handle = |agent: &Value| agent.get("handle").and_then(Value::as_u64);
            if let Some(agent) = fields.get_mut("agent")
                && let Some(known) = handle(agent).and_then(|handle| agents.get(usize::try_from(handle).ok()?))
            {
                *agent = known.describe();
                // Of one run.
                agent.as_object_mut().into_iter().for_each(|described| drop(described.shift_remove("id")));
            }
            let rest =
                fields.iter_mut().filter(|(name, _)| !FREE_FIELDS.contains(&name.as_str()) && name.as_str() != "agent");
            rest.for_each(|(_, field)| strip(field, agents));
        }
        _ => {}
    }
}

/// Where two values differ first, and how: "steps[2].prompt was "a" and is "b"".
pub fn difference(before: &Value, now: &Value) -> Option<String> {
    at("", before, now)
}

fn at(path: &str, before: &Value, now: &Value) -> Option<String> {
    match (before, now) {
        (Value::Object(before), Value::Object(now)) => in_fields(path, before, now),
        (Value::Array(before), Value::Array(now)) => {
            let each = before.iter().zip(now).enumerate();
            let inner = each
                .into_iter()
                .find_map(|(number, (before, now))| at(&format!("{path}[{}]", number + 1), before, now));
            let (was, is) = (before.len(), now.len());
            inner.or_else(|| (was != is).then(|| format!("{} had {was} entries and has {is}", named(path))))
        }
        _ if before == now => None,
        _ => Some(format!("{} was {} and is {}", named(path), short(before), short(now))),
    }
}

fn in_fields(path: &str, before: &Map<String, Value>, now: &Map<String, Value>) -> Option<String> {
    let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let null = Value::Null;
    let first = before.iter().find_map(|(name, before)| at(&join(name), before, now.get(name).unwrap_or(&null)));
    let new = || now.iter().find(|(name, now)| !before.contains_key(*name) && !now.is_null());
    first.or_else(|| new().map(|(name, now)| format!("{} was not there and is {}", named(&join(name)), short(now))))
}

fn named(path: &str) -> String {
    if path.is_empty() { "it".into() } else { path.chars().take(200).collect() }
}

/// As JSON, not without end.
fn short(value: &Value) -> String {
    const MOST: usize = 60;
    let text = value.to_string();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn functions_have_no_numbers_and_what_a_spell_writes_is_compared_as_it_is() {
        let one = json!({ "state": { "a": 1 }, "steps": [{ "function": 3, "input": { "function": 3 } }] });
        let other = json!({ "state": { "a": 2 }, "steps": [{ "function": 5, "input": { "function": 4 } }] });
        let (one, other) = (comparable(one, &[]), comparable(other, &[]));
        assert_eq!(difference(&one, &one), None);
        assert_eq!(difference(&one, &other).as_deref(), Some("steps[1].input.function was 3 and is 4"));
    }

    #[test]
    fn a_difference_is_told_with_its_place() {
        let told = |before: Value, now: Value| difference(&before, &now).unwrap();
        assert_eq!(told(json!({ "a": [1] }), json!({ "a": [1, 2] })), "a had 1 entries and has 2");
        assert_eq!(told(json!({ "a": 1 }), json!({ "a": 1, "b": "x" })), "b was not there and is \"x\"");
        assert_eq!(told(json!({ "a": 1 }), json!({})), "a was 1 and is null");
        assert_eq!(told(json!("x"), json!(["x"])), "it was \"x\" and is [\"x\"]");
        assert!(told(json!("x".repeat(1_000)), json!("y")).len() < 100);
    }
}
