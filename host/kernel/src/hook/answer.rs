//! The answer of one hook, in every form that its function may return.

use std::time::Duration;

use serde_json::{Map, Value};

use llmspell_base::nearest::nearest;

/// What one hook wants.
#[derive(Debug, PartialEq)]
pub enum Answer {
    /// Go on, with the data as it was.
    Continue,
    /// Go on, with this data.
    Modified(Value),
    /// Leave it out, for this reason.
    Skip(String),
    /// Fail, for this reason.
    Cancel(String),
    /// Use this as the result.
    Replace(Value),
    /// Have the component of this name do it instead: 1 to 256 bytes.
    Redirect(String),
    /// Do it again.
    Retry {
        /// The wait before the next attempt: at most 10 minutes.
        delay: Duration,
        /// Attempts in all, the first included: 1 to 100.
        most_attempts: u32,
    },
}

const ACTIONS: &[&str] = &["continue", "modified", "skipped", "cancel", "replace", "redirect", "retry"];
const MOST_DELAY: u64 = 600_000;
const MOST_ATTEMPTS: u64 = 100;
const ATTEMPTS: u64 = 3;
const REASON_CHARS: usize = 1_000;
const TARGET_BYTES: usize = 256;
const NO_REASON: &str = "a hook cancelled it";

impl Answer {
    /// Reads what a hook returned. `Err` says what is wrong with it.
    pub fn read(value: Value) -> Result<Answer, String> {
        match value {
            Value::Null | Value::Bool(true) => Ok(Answer::Continue),
            Value::Bool(false) => Ok(Answer::Cancel(NO_REASON.into())),
            Value::String(text) => Ok(match text.to_ascii_lowercase().as_str() {
                "continue" => Answer::Continue,
                "skip" | "skipped" => Answer::Skip("a hook skipped it".into()),
                _ => Answer::Cancel(reason(Some(&text), NO_REASON)),
            }),
            Value::Object(map) => of_object(map),
            other => Err(format!("a hook can't return {}", short(&other))),
        }
    }

    /// The answer's action as a word, such as "modified".
    pub fn word(&self) -> &'static str {
        match self {
            Answer::Continue => "continue",
            Answer::Modified(_) => "modified",
            Answer::Skip(_) => "skipped",
            Answer::Cancel(_) => "cancel",
            Answer::Replace(_) => "replace",
            Answer::Redirect(_) => "redirect",
            Answer::Retry { .. } => "retry",
        }
    }
}

fn of_object(mut map: Map<String, Value>) -> Result<Answer, String> {
    let action = match (map.remove("type"), map.remove("action"), map.remove("continue_execution")) {
        (Some(Value::String(action)), None, None) | (None, Some(Value::String(action)), None) => {
            action.to_ascii_lowercase()
        }
        (None, None, Some(Value::Bool(true))) => "continue".into(),
        (None, None, Some(Value::Bool(false))) => "cancel".into(),
        (None, None, None) => {
            let keys: Vec<String> = map.keys().take(5).map(|key| format!("'{}'", word(key))).collect();
            let keys = if keys.is_empty() { "no keys".into() } else { format!("only {}", keys.join(", ")) };
            return Err(format!("a hook's answer needs 'type', 'action' or 'continue_execution'; this one has {keys}"));
        }
        _ => {
            return Err(
                "a hook's answer needs one of 'type', 'action' (texts) and 'continue_execution' (a boolean)".into()
            );
        }
    };
    let text = map.get("reason").and_then(Value::as_str);
    let (answer, keys): (Answer, &[&str]) = match action.as_str() {
        "continue" => (Answer::Continue, &["reason"]),
        "modified" | "modify" => (Answer::Modified(data(&mut map, &action)?), &["data", "reason"]),
        "replace" | "replaced" => (Answer::Replace(data(&mut map, &action)?), &["data", "reason"]),
        "skipped" | "skip" => (Answer::Skip(reason(text, "a hook skipped it")), &["reason"]),
        "cancel" | "cancelled" => (Answer::Cancel(reason(text, NO_REASON)), &["reason"]),
        "redirect" => (Answer::Redirect(target(map.get("target"))?), &["target", "reason"]),
        "retry" => {
            let delay = whole(&map, "delay_ms", 0, MOST_DELAY, 0)?;
            let attempts = whole(&map, "max_attempts", 1, MOST_ATTEMPTS, ATTEMPTS)?;
            let retry = Answer::Retry { delay: Duration::from_millis(delay), most_attempts: attempts as u32 };
            (retry, &["delay_ms", "max_attempts", "reason"])
        }
        _ => return Err(format!("a hook can't answer '{}'{}", word(&action), nearest(&action, ACTIONS))),
    };
    match map.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => Err(format!("a hook's answer '{action}' has no '{}'{}", word(key), nearest(key, keys))),
        None => Ok(answer),
    }
}

fn data(map: &mut Map<String, Value>, action: &str) -> Result<Value, String> {
    map.remove("data").ok_or_else(|| format!("a hook's answer '{action}' needs 'data'"))
}

fn target(value: Option<&Value>) -> Result<String, String> {
    match value.and_then(Value::as_str) {
        Some(target) if (1..=TARGET_BYTES).contains(&target.len()) && !target.chars().any(char::is_control) => {
            Ok(target.into())
        }
        _ => Err(format!("a hook's answer 'redirect' needs a 'target': a name of 1 to {TARGET_BYTES} bytes")),
    }
}

/// A language may write 100 as 100.0.
fn whole(map: &Map<String, Value>, name: &str, least: u64, most: u64, otherwise: u64) -> Result<u64, String> {
    let Some(value) = map.get(name).filter(|value| !value.is_null()) else { return Ok(otherwise) };
    let number = value.as_f64().filter(|number| number.fract() == 0.0 && (least as f64..=most as f64).contains(number));
    number.map(|number| number as u64).ok_or_else(|| {
        format!("a hook's answer 'retry': '{name}' must be a whole number from {least} to {most}, not {}", short(value))
    })
}

fn reason(text: Option<&str>, otherwise: &str) -> String {
    let text = text.filter(|text| !text.is_empty()).unwrap_or(otherwise);
    cut(text, REASON_CHARS)
}

/// As it may stand in a message: what a terminal would obey is escaped.
fn word(text: &str) -> String {
    cut(text, 40).escape_debug().to_string()
}

fn cut(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        Some((end, _)) => format!("{} … (cut)", text.get(..end).unwrap_or_default()),
        None => text.into(),
    }
}

fn short(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".into(),
        Value::Object(_) => "an object".into(),
        other => cut(&other.to_string(), 40),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_form_is_read() {
        let retry = |delay, most_attempts| Answer::Retry { delay: Duration::from_millis(delay), most_attempts };
        let cancel = |reason: &str| Answer::Cancel(reason.into());
        let table = [
            (json!(null), Answer::Continue),
            (json!(true), Answer::Continue),
            (json!("continue"), Answer::Continue),
            (json!({"continue_execution": true}), Answer::Continue),
            (json!({"type": "Continue"}), Answer::Continue),
            (json!("skip"), Answer::Skip("a hook skipped it".into())),
            (json!("skipped"), Answer::Skip("a hook skipped it".into())),
            (json!({"type": "skipped", "reason": "cached"}), Answer::Skip("cached".into())),
            (json!("not on Sundays"), cancel("not on Sundays")),
            (json!(false), cancel(NO_REASON)),
            (json!({"continue_execution": false}), cancel(NO_REASON)),
            (json!({"continue_execution": false, "reason": "quota"}), cancel("quota")),
            (json!({"type": "cancel", "reason": "quota"}), cancel("quota")),
            (json!({"action": "cancel"}), cancel(NO_REASON)),
            (json!({"type": "modified", "data": {"a": 1}}), Answer::Modified(json!({"a": 1}))),
            (json!({"action": "modify", "data": null}), Answer::Modified(Value::Null)),
            (json!({"type": "replace", "data": "x"}), Answer::Replace("x".into())),
            (json!({"type": "redirect", "target": "other"}), Answer::Redirect("other".into())),
            (json!({"type": "retry", "delay_ms": 10.0, "max_attempts": 5}), retry(10, 5)),
            (json!({"type": "retry"}), retry(0, 3)),
        ];
        for (value, answer) in table {
            assert_eq!(Answer::read(value.clone()), Ok(answer), "{value}");
        }
    }

    #[test]
    fn what_is_no_answer_is_named() {
        let table = [
            (json!(7), "can't return 7"),
            (json!([1]), "can't return a list"),
            (json!({}), "this one has no keys"),
            (json!({"ok": true}), "this one has only 'ok'"),
            (json!({"type": "cancle"}), "can't answer 'cancle'; did you mean 'cancel'?"),
            (json!({"type": 1}), "needs one of"),
            (json!({"type": "cancel", "action": "retry"}), "needs one of"),
            (json!({"type": "modified"}), "needs 'data'"),
            (json!({"type": "cancel", "reasn": "x"}), "has no 'reasn'; did you mean 'reason'?"),
            (json!({"type": "redirect", "target": ""}), "needs a 'target'"),
            (json!({"type": "retry", "delay_ms": -1}), "from 0 to 600000, not -1"),
            (json!({"type": "retry", "max_attempts": 1e300}), "from 1 to 100"),
            (json!({"type": "x".repeat(1 << 20)}), "… (cut)"),
        ];
        for (value, part) in table {
            let message = Answer::read(value).unwrap_err();
            assert!(message.contains(part) && message.len() < 300, "{message}");
        }
    }

    #[test]
    fn a_long_reason_is_cut() {
        let Ok(Answer::Cancel(reason)) = Answer::read("ü".repeat(1 << 20).into()) else { panic!() };
        assert!(reason.ends_with("… (cut)") && reason.chars().count() < 1_010);
    }
}
