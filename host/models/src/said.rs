//! What a server says in the body of an error.

use serde_json::Value;

/// The message in a body, in any of the forms that servers use, or the body where there is none to be found.
pub(crate) fn said_in(body: &str) -> String {
    // Some send the error of a stream as an event.
    let event = || body.lines().find_map(|line| serde_json::from_str(line.strip_prefix("data:")?.trim()).ok());
    let parsed: Option<Value> = serde_json::from_str(body).ok().or_else(event);
    match parsed {
        // Serialized again: escapes such as \u0073 could hide the key from the redaction.
        Some(value) => message_of(&value).unwrap_or_else(|| value.to_string()),
        None => title_of(body).unwrap_or(body).to_owned(),
    }
}

/// The title of a page, such as a proxy's "502 Bad Gateway".
fn title_of(body: &str) -> Option<&str> {
    let start = body.trim_start().strip_prefix('<').and_then(|_| body.find("<title>"))?;
    let title = body.get(start..)?.strip_prefix("<title>")?;
    title.split_once("</title>").map(|(title, _)| title.trim()).filter(|title| !title.is_empty())
}

/// How deep an error's message may lie.
const DEEPEST: usize = 6;

fn message_of(value: &Value) -> Option<String> {
    find(value, DEEPEST)
}

fn find(value: &Value, deepest: usize) -> Option<String> {
    let deepest = deepest.checked_sub(1)?;
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => find(items.first()?, deepest),
        Value::Object(fields) => {
            let names = ["error", "errors", "message", "detail", "msg"];
            // A gateway's own words say no more than that there was an error (OpenRouter).
            let raw = || fields.get("metadata")?.get("raw")?.as_str().filter(|raw| !raw.is_empty()).map(said_in);
            let named = raw().or_else(|| names.iter().find_map(|name| find(fields.get(*name)?, deepest)));
            let place = fields.get("loc").and_then(Value::as_array).map(|place| {
                let parts = place.iter().map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned));
                parts.collect::<Vec<_>>().join(".")
            });
            match (named, place) {
                (Some(said), Some(place)) => Some(format!("{place}: {said}")),
                (Some(said), None) => Some(said),
                // One text in the object is the message, whatever its name.
                (None, _) => {
                    let mut texts = fields.values().filter_map(Value::as_str);
                    texts.next().filter(|_| texts.next().is_none()).map(str::to_owned)
                }
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_found_in_every_form() {
        for (body, said) in [
            (r#"{"error": {"message": "engine died", "type": "x"}}"#, "engine died"),
            (r#"{"error": "engine died"}"#, "engine died"),
            (r#"{"errors": [{"message": "engine died"}]}"#, "engine died"),
            (r#"{"error": {"message": "error", "metadata": {"raw": "{\"detail\": \"engine died\"}"}}}"#, "engine died"),
            (r#"[{"error": {"message": "engine died"}}]"#, "engine died"),
            (r#"{"detail": [{"loc": ["body", 0, "n"], "msg": "engine died"}]}"#, "body.0.n: engine died"),
            (r#"{"html-message": "engine died", "code": 5}"#, "engine died"),
            ("data: {\"error\": {\"message\": \"engine died\"}}\n\ndata: [DONE]\n\n", "engine died"),
            (r#"{"a": "b", "c": "d"}"#, r#"{"a":"b","c":"d"}"#),
            ("<html><head><title> 502 Bad Gateway </title></head></html>", "502 Bad Gateway"),
            ("<html>engine died</html>", "<html>engine died</html>"),
            ("engine died", "engine died"),
            ("", ""),
        ] {
            assert_eq!(said_in(body), said, "{body}");
        }
    }
}
