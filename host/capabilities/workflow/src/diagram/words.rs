//! What a diagram says of conditions, loops and times, in short.

use llmspell_base::text::invisible;
use serde_json::Value;

use crate::condition::Condition;
use crate::plan::Items;

/// One line of so many characters, in which nothing is invisible.
pub fn clean(text: &str, most: usize) -> String {
    let plain = |sign: char| match sign {
        '\n' | '\r' | '\t' => ' ',
        // No characters of XML either.
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        _ if invisible(sign) => '\u{fffd}',
        _ => sign,
    };
    let mut cleaned: String = text.chars().take(most).map(plain).collect();
    if text.chars().nth(most).is_some() {
        cleaned.pop();
        cleaned.push('…');
    }
    cleaned
}

/// So much of a condition is read that it fills a line.
const CONDITION_CHARS: usize = 60;

pub fn condition(condition: &Condition) -> String {
    let mut text = String::new();
    write_condition(condition, &mut text);
    clean(&text, CONDITION_CHARS)
}

fn write_condition(condition: &Condition, text: &mut String) {
    if text.len() > 4 * CONDITION_CHARS {
        return;
    }
    match condition {
        Condition::Is(true) => text.push_str("always"),
        Condition::Is(false) => text.push_str("never"),
        Condition::Function(_) => text.push_str("function"),
        Condition::DataEquals { key, value } => text.push_str(&format!("state.{} == {}", short(key), json(value))),
        Condition::DataExists(key) => text.push_str(&format!("state.{} is there", short(key))),
        Condition::ResultEquals { step, value } => text.push_str(&format!("{} == {}", short(step), json(value))),
        Condition::Succeeded(step) => text.push_str(&format!("{} went well", short(step))),
        Condition::Failed(step) => text.push_str(&format!("{} failed", short(step))),
        Condition::Contains { step, text: part } => {
            text.push_str(&format!("{} has '{}' in it", short(step), short(part)))
        }
        Condition::Classified { step, expected } => text.push_str(&format!("{} is '{}'", short(step), short(expected))),
        Condition::And(all) => write_all(all, " and ", text),
        Condition::Or(all) => write_all(all, " or ", text),
        Condition::Not(inner) => {
            text.push_str("not (");
            write_condition(inner, text);
            text.push(')');
        }
        Condition::Custom(expression) => text.push_str(&expression.words(CONDITION_CHARS)),
    }
}

fn write_all(all: &[Condition], word: &str, text: &mut String) {
    text.push('(');
    for (at, one) in all.iter().enumerate() {
        if text.len() > 4 * CONDITION_CHARS {
            return;
        }
        if at > 0 {
            text.push_str(word);
        }
        write_condition(one, text);
    }
    text.push(')');
}

/// What a loop goes through.
pub fn items(items: &Items) -> String {
    match items {
        Items::Range { start, step: 1, count } => format!("{count} times, from {start}"),
        Items::Range { start, step, count } => format!("{count} times, from {start} in steps of {step}"),
        Items::List(list) => format!("for each of {} items", list.len()),
        Items::Reference(single) => format!("for each of {}", short(single.text())),
        Items::Text(text) => format!("for each of {}", short(text)),
        Items::While(when) => format!("while {}", condition(when)),
    }
}

/// "120 ms", "1.2 s", "3 min 20 s"
pub fn duration(milliseconds: u64) -> String {
    match milliseconds {
        ..1_000 => format!("{milliseconds} ms"),
        1_000..60_000 => format!("{}.{} s", milliseconds / 1_000, milliseconds % 1_000 / 100),
        _ => format!("{} min {} s", milliseconds / 60_000, milliseconds % 60_000 / 1_000),
    }
}

fn short(text: &str) -> String {
    clean(text, 40)
}

fn json(value: &Value) -> String {
    match value {
        Value::String(text) => format!("'{}'", short(text)),
        // They may be long, and are drawn again and again.
        Value::Array(_) => "[…]".into(),
        Value::Object(_) => "{…}".into(),
        other => other.to_string(),
    }
}
