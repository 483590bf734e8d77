//! What Rig sends, in the form that every server of a kind takes.

use bytes::Bytes;
use llmspell_base::provider_kind::Kind;
use memchr::memmem;
use serde_json::Value;

use super::schema::put_back;

/// The `schema` of the answer goes out as it was given. One text in a message goes out as a text and not as a list of one
/// part, which some servers refuse; Gemini gets no nulls for what is not set. Other requests stay as they are, unread.
pub fn plain(kind: Kind, body: Bytes, schema: Option<&Value>) -> Bytes {
    let body = match schema {
        Some(schema) => change(&body, |request| put_back(request, schema)).unwrap_or(body),
        None => body,
    };
    let holds = |part: &[u8]| memmem::find(&body, part).is_some();
    let changed = match kind {
        Kind::Anthropic | Kind::Cohere | Kind::Ollama => None,
        Kind::Gemini => holds(b":null").then(|| change(&body, without_nulls)),
        _ => holds(br#""content":[{"#).then(|| change(&body, with_plain_texts)),
    };
    changed.flatten().unwrap_or(body)
}

/// A request for vectors that names no length. Rig names the one that it believes the model to have, which servers refuse
/// or cut vectors to.
pub fn without_dimensions(body: Bytes) -> Bytes {
    let unnamed = |value: &mut Value| {
        if let Some(fields) = value.as_object_mut() {
            fields.retain(|name, _| !DIMENSIONS.contains(&name.as_str()));
        }
    };
    let edit = |request: &mut Value| {
        unnamed(request);
        request.get_mut("requests").and_then(Value::as_array_mut).into_iter().flatten().for_each(unnamed);
    };
    change(&body, edit).unwrap_or(body)
}

/// What APIs call the length of vectors.
const DIMENSIONS: &[&str] = &["dimensions", "output_dimension", "output_dimensionality"];

fn change(body: &[u8], edit: impl FnOnce(&mut Value)) -> Option<Bytes> {
    let mut request = serde_json::from_slice(body).ok()?;
    edit(&mut request);
    Some(request.to_string().into())
}

fn with_plain_texts(request: &mut Value) {
    let messages = request.get_mut("messages").and_then(Value::as_array_mut).into_iter().flatten();
    for content in messages.filter_map(|message| message.get_mut("content")) {
        let texts: Option<Vec<&str>> = content.as_array().and_then(|parts| parts.iter().map(plain_text).collect());
        // Several, as of two messages of the user in a row, are paragraphs.
        if let Some(texts) = texts.filter(|texts| !texts.is_empty()) {
            *content = texts.join("\n\n").into();
        }
    }
}

/// The text of a part that is nothing else.
fn plain_text(part: &Value) -> Option<&str> {
    let part = part.as_object().filter(|part| part.len() == 2)?;
    part.get("type").filter(|kind| *kind == "text")?;
    part.get("text")?.as_str()
}

fn without_nulls(request: &mut Value) {
    let set = |object: &mut Value| {
        if let Some(fields) = object.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
    };
    set(request);
    request.get_mut("tools").and_then(Value::as_array_mut).into_iter().flatten().for_each(set);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_is_a_text() {
        let sent = |kind, body: &'static str| plain(kind, Bytes::from_static(body.as_bytes()), None);
        let parts = r#"{"messages":[{"role":"system","content":[{"type":"text","text":"a"}]},{"role":"user","content":[{"type":"text","text":"b"},{"type":"text","text":"c"}]}]}"#;
        let wanted = r#"{"messages":[{"role":"system","content":"a"},{"role":"user","content":"b\n\nc"}]}"#;
        let photo = r#"{"messages":[{"content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{}}]}]}"#;
        assert_eq!(sent(Kind::OpenAi, photo), photo);
        assert_eq!(sent(Kind::OpenAi, parts), wanted);
        assert_eq!(sent(Kind::Mistral, parts), wanted);
        assert_eq!(sent(Kind::Anthropic, parts), parts);
        let cached = r#"{"messages":[{"content":[{"type":"text","text":"a","cache_control":{}}]}]}"#;
        assert_eq!(sent(Kind::OpenRouter, cached), cached);
    }

    #[test]
    fn gemini_gets_no_nulls() {
        let body = br#"{"contents":[{"a":null}],"safetySettings":null,"tools":[{"functionDeclarations":[{"b":null}],"codeExecution":null}]}"#;
        let wanted = r#"{"contents":[{"a":null}],"tools":[{"functionDeclarations":[{"b":null}]}]}"#;
        assert_eq!(plain(Kind::Gemini, Bytes::from_static(body), None), wanted);
    }
}
