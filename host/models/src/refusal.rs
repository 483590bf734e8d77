//! What servers say in codes and words of their own where a status does not tell it: one row each.

use serde_json::Value;

use crate::said::said_in;

/// What is wrong, as far as a caller can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// There is no such model.
    NoModel,
    /// Nothing is at that path.
    NoPath,
    /// The prompt is longer than the model's context, or than the server takes.
    TooLong,
    /// There is no credit left: waiting does not help.
    NoCredit,
    /// The key may be wrong.
    WrongKey,
}

/// How a refusal is told.
enum Sign {
    /// Its `code`, `type` or `status`.
    Code(&'static str),
    /// A part of its message, in lower case.
    Words(&'static str),
    /// All of its message, in lower case.
    Message(&'static str),
}

use Meaning::{NoCredit, NoModel, NoPath, TooLong, WrongKey};
use Sign::{Code, Message, Words};

/// Statuses with which a sign means that; none: any. The first row that fits counts.
type Row = (&'static [u16], Sign, Meaning);

const ROWS: &[Row] = &[
    // OpenAI's list of error codes; also vLLM 0.32.0, Groq and OpenRouter as they document themselves.
    (&[], Code("model_not_found"), NoModel),
    (&[], Code("context_length_exceeded"), TooLong),
    (&[429], Code("insufficient_quota"), NoCredit),
    // LiteLLM 1.106.12, seen: 400 for an unknown model, and for a wrong key where it has no database.
    (&[400], Words("invalid model name"), NoModel),
    (&[400], Code("no_db_connection"), WrongKey),
    (&[], Words("contextwindowexceedederror"), TooLong),
    // Gateways and local servers that answer 400 or 422.
    (&[400, 422], Words("model not found"), NoModel),
    // llama.cpp's server, build 10434, seen.
    (&[], Code("exceed_context_size_error"), TooLong),
    (&[404], Message("file not found"), NoPath),
    // vLLM 0.32.0, seen; DeepSeek, OpenRouter and Mistral say it with the same words.
    (&[], Words("maximum context length"), TooLong),
    // Anthropic's and Gemini's documentation of errors.
    (&[], Words("prompt is too long"), TooLong),
    (&[], Words("input token count"), TooLong),
    // What web servers say of themselves: Starlette 0.4x (vLLM, LiteLLM, transformers serve), Go's net/http (Ollama), Hono
    // (Portkey 1.15.2), nginx.
    (&[404], Message(""), NoPath),
    (&[404], Message("not found"), NoPath),
    (&[404], Message("404"), NoPath),
    (&[404], Message("404 not found"), NoPath),
    (&[404], Message("404 page not found"), NoPath),
    (&[413], Words(""), TooLong),
];

/// What a refusal means beyond its status; `None` for the status of an error that came with 200.
pub(crate) fn meaning(status: Option<u16>, body: &str) -> Option<Meaning> {
    let said = said_in(body).trim().trim_end_matches('.').to_lowercase();
    let codes = codes(body);
    // A page is for people who ask for one.
    if status == Some(404) && body.trim_start().starts_with('<') {
        return Some(NoPath);
    }
    let fits = |(statuses, sign, _): &&Row| {
        let in_time = statuses.is_empty() || status.is_some_and(|status| statuses.contains(&status));
        in_time
            && match sign {
                Code(code) => codes.iter().any(|one| one == code),
                Words(words) => said.contains(words),
                Message(message) => said == *message,
            }
    };
    ROWS.iter().find(fits).map(|(_, _, meaning)| *meaning)
}

/// The words that name the error, beside its message.
fn codes(body: &str) -> Vec<String> {
    let Ok(value) = serde_json::from_str::<Value>(body) else { return Vec::new() };
    let outer = value.as_array().and_then(|list| list.first()).unwrap_or(&value);
    let places = [Some(outer), outer.get("error"), outer.get("error").and_then(|error| error.get("error"))];
    let words = places.into_iter().flatten().flat_map(|place| {
        ["code", "type", "status"].into_iter().filter_map(|name| place.get(name)?.as_str().map(str::to_owned))
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_understood_by_its_codes_and_words() {
        for (status, body, wanted) in [
            (
                404,
                r#"{"error": {"message": "The model `m` does not exist", "code": "model_not_found"}}"#,
                Some(NoModel),
            ),
            (400, r#"{"error": {"message": "x", "code": "context_length_exceeded"}}"#, Some(TooLong)),
            (400, r#"{"error": {"code": 400, "message": "x", "type": "exceed_context_size_error"}}"#, Some(TooLong)),
            (
                400,
                r#"{"type": "error", "error": {"message": "prompt is too long: 9 tokens > 8 maximum"}}"#,
                Some(TooLong),
            ),
            (400, r#"[{"error": {"message": "The input token count (9) exceeds"}}]"#, Some(TooLong)),
            (429, r#"{"error": {"message": "x", "type": "insufficient_quota"}}"#, Some(NoCredit)),
            (429, r#"{"error": {"message": "x", "type": "tokens"}}"#, None),
            (404, "<html>gone</html>", Some(NoPath)),
            (404, r#"{"detail": "Not Found"}"#, Some(NoPath)),
            (404, r#"{"error": "model 'm' not found"}"#, None),
            (400, "not found", None),
            (413, "", Some(TooLong)),
        ] {
            assert_eq!(meaning(Some(status), body), wanted, "{status} {body}");
        }
        assert_eq!(meaning(None, "This model's maximum context length is 8 tokens"), Some(TooLong));
        assert_eq!(meaning(None, "engine died"), None);
    }
}
