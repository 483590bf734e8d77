//! What servers really send with status 200: errors in many places, streams whose chunks are named otherwise, whole
//! replies where a stream was asked for. Rig knows one form of each, so that a reply is brought into it first.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::Fault;
use crate::said::said_in;

/// Stands in a reply that names no reason for its end: Rig takes a whole reply without one for a broken one.
pub(crate) const NO_REASON: &str = "unstated";

/// The fields that tell what a reply is. Others are skipped, not stored.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Peek<'a> {
    #[serde(borrow)]
    object: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
    error: Option<Value>,
    errors: Option<Value>,
    response: Option<PeekResponse>,
    choices: Option<Vec<PeekChoice<'a>>>,
    message: Option<Text>,
    msg: Option<Text>,
    detail: Option<IgnoredAny>,
    output: Option<IgnoredAny>,
    content: Option<IgnoredAny>,
    candidates: Option<IgnoredAny>,
    data: Option<IgnoredAny>,
    embeddings: Option<IgnoredAny>,
    results: Option<IgnoredAny>,
    models: Option<IgnoredAny>,
    #[serde(rename = "usageMetadata")]
    usage_metadata: Option<IgnoredAny>,
    #[serde(rename = "promptFeedback")]
    prompt_feedback: Option<IgnoredAny>,
    done: Option<Value>,
    done_reason: Option<IgnoredAny>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PeekResponse {
    error: Option<Value>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PeekChoice<'a> {
    error: Option<Value>,
    #[serde(borrow)]
    finish_reason: Option<Cow<'a, str>>,
    delta: Option<IgnoredAny>,
    message: Option<IgnoredAny>,
}

/// Whether a value is a text, without keeping it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    Is(#[expect(dead_code, reason = "only whether it is one counts")] String),
    IsNot(IgnoredAny),
}

impl Peek<'_> {
    /// Why the reply is none, in the provider's own words.
    fn failure(&self, text: &[u8]) -> Option<String> {
        let whole = || said_in(&String::from_utf8_lossy(text));
        if let Some(error) = self.error.as_ref().filter(|error| is_told(error)) {
            let of_response = self.object.as_deref() == Some("response");
            return Some(if of_response { with_code(error) } else { said_in(&error.to_string()) });
        }
        let kind = self.kind.as_deref();
        let is_error = kind.is_some_and(|kind| kind == "error" || kind.ends_with("_error"));
        if is_error || self.object.as_deref() == Some("error") || self.errors.as_ref().is_some_and(is_told) {
            return Some(whole());
        }
        if kind == Some("response.failed") {
            let error = self.response.as_ref().and_then(|response| response.error.as_ref());
            return Some(error.map_or("the response failed".to_owned(), with_code));
        }
        let choices = self.choices.as_deref().unwrap_or_default();
        if let Some(error) = choices.iter().find_map(|choice| choice.error.as_ref().filter(|error| is_told(error))) {
            return Some(said_in(&error.to_string()));
        }
        let ended = choices.iter().find_map(|choice| choice.finish_reason.as_deref());
        if let Some(reason) =
            ended.filter(|reason| ["error", "abort"].iter().any(|one| reason.eq_ignore_ascii_case(one)))
        {
            return Some(format!("the provider ended its reply with finish_reason \"{reason}\""));
        }
        let says =
            [&self.message, &self.msg].iter().any(|text| matches!(text, Some(Text::Is(_)))) || self.detail.is_some();
        (self.is_unknown() && says).then(whole)
    }

    /// Whether it is the end of an answer of Ollama's, of a version that gives no reason for it.
    fn is_unreasoned_end(&self) -> bool {
        self.done == Some(Value::Bool(true)) && self.done_reason.is_none() && self.message.is_some()
    }

    /// Whether it holds nothing that a reply of any API holds.
    fn is_unknown(&self) -> bool {
        let known = [
            &self.output,
            &self.content,
            &self.candidates,
            &self.data,
            &self.embeddings,
            &self.results,
            &self.models,
            &self.usage_metadata,
            &self.prompt_feedback,
        ];
        self.kind.is_none()
            && self.choices.is_none()
            && self.done.is_none()
            && known.iter().all(|field| field.is_none())
    }
}

/// The Responses API has its code beside the message.
fn with_code(error: &Value) -> String {
    let code = error.get("code").and_then(Value::as_str).map(|code| format!("{code}: "));
    code.unwrap_or_default() + &said_in(&error.to_string())
}

/// `false`, an empty text and an empty object say that there is no error.
fn is_told(error: &Value) -> bool {
    match error {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => true,
    }
}

/// `None`: it is no object of this shape, which Rig refuses. (serde would take a list for a struct.)
fn peek(text: &[u8]) -> Option<Peek<'_>> {
    text.trim_ascii_start().starts_with(b"{").then(|| serde_json::from_slice(text).ok()).flatten()
}

/// Why it is no JSON object: an error within a list, or a text, such as a gateway's page.
fn said_instead(text: &[u8]) -> Option<String> {
    match text.trim_ascii_start().first()? {
        b'{' => None,
        b'[' => {
            let [first]: [Peek; 1] = serde_json::from_slice(text).ok()?;
            first.error.filter(is_told).map(|error| said_in(&error.to_string()))
        }
        _ if serde_json::from_slice::<IgnoredAny>(text).is_ok() => None,
        _ => Some(format!("the reply is no JSON: {}", said_in(&String::from_utf8_lossy(text)))),
    }
}

/// Checks a whole reply. `Some`: what it is to be for Rig.
pub fn check_whole(text: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
    if let Some(said) = said_instead(text) {
        return Err(Fault::Said { said });
    }
    let Some(peek) = peek(text) else { return Ok(None) };
    if let Some(said) = peek.failure(text) {
        return Err(Fault::Said { said });
    }
    if peek.is_unreasoned_end() {
        return Ok(change(text, |reply| set(reply, "done_reason", NO_REASON)));
    }
    let ends = |choice: &PeekChoice| choice.finish_reason.as_deref().is_some_and(|reason| !reason.is_empty());
    let endless = |choice: &PeekChoice| choice.message.is_some() && !ends(choice);
    if !peek.choices.as_deref().unwrap_or_default().iter().any(endless) {
        return Ok(None);
    }
    Ok(change(text, |reply| {
        let choices = reply.get_mut("choices").and_then(Value::as_array_mut).into_iter().flatten();
        for choice in choices.filter_map(Value::as_object_mut) {
            if choice.get("finish_reason").and_then(Value::as_str).is_none_or(str::is_empty) {
                let calls = choice.get("message").and_then(|message| message.get("tool_calls")?.as_array());
                let reason = if calls.is_some_and(|calls| !calls.is_empty()) { "tool_calls" } else { NO_REASON };
                choice.insert("finish_reason".to_owned(), reason.into());
            }
        }
    }))
}

/// One of these stands in each part of a stream that has to be looked at. Most parts hold none, and are not read here.
const SIGNS: &[&str] = &[
    "error",
    "ERROR",
    "abort",
    "ABORT",
    "failed",
    "\"detail\"",
    "\"message\":\"",
    "\"message\": \"",
    "\"chat.completion\"",
    "\"done\":true",
    "\"done\": true",
];

static FINDERS: LazyLock<Vec<Finder<'static>>> = LazyLock::new(|| SIGNS.iter().map(Finder::new).collect());

/// Checks one event's data, or one line, of a stream. `Some`: what it is to be for Rig.
pub fn check_part(text: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
    if FINDERS.iter().all(|sign| sign.find(text).is_none()) {
        return Ok(None);
    }
    let Some(peek) = peek(text) else { return Ok(None) };
    if let Some(said) = peek.failure(text) {
        return Err(Fault::Said { said });
    }
    if peek.is_unreasoned_end() {
        return Ok(change(text, |line| set(line, "done_reason", NO_REASON)));
    }
    // What has a delta, or no choices, is a chunk, whatever its `object` says: Rig reads this one as a whole reply.
    let is_chunk = |choices: &[PeekChoice]| choices.first().is_none_or(|choice| choice.delta.is_some());
    if peek.object.as_deref() == Some("chat.completion") && peek.choices.as_deref().is_some_and(is_chunk) {
        return Ok(change(text, |chunk| set(chunk, "object", "chat.completion.chunk")));
    }
    Ok(None)
}

/// A whole reply as the stream that was asked for: one event. `kind` is the reply's content type.
pub fn as_stream(text: &[u8], kind: &str) -> Result<Vec<u8>, Fault> {
    let no_json = || {
        let said = said_in(&String::from_utf8_lossy(text));
        Fault::Said { said: format!("it answered with '{kind}' where a stream was asked for: {said}") }
    };
    serde_json::from_slice::<IgnoredAny>(text).map_err(|_| no_json())?;
    let mended = check_whole(text)?;
    let reply: Value = serde_json::from_slice(mended.as_deref().unwrap_or(text)).map_err(|_| no_json())?;
    let (data, end) = match reply.get("object").and_then(Value::as_str) {
        Some("response") => (json!({ "type": "response.completed", "response": reply }), ""),
        Some("chat.completion") => (reply, "data: [DONE]\n\n"),
        _ => (reply, ""),
    };
    Ok(format!("data: {data}\n\n{end}").into_bytes())
}

fn set(value: &mut Value, name: &str, text: &str) {
    if let Some(fields) = value.as_object_mut() {
        fields.insert(name.to_owned(), text.into());
    }
}

fn change(text: &[u8], edit: impl FnOnce(&mut Value)) -> Option<Vec<u8>> {
    let mut value = serde_json::from_slice(text).ok()?;
    edit(&mut value);
    Some(value.to_string().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(checked: Result<Option<Vec<u8>>, Fault>) -> Option<String> {
        checked.err().map(|fault| fault.to_string())
    }

    #[test]
    fn an_error_is_found_wherever_it_stands() {
        for text in [
            r#"{"error": {"message": "engine died"}}"#,
            r#"{"error": {"message": {"error": {"message": "engine died"}}}}"#,
            r#"{"error": "engine died", "choices": []}"#,
            r#"{"object": "error", "message": "engine died", "code": 40303}"#,
            r#"{"type": "error", "message": {"message": "engine died"}}"#,
            r#"{"detail": "engine died"}"#,
            r#"{"detail": [{"msg": "engine died"}]}"#,
            r#"{"message": "engine died"}"#,
            r#"{"message": "engine died", "type": "server_error", "code": 500}"#,
            r#"{"errors": [{"message": "engine died", "code": 7}]}"#,
            r#"{"error": {"message": "Provider returned error", "metadata": {"raw": "engine died"}}}"#,
            r#"{"error": {"message": "Provider returned error", "metadata": {"raw": "{\"error\": {\"message\": \"engine died\"}}"}}}"#,
            r#"{"choices": [{"delta": {"content": "a"}, "finish_reason": "error"}], "error": {"message": "engine died"}}"#,
            r#"{"choices": [{"message": {"content": "a"}, "finish_reason": "error", "error": {"message": "engine died"}}]}"#,
        ] {
            assert_eq!(said(check_whole(text.as_bytes())).as_deref(), Some("engine died"), "{text}");
            assert_eq!(said(check_part(text.as_bytes())).as_deref(), Some("engine died"), "{text}");
        }
        let failed =
            r#"{"type": "response.failed", "response": {"error": {"code": "server_error", "message": "engine died"}}}"#;
        assert_eq!(said(check_part(failed.as_bytes())).as_deref(), Some("server_error: engine died"));
        for reason in ["error", "abort", "ERROR"] {
            let text = format!(r#"{{"choices": [{{"delta": {{}}, "finish_reason": "{reason}"}}]}}"#);
            assert!(said(check_part(text.as_bytes())).is_some_and(|said| said.contains(reason)));
        }
    }

    #[test]
    fn what_is_no_error_passes_as_it_is() {
        for text in [
            r#"{"error": null, "object": "response", "output": []}"#,
            r#"{"type": "message", "content": [{"type": "text", "text": "a"}]}"#,
            r#"{"message": {"role": "assistant", "content": "a"}, "done": true, "done_reason": "stop"}"#,
            r#"{"message": {"role": "assistant", "content": "a"}, "done": false}"#,
            r#"{"choices": [{"message": {"content": "a"}, "finish_reason": "stop", "error": null}]}"#,
            r#"{"candidates": [], "usageMetadata": {}}"#,
            r#"{"choices": 7, "error": "engine died"}"#,
            r#"["chat.completion", null, "engine died"]"#,
            r#"{"object": "chat.completion", "choices": ["a"]}"#,
            r#"{"errors": [], "choices": []}"#,
            "[DONE]",
            "7",
            "",
        ] {
            assert_eq!(check_whole(text.as_bytes()).unwrap(), None, "{text}");
            assert_eq!(check_part(text.as_bytes()).unwrap(), None, "{text}");
        }
    }

    #[test]
    fn a_reply_that_is_no_object_tells_what_it_says() {
        for (text, wanted) in [
            (r#"[{"error": {"message": "engine died"}}]"#, "engine died"),
            ("engine died", "the reply is no JSON: engine died"),
            ("<html><title>502 Bad Gateway</title></html>", "the reply is no JSON: 502 Bad Gateway"),
        ] {
            assert_eq!(said(check_whole(text.as_bytes())).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn lists_in_place_of_objects_are_left_to_rig() {
        for text in
            [r#"{"choices": [[null, "", null, {}]]}"#, r#"{"object": "chat.completion", "choices": [[null, "", {}]]}"#]
        {
            for checked in [check_whole(text.as_bytes()), check_part(text.as_bytes())] {
                let kept = checked.unwrap().is_none_or(|text| !String::from_utf8(text).unwrap().contains(NO_REASON));
                assert!(kept, "{text}");
            }
        }
    }

    #[test]
    fn chunks_are_chunks_whatever_they_are_called() {
        let renamed = |text: &str| check_part(text.as_bytes()).unwrap().map(|text| String::from_utf8(text).unwrap());
        let usage = r#"{"object":"chat.completion","choices":[],"usage":{"total_tokens":4}}"#;
        assert_eq!(renamed(usage), Some(usage.replace("chat.completion", "chat.completion.chunk")));
        let delta = r#"{"object":"chat.completion","choices":[{"delta":{"content":"a"}}]}"#;
        assert_eq!(renamed(delta), Some(delta.replace("chat.completion", "chat.completion.chunk")));
        assert_eq!(renamed(r#"{"object":"chat.completion","choices":[{"message":{"content":"a"}}]}"#), None);
    }
}
